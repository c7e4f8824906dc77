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

/* In zlib's form but not packed (RFC 1950, RFC 1951 3.2.4), since it is unpacked right away. */
static void
store(GByteArray *out, const unsigned char *bytes, size_t len)
{
  const guint16 sizes[] = {GUINT16_TO_LE((guint16)len), GUINT16_TO_LE((guint16)~len)};

  g_byte_array_append(out, (const guint8 *)"\0", 1);
  g_byte_array_append(out, (const guint8 *)sizes, sizeof sizes);
  g_byte_array_append(out, bytes, (guint)len);
}

/* Whole rows, each behind the byte of a PNG that tells its filter: none. */
static GByteArray *
store_rows(const PdfImage *image, const unsigned char *data, size_t len)
{
  enum { MOST = 0xffff };
  const size_t row = row_len(image), rows = MIN(len / row, image->height);
  GByteArray *out = g_byte_array_sized_new((guint)(rows * (row + 11 + row / MOST * 5) + 16));

  g_byte_array_append(out, (const guint8 *)"\x78\x01", 2);
  for (size_t i = 0; i < rows; i++) {
    store(out, (const unsigned char *)"\0", 1);
    for (size_t at = 0; at < row; at += MOST)
      store(out, data + i * row + at, MIN(row - at, MOST));
  }
  /* an empty block is the last one; room of the check sum */
  return g_byte_array_append(out, (const guint8 *)"\1\0\0\xff\xff\0\0\0\0", 9);
}

static void
add_rows(GByteArray *png, const PdfImage *image, const unsigned char *data, size_t len)
{
  static const PdfFilter zlib = {.name = "FlateDecode"};
  gboolean whole = TRUE;
  g_autoptr(GByteArray) plain =
      image->packed ? pdf_unfilter(&zlib, data, len, row_len(image) * image->height, &whole) : NULL;
  g_autoptr(GByteArray) stored =
      plain ? store_rows(image, plain->data, plain->len) : store_rows(image, data, len);

  png_chunk_add(png, "IDAT", stored->data, stored->len);
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
  if (image->filtered && image->packed)
    png_chunk_add(png, "IDAT", data, len);
  else
    add_rows(png, image, data, len);
  png_chunk_add(png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes(png);
}
