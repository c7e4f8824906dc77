/* originals.h - byte-exact files under STATE/originals, one a reference code. Thread-safe without
 * locks: the file system decides who was first. */
#ifndef CORDON_ORIGINALS_H
#define CORDON_ORIGINALS_H

#include <glib.h>

/* "k7qf-3m2p-xw" ─▶ "K7QF3M2PXW", with I and L read as 1 and O as 0; NULL if it is no code. */
char *ref_canonical(const char *ref);

/* Where a canonical code's file lies below STATE: "originals/K7/K7QF3M2PXW". */
char *original_path(const char *ref);

/* Writes bytes under a canonical code; on disk when it returns 0. The same bytes again: 0. Others:
 * SOFTWARE. TEMP when it cannot be written; nothing is left behind then. */
int original_write(const char *state, const char *ref, GBytes *bytes, GError **error);

/* NULL and DATA if there is none, TEMP if it cannot be read. */
GBytes *original_read(const char *state, const char *ref, GError **error);

#endif
