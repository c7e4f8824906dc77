/* lookups.h - the front's look-ups of who is in which group. Thread-safe. */
#ifndef CORDON_LOOKUPS_H
#define CORDON_LOOKUPS_H

#include <glib.h>

#include "letter.h"

typedef struct lookups Lookups;

Lookups *lookups_new(void);
void lookups_free(Lookups *lookups); /* nobody may be asking */

/* The tables from now on: a line each as of lookup_to_line, which the zygote says (Loaded.lookups).
 * Letters that are being looked up for go on with the tables before. */
void lookups_set(Lookups *lookups, const char *lines);

/* Puts into the letter in which groups its recipients and its sender are: each is asked for as
 * user+ext@domain, user@domain and @domain, in lower case, until one of them is found. `progress`
 * (or NULL) is called between answers, at most once a second. -1 and TEMP where a table that
 * rules rely on (on-failure = tempfail) gave no answer; of another it is then not known. */
int lookups_fill(Lookups *lookups, Letter *letter, void (*progress)(void *data), void *data,
                 GError **error);

#endif
