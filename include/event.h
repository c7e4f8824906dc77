/* event.h - the worker's part of a message's event: what was found and decided, as JSON. */
#ifndef CORDON_EVENT_H
#define CORDON_EVENT_H

#include <glib.h>

#include "policy.h"
#include "tree.h"

/* {"rules":"ab12…","findings":[…],"counts":{…},"stages_us":{…}} on one line; DESIGN.md section 6.
 * At most LIMIT_EVENT_FINDINGS findings, those acted on first. New string. */
typedef struct stage_times {
  gint64 mime, inspect, policy, rewrite, verify; /* microseconds */
} StageTimes;

char *event_json(const Tree *tree, const GPtrArray *findings, const Plan *plan,
                 const Ruleset *ruleset, const StageTimes *times, const char *error);

#endif
