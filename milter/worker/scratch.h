/* scratch.h - folders for temporary files: one of the zygote, and one in it for each worker. */
#ifndef CORDON_SCRATCH_H
#define CORDON_SCRATCH_H

#include <glib.h>

typedef struct scratch {
  char *path; /* the zygote's own folder */
  int lock;   /* held as long as the process lives; -1: none */
} Scratch;

/* Makes the zygote's folder below `below`, and removes what zygotes that were killed left there.
 * CONFIG if it cannot be made. */
int scratch_open(Scratch *scratch, const char *below, GError **error);

/* Removes it with all that is in it. */
void scratch_close(Scratch *scratch);

/* A new folder in it for one worker; NULL with errno. */
char *scratch_make(const Scratch *scratch);

/* Removes a folder and what is in it, without following links. */
void scratch_remove(const char *path);

#endif
