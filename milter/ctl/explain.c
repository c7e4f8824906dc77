/* cordon explain: the report of one message in words. */
#include "ctl.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "error.h"
#include "log.h"

typedef struct explain {
  CtlEngine engine;
  CtlOptions options;
  gboolean json, all, why;
  char *html; /* page to write, or NULL */
  int status;
  gboolean colour;
} Explain;

static const char *
member(JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default(object, name, "");
}

static const char *
paint(const Explain *explain, const char *tier)
{
  if (!explain->colour)
    return "";
  if (strcmp(tier, "danger") == 0)
    return "\033[31m";
  if (strcmp(tier, "policy") == 0)
    return "\033[33m";
  return strcmp(tier, "information") == 0 ? "\033[36m" : "\033[2m";
}

static void
print_strings(JsonObject *finding, const char *name, const char *label)
{
  JsonArray *values;

  if (!json_object_has_member(finding, name))
    return;
  values = json_object_get_array_member(finding, name);
  printf("      %s:", label);
  for (guint i = 0; i < json_array_get_length(values); i++) {
    printf("%s ", i > 0 ? "," : "");
    ctl_print_safe(json_array_get_string_element(values, i));
  }
  printf("\n");
}

static void
print_pair(JsonObject *finding, const char *name, const char *label)
{
  const char *value = member(finding, name);

  if (*value == '\0')
    return;
  printf("      %s: ", label);
  ctl_print_safe(value);
  printf("\n");
}

static const char *
headline(JsonObject *finding)
{
  const char *kind = member(finding, "kind");

  if (strcmp(kind, "link") == 0) {
    const char *host = member(finding, "host");
    return *host != '\0' ? host : member(finding, "url");
  }
  if (strcmp(kind, "sender") == 0)
    return member(finding, "host");
  if (strcmp(kind, "file") == 0)
    return member(finding, "path");
  if (strcmp(kind, "markup") == 0)
    return member(finding, "element");
  if (strcmp(kind, "text") == 0)
    return member(finding, "words");
  return member(finding, "anomaly");
}

/* Each rule in front, and what of it was not so; then what the reader is told. */
static void
print_why(const Explain *explain, JsonObject *finding)
{
  const char *reset = explain->colour ? "\033[0m" : "", *dim = explain->colour ? "\033[2m" : "";
  const char *action = member(finding, "action"), *tier = member(finding, "tier");
  JsonArray *why =
      json_object_has_member(finding, "why") ? json_object_get_array_member(finding, "why") : NULL;

  print_pair(finding, "observed", "observed by");
  for (guint i = 0; why != NULL && i < json_array_get_length(why); i++) {
    printf("%s      not by ", i == 0 ? reset : "");
    fputs(dim, stdout);
    ctl_print_safe(json_array_get_string_element(why, i));
    printf("%s\n", reset);
  }
  if (strcmp(action, "pass") == 0 || strcmp(tier, "none") == 0)
    printf("      the reader sees nothing of it\n");
  else if (strcmp(tier, "information") == 0 && strcmp(action, "flag") != 0)
    printf("      the reader sees a line at the end that counts\n");
  else if (*member(finding, "notice") != '\0')
    printf("      the reader sees a mark, and the words of notice \"%s\"\n",
           member(finding, "notice"));
}

static void
print_finding(const Explain *explain, JsonObject *finding)
{
  const char *part = member(finding, "part");

  printf("  %-8s ", member(finding, "kind"));
  ctl_print_safe(headline(finding));
  printf("%s%s\n", *part != '\0' ? "   in part " : "", part);
  print_pair(finding, "url", "address");
  print_pair(finding, "text", "shown as");
  print_strings(finding, "via", "leads there by");
  print_strings(finding, "to", "carries");
  print_pair(finding, "class", "class");
  print_pair(finding, "service", "service");
  print_pair(finding, "type", "content");
  print_pair(finding, "engine_type", "engine says");
  print_pair(finding, "declared", "declared");
  print_pair(finding, "malware", "malware");
  print_pair(finding, "attribute", "attribute");
  print_pair(finding, "detail", "detail");
  print_strings(finding, "groups", "groups");
  print_strings(finding, "traits", "traits");
  print_pair(finding, "resembles", "resembles");
  print_strings(finding, "lists", "lists");
  printf("      %s=> %s%s%s%s%s  by %s\n", paint(explain, member(finding, "tier")),
         member(finding, "action"), *member(finding, "wanted") != '\0' ? " instead of " : "",
         member(finding, "wanted"), *member(finding, "mode") != '\0' ? ", mode " : "",
         member(finding, "mode"), member(finding, "rule"));
  print_pair(finding, "exception", "exception");
  if (explain->why)
    print_why(explain, finding);
  if (explain->colour)
    printf("\033[0m");
}

static gboolean
is_notable(JsonObject *finding)
{
  return strcmp(member(finding, "action"), "pass") != 0 || *member(finding, "wanted") != '\0' ||
         *member(finding, "exception") != '\0';
}

static void
print_findings(const Explain *explain, JsonObject *report)
{
  JsonArray *findings;
  guint passed = 0;

  if (!json_object_has_member(report, "findings"))
    return;
  findings = json_object_get_array_member(report, "findings");
  for (guint i = 0; i < json_array_get_length(findings); i++) {
    JsonObject *finding = json_array_get_object_element(findings, i);

    if (explain->all || is_notable(finding))
      print_finding(explain, finding);
    else
      passed++;
  }
  if (passed > 0)
    printf("  %u more finding%s that the rules let pass (--all shows them)\n", passed,
           passed == 1 ? "" : "s");
}

static void
print_result(const Explain *explain, const CtlMessage *message, const CtlResult *result,
             JsonObject *report)
{
  ctl_print_safe(message->name);
  printf(": %s", result->outcome);
  if (strcmp(result->outcome, "unchanged") != 0)
    printf(" (reference %s)", result->ref);
  printf("%s%s\n", *result->reason != '\0' ? ": " : "", result->reason);
  print_findings(explain, report);
  if (result->out != NULL && strcmp(result->outcome, "changed") == 0)
    ctl_change_print(message, result, explain->colour);
}

static int
status_of(const CtlResult *result)
{
  if (strcmp(result->outcome, "error") == 0)
    return EX_TEMPFAIL;
  return result->out == NULL ? 1 : EX_OK;
}

static void
explain_one(CtlMessage *message, void *data)
{
  Explain *explain = data;
  CtlResult result;
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autoptr(GError) error = NULL;

  ctl_engine_run(&explain->engine, &explain->options, message, &result);
  if (explain->json)
    printf("%s\n", result.report);
  else if (json_parser_load_from_data(parser, result.report, -1, &error))
    print_result(explain, message, &result, json_node_get_object(json_parser_get_root(parser)));
  if (explain->html != NULL && error == NULL)
    ctl_page_write(explain->html, message, &result, &error);
  if (error != NULL)
    fprintf(stderr, "cordon: %s\n", error->message);
  explain->status = MAX(explain->status, error != NULL ? EX_SOFTWARE : status_of(&result));
  ctl_result_clear(&result);
  ctl_message_free(message);
}

int
ctl_explain(int argc, char **argv)
{
  Explain explain = {0};
  g_autoptr(GError) error = NULL;
  const GOptionEntry more[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &explain.json, "One JSON line a message", NULL},
      {"html", 0, 0, G_OPTION_ARG_FILENAME, &explain.html,
       "Write a page of the message before and after to PAGE (one message only)", "PAGE"},
      {"why", 'w', 0, G_OPTION_ARG_NONE, &explain.why,
       "Tell why no earlier rule decided, and what the reader is told", NULL},
      {"all", 'a', 0, G_OPTION_ARG_NONE, &explain.all, "Show what the rules let pass as well",
       NULL},
      G_OPTION_ENTRY_NULL};
  int status;

  if (ctl_options_parse(&explain.options, more, "FILE…",
                        "Shows what was found in a message, which rule (file and line) decided, "
                        "and what the reader will see. Exit status as for sanitize.",
                        &argc, &argv, &status) == 0) {
    explain.colour = isatty(STDOUT_FILENO);
    if (explain.options.jobs == 0)
      explain.options.jobs = 1;
    explain.options.why = explain.why;
    explain.options.views = explain.html != NULL || !explain.json;
    if (ctl_engine_start(&explain.engine, &explain.options, &error) != 0) {
      fprintf(stderr, "cordon: %s\n", error->message);
      status = cordon_error_exit(error);
    } else if (ctl_messages(argv + 1, explain_one, &explain) > 0) {
      status = EX_NOINPUT;
    } else {
      status = explain.status;
    }
    ctl_engine_stop(&explain.engine);
  }
  ctl_options_clear(&explain.options);
  g_free(explain.html);
  return status;
}
