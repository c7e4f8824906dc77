/* uu.c - uuencode as mail carries it: no standard, so every form that readers take.
 *
 * "begin MODE NAME", lines of a length character and four characters for three bytes, an empty
 * line, "end". Blanks at line ends are lost on the way, so a short line counts as padded with them.
 * "begin-base64 MODE NAME" up to "====" is its modern form. Truncated ones count too. */
#include "codec.h"

#include <string.h>

/* A line of one character can ask for 45 bytes: what grows more than this is no file. */
#define MOST_BYTES(len) (2 * (len) + 65536)

typedef struct line_reader {
  const guint8 *p, *end;
  size_t most; /* bytes of result */
} Reader;

typedef struct line {
  const guint8 *p;
  size_t len; /* without its line end */
} Line;

static gboolean
next_line(Reader *r, Line *line)
{
  if (r->p >= r->end)
    return FALSE;
  const guint8 *lf = memchr(r->p, '\n', (size_t)(r->end - r->p));
  const guint8 *stop = lf == NULL ? r->end : lf;
  line->p = r->p;
  line->len = (size_t)(stop - r->p);
  while (line->len > 0 && line->p[line->len - 1] == '\r')
    line->len--;
  r->p = lf == NULL ? r->end : lf + 1;
  return TRUE;
}

static gboolean
starts_with(const Line *line, const char *what)
{
  const size_t len = strlen(what);
  return line->len >= len && memcmp(line->p, what, len) == 0;
}

static gboolean
is_word(const Line *line, const char *word)
{
  size_t len = line->len;
  while (len > 0 && (line->p[len - 1] == ' ' || line->p[len - 1] == '\t'))
    len--;
  return len == strlen(word) && memcmp(line->p, word, len) == 0;
}

static guint32
value_at(const Line *line, size_t i, unsigned *flags)
{
  if (i >= line->len)
    return 0;
  const guint8 c = line->p[i];
  if (c < 0x20 || c > 0x60)
    *flags |= DECODE_JUNK;
  return (c - 0x20u) & 0x3f;
}

static void
decode_data_line(const Line *line, GByteArray *out, unsigned *flags)
{
  if (line->len == 0)
    return;
  const size_t bytes = value_at(line, 0, flags);
  if (line->len > 1 + (bytes + 2) / 3 * 4 + 2) /* some add a check sum */
    *flags |= DECODE_JUNK;
  for (size_t done = 0, i = 1; done < bytes; done += 3, i += 4) {
    const guint32 bits = value_at(line, i, flags) << 18 | value_at(line, i + 1, flags) << 12 |
                         value_at(line, i + 2, flags) << 6 | value_at(line, i + 3, flags);
    const guint8 three[3] = {(guint8)(bits >> 16), (guint8)(bits >> 8), (guint8)bits};
    g_byte_array_append(out, three, (guint)MIN((size_t)3, bytes - done));
  }
}

/* The lines of one file, to its end line. A new begin line ends it as well. */
static void
decode_file(Reader *r, GByteArray *out, unsigned *flags)
{
  Line line;
  Reader before = *r;
  while (next_line(r, &line)) {
    if (is_word(&line, "end"))
      return;
    if (starts_with(&line, "begin ")) {
      *r = before;
      break;
    }
    if (out->len < r->most)
      decode_data_line(&line, out, flags);
    else
      *flags |= DECODE_TRUNCATED;
    before = *r;
  }
  *flags |= DECODE_TRUNCATED;
}

static void
decode_base64_file(Reader *r, GByteArray *out, unsigned *flags)
{
  const guint8 *start = r->p, *stop = r->p;
  gboolean ended = FALSE;
  Line line;
  while (!ended && next_line(r, &line)) {
    stop = line.p;
    ended = is_word(&line, "====");
  }
  if (!ended) {
    stop = r->p;
    *flags |= DECODE_TRUNCATED;
  }
  g_autoptr(GBytes) bytes = base64_decode(start, (size_t)(stop - start), flags);
  g_byte_array_append(out, g_bytes_get_data(bytes, NULL), (guint)g_bytes_get_size(bytes));
}

GBytes *
uu_decode(const unsigned char *in, size_t len, unsigned *flags)
{
  GByteArray *out = g_byte_array_new();
  Reader r = {in, in + len, MOST_BYTES(len)};
  Line line;
  unsigned files = 0;
  while (next_line(&r, &line)) {
    const gboolean base64 = starts_with(&line, "begin-base64 ");
    if (!base64 && !starts_with(&line, "begin ")) {
      if (line.len > 0)
        *flags |= DECODE_JUNK;
      continue;
    }
    if (files++ > 0)
      *flags |= DECODE_MULTI;
    if (base64)
      decode_base64_file(&r, out, flags);
    else
      decode_file(&r, out, flags);
  }
  if (files > 0)
    return g_byte_array_free_to_bytes(out);
  g_byte_array_free(out, TRUE);
  *flags |= DECODE_TRUNCATED | DECODE_JUNK;
  return NULL;
}
