/* notices.h - the words that readers see, from rules/notices.conf. */
#ifndef CORDON_POLICY_NOTICES_H
#define CORDON_POLICY_NOTICES_H

#include <glib.h>

#include "policy.h"
#include "problems.h"

typedef struct notices Notices;

/* Reads DIR/notices.conf. Never NULL. Every notice must have all words in all languages. */
Notices *notices_read(const char *dir, GChecksum *checksum, Problems *problems);
void notices_free(Notices *notices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notices, notices_free)

/* NULL if there is none. */
const Notice *notices_find(const Notices *notices, const char *id);

/* The tier that the notice is written for. */
Tier notices_tier(const Notices *notices, const char *id);

/* Sorted, NULL-ended. */
const char *const *notices_ids(const Notices *notices);
gboolean notices_broken(const Notices *notices);

#endif
