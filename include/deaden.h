/* deaden.h - an address as dead text, which no mail reader makes a link of, and back.
 *
 * "https://drive.google.com/x" becomes "hxxps[:]//drive[.]google[.]com/x": the scheme is broken,
 * and so is every dot, every "://", every "http:" and every "@" wherever it stands; CJK and
 * full-width dots and "@" too, since browsers take them for the plain ones. The bytes between stay
 * as they are, so the two forms convert into each other byte for byte. */
#ifndef CORDON_DEADEN_H
#define CORDON_DEADEN_H

#include <glib.h>

#include "range.h"

/* One change that makes an address dead: `with` in place of the bytes `at`. */
typedef struct deaden_piece {
  Range at;
  char with[8]; /* ASCII but for a CJK dot or "@" in brackets */
} DeadenPiece;

/* Pieces (DeadenPiece) in order of place. `text` is an address in UTF-8 or any text that holds
 * some; its scheme is looked for at the start only. */
GArray *deaden_pieces(const char *text, size_t len);

/* The dead form, and the way back. len -1: up to NUL. New strings. undeaden(deaden(x)) is x for
 * every x that does not begin with '['. */
char *deaden(const char *address, gssize len);
char *undeaden(const char *dead, gssize len);

/* A name from an untrusted source made fit to show: control, format (bidi, zero-width) and line
 * characters become U+FFFD, and what is longer than `max` characters is cut with an ellipsis. New
 * string, valid UTF-8; deaden it before it is shown. */
char *name_clean(const char *name, size_t max);

#endif
