/* wrappers.h - which hosts wrap addresses, and in which form. */
#ifndef CORDON_INSPECT_WRAPPERS_H
#define CORDON_INSPECT_WRAPPERS_H

#include <glib.h>

#include "url.h"

typedef enum wrapper_form {
  FORM_VALUE,       /* the value of one of the parameters, percent-encoded or in base64 */
  FORM_DOMAIN,      /* as FORM_VALUE, but only the host is told */
  FORM_TAIL,        /* the whole query */
  FORM_PATH,        /* the path behind the prefix, with or without a scheme */
  FORM_SECOND,      /* as FORM_PATH, behind one more segment */
  FORM_INSIDE,      /* wherever in path and query an address begins */
  FORM_PROOFPOINT2, /* a parameter with '-' for '%' and '_' for '/' */
  FORM_PROOFPOINT3, /* "/v3/__ADDRESS__;BASE64!!...": a '*' stands for the next bytes of BASE64 */
  FORM_BING,        /* a parameter: "a1" and base64 */
  FORM_LABEL,       /* the first label of the host, '-' for '.' and "--" for '-' */
  FORM_UNDERLINES,  /* "___ADDRESS___.TOKEN" */
  FORM_RU,          /* "/RU=ADDRESS/RK=" */
  FORM_SHARE,       /* "u!BASE64" */
  FORM_JSON         /* a parameter: JSON in base64 that has the address as a "url" */
} WrapperForm;

typedef struct wrapper {
  const char *host; /* it and all below; "google.*" any registrable domain google.TLD */
  const char *path; /* prefix, or "" */
  WrapperForm form;
  const char *params; /* lower case, blanks between */
} Wrapper;

/* The wrappers of one host stand next to each other: the first of those for a name, or NULL. */
const Wrapper *wrappers_find(const char *name);
const Wrapper *wrappers_next(const Wrapper *wrapper); /* of the same host, or NULL */

/* For tests: each host not before the one in front of it. */
gboolean wrappers_in_order(void);

#endif
