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

#define QUEUE_MAX 64 /* messages read ahead of the workers */
#define ROWS_MAX  40 /* of one table */

/* One line of a table: what becomes of what, how often. */
typedef struct row {
  char *words;
  guint findings, messages;
  char *example; /* name of a message */
  guint last;    /* number of the message that was counted last */
} Row;

typedef struct replay {
  CtlEngine before, after;
  CtlOptions options; /* of the new rules */
  char *against;      /* folder of the rules in force */
  GThreadPool *threads;
  GMutex lock; /* of what follows */
  GCond room;
  guint queued, messages, changed, errors;
  GHashTable *outcomes, *rules, *services, *directions; /* words ─▶ Row * */
  FILE *report;
} Replay;

/* --- tables --- */

static void
row_free(void *data)
{
  Row *row = data;

  g_free(row->words);
  g_free(row->example);
  g_free(row);
}

static GHashTable *
table_new(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, row_free);
}

/* Takes words. */
static void
count(const Replay *replay, GHashTable *table, char *words, const char *name)
{
  Row *row = g_hash_table_lookup(table, words);

  if (row == NULL) {
    row = g_new0(Row, 1);
    row->words = words;
    row->example = g_strdup(name);
    g_hash_table_insert(table, row->words, row);
  } else {
    g_free(words);
  }
  row->findings++;
  row->messages += row->last != replay->messages;
  row->last = replay->messages;
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
  const Row *first = *(Row *const *)a, *second = *(Row *const *)b;

  if (first->findings != second->findings)
    return first->findings < second->findings ? 1 : -1;
  return strcmp(first->words, second->words);
}

static void
print_table(const char *title, GHashTable *table, gboolean of_findings)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new();
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init(&iter, table);
  while (g_hash_table_iter_next(&iter, NULL, &row))
    g_ptr_array_add(rows, row);
  g_ptr_array_sort(rows, compare_rows);
  if (rows->len > 0)
    printf("\n%s\n", title);
  for (guint i = 0; i < MIN(rows->len, ROWS_MAX); i++) {
    const Row *one = g_ptr_array_index(rows, i);
    g_autofree char *example = log_escape(one->example, -1, LIMIT_EVIDENCE);

    if (of_findings)
      printf("  %6u findings in %6u messages  %s\n", one->findings, one->messages, one->words);
    else
      printf("  %6u messages  %s\n", one->messages, one->words);
    printf("         such as %s\n", example);
  }
  if (rows->len > ROWS_MAX)
    printf("  and %u more\n", rows->len - ROWS_MAX);
}

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

/* "defang by policy.conf:41 cloud storage". New string. */
static char *
decision(JsonObject *finding)
{
  const char *exception = finding != NULL ? member(finding, "exception") : "";

  if (finding == NULL)
    return g_strdup("not found");
  return g_strdup_printf("%s by %s%s%s", member(finding, "action"), member(finding, "rule"),
                         *exception != '\0' ? ", exception " : "", exception);
}

static gboolean
is_decided_alike(JsonObject *before, JsonObject *after)
{
  return before != NULL && after != NULL &&
         strcmp(member(before, "action"), member(after, "action")) == 0 &&
         strcmp(member(before, "tier"), member(after, "tier")) == 0;
}

static const char *
service_of(JsonObject *finding)
{
  const char *service = member(finding, "service"), *class = member(finding, "class");

  if (*service != '\0')
    return service;
  return *class != '\0' ? class : member(finding, "kind");
}

static void
note_finding(Replay *replay, JsonObject *before, JsonObject *after, const char *name)
{
  JsonObject *any = after != NULL ? after : before;
  g_autofree char *was = decision(before), *is = decision(after);

  count(replay, replay->rules,
        g_strdup_printf("%s: %s \342\206\222 %s", member(any, "kind"), was, is), name);
  count(replay, replay->services,
        g_strdup_printf("%s: %s \342\206\222 %s", service_of(any),
                        before != NULL ? member(before, "action") : "-",
                        after != NULL ? member(after, "action") : "-"),
        name);
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
  if (strcmp(before->outcome, after->outcome) != 0)
    count(replay, replay->outcomes,
          g_strdup_printf("%s \342\206\222 %s", before->outcome, after->outcome), message->name);
  else if (differ == 0)
    return;
  else
    count(replay, replay->outcomes, g_strdup_printf("%s, but otherwise", after->outcome),
          message->name);
  count(replay, replay->directions, g_strdup(member(new, "direction")), message->name);
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
  printf("%u messages; %u would come out otherwise", replay->messages, replay->changed);
  if (replay->errors > 0)
    printf("; %u could not be compared", replay->errors);
  printf("\n");
  print_table("By outcome", replay->outcomes, FALSE);
  print_table("By rule", replay->rules, TRUE);
  print_table("By service", replay->services, TRUE);
  print_table("By direction", replay->directions, FALSE);
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
  replay->outcomes = table_new();
  replay->rules = table_new();
  replay->services = table_new();
  replay->directions = table_new();
}

static void
close_tables(Replay *replay)
{
  g_hash_table_unref(replay->directions);
  g_hash_table_unref(replay->services);
  g_hash_table_unref(replay->rules);
  g_hash_table_unref(replay->outcomes);
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
