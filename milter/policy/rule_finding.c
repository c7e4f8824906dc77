/* rule_finding.c - what a rule may ask of a finding itself. */
#include <string.h>

#include "names.h"
#include "rule_reader.h"

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
 * is in a body or in a page that came as a file, and a picture is a file or in an address. */
static unsigned
trait_on(int trait)
{
  if (trait == TRAIT_ID_QR_UNREAD)
    return ON_FILE | ON_LINK;
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

const PredicateReader finding_predicates[] = {
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
