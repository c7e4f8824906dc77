/* repeats.h - files that libclamav hands out more than once. Inside inspect/ only; for unpack.c. */
#ifndef CORDON_INSPECT_REPEATS_H
#define CORDON_INSPECT_REPEATS_H

#include <glib.h>

#include "siphash.h"

/* What nobody outside may know: who knew it could make two contents that seem one. */
typedef struct repeats_key {
  guint8 bytes[SIPHASH_KEY];
} RepeatsKey;

/* From the system's source of randomness. -1, CORDON_ERROR_SOFTWARE, where there is none. */
int repeats_key_init(RepeatsKey *key, GError **error);

/* A file that came out of a container for the first time. */
typedef struct repeat {
  unsigned index;  /* the layer that it is */
  gboolean direct; /* it was seen in its container itself, not in a further view of that */
} Repeat;

typedef struct repeats Repeats;

/* key must outlive it. */
Repeats *repeats_new(const RepeatsKey *key);
void repeats_free(Repeats *repeats);

/* The file of the same content that came out of that container before, by the same name. NULL if
 * none did: from now on it is `this`. Owned by repeats. Linear in len. */
Repeat *repeats_find(Repeats *repeats, unsigned container, const char *name,
                     const unsigned char *bytes, size_t len, Repeat this);

#endif
