/* listed.h - names that archives list, and of which nothing came out. Inside inspect/file/ only. */
#ifndef CORDON_LISTED_H
#define CORDON_LISTED_H

#include "finding.h"

typedef struct listed Listed;

Listed *listed_new(void);
void listed_free(Listed *listed);

/* The archive lists that name, under which libclamav hands the file out unless `given` is another.
 * FALSE, and it is forgotten, if there are too many. */
gboolean listed_add(Listed *listed, Finding *archive, const char *name, const char *given);

/* The name of a file that was handed out so, as the archive lists it: each once; or the same. Until
 * the next change. */
const char *listed_name(Listed *listed, const Finding *archive, const char *given);

/* A finding was made of what came out of it under that name. */
void listed_find(Listed *listed, const Finding *archive, const char *name);

/* Calls back once for each name that was listed and not found, in their order. */
void listed_missing(const Listed *listed,
                    void (*missing)(Finding *archive, const char *name, void *data), void *data);

#endif
