/* cms.h - what S/MIME wraps a message in (RFC 5652, RFC 8551; PKCS #7 before them). Nothing is
 * verified or decrypted: a reader shows what is inside whether the signature is good or not. */
#ifndef CORDON_CMS_H
#define CORDON_CMS_H

#include <glib.h>

typedef enum cms_kind {
  CMS_NONE,       /* not CMS */
  CMS_OPAQUE,     /* signed, with its content inside */
  CMS_DETACHED,   /* signed, with its content elsewhere; or certificates alone */
  CMS_COMPRESSED, /* RFC 3274 */
  CMS_SEALED,     /* encrypted */
  CMS_BROKEN,     /* signed or compressed by its type, and the rest is not to be relied on */
} CmsKind;

/* By content; the type and the name that it was declared with do not matter. */
CmsKind cms_kind(const unsigned char *bytes, size_t len);

/* The MIME entity that is signed or compressed: new, with the line ends that it came with. NULL if
 * the kind is neither CMS_OPAQUE nor CMS_COMPRESSED, if the content is no entity (another content
 * type), or if it unpacks to more than LIMIT_UNPACK_OPEN. */
GBytes *cms_content(const unsigned char *bytes, size_t len);

#endif
