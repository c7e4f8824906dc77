/* groups.h - who is meant by a group's name: from rules/groups/NAME.txt, one address, "@domain", or
 * "domain" (it and all below it) a line, "#" before a comment; or by a table that the front looks
 * them up in, from rules/groups.conf. */
#ifndef CORDON_POLICY_GROUPS_H
#define CORDON_POLICY_GROUPS_H

#include <glib.h>

#include "lookup.h"
#include "problems.h"

typedef struct group Group;
typedef struct groups Groups;

/* Reads DIR/groups/ *.txt and DIR/groups.conf; neither need be there. Never NULL. */
Groups *groups_read(const char *dir, GChecksum *checksum, Problems *problems);
void groups_free(Groups *groups);

/* NULL if there is none of that name. */
const Group *groups_named(const Groups *groups, const char *name);

const char *group_name(const Group *group);

/* Where its members are looked up; NULL: it has a file. */
const Lookup *group_lookup(const Group *group);

/* Those that are looked up (const Group *), in the order of their names. */
const GPtrArray *groups_looked_up(const Groups *groups);

/* Is the address in the group of a file? Costs a hash, and one for each label of its domain, and a
 * look at the groups that it is in. */
gboolean group_holds(const Group *group, const char *address);

/* Those with files that an address is in (const Group *), some perhaps twice. New array. */
GPtrArray *groups_of(const Groups *groups, const char *address);

/* Sorted, NULL-ended. */
const char *const *groups_names(const Groups *groups);

#endif
