/* lzfu.h - Rich Text as Outlook stores a message's body ([MS-OXRTFCP]). */
#ifndef CORDON_LZFU_H
#define CORDON_LZFU_H

#include <glib.h>

/* The body as it is stored; NULL if there is none. *whole becomes FALSE where a packed one unpacks
 * to more than so many bytes, which it is cut to, and for a body that is packed in no known way. */
GBytes *lzfu_open(const unsigned char *bytes, size_t len, size_t most, gboolean *whole);

/* Rich Text as it is to be stored. Linear. */
GBytes *lzfu_pack(GBytes *text);

#endif
