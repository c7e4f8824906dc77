/* auth.h - results of SPF, DKIM and DMARC that are believed: those of trusted-authserv-ids. */
#ifndef CORDON_POLICY_AUTH_H
#define CORDON_POLICY_AUTH_H

#include "finding.h"
#include "settings.h"

/* Sets or clears the trait "forged" of a finding of kind RESULTS. */
void auth_classify(const Settings *settings, Finding *finding);

/* For each method bits of AuthResult, over all fields that are believed; 0: none speaks of it. */
void auth_gather(const Settings *settings, const GPtrArray *findings,
                 unsigned results[AUTH_METHODS]);

/* The address in From where DMARC says that it is the sender's: it passed for all who are believed,
 * and From names nobody else. NULL otherwise. The finding's. */
const char *auth_vouched(const GPtrArray *findings, const unsigned results[AUTH_METHODS]);

#endif
