/* outline.h - what of a layer tells a second reader its structure. */
#ifndef CORDON_MIME_OUTLINE_H
#define CORDON_MIME_OUTLINE_H

#include "bounds.h"
#include "tree.h"

typedef struct outline {
  GBytes *bytes;  /* owned */
  GArray *pieces; /* where they stand in the layer; owned */
} Outline;

/* Without the fields of the first header that mean nothing for structure, and without the lines of
 * bodies that no reader takes for a delimiter. Everything that two readers could see differently is
 * in it. Time goes with the layer's length, memory is at most OUTLINE_MOST: a layer whose outline
 * would be longer is shown whole and in place. */
void outline_make(Outline *outline, const Layer *layer);
void outline_clear(Outline *outline);

/* The offset in the layer of the byte at `at`, or of the end. */
size_t outline_source(const Outline *outline, size_t at);

#define OUTLINE_MOST MIB(1)

#endif
