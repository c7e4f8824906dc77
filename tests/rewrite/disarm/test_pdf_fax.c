/* Faxes of a PDF in the wrapping of a TIFF: the pixels that come out are those that went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/inspect/picture/picture.h"
#include "pdf_fax.h"

/* Two rows of eight white pixels and eight black ones; want: what a TIFF cannot have is NULL. */
static const struct {
  const char *label;
  PdfFax fax;
  const char *data;
  size_t len;
  gboolean want;
} cases[] = {
    {"group 4", {-1, 16, 2, FALSE, FALSE}, "\x33\x17", 2, TRUE},
    {"group 3, by the row above", {4, 16, 2, FALSE, FALSE}, "\x00\x1c\xc5\x00\x16", 5, TRUE},
    {"group 3", {0, 16, 2, FALSE, FALSE}, "\x00\x19\x8a\x00\x33\x14", 6, TRUE},
    {"rows of whole bytes", {0, 16, 2, TRUE, FALSE}, "\x98\xa0\x98\xa0", 4, TRUE},
    {"rows one behind the other", {0, 16, 2, FALSE, FALSE}, "\x98\xb3\x14", 3, FALSE},
    {"group 4, rows of whole bytes", {-1, 16, 2, TRUE, FALSE}, "\x33\x14\xc0", 3, FALSE},
    {"large", {-1, 60000, 60000, FALSE, FALSE}, "\x33\x17", 2, FALSE},
    {"of no width", {-1, 0, 2, FALSE, FALSE}, "\x33\x17", 2, FALSE},
    {"nothing", {0, 16, 2, FALSE, FALSE}, "", 0, FALSE},
};

static void
keep(const Picture *picture, void *data)
{
  GByteArray *pixels = data;

  g_byte_array_append(pixels, picture->pixels,
                      picture->width * picture->height * picture->channels);
}

static void
test_fax(void **state)
{
  static const unsigned char row[] = {255, 255, 255, 255, 255, 255, 255, 255,
                                      0,   0,   0,   0,   0,   0,   0,   0};
  int failed = 0;

  for (size_t i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
    PdfFax fax = cases[i / 2].fax;
    g_autoptr(GBytes) tiff = NULL;
    g_autoptr(GByteArray) got = g_byte_array_new();
    size_t len = 0;
    const unsigned char *bytes;
    gboolean same = TRUE;

    fax.black_is_one = i % 2 != 0;
    tiff = pdf_fax_tiff(&fax, (const unsigned char *)cases[i / 2].data, cases[i / 2].len);
    bytes = tiff ? g_bytes_get_data(tiff, &len) : NULL;
    if (bytes && picture_read(bytes, len, keep, got))
      for (size_t k = 0; k < got->len; k++)
        same = same && got->data[k] == (fax.black_is_one ? 255 - row[k % 16] : row[k % 16]);
    if (cases[i / 2].want != (got->len == 2 * sizeof row) || !same) {
      print_error("%s: %u pixels%s\n", cases[i / 2].label, got->len, same ? "" : ", others");
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_fax)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
