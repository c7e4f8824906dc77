/* code_art.h - QR codes that are written: block elements and squares, a line of them a row. */
#ifndef CORDON_CODE_ART_H
#define CORDON_CODE_ART_H

#include <glib.h>

#include "range.h"

/* The first run in utf8[within] of characters that draw, and of blanks between them; in HTML
 * (references: TRUE) they may be written as references. FALSE if there is none. */
gboolean art_run(const unsigned char *utf8, Range within, gboolean references, Range *run);

#endif
