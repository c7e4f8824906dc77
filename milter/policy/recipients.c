/* recipients.c - which recipients of a letter the rules see alike.
 *
 * What a rule asks of the envelope is settled before anything is found in the letter. So the
 * answers of all rules to that are all in which two recipients can differ; those, and exceptions.
 */
#include "policy.h"

#include <string.h>

#include "ruleset_data.h"

/* Rules whose answer may not be the same for all recipients. */
static gboolean
asks_recipient(const Rule *rule)
{
  return rule->recipients || rule->recipient_classes || rule->circles;
}

/* What the rules answer. `question` is about a letter to one recipient. A rule that only observes
 * makes no other outcome. */
static char *
answers_to(const Ruleset *ruleset, const Question *question)
{
  GString *answers = g_string_new(NULL);
  for (guint i = 0; i < ruleset->rules->len; i++) {
    const Rule *rule = g_ptr_array_index(ruleset->rules, i);
    if ((asks_recipient(rule) || rule->directions) && rule_decides(rule, question))
      g_string_append_printf(answers, "%u:%d ", i, rule_match_envelope(rule, question));
  }
  return g_string_free(answers, FALSE);
}

/* The same, found among `known` where somebody in the same groups, named by the same rules, was
 * asked about before: so the rules are gone through once for each kind of recipient. */
static const char *
answers_known(const Ruleset *ruleset, const Question *question, GHashTable *known)
{
  g_autofree char *view =
      rule_index_view(ruleset->index, ruleset->services, question->letter, question->recipient);
  char *kind = g_strconcat(question->direction, " ", view, NULL);
  const char *answers = g_hash_table_lookup(known, kind);
  if (answers) {
    g_free(kind);
    return answers;
  }
  answers = answers_to(ruleset, question);
  g_hash_table_insert(known, kind, (char *)answers);
  return answers;
}

/* As if the letter were to nobody else. */
static char *
key_alone(const Ruleset *ruleset, const Letter *letter, char *recipient, GHashTable *known)
{
  char *rcpts[] = {recipient, NULL};
  Letter alone = *letter;
  alone.rcpts = rcpts;
  const Question question = {.services = ruleset->services,
                             .exceptions = ruleset->exceptions,
                             .letter = &alone,
                             .direction = policy_direction(ruleset, &alone),
                             .recipient = recipient};
  const char *answers = answers_known(ruleset, &question, known);
  if (!ruleset->by_exception)
    return g_strdup(answers);
  g_autoptr(Claimant) claimant = ruleset_claimant(ruleset, &question);
  g_autofree char *granted =
      exceptions_granted(question.exceptions, claimant, question.direction, letter->received);
  return g_strconcat(answers, granted, NULL);
}

gboolean
policy_sees_alike(const Ruleset *ruleset, const Letter *letter)
{
  g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *first = NULL;
  if (g_strv_length(letter->rcpts) < 2)
    return TRUE;
  for (char **rcpt = letter->rcpts; *rcpt; rcpt++) {
    g_autofree char *key = key_alone(ruleset, letter, *rcpt, known);
    if (!first)
      first = g_steal_pointer(&key);
    else if (strcmp(key, first) != 0)
      return FALSE;
  }
  return TRUE;
}
