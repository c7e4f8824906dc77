/* claimant.h - one of ours, with those of their groups that exceptions are for. */
#ifndef CORDON_POLICY_CLAIMANT_H
#define CORDON_POLICY_CLAIMANT_H

#include "exceptions.h"
#include "groups.h"
#include "membership.h"

/* Of groups that are looked up, those that `memberships` (or NULL) says the address is in: one of
 * which nothing is known is none, so its exceptions do not hold. NULL for nobody (NULL). */
Claimant *claimant_new(const Groups *groups, const Memberships *memberships,
                       const Exceptions *exceptions, const char *address);
void claimant_free(Claimant *claimant);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claimant, claimant_free)

#endif
