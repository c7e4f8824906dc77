/* pdf_image.h - pictures of a PDF made such as others read. Inside rewrite/ only. */
#ifndef CORDON_PDF_IMAGE_H
#define CORDON_PDF_IMAGE_H

#include <glib.h>

typedef struct pdf_image {
  unsigned width, height;
  unsigned bits;       /* of each colour */
  unsigned colors;     /* 1: grey, or an index; 3: red, green, blue; 4 and others: inks */
  GByteArray *palette; /* of what is an index: its colours, or empty if they are not at hand; else
                          NULL */
  gboolean packed;     /* in zlib's form; else rows as they are */
  gboolean filtered;   /* each row behind the byte that tells its filter, as in a PNG */
} PdfImage;

/* Can its packed rows be those of a PNG? Others must come unpacked, without filters. */
gboolean pdf_image_is_png(const PdfImage *image);

/* The picture as a PNG, without check sums; what no PNG can hold becomes grey. NULL for what is not
 * known, or has more than LIMIT_PICTURE pixels. */
GBytes *pdf_image_png(const PdfImage *image, const unsigned char *data, size_t len);

#endif
