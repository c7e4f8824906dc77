/* tiff_pages.h - what a TIFF says of its pages. Inside inspect/picture/ only. */
#ifndef CORDON_TIFF_PAGES_H
#define CORDON_TIFF_PAGES_H

#include "picture.h"

/* Pixels of a side: those of a JPEG. */
#define TIFF_SIDE 65535

typedef struct tiff_page {
  guint32 at; /* of its directory, in the file */
  unsigned width, height;
} TiffPage;

/* TiffPages, in an array that the caller frees: those whose directories can be read without harm,
 * of no more than LIMIT_PICTURE_PAGES and half of LIMIT_PICTURES together. *whole is FALSE where
 * there is none, or something else after them. */
GArray *tiff_pages(const unsigned char *bytes, size_t len, gboolean *whole);

#endif
