/* pdf_fax.h - faxes in a PDF (CCITTFaxDecode: ISO 32000-1, 7.4.6), made such as others read. Inside
 * rewrite/ only. */
#ifndef CORDON_PDF_FAX_H
#define CORDON_PDF_FAX_H

#include <glib.h>

/* Columns where a PDF does not say. */
#define PDF_FAX_COLUMNS 1728

typedef struct pdf_fax {
  int k; /* below 0: Group 4; 0: Group 3, each row by itself; above: Group 3, rows by others too */
  unsigned columns, rows;
  gboolean aligned;      /* each row begins with a byte */
  gboolean black_is_one; /* as a sample of its picture */
} PdfFax;

/* It as a TIFF of one page. NULL for the few codings that a TIFF cannot have, and for what is
 * larger than LIMIT_PICTURE. */
GBytes *pdf_fax_tiff(const PdfFax *fax, const unsigned char *data, size_t len);

#endif
