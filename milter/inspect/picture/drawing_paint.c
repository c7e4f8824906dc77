/* drawing_paint.c - areas made pixels: each row of pixels, through its middle, crosses the outlines
 * of an area at some places; between them it is inside or outside. What is thinner than a pixel is
 * lost, which no code is. */
#include "drawing_private.h"

#include <math.h>
#include <string.h>

/* What a crossing and a run of pixels cost, in steps. */
#define CROSSING_STEPS 16
#define RUN_STEPS      4

typedef struct crossing {
  gint32 row;
  float x;
  int turn; /* downwards 1, upwards -1 */
} Crossing;

typedef struct painting {
  const Drawing *drawing;
  const DrawingView *view;
  Picture *picture;
  GArray *crossings; /* Crossing */
  guint64 *steps;
} Painting;

/* The first pixel whose middle is not before. */
static int
pixel_from(double at, unsigned most)
{
  return (int)CLAMP(ceil(at - 0.5), 0, (double)most);
}

static Box
in_pixels(const DrawingView *view, Box box)
{
  return (Box){(box.left - view->box.left) * view->scale, (box.top - view->box.top) * view->scale,
               (box.right - view->box.left) * view->scale,
               (box.bottom - view->box.top) * view->scale};
}

static gboolean
spend(Painting *painting, guint64 steps)
{
  *painting->steps -= MIN(steps, *painting->steps);
  return *painting->steps > 0;
}

static unsigned char
blend(unsigned char below, unsigned char above, unsigned opaque)
{
  return (unsigned char)((below * (255 - opaque) + above * opaque) / 255);
}

static gboolean
is_grey_paint(const Paint *paint)
{
  return paint->rgb[0] == paint->rgb[1] && paint->rgb[1] == paint->rgb[2];
}

/* So many pixels, out of one, of two, of four. */
static void
fill(unsigned char *at, const Paint *paint, unsigned channels, size_t count)
{
  const size_t size = count * channels;

  if (channels == 1 || is_grey_paint(paint)) {
    memset(at, paint->rgb[0], size);
    return;
  }
  memcpy(at, paint->rgb, channels);
  for (size_t done = channels; done < size; done *= 2)
    memcpy(at + done, at, MIN(done, size - done));
}

static void
paint_run(Painting *painting, const Paint *paint, int row, int from, int to)
{
  const unsigned channels = painting->picture->channels;
  unsigned char *at = painting->picture->pixels +
                      ((size_t)row * painting->picture->width + (size_t)from) * channels;

  if (from >= to || !spend(painting, RUN_STEPS + (guint64)(to - from) / 4))
    return;
  if (paint->opaque == 255)
    fill(at, paint, channels, (size_t)(to - from));
  else
    for (; from < to; from++)
      for (unsigned i = 0; i < channels; i++, at++)
        *at = blend(*at, paint->rgb[i], paint->opaque);
}

/* The pixels of a box, in pixels. */
static void
paint_box(Painting *painting, const Paint *paint, Box box)
{
  const int left = pixel_from(box.left, painting->picture->width);
  const int right = pixel_from(box.right, painting->picture->width);
  const int bottom = pixel_from(box.bottom, painting->picture->height);

  for (int row = pixel_from(box.top, painting->picture->height); row < bottom; row++)
    paint_run(painting, paint, row, left, right);
}

/* An upright rectangle, as nearly all are. */
static gboolean
is_upright(const Drawing *drawing, const Shape *shape, Box *box)
{
  const Outline *outline = outline_at(drawing, shape->first);
  const Point *p = point_at(drawing, outline->first);

  if (shape->count > 1 || outline->count < 4 || outline->count > 5)
    return FALSE;
  if (!((p[0].x == p[1].x && p[1].y == p[2].y && p[2].x == p[3].x && p[3].y == p[0].y) ||
        (p[0].y == p[1].y && p[1].x == p[2].x && p[2].y == p[3].y && p[3].x == p[0].x)))
    return FALSE;
  *box = (Box){MIN(p[0].x, p[2].x), MIN(p[0].y, p[2].y), MAX(p[0].x, p[2].x), MAX(p[0].y, p[2].y)};
  return TRUE;
}

static void
cross_rows(Painting *painting, const Point *a, const Point *b)
{
  const DrawingView *view = painting->view;
  const double ax = (a->x - view->box.left) * view->scale;
  const double ay = (a->y - view->box.top) * view->scale;
  const double bx = (b->x - view->box.left) * view->scale;
  const double by = (b->y - view->box.top) * view->scale;
  const int first = pixel_from(MIN(ay, by), painting->picture->height);
  const int end = pixel_from(MAX(ay, by), painting->picture->height);

  for (int row = first; row < end && spend(painting, CROSSING_STEPS); row++) {
    const Crossing crossing = {row, (float)(ax + (row + 0.5 - ay) / (by - ay) * (bx - ax)),
                               ay < by ? 1 : -1};

    g_array_append_val(painting->crossings, crossing);
  }
}

static int
compare_crossings(const void *a, const void *b)
{
  const Crossing *x = a, *y = b;

  if (x->row != y->row)
    return x->row - y->row;
  return (x->x > y->x) - (x->x < y->x);
}

static void
paint_crossings(Painting *painting, const Shape *shape, Box clip)
{
  const Crossing *crossings = (const Crossing *)painting->crossings->data;
  const guint count = painting->crossings->len;
  const int left = pixel_from(clip.left, painting->picture->width);
  const int right = pixel_from(clip.right, painting->picture->width);
  const int top = pixel_from(clip.top, painting->picture->height);
  const int bottom = pixel_from(clip.bottom, painting->picture->height);
  int turns = 0;

  for (guint i = 0; i + 1 < count; i++) {
    const int row = crossings[i].row;

    turns = i > 0 && crossings[i - 1].row == row ? turns + crossings[i].turn : crossings[i].turn;
    if (crossings[i + 1].row != row || row < top || row >= bottom)
      continue;
    if (shape->rule == FILL_NONZERO ? turns != 0 : turns % 2 != 0)
      paint_run(painting, &shape->paint, row,
                MAX(left, pixel_from(crossings[i].x, painting->picture->width)),
                MIN(right, pixel_from(crossings[i + 1].x, painting->picture->width)));
  }
}

static void
paint_shape(Painting *painting, const Shape *shape)
{
  const Drawing *drawing = painting->drawing;
  Box box;

  if (is_upright(drawing, shape, &box)) {
    paint_box(painting, &shape->paint, in_pixels(painting->view, box_common(box, shape->clip)));
    return;
  }
  g_array_set_size(painting->crossings, 0);
  for (guint i = 0; i < shape->count; i++) {
    const Outline *outline = outline_at(drawing, shape->first + i);
    const Point *points = point_at(drawing, outline->first);

    for (guint k = 0; k < outline->count; k++)
      cross_rows(painting, &points[k], &points[(k + 1) % outline->count]);
  }
  g_array_sort(painting->crossings, compare_crossings);
  paint_crossings(painting, shape, in_pixels(painting->view, shape->clip));
}

static gboolean
is_grey(const Drawing *drawing)
{
  for (guint i = 0; i < drawing->shapes->len; i++)
    if (!is_grey_paint(&shape_at(drawing, i)->paint))
      return FALSE;
  return TRUE;
}

Picture *
drawing_paint(const Drawing *drawing, const DrawingView *view, guint64 *steps)
{
  const unsigned width = (unsigned)((view->box.right - view->box.left) * view->scale) + 1;
  const unsigned height = (unsigned)((view->box.bottom - view->box.top) * view->scale) + 1;
  g_autoptr(GArray) crossings = g_array_new(FALSE, FALSE, sizeof(Crossing));
  Picture *picture = picture_new_white(width, height, is_grey(drawing) ? 1 : 3);
  Painting painting = {drawing, view, picture, crossings, steps};

  for (guint i = 0; i<drawing->shapes->len && * steps> 0; i++)
    paint_shape(&painting, shape_at(drawing, i));
  return picture;
}
