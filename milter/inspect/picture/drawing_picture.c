/* drawing_picture.c - pictures that are drawn side by side: strips and tiles of one. They are made
 * pixels only where some of them touch. */
#include "drawing_private.h"

#include <math.h>
#include <string.h>

#include "bounds.h"

/* How far apart two may be that touch, in parts of the smaller one's side, and how much of it must
 * lie along the other. */
#define GAP  0.04
#define SIDE 0.5

/* Pixels of all of them together that are painted. */
#define PAINTED (2 * 1000 * 1000)

static void
picture_clear(void *data)
{
  DrawnPicture *picture = data;

  g_bytes_unref(picture->bytes);
}

void
drawing_picture(Drawing *drawing, Box box, GBytes *bytes, guint owner)
{
  DrawnPicture picture = {.box = box, .owner = owner};
  gsize len = 0;
  const unsigned char *data = g_bytes_get_data(bytes, &len);

  if (drawing->pictures->len >= LIMIT_DRAWING_PICTURES) {
    drawing->full = TRUE;
    return;
  }
  if (!picture_size(data, len, &picture.size) || box.left >= box.right || box.top >= box.bottom)
    return;
  picture.bytes = g_bytes_ref(bytes);
  g_array_set_clear_func(drawing->pictures, picture_clear);
  g_array_append_val(drawing->pictures, picture);
}

gboolean
box_touches(Box a, Box b)
{
  const double width = MIN(a.right - a.left, b.right - b.left);
  const double height = MIN(a.bottom - a.top, b.bottom - b.top);
  const double gap = GAP * MIN(width, height);
  const double across = MIN(a.right, b.right) - MAX(a.left, b.left);
  const double down = MIN(a.bottom, b.bottom) - MAX(a.top, b.top);

  return (fabs(across) <= gap && down >= SIDE * height) ||
         (fabs(down) <= gap && across >= SIDE * width);
}

static Box
grown(Box a, Box b)
{
  return (Box){MIN(a.left, b.left), MIN(a.top, b.top), MAX(a.right, b.right),
               MAX(a.bottom, b.bottom)};
}

gboolean
drawing_pictures_view(const Drawing *drawing, DrawingView *view)
{
  gboolean any = FALSE;
  double density = 0;
  guint64 pixels = 0;

  for (guint i = 0; i < drawing->pictures->len; i++) {
    const DrawnPicture *a = &g_array_index(drawing->pictures, DrawnPicture, i);

    pixels += (guint64)a->size.width * a->size.height;
    density = MAX(density, MAX(a->size.width / (a->box.right - a->box.left),
                               a->size.height / (a->box.bottom - a->box.top)));
    for (guint k = 0; k < i; k++) {
      const DrawnPicture *b = &g_array_index(drawing->pictures, DrawnPicture, k);

      if (!box_touches(a->box, b->box))
        continue;
      view->box = grown(any ? view->box : a->box, grown(a->box, b->box));
      any = TRUE;
    }
  }
  if (!any || pixels > LIMIT_PICTURE)
    return FALSE;
  view->scale = MIN(density, sqrt(PAINTED / ((view->box.right - view->box.left) *
                                             (view->box.bottom - view->box.top))));
  return TRUE;
}

typedef struct placing {
  const DrawingView *view;
  const DrawnPicture *drawn;
  Picture *onto;
} Placing;

/* For each pixel of a side the one that it shows of a picture; -1 beyond its edges. */
static gint64 *
sources(unsigned count, double scale, double off, double by, unsigned most)
{
  gint64 *from = g_new(gint64, count);

  for (unsigned i = 0; i < count; i++) {
    const double at = ((i + 0.5) / scale + off) * by;

    from[i] = at >= 0 && at < most ? (gint64)at : -1;
  }
  return from;
}

static void
place(const Picture *picture, void *data)
{
  const Placing *placing = data;
  const DrawingView *view = placing->view;
  const Box box = placing->drawn->box;
  Picture *onto = placing->onto;
  g_autofree gint64 *from_x = sources(onto->width, view->scale, view->box.left - box.left,
                                      picture->width / (box.right - box.left), picture->width);
  g_autofree gint64 *from_y = sources(onto->height, view->scale, view->box.top - box.top,
                                      picture->height / (box.bottom - box.top), picture->height);
  g_autofree unsigned char *row = g_malloc(picture->width);

  for (unsigned y = 0; y < onto->height; y++) {
    unsigned char *out = onto->pixels + (size_t)y * onto->width;

    if (from_y[y] < 0)
      continue;
    if (y == 0 || from_y[y] != from_y[y - 1])
      picture_row(picture, VIEW_ON_WHITE, (unsigned)from_y[y], row);
    for (unsigned x = 0; x < onto->width; x++)
      if (from_x[x] >= 0)
        out[x] = row[from_x[x]];
  }
}

Picture *
drawing_pictures_paint(const Drawing *drawing, const DrawingView *view)
{
  const unsigned width = (unsigned)((view->box.right - view->box.left) * view->scale);
  const unsigned height = (unsigned)((view->box.bottom - view->box.top) * view->scale);
  Picture *onto = picture_new_white(MAX(width, 1), MAX(height, 1), 1);

  for (guint i = 0; i < drawing->pictures->len; i++) {
    const DrawnPicture *drawn = &g_array_index(drawing->pictures, DrawnPicture, i);
    Placing placing = {view, drawn, onto};
    gsize len = 0;
    const unsigned char *bytes = g_bytes_get_data(drawn->bytes, &len);

    picture_read(bytes, len, place, &placing);
  }
  return onto;
}

void
drawing_pictures_at(const Drawing *drawing, Box box, GArray *owners)
{
  for (guint i = 0; i < drawing->pictures->len; i++) {
    const DrawnPicture *drawn = &g_array_index(drawing->pictures, DrawnPicture, i);
    const Box common = box_common(box, drawn->box);

    if (common.right - common.left > (drawn->box.right - drawn->box.left) / 8 &&
        common.bottom - common.top > (drawn->box.bottom - drawn->box.top) / 8)
      g_array_append_val(owners, drawn->owner);
  }
}
