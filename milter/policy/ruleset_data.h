/* ruleset_data.h - what a ruleset is made of, for the files that decide by it. */
#ifndef CORDON_POLICY_RULESET_DATA_H
#define CORDON_POLICY_RULESET_DATA_H

#include "approvals.h"
#include "claimant.h"
#include "exceptions.h"
#include "groups.h"
#include "lists.h"
#include "lookalike.h"
#include "notices.h"
#include "officials.h"
#include "policy.h"
#include "rule.h"
#include "rule_index.h"
#include "services.h"
#include "types.h"

struct ruleset {
  Settings *settings;
  WordSet *own; /* own-domains; NULL if there are none */
  Services *services;
  Lookalikes *lookalikes;
  Types *types;
  Lists *lists;
  Notices *notices;
  GPtrArray *rules; /* Rule * */
  RuleIndex *index; /* of them */
  Groups *groups;
  Officials *officials;
  Approvals *approvals;
  Exceptions *exceptions; /* grows while in use: ruleset_follow */
  char version[13];
  gboolean by_recipient; /* some rule asks for the recipient */
  gboolean by_exception; /* ... for exceptions */
};

/* Does any rule ask for exceptions, and are there any? */
gboolean ruleset_grants(const Ruleset *ruleset);

/* question_person, for exceptions; NULL where there is nobody, or nothing to claim. */
Claimant *ruleset_claimant(const Ruleset *ruleset, const Question *question);

#endif
