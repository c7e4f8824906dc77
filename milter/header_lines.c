#include "header_lines.h"

#include <string.h>

HeaderLines
header_lines(const char *bytes, size_t len)
{
  return (HeaderLines){.bytes = bytes, .len = len};
}

/* Behind the line that starts at this place. */
static size_t
line_end(const HeaderLines *lines, size_t at)
{
  const char *lf = memchr(lines->bytes + at, '\n', lines->len - at);

  return lf != NULL ? (size_t)(lf - lines->bytes) + 1 : lines->len;
}

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static void
split(HeaderLines *lines)
{
  const char *start = lines->bytes + lines->field.off, *end = lines->bytes + lines->at;
  const char *colon = memchr(start, ':', (size_t)(end - start));

  lines->name = start;
  lines->name_len = colon != NULL ? (size_t)(colon - start) : 0;
  while (lines->name_len > 0 && is_blank(start[lines->name_len - 1]))
    lines->name_len--;
  lines->value = colon != NULL ? colon + 1 : end;
  while (end > lines->value && (end[-1] == '\n' || end[-1] == '\r'))
    end--;
  lines->value_len = (size_t)(end - lines->value);
}

gboolean
header_lines_next(HeaderLines *lines)
{
  size_t start = lines->at, stop;

  if (start >= lines->len)
    return FALSE;
  stop = line_end(lines, start);
  if (lines->bytes[start] == '\n' || (lines->bytes[start] == '\r' && stop - start == 2))
    return FALSE;
  while (stop < lines->len && is_blank(lines->bytes[stop]))
    stop = line_end(lines, stop);
  lines->field = range_make(start, stop - start);
  lines->at = stop;
  split(lines);
  return TRUE;
}

gboolean
header_lines_named(const HeaderLines *lines, const char *name)
{
  return lines->name_len == strlen(name) &&
         g_ascii_strncasecmp(lines->name, name, lines->name_len) == 0;
}

size_t
header_lines_body(const HeaderLines *lines)
{
  return lines->at < lines->len ? line_end(lines, lines->at) : lines->len;
}
