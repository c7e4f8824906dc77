/* document.h - addresses in the small languages that documents hold: codes of Word's fields,
 * formulas of tables, QR codes in pictures. What inspection finds by these functions, a disarmer
 * finds again. */
#ifndef CORDON_DOCUMENT_H
#define CORDON_DOCUMENT_H

#include <glib.h>

#include "link.h"

/* The address in the code of a field: of HYPERLINK (*use LINK_FOLLOW), or of one that loads
 * something, INCLUDEPICTURE and its kin (LINK_LOAD). NULL if there is none. New string. */
char *field_code_address(const char *code, LinkUse *use);

/* Appends the addresses that a formula leads to (HYPERLINK) or loads (IMAGE, WEBSERVICE): what is
 * written out of its first argument, char *, new strings; uses (LinkUse) are in step with it, and
 * may be NULL. A call whose argument has no words of its own adds "". */
void formula_addresses(const char *formula, GPtrArray *addresses, GArray *uses);

/* A string of a PDF as valid UTF-8: UTF-16 where it begins so (of the order that the standard
 * leaves out, too), UTF-8 where it is that, else Latin 1 (PDFDocEncoding but for a few signs). What
 * is no character becomes U+FFFD. Ends before a NUL. New string, never NULL. */
char *pdf_string_text(const char *bytes, size_t len);

/* Appends the addresses (char *, new) that the objects of a PDF lead to, and those in the QR codes
 * of its pictures; those of a file that needs no password too. None where it cannot be read. FALSE
 * if there are pictures that were not searched. disarm_pdf.c */
gboolean pdf_addresses(const unsigned char *bytes, size_t len, GPtrArray *addresses,
                       GPtrArray *codes);

/* Could a part of an Office document, XML in UTF-8, hold an address of its own? (Relationships
 * aside.) Most hold none, and need not be taken apart. */
gboolean ooxml_may_link(const char *text, size_t len);

/* By its first 16 bytes: could it be a picture that is searched for QR codes? */
gboolean code_picture_is(const unsigned char *head, size_t len);

/* The addresses in the QR codes of a picture (char *, as in Link.target). */
GPtrArray *code_addresses(const unsigned char *bytes, size_t len);

/* The same of one of OpenDocument. */
gboolean odf_may_link(const char *text, size_t len);

#endif
