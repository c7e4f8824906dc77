/* siphash.h - SipHash-2-4 with 128 bits (Aumasson and Bernstein): a keyed hash for many bytes, six
 * times as fast as GLib's SHA-256. Whoever does not know the key cannot make two texts that have
 * one hash; 128 bits are enough for that, and for nothing that must hold for decades. */
#ifndef CORDON_SIPHASH_H
#define CORDON_SIPHASH_H

#include <glib.h>

#define SIPHASH_KEY   16
#define SIPHASH_BYTES 16

void siphash(const guint8 key[SIPHASH_KEY], const guint8 *data, size_t len,
             guint8 hash[SIPHASH_BYTES]);

#endif
