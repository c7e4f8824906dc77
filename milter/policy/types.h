/* types.h - groups of file types, from rules/types.conf. */
#ifndef CORDON_POLICY_TYPES_H
#define CORDON_POLICY_TYPES_H

#include <glib.h>

#include "finding.h"
#include "problems.h"

typedef struct types Types;

/* Reads DIR/types.conf. Never NULL. */
Types *types_read(const char *dir, GChecksum *checksum, Problems *problems);
void types_free(Types *types);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Types, types_free)

/* The groups that a file is in by its content, by any of its names or by its declared type. New
 * array of new strings in the order of types.conf, or NULL. */
GPtrArray *types_groups(const Types *types, const Finding *file);

/* Does everything that is known of a file (content, each name, declared type) speak for one of
 * these groups? Unknown content or declared type speaks neither for nor against. */
gboolean types_all_within(const Types *types, const Finding *file, const char *const *groups);

/* Sorted, NULL-ended. */
const char *const *types_names(const Types *types);
gboolean types_broken(const Types *types);

#endif
