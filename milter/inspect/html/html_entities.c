/* html_entities.c - character references of HTML, and other bytes that do not stand for
 * themselves (CR, NUL), undone with a record of where each byte of the result came from.
 *
 * A reference is undone by the longest name in the table, with or without ';': "&notit;" is "¬it;".
 * In an attribute a name without ';' before '=' or a letter stays as it is, for the sake of
 * addresses such as "?a=1&copy=2". */

#include <string.h>

#include "html_entities_table.h"
#include "html_private.h"

#define REPLACEMENT "\357\277\275"

static const char *
entity_name(unsigned i)
{
  return entity_bytes + entity_offsets[i];
}

/* The first name in [lo, hi) whose byte at `depth` is not below c. All agree before `depth`. */
static unsigned
entity_bound(unsigned lo, unsigned hi, unsigned depth, unsigned char c)
{
  while (lo < hi) {
    unsigned mid = (lo + hi) / 2;

    if ((unsigned char)entity_name(mid)[depth] < c)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

size_t
html_entity(const unsigned char *text, size_t len, const char **utf8)
{
  unsigned lo, hi, depth;
  size_t longest = 0;

  if (len == 0 || !g_ascii_isalpha(text[0]))
    return 0;
  lo = entity_first[text[0] - 'A'];
  hi = entity_first[text[0] - 'A' + 1];
  for (depth = 1; lo < hi; depth++) {
    if (entity_name(lo)[depth] == '\0') { /* the shortest of those left sorts first */
      longest = depth;
      *utf8 = entity_name(lo) + depth + 1;
      lo++;
    }
    if (depth == len || text[depth] == '\0' || text[depth] >= 0x7f)
      break;
    lo = entity_bound(lo, hi, depth, text[depth]);
    hi = entity_bound(lo, hi, depth, text[depth] + 1);
  }
  return longest;
}

/* https://html.spec.whatwg.org/#numeric-character-reference-end-state */
static gunichar
numeric_character(guint32 code)
{
  static const guint16 c1[32] = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
  };

  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return 0xFFFD;
  return code >= 0x80 && code <= 0x9F ? c1[code - 0x80] : code;
}

/* "#65;" at the start of text, after '&': its length, or 0 if it is none. */
static size_t
numeric_reference(const unsigned char *text, size_t len, char utf8[7])
{
  gboolean hex = len > 1 && (text[1] | 0x20) == 'x';
  size_t start = hex ? 2 : 1, i = start;
  guint32 code = 0;

  while (i < len && (hex ? g_ascii_isxdigit(text[i]) : g_ascii_isdigit(text[i]))) {
    if (code <= 0x10FFFF)
      code = code * (hex ? 16 : 10) + (guint32)g_ascii_xdigit_value(text[i]);
    i++;
  }
  if (i == start)
    return 0;
  utf8[g_unichar_to_utf8(numeric_character(code), utf8)] = '\0';
  if (i < len && text[i] == ';')
    i++;
  return i;
}

/* The reference at the start of text, '&' included: its length, or 0 if it stays as it is. */
static size_t
reference(const unsigned char *text, size_t len, gboolean in_attribute, char number[7],
          const char **utf8)
{
  size_t n;

  if (len > 1 && text[1] == '#') {
    n = numeric_reference(text + 1, len - 1, number);
    *utf8 = number;
    return n ? n + 1 : 0;
  }
  n = html_entity(text + 1, len - 1, utf8);
  if (n == 0)
    return 0;
  if (in_attribute && text[n] != ';' && n + 1 < len &&
      (text[n + 1] == '=' || g_ascii_isalnum(text[n + 1])))
    return 0;
  return n + 1;
}

static void
piece_add(GArray *pieces, size_t to, size_t from, size_t atom)
{
  HtmlPiece piece = {(guint32)to, (guint32)from, (guint32)atom};

  if (pieces)
    g_array_append_val(pieces, piece);
}

static void
append(GString *out, const void *bytes, size_t len)
{
  if (len >= out->allocated_len - out->len) {
    g_string_append_len(out, bytes, (gssize)len);
    return;
  }
  memcpy(out->str + out->len, bytes, len);
  out->len += len;
  out->str[out->len] = '\0';
}

/* Bytes from `text` on that stand for themselves whatever `undo` says. */
static size_t
plain_run(const unsigned char *text, size_t len)
{
  size_t i = 0;

  while (i < len && !(html_class[text[i]] & (HTML_CLASS_SPECIAL | HTML_CLASS_LESS)))
    i++;
  return i;
}

/* What the special byte at the start of text stands for: `utf8`, from so many bytes of source.
 * 0 if it stands for itself. */
static size_t
special(const unsigned char *text, size_t len, unsigned undo, char number[7], const char **utf8)
{
  switch (text[0]) {
  case '\r':
    *utf8 = len > 1 && text[1] == '\n' ? "" : "\n";
    return 1;
  case '\0':
    *utf8 = REPLACEMENT;
    return undo & HTML_UNDO_NUL ? 1 : 0;
  case '<':
    *utf8 = "";
    return (undo & HTML_UNDO_EMPTY_TAG) && len > 2 && text[1] == '/' && text[2] == '>' ? 3 : 0;
  default:
    if (!(undo & HTML_UNDO_REFERENCES))
      return 0;
    return reference(text, len, (undo & HTML_UNDO_IN_ATTRIBUTE) != 0, number, utf8);
  }
}

unsigned
html_undo(const unsigned char *source, Range range, unsigned undo, GString *out, GArray *pieces)
{
  size_t at = range.off, end = range_end(range), start = at;
  unsigned errors = 0;
  char number[7];

  for (;;) {
    const char *utf8;
    size_t taken, step = plain_run(source + at, end - at);

    at += step;
    taken = at < end ? special(source + at, end - at, undo, number, &utf8) : 0;
    if (at < end && taken == 0) {
      at++;
      continue;
    }
    if (at > start) {
      piece_add(pieces, out->len, start, 0);
      append(out, source + start, at - start);
    }
    if (at >= end)
      return errors;
    if (utf8[0] != '\0') {
      piece_add(pieces, out->len, at, taken);
      append(out, utf8, strlen(utf8));
    }
    errors += source[at] == '\0' || source[at] == '<' ||
              (source[at] == '&' && source[at + taken - 1] != ';');
    at += taken;
    start = at;
  }
}

/* The piece that byte `off` of the result belongs to. */
static const HtmlPiece *
piece_at(const GArray *pieces, size_t off)
{
  size_t lo = 0, hi = pieces->len;

  while (lo + 1 < hi) {
    size_t mid = (lo + hi) / 2;

    if (g_array_index(pieces, HtmlPiece, mid).to <= off)
      lo = mid;
    else
      hi = mid;
  }
  return &g_array_index(pieces, HtmlPiece, lo);
}

Range
html_pieces_source(const GArray *pieces, size_t off, size_t len)
{
  const HtmlPiece *first, *last;
  size_t from, end;

  if (pieces->len == 0)
    return range_make(0, 0);
  last = piece_at(pieces, off + len > 0 ? off + len - 1 : 0);
  end = last->from + (last->atom ? last->atom : off + len - last->to);
  if (len == 0)
    return range_make(off == 0 ? last->from : end, 0);
  first = piece_at(pieces, off);
  from = first->from + (first->atom ? 0 : off - first->to);
  return range_make(from, end - from);
}
