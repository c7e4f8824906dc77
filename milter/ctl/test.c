/* cordon test: the rules' own tests. Each is a message, made up or from a file, that goes through
 * the gateway's pipeline, and what must come of it. */
#include "ctl.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "error.h"
#include "expectation.h"
#include "policy.h"

typedef struct bench {
  CtlEngine engine;
  CtlOptions options;
  GHashTable *asked; /* names of rules that a test wants */
  gboolean verbose;
  guint passed, failed;
} Bench;

/* --- the message --- */

static void
add_html(GString *mail, const Expectation *test)
{
  g_autofree char *address = g_markup_escape_text(test->link != NULL ? test->link : "", -1);
  g_autofree char *shown =
      g_markup_escape_text(test->shown != NULL ? test->shown : "the document", -1);

  g_string_append(mail, "Content-Type: text/html; charset=utf-8\n"
                        "Content-Transfer-Encoding: 8bit\n\n<html><body>");
  if (test->html != NULL)
    g_string_append(mail, test->html);
  else
    g_string_append_printf(mail, "<p>Please see <a href=\"%s\">%s</a>.</p>", address, shown);
  g_string_append(mail, "</body></html>\n");
}

static void
add_attachment(GString *mail, const Expectation *test)
{
  const char *content = test->content != NULL ? test->content : "test";
  g_autofree char *encoded = g_base64_encode((const guchar *)content, strlen(content));
  g_autofree char *name = g_uri_escape_string(test->attachment, NULL, FALSE);

  g_string_append_printf(mail,
                         "Content-Type: multipart/mixed; boundary=\"part\"\n\n"
                         "--part\nContent-Type: text/plain\n\nPlease see the file.\n"
                         "--part\nContent-Type: application/octet-stream\n"
                         "Content-Disposition: attachment; filename*=utf-8''%s\n"
                         "Content-Transfer-Encoding: base64\n\n%s\n--part--\n",
                         name, encoded);
}

static GBytes *
make_message(const Expectation *test)
{
  GString *mail = g_string_new("From: Test <test@vendor.example>\nTo: clerk@dept.example\n"
                               "Subject: Test\nMIME-Version: 1.0\n");

  for (char **header = test->headers; *header != NULL; header++)
    g_string_append_printf(mail, "%s\n", *header);
  if (test->link != NULL || test->html != NULL)
    add_html(mail, test);
  else if (test->attachment != NULL)
    add_attachment(mail, test);
  else
    g_string_append_printf(mail,
                           "Content-Type: text/plain; charset=utf-8\n"
                           "Content-Transfer-Encoding: 8bit\n\n%s\n",
                           test->text);
  return g_string_free_to_bytes(mail);
}

static GBytes *
message_of(const Expectation *test, GError **error)
{
  char *data = NULL;
  gsize len;

  if (test->message == NULL)
    return make_message(test);
  return g_file_get_contents(test->message, &data, &len, error) ? g_bytes_new_take(data, len)
                                                                : NULL;
}

/* --- what came of it --- */

static const char *
member(JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default(object, name, "");
}

/* "policy.conf:41 cloud storage" ─▶ "cloud storage" */
static const char *
rule_name(const char *label)
{
  const char *blank = strchr(label, ' ');

  return blank != NULL ? blank + 1 : label;
}

static gboolean
agrees(const char *wanted, const char *got)
{
  return wanted == NULL || strcmp(wanted, got) == 0;
}

static gboolean
finding_agrees(const Expectation *test, JsonObject *finding)
{
  return agrees(test->rule, rule_name(member(finding, "rule"))) &&
         agrees(test->action, member(finding, "action")) &&
         agrees(test->wanted, member(finding, "wanted")) &&
         agrees(test->tier, member(finding, "tier")) &&
         agrees(test->notice, member(finding, "notice")) &&
         agrees(test->service, member(finding, "service")) &&
         agrees(test->class_name, member(finding, "class")) &&
         agrees(test->exception, member(finding, "exception"));
}

static JsonArray *
findings_of(JsonObject *report)
{
  return json_object_has_member(report, "findings")
             ? json_object_get_array_member(report, "findings")
             : NULL;
}

static gboolean
any_agrees(const Expectation *test, JsonObject *report)
{
  JsonArray *findings = findings_of(report);
  const char *const wishes[] = {test->rule,   test->action,  test->wanted,     test->tier,
                                test->notice, test->service, test->class_name, test->exception};
  gboolean nothing = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS(wishes); i++)
    nothing &= wishes[i] == NULL;

  for (guint i = 0; findings != NULL && i < json_array_get_length(findings) && !nothing; i++)
    if (finding_agrees(test, json_array_get_object_element(findings, i)))
      return TRUE;
  return nothing;
}

/* Does a rule decide a finding, or would it in another mode? */
static gboolean
is_met(const char *rule, JsonArray *findings)
{
  for (guint i = 0; findings != NULL && i < json_array_get_length(findings); i++) {
    JsonObject *finding = json_array_get_object_element(findings, i);

    if (strcmp(rule_name(member(finding, "rule")), rule) == 0 ||
        strcmp(rule_name(member(finding, "observed")), rule) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
none_is_met(char **rules, JsonObject *report)
{
  for (; *rules != NULL; rules++)
    if (is_met(*rules, findings_of(report)))
      return FALSE;
  return TRUE;
}

static void
tell_wish(const char *name, const char *wish)
{
  if (wish != NULL)
    printf(", %s %s", name, wish);
}

static gboolean
is_as_wanted(const Expectation *test, const CtlResult *result, JsonObject *report)
{
  return strcmp(result->outcome, test->outcome) == 0 &&
         (test->reason == NULL || strstr(result->reason, test->reason) != NULL) &&
         any_agrees(test, report) && none_is_met(test->not_rules, report);
}

static void
tell_wanted(const Expectation *test)
{
  printf("  want %s%s%s%s%s", test->outcome, test->action != NULL ? ", " : "",
         test->action != NULL ? test->action : "", test->rule != NULL ? " by " : "",
         test->rule != NULL ? test->rule : "");
  if (test->class_name != NULL || test->service != NULL)
    printf(", %s", test->service != NULL ? test->service : test->class_name);
  tell_wish("tier", test->tier);
  tell_wish("notice", test->notice);
  tell_wish("reason", test->reason);
  tell_wish("exception", test->exception);
  for (char **rule = test->not_rules; *rule != NULL; rule++)
    tell_wish("not by", *rule);
  printf("\n");
}

static void
tell_got(const CtlResult *result, JsonObject *report)
{
  static const char *const shown[] = {"service", "wanted", "tier", "notice", "exception"};
  JsonArray *findings = findings_of(report);

  printf("  got  %s%s%s\n", result->outcome, *result->reason != '\0' ? ": " : "", result->reason);
  for (guint i = 0; findings != NULL && i < json_array_get_length(findings); i++) {
    JsonObject *finding = json_array_get_object_element(findings, i);

    printf("       %s ", member(finding, "kind"));
    ctl_print_safe(member(finding, "host"));
    ctl_print_safe(member(finding, "path"));
    printf(": %s by %s", member(finding, "action"), member(finding, "rule"));
    for (guint k = 0; k < G_N_ELEMENTS(shown); k++)
      if (*member(finding, shown[k]) != '\0')
        printf(", %s %s", shown[k], member(finding, shown[k]));
    printf("\n");
  }
}

static void
judge(Bench *bench, const Expectation *test, const CtlResult *result)
{
  g_autoptr(JsonParser) parser = json_parser_new();
  JsonObject *report = NULL;

  if (json_parser_load_from_data(parser, result->report, -1, NULL))
    report = json_node_get_object(json_parser_get_root(parser));
  if (report != NULL && is_as_wanted(test, result, report)) {
    bench->passed++;
    if (bench->verbose)
      printf("%s: %s: good\n", test->place, test->name);
    return;
  }
  bench->failed++;
  printf("%s: %s: failed\n", test->place, test->name);
  tell_wanted(test);
  if (report != NULL)
    tell_got(result, report);
}

/* --- running them --- */

static gboolean
set_envelope(CtlOptions *options, const Expectation *test)
{
  static char *const usual[] = {(char *)"clerk@dept.example", NULL};

  options->from = test->from != NULL ? test->from : (char *)"test@vendor.example";
  options->rcpts = test->rcpts[0] != NULL ? test->rcpts : (char **)usual;
  options->direction = test->direction;
  options->client = test->client;
  options->members = test->members;
  options->at = test->at != NULL ? ctl_time(test->at, FALSE) : 0;
  return options->at >= 0 && ctl_members_are_good(test->members);
}

static void
run_test(Bench *bench, const Expectation *test)
{
  CtlOptions options = {.why = TRUE};
  CtlMessage message = {.name = test->name};
  CtlResult result;
  g_autoptr(GError) error = NULL;

  if (test->rule != NULL)
    g_hash_table_add(bench->asked, test->rule);
  if (set_envelope(&options, test))
    message.raw = message_of(test, &error);
  if (message.raw == NULL) {
    bench->failed++;
    printf("%s: %s: %s\n", test->place, test->name,
           error != NULL ? error->message
                         : "at is a date or a time, 2026-12-31T18:00:00+08:00, and member "
                           "GROUP=user@example.com");
    return;
  }
  ctl_engine_run(&bench->engine, &options, &message, &result);
  judge(bench, test, &result);
  ctl_result_clear(&result);
  g_bytes_unref(message.raw);
}

static void
tell_untested(const Bench *bench, const Ruleset *ruleset)
{
  guint untested = 0;

  for (unsigned i = 0; i < ruleset_rule_count(ruleset); i++) {
    const char *name = rule_name(ruleset_rule_label(ruleset, i));

    if (!g_hash_table_contains(bench->asked, name))
      printf("%s\"%s\"", untested++ == 0 ? "no test asks for: " : ", ", name);
  }
  if (untested > 0)
    printf("\n");
}

static int
start_engine(Bench *bench, const char *folder, GError **error)
{
  CtlOptions options = bench->options;
  int result;

  options.jobs = 1;
  options.rules = ctl_given_make(bench->options.rules, folder, error);
  if (options.rules == NULL)
    return -1;
  result = ctl_engine_start(&bench->engine, &options, error);
  ctl_given_remove(options.rules, bench->options.rules);
  g_free(options.rules);
  return result;
}

static int
run_tests(Bench *bench, const char *folder, const GPtrArray *tests)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = ruleset_load(bench->options.rules, errors);
  g_autoptr(GError) error = NULL;

  if (ruleset == NULL) {
    ctl_print_errors(errors);
    return EX_CONFIG;
  }
  if (start_engine(bench, folder, &error) != 0) {
    fprintf(stderr, "cordon test: %s\n", error->message);
    ctl_engine_stop(&bench->engine);
    return cordon_error_exit(error);
  }
  for (guint i = 0; i < tests->len; i++)
    run_test(bench, g_ptr_array_index(tests, i));
  ctl_engine_stop(&bench->engine);
  tell_untested(bench, ruleset);
  printf("%u test%s, %u passed, %u failed\n", tests->len, tests->len == 1 ? "" : "s", bench->passed,
         bench->failed);
  return bench->failed == 0 && tests->len > 0 ? EX_OK : 1;
}

int
ctl_test(int argc, char **argv)
{
  Bench bench = {0};
  int status;
  const GOptionEntry more[] = {
      {"verbose", 'v', 0, G_OPTION_ARG_NONE, &bench.verbose, "Name the tests that pass too", NULL},
      G_OPTION_ENTRY_NULL};

  if (ctl_options_parse(
          &bench.options, more, "[DIR]",
          "Runs the rules' own tests: those in DIR, or in tests/ of the rules folder. "
          "Exit status 0, or 1 when one fails.",
          &argc, &argv, &status) == 0) {
    g_autofree char *usual = g_build_filename(bench.options.rules, "tests", NULL);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
    const char *folder = argc > 1 ? argv[1] : usual;
    g_autoptr(GPtrArray) tests = expectations_read(folder, errors);

    bench.asked = g_hash_table_new(g_str_hash, g_str_equal);
    status = EX_CONFIG;
    if (errors->len > 0)
      ctl_print_errors(errors);
    else
      status = run_tests(&bench, folder, tests);
    g_hash_table_unref(bench.asked);
  }
  ctl_options_clear(&bench.options);
  return status;
}
