/* pdf_text.h - addresses in the words that a PDF's page shows. Inside rewrite/ only. */
#ifndef CORDON_PDF_TEXT_H
#define CORDON_PDF_TEXT_H

#include <glib.h>

#include "pdf_glyphs.h"

/* Called for each address (as in Link.target), more than once for some. TRUE if it is to lead
 * nowhere. */
typedef gboolean (*PdfTextVisit)(void *data, const char *address);

/* Looks through what a content stream shows, of which *left characters may be read. Addresses that
 * are to lead nowhere lose their dots and colons: a gap is left in place of each. The new content,
 * or a reference to the same bytes. *whole becomes FALSE where a limit is met, and where an address
 * would not go. */
GBytes *pdf_text_look(GBytes *content, PdfFontFind find, PdfTextVisit visit, void *data,
                      unsigned *left, gboolean *whole);

#endif
