/* css_pixels.c - how large a style attribute makes something, as far as it says so in pixels. */
#include "css.h"

#include <string.h>

int
css_length(const char *text, size_t len)
{
  const char *end = text + len;
  int n = 0;

  while (text < end && *text == ' ')
    text++;
  if (text == end || !g_ascii_isdigit(*text))
    return -1;
  for (; text < end && g_ascii_isdigit(*text); text++)
    n = MIN(n * 10 + (*text - '0'), 100000);
  while (text < end && *text == ' ')
    text++;
  if (text == end || *text == ';' || *text == '.' || g_ascii_isdigit(*text))
    return n;
  return end - text >= 2 && g_ascii_strncasecmp(text, "px", 2) == 0 ? n : -1;
}

int
css_pixels(const char *style, size_t len, const char *property)
{
  const char *p = style, *end = style + len;
  size_t n = strlen(property);
  int size = -1;

  for (const char *colon; (colon = memchr(p, ':', (size_t)(end - p))) != NULL; p = colon + 1) {
    const char *name = colon;

    while (name > p && (g_ascii_isalpha(name[-1]) || name[-1] == '-'))
      name--;
    if ((size_t)(colon - name) == n && g_ascii_strncasecmp(name, property, n) == 0)
      size = MAX(size, css_length(colon + 1, (size_t)(end - colon - 1)));
  }
  return size;
}
