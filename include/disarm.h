/* disarm.h - documents without what acts by itself. */
#ifndef CORDON_DISARM_H
#define CORDON_DISARM_H

#include <glib.h>

#include "bitset.h"
#include "file.h"
#include "letter.h"
#include "policy.h"
#include "tree.h"

/* What is to be done to a file, and to each document in it. */
typedef struct orders {
  gboolean active; /* what acts by itself goes */
  GHashTable *dead; /* addresses that are to lead nowhere: Link.target (char *) ─▶ what the reader
                       of the document is told in its place (char *, UTF-8); NULL for none */
} Orders;

/* What was done to it. */
typedef struct taken {
  BitSet traits;  /* TRAIT() bits of what is gone */
  unsigned links; /* places where an address was made to lead nowhere */
  gboolean tags;  /* those of a PDF (for readers of screens), where there were too many */
} Taken;

/* A part whose file is delivered in another form. */
typedef struct disarmed {
  unsigned part;   /* index in Tree.parts */
  GBytes *content; /* decoded */
  gboolean utf8;   /* a page that was in another charset */
  Taken taken;
} Disarmed;

void disarmed_free(Disarmed *disarmed);

/* Disarms each file that the plan says so of, and makes links in files lead nowhere where it says
 * so of them (Disarmed *, freed with the array). What comes out is inspected and decided on like
 * what came in. Where it cannot be done, or a rule would still act on the result, the plan's action
 * becomes ACTION_REMOVE (`wanted` stays). Never fails. */
GPtrArray *disarm_run(const Letter *letter, const Tree *tree, const GPtrArray *findings, Plan *plan,
                      const Ruleset *ruleset, FileScanner *scanner);

/* The entry of that part, or NULL. disarmed may be NULL. */
const Disarmed *disarmed_find(const GPtrArray *disarmed, unsigned part);

/* Sets the libraries up: once a process, before it is jailed. */
void disarm_start(void);

/* One file by what its content is. A reference to the same bytes if there is nothing to do to it;
 * NULL and DATA if it is of no kind that can be disarmed, or cannot be disarmed safely. Adds what
 * was done to *taken. Linear, and bounded by LIMIT_UNPACK_TOTAL. */
GBytes *disarm_file(GBytes *content, const Orders *orders, Taken *taken, GError **error);

#endif
