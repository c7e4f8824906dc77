/* lzfu.h - Rich Text as Outlook stores a message's body ([MS-OXRTFCP]). */
#ifndef CORDON_LZFU_H
#define CORDON_LZFU_H

#include <glib.h>

/* The body as it is stored; NULL if there is none. At most LIMIT_UNPACK_OPEN and some more. *whole
 * becomes FALSE where that ends it, and for a body that is packed in no known way. */
GBytes *lzfu_open(const unsigned char *bytes, size_t len, gboolean *whole);

/* Rich Text as it is to be stored. Linear. */
GBytes *lzfu_pack(GBytes *text);

#endif
