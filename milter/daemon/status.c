#include "status.h"

#include "clamd.h"
#include "json.h"

#include <string.h>
#include <unistd.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

/* Whoever asks how we are does not wait longer for clamd. */
#define CLAMD_PATIENCE_MS 2000

#define DAY_S (24 * 3600)

/* All that is asked for, read once. */
typedef struct snapshot {
  const Front *front;
  StateView state;
  StatsCounts stats;
  PoolCounts pool;
  char *version; /* of the rules */
  ClamdVersion clamd;
  char *clamd_error; /* NULL: it answers, or there is none */
} Snapshot;

static gboolean
has_clamd(const Snapshot *snapshot)
{
  return *snapshot->front->settings->clamd_socket != '\0';
}

static void
ask_clamd(Snapshot *snapshot)
{
  g_autoptr(GError) error = NULL;

  if (has_clamd(snapshot) && clamd_ask_version(snapshot->front->settings->clamd_socket,
                                               CLAMD_PATIENCE_MS, &snapshot->clamd, &error) != 0)
    snapshot->clamd_error = g_strdup(error->message);
}

/* Its set of signatures is its own to renew: we only tell. */
static gboolean
clamd_is_stale(const Snapshot *snapshot)
{
  gint64 most = (gint64)snapshot->front->settings->signatures_max_age * DAY_S;

  return most > 0 && snapshot->clamd.time != 0 &&
         g_get_real_time() / G_USEC_PER_SEC > snapshot->clamd.time + most;
}

static void
snapshot_take(Snapshot *snapshot, const Front *front)
{
  *snapshot = (Snapshot){.front = front};
  state_view(front->state, &snapshot->state);
  stats_read(front->stats, &snapshot->stats);
  pool_count(front->pool, &snapshot->pool);
  snapshot->version = loaded_version(&snapshot->state.loaded);
  ask_clamd(snapshot);
}

static void
snapshot_clear(Snapshot *snapshot)
{
  state_view_clear(&snapshot->state);
  g_free(snapshot->version);
  clamd_version_clear(&snapshot->clamd);
  g_free(snapshot->clamd_error);
}

/* --- JSON --- */

static void
add_name(GString *out, const char *name)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c(out, ',');
  json_add_string(out, name);
  g_string_append_c(out, ':');
}

static void
add_text(GString *out, const char *name, const char *text)
{
  add_name(out, name);
  json_add_string(out, text);
}

static void
add_number(GString *out, const char *name, guint64 number)
{
  add_name(out, name);
  g_string_append_printf(out, "%" G_GUINT64_FORMAT, number);
}

static void
add_boolean(GString *out, const char *name, gboolean yes)
{
  add_name(out, name);
  g_string_append(out, yes ? "true" : "false");
}

static void
add_time(GString *out, const char *name, gint64 seconds)
{
  g_autoptr(GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_utc(seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601(time) : g_strdup("");

  add_text(out, name, text);
}

static void
open_object(GString *out, const char *name)
{
  add_name(out, name);
  g_string_append_c(out, '{');
}

static void
close_object(GString *out)
{
  g_string_append_c(out, '}');
}

static void
add_problem(GString *problems, const char *what, const char *detail)
{
  g_autofree char *text = g_strconcat(what, detail, NULL);

  if (problems->len > 0)
    g_string_append_c(problems, ',');
  json_add_string(problems, text);
}

/* The word for it all, and the reasons as members of an array. */
static const char *
judge_health(const Snapshot *snapshot, GString *problems)
{
  const StateView *state = &snapshot->state;
  gboolean failing = FALSE;

  if (state->loaded_at == 0) {
    failing = TRUE;
    add_problem(problems, "no rules are loaded", "");
  }
  if (state->stale) {
    failing = failing || state->loaded.tempfail_on_stale;
    add_problem(problems, "signatures are stale",
                state->loaded.tempfail_on_stale ? "; all mail gets \"try again later\"" : "");
  }
  if (snapshot->clamd_error != NULL) {
    failing = failing || snapshot->front->settings->tempfail_on_engine;
    add_problem(problems, snapshot->clamd_error,
                snapshot->front->settings->tempfail_on_engine
                    ? "; mail with attachments gets \"try again later\""
                    : "; mail with attachments is held");
  }
  if (clamd_is_stale(snapshot))
    add_problem(problems, "the signatures of clamd are stale", "");
  if (*state->reload_error != '\0')
    add_problem(problems, "the last reload was refused: ", state->reload_error);
  if (*state->warning != '\0')
    add_problem(problems, state->warning, "");
  if (failing)
    return "failing";
  return problems->len > 0 ? "degraded" : "ok";
}

static void
add_health(GString *out, const Snapshot *snapshot)
{
  g_autoptr(GString) problems = g_string_new(NULL);
  const char *word = judge_health(snapshot, problems);

  add_text(out, "health", word);
  add_name(out, "problems");
  g_string_append_printf(out, "[%s]", problems->str);
}

static void
add_program(GString *out, const Front *front)
{
  gint64 now = g_get_real_time() / G_USEC_PER_SEC;

  add_text(out, "version", PACKAGE_VERSION);
  add_number(out, "pid", (guint64)getppid());
  add_time(out, "started", front->started);
  add_number(out, "uptime_s", (guint64)MAX(now - front->started, 0));
}

/* "lists":{"threat-feed":{"entries":1200,"version":"0be9c11c6b33","time":"2026-11-06T03:03:11Z"}}
 * The names are those of files. */
static void
add_lists(GString *out, const char *lists)
{
  g_auto(GStrv) lines = g_strsplit(lists, "\n", -1);

  open_object(out, "lists");
  for (char **line = lines; *line != NULL; line++) {
    g_auto(LoadedList) list = {0};

    if (loaded_list(*line, &list) != 0)
      continue;
    if (out->str[out->len - 1] != '{')
      g_string_append_c(out, ',');
    json_add_string(out, list.name);
    g_string_append(out, ":{");
    add_number(out, "entries", list.entries);
    add_text(out, "version", list.version);
    add_time(out, "time", list.time);
    close_object(out);
  }
  close_object(out);
}

static void
add_clamd(GString *out, const Snapshot *snapshot)
{
  const ClamdVersion *clamd = &snapshot->clamd;

  open_object(out, "clamd");
  add_text(out, "socket", snapshot->front->settings->clamd_socket);
  add_text(out, "version", clamd->engine != NULL ? clamd->engine : "");
  add_number(out, "signatures", clamd->signatures);
  add_time(out, "newest", clamd->time);
  add_boolean(out, "stale", clamd_is_stale(snapshot));
  add_text(out, "error", snapshot->clamd_error != NULL ? snapshot->clamd_error : "");
  close_object(out);
}

static void
add_loaded(GString *out, const Snapshot *snapshot)
{
  const StateView *state = &snapshot->state;

  open_object(out, "rules");
  add_text(out, "version", snapshot->version);
  add_text(out, "loaded", state->loaded.words);
  add_lists(out, state->loaded.lists);
  add_time(out, "since", state->loaded_at);
  close_object(out);
  open_object(out, "signatures");
  add_number(out, "count", loaded_count(&state->loaded));
  add_text(out, "versions", state->loaded.signatures);
  add_time(out, "newest", state->loaded.newest);
  add_boolean(out, "stale", state->stale);
  close_object(out);
  add_clamd(out, snapshot);
  open_object(out, "reload");
  add_time(out, "time", state->reload_at);
  add_boolean(out, "ok", *state->reload_error == '\0');
  add_text(out, "error", state->reload_error);
  close_object(out);
}

static void
add_work(GString *out, const Snapshot *snapshot)
{
  const PoolCounts *pool = &snapshot->pool;

  open_object(out, "letters");
  for (int i = 0; i < STATS_OUTCOMES; i++)
    add_number(out, stats_outcome_name(i), snapshot->stats.outcomes[i]);
  add_number(out, "poison", snapshot->stats.poison);
  close_object(out);
  add_number(out, "recipients_put_off",
             (guint64)g_atomic_int_get((gint *)&snapshot->front->put_off));
  open_object(out, "workers");
  add_number(out, "most", pool->most);
  add_number(out, "alive", pool->alive);
  add_number(out, "busy", pool->busy);
  add_number(out, "crashed", pool->crashed);
  add_number(out, "overran", pool->overran);
  open_object(out, "overran_stages");
  for (int stage = 0; stage < STAGES; stage++)
    add_number(out, stage_name(stage), pool->overran_stages[stage]);
  close_object(out);
  add_number(out, "refused", pool->refused);
  close_object(out);
  open_object(out, "line");
  add_number(out, "most", snapshot->front->settings->queue);
  add_number(out, "waiting", pool->waiting);
  add_number(out, "late", pool->late);
  add_number(out, "full", pool->full);
  add_number(out, "over_share", pool->over_share);
  close_object(out);
  open_object(out, "connections");
  add_number(out, "most", snapshot->front->settings->connections);
  add_number(out, "open", (guint64)g_atomic_int_get((gint *)&snapshot->front->sessions));
  add_number(out, "refused", (guint64)g_atomic_int_get((gint *)&snapshot->front->refused));
  close_object(out);
}

static void
add_seconds(GString *out, const char *name, double seconds)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  add_name(out, name);
  g_string_append(out, g_ascii_formatd(text, sizeof text, "%.6g", seconds));
}

static void
add_stages(GString *out, const Snapshot *snapshot)
{
  open_object(out, "stages");
  for (int i = 0; i < STATS_STAGES; i++) {
    const StatsHistogram *histogram = &snapshot->stats.stages[i];

    open_object(out, stats_stage_name(i));
    add_number(out, "count", histogram->count);
    add_seconds(out, "sum_s", histogram->sum_s);
    add_seconds(out, "half_below_s", stats_quantile(histogram, 0.5));
    add_seconds(out, "nine_in_ten_below_s", stats_quantile(histogram, 0.9));
    add_seconds(out, "99_in_100_below_s", stats_quantile(histogram, 0.99));
    close_object(out);
  }
  close_object(out);
}

char *
status_json(const Front *front)
{
  GString *out = g_string_new("{\"v\":1");
  Snapshot snapshot;

  snapshot_take(&snapshot, front);
  add_health(out, &snapshot);
  add_program(out, front);
  add_loaded(out, &snapshot);
  add_work(out, &snapshot);
  add_stages(out, &snapshot);
  g_string_append(out, "}\n");
  snapshot_clear(&snapshot);
  return g_string_free(out, FALSE);
}

/* --- Prometheus --- */

/* Values that a label or a help text may hold as they are: ours have no quotation marks. */
static void
head(GString *out, const char *name, const char *type, const char *help)
{
  g_string_append_printf(out, "# HELP cordon_%s %s\n# TYPE cordon_%s %s\n", name, help, name, type);
}

static void
sample(GString *out, const char *name, const char *labels, guint64 value)
{
  g_string_append_printf(out, "cordon_%s%s %" G_GUINT64_FORMAT "\n", name, labels, value);
}

static void
metric(GString *out, const char *name, const char *type, const char *help, guint64 value)
{
  head(out, name, type, help);
  sample(out, name, "", value);
}

static void
labelled(GString *out, const char *name, const char *label, const char *text, guint64 value)
{
  g_autofree char *labels = g_strdup_printf("{%s=\"%s\"}", label, text);

  sample(out, name, labels, value);
}

static void
add_letter_metrics(GString *out, const Snapshot *snapshot)
{
  const PoolCounts *pool = &snapshot->pool;

  head(out, "letters_total", "counter", "Messages by outcome.");
  for (int i = 0; i < STATS_OUTCOMES; i++)
    labelled(out, "letters_total", "outcome", stats_outcome_name(i), snapshot->stats.outcomes[i]);
  metric(out, "poison_letters_total", "counter", "Messages held because they cost two workers.",
         snapshot->stats.poison);
  head(out, "letters_turned_away_total", "counter", "Messages that got no worker, by reason.");
  labelled(out, "letters_turned_away_total", "reason", "late", pool->late);
  labelled(out, "letters_turned_away_total", "reason", "full", pool->full);
  labelled(out, "letters_turned_away_total", "reason", "share", pool->over_share);
  metric(out, "letters_waiting", "gauge", "Messages that wait for a worker.", pool->waiting);
  metric(out, "letters_waiting_max", "gauge", "Messages that may wait.",
         snapshot->front->settings->queue);
}

static void
add_worker_metrics(GString *out, const Snapshot *snapshot)
{
  const Front *front = snapshot->front;
  const PoolCounts *pool = &snapshot->pool;

  metric(out, "workers", "gauge", "Worker processes.", pool->alive);
  metric(out, "workers_busy", "gauge", "Worker processes with a message.", pool->busy);
  metric(out, "workers_max", "gauge", "Worker processes that may be.", pool->most);
  head(out, "workers_lost_total", "counter", "Worker processes lost over a message, by reason.");
  labelled(out, "workers_lost_total", "reason", "crashed", pool->crashed);
  labelled(out, "workers_lost_total", "reason", "overran", pool->overran);
  labelled(out, "workers_lost_total", "reason", "refused", pool->refused);
  head(out, "stage_overruns_total", "counter", "Messages that met the deadline of a stage.");
  for (int stage = 0; stage < STAGES; stage++)
    labelled(out, "stage_overruns_total", "stage", stage_name(stage), pool->overran_stages[stage]);
  metric(out, "connections", "gauge", "Milter connections.",
         (guint64)g_atomic_int_get((gint *)&front->sessions));
  metric(out, "connections_max", "gauge", "Milter connections that may be.",
         front->settings->connections);
  metric(out, "connections_refused_total", "counter", "Milter connections that were too many.",
         (guint64)g_atomic_int_get((gint *)&front->refused));
  metric(out, "recipients_put_off_total", "counter",
         "Recipients asked to come again in a message of their own.",
         (guint64)g_atomic_int_get((gint *)&front->put_off));
}

static void
add_state_metrics(GString *out, const Snapshot *snapshot)
{
  const StateView *state = &snapshot->state;

  head(out, "build_info", "gauge", "The version of cordond.");
  labelled(out, "build_info", "version", PACKAGE_VERSION, 1);
  metric(out, "start_time_seconds", "gauge", "When cordond started.",
         (guint64)snapshot->front->started);
  head(out, "rules_info", "gauge", "The version of the rules in force.");
  labelled(out, "rules_info", "version", snapshot->version, state->loaded_at != 0);
  metric(out, "rules_loaded_timestamp_seconds", "gauge", "When these rules came into force.",
         (guint64)state->loaded_at);
  metric(out, "last_reload_successful", "gauge", "0 if the last reload was refused.",
         *state->reload_error == '\0');
  metric(out, "last_reload_timestamp_seconds", "gauge", "When the last reload ended; 0 for none.",
         (guint64)state->reload_at);
  metric(out, "signatures", "gauge", "Malware signatures in force.", loaded_count(&state->loaded));
  metric(out, "signatures_newest_timestamp_seconds", "gauge",
         "Time of the newest signatures; 0 for none.", (guint64)state->loaded.newest);
  metric(out, "signatures_stale", "gauge", "1 if signatures are older than allowed.", state->stale);
}

static void
add_clamd_metrics(GString *out, const Snapshot *snapshot)
{
  const char *version = snapshot->clamd.engine != NULL ? snapshot->clamd.engine : "";
  g_autofree char *label = g_strdelimit(g_strdup(version), "\"\\", '_');

  if (!has_clamd(snapshot))
    return;
  metric(out, "clamd_up", "gauge", "1 if clamd answers.", snapshot->clamd_error == NULL);
  head(out, "clamd_info", "gauge", "The version of clamd.");
  labelled(out, "clamd_info", "version", label, snapshot->clamd_error == NULL);
  metric(out, "clamd_signatures_timestamp_seconds", "gauge",
         "Time of clamd's daily set of signatures; 0 where it says none.",
         (guint64)snapshot->clamd.time);
}

static void
add_list_metric(GString *out, const char *name, const char *lists, gboolean time)
{
  g_auto(GStrv) lines = g_strsplit(lists, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_auto(LoadedList) list = {0};
    g_autofree char *label = NULL;

    if (loaded_list(*line, &list) != 0)
      continue;
    label = g_strdelimit(g_strdup(list.name), "\"\\", '_');
    labelled(out, name, "list", label, time ? (guint64)list.time : list.entries);
  }
}

static void
add_list_metrics(GString *out, const Snapshot *snapshot)
{
  const char *lists = snapshot->state.loaded.lists;

  head(out, "list_entries", "gauge", "Entries of a list in force.");
  add_list_metric(out, "list_entries", lists, FALSE);
  head(out, "list_timestamp_seconds", "gauge", "Time of a list's file.");
  add_list_metric(out, "list_timestamp_seconds", lists, TRUE);
}

/* le is cumulative. */
static void
add_histogram(GString *out, const char *name, const char *label, const StatsHistogram *histogram)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  guint64 below = 0;

  for (int i = 0; i <= STATS_BOUNDS; i++) {
    below += histogram->buckets[i];
    if (i < STATS_BOUNDS)
      g_ascii_formatd(number, sizeof number, "%g", stats_bounds_s[i]);
    g_string_append_printf(out, "cordon_%s_bucket{%s%sle=\"%s\"} %" G_GUINT64_FORMAT "\n", name,
                           label, *label != '\0' ? "," : "", i < STATS_BOUNDS ? number : "+Inf",
                           below);
  }
  g_ascii_formatd(number, sizeof number, "%.9g", histogram->sum_s);
  g_string_append_printf(out, "cordon_%s_sum%s%s%s %s\n", name, *label != '\0' ? "{" : "", label,
                         *label != '\0' ? "}" : "", number);
  g_string_append_printf(out, "cordon_%s_count%s%s%s %" G_GUINT64_FORMAT "\n", name,
                         *label != '\0' ? "{" : "", label, *label != '\0' ? "}" : "",
                         histogram->count);
}

static void
add_histograms(GString *out, const Snapshot *snapshot)
{
  head(out, "letter_duration_seconds", "histogram", "Time that the MTA waited for a message.");
  add_histogram(out, "letter_duration_seconds", "", &snapshot->stats.stages[STATS_LETTER]);
  head(out, "stage_duration_seconds", "histogram", "Time of one stage for a message.");
  for (int i = 0; i < STATS_LETTER; i++) {
    g_autofree char *label = g_strdup_printf("stage=\"%s\"", stats_stage_name(i));

    add_histogram(out, "stage_duration_seconds", label, &snapshot->stats.stages[i]);
  }
}

char *
status_metrics(const Front *front)
{
  GString *out = g_string_new(NULL);
  Snapshot snapshot;

  snapshot_take(&snapshot, front);
  add_letter_metrics(out, &snapshot);
  add_worker_metrics(out, &snapshot);
  add_state_metrics(out, &snapshot);
  add_clamd_metrics(out, &snapshot);
  add_list_metrics(out, &snapshot);
  add_histograms(out, &snapshot);
  snapshot_clear(&snapshot);
  return g_string_free(out, FALSE);
}
