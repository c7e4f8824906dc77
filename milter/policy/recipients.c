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

static void
add_exceptions(GString *key, const Question *question)
{
  g_autofree char *granted = exceptions_granted(question->exceptions, question_person(question),
                                                question->direction, question->letter->received);
  g_string_append(key, granted);
}

/* `question` is about a letter to one recipient. A rule that only observes makes no other outcome.
 */
static char *
key_of(const Ruleset *ruleset, const Question *question)
{
  GString *key = g_string_new(NULL);
  for (guint i = 0; i < ruleset->rules->len; i++) {
    const Rule *rule = g_ptr_array_index(ruleset->rules, i);
    if ((asks_recipient(rule) || rule->directions) && rule_decides(rule, question))
      g_string_append_printf(key, "%u:%d ", i, rule_match_envelope(rule, question));
  }
  if (ruleset->by_exception)
    add_exceptions(key, question);
  return g_string_free(key, FALSE);
}

/* As if the letter were to nobody else. */
static char *
key_alone(const Ruleset *ruleset, const Letter *letter, char *recipient)
{
  char *rcpts[] = {recipient, NULL};
  Letter alone = *letter;
  alone.rcpts = rcpts;
  const Question question = {.services = ruleset->services,
                             .exceptions = ruleset->exceptions,
                             .letter = &alone,
                             .direction = policy_direction(ruleset, &alone),
                             .recipient = recipient};
  return key_of(ruleset, &question);
}

gboolean
policy_sees_alike(const Ruleset *ruleset, const Letter *letter)
{
  g_autofree char *first = NULL;
  for (char **rcpt = letter->rcpts; *rcpt; rcpt++) {
    g_autofree char *key = key_alone(ruleset, letter, *rcpt);
    if (!first)
      first = g_steal_pointer(&key);
    else if (strcmp(key, first) != 0)
      return FALSE;
  }
  return TRUE;
}
