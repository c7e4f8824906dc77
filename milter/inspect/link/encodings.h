/* encodings.h - the ways in which addresses are packed into addresses. Input is any bytes; output
 * is a new string, NULL if the input is not of that form. NUL in the output ends it. */
#ifndef CORDON_INSPECT_ENCODINGS_H
#define CORDON_INSPECT_ENCODINGS_H

#include <glib.h>

/* Percent-escapes undone, once; what is none stays. Never NULL. */
char *percent_decode(const char *text, size_t len);

/* base64 or base64url, with or without padding. */
char *address_from_base64(const char *text, size_t len);

/* Two hex digits a byte. */
char *address_from_hex(const char *text, size_t len);

/* URL Defense v2: a percent-encoded address with '-' for '%' and '_' for '/'. */
char *address_from_proofpoint2(const char *text, size_t len);

/* URL Defense v3: all of path and query from "__" on. */
char *address_from_proofpoint3(const char *text, size_t len);

/* "drive-google-com" for drive.google.com. */
char *host_from_label(const char *label, size_t len);

#endif
