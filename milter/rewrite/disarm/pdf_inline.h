/* pdf_inline.h - pictures that stand in a content stream itself. Inside rewrite/disarm/ only. */
#ifndef CORDON_PDF_INLINE_H
#define CORDON_PDF_INLINE_H

#include <glib.h>

#include "pdf_content.h"

/* The picture of an EI operator as a file of its own; bytes: those of the stream. *pixels: what has
 * been searched so far, of LIMIT_PICTURES. NULL for what is not read. */
GBytes *pdf_inline_picture(const PdfOperator *operator, const unsigned char * bytes,
                           guint64 *pixels);

#endif
