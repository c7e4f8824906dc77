/* deaden.c - an address as dead text and back.
 *
 * Every broken character stands between brackets, "[.]", and nothing else is put in but the
 * changed letters of a scheme (t becomes x, in its own case). So the way back is one pass that
 * takes each bracketed dot, colon and "@" out of its brackets. It is exact for two reasons. A dot
 * or "@" is always broken, so brackets around one are always ours. A colon is broken only where
 * that matters; one that stands between brackets already is therefore broken too. */
#include "deaden.h"

#include <string.h>

static const char *const broken_marks[] = {
    ".", "@", "\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1", "\xef\xbc\xa0",
};

/* Schemes that people write dead with x for t, by the live word. */
static const struct {
  const char *live, *dead;
} spoken[] = {{"http", "hxxp"}, {"https", "hxxps"}, {"ftp", "fxp"}};

/* Length of the dot or "@" at this place, 0 if there is none. */
static size_t
mark_len(const char *text, size_t len)
{
  for (guint i = 0; i < G_N_ELEMENTS(broken_marks); i++) {
    size_t n = strlen(broken_marks[i]);
    if (n <= len && memcmp(text, broken_marks[i], n) == 0)
      return n;
  }
  return 0;
}

/* Length of the scheme in front of a colon, 0 if there is none. */
static size_t
scheme_len(const char *text, size_t len)
{
  size_t n = 0;
  if (len == 0 || !g_ascii_isalpha(text[0]))
    return 0;
  while (n < len && (g_ascii_isalnum(text[n]) || strchr("+-.", text[n]) != NULL))
    n++;
  return n < len && text[n] == ':' ? n : 0;
}

static void
piece_add(GArray *pieces, size_t off, size_t len, const char *before, const char *text,
          const char *after)
{
  DeadenPiece piece = {.at = range_make(off, len)};
  g_snprintf(piece.with, sizeof piece.with, "%s%.*s%s", before, (int)len, text, after);
  g_array_append_val(pieces, piece);
}

static gboolean
is_word(const char *text, size_t len, const char *word)
{
  return strlen(word) == len && g_ascii_strncasecmp(text, word, len) == 0;
}

/* http ─▶ hxxp, letter by letter; a scheme that is written dead already goes between brackets, so
 * that the way back leaves it alone. */
static void
scheme_pieces(GArray *pieces, const char *text, size_t len)
{
  for (guint i = 0; i < G_N_ELEMENTS(spoken); i++) {
    if (is_word(text, len, spoken[i].dead)) {
      piece_add(pieces, 0, 1, "[", text, "");
      piece_add(pieces, len - 1, 1, "", text + len - 1, "]");
    } else if (i < 2 && is_word(text, len, spoken[i].live)) {
      piece_add(pieces, 1, 1, "", text[1] == 'T' ? "X" : "x", "");
      piece_add(pieces, 2, 1, "", text[2] == 'T' ? "X" : "x", "");
    } else if (is_word(text, len, spoken[i].live)) {
      piece_add(pieces, 1, 1, "", text[1] == 'T' ? "X" : "x", "");
    }
  }
}

/* "http:/a.example" is an address too, wherever it stands. */
static gboolean
is_behind_web_scheme(const char *text, size_t at)
{
  return (at >= 4 && is_word(text + at - 4, 4, "http")) ||
         (at >= 5 && is_word(text + at - 5, 5, "https"));
}

static gboolean
colon_breaks(const char *text, size_t len, size_t at)
{
  gboolean slashes = at + 2 < len && text[at + 1] == '/' && text[at + 2] == '/';
  gboolean bracketed = at > 0 && at + 1 < len && text[at - 1] == '[' && text[at + 1] == ']';
  return slashes || bracketed || is_behind_web_scheme(text, at);
}

/* Two backslashes that begin \\server\share, or would once "file:" in front is broken. */
static gboolean
server_breaks(const char *text, size_t len, size_t at)
{
  char before = at > 0 ? text[at - 1] : ' ', after = at + 2 < len ? text[at + 2] : ' ';

  if (at + 2 > len || memcmp(text + at, "\\\\", 2) != 0)
    return FALSE;
  return at == 0 || (before == '[' && after == ']') ||
         (before != '\\' && before != ':' && !g_ascii_isalnum(before) && g_ascii_isalnum(after));
}

GArray *
deaden_pieces(const char *text, size_t len)
{
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(DeadenPiece));
  size_t scheme = scheme_len(text, len), at = 0;
  if (memchr(text, '.', scheme) != NULL)
    scheme = 0; /* a host and its port */
  scheme_pieces(pieces, text, scheme);
  for (at = scheme; at < len; at++) {
    size_t n = server_breaks(text, len, at) ? 2 : mark_len(text + at, len - at);
    gboolean colon =
        text[at] == ':' && ((at == scheme && scheme > 0) || colon_breaks(text, len, at));
    if (n > 0 || colon)
      piece_add(pieces, at, n > 0 ? n : 1, "[", text + at, "]");
    at += n > 0 ? n - 1 : 0;
  }
  return pieces;
}

char *
deaden(const char *address, gssize len)
{
  size_t n = len < 0 ? strlen(address) : (size_t)len, done = 0;
  g_autoptr(GArray) pieces = deaden_pieces(address, n);
  GString *out = g_string_sized_new(n + 32);
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    g_string_append_len(out, address + done, (gssize)(piece->at.off - done));
    g_string_append(out, piece->with);
    done = range_end(piece->at);
  }
  g_string_append_len(out, address + done, (gssize)(n - done));
  return g_string_free(out, FALSE);
}

/* Appends the live scheme if dead text begins with one; returns how much of it that was. */
static size_t
scheme_revive(GString *out, const char *dead, size_t len)
{
  size_t n = 0;
  gboolean kept = len > 0 && dead[0] == '[';
  for (n = kept; n < len && g_ascii_isalpha(dead[n]);)
    n++;
  if (n + (kept ? 4 : 3) > len || memcmp(dead + n, kept ? "][:]" : "[:]", kept ? 4 : 3) != 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS(spoken); i++) {
    if (!is_word(dead + kept, n - kept, spoken[i].dead))
      continue;
    for (size_t k = kept; k < n; k++) {
      char live = dead[k] == 'X' ? 'T' : 't';
      g_string_append_c(out, !kept && strchr("xX", dead[k]) != NULL ? live : dead[k]);
    }
    return kept ? n + 1 : n;
  }
  return 0;
}

char *
undeaden(const char *dead, gssize len)
{
  size_t n = len < 0 ? strlen(dead) : (size_t)len;
  GString *out = g_string_sized_new(n);
  size_t at = scheme_revive(out, dead, n);
  while (at < n) {
    size_t inner = dead[at] == '[' ? mark_len(dead + at + 1, n - at - 1) : 0;
    if (n - at >= 4 && memcmp(dead + at, "[\\\\]", 4) == 0)
      inner = 2;
    if (inner == 0 && dead[at] == '[' && at + 1 < n && dead[at + 1] == ':')
      inner = 1;
    gboolean ours = inner > 0 && at + 1 + inner < n && dead[at + 1 + inner] == ']';
    g_string_append_len(out, dead + at + (ours ? 1 : 0), (gssize)(ours ? inner : 1));
    at += ours ? inner + 2 : 1;
  }
  return g_string_free(out, FALSE);
}

static gboolean
is_shown(gunichar c)
{
  GUnicodeType type = g_unichar_type(c);
  return g_unichar_isprint(c) && type != G_UNICODE_LINE_SEPARATOR &&
         type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

char *
name_clean(const char *name, size_t max)
{
  g_autofree char *valid = g_utf8_make_valid(name, -1);
  GString *shown = g_string_new(NULL);
  size_t count = 0;
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (count++ == max) {
      g_string_append(shown, "\xe2\x80\xa6");
      break;
    }
    g_string_append_unichar(shown, is_shown(c) ? c : 0xfffd);
  }
  return g_string_free(shown, FALSE);
}
