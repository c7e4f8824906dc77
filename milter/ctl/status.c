/* The daemon's JSON in plain words. */
#include "ctl.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "error.h"

static gint64
number(JsonObject *object, const char *group, const char *name)
{
  return json_object_get_int_member_with_default(json_object_get_object_member(object, group), name,
                                                 0);
}

static const char *
text(JsonObject *object, const char *group, const char *name)
{
  return json_object_get_string_member_with_default(json_object_get_object_member(object, group),
                                                    name, "");
}

/* "3 d 4 h", "4 h 10 min", "12 s" */
static char *
duration(gint64 s)
{
  const int d = 86400, h = 3600, min = 60;

  if (s >= d)
    return g_strdup_printf("%d d %d h", (int)(s / d), (int)(s % d / h));
  if (s >= h)
    return g_strdup_printf("%d h %d min", (int)(s / h), (int)(s % h / min));
  if (s >= min)
    return g_strdup_printf("%d min %d s", (int)(s / min), (int)(s % min));
  return g_strdup_printf("%d s", (int)s);
}

static void
print_health(JsonObject *status)
{
  JsonArray *problems = json_object_get_array_member(status, "problems");
  g_autofree char *up = duration(json_object_get_int_member_with_default(status, "uptime_s", 0));

  printf("%-12s %s\n", "health", json_object_get_string_member(status, "health"));
  for (guint i = 0; i < json_array_get_length(problems); i++)
    printf("%-12s %s\n", "", json_array_get_string_element(problems, i));
  printf("%-12s cordond %s, process %d, up %s\n", "program",
         json_object_get_string_member(status, "version"),
         (int)json_object_get_int_member(status, "pid"), up);
}

static void
print_lists(JsonObject *lists)
{
  g_autoptr(GList) names = lists != NULL ? json_object_get_members(lists) : NULL;

  for (GList *at = names; at != NULL; at = at->next)
    printf("%-12s %s, %" G_GINT64_FORMAT " entries, version %s, of %s\n",
           at == names ? "lists" : "", (const char *)at->data, number(lists, at->data, "entries"),
           text(lists, at->data, "version"), text(lists, at->data, "time"));
}

static void
print_clamd(JsonObject *status)
{
  const char *error = text(status, "clamd", "error"), *newest = text(status, "clamd", "newest");

  if (*text(status, "clamd", "socket") == '\0')
    return;
  if (*error != '\0')
    printf("%-12s %s\n", "clamd", error);
  else
    printf("%-12s %s%s%s at %s\n", "clamd", text(status, "clamd", "version"),
           *newest != '\0' ? ", signatures of " : "", newest, text(status, "clamd", "socket"));
}

static void
print_loaded(JsonObject *status)
{
  const char *reloaded = text(status, "reload", "time"), *error = text(status, "reload", "error");

  printf("%-12s %s, since %s\n", "rules", text(status, "rules", "loaded"),
         text(status, "rules", "since"));
  if (*text(status, "signatures", "newest") != '\0')
    printf("%-12s %" G_GINT64_FORMAT " in force; newest of %s%s%s\n", "signatures",
           number(status, "signatures", "count"), text(status, "signatures", "newest"),
           *text(status, "signatures", "versions") != '\0' ? ": " : "",
           text(status, "signatures", "versions"));
  else
    printf("%-12s none are configured\n", "signatures");
  print_clamd(status);
  print_lists(
      json_object_get_object_member(json_object_get_object_member(status, "rules"), "lists"));
  printf("%-12s %s%s\n", "last reload", *reloaded != '\0' ? reloaded : "none",
         *reloaded == '\0' ? ""
         : *error == '\0'  ? ", good"
                           : ", refused");
}

/* "  2 met the deadline of inspect": a line for each stage that has stopped a worker. */
static void
print_overruns(JsonObject *status)
{
  JsonObject *stages = json_object_get_object_member(
      json_object_get_object_member(status, "workers"), "overran_stages");
  g_autoptr(GList) names = stages != NULL ? json_object_get_members(stages) : NULL;

  for (GList *at = names; at != NULL; at = at->next) {
    gint64 count = json_object_get_int_member_with_default(stages, at->data, 0);

    if (count > 0)
      printf("%-12s %" G_GINT64_FORMAT " met the deadline of %s\n", "", count,
             (const char *)at->data);
  }
}

static void
print_work(JsonObject *status)
{
  printf("%-12s %" G_GINT64_FORMAT " unchanged, %" G_GINT64_FORMAT " changed, %" G_GINT64_FORMAT
         " held (%" G_GINT64_FORMAT " as poison), %" G_GINT64_FORMAT " rejected, %" G_GINT64_FORMAT
         " errors\n",
         "messages", number(status, "letters", "unchanged"), number(status, "letters", "changed"),
         number(status, "letters", "held"), number(status, "letters", "poison"),
         number(status, "letters", "rejected"), number(status, "letters", "error"));
  printf("%-12s %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " alive, %" G_GINT64_FORMAT
         " busy; %" G_GINT64_FORMAT " crashed, %" G_GINT64_FORMAT " overran, %" G_GINT64_FORMAT
         " answers refused\n",
         "workers", number(status, "workers", "alive"), number(status, "workers", "most"),
         number(status, "workers", "busy"), number(status, "workers", "crashed"),
         number(status, "workers", "overran"), number(status, "workers", "refused"));
  print_overruns(status);
  printf("%-12s %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
         " waiting; turned away: %" G_GINT64_FORMAT " too late, %" G_GINT64_FORMAT
         " line full, %" G_GINT64_FORMAT " over their share\n",
         "line", number(status, "line", "waiting"), number(status, "line", "most"),
         number(status, "line", "late"), number(status, "line", "full"),
         number(status, "line", "over_share"));
  printf("%-12s %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " open, %" G_GINT64_FORMAT " refused\n",
         "connections", number(status, "connections", "open"),
         number(status, "connections", "most"), number(status, "connections", "refused"));
}

static double
seconds(JsonObject *stage, const char *name)
{
  return json_object_get_double_member_with_default(stage, name, 0) * 1000;
}

static void
print_stages(JsonObject *status)
{
  JsonObject *stages = json_object_get_object_member(status, "stages");
  g_autoptr(GList) names = json_object_get_members(stages);

  printf("\n%-12s %10s %10s %10s %10s %10s\n", "stage", "messages", "mean ms", "half <", "90% <",
         "99% <");
  for (GList *at = names; at != NULL; at = at->next) {
    JsonObject *stage = json_object_get_object_member(stages, at->data);
    gint64 count = json_object_get_int_member(stage, "count");

    printf("%-12s %10" G_GINT64_FORMAT " %10.2f %10g %10g %10g\n", (const char *)at->data, count,
           count > 0 ? seconds(stage, "sum_s") / (double)count : 0, seconds(stage, "half_below_s"),
           seconds(stage, "nine_in_ten_below_s"), seconds(stage, "99_in_100_below_s"));
  }
}

static gboolean
is_whole(JsonNode *root)
{
  static const char *const groups[] = {"rules",   "signatures", "reload",      "letters",
                                       "workers", "line",       "connections", "stages"};
  JsonObject *status =
      root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;

  for (size_t i = 0; status != NULL && i < G_N_ELEMENTS(groups); i++)
    if (!json_object_has_member(status, groups[i]))
      return FALSE;
  return status != NULL;
}

/* 0 when all is well, 1 when it is not. */
static int
print_words(const char *body, gboolean json)
{
  g_autoptr(JsonNode) root = json_from_string(body, NULL);
  JsonObject *status;

  if (!is_whole(root)) {
    fprintf(stderr, "cordon status: cordond answered something else\n");
    return EX_PROTOCOL;
  }
  status = json_node_get_object(root);
  if (json) {
    fputs(body, stdout);
  } else {
    print_health(status);
    print_loaded(status);
    print_work(status);
    print_stages(status);
  }
  return strcmp(json_object_get_string_member(status, "health"), "ok") == 0 ? EX_OK : 1;
}

int
ctl_status(int argc, char **argv)
{
  gboolean json = FALSE, prometheus = FALSE;
  g_autofree char *rules = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &json, "As one JSON object", NULL},
      {"prometheus", 0, 0, G_OPTION_ARG_NONE, &prometheus, "As text for Prometheus", NULL},
      G_OPTION_ENTRY_NULL};
  int status;

  if (ctl_gateway_options(
          argc, argv, entries,
          "Tells how the running cordond is. Exit status 0 when all is well, 1 when "
          "it is not, 69 when it does not answer.",
          &rules) != 0)
    return EX_USAGE;
  status = ctl_ask_gateway(rules, prometheus ? "GET /metrics" : "GET /status", &body, &error);
  if (status != 200) {
    fprintf(stderr, "cordon status: %s\n", error != NULL ? error->message : body);
    return error != NULL && cordon_error_exit(error) == EX_CONFIG ? EX_CONFIG : EX_UNAVAILABLE;
  }
  if (!prometheus)
    return print_words(body, json);
  return fputs(body, stdout) < 0 ? EX_IOERR : EX_OK;
}
