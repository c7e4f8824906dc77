/* stream.c - compressed single files: is all of it there? libclamav hands out what it could unpack
 * of a stream that was cut off and calls it clean. */
#include "../content.h"

#include <string.h>

#include "octets.h"

/* RFC 1952 2.3.1: the last four bytes are the size, modulo 2^32. With several members it is the
 * last one's, which is never more than the whole. */
static gboolean
gzip_is_whole(const unsigned char *bytes, size_t len, size_t unpacked)
{
  const unsigned char *end = bytes + len;
  guint32 size;

  if (len < 18)
    return FALSE;
  size = le32(end - 4);
  return size == (guint32)unpacked;
}

/* The mark of the end, 0x177245385090, stands before a CRC of four bytes, at any bit. */
static gboolean
bzip2_is_whole(const unsigned char *bytes, size_t len)
{
  guint64 tail = 0;

  if (len < 14)
    return FALSE;
  for (size_t at = len - 11; at < len - 3; at++)
    tail = tail << 8 | bytes[at];
  for (int shift = 0; shift < 16; shift++)
    if (((tail >> shift) & G_GUINT64_CONSTANT(0xffffffffffff)) ==
        G_GUINT64_CONSTANT(0x177245385090))
      return TRUE;
  return FALSE;
}

/* A footer ends in YZ; padding of zero bytes may follow. */
static gboolean
xz_is_whole(const unsigned char *bytes, size_t len)
{
  while (len > 12 && bytes[len - 1] == 0)
    len--;
  return len > 12 && bytes[len - 2] == 'Y' && bytes[len - 1] == 'Z';
}

gboolean
stream_is_whole(const char *type, const unsigned char *bytes, size_t len, size_t unpacked)
{
  if (strcmp(type, "application/gzip") == 0)
    return gzip_is_whole(bytes, len, unpacked);
  if (strcmp(type, "application/x-bzip2") == 0)
    return bzip2_is_whole(bytes, len);
  if (strcmp(type, "application/x-xz") == 0)
    return xz_is_whole(bytes, len);
  return TRUE;
}

/* A header, and the mark of the first block. */
#define BZIP2_HEADER 4
#define BZIP2_BLOCK  "\x31\x41\x59\x26\x53\x59"

/* bzip2 is the one of which libclamav unpacks the first alone. Each begins at a byte. */
gboolean
stream_goes_on(const char *type, const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len, *p = bytes;

  if (strcmp(type, "application/x-bzip2") != 0)
    return FALSE;
  for (; (p = memmem(p, (size_t)(end - p), BZIP2_BLOCK, 6)) != NULL; p++)
    if (p - bytes >= 2 * BZIP2_HEADER && memcmp(p - BZIP2_HEADER, "BZh", 3) == 0)
      return TRUE;
  return FALSE;
}

char *
stream_name(const char *type, const unsigned char *bytes, size_t len)
{
  size_t at = 10;
  const unsigned char *end;

  if (strcmp(type, "application/gzip") != 0 || len < 12 || !(bytes[3] & 8))
    return NULL;
  if (bytes[3] & 4)
    at += 2u + (bytes[10] | (size_t)bytes[11] << 8);
  if (at >= len)
    return NULL;
  end = memchr(bytes + at, 0, len - at);
  return end ? g_strndup((const char *)bytes + at, (gsize)(end - bytes) - at) : NULL;
}
