/* document.h - addresses in the small languages that documents hold: codes of Word's fields and
 * formulas of tables. What inspection finds by these functions, a disarmer finds again. */
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

/* Could a part of an Office document, XML in UTF-8, hold an address of its own? (Relationships
 * aside.) Most hold none, and need not be taken apart. */
gboolean ooxml_may_link(const char *text, size_t len);

/* The same of one of OpenDocument. */
gboolean odf_may_link(const char *text, size_t len);

#endif
