/* pdf_image.c - a picture of a PDF (ISO 32000-1, 8.9.5) as a PNG: the same rows in other wrapping.
 * Where they are filtered as in a PNG, as writers do that take one in, they are not even unpacked.
 */
#include "pdf_image.h"

#include <string.h>

#include "bounds.h"
#include "pdf_filter.h"
#include "png_chunk.h"

/* Inks of a space of colour, and what a PDF may have of them. */
#define COLORS 32

static size_t
row_len(const PdfImage *image)
{
  return ((size_t)image->width * image->bits * image->colors + 7) / 8;
}

/* Rows as they are, each behind the byte of a PNG that says so. */
static GByteArray *
pack_rows(const PdfImage *image, const unsigned char *data, size_t len)
{
  g_autoptr(GConverter) plain = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autoptr(GConverter) zlib = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 1));
  const size_t row = row_len(image);
  g_autoptr(GByteArray) rows = NULL;
  g_autoptr(GByteArray) marked = g_byte_array_new();

  if (image->packed)
    rows = pdf_convert(plain, data, len, row * image->height);
  else
    rows = g_byte_array_append(g_byte_array_new(), data, (guint)MIN(len, row * image->height));
  for (size_t at = 0; at + row <= rows->len; at += row) {
    g_byte_array_append(marked, (const guint8 *)"\0", 1);
    g_byte_array_append(marked, rows->data + at, (guint)row);
  }
  return pdf_convert(zlib, marked->data, marked->len, marked->len + KIB(64));
}

/* Where a table of colours is not at hand, shades of grey stand for it. */
static void
add_palette(GByteArray *png, const PdfImage *image)
{
  unsigned char shades[256 * 3];
  const unsigned count = 1u << MIN(image->bits, 8);

  if (image->palette->len >= 3) {
    png_chunk_add(png, "PLTE", image->palette->data, MIN(image->palette->len / 3, count) * 3);
    return;
  }
  for (unsigned i = 0; i < count; i++)
    memset(shades + (size_t)i * 3, (int)(i * 255 / (count - 1)), 3);
  png_chunk_add(png, "PLTE", shades, (size_t)count * 3);
}

static gboolean
is_known(const PdfImage *image)
{
  static const unsigned bits[] = {1, 2, 4, 8, 16};
  gboolean known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
    known |= image->bits == bits[i];
  return known && image->colors >= 1 && image->colors <= COLORS && image->width > 0 &&
         image->height > 0 && image->width <= LIMIT_PICTURE && image->height <= LIMIT_PICTURE &&
         (guint64)image->width * image->height <= LIMIT_PICTURE;
}

gboolean
pdf_image_is_png(const PdfImage *image)
{
  return (image->colors == 1 || (image->colors == 3 && image->bits >= 8)) &&
         !(image->palette && image->bits > 8);
}

/* One sample of a row, of 8 bits. */
static unsigned
sample(const PdfImage *image, const unsigned char *row, size_t i)
{
  const unsigned bits = image->bits, most = (1u << MIN(bits, 8)) - 1;

  if (bits >= 8)
    return row[i * bits / 8];
  return (row[i * bits / 8] >> (8 - bits - i * bits % 8) & most) * 255 / most;
}

/* Three are light; of inks the darkest counts, and black is the last of four. */
static guint8
grey_of(const unsigned *samples, unsigned colors)
{
  unsigned dark = 0;

  if (colors == 3)
    return (guint8)((samples[0] + samples[1] + samples[2]) / 3);
  if (colors == 4)
    return (guint8)(255 - MIN(255, (samples[0] + samples[1] + samples[2]) / 3 + samples[3]));
  for (unsigned i = 0; i < colors; i++)
    dark = MAX(dark, samples[i]);
  return (guint8)(255 - dark);
}

static GByteArray *
grey_rows(const PdfImage *image, const unsigned char *data, size_t len)
{
  const size_t row = row_len(image);
  GByteArray *grey = g_byte_array_new();
  unsigned samples[COLORS];

  for (size_t y = 0; y < image->height && (y + 1) * row <= len; y++)
    for (size_t x = 0; x < image->width; x++) {
      guint8 value;

      for (unsigned i = 0; i < image->colors; i++)
        samples[i] = sample(image, data + y * row, x * image->colors + i);
      value = grey_of(samples, image->colors);
      g_byte_array_append(grey, &value, 1);
    }
  return grey;
}

GBytes *
pdf_image_png(const PdfImage *image, const unsigned char *data, size_t len)
{
  const guint32 size[] = {GUINT32_TO_BE(image->width), GUINT32_TO_BE(image->height)};
  unsigned char header[13] = {0};
  GByteArray *png;

  if (!is_known(image) || len > G_MAXUINT32 / 2)
    return NULL;
  if (!pdf_image_is_png(image)) {
    const PdfImage grey = {.width = image->width, .height = image->height, .bits = 8, .colors = 1};
    g_autoptr(GByteArray) rows = image->packed ? NULL : grey_rows(image, data, len);

    return rows ? pdf_image_png(&grey, rows->data, rows->len) : NULL;
  }
  memcpy(header, size, sizeof size);
  header[8] = (unsigned char)image->bits;
  header[9] = image->palette ? 3 : image->colors == 3 ? 2 : 0;
  png = g_byte_array_new();
  g_byte_array_append(png, (const guint8 *)PNG_SIGNATURE, PNG_SIGNATURE_LEN);
  png_chunk_add(png, "IHDR", header, sizeof header);
  if (image->palette)
    add_palette(png, image);
  if (image->filtered && image->packed) {
    png_chunk_add(png, "IDAT", data, len);
  } else {
    g_autoptr(GByteArray) rows = pack_rows(image, data, len);

    png_chunk_add(png, "IDAT", rows->data, rows->len);
  }
  png_chunk_add(png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes(png);
}
