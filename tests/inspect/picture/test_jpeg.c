/* Photographs: the largest are read, smaller, and what would not fit into memory is said not to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "bounds.h"
#include "codes.h"
#include "modules.h"

typedef struct shot {
  const char *label;
  unsigned width, height;
  gboolean progressive;
  int across, down; /* pixels of brightness for one of colour */
  const char *want; /* what is read, "-" if it is not */
} Shot;

static const Shot shots[] = {
    {"a screen", 1920, 1080, FALSE, 1, 1, MINUTES},
    {"a telephone's, 12 megapixels", 4032, 3024, FALSE, 2, 2, MINUTES},
    {"48 megapixels", 8000, 6000, FALSE, 2, 2, MINUTES},
    {"48 megapixels in all colours", 8000, 6000, FALSE, 1, 1, MINUTES},
    {"progressive, 9 megapixels in all colours", 3000, 3000, TRUE, 1, 1, MINUTES},
    {"progressive, 12 megapixels", 4032, 3024, TRUE, 2, 2, MINUTES},
    {"progressive, 12 megapixels, more colours", 4032, 3024, TRUE, 2, 1, MINUTES},
    {"progressive, 48 megapixels", 8000, 6000, TRUE, 2, 2, "-"},
};

/* A code in the middle, as high as a third of the picture. */
static void
draw_row(const Shot *shot, unsigned y, unsigned char *row)
{
  const unsigned count = G_N_ELEMENTS(code), module = shot->height / 3 / count;
  const unsigned left = (shot->width - count * module) / 2;
  const unsigned top = (shot->height - count * module) / 2;
  const unsigned down = (y - top) / module;

  memset(row, 230, (size_t)shot->width * 3);
  for (unsigned x = left; y >= top && down < count && x < left + count * module; x++)
    if (code[down][(x - left) / module] == '#')
      memset(row + (size_t)x * 3, 30, 3);
}

static GBytes *
shoot(const Shot *shot)
{
  g_autofree unsigned char *row = g_malloc((size_t)shot->width * 3);
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long len = 0;

  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &bytes, &len);
  jpeg.image_width = shot->width;
  jpeg.image_height = shot->height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg.dct_method = JDCT_IFAST;
  jpeg.comp_info[0].h_samp_factor = shot->across;
  jpeg.comp_info[0].v_samp_factor = shot->down;
  if (shot->progressive)
    jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    draw_row(shot, jpeg.next_scanline, row);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return g_bytes_new_with_free_func(bytes, len, free, bytes);
}

static void
test_photographs(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(shots); i++) {
    g_autoptr(GBytes) bytes = shoot(&shots[i]);
    g_autofree char *got = codes_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

    failed += check(shots[i].label, got, shots[i].want);
  }
  assert_int_equal(failed, 0);
}

/* What is kept of a picture, and the step at which there is the memory for it. */
static void
test_memory(void **state)
{
  static const struct {
    const char *label;
    unsigned side, kept;
    guint64 beside;
    size_t len;
    unsigned want;
  } cases[] = {
      {"small", 100, 4, 0, 1000, 1},
      {"as large as is searched", 3000, 4, 0, MIB(1), 1},
      {"larger", 3001, 4, 0, MIB(1), 2},
      {"a long file", 3000, 4, 0, MIB(40), 2},
      {"too long a file", 100, 4, 0, LIMIT_PICTURE_MEMORY, 0},
      {"a decoder with pixels of its own", 3000, 4, 36000000, MIB(1), 2},
      {"one with too many", 5000, 4, 100000000, 1000, 0},
      {"numbers that would wrap", 7000, 4, G_MAXUINT64 - 100, 1000, 0},
  };
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const PictureSize size = {cases[i].side, cases[i].side, 1, cases[i].beside};
    unsigned got = picture_step_within(&size, cases[i].len, cases[i].kept);

    if (got == cases[i].want)
      continue;
    print_error("%s: got %u, want %u\n", cases[i].label, got, cases[i].want);
    failed++;
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_photographs),
      cmocka_unit_test(test_memory),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
