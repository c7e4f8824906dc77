/* bidi.c - text that is shown in another order than it is written (UAX 9). Isolates and embeddings
 * are everyday in mail that machines write; only an override makes Latin letters run backwards. */
#include "bidi.h"

#include <string.h>

#include "link.h"

/* How far back on its line an override is looked for; bytes. */
#define BACK 256

/* U+202D, U+202E */
static gboolean
is_override(const unsigned char *p)
{
  return p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xad || p[2] == 0xae);
}

/* The first one at or after `from`; `len` if there is none. */
static size_t
next_override(const unsigned char *utf8, size_t len, size_t from)
{
  const unsigned char *p;

  while (from < len && (p = memmem(utf8 + from, len - from, "\xe2\x80", 2)) != NULL) {
    from = (size_t)(p - utf8);
    if (len - from > 2 && is_override(p))
      return from;
    from += 2;
  }
  return len;
}

/* From the start of its line, or what can be seen of it, to right behind its end: does an override
 * stand there that nothing has ended before the link? */
static gboolean
is_turned(const unsigned char *utf8, size_t len, Range span)
{
  size_t from = span.off, end = MIN(range_end(span) + 3, len);
  gboolean turned = FALSE;

  while (from > 0 && span.off - from < BACK && utf8[from - 1] != '\n')
    from--;
  for (; from + 3 <= end; from++) {
    if (is_override(utf8 + from))
      turned = TRUE;
    else if (from < span.off && memcmp(utf8 + from, "\xe2\x80\xac", 3) == 0)
      turned = FALSE;
  }
  return turned;
}

void
bidi_flag_links(const unsigned char *utf8, size_t len, GArray *links, guint first)
{
  if (links->len <= first || next_override(utf8, len, 0) == len)
    return;
  for (; first < links->len; first++) {
    Link *link = &g_array_index(links, Link, first);

    if (is_turned(utf8, len, link->span))
      link->flags |= LINK_BIDI;
  }
}

static gboolean
is_direction(gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x61c;
}

static gboolean
is_unseen(gunichar c)
{
  return is_direction(c) || c == 0xad || c == 0x34f || (c >= 0x200b && c <= 0x200d) ||
         (c >= 0x2060 && c <= 0x2064) || c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f) ||
         (c >= 0xe0000 && c <= 0xe01ef) || (c >= 0x180b && c <= 0x180e);
}

/* The character at *p, which moves on; of what is no UTF-8 a byte, as it is. */
static gunichar
next_char(const char **p)
{
  gunichar c = (guchar) * *p < 0x80 ? (guchar) * *p : g_utf8_get_char_validated(*p, -1);

  if (c >= 0x110000) {
    *p += 1;
    return 0;
  }
  *p = g_utf8_next_char(*p);
  return c;
}

gboolean
bidi_turns(const char *text, gboolean address)
{
  for (const char *p = text; *p != '\0';) {
    gunichar c = next_char(&p);

    if (c == 0x202d || c == 0x202e || (address && is_direction(c) && c != 0x200e))
      return TRUE;
  }
  return FALSE;
}

char *
bidi_plain(const char *text)
{
  GString *plain = g_string_new(NULL);

  for (const char *p = text; *p != '\0';) {
    const char *start = p;
    gunichar c = next_char(&p);

    if (!is_unseen(c))
      g_string_append_len(plain, start, p - start);
  }
  return g_string_free(plain, FALSE);
}
