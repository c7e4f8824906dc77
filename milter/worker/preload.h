/* preload.h - what libraries open at first use, opened before the jail's door closes. */
#ifndef CORDON_PRELOAD_H
#define CORDON_PRELOAD_H

#include <glib.h>

typedef struct preload Preload;

/* Once, in the process that forks the workers; keeps open what would be unloaded otherwise. */
Preload *preload_new(void);
void preload_free(Preload *preload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Preload, preload_free)

#endif
