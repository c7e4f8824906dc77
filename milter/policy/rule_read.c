/* rule_read.c - sections of policy.conf to rules, with every mistake in them reported. */
#include <string.h>

#include "names.h"
#include "rule_reader.h"
#include "schemas.h"

#define DOES(action) (1u << ACTION_##action)

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

void
rule_report(const Reader *reader, const Value *value, const char *format, ...)
{
  va_list ap;
  va_start(ap, format);
  g_autofree char *text = g_strdup_vprintf(format, ap);
  va_end(ap);
  Place at = value ? value_place(reader->section, value) : section_place(reader->section);
  problems_add(reader->problems, at, "%s", text);
}

void
rule_report_word(const Reader *reader, const Value *value, const char *what,
                 const char *const *names)
{
  g_autofree char *advice = spelling_advice(value->text, names);
  rule_report(reader, value, "unknown %s \"%s\"; %s", what, value->text, advice);
}

/* --- readers of values --- */

static char **
option_strv(const Option *option, gboolean lower)
{
  char **strv = g_new0(char *, option->values->len + 1);
  for (guint i = 0; i < option->values->len; i++) {
    const char *text = option_value(option, i)->text;
    strv[i] = lower ? g_ascii_strdown(text, -1) : g_strdup(text);
  }
  return strv;
}

WordSet *
option_words(const Option *option, gboolean lower)
{
  return wordset_new(option_strv(option, lower));
}

WordSet *
option_known(const Reader *reader, const Option *option, const char *const *names, gboolean broken)
{
  for (guint i = 0; i < option->values->len && !broken; i++) {
    const Value *value = option_value(option, i);
    if (!g_strv_contains(names, value->text))
      rule_report_word(reader, value, option->name, names);
  }
  return option_words(option, FALSE);
}

unsigned
option_bits(const Reader *reader, const Option *option, const char *const *names)
{
  unsigned bits = 0;
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    int index = name_index(names, value->text);
    g_autofree char *what = g_strdup_printf("word for %s:", option->name);
    if (index >= 0)
      bits |= 1u << index;
    else
      rule_report_word(reader, value, what, names);
  }
  return bits;
}

/* One word of a table. */
static int
read_word(const Reader *reader, const char *name, const char *const *names, int fallback)
{
  const Option *option = section_option(reader->section, name);
  if (!option)
    return fallback;
  int index = name_index(names, option_value(option, 0)->text);
  if (index < 0)
    rule_report_word(reader, option_value(option, 0), name, names);
  return index < 0 ? fallback : index;
}

Ask
option_ask(const Reader *reader, const Option *option)
{
  static const char *const no[] = {"no", "false", "off", NULL};
  static const char *const yes[] = {"yes", "true", "on", NULL};
  const Value *value = option_value(option, 0);
  g_autofree char *text = g_ascii_strdown(value->text, -1);
  if (g_strv_contains(yes, text))
    return ASK_YES;
  if (!g_strv_contains(no, text))
    rule_report(reader, value, "\"%s\" is not right for %s; write yes or no", value->text,
                option->name);
  return ASK_NO;
}

/* --- predicates --- */

static void
read_class(const Reader *reader, const Option *option)
{
  reader->rule->classes = option_known(reader, option, services_classes(reader->services),
                                       services_broken(reader->services));
}

static void
read_service(const Reader *reader, const Option *option)
{
  reader->rule->services = option_known(reader, option, services_ids(reader->services),
                                        services_broken(reader->services));
}

static void
read_list(const Reader *reader, const Option *option)
{
  const char *const *names = lists_names(reader->lists);
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    if (g_strv_contains(names, value->text))
      continue;
    if (spelling_nearest(value->text, names))
      rule_report_word(reader, value, "list", names);
    else
      rule_report(reader, value,
                  "there is no list \"%s\"; put its hosts and addresses, one a line, into "
                  "lists/%s.txt",
                  value->text, value->text);
  }
  reader->rule->lists = option_words(option, FALSE);
}

static void
read_type(const Reader *reader, const Option *option)
{
  reader->rule->groups =
      option_known(reader, option, types_names(reader->types), types_broken(reader->types));
}

static void
read_host(const Reader *reader, const Option *option)
{
  reader->rule->hosts = hostmap_new();
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    void *already;
    const char *wrong =
        hostmap_add(reader->rule->hosts, value->text, HOST_ALONE, reader->rule, &already);
    if (wrong)
      rule_report(reader, value, "\"%s\" %s", value->text,
                  strstr(wrong, "has a path")
                      ? "has a slash; write the host alone, or put the address into lists/NAME.txt "
                        "and ask for list = NAME"
                      : wrong);
  }
}

static void
read_scheme(const Reader *reader, const Option *option)
{
  reader->rule->schemes = option_words(option, TRUE);
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    if (strpbrk(value->text, ":/ ") || !*value->text)
      rule_report(reader, value, "\"%s\" is no scheme; write one such as \"ftp\", without ':'",
                  value->text);
  }
}

static void
read_use(const Reader *reader, const Option *option)
{
  reader->rule->uses = option_bits(reader, option, use_names);
}

static void
read_field(const Reader *reader, const Option *option)
{
  reader->rule->fields = option_strv(option, TRUE);
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    const char *star = strchr(value->text, '*');
    if (!*value->text || strpbrk(value->text, ": ") || (star && star[1]))
      rule_report(reader, value, "\"%s\" is no field name; write one such as subject or \"list-*\"",
                  value->text);
  }
}

/* The table of traits has those of files first, then those of links, then those of markup. A form
 * is either in a body or in a page that came as a file. */
static unsigned
trait_on(int trait)
{
  if (trait < TRAIT_ID_TEXT_HOST_DIFFERS)
    return ON_FILE;
  if (TRAITS_OF_IMPOSTORS & BIT(trait))
    return ON_LINK | ON_SENDER;
  if (trait == TRAIT_ID_FORM)
    return ON_MARKUP | ON_FILE;
  return trait < TRAIT_ID_SCRIPT ? ON_LINK : ON_MARKUP;
}

static unsigned
sender_trait_on(int trait)
{
  return trait == SENDER_TRAIT_ID_FORGED ? ON_RESULTS : ON_SENDER;
}

static GPtrArray *
trait_names_for(unsigned on)
{
  GPtrArray *names = g_ptr_array_new();
  for (int i = 0; i < TRAITS; i++)
    if (on & trait_on(i))
      g_ptr_array_add(names, (char *)trait_name((TraitId)i));
  for (int i = 0; i < SENDER_TRAITS; i++)
    if (on & sender_trait_on(i))
      g_ptr_array_add(names, (char *)sender_trait_name((SenderTraitId)i));
  for (int i = 0; i < CUES && (on & ON_TEXT); i++)
    g_ptr_array_add(names, (char *)cue_name((CueId)i));
  g_ptr_array_add(names, NULL);
  return names;
}

static void
read_trait(const Reader *reader, const Option *option)
{
  g_autoptr(GPtrArray) names = trait_names_for(reader->rule->on);
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    int id = trait_from_name(value->text);
    if (id >= 0)
      reader->rule->traits |= BIT(id);
    id = sender_trait_from_name(value->text);
    if (id >= 0)
      reader->rule->sender_traits |= 1u << id;
    id = cue_from_name(value->text);
    if (id >= 0)
      reader->rule->cues |= 1u << id;
    if (names->len <= 1)
      rule_report(reader, value,
                  "\"%s\" is no trait of what \"on\" says; leave it out, or change \"on\"",
                  value->text);
    else if (!g_strv_contains((const char *const *)names->pdata, value->text))
      rule_report_word(reader, value, "trait", (const char *const *)names->pdata);
  }
}

static void
read_extension(const Reader *reader, const Option *option)
{
  reader->rule->extensions = option_words(option, TRUE);
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    if (*value->text == '.' || strpbrk(value->text, "*/ "))
      rule_report(reader, value, "\"%s\" is no extension; write one such as exe, without its dot",
                  value->text);
  }
}

static void
read_size(const Reader *reader, const Option *option)
{
  static const struct {
    const char *unit;
    guint64 bytes;
  } units[] = {{"", 1}, {"k", 1024}, {"m", 1024 * 1024}, {"g", 1024 * 1024 * 1024}};
  const Value *value = option_value(option, 0);
  size_t digits = strspn(value->text, "0123456789");
  g_autofree char *number = g_strndup(value->text, digits);
  guint64 count;
  for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
    if (g_ascii_strcasecmp(value->text + digits, units[i].unit) != 0 ||
        !g_ascii_string_to_unsigned(number, 10, 0, 1 << 20, &count, NULL))
      continue;
    reader->rule->size_over = count * units[i].bytes;
    reader->rule->has_size = TRUE;
    return;
  }
  rule_report(reader, value, "\"%s\" is no size; write one such as 500K or 20M", value->text);
}

static void
read_malware(const Reader *reader, const Option *option)
{
  reader->rule->malware = option_ask(reader, option);
}

static void
read_inner(const Reader *reader, const Option *option)
{
  reader->rule->inner = option_ask(reader, option);
}

static GPtrArray *
anomaly_words(void)
{
  GPtrArray *names = g_ptr_array_new();
  g_ptr_array_add(names, (char *)"ambiguous");
  for (int i = 0; i < ANOMALY_KINDS; i++)
    g_ptr_array_add(names, (char *)anomaly_name((AnomalyKind)i));
  g_ptr_array_add(names, NULL);
  return names;
}

static void
read_anomaly(const Reader *reader, const Option *option)
{
  g_autoptr(GPtrArray) names = anomaly_words();
  for (guint i = 0; i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    int index = name_index((const char *const *)names->pdata, value->text);
    if (index < 0)
      rule_report_word(reader, value, "anomaly", (const char *const *)names->pdata);
    if (index > 0)
      reader->rule->anomalies |= BIT(index - 1);
    for (int k = 0; index == 0 && k < ANOMALY_KINDS; k++)
      if (anomaly_is_ambiguous((AnomalyKind)k))
        reader->rule->anomalies |= BIT(k);
  }
}

static void
read_exception(const Reader *reader, const Option *option)
{
  reader->rule->exception = option_ask(reader, option);
}

static const PredicateReader predicates[] = {
    {"class", ON_LINK | ON_SENDER, read_class},
    {"service", ON_LINK | ON_SENDER, read_service},
    {"host", ON_LINK | ON_SENDER | ON_MARKUP, read_host},
    {"list", ON_LINK | ON_SENDER, read_list},
    {"scheme", ON_LINK, read_scheme},
    {"use", ON_LINK, read_use},
    {"field", ON_LINK, read_field},
    {"trait", ON_ANY & ~ON_ANOMALY, read_trait},
    {"type", ON_FILE, read_type},
    {"extension", ON_FILE, read_extension},
    {"size-over", ON_FILE, read_size},
    {"malware", ON_FILE, read_malware},
    {"inner", ON_FILE | ON_LINK, read_inner},
    {"anomaly", ON_ANOMALY, read_anomaly},
    {"exception", ON_ANY, read_exception},
    {NULL, 0, NULL},
};

static char *
words_of(unsigned bits, const char *const *names)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  for (int i = 0; names[i]; i++)
    if (bits & (1u << i))
      g_ptr_array_add(words, (char *)names[i]);
  g_ptr_array_add(words, NULL);
  return g_strjoinv(", ", (char **)words->pdata);
}

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
    g_autofree char *kinds = words_of(those->on, kind_names);
    problems_add(reader->problems, option_place(reader->section, option),
                 "%s can only be asked of: %s; change \"on\", or leave it out", option->name,
                 kinds);
  }
}

static void
read_predicates(const Reader *reader)
{
  read_those(reader, predicates);
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

/* --- outcome --- */

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
  g_autofree char *kinds = words_of(reader->rule->on, kind_names);
  g_autofree char *names = words_of(allowed, action_names);
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
  rule->mode = (Mode)read_word(reader, "mode", mode_names, MODE_ENFORCE);
  rule->mode_then = (Mode)read_word(reader, "mode-then", mode_names, MODE_ENFORCE);
  if (until)
    rule->mode_until = option_date(reader, until, TRUE);
  if (!until != !then)
    rule_report(
        reader, NULL,
        "rule \"%s\" has %s without %s; write both: mode = mark  mode-until = \"2026-10-31\"  "
        "mode-then = enforce",
        rule->name, until ? "mode-until" : "mode-then", until ? "mode-then" : "mode-until");
}

static void
read_outcome(const Reader *reader)
{
  Rule *rule = reader->rule;
  read_action(reader);
  read_notice(reader);
  read_mode(reader);
  rule->tier = (Tier)read_word(reader, "tier", tier_names, (int)tier_default(reader));
  read_reason(reader);
}

/* --- rules --- */

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
  read_outcome(reader);
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
