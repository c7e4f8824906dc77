/* pdf_image.h - pictures of a PDF made such as others read. Inside rewrite/ only. */
#ifndef CORDON_PDF_IMAGE_H
#define CORDON_PDF_IMAGE_H

#include <glib.h>

typedef struct pdf_image {
  unsigned width, height;
  unsigned bits;       /* of each colour */
  unsigned colors;     /* 1: grey, or an index; 3: red, green, blue */
  GByteArray *palette; /* of what is an index: its colours, or empty if they are not at hand; else
                          NULL */
  gboolean packed;     /* in zlib's form; else rows as they are */
  gboolean filtered;   /* each row behind the byte that tells its filter, as in a PNG */
} PdfImage;

/* The picture as a PNG, without check sums. NULL for what no PNG can be, or one with more than
 * LIMIT_PICTURE pixels. */
GBytes *pdf_image_png(const PdfImage *image, const unsigned char *data, size_t len);

#endif
