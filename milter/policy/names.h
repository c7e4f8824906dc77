/* names.h - the words of the rules' language. Each table ends with NULL and is in the order of its
 * enumeration. */
#ifndef CORDON_POLICY_NAMES_H
#define CORDON_POLICY_NAMES_H

#include <glib.h>

extern const char *const action_names[];
extern const char *const tier_names[];
extern const char *const mode_names[];
extern const char *const kind_names[];
extern const char *const use_names[]; /* those of LinkUse, then "mail" */
extern const char *const direction_names[];

/* Place in the table, or -1. */
int name_index(const char *const *names, const char *name);

/* Sorts names (char *), drops repeated ones and puts a NULL behind. */
void names_finish(GPtrArray *names);

#endif
