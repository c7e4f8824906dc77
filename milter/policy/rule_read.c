/* rule_read.c - sections of policy.conf to rules, with every mistake in them reported. */
#include <string.h>

#include "names.h"
#include "rule_reader.h"
#include "schemas.h"

static const OptionSchema rule_options[] = {
    {"on", TRUE},         {"class", TRUE},       {"service", TRUE},     {"host", TRUE},
    {"list", TRUE},       {"scheme", TRUE},      {"use", TRUE},         {"field", TRUE},
    {"trait", TRUE},      {"type", TRUE},        {"extension", TRUE},   {"size-over", FALSE},
    {"malware", FALSE},   {"inner", FALSE},      {"anomaly", TRUE},     {"exception", FALSE},
    {"direction", TRUE},  {"sender", TRUE},      {"recipient", TRUE},   {"auth", FALSE},
    {"action", FALSE},    {"tier", FALSE},       {"notice", FALSE},     {"mode", FALSE},
    {"reason", FALSE},    {"group", TRUE},       {"days", TRUE},        {"hours", FALSE},
    {"from-date", FALSE}, {"until-date", FALSE}, {"mode-until", FALSE}, {"mode-then", FALSE},
    {"spf", TRUE},        {"dkim", TRUE},        {"dmarc", TRUE},       {"recipient-class", TRUE},
    {NULL, FALSE},
};

const Schema rule_schema = {"rule", rule_options};

static void
read_those(const Reader *reader, const PredicateReader *those)
{
  for (; those->name; those++) {
    const Option *option = section_option(reader->section, those->name);
    if (!option)
      continue;
    those->read(reader, option);
    if (!reader->rule->on || (those->on & reader->rule->on))
      continue;
    g_autofree char *kinds = rule_words(those->on, kind_names);
    problems_add(reader->problems, option_place(reader->section, option),
                 "%s can only be asked of: %s; change \"on\", or leave it out", option->name,
                 kinds);
  }
}

static void
read_predicates(const Reader *reader)
{
  read_those(reader, finding_predicates);
  read_those(reader, scope_predicates);
}

static void
read_on(const Reader *reader)
{
  const Option *option = section_option(reader->section, "on");
  if (option)
    reader->rule->on = option_bits(reader, option, kind_names);
  else
    rule_report(reader, NULL,
                "rule \"%s\" does not say what it is for; add on = link, file, anomaly, "
                "sender, markup or results",
                reader->rule->name);
}

static void
check_name(const Reader *reader, GHashTable *names)
{
  const Rule *rule = reader->rule;
  if (!*rule->name || strlen(rule->name) > 60)
    rule_report(reader, NULL, "a rule needs a name of up to 60 bytes; write rule \"NAME\" { ... }");
  if (strstr(rule->name, "\342\200\234") || strstr(rule->name, "\342\200\235"))
    rule_report(reader, NULL,
                "the quotes of %s are letters here, as a word processor makes them; write straight "
                "ones, \"",
                rule->name);
  const Rule *other = g_hash_table_lookup(names, rule->name);
  if (other)
    rule_report(reader, NULL, "rule \"%s\" is there already (line %u); rename or remove one",
                rule->name, other->line);
  else
    g_hash_table_insert(names, rule->name, (Rule *)rule);
}

static Rule *
read_rule(Reader *reader, GHashTable *names)
{
  const Section *section = reader->section;
  Rule *rule = reader->rule = g_new0(Rule, 1);
  rule->name = g_strdup(section->title);
  rule->line = section->line;
  rule->label = g_strdup_printf("policy.conf:%u %s", rule->line, rule->name);
  check_name(reader, names);
  read_on(reader);
  read_predicates(reader);
  rule_read_outcome(reader);
  return rule;
}

static void
rule_free_data(void *data)
{
  rule_free(data);
}

GPtrArray *
rules_read(const char *dir, const Services *services, const Types *types, const Lists *lists,
           const Notices *notices, const Groups *groups, GChecksum *checksum, Problems *problems)
{
  GPtrArray *rules = g_ptr_array_new_with_free_func(rule_free_data);
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(Syntax) syntax = syntax_read(dir, "policy.conf", &rule_schema, checksum, problems);
  Reader reader = {.services = services,
                   .types = types,
                   .lists = lists,
                   .notices = notices,
                   .groups = groups,
                   .problems = problems};
  for (guint i = 0; syntax && i < syntax->sections->len; i++) {
    reader.section = g_ptr_array_index(syntax->sections, i);
    g_ptr_array_add(rules, read_rule(&reader, names));
  }
  return rules;
}
