/* listed.h - names that archives list, and of which nothing came out. Inside inspect/file/ only. */
#ifndef CORDON_LISTED_H
#define CORDON_LISTED_H

#include "finding.h"

typedef struct listed Listed;

Listed *listed_new(void);
void listed_free(Listed *listed);

/* The archive lists that name. FALSE, and it is forgotten, if there are too many. */
gboolean listed_add(Listed *listed, Finding *archive, const char *name);

/* A finding was made of what came out of it under that name. */
void listed_find(Listed *listed, const Finding *archive, const char *name);

/* Calls back once for each name that was listed and not found, in their order. */
void listed_missing(const Listed *listed,
                    void (*missing)(Finding *archive, const char *name, void *data), void *data);

#endif
