/* cordon sanitize: many messages, many workers, one line of report each. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "bounds.h"
#include "error.h"
#include "log.h"

typedef struct job {
  CtlEngine engine;
  CtlOptions options;
  char *out; /* folder, or NULL for standard output */
  gboolean quiet, progress;
  GHashTable *places; /* where messages go: names below the folder, or "" for standard output */
  int misplaced;      /* exit status for messages without a place; 0 */
  GThreadPool *threads;
  GMutex lock; /* of what follows */
  GCond room;
  guint queued;
  FILE *report;
  guint done, unchanged, changed, held, rejected, errors, unwritten;
} Job;

#define QUEUE_MAX 256 /* messages read ahead of the workers */

static int
write_file(const char *path, GBytes *bytes)
{
  g_autofree char *folder = g_path_get_dirname(path);
  g_autoptr(GError) error = NULL;
  size_t len;
  const char *data = g_bytes_get_data(bytes, &len);

  if (g_mkdir_with_parents(folder, 0777) != 0 ||
      !g_file_set_contents_full(path, data != NULL ? data : "", (gssize)len,
                                G_FILE_SET_CONTENTS_CONSISTENT, 0666, &error)) {
    fprintf(stderr, "cordon: %s: %s\n", path, error != NULL ? error->message : g_strerror(errno));
    return -1;
  }
  return 0;
}

static int
write_stdout(GBytes *bytes)
{
  size_t len;
  const char *data = g_bytes_get_data(bytes, &len);

  return len == 0 || (fwrite(data, 1, len, stdout) == len && fflush(stdout) == 0) ? 0 : -1;
}

static int
write_result(const Job *job, const CtlMessage *message, GBytes *bytes)
{
  g_autofree char *path = NULL;

  if (job->out == NULL)
    return write_stdout(bytes);
  path = g_build_filename(job->out, message->relative, NULL);
  return write_file(path, bytes);
}

static void
show_progress(const Job *job, gboolean last)
{
  if (!job->progress || (!last && job->done % 16 != 0))
    return;
  fprintf(stderr, "\r%u messages: %u unchanged, %u changed, %u held, %u rejected, %u errors%s",
          job->done, job->unchanged, job->changed, job->held, job->rejected, job->errors,
          last ? "\n" : "");
}

static guint *
counter_of(Job *job, const char *outcome)
{
  if (strcmp(outcome, "unchanged") == 0)
    return &job->unchanged;
  if (strcmp(outcome, "changed") == 0)
    return &job->changed;
  if (strcmp(outcome, "held") == 0)
    return &job->held;
  return strcmp(outcome, "rejected") == 0 ? &job->rejected : &job->errors;
}

static void
note_result(Job *job, const CtlMessage *message, const CtlResult *result)
{
  (*counter_of(job, result->outcome))++;
  job->done++;
  if (job->report != NULL && fprintf(job->report, "%s\n", result->report) < 0)
    job->unwritten++;
  if (result->out == NULL && !job->quiet) {
    g_autofree char *name = log_escape(message->name, -1, LIMIT_EVIDENCE);

    fprintf(stderr, "%s%s: %s (%s): %s\n", job->progress ? "\r\033[K" : "", name, result->outcome,
            result->ref, result->reason);
  }
  show_progress(job, FALSE);
}

static void
run_one(gpointer data, gpointer user_data)
{
  CtlMessage *message = data;
  Job *job = user_data;
  CtlResult result;
  int written = 0;

  ctl_engine_run(&job->engine, &job->options, message, &result);
  if (result.out != NULL && job->out != NULL)
    written = write_result(job, message, result.out);
  g_mutex_lock(&job->lock);
  if (result.out != NULL && job->out == NULL)
    written = write_result(job, message, result.out);
  if (written != 0)
    job->unwritten++;
  note_result(job, message, &result);
  job->queued--;
  g_cond_signal(&job->room);
  g_mutex_unlock(&job->lock);
  ctl_result_clear(&result);
  ctl_message_free(message);
}

/* Two messages of one name would overwrite each other, two on standard output run into each other.
 */
static gboolean
take_place(Job *job, const CtlMessage *message)
{
  const char *place = job->out != NULL ? message->relative : "";

  if (g_hash_table_add(job->places, g_strdup(place)))
    return TRUE;
  if (job->out != NULL)
    fprintf(stderr, "cordon: %s: not done, another message goes to %s/%s\n", message->name,
            job->out, place);
  else if (job->misplaced == 0)
    fprintf(stderr, "cordon: %s: not done, several messages need a folder: -o DIR\n",
            message->name);
  job->misplaced = job->out != NULL ? EX_CANTCREAT : EX_USAGE;
  return FALSE;
}

static void
queue_one(CtlMessage *message, void *data)
{
  Job *job = data;

  if (!take_place(job, message)) {
    ctl_message_free(message);
    return;
  }
  g_mutex_lock(&job->lock);
  while (job->queued >= QUEUE_MAX)
    g_cond_wait(&job->room, &job->lock);
  job->queued++;
  g_mutex_unlock(&job->lock);
  g_thread_pool_push(job->threads, message, NULL);
}

static int
open_report(Job *job)
{
  if (job->options.report == NULL)
    return 0;
  job->report = strcmp(job->options.report, "-") == 0 ? stderr : fopen(job->options.report, "we");
  if (job->report != NULL)
    return 0;
  fprintf(stderr, "cordon: %s: %s\n", job->options.report, g_strerror(errno));
  return -1;
}

static int
close_report(Job *job)
{
  if (job->report == NULL || job->report == stderr)
    return 0;
  return fclose(job->report);
}

static int
run_all(Job *job, char **paths)
{
  unsigned failed;
  int jobs = job->options.jobs > 0 ? job->options.jobs : (int)g_get_num_processors();

  job->threads = g_thread_pool_new(run_one, job, jobs, TRUE, NULL);
  failed = ctl_messages(paths, queue_one, job);
  g_thread_pool_free(job->threads, FALSE, TRUE);
  if (close_report(job) != 0)
    job->unwritten++;
  show_progress(job, TRUE);
  if (job->misplaced != 0)
    return job->misplaced;
  if (failed > 0)
    return EX_NOINPUT;
  if (job->unwritten > 0)
    return EX_IOERR;
  if (job->errors > 0)
    return EX_TEMPFAIL;
  return job->held + job->rejected > 0 ? 1 : EX_OK;
}

int
ctl_sanitize(int argc, char **argv)
{
  Job job = {0};
  g_autoptr(GError) error = NULL;
  const GOptionEntry more[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &job.out,
       "Write messages below DIR, under the names they had; else to standard output", "DIR"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &job.quiet, "Do not tell of held messages", NULL},
      G_OPTION_ENTRY_NULL};
  int status;

  job.places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init(&job.lock);
  g_cond_init(&job.room);
  if (ctl_options_parse(&job.options, more, "[FILE|DIR…]",
                        "Sends messages through the gateway's pipeline: files, folders, Maildirs, "
                        "mboxes, or standard input to standard output. Exit status 0: delivered, "
                        "changed or not; 1: one or more held or rejected.",
                        &argc, &argv, &status) == 0) {
    job.progress = !job.quiet && job.out != NULL && isatty(STDERR_FILENO);
    if (ctl_engine_start(&job.engine, &job.options, &error) != 0) {
      fprintf(stderr, "cordon: %s\n", error->message);
      status = cordon_error_exit(error);
    } else if (open_report(&job) != 0) {
      status = EX_CANTCREAT;
    } else {
      status = run_all(&job, argv + 1);
    }
    ctl_engine_stop(&job.engine);
  }
  ctl_options_clear(&job.options);
  g_free(job.out);
  g_hash_table_unref(job.places);
  g_mutex_clear(&job.lock);
  g_cond_clear(&job.room);
  return status;
}
