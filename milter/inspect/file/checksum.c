/* checksum.c - check sums, half a byte at a time. */
#include "checksum.h"

guint32
checksum_crc32(guint32 crc, const unsigned char *bytes, size_t len)
{
  static const guint32 table[16] = {
      0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
      0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
      0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };

  for (size_t i = 0; i < len; i++) {
    crc = crc >> 4 ^ table[(crc ^ bytes[i]) & 15];
    crc = crc >> 4 ^ table[(crc ^ (guint32)bytes[i] >> 4) & 15];
  }
  return crc;
}
