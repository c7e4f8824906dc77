/* approvals.h - who may approve an exception of which class, and for how long, from
 * rules/exceptions.conf. */
#ifndef CORDON_POLICY_APPROVALS_H
#define CORDON_POLICY_APPROVALS_H

#include "exceptions.h"
#include "problems.h"
#include "services.h"

typedef struct approvals Approvals;

/* Reads DIR/exceptions.conf; where there is none, nobody may approve anything. Never NULL. */
Approvals *approvals_read(const char *dir, const Services *services, GChecksum *checksum,
                          Problems *problems);
void approvals_free(Approvals *approvals);

/* Why this exception goes beyond what its approvers may grant, or NULL. New string. */
char *approvals_fault(const Approvals *approvals, const Services *services,
                      const Exception *exception);

#endif
