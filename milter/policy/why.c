/* why.c - what kept a rule from applying, in words: what it asks for; what this is. */
#include "policy.h"

#include <string.h>

#include "hostmap.h"
#include "names.h"
#include "rule.h"
#include "ruleset_data.h"

/* Bytes of one reason. */
#define WHY_LEN 200

static char *
words_of(BitSet bits, int count, const char *(*name)(int))
{
  g_autoptr(GString) words = g_string_new(NULL);
  for (int i = 0; i < count; i++)
    if (bits & BIT(i))
      g_string_append_printf(words, "%s%s", words->len ? ", " : "", name(i));
  return g_strdup(words->str);
}

static const char *
trait_word(int id)
{
  return trait_name((TraitId)id);
}

static const char *
sender_trait_word(int id)
{
  return sender_trait_name((SenderTraitId)id);
}

static const char *
cue_word(int id)
{
  return cue_name((CueId)id);
}

static const char *
anomaly_word(int kind)
{
  return anomaly_name((AnomalyKind)kind);
}

static const char *
use_word(int use)
{
  return use_names[use];
}

static const char *
direction_word(int direction)
{
  return direction_names[direction];
}

/* What the rule asks for, or NULL where its words say no more than the option's name. */
static char *
asked(const Rule *rule, const char *option)
{
  const struct {
    const char *option;
    const WordSet *set;
  } sets[] = {{"class", rule->classes},
              {"service", rule->services},
              {"list", rule->lists},
              {"scheme", rule->schemes},
              {"type", rule->groups},
              {"extension", rule->extensions},
              {"sender", rule->senders},
              {"recipient", rule->recipients},
              {"recipient-class", rule->recipient_classes}};
  for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
    if (strcmp(option, sets[i].option) == 0)
      return g_strjoinv(", ", sets[i].set->words);
  if (strcmp(option, "field") == 0)
    return g_strjoinv(", ", rule->fields);
  if (strcmp(option, "trait") == 0 && rule->sender_traits)
    return words_of(rule->sender_traits, SENDER_TRAITS, sender_trait_word);
  if (strcmp(option, "trait") == 0 && rule->cues)
    return words_of(rule->cues, CUES, cue_word);
  if (strcmp(option, "trait") == 0)
    return words_of(rule->traits, TRAITS, trait_word);
  if (strcmp(option, "anomaly") == 0)
    return words_of(rule->anomalies, ANOMALY_KINDS, anomaly_word);
  if (strcmp(option, "use") == 0)
    return words_of(rule->uses, (int)g_strv_length((char **)use_names), use_word);
  return strcmp(option, "direction") == 0 ? words_of(rule->directions, 3, direction_word) : NULL;
}

static char *
join(const GPtrArray *names)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; names && i < names->len; i++)
    g_string_append_printf(text, "%s%s", i ? ", " : "", (char *)g_ptr_array_index(names, i));
  return text->len ? g_strdup(text->str) : NULL;
}

/* What the finding has instead; NULL if nothing of the kind. */
static char *
had(const Question *q, const char *option)
{
  const Finding *finding = q->finding;
  if (strcmp(option, "class") == 0)
    return g_strdup(q->at->class_name);
  if (strcmp(option, "service") == 0)
    return g_strdup(q->at->service);
  if (strcmp(option, "list") == 0)
    return join(q->at->lists);
  if (strcmp(option, "host") == 0)
    return g_strdup(q->at->url ? q->at->url->host : NULL);
  if (strcmp(option, "scheme") == 0)
    return g_strdup(q->at->url ? q->at->url->scheme : NULL);
  if (strcmp(option, "trait") == 0 && finding->sender_traits)
    return words_of(finding->sender_traits, SENDER_TRAITS, sender_trait_word);
  if (strcmp(option, "trait") == 0 && finding->cues)
    return words_of(finding->cues, CUES, cue_word);
  if (strcmp(option, "trait") == 0)
    return finding->traits ? words_of(finding->traits, TRAITS, trait_word) : NULL;
  if (strcmp(option, "anomaly") == 0)
    return g_strdup(anomaly_name(finding->anomaly));
  if (strcmp(option, "use") == 0)
    return g_strdup(use_names[finding->link.use]);
  if (strcmp(option, "type") == 0)
    return join(finding->groups);
  if (strcmp(option, "direction") == 0)
    return g_strdup(q->direction);
  if (strcmp(option, "sender") == 0)
    return g_strdup(*q->letter->sender ? q->letter->sender : "<>");
  return strcmp(option, "recipient") == 0 ? g_strdup(q->recipient) : NULL;
}

/* One printable line: much of it comes from mail. */
static char *
clean(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  GString *line = g_string_new(NULL);
  for (const char *p = valid; *p && line->len < WHY_LEN; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(line, g_unichar_isprint(c) ? c : '?');
  }
  return g_string_free(line, FALSE);
}

/* Where "has" and what it has say nothing. */
static const char *
plain_reason(const char *option, gboolean unsure)
{
  static const struct {
    const char *option, *sure, *unsure;
  } plain[] = {
      {"malware", "no signature knows it", "no signatures are loaded"},
      {"inner", "it lies elsewhere", "this cannot be told"},
      {"exception", "no exception covers it", "this cannot be told"},
      {"auth", "the login is otherwise", "nobody had to log in"},
      {"group", "the person is in none of its groups", "there is nobody to look up"},
      {"days, hours or dates", "the message came at another time", "the time is not known"},
      {"spf, dkim or dmarc", "your verifier found something else",
       "no verifier of yours said anything"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
    if (strcmp(option, plain[i].option) == 0)
      return unsure ? plain[i].unsure : plain[i].sure;
  return NULL;
}

static char *
reason_of(const Rule *rule, const Question *question)
{
  gboolean unsure = FALSE;
  const char *option = rule_objection(rule, question, &unsure);
  const char *plain = option ? plain_reason(option, unsure) : NULL;
  g_autofree char *text = NULL;
  if (plain) {
    text = g_strdup_printf("%s: %s: %s", rule->label, option, plain);
  } else if (!option) {
    const char *why = rule_decides(rule, question) ? "applies, but not to what decided"
                                                   : "applies, but only observes";
    text = g_strdup_printf("%s: %s", rule->label, why);
  } else {
    g_autofree char *want = asked(rule, option), *is = had(question, option);
    text = g_strdup_printf("%s: %s%s%s; this %s %s", rule->label, option, want ? " = " : "",
                           want ? want : "", unsure ? "cannot be told:" : "has",
                           is ? is : "none such");
  }
  return clean(text);
}

GPtrArray *
policy_why(const Ruleset *ruleset, const Letter *letter, const Plan *plan, const Finding *finding,
           const Decision *decision)
{
  const Hop at = finding_place(finding, decision->hop);
  Question question = {.types = ruleset->types,
                       .services = ruleset->services,
                       .exceptions = ruleset->exceptions,
                       .letter = letter,
                       .direction = policy_direction(ruleset, letter),
                       .results = plan->auth,
                       .vouched = plan->vouched,
                       .recipient = letter->rcpts[0],
                       .finding = finding,
                       .at = &at};
  g_autoptr(Claimant) claimant = ruleset_claimant(ruleset, &question);
  question.claimant = claimant;
  GPtrArray *why = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < ruleset->rules->len && why->len < POLICY_WHY_MAX; i++) {
    const Rule *rule = g_ptr_array_index(ruleset->rules, i);
    if (rule->label == decision->rule && decision->rule != decision->observed)
      break;
    if (rule->on & (1u << finding->kind))
      g_ptr_array_add(why, reason_of(rule, &question));
  }
  return why;
}
