/* poison.h - the journal of letters that cost a worker its life. Thread-safe.
 *
 * STATE/poison: a line a death, "unix-seconds size sha256", appended and on disk before the sender
 * is told anything. It outlives cordond; deaths older than POISON_DAYS and all but the latest
 * POISON_DEATHS are forgotten. */
#ifndef CORDON_POISON_H
#define CORDON_POISON_H

#include <glib.h>

/* Longer than any sender goes on trying (RFC 5321 4.5.4.1 says four to five days). */
#define POISON_DAYS 14

/* A worker that dies is rare; each look at a letter passes over all of them. */
#define POISON_DEATHS 2000

/* The death at which a letter is held; from then on no worker is given to it. */
#define POISON_HELD_AT 2

typedef struct poison Poison;

/* Reads the journal; lines that are none of ours are passed over. TEMP if it cannot be written. */
Poison *poison_open(const char *state, GError **error);
void poison_close(Poison *poison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Poison, poison_close)

/* Deaths that these bytes have caused. Hashes them only if one of their size has caused any. */
unsigned poison_deaths(Poison *poison, GBytes *raw);

/* Notes one more; *deaths counts it too. TEMP if it could not be written: it counts nevertheless,
 * until cordond ends. */
int poison_note(Poison *poison, GBytes *raw, unsigned *deaths, GError **error);

#endif
