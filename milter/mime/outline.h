/* outline.h - what of a layer tells a second reader its structure. */
#ifndef CORDON_MIME_OUTLINE_H
#define CORDON_MIME_OUTLINE_H

#include "tree.h"

typedef struct outline {
  GBytes *bytes; /* owned */
  size_t base;   /* offset in the layer = offset in bytes + base, after the first header */
  gboolean cut;  /* bytes end early: where the layer is one leaf, all else is that leaf's body */
} Outline;

/* Without the fields of the first header that mean nothing for structure, and where the layer is
 * one leaf without most of its body. Everything that two readers could see differently is in it:
 * a field is left out only if it is written in the one way that all readers understand. */
void outline_make(Outline *outline, const Layer *layer);
void outline_clear(Outline *outline);

#endif
