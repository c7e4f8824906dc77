/* codec.h - the transfer codecs behind decode.h, one file each. All take any bytes; `flags` are
 * DecodeFlags that are or-ed to what is there. */
#ifndef CORDON_MIME_CODEC_H
#define CORDON_MIME_CODEC_H

#include "decode.h"

GBytes *base64_decode(const unsigned char *in, size_t len, unsigned *flags);
GBytes *base64_encode(const unsigned char *in, size_t len, const char *eol);

/* map may be NULL. */
GBytes *qp_decode(const unsigned char *in, size_t len, TextMap *map, unsigned *flags);
GBytes *qp_encode(const unsigned char *in, size_t len, const char *eol);

/* NULL if there is no begin line. */
GBytes *uu_decode(const unsigned char *in, size_t len, unsigned *flags);

#endif
