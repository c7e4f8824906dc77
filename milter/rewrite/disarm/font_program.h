/* font_program.h - what an embedded font says itself its codes mean. Inside rewrite/disarm/ only.
 */
#ifndef CORDON_FONT_PROGRAM_H
#define CORDON_FONT_PROGRAM_H

#include <glib.h>

/* Calls `found` with codes (a byte) and the names of their glyphs, by the encoding that is built
 * into a font of Type 1, in its own form or in the compact one (CFF), also within OpenType. Of one
 * that has the standard encoding nothing is told. At most 256 codes and as many again; what is
 * damaged is passed over. */
void font_program_codes(const unsigned char *bytes, size_t len,
                        void (*found)(void *data, unsigned code, const char *name), void *data);

#endif
