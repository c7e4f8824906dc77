/* QR codes as designers draw them: dots for squares, gaps between them, round corner marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "codes.h"
#include "modules.h"

/* Of DRIVE_PNG. */
#define MODULES 29
#define QUIET   4
#define SIDE    (MODULES + 2 * QUIET)
#define STORED  4 /* pixels a module */

typedef enum eyes { AS_ALL, SQUARE, ROUND } Eyes;

/* gap: hundredths of a module on each side of what is drawn. */
typedef struct style {
  const char *label;
  unsigned module; /* pixels */
  unsigned gap;
  gboolean dots;
  Eyes eyes;
  unsigned char dark, light;
} Style;

static const Style styles[] = {
    {"squares", 10, 0, FALSE, SQUARE, 0, 255},
    {"round corner marks", 10, 0, FALSE, ROUND, 0, 255},
    {"dots", 10, 5, TRUE, SQUARE, 0, 255},
    {"dots, round corner marks", 10, 5, TRUE, ROUND, 0, 255},
    {"small dots, round corner marks", 12, 20, TRUE, ROUND, 0, 255},
    {"the same, light on dark", 10, 5, TRUE, ROUND, 255, 0},
    {"nothing but dots", 12, 10, TRUE, AS_ALL, 0, 255},
    {"nothing but small dots", 10, 30, TRUE, AS_ALL, 0, 255},
    {"gaps between squares", 10, 15, FALSE, AS_ALL, 0, 255},
    {"wide gaps, light on dark", 14, 30, FALSE, AS_ALL, 255, 0},
    {"dots of six pixels", 6, 10, TRUE, AS_ALL, 0, 255},
    {"small dots of seven pixels", 7, 20, TRUE, AS_ALL, 0, 255},
    {"pale dots", 10, 20, TRUE, AS_ALL, 215, 255},
};

/* The corner mark that holds a module, as where it begins. */
static gboolean
mark_of(unsigned x, unsigned y, unsigned *left, unsigned *top)
{
  const unsigned last = QUIET + MODULES - 7;

  *left = x < SIDE / 2 ? QUIET : last;
  *top = y < SIDE / 2 ? QUIET : last;
  return x >= *left && x < *left + 7 && y >= *top && y < *top + 7 &&
         !(*left == last && *top == last);
}

/* In thousandths of a module, from its upper left corner. */
static gboolean
in_cell(const Style *style, int x, int y)
{
  const int gap = (int)style->gap * 10, radius = 500 - gap;

  if (style->dots)
    return (x - 500) * (x - 500) + (y - 500) * (y - 500) <= radius * radius;
  return MIN(x, y) >= gap && MAX(x, y) < 1000 - gap;
}

/* Of two circles and one in them, around the middle of the mark. */
static gboolean
in_round_mark(int x, int y)
{
  const gint64 far = (gint64)x * x + (gint64)y * y;

  return far <= 1500 * 1500 || (far > 2500 * 2500 && far <= 3500 * 3500);
}

static gboolean
is_dark(const Style *style, const Picture *stored, unsigned px, unsigned py)
{
  const unsigned x = px / style->module, y = py / style->module;
  const int ix = (int)((px % style->module * 2 + 1) * 500 / style->module),
            iy = (int)((py % style->module * 2 + 1) * 500 / style->module);
  const gboolean set = picture_at(stored, VIEW_ON_WHITE, x * STORED, y * STORED) < 128;
  unsigned left, top;

  if (style->eyes == AS_ALL || !mark_of(x, y, &left, &top))
    return set && in_cell(style, ix, iy);
  if (style->eyes == SQUARE)
    return set;
  return in_round_mark((int)(x - left) * 1000 + ix - 3500, (int)(y - top) * 1000 + iy - 3500);
}

static Picture *
paint(const Style *style, const Picture *stored)
{
  const unsigned side = SIDE * style->module;
  Picture *picture = picture_new(side, side, 1);

  for (unsigned y = 0; y < side; y++)
    for (unsigned x = 0; x < side; x++)
      picture->pixels[y * side + x] = is_dark(style, stored, x, y) ? style->dark : style->light;
  return picture;
}

static void
test_styles(void **state)
{
  g_autoptr(Picture) stored = picture_of(DRIVE_PNG);
  int failed = 0;

  assert_int_equal(stored->width, SIDE * STORED);
  for (size_t i = 0; i < G_N_ELEMENTS(styles); i++) {
    g_autoptr(Picture) picture = paint(&styles[i], stored);
    g_autofree char *got = codes_in(picture);

    failed += check(styles[i].label, got, DRIVE);
  }
  assert_int_equal(failed, 0);
}

/* --- beside something else --- */

#define CANVAS 960
#define ROOM   450 /* for what stands beside the code, or above */

typedef struct frame {
  unsigned left, top;
} Frame;

static void
put(Picture *picture, Frame at, unsigned x, unsigned y, unsigned value)
{
  if (at.left + x < picture->width && at.top + y < picture->height)
    picture->pixels[(at.top + y) * picture->width + at.left + x] = (unsigned char)value;
}

/* In squares. */
static void
put_minutes(Picture *picture, Frame at)
{
  for (unsigned y = 0; y < 25 * 6; y++)
    for (unsigned x = 0; x < 25 * 6; x++)
      if (code[y / 6][x / 6] == '#')
        put(picture, at, 60 + x, 60 + y, 0);
}

/* So far apart, and each fifth of them missing. No row is like the one above it. */
static void
put_dashes(Picture *picture, Frame at, unsigned top, unsigned pitch)
{
  for (unsigned y = top; y < top + 60; y++)
    for (unsigned x = 0; x < ROOM; x++)
      if (x / pitch % 5 != 3 && x % pitch < pitch / 3)
        put(picture, at, x, y, y & 1);
}

static void
put_few_dashes(Picture *picture, Frame at)
{
  for (unsigned i = 0; i < 5; i++)
    put_dashes(picture, at, 20 + 70 * i, 25);
}

/* As far apart as the dots of the code, but for a pixel or two. */
static void
put_like_dashes(Picture *picture, Frame at)
{
  for (unsigned i = 0; i < 5; i++)
    put_dashes(picture, at, 20 + 70 * i, i % 2 == 0 ? 13 : 14);
}

static void
put_many_dashes(Picture *picture, Frame at)
{
  for (unsigned i = 0; i < 6; i++)
    put_dashes(picture, at, 20 + 70 * i, 15 + 3 * i);
}

/* More than are told apart. */
static void
put_marks(Picture *picture, Frame at)
{
  static const char *const mark[] = {"1111111.", "1.....1.", "1.111.1.", "1.111.1.",
                                     "1.111.1.", "1.....1.", "1111111.", "........"};

  for (unsigned y = 0; y < ROOM; y++)
    for (unsigned x = 0; x < ROOM; x++)
      put(picture, at, x, y, mark[y % 8][x % 8] == '1' ? 0 : 255);
}

static const struct {
  const char *label;
  void (*put)(Picture *, Frame);
  Frame at;
  const char *want;
} neighbours[] = {
    {"a code in squares above", put_minutes, {20, 20}, MINUTES " " DRIVE},
    {"a code in squares beside", put_minutes, {500, 500}, MINUTES " " DRIVE},
    {"other dots above", put_few_dashes, {20, 20}, DRIVE},
    {"other dots before", put_few_dashes, {0, 500}, DRIVE},
    {"dots that are much alike", put_like_dashes, {0, 500}, DRIVE},
    {"many marks above", put_marks, {0, 0}, DRIVE},
    {"many dots", put_many_dashes, {20, 20}, "- " DRIVE},
};

/* A code in dots is sought whatever else there is; what cannot be sought is told. */
static void
test_neighbours(void **state)
{
  g_autoptr(Picture) stored = picture_of(DRIVE_PNG), dotted = paint(&styles[6], stored);
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(neighbours); i++) {
    g_autoptr(Picture) picture = picture_new_white(CANVAS, CANVAS, 1);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    const Frame at = {neighbours[i].at.left == 0 ? ROOM + 50 : 0, ROOM + 50};
    g_autofree char *got = NULL;
    guint64 pixels = 0;

    for (unsigned y = 0; y < dotted->height; y++)
      for (unsigned x = 0; x < dotted->width; x++)
        put(picture, at, x, y, dotted->pixels[y * dotted->width + x]);
    neighbours[i].put(picture, neighbours[i].at);
    if (!qr_read(picture, &pixels, texts))
      g_ptr_array_insert(texts, 0, g_strdup("-"));
    g_ptr_array_add(texts, NULL);
    got = g_strjoinv(" ", (char **)texts->pdata);
    failed += check(neighbours[i].label, got, neighbours[i].want);
  }
  assert_int_equal(failed, 0);
}

/* What is looked at again counts, and is no more in memory than half as wide and high. */
static void
test_cost(void **state)
{
  g_autoptr(Picture) picture = picture_new_white(CANVAS, CANVAS, 1);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  guint64 pixels = 0;

  put_few_dashes(picture, (Frame){20, 20});
  assert_true(qr_read(picture, &pixels, texts));
  assert_int_equal(pixels, CANVAS * CANVAS);
  pixels = LIMIT_PICTURES + 1;
  assert_false(qr_read(picture, &pixels, texts));
  assert_int_equal(pixels, LIMIT_PICTURES + 1);
  for (unsigned pitch = 6; pitch < 30; pitch++) {
    unsigned by;
    g_autoptr(Picture) joined = dots_joined(picture, VIEW_ON_WHITE, pitch, &by);

    assert_int_equal(joined->width, CANVAS / by);
    assert_true(joined->width <= CANVAS / 2 && joined->height <= CANVAS / 2);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_styles),
                                     cmocka_unit_test(test_neighbours),
                                     cmocka_unit_test(test_cost)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
