/* jpx_header.h - what a JPEG 2000 file says of itself. Inside inspect/picture/ only. */
#ifndef CORDON_JPX_HEADER_H
#define CORDON_JPX_HEADER_H

#include "picture.h"

typedef struct jpx_header {
  size_t at; /* of the code stream, to the end of the bytes */
  unsigned width, height, components;
  unsigned levels; /* it can be made half as large so many times */
} JpxHeader;

/* FALSE for what is none, or would cost more to decode than its pixels are worth: many tiles, tiny
 * blocks. Linear. */
gboolean jpx_header_read(const unsigned char *bytes, size_t len, JpxHeader *header);

#endif
