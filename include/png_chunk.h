/* png_chunk.h - making a PNG of pieces (W3C PNG, third edition, 5.3), for our own search for QR
 * codes alone: check sums are left zero, and are not looked at (inspect/picture/picture_png.c). */
#ifndef CORDON_PNG_CHUNK_H
#define CORDON_PNG_CHUNK_H

#include <glib.h>

#define PNG_SIGNATURE     "\x89PNG\r\n\x1a\n"
#define PNG_SIGNATURE_LEN 8

/* Appends a chunk; the name has four letters, the content less than 2^31 bytes, and may be NULL
 * where there is none. */
void png_chunk_add(GByteArray *png, const char *name, const unsigned char *content, size_t len);

#endif
