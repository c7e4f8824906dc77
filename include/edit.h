/* edit.h - changes to bytes: a range, and what comes in its place. */
#ifndef CORDON_EDIT_H
#define CORDON_EDIT_H

#include <glib.h>

#include "range.h"

typedef struct edit {
  Range at;     /* empty: an insertion before at.off */
  GBytes *with; /* owned; may be empty */
} Edit;

typedef struct edits Edits;

Edits *edits_new(void);
void edits_free(Edits *edits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Edits, edits_free)

/* Copies `with`. Order of adding is the order of insertions at one place. */
void edits_add(Edits *edits, Range at, const void *with, size_t len);
void edits_add_string(Edits *edits, Range at, const char *with);
void edits_take(Edits *edits, Range at, GBytes *with);

unsigned edits_count(const Edits *edits);

/* In order of place. Equal edits are merged; a replacement that lies inside another is dropped
 * (the outer one wins); two that overlap otherwise are a bug: SOFTWARE. An insertion inside a
 * replaced range moves to its end. */
int edits_sort(Edits *edits, GError **error);
const Edit *edits_get(const Edits *edits, unsigned n);

/* The bytes with all edits done. Sorts first. Without edits a reference to the same GBytes. DATA
 * if an edit reaches past the end. */
GBytes *edits_splice(GBytes *bytes, Edits *edits, GError **error);

#endif
