/* utf16.c - UTF-16 as UTF-8, without iconv, which never sees bytes of a mail (text.h). */
#include "utf16.h"

#define REPLACEMENT 0xfffd

gboolean
utf16_is_xml(const unsigned char *bytes, size_t len, Utf16Order *order)
{
  if (len < 4)
    return FALSE;
  *order = bytes[0] == 0xfe || bytes[0] == 0 ? UTF16_BE : UTF16_LE;
  return utf16_unit(bytes, *order) == 0xfeff || utf16_unit(bytes, *order) == '<';
}

char *
utf16_decode(const unsigned char *bytes, size_t len, Utf16Order order, gsize *written)
{
  g_autoptr(GString) out = g_string_new(NULL);
  gunichar c;

  if (len % 2 != 0)
    return NULL;
  for (size_t at = 0; at < len;) {
    at += utf16_next(bytes + at, len - at, order, &c);
    if (utf16_is_high(c) || utf16_is_low(c))
      return NULL;
    g_string_append_unichar(out, c);
  }
  *written = out->len;
  return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
utf16_decode_lossy(const unsigned char *bytes, size_t len, Utf16Order order)
{
  GString *out = g_string_new(NULL);
  size_t at = 0;
  gunichar c = REPLACEMENT;

  while (len - at >= 2 && c != 0) {
    at += utf16_next(bytes + at, len - at, order, &c);
    if (c != 0)
      g_string_append_unichar(out, utf16_is_high(c) || utf16_is_low(c) ? REPLACEMENT : c);
  }
  if (at < len && c != 0)
    g_string_append_unichar(out, REPLACEMENT);
  return g_string_free(out, FALSE);
}
