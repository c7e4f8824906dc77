/* lint.c - what is allowed in the rules and can hardly be meant.
 *
 * A rule is never reached if one in front of it applies to all that it applies to, and decides.
 * That is told only where it is certain from the words of both: each question of the one in front
 * is asked by the other too, and the other's answers are among its own. */
#include "policy.h"

#include <string.h>

#include "names.h"
#include "rule.h"
#include "ruleset_data.h"

#define SOON (14 * 24 * 60 * 60) /* seconds */

typedef struct lint {
  const Ruleset *ruleset;
  const char *dir;
  gint64 now;
  GPtrArray *warnings;
} Lint;

static void G_GNUC_PRINTF(4, 5)
    warn(const Lint *lint, const char *file, unsigned line, const char *format, ...)
{
  va_list ap;
  va_start(ap, format);
  g_autofree char *text = g_strdup_vprintf(format, ap);
  va_end(ap);
  g_ptr_array_add(lint->warnings, g_strdup_printf("%s/%s:%u: %s", lint->dir, file, line, text));
}

/* --- rules that are never reached --- */

/* Whatever the second asks for, the first takes. */
static gboolean
words_cover(const WordSet *first, const WordSet *second)
{
  return !first || (second && wordset_covers(first, second));
}

static gboolean
fields_cover(char **first, char **second)
{
  for (char **field = second; first && field && *field; field++)
    if (!g_strv_contains((const char *const *)first, *field))
      return FALSE;
  return !first || second;
}

static gboolean
bits_cover(BitSet first, BitSet second)
{
  return !first || (second && !(second & ~first));
}

static gboolean
ask_covers(Ask first, Ask second)
{
  return !first || first == second;
}

static gboolean
circles_cover(const GPtrArray *first, const GPtrArray *second)
{
  for (guint i = 0; first && second && i < second->len; i++)
    if (!g_ptr_array_find((GPtrArray *)first, g_ptr_array_index(second, i), NULL))
      return FALSE;
  return !first || second;
}

/* Decides whatever it applies to, now and later. */
static gboolean
is_in_force(const Rule *rule)
{
  return rule->mode == MODE_ENFORCE && !rule->mode_until && !when_asks(&rule->when);
}

/* A pass rule does not apply where a question cannot be answered, so it takes less than it says. */
static gboolean
may_be_unsure(const Rule *rule)
{
  for (int method = 0; method < AUTH_METHODS; method++)
    if (rule->results[method])
      return TRUE;
  return rule->classes || rule->services || rule->lists || rule->schemes || rule->groups ||
         rule->extensions || rule->malware || rule->recipients || rule->circles || rule->auth ||
         rule->directions;
}

static gboolean
asks_traits(const Rule *rule)
{
  return rule->traits || rule->sender_traits || rule->cues;
}

/* Any of all kinds of traits will do. */
static gboolean
traits_cover(const Rule *first, const Rule *second)
{
  if (!asks_traits(first))
    return TRUE;
  return asks_traits(second) && !(second->traits & ~first->traits) &&
         !(second->sender_traits & ~first->sender_traits) && !(second->cues & ~first->cues);
}

static gboolean
results_cover(const Rule *first, const Rule *second)
{
  for (int method = 0; method < AUTH_METHODS; method++)
    if (!bits_cover(first->results[method], second->results[method]))
      return FALSE;
  return TRUE;
}

static gboolean
covers(const Rule *first, const Rule *second)
{
  if (!is_in_force(first) || first->hosts || (first->action == ACTION_PASS && may_be_unsure(first)))
    return FALSE;
  /* What a link carries is asked about on its own. */
  if (rule_asks_address(second) && !rule_asks_address(first))
    return FALSE;
  return bits_cover(first->on, second->on) && words_cover(first->classes, second->classes) &&
         words_cover(first->services, second->services) &&
         words_cover(first->lists, second->lists) && words_cover(first->schemes, second->schemes) &&
         bits_cover(first->uses, second->uses) && fields_cover(first->fields, second->fields) &&
         traits_cover(first, second) && results_cover(first, second) &&
         words_cover(first->groups, second->groups) &&
         words_cover(first->extensions, second->extensions) &&
         (!first->has_size || (second->has_size && second->size_over >= first->size_over)) &&
         ask_covers(first->malware, second->malware) && ask_covers(first->inner, second->inner) &&
         ask_covers(first->exception, second->exception) && ask_covers(first->auth, second->auth) &&
         bits_cover(first->anomalies, second->anomalies) &&
         bits_cover(first->directions, second->directions) &&
         words_cover(first->senders, second->senders) &&
         words_cover(first->recipients, second->recipients) &&
         words_cover(first->recipient_classes, second->recipient_classes) &&
         circles_cover(first->circles, second->circles);
}

/* The first that takes all that the rule takes; NULL: it is reached. */
static const Rule *
find_cover(RuleWalk *walk, const Rule *rule)
{
  const Rule *first;
  rule_walk_begin_like(walk, rule);
  while ((first = rule_walk_next(walk)) && first != rule)
    if (covers(first, rule))
      return first;
  return NULL;
}

static void
look_for_unreached(const Lint *lint)
{
  const GPtrArray *rules = lint->ruleset->rules;
  g_autoptr(RuleWalk) walk = rule_walk_new(lint->ruleset->index, NULL);
  for (guint i = 0; i < rules->len; i++) {
    const Rule *rule = g_ptr_array_index(rules, i), *first = find_cover(walk, rule);
    if (first)
      warn(lint, "policy.conf", rule->line,
           "rule \"%s\" is never reached: rule \"%s\" (line %u) takes all that it asks for; put it "
           "in front of that one, or remove it",
           rule->name, first->name, first->line);
  }
}

/* --- what lets pass --- */

/* The rule in force for all mail that takes links of this class, before `before`; NULL: none does.
 * *first keeps it: class ─▶ Rule *. */
static const Rule *
taker_of(const Lint *lint, GHashTable *first, const Service *service, const Rule *before)
{
  const Rule *taker = service ? g_hash_table_lookup(first, service->class_name) : NULL;
  return taker && taker->line < before->line ? taker : NULL;
}

/* Class ─▶ the first rule that decides about all of its links. */
static GHashTable *
first_takers(const Lint *lint)
{
  GHashTable *first = g_hash_table_new(g_str_hash, g_str_equal);
  const GPtrArray *rules = lint->ruleset->rules;
  for (guint i = 0; i < rules->len; i++) {
    Rule *rule = g_ptr_array_index(rules, i);
    for (char **c = rule->classes ? rule->classes->words : NULL; c && *c; c++)
      if (rule_is_for_class(rule, *c) && !rule_is_scoped(rule) && is_in_force(rule) &&
          rule->action != ACTION_PASS && !g_hash_table_contains(first, *c))
        g_hash_table_insert(first, *c, rule);
  }
  return first;
}

typedef struct exemption {
  const Lint *lint;
  GHashTable *first;
  const Rule *rule;
  const Rule *taker;    /* of all that was looked at until now; NULL: not of all */
  const char *whole;    /* a host that is the service's, not somebody's part of it */
  gboolean any, missed; /* something was looked at; something is taken by none */
} Exemption;

static void
look_at_service(Exemption *exemption, const Service *service)
{
  const Rule *taker = taker_of(exemption->lint, exemption->first, service, exemption->rule);
  exemption->any = TRUE;
  exemption->missed |= !taker;
  exemption->taker = taker;
}

static void
look_at_host(const char *host, void *data)
{
  Exemption *exemption = data;
  const Services *services = exemption->lint->ruleset->services;
  g_autofree char *address = g_strdup_printf("https://%s/", host);
  g_autoptr(Url) url = url_parse(address, strlen(address), FALSE);
  const Service *service = url ? services_find(services, url) : NULL;
  look_at_service(exemption, service);
  if (service && g_hash_table_contains(exemption->first, service->class_name) &&
      services_reach_below(services, host))
    exemption->whole = host;
}

/* By its sender alone, which anybody can write. */
static gboolean
trusts_sender(const Rule *rule)
{
  return rule->action == ACTION_PASS && rule->senders && !rule->auth &&
         !rule->results[AUTH_DMARC] && !rule->results[AUTH_DKIM] && !rule->results[AUTH_SPF] &&
         (!rule->directions || (rule->directions & 1));
}

static void
look_at_exemption(const Lint *lint, GHashTable *first, const Rule *rule)
{
  Exemption exemption = {.lint = lint, .first = first, .rule = rule};
  if (trusts_sender(rule))
    warn(lint, "policy.conf", rule->line,
         "rule \"%s\" lets pass by the sender alone, whom anybody can pretend to be; add dmarc = "
         "pass, or auth = yes",
         rule->name);
  if (!(rule->on & (1u << FINDING_LINK)) || rule->classes || rule->traits)
    return;
  for (char **id = rule->services ? rule->services->words : NULL; id && *id; id++)
    look_at_service(&exemption, services_named(lint->ruleset->services, *id));
  if (rule->hosts)
    hostmap_each_name(rule->hosts, look_at_host, &exemption);
  if (exemption.any && !exemption.missed)
    warn(
        lint, "policy.conf", rule->line,
        "rule \"%s\" is never reached: rule \"%s\" (line %u) takes all links of that class; put it "
        "in front of that one",
        rule->name, exemption.taker->name, exemption.taker->line);
  else if (exemption.whole && rule->action == ACTION_PASS && !rule_is_scoped(rule))
    warn(lint, "policy.conf", rule->line,
         "rule \"%s\" lets all of %s pass, whoever put it there; name a tenant's host, a list of "
         "addresses, or the group it is for",
         rule->name, exemption.whole);
}

static void
look_at_exemptions(const Lint *lint)
{
  g_autoptr(GHashTable) first = first_takers(lint);
  for (guint i = 0; i < lint->ruleset->rules->len; i++)
    look_at_exemption(lint, first, g_ptr_array_index(lint->ruleset->rules, i));
}

/* --- dates that have passed --- */

static void
look_at_dates(const Lint *lint)
{
  for (guint i = 0; i < lint->ruleset->rules->len; i++) {
    const Rule *rule = g_ptr_array_index(lint->ruleset->rules, i);
    if (rule->mode_until && rule->mode_until <= lint->now)
      warn(lint, "policy.conf", rule->line,
           "rule \"%s\" has been in mode %s since its mode-until passed; write mode = %s, without "
           "mode-until and mode-then",
           rule->name, mode_name(rule->mode_then), mode_name(rule->mode_then));
    if (rule->when.until && rule->when.until <= lint->now)
      warn(lint, "policy.conf", rule->line,
           "the until-date of rule \"%s\" has passed: it does nothing; remove it", rule->name);
  }
}

/* --- what no rule uses --- */

static void
note_words(GHashTable *used, char **words)
{
  for (; words && *words; words++)
    g_hash_table_add(used, *words);
}

static void
note_lists(const Rule *rule, GHashTable *used)
{
  note_words(used, rule->lists ? rule->lists->words : NULL);
}

static void
note_groups(const Rule *rule, GHashTable *used)
{
  for (guint i = 0; rule->circles && i < rule->circles->len; i++)
    g_hash_table_add(used, (char *)group_name(g_ptr_array_index(rule->circles, i)));
}

/* A rule without a notice of its own takes that of its kind. */
static void
note_notices(const Rule *rule, GHashTable *used)
{
  note_words(used, (char **)kind_names);
  if (rule->notice)
    g_hash_table_add(used, (char *)rule->notice);
}

/* `spared` need no rule. */
static void
look_for_unused(const Lint *lint, const char *const *names, const char *const *spared,
                void (*note)(const Rule *rule, GHashTable *used), const char *what,
                const char *folder)
{
  const GPtrArray *rules = lint->ruleset->rules;
  g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
  note_words(used, (char **)spared);
  for (guint i = 0; i < rules->len; i++)
    note(g_ptr_array_index(rules, i), used);
  for (; *names; names++) {
    g_autofree char *file =
        folder ? g_strdup_printf("%s/%s.txt", folder, *names) : g_strdup("notices.conf");
    if (!g_hash_table_contains(used, *names))
      warn(lint, file, 0, "no rule asks for %s \"%s\"; write a rule that does, or remove it", what,
           *names);
  }
}

/* --- exceptions --- */

/* Names of groups that exceptions are for. */
static char **
groups_of_exceptions(const Ruleset *ruleset)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  for (const char *const *name = groups_names(ruleset->groups); *name; name++)
    if (exceptions_group(ruleset->exceptions, *name))
      g_strv_builder_add(names, *name);
  return g_strv_builder_end(names);
}

/* Nobody has it then, and nobody is told. */
static void
look_for_groups(const Lint *lint, const Exception *exception)
{
  const char *const names[] = {exception->group, exception->computer_group};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (names[i] && !groups_named(lint->ruleset->groups, names[i]))
      warn(lint, "exceptions.jsonl", 0,
           "exception %s holds for nobody: there is no group \"%s\"; put it back, or revoke the "
           "exception",
           exception->name, names[i]);
}

static void
look_at_exceptions(const Lint *lint)
{
  const Exceptions *exceptions = lint->ruleset->exceptions;
  const char *broken = exceptions_broken(exceptions);
  guint ending = 0;
  for (guint i = 0; i < exceptions_count(exceptions); i++) {
    const Exception *exception = exceptions_nth(exceptions, i);
    ending += exception_state(exception, lint->now) == EXCEPTION_HOLDS &&
              exception->end <= lint->now + SOON;
    if (exception_state(exception, lint->now) <= EXCEPTION_HOLDS)
      look_for_groups(lint, exception);
  }
  if (broken)
    warn(lint, "exceptions.jsonl", 0, "no exception is in force (%s); see cordon exceptions check",
         broken);
  else if (ending)
    warn(lint, "exceptions.jsonl", 0,
         "%u of the exceptions end within 14 days; see cordon exceptions "
         "check",
         ending);
}

void
ruleset_lint(const Ruleset *ruleset, const char *dir, gint64 now, GPtrArray *warnings)
{
  const Lint lint = {ruleset, dir, now, warnings};
  g_auto(GStrv) excepted = groups_of_exceptions(ruleset);
  look_for_unreached(&lint);
  look_at_exemptions(&lint);
  look_at_dates(&lint);
  look_for_unused(&lint, lists_names(ruleset->lists), NULL, note_lists, "list", "lists");
  look_for_unused(&lint, groups_names(ruleset->groups), (const char *const *)excepted, note_groups,
                  "group", "groups");
  /* That of a class which no rule asks for is there for the day when one does. */
  look_for_unused(&lint, notices_ids(ruleset->notices), services_classes(ruleset->services),
                  note_notices, "notice", NULL);
  look_at_exceptions(&lint);
}
