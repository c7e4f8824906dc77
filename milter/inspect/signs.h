/* signs.h - which of a few words stand in bytes, found in one pass. Inside inspect/ only. */
#ifndef CORDON_INSPECT_SIGNS_H
#define CORDON_INSPECT_SIGNS_H

#include <glib.h>

/* Of a list of words. */
#define SIGNS_MOST     64
#define SIGNS_SHORTEST 3

/* Bit i is set where signs[i] stands in bytes. signs ends with NULL and has at most SIGNS_MOST,
 * none of them shorter than SIGNS_SHORTEST; the longer the shortest is, the faster. Linear in len.
 */
guint64 signs_find(const char *const *signs, const unsigned char *bytes, size_t len);

/* Does any of them? Ends where the first one does. */
gboolean signs_any(const char *const *signs, const unsigned char *bytes, size_t len);

#define SIGN(index) (G_GUINT64_CONSTANT(1) << (index))

#endif
