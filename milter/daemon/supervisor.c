/* Two children matter: the front, whose death is the end, and the current zygote, whose death is
 * repaired, after a pause that doubles while zygotes die young. A pending zygote is loading, and
 * then tested by the front; it becomes the current one when the front has taken it, and the one
 * before it ends by itself once the front has closed its socket. */
#include "supervisor.h"

#include "error.h"
#include "folders.h"
#include "front.h"
#include "log.h"
#include "notify.h"
#include "privileges.h"
#include "signatures.h"
#include "state.h"
#include "watch.h"
#include "wire.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* Loading a full ClamAV signature set takes 20 to 40 s on a slow disk. */
#define LOAD_PATIENCE_S     600
#define FRONT_PATIENCE_MS   (30 * 1000)
#define LONGEST_PAUSE_S     30
#define GOOD_LIFE_S         60
#define CHILDREN_PATIENCE_S 5
#define TRIAL_PATIENCE_S    180
#define DAY_S               (24 * 3600)

/* Files change in bursts: a reload waits until none has changed for so long, but not for ever. */
#define QUIET_S    2
#define RESTLESS_S 30

typedef struct supervisor {
  const Settings *settings;
  char *program;
  int signals, channel;
  pid_t front, current;
  Zygote pending; /* control -1: none, or with the front; pid 0: has ended */
  pid_t tested;   /* the pending one while the front tests it */
  gint64 pending_until;
  Loaded offer;                /* what the pending one has */
  char *signatures;            /* its folder of them */
  char *words, *lists;         /* of the current one */
  guint64 count;               /* signatures of the current one */
  gboolean reloading, again;   /* the load is a reload; another one was asked for since */
  gboolean refused;            /* the last load was */
  guint32 asked, asked_before; /* last request heard; and before the load began */
  Watch *watch;
  gint64 change_at, change_first; /* when files' changes are acted on; 0: none */
  Notifier notifier;
  gint64 current_since, retry_at; /* retry_at 0: none due */
  unsigned failures;
  gint64 stop_until; /* 0: not stopping */
  int status;
} Supervisor;

static gint64
seconds(gint64 n)
{
  return n * G_USEC_PER_SEC;
}

static void
log_lines(LogLevel level, const char *what, const char *lines)
{
  g_auto(GStrv) list = g_strsplit(lines, "\n", -1);

  for (char **line = list; *line != NULL; line++)
    log_line(level, NULL, "%s%s", what, *line);
}

/* Never a process group. */
static void
end_process(pid_t pid)
{
  if (pid > 0)
    kill(pid, SIGKILL);
}

/* From its launch until the front has taken or declined it. */
static gboolean
is_loading(const Supervisor *self)
{
  return self->pending.control >= 0 || self->tested != 0;
}

/* --- zygotes --- */

static void
schedule_retry(Supervisor *self)
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

static int
try_launch(Supervisor *self, GError **error)
{
  self->retry_at = 0;
  self->change_at = 0;
  self->asked_before = self->asked;
  prepare_offer(self);
  if (zygote_launch(&self->pending, self->program, self->settings->rules, error) != 0) {
    self->pending = (Zygote){0, -1};
    return -1;
  }
  self->pending_until = g_get_monotonic_time() + seconds(LOAD_PATIENCE_S);
  return 0;
}

static void reload(Supervisor *self);

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
    schedule_retry(self);
  if (self->again)
    reload(self);
}

static void
launch(Supervisor *self)
{
  g_autoptr(GError) error = NULL;

  if (try_launch(self, &error) == 0)
    return;
  log_line(LOG_LEVEL_ERROR, NULL, "%s", error->message);
  end_load(self, error->message);
}

static void
reload(Supervisor *self)
{
  self->again = FALSE;
  if (self->stop_until != 0)
    return;
  if (is_loading(self)) {
    self->again = TRUE;
    return;
  }
  self->reloading = TRUE;
  notify(&self->notifier, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT "\nSTATUS=reloading",
         g_get_monotonic_time());
  launch(self);
}

static void
forget_pending(Supervisor *self)
{
  wire_close(&self->pending.control);
  self->pending.pid = 0;
  self->tested = 0;
}

static void
drop_pending(Supervisor *self, const char *why)
{
  const char *what =
      self->current != 0 ? "reload refused, the old rules stay: " : "start refused: ";

  log_lines(LOG_LEVEL_ERROR, what, why);
  end_process(self->pending.pid);
  forget_pending(self);
  end_load(self, why);
}

/* Hands the pending zygote to the front, which tries it. Our copy of its socket goes: the front
 * alone decides when it ends. */
static int
offer_pending(Supervisor *self, GError **error)
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

/* The front has taken it. If it has died since, another one is due. */
static void
promote_pending(Supervisor *self)
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

static int
hear_words(Supervisor *self, int timeout_ms, GError **error)
{
  g_autofree char *text = NULL;

  if (zygote_hear(&self->pending, timeout_ms, &text, error) != 0)
    return -1;
  loaded_set_words(&self->offer, text);
  return 0;
}

static void
hear_pending(Supervisor *self)
{
  g_autofree char *objection = NULL;
  g_autoptr(GError) error = NULL;

  if (hear_words(self, 0, &error) != 0) {
    drop_pending(self, error->message);
    return;
  }
  objection = object_to_signatures(self);
  if (objection == NULL)
    objection = loaded_shrunk_list(self->lists, self->offer.lists);
  if (objection != NULL)
    drop_pending(self, objection);
  else if (offer_pending(self, &error) != 0)
    drop_pending(self, error->message);
}

/* --- children --- */

static void
note_front_end(Supervisor *self, int status)
{
  self->front = 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK)
    return;
  log_line(LOG_LEVEL_ERROR, NULL, "the front died (%s %d)",
           WIFSIGNALED(status) ? "signal" : "status",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  self->status = EX_SOFTWARE;
}

static void
note_zygote_end(Supervisor *self, int status)
{
  if (g_get_monotonic_time() - self->current_since > seconds(GOOD_LIFE_S))
    self->failures = 0;
  self->current = 0;
  log_line(LOG_LEVEL_ERROR, NULL, "the zygote died (wait status %d); starting another", status);
  if (!is_loading(self))
    schedule_retry(self);
}

/* Other children are zygotes that were replaced. A pending one's end shows on its socket. */
static void
reap(Supervisor *self)
{
  int status;
  pid_t pid;

  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == self->front)
      note_front_end(self, status);
    else if (pid == self->current && self->stop_until == 0)
      note_zygote_end(self, status);
    else if (pid == self->current)
      self->current = 0;
    else if (pid == self->pending.pid)
      self->pending.pid = 0;
  }
}

static void
stop(Supervisor *self)
{
  gint64 most = (gint64)self->settings->deadline + self->settings->queue_deadline + 10;

  if (self->stop_until != 0)
    return;
  log_line(LOG_LEVEL_INFO, NULL, "stopping, letters in hand are finished");
  self->stop_until = g_get_monotonic_time() + seconds(most);
  self->retry_at = self->change_at = 0;
  notify(&self->notifier, "STOPPING=1\nSTATUS=finishing the letters in hand");
  wire_send(self->channel, &(Packet){.kind = WIRE_STOP, .fd = -1}, NULL, NULL);
}

static void
obey_front(Supervisor *self, const Packet *packet, const char *text)
{
  if (packet->kind == WIRE_STUCK && packet->pid == self->current) {
    end_process(self->current);
  } else if (packet->kind == WIRE_TAKEN && packet->pid == self->tested) {
    promote_pending(self);
  } else if (packet->kind == WIRE_DECLINED && packet->pid == self->tested) {
    drop_pending(self, text);
  } else if (packet->kind == WIRE_RELOAD) {
    self->asked = MAX(self->asked, packet->id); /* the console's threads do not stand in line */
    reload(self);
  } else if (packet->kind == WIRE_ALIVE) {
    notify(&self->notifier, "WATCHDOG=1");
  }
}

/* All that it has said so far: that it took a zygote comes before the end of the one before. */
static void
hear_front(Supervisor *self)
{
  while (self->channel >= 0 && wire_wait(self->channel, 0, NULL) > 0) {
    g_autofree char *text = NULL;
    Packet packet = {.fd = -1};

    if (wire_receive(self->channel, &packet, &text, NULL) <= 0) {
      wire_close(&self->channel); /* its end follows as SIGCHLD */
      return;
    }
    wire_close(&packet.fd);
    obey_front(self, &packet, text);
  }
}

static void
obey_signals(Supervisor *self)
{
  struct signalfd_siginfo info;

  while (read(self->signals, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD) {
      hear_front(self);
      reap(self);
    } else if (info.ssi_signo == SIGHUP)
      reload(self);
    else
      stop(self);
  }
}

/* --- life --- */

static int
time_left_ms(const Supervisor *self)
{
  gint64 next = G_MAXINT64;

  if (self->retry_at != 0)
    next = MIN(next, self->retry_at);
  if (is_loading(self))
    next = MIN(next, self->pending_until);
  if (self->change_at != 0)
    next = MIN(next, self->change_at);
  if (self->stop_until != 0)
    next = MIN(next, self->stop_until);
  if (next == G_MAXINT64)
    return -1;
  return (int)CLAMP((next - g_get_monotonic_time()) / 1000 + 1, 0, G_MAXINT);
}

static void
mind_the_clock(Supervisor *self)
{
  gint64 now = g_get_monotonic_time();

  if (self->retry_at != 0 && now >= self->retry_at)
    launch(self);
  if (is_loading(self) && now >= self->pending_until)
    drop_pending(self, "not ready in time");
  if (self->change_at != 0 && now >= self->change_at) {
    self->change_at = 0;
    log_line(LOG_LEVEL_INFO, NULL, "rules or signatures have changed");
    reload(self);
  }
  if (self->stop_until != 0 && now >= self->stop_until)
    end_process(self->front);
}

static void
note_change(Supervisor *self)
{
  gint64 now = g_get_monotonic_time();

  if (!watch_read(self->watch) || self->stop_until != 0)
    return;
  if (self->change_at == 0)
    self->change_first = now;
  self->change_at = MIN(now + seconds(QUIET_S), self->change_first + seconds(RESTLESS_S));
}

static void
supervise(Supervisor *self)
{
  while (self->front != 0) {
    struct pollfd ready[] = {{.fd = self->signals, .events = POLLIN},
                             {.fd = self->channel, .events = POLLIN},
                             {.fd = self->pending.control, .events = POLLIN},
                             {.fd = watch_fd(self->watch), .events = POLLIN}};

    if (poll(ready, G_N_ELEMENTS(ready), time_left_ms(self)) < 0 && errno != EINTR) {
      self->status = EX_OSERR;
      stop(self);
    }
    if (ready[2].revents != 0)
      hear_pending(self);
    if (ready[1].revents != 0)
      hear_front(self);
    if (ready[3].revents != 0)
      note_change(self);
    if (ready[0].revents != 0)
      obey_signals(self);
    mind_the_clock(self);
  }
}

static void
block_signals(Supervisor *self)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  self->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* The front's word that it serves. */
static int
await_front(Supervisor *self, GError **error)
{
  Packet packet = {.fd = -1};
  g_autofree char *words = NULL;
  int n = wire_wait(self->channel, FRONT_PATIENCE_MS, error);

  if (n > 0)
    n = wire_receive(self->channel, &packet, &words, error);
  wire_close(&packet.fd);
  if (n > 0 && packet.kind == WIRE_READY)
    return 0;
  if (n > 0)
    g_set_error_literal(error, CORDON_ERROR,
                        packet.status == EX_CONFIG ? CORDON_ERROR_CONFIG : CORDON_ERROR_TEMP,
                        words);
  else if (n == 0)
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "the front did not come up");
  return -1;
}

/* A connection needs one descriptor and a letter a few more; the soft limit is 1024 by custom. */
static void
raise_descriptors(void)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log_line(LOG_LEVEL_WARNING, NULL, "limit of descriptors: %s", g_strerror(errno));
}

static int
start_front(Supervisor *self, GError **error)
{
  int pair[2];

  if (wire_pair(pair, error) != 0)
    return -1;
  self->channel = pair[0];
  fflush(NULL);
  self->front = fork();
  if (self->front == 0) {
    close(pair[0]);
    close(self->signals);
    wire_close(&self->pending.control);
    raise_descriptors();
    watch_free(self->watch);
    front_run(self->settings, self->notifier.watchdog_us, pair[1]);
  }
  close(pair[1]);
  if (self->front < 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "fork: %s", g_strerror(errno));
    return -1;
  }
  return await_front(self, error);
}

static int
write_pid_file(const char *path, GError **error)
{
  g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
  g_autoptr(GError) wrong = NULL;

  if (path == NULL || g_file_set_contents(path, text, -1, &wrong))
    return 0;
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_CONFIG, wrong->message);
  return -1;
}

/* Whether the pending zygote was killed, as for want of memory: the rules may be right. */
static gboolean
pending_was_killed(Supervisor *self)
{
  gint64 until = g_get_monotonic_time() + seconds(1);
  int status = 0;
  pid_t pid;

  while ((pid = waitpid(self->pending.pid, &status, WNOHANG)) == 0 &&
         g_get_monotonic_time() < until)
    g_usleep(10 * 1000);
  if (pid > 0)
    self->pending.pid = 0;
  return pid > 0 && WIFSIGNALED(status);
}

/* The front's word on the first zygote. */
static int
await_trial(Supervisor *self, GError **error)
{
  while (self->tested != 0 && g_get_monotonic_time() < self->pending_until) {
    g_autofree char *text = NULL;
    Packet packet = {.fd = -1};
    int n = wire_wait(self->channel, 1000, error);

    if (n > 0)
      n = wire_receive(self->channel, &packet, &text, error) > 0 ? 1 : -1;
    wire_close(&packet.fd);
    if (n > 0 && packet.kind == WIRE_DECLINED) {
      g_set_error_literal(error, CORDON_ERROR,
                          pending_was_killed(self) ? CORDON_ERROR_TEMP : CORDON_ERROR_CONFIG, text);
      return -1;
    }
    if (n < 0)
      break;
    if (n > 0)
      obey_front(self, &packet, text);
  }
  if (self->current != 0)
    return 0;
  if (*error == NULL)
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "the self-test did not end");
  return -1;
}

/* The first zygote is waited for: rules that are wrong at start end the start. Signals still have
 * their default action then. */
static int
start(Supervisor *self, const char *pid_file, GError **error)
{
  g_autofree char *warning = privileges_warning(self->settings);

  if (warning != NULL)
    log_line(LOG_LEVEL_WARNING, NULL, "%s", warning);
  if (privileges_check(self->settings, error) != 0 || folders_make(self->settings, error) != 0 ||
      try_launch(self, error) != 0 || hear_words(self, LOAD_PATIENCE_S * 1000, error) != 0)
    return -1;
  block_signals(self);
  if (start_front(self, error) != 0 || write_pid_file(pid_file, error) != 0 ||
      offer_pending(self, error) != 0 || await_trial(self, error) != 0)
    return -1;
  if (*self->signatures == '\0')
    log_line(LOG_LEVEL_INFO, NULL, "no signatures are configured: no malware is known by name");
  notify(&self->notifier, "READY=1\nSTATUS=%s", self->words);
  return 0;
}

/* Zygotes end when the front's sockets have closed and their workers are done. The number of one
 * that was reaped may be another process's by now. */
static void
end_children(Supervisor *self)
{
  gint64 until = g_get_monotonic_time() + seconds(CHILDREN_PATIENCE_S);
  pid_t pid;

  wire_close(&self->channel);
  end_process(self->pending.pid);
  wire_close(&self->pending.control);
  while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0 && g_get_monotonic_time() < until) {
    if (pid == self->current)
      self->current = 0;
    if (pid == 0)
      g_usleep(10 * 1000);
  }
  end_process(self->current);
}

static void
supervisor_clear(Supervisor *self)
{
  wire_close(&self->signals);
  loaded_clear(&self->offer);
  watch_free(self->watch);
  notifier_clear(&self->notifier);
  g_free(self->signatures);
  g_free(self->words);
  g_free(self->lists);
  g_free(self->program);
}

int
supervisor_run(const Settings *settings, const char *pid_file)
{
  Supervisor self = {
      .settings = settings, .signals = -1, .channel = -1, .pending = {0, -1}, .status = EX_OK};
  g_autoptr(GError) error = NULL;

  notifier_init(&self.notifier);
  self.program = zygote_program(settings);
  self.words = g_strdup("");
  self.lists = g_strdup("");
  self.watch = settings->reload_on_change ? watch_new() : NULL;
  if (start(&self, pid_file, &error) == 0) {
    supervise(&self);
  } else {
    g_printerr("%s\n", error->message);
    self.status = cordon_error_exit(error);
  }
  end_children(&self);
  if (pid_file != NULL && self.current_since != 0)
    unlink(pid_file);
  supervisor_clear(&self);
  return self.status;
}
