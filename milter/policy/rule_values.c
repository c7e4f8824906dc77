/* rule_values.c - the values of a rule's options, as words, bits of a table or yes and no. */
#include "names.h"
#include "rule_reader.h"

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

char **
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

int
reader_word(const Reader *reader, const char *name, const char *const *names, int fallback)
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

char *
rule_words(unsigned bits, const char *const *names)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  for (int i = 0; names[i]; i++)
    if (bits & (1u << i))
      g_ptr_array_add(words, (char *)names[i]);
  g_ptr_array_add(words, NULL);
  return g_strjoinv(", ", (char **)words->pdata);
}
