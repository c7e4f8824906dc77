/* delegations.h - who may approve in the place of whoever holds a post, for which classes and from
 * when until when: rules/delegations.conf. */
#ifndef CORDON_POLICY_DELEGATIONS_H
#define CORDON_POLICY_DELEGATIONS_H

#include "people.h"

typedef struct delegation {
  char *name;
  char *post;     /* whose approval is lent */
  char *by, *to;  /* names of the one who holds the post, and of the one who may stand in */
  char **classes; /* for which; empty: all that the post may approve */
  Term term;
  Place place;
} Delegation;

typedef struct delegations Delegations;

/* Reads DIR/delegations.conf, which need not be there. Never NULL. What is lent twice is a problem:
 * only who holds a post lends it. */
Delegations *delegations_read(const char *dir, GChecksum *checksum, Problems *problems);
void delegations_free(Delegations *delegations);

guint delegations_count(const Delegations *delegations);
const Delegation *delegations_nth(const Delegations *delegations, guint n);
const Delegation *delegations_named(const Delegations *delegations, const char *name); /* or NULL */

/* Does it let `person` approve what is of that class at that time? */
gboolean delegation_covers(const Delegation *delegation, const char *person, const char *class_name,
                           gint64 when);

#endif
