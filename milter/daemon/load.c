/* load.c - one load after the other: a zygote is launched, says what it has, is tried by the front,
 * and becomes the current one or is dropped, with a word to whoever asked. */
#include "supervision.h"

#include "error.h"
#include "log.h"
#include "signatures.h"

#include <sys/wait.h>

#define LONGEST_PAUSE_S  30
#define TRIAL_PATIENCE_S 180
#define DAY_S            (24 * 3600)

static void
log_lines(LogLevel level, const char *what, const char *lines)
{
  g_auto(GStrv) list = g_strsplit(lines, "\n", -1);

  for (char **line = list; *line != NULL; line++)
    log_line(level, NULL, "%s%s", what, *line);
}

gboolean
load_is_on(const Supervisor *self)
{
  return self->pending.control >= 0 || self->tested != 0;
}

void
load_retry_later(Supervisor *self)
{
  unsigned pause = self->failures == 0 ? 0 : 1u << MIN(self->failures - 1, 5);

  self->failures++;
  self->retry_at = g_get_monotonic_time() + seconds(MIN(pause, LONGEST_PAUSE_S));
}

/* What this load will have, as far as files tell. The settings are read anew: the zygote reads them
 * too, and says what is wrong with them. */
static void
prepare_offer(Supervisor *self)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Settings) fresh = settings_load(self->settings->rules, errors);
  const Settings *settings = fresh != NULL ? fresh : self->settings;
  gint64 age = (gint64)settings->signatures_max_age * DAY_S;

  loaded_clear(&self->offer);
  g_free(self->signatures);
  self->signatures = g_strdup(settings->signatures);
  self->offer.tempfail_on_stale = settings->tempfail_on_stale;
  if (*settings->signatures != '\0')
    self->offer.newest = signatures_newest(settings->signatures, &self->offer.signatures);
  else
    self->offer.signatures = g_strdup("");
  if (*settings->signatures != '\0' && age > 0)
    self->offer.stale_at = self->offer.newest + age;
  watch_add(self->watch, settings->rules, settings->signatures);
}

int
load_try(Supervisor *self, GError **error)
{
  self->retry_at = 0;
  self->change_at = 0;
  self->asked_before = self->asked;
  prepare_offer(self);
  if (zygote_launch(&self->pending, self->program, self->settings->rules, error) != 0) {
    self->pending = (Zygote){0, -1};
    return -1;
  }
  self->pending_status = 0;
  self->pending_until = g_get_monotonic_time() + seconds(LOAD_PATIENCE_S);
  return 0;
}

/* The end of a load, good ("") or not. Whoever asks for a reload is told; one that was asked for in
 * between begins. */
static void
end_load(Supervisor *self, const char *error)
{
  const Packet packet = {.kind = WIRE_RELOADED, .id = self->asked_before, .fd = -1};

  /* That a zygote which died cannot be replaced is to be seen in the status too. */
  if ((self->reloading || self->refused || *error != '\0') && self->channel >= 0)
    wire_send(self->channel, &packet, error, NULL);
  if (self->reloading)
    notify(&self->notifier, "READY=1\nSTATUS=%s%s", *error != '\0' ? "reload refused; " : "",
           self->words);
  self->refused = *error != '\0';
  self->reloading = FALSE;
  if (self->current == 0 && self->stop_until == 0)
    load_retry_later(self);
  if (self->again)
    load_anew(self);
}

void
load_begin(Supervisor *self)
{
  g_autoptr(GError) error = NULL;

  if (load_try(self, &error) == 0)
    return;
  log_line(LOG_LEVEL_ERROR, NULL, "%s", error->message);
  end_load(self, error->message);
}

void
load_anew(Supervisor *self)
{
  self->again = FALSE;
  if (self->stop_until != 0)
    return;
  if (load_is_on(self)) {
    self->again = TRUE;
    return;
  }
  self->reloading = TRUE;
  notify(&self->notifier, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT "\nSTATUS=reloading",
         g_get_monotonic_time());
  load_begin(self);
}

static void
forget_pending(Supervisor *self)
{
  wire_close(&self->pending.control);
  self->pending.pid = 0;
  self->tested = 0;
}

void
load_note_end(Supervisor *self, int status)
{
  self->pending.pid = 0;
  self->pending_status = status;
}

gboolean
load_was_killed(Supervisor *self)
{
  gint64 until = g_get_monotonic_time() + seconds(1);

  while (self->pending.pid != 0) {
    int status = 0;

    if (waitpid(self->pending.pid, &status, WNOHANG) != 0)
      load_note_end(self, status);
    else if (g_get_monotonic_time() < until)
      g_usleep(10 * 1000);
    else
      return FALSE;
  }
  return WIFSIGNALED(self->pending_status);
}

void
load_drop(Supervisor *self, const char *why)
{
  const char *what =
      self->current != 0 ? "reload refused, the old rules stay: " : "start refused: ";
  gboolean killed = self->stop_until == 0 && load_was_killed(self);
  g_autofree char *told =
      g_strconcat(why, killed ? "; it was killed, and is tried again" : "", NULL);

  log_lines(LOG_LEVEL_ERROR, what, told);
  end_process(self->pending.pid);
  forget_pending(self);
  end_load(self, told);
  if (killed && self->current != 0 && !load_is_on(self))
    load_retry_later(self);
}

/* Hands the pending zygote to the front, which tries it. Our copy of its socket goes: the front
 * alone decides when it ends. */
int
load_offer(Supervisor *self, GError **error)
{
  const Packet packet = {WIRE_ZYGOTE, 0, self->pending.pid, 0, self->pending.control};
  g_autofree char *text = loaded_to_text(&self->offer);
  gint64 most = (gint64)self->settings->deadline + TRIAL_PATIENCE_S;

  if (wire_send(self->channel, &packet, text, error) != 0)
    return -1;
  self->tested = self->pending.pid;
  self->pending_until = g_get_monotonic_time() + seconds(most);
  wire_close(&self->pending.control);
  return 0;
}

void
load_promote(Supervisor *self)
{
  self->current = self->pending.pid;
  self->current_since = g_get_monotonic_time();
  self->count = loaded_count(&self->offer);
  g_free(self->words);
  g_free(self->lists);
  self->words = g_strdup(self->offer.words);
  self->lists = g_strdup(self->offer.lists);
  forget_pending(self);
  log_line(LOG_LEVEL_INFO, NULL, "ready, %s", self->words);
  end_load(self, "");
}

/* A set of signatures that is empty or has lost more than half is a broken download. */
static char *
object_to_signatures(const Supervisor *self)
{
  guint64 count = loaded_count(&self->offer);

  if (*self->signatures == '\0' || count * 2 >= self->count)
    return NULL;
  return g_strdup_printf("%s: %" G_GUINT64_FORMAT
                         " signatures, less than half of the %" G_GUINT64_FORMAT
                         " in force; restart cordond if that is right",
                         self->signatures, count, self->count);
}

int
load_hear_words(Supervisor *self, int timeout_ms, GError **error)
{
  g_autofree char *text = NULL;

  if (zygote_hear(&self->pending, timeout_ms, &text, error) != 0)
    return -1;
  loaded_set_words(&self->offer, text);
  return 0;
}

void
load_hear(Supervisor *self)
{
  g_autofree char *objection = NULL;
  g_autoptr(GError) error = NULL;

  if (load_hear_words(self, 0, &error) != 0) {
    load_drop(self, error->message);
    return;
  }
  objection = object_to_signatures(self);
  if (objection == NULL)
    objection = loaded_shrunk_list(self->lists, self->offer.lists);
  if (objection != NULL)
    load_drop(self, objection);
  else if (load_offer(self, &error) != 0)
    load_drop(self, error->message);
}
