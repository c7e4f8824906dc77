/* drawing.c - a QR code need be no picture: a page can draw each of its modules as a square, each
 * row as some rectangles or lines, or all of it as one area with a thousand corners. What a page
 * paints is kept as outlines. Most pages have too few small ones for a code: 21 by 21 modules at
 * the least, of which every second is dark. If one has enough, the part of it where they lie is
 * painted, as large as they need, and goes to the finder. */
#include "drawing_private.h"

#include <math.h>
#include <string.h>

#include "bounds.h"
#include "document.h"
#include "link.h"
#include "qr.h"

/* Beyond this nothing is seen, and numbers stay exact enough. */
#define FARTHEST 1e6

/* Points that a curve is made of. */
#define CURVE_STEPS 4

/* Small outlines, or the corners of so many in one, that could be a code; how much longer than
 * broad, and in parts of all that is drawn how long, one may be. */
#define LEAST_PIECES  40
#define PIECE_CORNERS 8
#define LONGEST       24
#define SMALL_PART    2

/* Pixels of a module, and the most that are painted of one drawing. */
#define MODULE  6
#define PAINTED (1500 * 1000)

/* Modules of light around. */
#define QUIET 4

Drawing *
drawing_new(void)
{
  Drawing *drawing = g_new0(Drawing, 1);

  drawing->pictures = g_array_new(FALSE, FALSE, sizeof(DrawnPicture));
  drawing->points = g_array_new(FALSE, FALSE, sizeof(Point));
  drawing->outlines = g_array_new(FALSE, FALSE, sizeof(Outline));
  drawing->shapes = g_array_new(FALSE, FALSE, sizeof(Shape));
  drawing->clip = (Box){-FARTHEST, -FARTHEST, FARTHEST, FARTHEST};
  return drawing;
}

void
drawing_free(Drawing *drawing)
{
  if (!drawing)
    return;
  g_array_unref(drawing->pictures);
  g_array_unref(drawing->points);
  g_array_unref(drawing->outlines);
  g_array_unref(drawing->shapes);
  g_free(drawing);
}

/* --- the path --- */

static double
bounded(double value)
{
  return isnan(value) ? 0 : CLAMP(value, -FARTHEST, FARTHEST);
}

static void
add_point(Drawing *drawing, double x, double y, guint corners)
{
  const Point point = {(float)bounded(x), (float)bounded(y)};
  Outline *outline;

  if (drawing->points->len >= LIMIT_DRAWING_POINTS) {
    drawing->full = TRUE;
    return;
  }
  outline = &g_array_index(drawing->outlines, Outline, drawing->outlines->len - 1);
  g_array_append_val(drawing->points, point);
  outline->count++;
  outline->corners += corners;
}

guint
drawing_path_size(const Drawing *drawing)
{
  return drawing->outlines->len - drawing->path;
}

void
drawing_move(Drawing *drawing, double x, double y)
{
  const Outline outline = {.first = drawing->points->len};

  drawing->closed = FALSE;
  if (drawing->full)
    return;
  g_array_append_val(drawing->outlines, outline);
  add_point(drawing, x, y, 1);
}

/* Where the last outline began. */
static Point
beginning(const Drawing *drawing)
{
  return *point_at(drawing, outline_at(drawing, drawing->outlines->len - 1)->first);
}

/* A new outline begins where the closed one did. */
static void
go_on(Drawing *drawing)
{
  const Point first = beginning(drawing);

  drawing_move(drawing, first.x, first.y);
}

void
drawing_line(Drawing *drawing, double x, double y)
{
  if (drawing->closed && drawing_path_size(drawing) > 0)
    go_on(drawing);
  if (drawing_path_size(drawing) == 0)
    drawing_move(drawing, x, y);
  else
    add_point(drawing, x, y, 1);
}

void
drawing_curve(Drawing *drawing, const double xy[6])
{
  Point from;

  if (drawing->closed && drawing_path_size(drawing) > 0)
    go_on(drawing);
  if (drawing_path_size(drawing) == 0)
    drawing_move(drawing, xy[0], xy[1]);
  if (drawing->full)
    return;
  from = *point_at(drawing, drawing->points->len - 1);
  for (int i = 1; i <= CURVE_STEPS; i++) {
    const double t = (double)i / CURVE_STEPS, s = 1 - t;
    const double a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;

    add_point(drawing, a * from.x + b * xy[0] + c * xy[2] + d * xy[4],
              a * from.y + b * xy[1] + c * xy[3] + d * xy[5], i == CURVE_STEPS);
  }
}

void
drawing_close(Drawing *drawing)
{
  Point first;

  if (drawing_path_size(drawing) == 0 || drawing->closed || drawing->full)
    return;
  first = beginning(drawing);
  add_point(drawing, first.x, first.y, 0);
  drawing->closed = TRUE;
}

void
drawing_drop(Drawing *drawing)
{
  if (drawing_path_size(drawing) > 0)
    g_array_set_size(drawing->points, outline_at(drawing, drawing->path)->first);
  g_array_set_size(drawing->outlines, drawing->path);
}

static Box
outline_box(const Drawing *drawing, const Outline *outline)
{
  Box box = {FARTHEST, FARTHEST, -FARTHEST, -FARTHEST};

  for (guint i = 0; i < outline->count; i++) {
    const Point *point = point_at(drawing, outline->first + i);

    box.left = MIN(box.left, point->x);
    box.top = MIN(box.top, point->y);
    box.right = MAX(box.right, point->x);
    box.bottom = MAX(box.bottom, point->y);
  }
  return box;
}

static void
box_add(Box *box, Box other)
{
  box->left = MIN(box->left, other.left);
  box->top = MIN(box->top, other.top);
  box->right = MAX(box->right, other.right);
  box->bottom = MAX(box->bottom, other.bottom);
}

static Box
outlines_box(const Drawing *drawing, guint first, guint count)
{
  Box box = {FARTHEST, FARTHEST, -FARTHEST, -FARTHEST};

  for (guint i = 0; i < count; i++)
    box_add(&box, outline_box(drawing, outline_at(drawing, first + i)));
  return box;
}

Box
drawing_clip(const Drawing *drawing)
{
  return drawing->clip;
}

void
drawing_set_clip(Drawing *drawing, Box clip)
{
  drawing->clip = clip;
}

void
drawing_clip_path(Drawing *drawing)
{
  const Box box = outlines_box(drawing, drawing->path, drawing_path_size(drawing));

  drawing->clip = box_common(drawing->clip, box);
}

/* --- painting --- */

static void
add_shape(Drawing *drawing, Paint paint, FillRule rule, guint owner)
{
  const Shape shape = {drawing->path, drawing_path_size(drawing), owner, paint, rule,
                       drawing->clip};

  if (shape.count == 0 || paint.opaque == 0) {
    drawing_drop(drawing);
    return;
  }
  g_array_append_val(drawing->shapes, shape);
  drawing->path = drawing->outlines->len;
}

void
drawing_fill(Drawing *drawing, Paint paint, FillRule rule, guint owner)
{
  add_shape(drawing, paint, rule, owner);
}

static void
add_bar(Drawing *drawing, Point from, Point to, double width)
{
  const double dx = to.x - from.x, dy = to.y - from.y, length = hypot(dx, dy);
  const double by = length > 0 ? width / 2 / length : 0, x = -dy * by, y = dx * by;

  if (length == 0)
    return;
  drawing_move(drawing, from.x + x, from.y + y);
  drawing_line(drawing, to.x + x, to.y + y);
  drawing_line(drawing, to.x - x, to.y - y);
  drawing_line(drawing, from.x - x, from.y - y);
}

/* Each line of the path becomes an area. */
void
drawing_stroke(Drawing *drawing, Paint paint, double width, guint owner)
{
  const guint first = drawing->path, count = drawing_path_size(drawing);
  g_autoptr(GArray) outlines = g_array_new(FALSE, FALSE, sizeof(Outline));
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(Point));
  guint from;

  if (count == 0)
    return;
  from = outline_at(drawing, first)->first;
  g_array_append_vals(outlines, outline_at(drawing, first), count);
  g_array_append_vals(points, point_at(drawing, from), drawing->points->len - from);
  drawing_drop(drawing);
  for (guint i = 0; i < outlines->len; i++) {
    const Outline *outline = &g_array_index(outlines, Outline, i);
    const Point *at = &g_array_index(points, Point, outline->first - from);

    for (guint k = 0; k + 1 < outline->count; k++)
      add_bar(drawing, at[k], at[k + 1], width);
  }
  add_shape(drawing, paint, FILL_NONZERO, owner);
}

void
drawing_area(Drawing *drawing, Box box, Paint paint, guint owner)
{
  drawing_move(drawing, box.left, box.top);
  drawing_line(drawing, box.right, box.top);
  drawing_line(drawing, box.right, box.bottom);
  drawing_line(drawing, box.left, box.bottom);
  add_shape(drawing, paint, FILL_NONZERO, owner);
}

/* --- could it be a code? --- */

typedef struct pieces {
  double extent; /* of all that is drawn */
  guint count;
  Box box;          /* around the small ones */
  GArray *breadths; /* float */
} Pieces;

/* The shortest side of an outline of many corners, such as merged modules have; what follows a
 * curve is shorter. */
static double
shortest_side(const Drawing *drawing, const Outline *outline, double least)
{
  double shortest = G_MAXDOUBLE;

  for (guint i = 0; i + 1 < outline->count; i++) {
    const Point *a = point_at(drawing, outline->first + i), *b = a + 1;
    const double side = fabs(a->x - b->x) + fabs(a->y - b->y);

    if (side > least)
      shortest = MIN(shortest, side);
  }
  return shortest;
}

static void
judge_outline(const Drawing *drawing, const Shape *shape, const Outline *outline, Pieces *pieces)
{
  const Box box = box_common(outline_box(drawing, outline), shape->clip);
  const double width = box.right - box.left, height = box.bottom - box.top;
  const double length = MAX(width, height);
  const gboolean many = outline->corners >= 2 * PIECE_CORNERS;
  float breadth = (float)MIN(width, height);

  if (outline->count < 3 || width <= 0 || height <= 0 || length > LONGEST * (double)breadth ||
      (!many && length * SMALL_PART > pieces->extent))
    return;
  if (many && outline->corners == outline->count)
    breadth = (float)MIN(breadth, shortest_side(drawing, outline, length / 400));
  pieces->count += MAX(1, outline->corners / PIECE_CORNERS);
  box_add(&pieces->box, box);
  g_array_append_val(pieces->breadths, breadth);
}

static double
extent_of(const Drawing *drawing)
{
  Box all = {FARTHEST, FARTHEST, -FARTHEST, -FARTHEST};

  for (guint i = 0; i < drawing->shapes->len; i++) {
    const Shape *shape = shape_at(drawing, i);

    box_add(&all, box_common(outlines_box(drawing, shape->first, shape->count), shape->clip));
  }
  return MAX(all.right - all.left, all.bottom - all.top);
}

static int
compare_floats(const void *a, const void *b)
{
  const float x = *(const float *)a, y = *(const float *)b;

  return (x > y) - (x < y);
}

/* As large as one of the smaller pieces needs, or as there is room for. */
static DrawingView
view_of(Pieces *pieces)
{
  DrawingView view = {.box = pieces->box};
  double width, height, module, spare;

  g_array_sort(pieces->breadths, compare_floats);
  module = g_array_index(pieces->breadths, float, pieces->breadths->len / 10);
  width = pieces->box.right - pieces->box.left;
  height = pieces->box.bottom - pieces->box.top;
  view.scale = MIN(MODULE / module, sqrt(PAINTED / (width * height)));
  spare = (QUIET + 1) * MODULE / view.scale;
  view.box.left -= spare;
  view.box.top -= spare;
  view.box.right += spare;
  view.box.bottom += spare;
  return view;
}

/* FALSE if there are too few small pieces. */
static gboolean
find_view(const Drawing *drawing, DrawingView *view)
{
  g_autoptr(GArray) breadths = g_array_new(FALSE, FALSE, sizeof(float));
  Pieces pieces = {.box = {FARTHEST, FARTHEST, -FARTHEST, -FARTHEST}, .breadths = breadths};
  guint corners = 0;

  for (guint i = 0; i < drawing->path; i++)
    corners += MAX(1, outline_at(drawing, i)->corners / PIECE_CORNERS);
  if (corners < LEAST_PIECES)
    return FALSE;
  pieces.extent = extent_of(drawing);
  for (guint i = 0; i < drawing->shapes->len; i++) {
    const Shape *shape = shape_at(drawing, i);

    for (guint k = 0; k < shape->count; k++)
      judge_outline(drawing, shape, outline_at(drawing, shape->first + k), &pieces);
  }
  if (pieces.count < LEAST_PIECES)
    return FALSE;
  *view = view_of(&pieces);
  return TRUE;
}

/* --- codes --- */

void
drawn_code_free(DrawnCode *code)
{
  g_free(code->address);
  g_free(code);
}

typedef struct finding_codes {
  const DrawingView *view;
  GPtrArray *codes;
} FindingCodes;

static void
add_code(const char *text, const QrPlace *place, void *data)
{
  const FindingCodes *found = data;
  const DrawingView *view = found->view;
  g_autoptr(GArray) links = links_new();

  qr_text_links(text, links);
  for (guint i = 0; i < links->len; i++) {
    DrawnCode *code = g_new0(DrawnCode, 1);

    code->address = g_strdup(g_array_index(links, Link, i).target);
    code->box.left = view->box.left + place->x / view->scale;
    code->box.top = view->box.top + place->y / view->scale;
    code->box.right = code->box.left + place->width / view->scale;
    code->box.bottom = code->box.top + place->height / view->scale;
    g_ptr_array_add(found->codes, code);
  }
}

gboolean
drawing_codes(const Drawing *drawing, guint64 *pixels, GPtrArray *codes)
{
  guint64 steps = LIMIT_DRAWING_STEPS;
  g_autoptr(Picture) picture = NULL;
  DrawingView view;
  gboolean pictures;

  pictures = drawing->pictures->len > 0;
  if (!(pictures ? drawing_pictures_view : find_view)(drawing, &view))
    return !drawing->full;
  if (*pixels > LIMIT_PICTURES)
    return FALSE;
  picture =
      pictures ? drawing_pictures_paint(drawing, &view) : drawing_paint(drawing, &view, &steps);
  *pixels += (guint64)picture->width * picture->height + (LIMIT_DRAWING_STEPS - steps) / 8;
  for (guint i = 0; i < drawing->pictures->len; i++) {
    const PictureSize *size = &g_array_index(drawing->pictures, DrawnPicture, i).size;

    *pixels += (guint64)size->width * size->height;
  }
  return qr_each(picture, pixels, add_code, &(FindingCodes){&view, codes}) && !drawing->full &&
         steps > 0;
}

static gboolean
box_holds(Box outer, Box inner)
{
  return inner.left >= outer.left && inner.top >= outer.top && inner.right <= outer.right &&
         inner.bottom <= outer.bottom;
}

Box
drawing_owners(const Drawing *drawing, Box box, GArray *owners)
{
  Box all = {FARTHEST, FARTHEST, -FARTHEST, -FARTHEST};

  for (guint i = 0; i < drawing->shapes->len; i++) {
    const Shape *shape = shape_at(drawing, i);
    const Box within = box_common(outlines_box(drawing, shape->first, shape->count), shape->clip);

    if (within.left >= within.right || within.top >= within.bottom || !box_holds(box, within))
      continue;
    g_array_append_val(owners, shape->owner);
    box_add(&all, within);
  }
  return all;
}
