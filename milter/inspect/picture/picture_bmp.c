/* picture_bmp.c - bitmaps of Windows: 1, 4, 8, 24 and 32 bits a pixel without compression, which is
 * what is written today. (Microsoft, BITMAPINFOHEADER.) */
#include "picture.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"

#define FILE_HEADER 14

typedef struct bitmap {
  unsigned width, height, bits, colors, color_len;
  gboolean down; /* the first row is the top one */
  size_t palette, data, stride;
} Bitmap;

/* OS/2's header of 12 bytes and those of Windows from 40 on. */
static gboolean
bitmap_sizes(const unsigned char *bytes, size_t len, Bitmap *bitmap, guint32 *compression)
{
  guint32 header = len >= FILE_HEADER + 40 ? le32(bytes + FILE_HEADER) : 0;
  const unsigned char *at = bytes + FILE_HEADER;
  gint32 height;

  if ((header != 12 && header < 40) || header > len - FILE_HEADER)
    return FALSE;
  bitmap->width = header == 12 ? le16(at + 4) : le32(at + 4);
  height = header == 12 ? (gint32)le16(at + 6) : (gint32)le32(at + 8);
  bitmap->down = height < 0;
  bitmap->height = height < 0 ? 0u - (unsigned)height : (unsigned)height;
  bitmap->bits = le16(at + (header == 12 ? 10 : 14));
  *compression = header == 12 ? 0 : le32(at + 16);
  bitmap->colors = header == 12 ? 0 : le32(at + 32);
  bitmap->color_len = header == 12 ? 3 : 4;
  bitmap->palette = FILE_HEADER + header + (header == 40 && *compression == 3 ? 12 : 0);
  bitmap->data = le32(bytes + 10);
  return TRUE;
}

static gboolean
bitmap_open(const unsigned char *bytes, size_t len, Bitmap *bitmap)
{
  guint32 compression;
  gboolean indexed;

  if (!bitmap_sizes(bytes, len, bitmap, &compression) ||
      !picture_fits(bitmap->width, bitmap->height, LIMIT_PICTURE))
    return FALSE;
  indexed = bitmap->bits == 1 || bitmap->bits == 4 || bitmap->bits == 8;
  if (!indexed && bitmap->bits != 24 && bitmap->bits != 32)
    return FALSE;
  if (compression != 0 && !(compression == 3 && bitmap->bits == 32))
    return FALSE;
  if (indexed && (bitmap->colors == 0 || bitmap->colors > 1u << bitmap->bits))
    bitmap->colors = 1u << bitmap->bits;
  if (!indexed)
    bitmap->colors = 0;
  bitmap->stride = (((size_t)bitmap->width * bitmap->bits + 31) / 32) * 4;
  return bitmap->data <= len && bitmap->palette <= len &&
         (size_t)bitmap->colors * bitmap->color_len <= len - bitmap->palette;
}

static const unsigned char *
pixel_at(const Bitmap *bitmap, const unsigned char *bytes, const unsigned char *row, unsigned x)
{
  unsigned index;

  if (bitmap->bits >= 24)
    return row + (size_t)x * (bitmap->bits / 8);
  index = row[(size_t)x * bitmap->bits / 8];
  if (bitmap->bits < 8) {
    unsigned per = 8 / bitmap->bits;

    index = index >> (bitmap->bits * (per - 1 - x % per)) & ((1u << bitmap->bits) - 1);
  }
  if (index >= bitmap->colors)
    index = 0;
  return bytes + bitmap->palette + (size_t)index * bitmap->color_len;
}

static void
put_row(const Bitmap *bitmap, const unsigned char *bytes, const unsigned char *row,
        Picture *picture, unsigned y, unsigned by)
{
  unsigned char *out = picture->pixels + (size_t)y * picture->width * 3;

  for (unsigned x = 0; x < picture->width; x++, out += 3) {
    const unsigned char *bgr = pixel_at(bitmap, bytes, row, x * by);

    out[0] = bgr[2];
    out[1] = bgr[1];
    out[2] = bgr[0];
  }
}

gboolean
bmp_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  Bitmap bitmap = {0};
  guint32 compression;

  if (!bitmap_sizes(bytes, len, &bitmap, &compression))
    return FALSE;
  *size = (PictureSize){bitmap.width, bitmap.height, 1, 0};
  return TRUE;
}

Picture *
bmp_read(const unsigned char *bytes, size_t len)
{
  Bitmap bitmap = {0};
  Picture *picture;
  unsigned by;

  if (!bitmap_open(bytes, len, &bitmap))
    return NULL;
  by = picture_step_within(&(PictureSize){bitmap.width, bitmap.height, 1, 0}, len, 3);
  if (by == 0)
    return NULL;
  picture = picture_new(bitmap.width / by, bitmap.height / by, 3);
  for (unsigned y = 0; y < picture->height; y++) {
    size_t row = bitmap.down ? y * by : bitmap.height - 1 - y * by;
    size_t at = bitmap.data + row * bitmap.stride;

    if (at > len || len - at < bitmap.stride)
      continue;
    put_row(&bitmap, bytes, bytes + at, picture, y, by);
  }
  return picture;
}
