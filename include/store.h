/* store.h - originals and events. Thread-safe. Everything here is on disk when a call returns 0.
 *
 * STATE/originals/K7/K7QF3M2PXW  exact bytes, mode 0600, written O_EXCL under another name, fsync,
 * rename, fsync of the folder; STATE/index.sqlite3 says what they are; STATE/events.jsonl. */
#ifndef CORDON_STORE_H
#define CORDON_STORE_H

#include <glib.h>

#include "letter.h"
#include "reply.h"

typedef struct store Store;

/* Opens or makes a store. */
Store *store_open(const char *state, const char *events, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* Keeps the original of a changed, held or rejected letter under letter->ref. Keeping the same
 * bytes under the same code again is no error; other bytes under the same code is (SOFTWARE).
 * TEMP when it cannot be written: nothing half-written is left under the code's name. */
int store_keep(Store *store, const Letter *letter, const Reply *reply, GError **error);

/* Appends one event: envelope and outcome from the arguments, the rest from reply->event. One
 * write(2), one line. outcome: "unchanged", "changed", "held", "rejected", "error". Of the events
 * only those of changed, held and rejected letters are forced to disk: a power cut may lose
 * that an unchanged one passed. DATA if reply->event is no JSON object or has members of ours;
 * letter->raw may be NULL. */
int store_event(Store *store, const Letter *letter, const Reply *reply, const char *outcome,
                GError **error);

/* The original of a code (dashes and case ignored), or NULL and DATA if there is none. */
GBytes *store_original(Store *store, const char *ref, GError **error);

#endif
