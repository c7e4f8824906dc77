/* text_scheme.h - the schemes that make an address of running text. Private to text_links.c. */
#ifndef CORDON_TEXT_SCHEME_H
#define CORDON_TEXT_SCHEME_H

#include <glib.h>

/* What must stand after the ':'. */
typedef enum scheme_kind {
  SCHEME_NONE,
  SCHEME_HOST,    /* "//" or "\\" and a host */
  SCHEME_FILE,    /* slashes and anything */
  SCHEME_APP,     /* a slash and anything */
  SCHEME_MAIL,    /* an address with '@' */
  SCHEME_NUMBER,  /* a telephone number, an address, or slashes */
  SCHEME_CONTACT, /* a name with '@' or '?' in what follows, or slashes */
} SchemeKind;

/* Of a name, case ignored. */
SchemeKind scheme_kind(const unsigned char *name, size_t len);

#endif
