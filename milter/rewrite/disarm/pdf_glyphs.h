/* pdf_glyphs.h - the characters that a content stream of a PDF shows, where they stand on the page,
 * and the stream without some of them. Inside rewrite/ only. */
#ifndef CORDON_PDF_GLYPHS_H
#define CORDON_PDF_GLYPHS_H

#include <glib.h>

#include "pdf_font.h"
#include "range.h"

/* One that is shown. Along and across its line are in units of the page; lines of one turn go the
 * same way. */
typedef struct pdf_glyph {
  guint32 text; /* of PdfGlyphs.text; as long as text_len */
  guint16 text_len;
  guint8 code_len;
  guint8 dead;    /* is to go */
  guint8 words;   /* no glyph: what a program is told (ActualText) that the glyphs after it say */
  guint8 covered; /* by such words */
  gint16 turn;
  guint32 code; /* where its bytes are in PdfGlyphs.codes */
  guint32 show; /* of PdfGlyphs.shows */
  float along, end, across, em;
  float gap; /* what stands for it in the array of TJ */
} PdfGlyph;

typedef struct pdf_glyphs {
  GArray *glyphs; /* PdfGlyph, in the order of the stream */
  GArray *shows;  /* strings that are shown */
  GString *text;  /* UTF-8 */
  GByteArray *codes;
  gboolean whole; /* FALSE: there are more, or LIMIT_PDF_OPERANDS was met */
} PdfGlyphs;

/* The font that a content stream means by a name, which is not "F1" but whatever stands in its
 * resources; NULL if there is none. It stays the callee's. size: NULL, or the name is that of a
 * graphics state (ExtGState), which may set a font and its size. */
typedef PdfFont *(*PdfFontFind)(void *data, const char *name, double *size);

/* Linear in the content. *left: glyphs that may still be read, fewer then. */
PdfGlyphs *pdf_glyphs_read(const unsigned char *content, size_t len, PdfFontFind find, void *data,
                           unsigned *left);
void pdf_glyphs_free(PdfGlyphs *glyphs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfGlyphs, pdf_glyphs_free)

/* The content without those that are dead: there are gaps as wide as they were. */
GBytes *pdf_glyphs_write(const PdfGlyphs *glyphs, GBytes *content);

#endif
