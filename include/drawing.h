/* drawing.h - what a page draws out of areas and lines: kept in a list, and painted and searched
 * like a picture if it could be a QR code. Coordinates are the caller's, x to the right and y down.
 * What is beyond LIMIT_DRAWING_POINTS is left out, and told at the end. */
#ifndef CORDON_DRAWING_H
#define CORDON_DRAWING_H

#include <glib.h>

typedef struct drawing Drawing;

typedef struct box {
  double left, top, right, bottom;
} Box;

typedef struct paint {
  unsigned char rgb[3];
  unsigned char opaque; /* 255: wholly */
} Paint;

typedef enum fill_rule { FILL_NONZERO, FILL_EVEN_ODD } FillRule;

Drawing *drawing_new(void);
void drawing_free(Drawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Drawing, drawing_free)

/* --- the path: outlines that wait to be painted --- */

void drawing_move(Drawing *drawing, double x, double y);
void drawing_line(Drawing *drawing, double x, double y);
void drawing_curve(Drawing *drawing, const double xy[6]); /* a Bézier curve from where it is */
void drawing_close(Drawing *drawing);

/* Outlines that the path has so far. */
guint drawing_path_size(const Drawing *drawing);

/* All that is painted later shows within the clip alone, and what the path takes up. */
Box drawing_clip(const Drawing *drawing);
void drawing_set_clip(Drawing *drawing, Box clip);
void drawing_clip_path(Drawing *drawing);

/* Paint what the path encloses, or its lines, `width` wide. Its end. owner: told again by
 * drawing_owners. */
void drawing_fill(Drawing *drawing, Paint paint, FillRule rule, guint owner);
void drawing_stroke(Drawing *drawing, Paint paint, double width, guint owner);
void drawing_drop(Drawing *drawing);

/* An upright area of its own; the path is empty then. */
void drawing_area(Drawing *drawing, Box box, Paint paint, guint owner);

/* --- pictures that are drawn side by side (drawing_picture.c) --- */

/* The bytes of one, of a format that is read, and where it is drawn. Those that touch are searched
 * as one, in a drawing of which nothing else is. */
void drawing_picture(Drawing *drawing, Box box, GBytes *bytes, guint owner);

/* Do two lie side by side, or one below the other? */
gboolean box_touches(Box a, Box b);

/* Appends the owners (guint) of pictures of which some lies in the box. */
void drawing_pictures_at(const Drawing *drawing, Box box, GArray *owners);

/* --- codes --- */

/* An address in a QR code that was drawn, and where, with its quiet zone. */
typedef struct drawn_code {
  char *address;
  Box box;
} DrawnCode;

void drawn_code_free(DrawnCode *code);

/* Appends the codes (DrawnCode *). *pixels: what has been searched so far, of LIMIT_PICTURES. FALSE
 * if a limit was met, and something was not searched. */
gboolean drawing_codes(const Drawing *drawing, guint64 *pixels, GPtrArray *codes);

/* Appends the owners (guint) of all that shows nowhere but in the box; returns what that takes up.
 */
Box drawing_owners(const Drawing *drawing, Box box, GArray *owners);

#endif
