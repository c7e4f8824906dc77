/* cordon replay: stored mail through the rules in force and through new ones, and what would
 * change. Both are whole pipelines, so what is counted here is what a real run would do. */
#include "ctl.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "bounds.h"
#include "error.h"
#include "log.h"
#include "tally.h"

#define QUEUE_MAX 64 /* messages read ahead of the workers */

typedef struct replay {
  CtlEngine before, after;
  CtlOptions options; /* of the new rules */
  char *against;      /* folder of the rules in force */
  GThreadPool *threads;
  GMutex lock; /* of what follows */
  GCond room;
  guint queued, messages, changed, errors;
  Tally *outcomes, *rules, *services, *directions;
  char *folder; /* that all examples lie in, with its slash; NULL before the first */
  FILE *report;
} Replay;

/* --- two reports of one message --- */

static const char *
member(JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default(object, name, "");
}

static JsonArray *
findings_of(JsonObject *report)
{
  return json_object_has_member(report, "findings")
             ? json_object_get_array_member(report, "findings")
             : NULL;
}

/* What a finding is, whatever is decided about it: with a number where there are several alike. New
 * string. */
static char *
identity(JsonObject *finding, GHashTable *seen)
{
  static const char *const names[] = {"kind", "part", "use",     "element", "url",
                                      "host", "path", "anomaly", "detail",  "field"};
  GString *text = g_string_new(NULL);
  guint times;

  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_string_append_printf(text, "%s\n", member(finding, names[i]));
  times = GPOINTER_TO_UINT(g_hash_table_lookup(seen, text->str));
  g_hash_table_insert(seen, g_strdup(text->str), GUINT_TO_POINTER(times + 1));
  g_string_append_printf(text, "%u", times);
  return g_string_free(text, FALSE);
}

static GHashTable *
index_findings(JsonObject *report)
{
  GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  JsonArray *findings = findings_of(report);

  for (guint i = 0; findings != NULL && i < json_array_get_length(findings); i++) {
    JsonObject *finding = json_array_get_object_element(findings, i);

    g_hash_table_insert(index, identity(finding, seen), finding);
  }
  return index;
}

/* "defang" or, where the tier is what differs, "defang as policy". New string. */
static char *
action_of(JsonObject *finding, JsonObject *other)
{
  gboolean alike = finding != NULL && other != NULL &&
                   strcmp(member(finding, "action"), member(other, "action")) == 0;

  if (finding == NULL)
    return g_strdup("not found");
  return alike ? g_strdup_printf("%s as %s", member(finding, "action"), member(finding, "tier"))
               : g_strdup(member(finding, "action"));
}

/* "policy.conf:41 cloud storage", with its mode where that kept it from acting, and the exception
 * that let it pass. New string. */
static char *
decider(JsonObject *finding)
{
  const char *exception = finding != NULL ? member(finding, "exception") : "";
  const char *mode = finding != NULL ? member(finding, "mode") : "";

  if (finding == NULL)
    return g_strdup("nothing");
  if (strcmp(member(finding, "rule"), "default") == 0)
    return g_strdup("no rule");
  return g_strconcat(member(finding, "rule"), *mode != '\0' ? ", mode " : "", mode,
                     *exception != '\0' ? ", exception " : "", exception, NULL);
}

/* Who decided before; of the same rule only what of it was otherwise. New string. */
static char *
former_decider(JsonObject *before, JsonObject *after)
{
  const char *was = before != NULL ? strchr(member(before, "rule"), ' ') : NULL;
  const char *is = after != NULL ? strchr(member(after, "rule"), ' ') : NULL;
  g_autofree char *whole = decider(before);

  if (before == NULL)
    return g_strdup("not found");
  if (was == NULL || is == NULL || strcmp(was, is) != 0 || *member(before, "exception") != '\0' ||
      *member(after, "exception") != '\0')
    return g_strconcat("by ", whole, NULL);
  if (*member(before, "mode") != '\0')
    return g_strconcat("in mode ", member(before, "mode"), NULL);
  return g_strdup("so by that rule");
}

static gboolean
is_decided_alike(JsonObject *before, JsonObject *after)
{
  return before != NULL && after != NULL &&
         strcmp(member(before, "action"), member(after, "action")) == 0 &&
         strcmp(member(before, "tier"), member(after, "tier")) == 0;
}

/* "google-drive (cloud-storage)", or what else a finding is about. New string. */
static char *
service_of(JsonObject *finding)
{
  const char *service = member(finding, "service"), *class = member(finding, "class");

  if (*service != '\0')
    return g_strdup_printf("%s (%s)", service, class);
  return g_strdup_printf("%s of no service", member(finding, "kind"));
}

static void
note_finding(Replay *replay, JsonObject *before, JsonObject *after, const char *name)
{
  JsonObject *any = after != NULL ? after : before;
  g_autofree char *was = action_of(before, after), *is = action_of(after, before);
  g_autofree char *by = decider(after), *service = service_of(any);
  g_autofree char *old = former_decider(before, after);

  tally_count(replay->rules,
              g_strdup_printf("%s: %s \342\206\222 %s  by %s; was %s", member(any, "kind"), was, is,
                              by, old),
              replay->messages, name);
  tally_count(replay->services, g_strdup_printf("%s: %s \342\206\222 %s", service, was, is),
              replay->messages, name);
}

/* How many findings are decided otherwise. */
static guint
compare_findings(Replay *replay, JsonObject *before, JsonObject *after, const char *name)
{
  g_autoptr(GHashTable) old = index_findings(before), new = index_findings(after);
  GHashTableIter iter;
  gpointer key, value;
  guint differ = 0;

  g_hash_table_iter_init(&iter, new);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    JsonObject *was = g_hash_table_lookup(old, key);

    g_hash_table_remove(old, key);
    if (is_decided_alike(was, value))
      continue;
    note_finding(replay, was, value, name);
    differ++;
  }
  g_hash_table_iter_init(&iter, old);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    note_finding(replay, value, NULL, name);
    differ++;
  }
  return differ;
}

static void
write_report(Replay *replay, const CtlResult *before, const CtlResult *after)
{
  if (replay->report != NULL)
    fprintf(replay->report, "{\"before\":%s,\"after\":%s}\n", before->report, after->report);
}

static void
note_outcome(Replay *replay, const char *was, const char *is, const char *name)
{
  gboolean same = strcmp(was, is) == 0;
  char *words = !same ? g_strdup_printf("%s \342\206\222 %s", was, is)
                : strcmp(is, "unchanged") == 0
                    ? g_strdup("unchanged as before; the event would tell otherwise")
                    : g_strdup_printf("%s as before, with other findings acted on", is);

  tally_count(replay->outcomes, words, replay->messages, name);
}

static void
compare(Replay *replay, const CtlMessage *message, const CtlResult *before, const CtlResult *after)
{
  g_autoptr(JsonParser) first = json_parser_new(), second = json_parser_new();
  JsonObject *old, *new;
  guint differ;

  replay->messages++;
  if (strcmp(before->outcome, "error") == 0 || strcmp(after->outcome, "error") == 0 ||
      !json_parser_load_from_data(first, before->report, -1, NULL) ||
      !json_parser_load_from_data(second, after->report, -1, NULL)) {
    replay->errors++;
    return;
  }
  old = json_node_get_object(json_parser_get_root(first));
  new = json_node_get_object(json_parser_get_root(second));
  differ = compare_findings(replay, old, new, message->name);
  if (strcmp(before->outcome, after->outcome) == 0 && differ == 0)
    return;
  note_outcome(replay, before->outcome, after->outcome, message->name);
  tally_count(replay->directions, g_strdup(member(new, "direction")), replay->messages,
              message->name);
  tally_folder(&replay->folder, message->name);
  replay->changed++;
  write_report(replay, before, after);
}

/* --- running --- */

static void
run_one(gpointer data, gpointer user_data)
{
  CtlMessage *message = data;
  Replay *replay = user_data;
  CtlResult before, after;

  ctl_engine_run(&replay->before, &replay->options, message, &before);
  ctl_engine_run(&replay->after, &replay->options, message, &after);
  g_mutex_lock(&replay->lock);
  compare(replay, message, &before, &after);
  replay->queued--;
  g_cond_signal(&replay->room);
  g_mutex_unlock(&replay->lock);
  ctl_result_clear(&before);
  ctl_result_clear(&after);
  ctl_message_free(message);
}

static void
queue_one(CtlMessage *message, void *data)
{
  Replay *replay = data;

  g_mutex_lock(&replay->lock);
  while (replay->queued >= QUEUE_MAX)
    g_cond_wait(&replay->room, &replay->lock);
  replay->queued++;
  g_mutex_unlock(&replay->lock);
  g_thread_pool_push(replay->threads, message, NULL);
}

static void
print_all(const Replay *replay)
{
  const char *folder = replay->folder != NULL ? replay->folder : "";

  printf("%u messages; %u would come out otherwise", replay->messages, replay->changed);
  if (replay->changed > 0)
    printf(" (%.1f %%)", 100.0 * replay->changed / replay->messages);
  if (replay->errors > 0)
    printf("; %u could not be compared", replay->errors);
  printf("\n");
  if (*folder != '\0')
    printf("examples are below %s\n", folder);
  tally_print(replay->outcomes, "By outcome", FALSE, folder);
  tally_print(replay->rules, "By rule", TRUE, folder);
  tally_print(replay->services, "By service", TRUE, folder);
  tally_print(replay->directions, "By direction", FALSE, folder);
  if (replay->changed > 0)
    printf("\nWhy one of them comes out so: cordon explain --why --rules %s FILE\n",
           replay->options.rules);
}

static int
run_all(Replay *replay, char **paths)
{
  int jobs = replay->options.jobs > 0 ? replay->options.jobs : (int)g_get_num_processors();
  unsigned failed;

  if (replay->options.report != NULL) {
    replay->report = fopen(replay->options.report, "we");
    if (replay->report == NULL) {
      perror(replay->options.report);
      return EX_CANTCREAT;
    }
  }
  replay->threads = g_thread_pool_new(run_one, replay, jobs, TRUE, NULL);
  failed = ctl_messages(paths, queue_one, replay);
  g_thread_pool_free(replay->threads, FALSE, TRUE);
  print_all(replay);
  if (replay->report != NULL && fclose(replay->report) != 0)
    return EX_IOERR;
  if (failed > 0)
    return EX_NOINPUT;
  return replay->errors > 0 ? EX_TEMPFAIL : EX_OK;
}

/* One engine for each rules folder; what the envelope and the time are, both are told alike. */
static int
start_engines(Replay *replay, GError **error)
{
  CtlOptions old = replay->options;

  old.rules = replay->against;
  if (ctl_engine_start(&replay->before, &old, error) != 0)
    return -1;
  return ctl_engine_start(&replay->after, &replay->options, error);
}

static int
replay_run(Replay *replay, char **paths)
{
  g_autoptr(GError) error = NULL;
  int status;

  if (start_engines(replay, &error) == 0) {
    status = run_all(replay, paths);
  } else {
    fprintf(stderr, "cordon replay: %s\n", error->message);
    status = cordon_error_exit(error);
  }
  if (replay->after.settings != NULL)
    ctl_engine_stop(&replay->after);
  if (replay->before.settings != NULL)
    ctl_engine_stop(&replay->before);
  return status;
}

static void
open_tables(Replay *replay)
{
  g_mutex_init(&replay->lock);
  g_cond_init(&replay->room);
  replay->outcomes = tally_new();
  replay->rules = tally_new();
  replay->services = tally_new();
  replay->directions = tally_new();
}

static void
close_tables(Replay *replay)
{
  tally_free(replay->directions);
  tally_free(replay->services);
  tally_free(replay->rules);
  tally_free(replay->outcomes);
  g_free(replay->folder);
  g_cond_clear(&replay->room);
  g_mutex_clear(&replay->lock);
}

int
ctl_replay(int argc, char **argv)
{
  Replay replay = {0};
  int status;
  const GOptionEntry more[] = {{"against", 0, 0, G_OPTION_ARG_FILENAME, &replay.against,
                                "The rules in force; the installed folder if absent", "DIR"},
                               G_OPTION_ENTRY_NULL};

  if (ctl_options_parse(
          &replay.options, more, "FILE|DIR…",
          "Sends stored mail through the rules in force and through those of --rules, "
          "and tells what would change: by outcome, rule, service and direction, with "
          "an example of each. --report writes both reports of each such message.",
          &argc, &argv, &status) == 0) {
    if (replay.against == NULL)
      replay.against = g_strdup(RULESDIR);
    if (replay.options.at == 0)
      replay.options.at = g_get_real_time() / G_USEC_PER_SEC;
    open_tables(&replay);
    status = replay_run(&replay, argv + 1);
    close_tables(&replay);
  }
  ctl_options_clear(&replay.options);
  g_free(replay.against);
  return status;
}
