/* Pictures of a PDF in the wrapping of a PNG: the pixels that come out are those that went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gio/gio.h>

#include "../../../milter/inspect/picture/picture.h"
#include "pdf_image.h"

/* Samples of two rows of two pixels, and the brightness of each pixel. */
static const struct {
  const char *label;
  PdfImage image;
  const char *palette, *data;
  size_t len;
  unsigned char want[4];
} cases[] = {
    {"grey",
     {.width = 2, .height = 2, .bits = 8, .colors = 1},
     NULL,
     "\0\x40\x80\xff",
     4,
     {0, 0x40, 0x80, 0xff}},
    {"a bit a pixel",
     {.width = 2, .height = 2, .bits = 1, .colors = 1},
     NULL,
     "\x40\x80",
     2,
     {0, 255, 255, 0}},
    {"colours",
     {.width = 2, .height = 2, .bits = 8, .colors = 3},
     NULL,
     "\0\0\0\xff\xff\xff\xff\xff\xff\0\0\0",
     12,
     {0, 255, 255, 0}},
    {"an index",
     {.width = 2, .height = 2, .bits = 8, .colors = 1},
     "\xff\xff\xff\0\0\0",
     "\0\1\1\0",
     4,
     {255, 0, 0, 255}},
    {"an index without its table",
     {.width = 2, .height = 2, .bits = 4, .colors = 1},
     "",
     "\x0f\xf0",
     2,
     {0, 255, 255, 0}},
    {"rows with filters",
     {.width = 2, .height = 2, .bits = 8, .colors = 1, .filtered = TRUE},
     NULL,
     "\1\x10\x10\2\x20\x20",
     6,
     {0x10, 0x20, 0x30, 0x40}},
    {"four inks",
     {.width = 2, .height = 2, .bits = 8, .colors = 4},
     NULL,
     "\0\0\0\0\0\0\0\xff\xff\xff\xff\0\x30\x30\x30\x10",
     16,
     {255, 0, 0, 255 - 0x40}},
    {"a bit a colour",
     {.width = 2, .height = 2, .bits = 1, .colors = 3},
     NULL,
     "\x1c\xe0",
     2,
     {0, 255, 255, 0}},
    {"two inks",
     {.width = 2, .height = 2, .bits = 4, .colors = 2},
     NULL,
     "\x0f\x00\x30\xff",
     4,
     {0, 255, 255 - 0x33, 0}},
};

static void
keep(const Picture *picture, void *data)
{
  unsigned char *got = data;

  assert_int_equal(picture->width, 2);
  assert_int_equal(picture->height, 2);
  for (unsigned i = 0; i < 4; i++)
    got[i] = picture_at(picture, VIEW_ON_WHITE, i % 2, i / 2);
}

static GBytes *
packed(const char *data, size_t len)
{
  g_autoptr(GConverter) zlib = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6));
  unsigned char out[256];
  gsize in = 0, got = 0;

  assert_int_equal(g_converter_convert(zlib, data, len, out, sizeof out, G_CONVERTER_INPUT_AT_END,
                                       &in, &got, NULL),
                   G_CONVERTER_FINISHED);
  return g_bytes_new(out, got);
}

static int
check(const char *label, const PdfImage *image, GBytes *data, const unsigned char want[4])
{
  gsize len = 0, size = 0;
  const unsigned char *bytes = g_bytes_get_data(data, &len), *png;
  g_autoptr(GBytes) made = pdf_image_png(image, bytes, len);
  unsigned char got[4] = {1, 2, 3, 4};

  assert_non_null(made);
  png = g_bytes_get_data(made, &size);
  if (picture_read(png, size, keep, got) && memcmp(got, want, 4) == 0)
    return 0;
  print_error("%s%s: got %u %u %u %u, want %u %u %u %u\n", label, image->packed ? ", packed" : "",
              got[0], got[1], got[2], got[3], want[0], want[1], want[2], want[3]);
  return 1;
}

static void
test_pixels(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
    PdfImage image = cases[i / 2].image;
    const char *data = cases[i / 2].data, *palette = cases[i / 2].palette;
    g_autoptr(GBytes) plain = g_bytes_new(data, cases[i / 2].len);
    g_autoptr(GBytes) zlib = packed(data, cases[i / 2].len);
    g_autoptr(GByteArray) colors = g_byte_array_new();

    image.packed = i % 2;
    if (!image.packed && image.filtered) /* nothing writes these */
      continue;
    if (image.packed && !pdf_image_is_png(&image))
      continue;
    if (palette)
      g_byte_array_append(colors, (const guint8 *)palette, *palette ? 6 : 0);
    image.palette = palette ? colors : NULL;
    failed += check(cases[i / 2].label, &image, image.packed ? zlib : plain, cases[i / 2].want);
  }
  assert_int_equal(failed, 0);
}

static void
test_refused(void **state)
{
  static const PdfImage images[] = {
      {.width = 0, .height = 2, .bits = 8, .colors = 1},
      {.width = 2, .height = 2, .bits = 3, .colors = 1},
      {.width = 2, .height = 2, .bits = 8, .colors = 0},
      {.width = 2, .height = 2, .bits = 8, .colors = 4, .packed = TRUE},
      {.width = 100000, .height = 100000, .bits = 1, .colors = 1},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(images); i++)
    assert_null(pdf_image_png(&images[i], (const unsigned char *)"1234", 4));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_pixels), cmocka_unit_test(test_refused)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
