/* approvals.h - who may approve an exception of which class, and for how long, from
 * rules/exceptions.conf, who may in their place, from
 * rules/delegations.conf, and whose signature says so, from rules/keys.conf. */
#ifndef CORDON_POLICY_APPROVALS_H
#define CORDON_POLICY_APPROVALS_H

#include "exceptions.h"
#include "keys.h"
#include "policy.h"
#include "problems.h"
#include "services.h"

typedef struct approvals Approvals;

/* Reads DIR/exceptions.conf and DIR/delegations.conf; where there is none, nobody may approve
 * anything. Never NULL. */
Approvals *approvals_read(const char *dir, const Services *services, GChecksum *checksum,
                          Problems *problems);
void approvals_free(Approvals *approvals);

/* Fills in by which delegation its approvers may approve it, where their own posts do not let them,
 * and that it waits for a second one, where its class needs two and there is one. */
void approvals_complete(const Approvals *approvals, const Services *services, Exception *exception);

/* Who may approve it, by its class and how wide it is. Strings are theirs. FALSE: nobody. */
gboolean approvals_view(const Approvals *approvals, const Services *services,
                        const Exception *exception, ApprovalView *view);

/* Whose signature a text has; see signed_approval_signer. */
const Key *approvals_signer(const Approvals *approvals, const char *text, const char *signature,
                            gint64 when, char **fault);

/* Does it still hold by what signs it: is it signed where it must be, and is each signature good?
 */
gboolean approvals_vouch(const Approvals *approvals, const Services *services,
                         const Exception *exception);

/* Why this exception goes beyond what its approvers may grant, or NULL. New string. */
char *approvals_fault(const Approvals *approvals, const Services *services,
                      const Exception *exception);

#endif
