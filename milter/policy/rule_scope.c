/* rule_scope.c - what a rule may ask of the message that anything is found in. */
#include <string.h>

#include "names.h"
#include "rule_reader.h"

static void
read_direction(const Reader *reader, const Option *option)
{
  reader->rule->directions = option_bits(reader, option, direction_names);
}

static WordSet *
read_addresses(const Reader *reader, const Option *option)
{
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    const char *at = strchr(value->text, '@');
    const char *domain = at ? at + 1 : value->text;
    if (strcmp(value->text, "<>") == 0)
      continue;
    if (!*domain || *domain == '.' || strchr(domain, '@') || strpbrk(value->text, "*/ <>"))
      rule_report(reader, value,
                  "\"%s\" is no address; write user@example.com, @example.com for one domain, or "
                  "example.com for it and all below it",
                  value->text);
  }
  return option_words(option, TRUE);
}

static void
read_sender(const Reader *reader, const Option *option)
{
  reader->rule->senders = read_addresses(reader, option);
}

static void
read_recipient(const Reader *reader, const Option *option)
{
  reader->rule->recipients = read_addresses(reader, option);
}

static void
read_recipient_class(const Reader *reader, const Option *option)
{
  reader->rule->recipient_classes = option_known(reader, option, services_classes(reader->services),
                                                 services_broken(reader->services));
}

static void
read_auth(const Reader *reader, const Option *option)
{
  reader->rule->auth = option_ask(reader, option);
}

static void
read_group(const Reader *reader, const Option *option)
{
  reader->rule->circles = g_ptr_array_new();
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    const Group *group = groups_named(reader->groups, value->text);
    if (group)
      g_ptr_array_add(reader->rule->circles, (gpointer)group);
    else if (groups_names(reader->groups)[0])
      rule_report_word(reader, value, "group", groups_names(reader->groups));
    else
      rule_report(reader, value, "there is no group \"%s\"; put its addresses into groups/%s.txt",
                  value->text, value->text);
  }
}

gint64
option_date(const Reader *reader, const Option *option, gboolean through)
{
  const Value *value = option_value(option, 0);
  gint64 time = when_date(value->text, through);
  if (!time)
    rule_report(reader, value, "\"%s\" is not right for %s; write a date, \"2026-10-31\"",
                value->text, option->name);
  return time;
}

static void
read_from_date(const Reader *reader, const Option *option)
{
  reader->rule->when.from = option_date(reader, option, FALSE);
}

static void
read_until_date(const Reader *reader, const Option *option)
{
  reader->rule->when.until = option_date(reader, option, TRUE);
}

static void
read_days(const Reader *reader, const Option *option)
{
  reader->rule->when.days = option_bits(reader, option, day_names);
}

static void
read_hours(const Reader *reader, const Option *option)
{
  const Value *value = option_value(option, 0);
  When *when = &reader->rule->when;
  if (!when_hours(value->text, &when->start, &when->end))
    rule_report(reader, value, "\"%s\" is not right for hours; write \"08:30-18:00\"", value->text);
}

static void
read_spf(const Reader *reader, const Option *option)
{
  reader->rule->results[AUTH_SPF] = option_bits(reader, option, auth_result_names);
}

static void
read_dkim(const Reader *reader, const Option *option)
{
  reader->rule->results[AUTH_DKIM] = option_bits(reader, option, auth_result_names);
}

static void
read_dmarc(const Reader *reader, const Option *option)
{
  reader->rule->results[AUTH_DMARC] = option_bits(reader, option, auth_result_names);
}

const PredicateReader scope_predicates[] = {
    {"direction", ON_ANY, read_direction},
    {"sender", ON_ANY, read_sender},
    {"recipient", ON_ANY, read_recipient},
    {"recipient-class", ON_ANY, read_recipient_class},
    {"auth", ON_ANY, read_auth},
    {"group", ON_ANY, read_group},
    {"from-date", ON_ANY, read_from_date},
    {"until-date", ON_ANY, read_until_date},
    {"days", ON_ANY, read_days},
    {"hours", ON_ANY, read_hours},
    {"spf", ON_ANY, read_spf},
    {"dkim", ON_ANY, read_dkim},
    {"dmarc", ON_ANY, read_dmarc},
    {NULL, 0, NULL},
};
