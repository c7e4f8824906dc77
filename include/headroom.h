/* headroom.h - less memory for a while: around a C++ library that takes as much as its input says,
 * and that comes back with an error from std::bad_alloc. GLib ends the process instead: it may be
 * asked for what headroom_has.
 *
 * It is the soft limit of the address space that is lowered, so only a process that has one, as a
 * worker has, is bounded; in others nothing happens. One at a time. */
#ifndef CORDON_HEADROOM_H
#define CORDON_HEADROOM_H

#include <glib.h>

/* AddressSanitizer ends a process that asks for more than there is: no limit is lowered then. */
#ifdef __SANITIZE_ADDRESS__
#define HEADROOM_WORKS 0
#elif defined __has_feature
#define HEADROOM_WORKS (!__has_feature(address_sanitizer))
#else
#define HEADROOM_WORKS 1
#endif

typedef struct headroom {
  guint64 hard, before, low; /* limits; 0 where nothing was lowered */
  unsigned met;              /* how often it was not enough */
} Headroom;

/* From now on this process can take so many bytes more, to the nearest MiB, or what is left of its
 * limit where that is less. headroom stays where it is until it has ended. -1 with errno: the limit
 * could not be lowered, and is as it was. */
int headroom_lower(Headroom *headroom, gsize bytes);

/* The same for what is taken in large pieces, which free places of the heap may be too small for.
 */
int headroom_lower_whole(Headroom *headroom, gsize bytes);

/* As before; met stays. */
void headroom_end(Headroom *headroom);

/* Are there so many bytes? */
gboolean headroom_has(gsize bytes);

#endif
