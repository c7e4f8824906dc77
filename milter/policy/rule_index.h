/* rule_index.h - which of the rules can concern a finding, without asking each of them. */
#ifndef CORDON_POLICY_RULE_INDEX_H
#define CORDON_POLICY_RULE_INDEX_H

#include "rule.h"

typedef struct rule_index RuleIndex;

/* Of Rule *, which must outlive it as must the groups. Costs time and memory in proportion to what
 * they ask for. */
RuleIndex *rule_index_new(const GPtrArray *rules, const Groups *groups);
void rule_index_free(RuleIndex *index);

/* One person's mail before the rules. Not thread-safe, but the index is. */
typedef struct rule_walk RuleWalk;

/* Takes from the question what is the same for all findings: the letter, its direction and the
 * recipient (NULL: for rule_walk_begin_like only). The index must outlive it. */
RuleWalk *rule_walk_new(const RuleIndex *index, const Question *question);
void rule_walk_free(RuleWalk *walk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleWalk, rule_walk_free)

/* Begins anew, with the question's finding and address. Those that rule_walk_next gives are the
 * rules in their order without most of those that do not apply: rule_applies() decides. */
void rule_walk_begin(RuleWalk *walk, const Question *question);

/* Begins anew with those that can apply to all that `rule` applies to. */
void rule_walk_begin_like(RuleWalk *walk, const Rule *rule);

/* NULL: there is no further one. */
const Rule *rule_walk_next(RuleWalk *walk);

/* How rules see a recipient of the letter: who has the same text here is the same to each of them.
 * New string. */
char *rule_index_view(const RuleIndex *index, const Services *services, const Letter *letter,
                      const char *recipient);

#endif
