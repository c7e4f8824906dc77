/* qp.c - quoted-printable (RFC 2045 section 6.7), with a map from decoded to encoded offsets.
 *
 * Most of a body stands for itself, so the decoder works line by line: the run up to the next '='
 * or line end is copied whole. After a '=' come two hex digits of either case, or a soft break: any
 * blanks, then a line end in any form (LF, CR, CRLF, CRCRLF), or the end. Any other '=' is text, as
 * readers show it. Blanks before a line end were added on the way and are dropped; what splits a
 * line here (LF) is what splits it for readers.
 *
 * The encoder makes nothing that its decoder, or a stricter one, would read differently, whatever
 * stands around it. */
#include "codec.h"

#include <string.h>

enum { LINE_MAX_LEN = 76 };

typedef struct qp_state {
  const guint8 *p, *end;
  const guint8 *line_end; /* the LF that ends this line, or end */
  guint8 *out;
  TextMap *map;
  unsigned flags;
} State;

static void
map_run(State *s, unsigned from_unit, size_t n)
{
  if (s->map != NULL)
    text_map_run(s->map, 1, from_unit, n);
}

/* What yields nothing at the very end stays out of the map: an insertion belongs before it. */
static void
skip_to(State *s, const guint8 *to)
{
  if (s->map != NULL && to < s->end)
    text_map_skip(s->map, (size_t)(to - s->p));
  s->p = to;
}

static void
copy_to(State *s, const guint8 *to)
{
  const size_t n = (size_t)(to - s->p);
  memcpy(s->out, s->p, n);
  s->out += n;
  s->p = to;
  map_run(s, 1, n);
}

static gboolean
is_blank(guint8 c)
{
  return c == ' ' || c == '\t';
}

static const guint8 hex_values[256] = {
    /* the digit plus one, so that all else is 0 */
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* As many escapes as stand in a row. */
static size_t
decode_escapes(State *s)
{
  const guint8 *p = s->p;
  guint8 *out = s->out;
  while (s->end - p >= 3 && p[0] == '=') {
    const unsigned high = hex_values[p[1]], low = hex_values[p[2]];
    if (high == 0 || low == 0)
      break;
    *out++ = (guint8)((high - 1) << 4 | (low - 1));
    p += 3;
  }
  const size_t n = (size_t)(out - s->out);
  s->p = p;
  s->out = out;
  map_run(s, 3, n);
  return n;
}

/* Where the soft break that begins with the '=' at p ends; NULL if it is none. */
static const guint8 *
soft_break_end(State *s)
{
  const guint8 *p = s->p + 1;
  while (p < s->end && is_blank(*p))
    p++;
  const gboolean blanks = p > s->p + 1;
  if (p == s->end) {
    s->flags |= DECODE_TRUNCATED;
    return p;
  }
  const guint8 *eol = p;
  while (p < s->end && *p == '\r')
    p++;
  if (p < s->end && *p == '\n')
    p++;
  if (p == eol)
    return NULL;
  if (blanks)
    s->flags |= DECODE_SOFT_BLANK;
  return p;
}

static void
next_line(State *s)
{
  if (s->p < s->end) {
    const guint8 *lf = memchr(s->p, '\n', (size_t)(s->end - s->p));
    s->line_end = lf == NULL ? s->end : lf;
  }
}

/* At a '='. */
static void
decode_equals(State *s)
{
  if (decode_escapes(s) > 0)
    return;
  const guint8 *after = soft_break_end(s);
  if (after == NULL) {
    s->flags |= DECODE_ESCAPE;
    if (s->end - s->p < 3)
      s->flags |= DECODE_TRUNCATED;
    copy_to(s, s->p + 1);
    return;
  }
  skip_to(s, after);
  if (after > s->line_end)
    next_line(s);
}

/* A line end with lost blanks before it is one unit: who replaces the line end takes them along, or
 * they would come back as content. */
static void
take_line_end(State *s, const guint8 *eol, const guint8 *after)
{
  const size_t n = (size_t)(after - eol), from = (size_t)(after - s->p);
  if (from == n || n == 0 || from > G_MAXUINT16) {
    skip_to(s, eol);
    copy_to(s, after);
    return;
  }
  memcpy(s->out, eol, n);
  s->out += n;
  s->p = after;
  if (s->map != NULL)
    text_map_run(s->map, (unsigned)n, (unsigned)from, 1);
}

/* The last stretch of a line, from p (behind any '=') to the line end. */
static void
decode_line_rest(State *s)
{
  const guint8 *eol = s->line_end;
  if (eol < s->end && eol > s->p && eol[-1] == '\r')
    eol--;
  const guint8 *text_end = eol;
  while (text_end > s->p && is_blank(text_end[-1]))
    text_end--;
  copy_to(s, text_end);
  take_line_end(s, eol, MIN(s->line_end + 1, s->end));
  next_line(s);
}

GBytes *
qp_decode(const unsigned char *in, size_t len, TextMap *map, unsigned *flags)
{
  guint8 *buffer = g_malloc(len + 1);
  State s = {.p = in, .end = in + len, .line_end = in, .out = buffer, .map = map};
  next_line(&s);
  while (s.p < s.end) {
    const guint8 *equals = memchr(s.p, '=', (size_t)(s.line_end - s.p));
    if (equals == NULL) {
      decode_line_rest(&s);
    } else {
      copy_to(&s, equals);
      decode_equals(&s);
    }
  }
  *flags |= s.flags;
  const size_t size = (size_t)(s.out - buffer);
  return g_bytes_new_take(g_realloc(buffer, MAX(size, 1)), size);
}

typedef struct qp_writer {
  GString *out;
  const char *eol;
  size_t eol_len;
  size_t column;
} Writer;

static void
soft_break(Writer *w)
{
  g_string_append_c(w->out, '=');
  g_string_append_len(w->out, w->eol, (gssize)w->eol_len);
  w->column = 0;
}

/* Room for the piece and for the '=' of a soft break after it. */
static void
make_room(Writer *w, size_t piece)
{
  if (w->column + piece > LINE_MAX_LEN - 1)
    soft_break(w);
}

static void
put_escaped(Writer *w, guint8 byte)
{
  static const char digits[] = "0123456789ABCDEF";
  make_room(w, 3);
  const char piece[3] = {'=', digits[byte >> 4], digits[byte & 15]};
  g_string_append_len(w->out, piece, 3);
  w->column += 3;
}

static gboolean
is_eol(const Writer *w, const guint8 *p, const guint8 *end)
{
  return (size_t)(end - p) >= w->eol_len && memcmp(p, w->eol, w->eol_len) == 0;
}

/* What must not stand at a line start: it could be a boundary, or is changed on the way. */
static gboolean
is_risky_at_start(const Writer *w, const guint8 *p, const guint8 *end)
{
  if (*p == '-')
    return p + 1 < end && p[1] == '-';
  if (*p == '.')
    return p + 1 == end || is_eol(w, p + 1, end);
  return end - p >= 5 && memcmp(p, "From ", 5) == 0;
}

static void
put_byte(Writer *w, const guint8 *p, const guint8 *end)
{
  make_room(w, 1);
  const gboolean plain = (*p > ' ' && *p < 0x7f && *p != '=') ||
                         (is_blank(*p) && p + 1 < end && !is_eol(w, p + 1, end));
  const gboolean risky = w->column == 0 && is_risky_at_start(w, p, end);
  if (!plain || risky) {
    put_escaped(w, *p);
    return;
  }
  g_string_append_c(w->out, (char)*p);
  w->column++;
}

static void
put_text(Writer *w, const guint8 *p, const guint8 *end)
{
  while (p < end) {
    if (is_eol(w, p, end)) {
      g_string_append_len(w->out, w->eol, (gssize)w->eol_len);
      w->column = 0;
      p += w->eol_len;
    } else {
      put_byte(w, p++, end);
    }
  }
}

GBytes *
qp_encode(const unsigned char *in, size_t len, const char *eol)
{
  Writer w = {g_string_sized_new(len + len / 8 + 16), eol, strlen(eol), 0};
  if (len > 0)
    put_text(&w, in, in + len);
  return g_string_free_to_bytes(w.out);
}

GBytes *
qp_encode_insert(const unsigned char *data, size_t len, const char *eol)
{
  Writer w = {g_string_sized_new(len + len / 8 + 16), eol, strlen(eol), 0};
  soft_break(&w);
  if (len == 0)
    return g_string_free_to_bytes(w.out);
  size_t last = 1;
  if (len > w.eol_len && is_eol(&w, data + len - w.eol_len, data + len))
    last = w.eol_len;
  /* The blank rule looks at the byte after: end is that of all text, not of the first part. */
  const guint8 *p = data, *tail = data + (len - last), *end = data + len;
  while (p < tail) {
    if (is_eol(&w, p, tail)) {
      g_string_append_len(w.out, eol, (gssize)w.eol_len);
      w.column = 0;
      p += w.eol_len;
    } else {
      put_byte(&w, p++, end);
    }
  }
  while (p < end)
    put_escaped(&w, *p++);
  return g_string_free_to_bytes(w.out);
}
