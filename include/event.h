/* event.h - the worker's part of a message's event: what was found and decided, as JSON. */
#ifndef CORDON_EVENT_H
#define CORDON_EVENT_H

#include <glib.h>

#include "policy.h"
#include "tree.h"

typedef struct stage_times {
  gint64 mime, inspect, policy, rewrite, verify; /* microseconds */
} StageTimes;

/* {"rules":"ab12…","parts":3,"counts":{"links":4,"files":1,"anomalies":0,"acted":2},"error":…,
 * "findings":[…],"stages_us":{…}} on one line; a finding as in DESIGN.md section 6. At most
 * LIMIT_EVENT_FINDINGS findings, those that a rule acts on first. With `evidence` each finding has
 * the address or the detail as well: for the command, not for the gateway's log, where whole
 * addresses would carry people's tokens. Strings are printable (log_escape). New string. */
char *event_json(const Tree *tree, const GPtrArray *findings, const Plan *plan,
                 const Ruleset *ruleset, const StageTimes *times, const char *error,
                 gboolean evidence);

/* The notices of all that the plan acts on, each once, in order: "cloud-storage, messaging". */
char *event_classes(const GPtrArray *findings, const Plan *plan);

#endif
