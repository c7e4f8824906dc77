/* drawing_private.h - what the list of shapes and their painter share. */
#ifndef CORDON_DRAWING_PRIVATE_H
#define CORDON_DRAWING_PRIVATE_H

#include "drawing.h"
#include "picture.h"

typedef struct point {
  float x, y;
} Point;

typedef struct outline {
  guint first, count; /* of the points; the last one leads to the first */
  guint corners;      /* the curves' among them counted once each */
} Outline;

typedef struct shape {
  guint first, count; /* of the outlines */
  guint owner;
  Paint paint;
  FillRule rule;
  Box clip;
} Shape;

typedef struct drawn_picture {
  Box box;
  guint owner;
  PictureSize size;
  GBytes *bytes;
} DrawnPicture;

struct drawing {
  GArray *pictures; /* DrawnPicture */
  GArray *points;   /* Point */
  GArray *outlines; /* Outline */
  GArray *shapes;   /* Shape, those below first */
  guint path;       /* first outline of the path */
  gboolean closed;  /* the last outline: what follows begins where that did */
  Box clip;
  gboolean full; /* LIMIT_DRAWING_POINTS was met */
};

/* The part of a drawing that is painted: pixels for each unit from its corner on. */
typedef struct drawing_view {
  Box box;
  double scale;
} DrawingView;

static inline const Outline *
outline_at(const Drawing *drawing, guint i)
{
  return &g_array_index(drawing->outlines, Outline, i);
}

static inline const Shape *
shape_at(const Drawing *drawing, guint i)
{
  return &g_array_index(drawing->shapes, Shape, i);
}

static inline const Point *
point_at(const Drawing *drawing, guint i)
{
  return &g_array_index(drawing->points, Point, i);
}

static inline Box
box_common(Box a, Box b)
{
  return (Box){MAX(a.left, b.left), MAX(a.top, b.top), MIN(a.right, b.right),
               MIN(a.bottom, b.bottom)};
}

/* drawing_picture.c: FALSE if none of them touch. */
gboolean drawing_pictures_view(const Drawing *drawing, DrawingView *view);
Picture *drawing_pictures_paint(const Drawing *drawing, const DrawingView *view);

/* drawing_paint.c: on white. *steps: what may still be spent; 0 if it was not enough. */
Picture *drawing_paint(const Drawing *drawing, const DrawingView *view, guint64 *steps);

#endif
