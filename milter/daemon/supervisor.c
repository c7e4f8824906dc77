/* Two children matter: the front, whose death is the end, and the current zygote, whose death is
 * repaired, after a pause that doubles while zygotes die young. A pending zygote is loading, and
 * then tested by the front; it becomes the current one when the front has taken it, and the one
 * before it ends by itself once the front has closed its socket. */
#include "supervisor.h"

#include "error.h"
#include "folders.h"
#include "front.h"
#include "log.h"
#include "privileges.h"
#include "supervision.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define FRONT_PATIENCE_MS   (30 * 1000)
#define GOOD_LIFE_S         60
#define CHILDREN_PATIENCE_S 5

/* Files change in bursts: a reload waits until none has changed for so long, but not for ever. */
#define QUIET_S    2
#define RESTLESS_S 30

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
  if (!load_is_on(self))
    load_retry_later(self);
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
      load_note_end(self, status);
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
    load_promote(self);
  } else if (packet->kind == WIRE_DECLINED && packet->pid == self->tested) {
    load_drop(self, text);
  } else if (packet->kind == WIRE_RELOAD) {
    self->asked = MAX(self->asked, packet->id); /* the console's threads do not stand in line */
    load_anew(self);
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
      load_anew(self);
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
  if (load_is_on(self))
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
    load_begin(self);
  if (load_is_on(self) && now >= self->pending_until)
    load_drop(self, "not ready in time");
  if (self->change_at != 0 && now >= self->change_at) {
    self->change_at = 0;
    log_line(LOG_LEVEL_INFO, NULL, "rules or signatures have changed");
    load_anew(self);
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
      load_hear(self);
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
                          load_was_killed(self) ? CORDON_ERROR_TEMP : CORDON_ERROR_CONFIG, text);
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
      load_try(self, error) != 0 || load_hear_words(self, LOAD_PATIENCE_S * 1000, error) != 0)
    return -1;
  block_signals(self);
  if (start_front(self, error) != 0 || write_pid_file(pid_file, error) != 0 ||
      load_offer(self, error) != 0 || await_trial(self, error) != 0)
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
