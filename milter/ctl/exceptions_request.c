/* cordon exceptions request: what the events know of a message, as a request for an exception. */
#include "desk.h"

#include "ctl.h"
#include "events.h"
#include "json.h"
#include "originals.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* A message and who asks about it. */
typedef struct request {
  const Desk *desk;
  JsonObject *event;
  GPtrArray *targets; /* Target * */
} Request;

/* What an exception could be for, and what it is about in the message. Strings are the event's. */
typedef struct target {
  const char *service, *class_name, *host, *rule;
  Exception exception; /* its scope alone, as narrow as it can be said */
} Target;

static const char *
member(JsonObject *object, const char *name)
{
  const char *text = json_object_get_string_member_with_default(object, name, "");

  return text != NULL ? text : "";
}

/* --- what it could be for --- */

/* A tenant's own host is narrower than the service, and that than its class. */
static void
choose_scope(const Desk *desk, Target *target)
{
  if (*target->host != '\0' && !ruleset_host_is_shared(desk->ruleset, target->host))
    target->exception.host = (char *)target->host;
  else if (*target->service != '\0')
    target->exception.service = (char *)target->service;
  else
    target->exception.class_name = (char *)target->class_name;
}

static gboolean
is_known(const Request *request, const Target *target)
{
  g_autofree char *scope = exception_target(&target->exception);

  for (guint i = 0; i < request->targets->len; i++) {
    const Target *before = g_ptr_array_index(request->targets, i);
    g_autofree char *other = exception_target(&before->exception);

    if (strcmp(scope, other) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What is dangerous no exception is for. */
static void
look_at_finding(Request *request, JsonObject *finding)
{
  Target target = {member(finding, "service"),
                   member(finding, "class"),
                   member(finding, "host"),
                   member(finding, "rule"),
                   {0}};

  if (strcmp(member(finding, "kind"), "link") != 0 ||
      strcmp(member(finding, "tier"), "policy") != 0 ||
      strcmp(member(finding, "action"), "pass") == 0 || *target.class_name == '\0')
    return;
  choose_scope(request->desk, &target);
  if (!is_known(request, &target))
    g_ptr_array_add(request->targets, g_memdup2(&target, sizeof target));
}

static void
look_at_findings(Request *request)
{
  JsonNode *node = json_object_get_member(request->event, "findings");
  JsonArray *findings =
      node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

  for (guint i = 0; findings != NULL && i < json_array_get_length(findings); i++) {
    JsonNode *one = json_array_get_element(findings, i);

    if (JSON_NODE_HOLDS_OBJECT(one))
      look_at_finding(request, json_node_get_object(one));
  }
}

/* --- who may ask --- */

/* Those of ours whom the message was to or, if it left, whose it was. New strings. */
static char **
people_of(const Request *request)
{
  JsonNode *node = json_object_get_member(request->event, "rcpts");
  JsonArray *rcpts = node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
  g_autoptr(GStrvBuilder) people = g_strv_builder_new();

  if (strcmp(member(request->event, "direction"), "outbound") == 0)
    g_strv_builder_add(people, member(request->event, "sender"));
  else
    for (guint i = 0; rcpts != NULL && i < json_array_get_length(rcpts); i++)
      g_strv_builder_add(people, json_array_get_string_element(rcpts, i));
  return g_strv_builder_end(people);
}

/* --- as text --- */

static void
print_line(const char *name, const char *value)
{
  printf("%s: ", name);
  ctl_print_safe(value);
  printf("\n");
}

static void
print_approvers(const Request *request, const Target *target)
{
  ApprovalView view;
  g_autofree char *posts = NULL, *seconds = NULL;

  if (!ruleset_approval(request->desk->ruleset, &target->exception, &view)) {
    printf("# nobody may approve it\n");
    return;
  }
  posts = g_strjoinv(", ", view.posts);
  printf("# may approve it: %s; for %u days at most%s\n", posts, view.maximum_days,
         view.is_signed ? "; signed only" : "");
  seconds = view.second_posts != NULL ? g_strjoinv(", ", view.second_posts) : NULL;
  if (seconds != NULL)
    printf("# and a second approver: %s\n", seconds);
}

/* What exception_read_text takes, once what is empty has been filled in. */
static void
print_text(const Request *request, const Target *target, const char *user)
{
  static const char *const empty[] = {"computers", "reason", "requester", "approval",
                                      "approved",  "end",    "review"};
  const Exception *scope = &target->exception;

  printf("%s\n# ", EXCEPTION_TEXT_FIRST);
  ctl_print_safe(member(request->event, "time"));
  printf(", from ");
  ctl_print_safe(member(request->event, "sender"));
  printf(", by rule ");
  ctl_print_safe(target->rule);
  printf("\n");
  print_approvers(request, target);
  print_line("request", member(request->event, "ref"));
  print_line("user", user);
  print_line(scope->host != NULL      ? "host"
             : scope->service != NULL ? "service"
                                      : "class",
             scope->host != NULL      ? scope->host
             : scope->service != NULL ? scope->service
                                      : scope->class_name);
  print_line("direction", member(request->event, "direction"));
  for (guint i = 0; i < G_N_ELEMENTS(empty); i++)
    printf("%s:\n", empty[i]);
}

static int
print_texts(const Request *request, const char *user)
{
  g_auto(GStrv) people = people_of(request);
  const char *who = user != NULL ? user : people[0];

  if (user == NULL && g_strv_length(people) != 1) {
    fprintf(stderr,
            "cordon exceptions request: the message was to %u people; say who asks: --user\n",
            g_strv_length(people));
    return EX_USAGE;
  }
  for (guint i = 0; i < request->targets->len; i++) {
    printf("%s", i > 0 ? "\n" : "");
    print_text(request, g_ptr_array_index(request->targets, i), who);
  }
  return EX_OK;
}

/* --- as JSON --- */

static void
add_text(GString *json, const char *name, const char *text)
{
  if (*text == '\0')
    return;
  g_string_append_printf(json, "%s\"%s\":", json->str[json->len - 1] == '{' ? "" : ",", name);
  json_add_string(json, text);
}

static void
add_texts(GString *json, const char *name, char **texts)
{
  g_string_append_printf(json, ",\"%s\":[", name);
  for (char **text = texts; text != NULL && *text != NULL; text++) {
    g_string_append(json, text > texts ? "," : "");
    json_add_string(json, *text);
  }
  g_string_append(json, "]");
}

static void
add_target(GString *json, const Request *request, const Target *target)
{
  ApprovalView view = {0};
  g_autofree char *scope = exception_target(&target->exception);

  g_string_append(json, "{");
  add_text(json, "for", scope);
  add_text(json, "service", target->service);
  add_text(json, "class", target->class_name);
  add_text(json, "host", target->host);
  add_text(json, "rule", target->rule);
  ruleset_approval(request->desk->ruleset, &target->exception, &view);
  add_texts(json, "posts", view.posts);
  add_texts(json, "second-posts", view.second_posts);
  g_string_append_printf(json, ",\"maximum-days\":%u,\"signed\":%s}", view.maximum_days,
                         view.is_signed ? "true" : "false");
}

static void
print_json(const Request *request)
{
  g_autoptr(GString) json = g_string_new("{");
  g_auto(GStrv) people = people_of(request);

  add_text(json, "request", member(request->event, "ref"));
  add_text(json, "time", member(request->event, "time"));
  add_text(json, "outcome", member(request->event, "outcome"));
  add_text(json, "direction", member(request->event, "direction"));
  add_text(json, "sender", member(request->event, "sender"));
  add_texts(json, "users", people);
  g_string_append(json, ",\"targets\":[");
  for (guint i = 0; i < request->targets->len; i++) {
    g_string_append(json, i > 0 ? "," : "");
    add_target(json, request, g_ptr_array_index(request->targets, i));
  }
  printf("%s]}\n", json->str);
}

/* --- the action --- */

static int
make_request(const Desk *desk, const char *typed, const char *user, gboolean as_json)
{
  Request request = {.desk = desk};
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autofree char *code = ref_canonical(typed);
  g_autofree char *line = code != NULL ? event_find(ruleset_settings(desk->ruleset), code) : NULL;
  int status = EX_OK;

  if (line == NULL || !json_parser_load_from_data(parser, line, -1, NULL) ||
      !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
    return desk_fault("request", "no event has that code; is it older than the events file?");
  request.event = json_node_get_object(json_parser_get_root(parser));
  request.targets = g_ptr_array_new_with_free_func(g_free);
  look_at_findings(&request);
  if (request.targets->len == 0)
    status = desk_fault("request", "nothing was taken from that message that exceptions are for");
  else if (as_json)
    print_json(&request);
  else
    status = print_texts(&request, user);
  g_ptr_array_unref(request.targets);
  return status;
}

int
exceptions_run_request(int argc, char **argv)
{
  Desk desk = {0};
  gboolean as_json = FALSE;
  g_autofree char *user = NULL;
  int status;
  const GOptionEntry more[] = {
      {"user", 0, 0, G_OPTION_ARG_STRING, &user, "Who asks, if the message was to several",
       "ADDRESS"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "For a form that is to be filled in", NULL},
      G_OPTION_ENTRY_NULL};

  if (desk_open(
          &desk, &argc, &argv, more, "CODE",
          "What the events say of the message with that code, as a request for an exception: who, "
          "for what, and who may approve it. What is empty is filled in by people; then it is "
          "signed and imported, or added.",
          &status) == 0)
    status = argc == 2 ? make_request(&desk, argv[1], user, as_json)
                       : desk_fault("request", "name one reference code");
  desk_close(&desk);
  return status;
}
