/* rule_outcome.c - what a rule says is to happen: action, tier, notice, mode and reason. */
#include "names.h"
#include "rule_reader.h"

#define DOES(action) (1u << ACTION_##action)

/* What can be done to what. */
static const unsigned actions_on[] = {
    [FINDING_LINK] =
        DOES(PASS) | DOES(FLAG) | DOES(DEFANG) | DOES(REMOVE) | DOES(HOLD) | DOES(REJECT),
    [FINDING_FILE] =
        DOES(PASS) | DOES(FLAG) | DOES(DISARM) | DOES(REMOVE) | DOES(HOLD) | DOES(REJECT),
    [FINDING_ANOMALY] = DOES(PASS) | DOES(HOLD) | DOES(REJECT),
    [FINDING_SENDER] = DOES(PASS) | DOES(FLAG) | DOES(HOLD) | DOES(REJECT),
    [FINDING_RESULTS] = DOES(PASS) | DOES(REMOVE) | DOES(HOLD) | DOES(REJECT),
    [FINDING_MARKUP] = DOES(PASS) | DOES(REMOVE) | DOES(HOLD) | DOES(REJECT),
    [FINDING_TEXT] = DOES(PASS) | DOES(FLAG) | DOES(HOLD) | DOES(REJECT),
};

static void
read_action(const Reader *reader)
{
  const Option *option = section_option(reader->section, "action");
  unsigned allowed = ~0u;
  if (!option) {
    rule_report(reader, NULL, "rule \"%s\" has no action; add one such as action = defang",
                reader->rule->name);
    return;
  }
  const Value *value = option_value(option, 0);
  int action = name_index(action_names, value->text);
  if (action < 0) {
    g_autofree char *advice = action_advice(value->text, action_names);
    rule_report(reader, value, "unknown action \"%s\"; %s", value->text, advice);
    return;
  }
  for (unsigned kind = FINDING_LINK; kind < FINDING_KINDS; kind++)
    if (reader->rule->on & (1u << kind))
      allowed &= actions_on[kind];
  if (allowed & (1u << action)) {
    reader->rule->action = (Action)action;
    return;
  }
  g_autofree char *kinds = rule_words(reader->rule->on, kind_names);
  g_autofree char *names = rule_words(allowed, action_names);
  rule_report(reader, value, "%s cannot be done to: %s; use one of: %s", action_names[action],
              kinds, names);
}

static gboolean
makes_mark(Action action)
{
  return action == ACTION_FLAG || action == ACTION_DEFANG || action == ACTION_REMOVE ||
         action == ACTION_DISARM;
}

/* A class or a kind; what is neither was told of already. */
static gboolean
is_known(const Reader *reader, const char *id)
{
  return name_index(services_classes(reader->services), id) >= 0 || name_index(kind_names, id) >= 0;
}

/* Without a notice of its own a rule takes that of the finding's class, or of its kind: there must
 * be one for whatever may be marked. */
static void
check_notice(const Reader *reader, const char *what, const char *id)
{
  if (!notices_find(reader->notices, id) && is_known(reader, id))
    rule_report(reader, NULL,
                "%s \"%s\" has no notice; add one of that name to notices.conf, or notice = "
                "NAME here",
                what, id);
}

static void
check_notices(const Reader *reader)
{
  const Rule *rule = reader->rule;
  if (!makes_mark(rule->action) || notices_broken(reader->notices))
    return;
  for (char **c = rule->classes ? rule->classes->words : NULL; c && *c; c++)
    check_notice(reader, "class", *c);
  for (int kind = FINDING_LINK; kind < FINDING_KINDS && !rule->classes; kind++)
    if (rule->on & (1u << kind))
      check_notice(reader, "kind", kind_names[kind]);
}

static void
read_notice(const Reader *reader)
{
  const Option *option = section_option(reader->section, "notice");
  if (!option) {
    check_notices(reader);
    return;
  }
  const Value *value = option_value(option, 0);
  const Notice *notice = notices_find(reader->notices, value->text);
  if (!notice && !notices_broken(reader->notices))
    rule_report_word(reader, value, "notice", notices_ids(reader->notices));
  reader->rule->notice = notice ? notice->id : NULL;
}

static Tier
tier_default(const Reader *reader)
{
  const Rule *rule = reader->rule;
  const char *id = rule->notice;
  if (rule->action == ACTION_PASS)
    return TIER_NONE;
  if (!id && rule->classes)
    id = rule->classes->words[0];
  for (int kind = FINDING_KINDS - 1; kind >= FINDING_LINK && !rule->notice && !rule->classes;
       kind--)
    if (rule->on & (1u << kind))
      id = kind_names[kind];
  return id ? notices_tier(reader->notices, id) : TIER_INFORMATION;
}

static void
read_reason(const Reader *reader)
{
  const Option *option = section_option(reader->section, "reason");
  if (!option)
    return;
  const Value *value = option_value(option, 0);
  for (const char *p = value->text; *p; p++)
    if (!g_ascii_isprint(*p)) {
      rule_report(reader, value, "reason goes into SMTP replies; write it in printable ASCII");
      break;
    }
  reader->rule->reason = g_strdup(value->text);
}

/* The end of a mode is nothing without what comes then. */
static void
read_mode(const Reader *reader)
{
  const Option *until = section_option(reader->section, "mode-until");
  const Option *then = section_option(reader->section, "mode-then");
  Rule *rule = reader->rule;
  rule->names_mode = section_option(reader->section, "mode") != NULL;
  rule->mode = (Mode)reader_word(reader, "mode", mode_names, MODE_ENFORCE);
  rule->mode_then = (Mode)reader_word(reader, "mode-then", mode_names, MODE_ENFORCE);
  if (until)
    rule->mode_until = option_date(reader, until, TRUE);
  if (!until != !then)
    rule_report(
        reader, NULL,
        "rule \"%s\" has %s without %s; write both: mode = mark  mode-until = \"2026-10-31\"  "
        "mode-then = enforce",
        rule->name, until ? "mode-until" : "mode-then", until ? "mode-then" : "mode-until");
}

void
rule_read_outcome(const Reader *reader)
{
  Rule *rule = reader->rule;
  read_action(reader);
  read_notice(reader);
  read_mode(reader);
  rule->tier = (Tier)reader_word(reader, "tier", tier_names, (int)tier_default(reader));
  read_reason(reader);
}
