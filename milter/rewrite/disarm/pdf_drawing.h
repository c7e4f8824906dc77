/* pdf_drawing.h - what the content streams of a PDF draw (ISO 32000-1, 7.8.2 and 8): areas and
 * lines, and pictures that stand in the stream itself. Inside rewrite/disarm/ only. */
#ifndef CORDON_PDF_DRAWING_H
#define CORDON_PDF_DRAWING_H

#include <glib.h>

#include "drawing.h"
#include "pdf_content.h"
#include "range.h"

/* x' = ax + cy + e, y' = bx + dy + f (8.3.3) */
typedef struct matrix {
  double a, b, c, d, e, f;
} Matrix;

/* By the first, then by the second. */
Matrix matrix_then(Matrix first, Matrix second);

/* Something that was painted, by its place in the stream that says so. */
typedef struct pdf_act {
  guint stream;
  Range at;     /* the operator, or a picture from BI to EI */
  Matrix space; /* from the numbers that the stream has there to those of the drawing */
} PdfAct;

typedef struct pdf_drawing PdfDrawing;

/* What a stream has names for. `resources` is what it was read with. */
typedef struct pdf_names {
  /* Do: a form is read in turn, with pdf_drawing_form. */
  void (*object)(PdfDrawing *page, const char *name, void *resources);
  /* EI: its entries, and a picture as the last one, at its place in the bytes. */
  void (*picture)(PdfDrawing *page, const PdfOperator *operator, const unsigned char * bytes,
                  void *resources);
  /* cs: TRUE if the one number of its colours tells how much ink there is, and not light. */
  gboolean (*inks)(const char *name, void *resources);
  /* gs: 0 to 255 */
  gboolean (*opaque)(const char *name, void *resources, unsigned char *opaque);
} PdfNames;

struct pdf_drawing {
  Drawing *drawing;
  GArray *acts; /* PdfAct; the owner of a shape is its index */
  const PdfNames *names;
  GArray *states; /* graphics states, the last one is in use */
  size_t left;    /* bytes that may still be read */
  guint stream;   /* that is being read */
  unsigned depth;
  gboolean capped; /* LIMIT_PDF_CONTENT or LIMIT_PDF_FORMS was met */
};

/* Its drawing begins with y turned round, as pages have it. `left`: bytes that may be read. */
void pdf_drawing_init(PdfDrawing *page, const PdfNames *names, size_t left);
void pdf_drawing_clear(PdfDrawing *page);

/* Reads a stream under a number of the caller's; the state is afterwards what it was. */
void pdf_drawing_read(PdfDrawing *page, const unsigned char *bytes, size_t len, guint stream,
                      void *resources);

/* The same of a form, within its own space, and its box if it is not empty. */
void pdf_drawing_form(PdfDrawing *page, const unsigned char *bytes, size_t len, guint stream,
                      const Matrix *matrix, const Box *box, void *resources);

/* Where in the drawing the unit square shows now, in which pictures are drawn. FALSE if they stand
 * upright no more. */
gboolean pdf_drawing_unit(const PdfDrawing *page, Box *box);

/* An act that is to be undone, and what stands in its place: a grey square with a cross over that
 * part of the drawing, or NULL for nothing. */
typedef struct pdf_gone {
  guint act;
  const Box *cover;
} PdfGone;

/* The stream without those (PdfGone) of its acts that are listed; those of other streams are
 * left out. */
GByteArray *pdf_drawing_without(const PdfDrawing *page, const unsigned char *bytes, size_t len,
                                guint stream, const GArray *gone);

#endif
