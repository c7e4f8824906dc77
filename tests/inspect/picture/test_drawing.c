/* What a page draws: painted as it must be, searched when it could be a code, and within bounds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/inspect/picture/drawing_private.h"
#include "bounds.h"
#include "modules.h"

static const Paint black = {{0, 0, 0}, 255}, white = {{255, 255, 255}, 255};
static const Paint blue = {{20, 40, 120}, 255}, yellow = {{250, 240, 160}, 255};

static Box
square(double x, double y, double size)
{
  return (Box){x, y, x + size, y + size};
}

static void
draw_squares(Drawing *drawing)
{
  for (guint y = 0; y < G_N_ELEMENTS(code); y++)
    for (guint x = 0; x < strlen(code[y]); x++)
      if (code[y][x] == '#')
        drawing_area(drawing, square(100 + x, 50 + y, 1), black, 7);
}

static void
draw_columns(Drawing *drawing)
{
  for (guint x = 0; x < G_N_ELEMENTS(code); x++)
    for (guint y = 0; y < G_N_ELEMENTS(code); y++)
      if (code[y][x] == '#') {
        drawing_move(drawing, x * 3 + 1.5, y * 3);
        drawing_line(drawing, x * 3 + 1.5, y * 3 + 3);
      }
  drawing_stroke(drawing, blue, 3, 7);
}

/* Light modules on a dark ground. */
static void
draw_inverted(Drawing *drawing)
{
  drawing_area(drawing, (Box){-50, -50, 400, 400}, blue, 1);
  for (guint y = 0; y < G_N_ELEMENTS(code); y++)
    for (guint x = 0; x < strlen(code[y]); x++)
      if (code[y][x] == '#')
        drawing_area(drawing, square(x * 8, y * 8, 8), yellow, 7);
}

/* Dark dots; the corner marks whole, as those who draw dots leave them. */
static void
draw_dots(Drawing *drawing)
{
  const double k = 0.5523 / 2;

  for (guint y = 0; y < G_N_ELEMENTS(code); y++)
    for (guint x = 0; x < strlen(code[y]); x++) {
      const double m = x + 0.5, n = y + 0.5, r = 0.5;
      const gboolean low = y < 7, left = x < 7;

      if (code[y][x] != '#')
        continue;
      if ((low && (left || x >= strlen(code[y]) - 7)) || (left && y >= G_N_ELEMENTS(code) - 7)) {
        drawing_area(drawing, square(x, y, 1), black, 7);
        continue;
      }
      drawing_move(drawing, m + r, n);
      drawing_curve(drawing, (double[]){m + r, n + k, m + k, n + r, m, n + r});
      drawing_curve(drawing, (double[]){m - k, n + r, m - r, n + k, m - r, n});
      drawing_curve(drawing, (double[]){m - r, n - k, m - k, n - r, m, n - r});
      drawing_curve(drawing, (double[]){m + k, n - r, m + r, n - k, m + r, n});
      drawing_close(drawing);
      drawing_fill(drawing, black, FILL_NONZERO, 7);
    }
}

/* All of it one area, and a page full of other things. */
static void
draw_one_area(Drawing *drawing)
{
  drawing_area(drawing, (Box){0, 0, 600, 800}, white, 1);
  for (guint i = 0; i < 30; i++)
    drawing_area(drawing, (Box){20, 20 + i * 9.0, 580, 20.5 + i * 9.0}, black, 2);
  for (guint y = 0; y < G_N_ELEMENTS(code); y++)
    for (guint x = 0; x < strlen(code[y]); x++)
      if (code[y][x] == '#') {
        drawing_move(drawing, 300 + x * 3, 400 + y * 3);
        drawing_line(drawing, 303 + x * 3, 400 + y * 3);
        drawing_line(drawing, 303 + x * 3, 403 + y * 3);
        drawing_line(drawing, 300 + x * 3, 403 + y * 3);
        drawing_close(drawing);
      }
  drawing_fill(drawing, blue, FILL_EVEN_ODD, 7);
}

/* A table, of which every second cell is grey. */
static void
draw_table(Drawing *drawing)
{
  for (guint i = 0; i < 400; i++)
    drawing_area(drawing, (Box){i % 10 * 50.0, i / 10 * 12, i % 10 * 50 + 50.0, i / 10 * 12 + 12},
                 i / 10 % 2 ? white : yellow, 1);
}

static const struct {
  const char *label;
  void (*draw)(Drawing *);
  gboolean found;
} drawings[] = {
    {"squares", draw_squares, TRUE},   {"lines", draw_columns, TRUE},
    {"inverted", draw_inverted, TRUE}, {"dots", draw_dots, TRUE},
    {"one area", draw_one_area, TRUE}, {"a table", draw_table, FALSE},
};

static void
test_codes(void **state)
{
  int bad = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(drawings); i++) {
    g_autoptr(Drawing) drawing = drawing_new();
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_code_free);
    g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(guint));
    guint64 pixels = 0;
    const DrawnCode *found;
    gboolean good;

    drawings[i].draw(drawing);
    good = drawing_codes(drawing, &pixels, codes) && (codes->len > 0) == drawings[i].found;
    found = codes->len > 0 ? g_ptr_array_index(codes, 0) : NULL;
    if (found) {
      drawing_owners(drawing, found->box, owners);
      good =
          good && strcmp(found->address, MINUTES) == 0 && owners->len > 0;
      for (guint k = 0; k < owners->len; k++)
        good = good && g_array_index(owners, guint, k) == 7;
    }
    if (!good) {
      printf("%s: %u codes, %s; %u owners\n", drawings[i].label, codes->len,
             found ? found->address : "", owners->len);
      bad++;
    }
  }
  assert_int_equal(bad, 0);
}

static Picture *
painted(const Drawing *drawing)
{
  const DrawingView view = {{0, 0, 7.5, 3.5}, 1};
  guint64 steps = LIMIT_DRAWING_STEPS;

  return drawing_paint(drawing, &view, &steps);
}

static void
assert_rows(const char *label, const Picture *picture, const char *want)
{
  g_autoptr(GString) got = g_string_new(NULL);

  for (unsigned y = 0; y < picture->height; y++) {
    for (unsigned x = 0; x < picture->width; x++)
      g_string_append_c(got, picture->pixels[y * picture->width + x] < 128 ? '#' : '.');
    g_string_append_c(got, '\n');
  }
  if (strcmp(got->str, want) != 0)
    printf("%s: got\n%swant\n%s", label, got->str, want);
  assert_string_equal(got->str, want);
}

static void
ring(Drawing *drawing, gboolean around)
{
  drawing_move(drawing, 0, 0);
  drawing_line(drawing, 5, 0);
  drawing_line(drawing, 5, 4);
  drawing_line(drawing, 0, 4);
  drawing_close(drawing);
  drawing_move(drawing, 1, 1);
  drawing_line(drawing, around ? 1 : 4, around ? 3 : 1);
  drawing_line(drawing, 4, 3);
  drawing_line(drawing, around ? 4 : 1, around ? 1 : 3);
}

static void
test_paint(void **state)
{
  static const char hole[] = "#####...\n#...#...\n#...#...\n#####...\n";
  static const char full[] = "#####...\n#####...\n#####...\n#####...\n";
  static const struct {
    const char *label;
    gboolean around;
    FillRule rule;
    const char *want;
  } rings[] = {{"the same way, non-zero", FALSE, FILL_NONZERO, full},
               {"the other way, non-zero", TRUE, FILL_NONZERO, hole},
               {"the same way, even-odd", FALSE, FILL_EVEN_ODD, hole}};

  for (size_t i = 0; i < G_N_ELEMENTS(rings); i++) {
    g_autoptr(Drawing) drawing = drawing_new();
    g_autoptr(Picture) picture = NULL;

    ring(drawing, rings[i].around);
    drawing_fill(drawing, black, rings[i].rule, 0);
    picture = painted(drawing);
    assert_rows(rings[i].label, picture, rings[i].want);
  }
}

static void
test_clip(void **state)
{
  g_autoptr(Drawing) drawing = drawing_new();
  g_autoptr(Picture) picture = NULL;

  drawing_set_clip(drawing, (Box){2, 1, 6, 3});
  drawing_area(drawing, (Box){0, 0, 4, 4}, black, 0);
  drawing_move(drawing, 4, 0);
  drawing_line(drawing, 8, 4);
  drawing_line(drawing, 8, 0);
  drawing_fill(drawing, black, FILL_NONZERO, 0);
  picture = painted(drawing);
  assert_rows("clip", picture, "........\n..##.#..\n..##....\n........\n");
}

/* An area that is painted over and over, and numbers that are none. */
static void
test_bounds(void **state)
{
  g_autoptr(Drawing) drawing = drawing_new();
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_code_free);
  guint64 pixels = 0;

  draw_squares(drawing);
  for (guint i = 0; i < 20000; i++)
    drawing_area(drawing, (Box){0, 0, 500, 500}, white, 0);
  assert_false(drawing_codes(drawing, &pixels, codes));
  for (guint i = 0; i < LIMIT_DRAWING_POINTS; i++) {
    drawing_move(drawing, NAN, i);
    drawing_curve(drawing, (double[]){INFINITY, -INFINITY, 1e300, 0, 0, NAN});
  }
  drawing_fill(drawing, black, FILL_NONZERO, 0);
  assert_true(drawing->points->len <= LIMIT_DRAWING_POINTS);
  assert_false(drawing_codes(drawing, &pixels, codes));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_codes),
      cmocka_unit_test(test_paint),
      cmocka_unit_test(test_clip),
      cmocka_unit_test(test_bounds),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
