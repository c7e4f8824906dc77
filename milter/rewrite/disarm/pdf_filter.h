/* pdf_filter.h - the filters that a PDF's streams of text are packed by (ISO 32000-1 7.4). Inside
 * rewrite/ only. */
#ifndef CORDON_PDF_FILTER_H
#define CORDON_PDF_FILTER_H

#include <glib.h>

/* One filter of a stream, with what of its parameters matters. */
typedef struct pdf_filter {
  const char *name;                          /* "FlateDecode", or its short form */
  unsigned predictor, colors, bits, columns; /* 0: as if not given */
  gboolean late;                             /* LZW: codes grow a code later */
} PdfFilter;

/* Undoes one filter, to at most `most` bytes. *whole becomes FALSE where there is more, and where
 * the filter is none of those of text (pictures have more); what came before an error counts, as
 * readers take it. */
GByteArray *pdf_unfilter(const PdfFilter *filter, const unsigned char *bytes, size_t len,
                         size_t most, gboolean *whole);

/* FlateDecode as it should be, in *used of the bytes: *sound is FALSE where anything is wrong with
 * it, or there is more. */
GByteArray *pdf_inflate(const unsigned char *bytes, size_t len, size_t most, size_t *used,
                        gboolean *sound);

/* Is it one of those, or one of pictures alone, or none? */
gboolean pdf_filter_is_known(const char *name);

/* Of those of pictures: is what stands there a file of its own (JPEG, JPEG 2000), or a fax? */
gboolean pdf_filter_is_file(const char *name);
gboolean pdf_filter_is_fax(const char *name);

#endif
