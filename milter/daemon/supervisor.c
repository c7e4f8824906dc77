/* Two children matter: the front, whose death is the end, and the current zygote, whose death is
 * repaired, after a pause that doubles while zygotes die young. A pending zygote is loading; it
 * becomes the current one when it says so, and the one before it ends by itself once the front has
 * closed its socket. */
#include "supervisor.h"

#include "error.h"
#include "front.h"
#include "log.h"
#include "wire.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* Loading a full ClamAV signature set takes 20 to 40 s on a slow disk. */
#define LOAD_PATIENCE_S     600
#define FRONT_PATIENCE_MS   (30 * 1000)
#define LONGEST_PAUSE_S     30
#define GOOD_LIFE_S         60
#define CHILDREN_PATIENCE_S 5

typedef struct supervisor {
  const Settings *settings;
  char *program;
  int signals, channel;
  pid_t front, current;
  Zygote pending; /* control -1: none; pid 0: has ended */
  gint64 pending_until;
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

static gboolean
is_loading(const Supervisor *self)
{
  return self->pending.control >= 0;
}

/* --- zygotes --- */

static void
schedule_retry(Supervisor *self)
{
  unsigned pause = self->failures == 0 ? 0 : 1u << MIN(self->failures - 1, 5);

  self->failures++;
  self->retry_at = g_get_monotonic_time() + seconds(MIN(pause, LONGEST_PAUSE_S));
}

static void
launch(Supervisor *self)
{
  g_autoptr(GError) error = NULL;

  self->retry_at = 0;
  if (zygote_launch(&self->pending, self->program, self->settings->rules, &error) == 0) {
    self->pending_until = g_get_monotonic_time() + seconds(LOAD_PATIENCE_S);
    return;
  }
  self->pending = (Zygote){0, -1};
  log_line(LOG_LEVEL_ERROR, NULL, "%s", error->message);
  if (self->current == 0)
    schedule_retry(self);
}

static void
reload(Supervisor *self)
{
  if (is_loading(self))
    log_line(LOG_LEVEL_WARNING, NULL, "rules are being read already");
  else
    launch(self);
}

/* Hands the pending zygote to the front. Our copy of its socket goes: the front alone decides when
 * it ends. */
static void
promote_pending(Supervisor *self, const char *words)
{
  const Packet packet = {WIRE_ZYGOTE, 0, self->pending.pid, 0, self->pending.control};
  g_autoptr(GError) error = NULL;

  if (wire_send(self->channel, &packet, NULL, &error) != 0)
    log_line(LOG_LEVEL_ERROR, NULL, "front: %s", error->message);
  self->current = self->pending.pid;
  self->current_since = g_get_monotonic_time();
  wire_close(&self->pending.control);
  self->pending.pid = 0;
  log_line(LOG_LEVEL_INFO, NULL, "ready, %s", words);
  if (self->current == 0)
    schedule_retry(self);
}

static void
drop_pending(Supervisor *self, const char *why)
{
  const char *what =
      self->current != 0 ? "reload refused, the old rules stay: " : "start refused: ";

  log_lines(LOG_LEVEL_ERROR, what, why);
  end_process(self->pending.pid);
  wire_close(&self->pending.control);
  self->pending.pid = 0;
  if (self->current == 0)
    schedule_retry(self);
}

static void
hear_pending(Supervisor *self)
{
  g_autofree char *words = NULL;
  g_autoptr(GError) error = NULL;

  if (zygote_hear(&self->pending, 0, &words, &error) == 0)
    promote_pending(self, words);
  else
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
  self->retry_at = 0;
  wire_send(self->channel, &(Packet){.kind = WIRE_STOP, .fd = -1}, NULL, NULL);
}

static void
obey_signals(Supervisor *self)
{
  struct signalfd_siginfo info;

  while (read(self->signals, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD)
      reap(self);
    else if (info.ssi_signo == SIGHUP)
      reload(self);
    else
      stop(self);
  }
}

static void
hear_front(Supervisor *self)
{
  Packet packet = {.fd = -1};

  if (wire_receive(self->channel, &packet, NULL, NULL) <= 0) {
    wire_close(&self->channel); /* its end follows as SIGCHLD */
    return;
  }
  wire_close(&packet.fd);
  if (packet.kind == WIRE_STUCK && packet.pid == self->current)
    end_process(self->current);
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
  if (self->stop_until != 0 && now >= self->stop_until)
    end_process(self->front);
}

static void
supervise(Supervisor *self)
{
  while (self->front != 0) {
    struct pollfd ready[] = {{.fd = self->signals, .events = POLLIN},
                             {.fd = self->channel, .events = POLLIN},
                             {.fd = self->pending.control, .events = POLLIN}};

    if (poll(ready, G_N_ELEMENTS(ready), time_left_ms(self)) < 0 && errno != EINTR) {
      self->status = EX_OSERR;
      stop(self);
    }
    if (ready[2].revents != 0)
      hear_pending(self);
    if (ready[1].revents != 0)
      hear_front(self);
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
    front_run(self->settings, pair[1]);
  }
  close(pair[1]);
  if (self->front < 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "fork: %s", g_strerror(errno));
    return -1;
  }
  return await_front(self, error);
}

/* Folders that settings name and nobody has made yet, for the user who will write there. */
static int
make_folder(const char *path, const char *user, mode_t mode, GError **error)
{
  const struct passwd *account = geteuid() == 0 && *user != '\0' ? getpwnam(user) : NULL;

  if (g_file_test(path, G_FILE_TEST_IS_DIR))
    return 0;
  if (g_mkdir_with_parents(path, mode) == 0 &&
      (account == NULL || chown(path, account->pw_uid, account->pw_gid) == 0))
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "%s: %s", path, g_strerror(errno));
  return -1;
}

static int
make_folders(const Settings *settings, GError **error)
{
  const char *path = strchr(settings->socket, '/');
  g_autofree char *folder = path != NULL ? g_path_get_dirname(path) : NULL;

  if (make_folder(settings->state, settings->user, 0700, error) != 0 ||
      make_folder(settings->scratch, settings->user, 0700, error) != 0)
    return -1;
  return folder != NULL ? make_folder(folder, settings->user, 0755, error) : 0;
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

/* The first zygote is waited for: rules that are wrong at start end the start. Signals still have
 * their default action then. */
static int
start(Supervisor *self, const char *pid_file, GError **error)
{
  g_autofree char *words = NULL;

  if (make_folders(self->settings, error) != 0 ||
      zygote_launch(&self->pending, self->program, self->settings->rules, error) != 0 ||
      zygote_hear(&self->pending, LOAD_PATIENCE_S * 1000, &words, error) != 0)
    return -1;
  block_signals(self);
  if (start_front(self, error) != 0 || write_pid_file(pid_file, error) != 0)
    return -1;
  promote_pending(self, words);
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

int
supervisor_run(const Settings *settings, const char *pid_file)
{
  Supervisor self = {
      .settings = settings, .signals = -1, .channel = -1, .pending = {0, -1}, .status = EX_OK};
  g_autoptr(GError) error = NULL;

  self.program = zygote_program(settings);
  if (start(&self, pid_file, &error) == 0) {
    supervise(&self);
  } else {
    g_printerr("%s\n", error->message);
    self.status = cordon_error_exit(error);
  }
  end_children(&self);
  if (pid_file != NULL && self.current_since != 0)
    unlink(pid_file);
  wire_close(&self.signals);
  g_free(self.program);
  return self.status;
}
