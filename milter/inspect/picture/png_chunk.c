/* png_chunk.c - length, name, content, and the room of a check sum. */
#include "png_chunk.h"

void
png_chunk_add(GByteArray *png, const char *name, const unsigned char *content, size_t len)
{
  const guint32 size = GUINT32_TO_BE((guint32)len);

  g_byte_array_append(png, (const guint8 *)&size, 4);
  g_byte_array_append(png, (const guint8 *)name, 4);
  if (len > 0)
    g_byte_array_append(png, content, (guint)len);
  g_byte_array_append(png, (const guint8 *)"\0\0\0\0", 4);
}
