/* event.h - the worker's part of a message's event: what was found and decided, as JSON. */
#ifndef CORDON_EVENT_H
#define CORDON_EVENT_H

#include <glib.h>

#include "policy.h"
#include "stage.h"
#include "tree.h"

typedef struct stage_times {
  gint64 us[STAGES]; /* microseconds */
} StageTimes;

/* {"rules":"ab12…","direction":"inbound","parts":3,"counts":{"links":4,"files":1,"anomalies":0,
 * "acted":2},"error":…,"findings":[…],"stages_us":{…}} on one line; a finding as HACKING.md
 * shows. At most LIMIT_EVENT_FINDINGS findings, those that a rule acts on first; the sender only if
 * a rule acts on it. A letter without a queue id comes from the command: its findings have the
 * whole address and the anchor's text as well, which in the gateway's log would be people's tokens.
 * Where letter->why is set, a finding also has the "notice" whose words its marks are in,
 * the rule that only "observed" it, and "why" the rules in front did not decide (policy_why).
 * One printable line (json_add_string). `error`: what went wrong after the plan was made, or NULL.
 * New string. */
char *event_json(const Letter *letter, const Tree *tree, const GPtrArray *findings,
                 const Plan *plan, const Ruleset *ruleset, const StageTimes *times,
                 const char *error);

/* The notices of all that the plan acts on, each once, in order: "cloud-storage, messaging". */
char *event_classes(const GPtrArray *findings, const Plan *plan);

#endif
