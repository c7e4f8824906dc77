/* uuencode.c - files of uuencoded files, as WinZip, WinRAR and others open them: prose may stand in
 * front, between and behind. What stands in the text of a message is found by mime/sniff.c. */
#include <string.h>

#include "decode.h"
#include "opened.h"

/* Where the name of a file stands, or NULL: "begin 644 name", "begin-base64 644 name". *known is
 * FALSE for other forms of such a line. */
static const unsigned char *
begin_line(const unsigned char *line, const unsigned char *end, gboolean *known)
{
  const unsigned char *p = line + strlen("begin"), *mode;

  if (end - line < 9 || g_ascii_strncasecmp((const char *)line, "begin", 5) != 0)
    return NULL;
  while (p < end && (g_ascii_isalnum(*p) || *p == '-'))
    p++;
  *known = p - line == 5 || (p - line == 12 && memcmp(line + 5, "-base64", 7) == 0);
  if (!*known && (p - line < 12 || g_ascii_strncasecmp((const char *)line + 5, "-base64", 7) != 0))
    return NULL;
  *known &= memcmp(line, "begin", 5) == 0 && p < end && *p == ' ';
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  for (mode = p; p < end && *p >= '0' && *p <= '7'; p++)
    ;
  return p - mode >= 3 && p - mode <= 6 && p < end && (*p == ' ' || *p == '\t') ? p : NULL;
}

static const unsigned char *
line_end(const unsigned char *p, const unsigned char *end)
{
  const unsigned char *lf = memchr(p, '\n', (size_t)(end - p));

  return lf ? lf : end;
}

/* The next line that begins a file, from the line at p on, or NULL. */
static const unsigned char *
find_begin(const unsigned char *p, const unsigned char *end)
{
  gboolean known;

  for (; p < end; p = line_end(p, end) + 1)
    if ((*p == 'b' || *p == 'B') && begin_line(p, line_end(p, end), &known))
      return p;
  return NULL;
}

gboolean
uuencode_is(const unsigned char *bytes, size_t len)
{
  return find_begin(bytes, bytes + len) != NULL;
}

/* Is there a line that ends a file? */
static gboolean
has_end(const unsigned char *p, const unsigned char *end)
{
  for (; p < end; p = line_end(p, end) + 1) {
    const size_t len = (size_t)(line_end(p, end) - p);

    if ((len >= 3 && memcmp(p, "end", 3) == 0) || (len >= 4 && memcmp(p, "====", 4) == 0))
      return TRUE;
  }
  return FALSE;
}

/* One that another begins in goes on behind that for some, and of one that grows too much there may
 * be more (mime/uu.c). */
static gboolean
open_one(const unsigned char *begin, const unsigned char *end, gboolean last, GPtrArray *files)
{
  const unsigned char *line = line_end(begin, end);
  gboolean known;
  const unsigned char *at = begin_line(begin, line, &known);
  g_autofree char *name = g_strstrip(g_strndup((const char *)at, (gsize)(line - at)));
  g_autoptr(GBytes) encoded = g_bytes_new(begin, (gsize)(end - begin));

  GBytes *content = known ? content_decode(encoded, ENCODING_UU, NULL, NULL) : NULL;
  const gboolean grown = content && g_bytes_get_size(content) > 2 * g_bytes_get_size(encoded);

  return content && opened_add(files, name, content) && !grown && (last || has_end(begin, end));
}

gboolean
uuencode_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  const unsigned char *end = bytes + len, *begin = find_begin(bytes, end);
  gboolean whole = begin != NULL;

  while (begin) {
    const unsigned char *next = find_begin(MIN(line_end(begin, end) + 1, end), end);

    whole = open_one(begin, next ? next : end, !next, files) && whole;
    begin = next;
  }
  return whole;
}
