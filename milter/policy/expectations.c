#include "expectation.h"

#include <string.h>

#include "names.h"
#include "schemas.h"
#include "syntax.h"

static const OptionSchema test_options[] = {
    {"message", FALSE},    {"link", FALSE},    {"shown", FALSE},   {"text", FALSE},
    {"attachment", FALSE}, {"content", FALSE}, {"from", FALSE},    {"rcpt", TRUE},
    {"direction", FALSE},  {"client", FALSE},  {"at", FALSE},      {"outcome", FALSE},
    {"rule", FALSE},       {"action", FALSE},  {"service", FALSE}, {"class", FALSE},
    {"exception", FALSE},  {"html", FALSE},    {"header", TRUE},   {"wanted", FALSE},
    {"tier", FALSE},       {"notice", FALSE},  {"reason", FALSE},  {"not-rule", TRUE},
    {"member", TRUE},      {NULL, FALSE},
};

const Schema test_schema = {"test", test_options};

static const char *const outcome_names[] = {"unchanged", "changed", "held", "rejected", NULL};

static void
expectation_free(void *data)
{
  Expectation *test = data;
  char **texts[] = {&test->name,       &test->place,     &test->message,    &test->link,
                    &test->shown,      &test->text,      &test->attachment, &test->content,
                    &test->from,       &test->direction, &test->client,     &test->at,
                    &test->outcome,    &test->rule,      &test->action,     &test->service,
                    &test->class_name, &test->exception, &test->html,       &test->wanted,
                    &test->tier,       &test->notice,    &test->reason};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(*texts[i]);
  g_strfreev(test->rcpts);
  g_strfreev(test->headers);
  g_strfreev(test->not_rules);
  g_strfreev(test->members);
  g_free(test);
}

static char *
text_of(const Section *section, const char *name)
{
  return g_strdup(section_text(section, name));
}

static char **
texts_of(const Section *section, const char *name)
{
  const Option *option = section_option(section, name);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; option && i < option->values->len; i++)
    g_strv_builder_add(builder, option_value(option, i)->text);
  return g_strv_builder_end(builder);
}

/* One of some words, or a problem. */
static char *
word_of(const Section *section, const char *name, const char *const *words, Problems *problems)
{
  const Option *option = section_option(section, name);
  if (!option)
    return NULL;
  const Value *value = option_value(option, 0);
  if (name_index(words, value->text) < 0) {
    g_autofree char *advice = spelling_advice(value->text, words);
    problems_add(problems, value_place(section, value), "unknown %s \"%s\"; %s", name, value->text,
                 advice);
  }
  return g_strdup(value->text);
}

static void
check_message(const Expectation *test, const Section *section, Problems *problems)
{
  int given = !!test->message + !!test->link + !!test->text + !!test->attachment + !!test->html;
  if (given != 1)
    problems_add(problems, section_place(section),
                 "test \"%s\" has %s message; give one of message, link, html, text and attachment",
                 test->name, given ? "more than one" : "no");
  if (!test->outcome)
    problems_add(problems, section_place(section),
                 "test \"%s\" wants nothing; add outcome = unchanged, changed, held or rejected",
                 test->name);
}

static Expectation *
read_test(const char *folder, const Section *section, Problems *problems)
{
  Expectation *test = g_new0(Expectation, 1);
  const char *message = section_text(section, "message");
  test->name = g_strdup(section->title);
  test->place = g_strdup_printf("%s:%u", section->file, section->line);
  g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
  test->message = message ? g_canonicalize_filename(message, absolute) : NULL;
  test->link = text_of(section, "link");
  test->shown = text_of(section, "shown");
  test->html = text_of(section, "html");
  test->text = text_of(section, "text");
  test->attachment = text_of(section, "attachment");
  test->content = text_of(section, "content");
  test->headers = texts_of(section, "header");
  test->from = text_of(section, "from");
  test->rcpts = texts_of(section, "rcpt");
  test->direction = word_of(section, "direction", direction_names, problems);
  test->client = text_of(section, "client");
  test->at = text_of(section, "at");
  test->outcome = word_of(section, "outcome", outcome_names, problems);
  test->rule = text_of(section, "rule");
  test->members = texts_of(section, "member");
  test->not_rules = texts_of(section, "not-rule");
  test->action = word_of(section, "action", action_names, problems);
  test->wanted = word_of(section, "wanted", action_names, problems);
  test->tier = word_of(section, "tier", tier_names, problems);
  test->notice = text_of(section, "notice");
  test->reason = text_of(section, "reason");
  test->service = text_of(section, "service");
  test->class_name = text_of(section, "class");
  test->exception = text_of(section, "exception");
  check_message(test, section, problems);
  return test;
}

GPtrArray *
expectations_read(const char *folder, GPtrArray *errors)
{
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    g_ptr_array_add(errors, g_strdup_printf("%s:0: there is no such folder; put tests there, as in "
                                            "the shipped rules/tests",
                                            folder));
    return g_ptr_array_new_with_free_func(expectation_free);
  }
  g_autoptr(Problems) problems = problems_new();
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autoptr(GPtrArray) files = syntax_list(folder, ".", ".conf", problems);
  GPtrArray *tests = g_ptr_array_new_with_free_func(expectation_free);
  for (guint i = 0; i < files->len; i++) {
    const char *name = (const char *)g_ptr_array_index(files, i) + strlen("./");
    g_autoptr(Syntax) syntax = syntax_read(folder, name, &test_schema, checksum, problems);
    for (guint k = 0; syntax && k < syntax->sections->len; k++)
      g_ptr_array_add(tests, read_test(folder, g_ptr_array_index(syntax->sections, k), problems));
  }
  problems_report(problems, errors);
  return tests;
}
