/* clam.h - libclamav's engine, set up for what Cordon asks of it. Inside inspect/ only; for
 * unpack.c. */
#ifndef CORDON_INSPECT_CLAM_H
#define CORDON_INSPECT_CLAM_H

#include <clamav.h>
#include <glib.h>

typedef struct clam {
  struct cl_engine *engine; /* ready but for its callbacks */
  unsigned signatures;      /* their number */
  char *placed;             /* of them those that ask what a file is in, as places.h has them; "" if
                               there are none, NULL if that is not known */
} Clam;

/* With the signatures in a folder, none for NULL or "", and temporary files in scratch, which may
 * be NULL. It is cheaper to scan with if all are logical ones. -1 with the error: CONFIG if the
 * folder holds something broken, TEMP if it holds nothing or cannot be read. */
int clam_init(Clam *clam, const char *signatures, gboolean logical, const char *scratch,
              GError **error);
void clam_clear(Clam *clam);

/* Temporary files go to scratch, which is copied, from now on. */
int clam_move(Clam *clam, const char *scratch, GError **error);

#endif
