/* pdf_content.h - the operators of a PDF's content stream (ISO 32000-1 7.8.2), one by one, and the
 * tokens that they are made of (7.2, 7.3), which other parts of a PDF are made of too. */
#ifndef CORDON_PDF_CONTENT_H
#define CORDON_PDF_CONTENT_H

#include <glib.h>

#include "range.h"

typedef enum pdf_kind {
  PDF_NUMBER,
  PDF_STRING, /* literal or hexadecimal */
  PDF_NAME,   /* without its slash, #xx undone */
  PDF_OPEN,   /* "[" or "<<": what follows is in it, to its PDF_CLOSE */
  PDF_CLOSE,  /* "]" or ">>" */
  PDF_WORD,   /* true, false, null, an operator: whatever stands bare */
  PDF_IMAGE,  /* the bytes of an inline image, between ID and EI */
} PdfKind;

typedef struct pdf_token {
  PdfKind kind;
  Range at;          /* as written */
  double number;     /* of PDF_NUMBER */
  const char *bytes; /* of a string, name or word, undone and with a NUL behind it; else NULL */
  size_t len;
} PdfToken;

/* An operator with what stands before it, back to the one before. Arrays and dictionaries are their
 * tokens in a row. Readers take operands from the end, so what is too much stands in front. An
 * inline image is the operator "EI", its dictionary (without "<<") and one PDF_IMAGE before it. */
typedef struct pdf_operator {
  const char *name; /* "Tj" */
  Range at;         /* operands and operator */
  const PdfToken *operands;
  unsigned count;
  gboolean cut; /* it had more than LIMIT_PDF_OPERANDS; the last of them are here */
} PdfOperator;

typedef struct pdf_content PdfContent;

/* The bytes must outlive it. */
PdfContent *pdf_content_new(const unsigned char *bytes, size_t len);
void pdf_content_free(PdfContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfContent, pdf_content_free)

/* The next one, valid until the next call; NULL at the end. Linear; never fails: what is no token
 * is left out. */
const PdfOperator *pdf_content_next(PdfContent *content);

/* --- tokens, anywhere in a PDF. They begin at p < end, and return where they go on. --- */

gboolean pdf_is_space(unsigned char c);

/* Does a name end before this byte: a blank or a delimiter? */
gboolean pdf_ends_name(unsigned char c);

/* Is it a byte that is a blank to PDFium, 0x80 or 0xff, and to all others part of a name? */
gboolean pdf_may_end_name(unsigned char c);

/* Would PDFium end a name there that so far is in ASCII? Names in UTF-8 or GBK have such bytes only
 * behind others above ASCII, and are none of those that mean something. */
gboolean pdf_name_may_end(const unsigned char *name, size_t len);

/* Behind blanks and comments. */
const unsigned char *pdf_skip_space(const unsigned char *p, const unsigned char *end);

/* Appends the bytes of a string: from behind "(" or "<", to behind its end. Not more than `most`
 * bytes, or a few over. */
const unsigned char *pdf_read_literal(const unsigned char *p, const unsigned char *end, size_t most,
                                      GString *out);
const unsigned char *pdf_read_hex(const unsigned char *p, const unsigned char *end, size_t most,
                                  GString *out);

/* One byte of a name, "#xx" undone. */
const unsigned char *pdf_read_name_byte(const unsigned char *p, const unsigned char *end,
                                        unsigned char *c);

/* Behind a name of that text, which may end as PDFium has it; NULL for another name. From behind
 * its slash. */
const unsigned char *pdf_skip_name(const unsigned char *p, const unsigned char *end,
                                   const char *name);

#endif
