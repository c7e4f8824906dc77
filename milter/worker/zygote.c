/* The zygote: loads rules, libmagic and ClamAV once, then forks workers that share all of it copy
 * on write. It reads no mail. It knows its children by number, so a kill can only reach one of
 * them: a number stays theirs until the zygote itself has reaped it. */
#include "bounds.h"
#include "broker.h"
#include "disarm.h"
#include "error.h"
#include "jail.h"
#include "log.h"
#include "preload.h"
#include "privileges.h"
#include "relay.h"
#include "scratch.h"
#include "slate.h"
#include "text.h"
#include "wire.h"
#include "worker.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* What is as large has a mapping of its own. */
#define LARGE MIB(1)

/* Seconds beyond the deadline of a letter that a worker gets when nobody is left to end it. */
#define LAST_GRACE_S 5

/* One that clears up after another, or is a worker's broker, has neither. */
typedef struct child {
  char *scratch; /* folder */
  Slate *slate;
} Child;

typedef struct state {
  int control, signals;
  Ruleset *ruleset;
  FileScanner *scanner;
  Preload *preload;
  Jail *jail;
  Relay *relay;
  Scratch scratch;
  GHashTable *children; /* pid ─▶ Child */
  const Child *self;    /* in a worker: what the zygote keeps of it */
} State;

static void
child_free(gpointer data)
{
  Child *child = data;

  g_free(child->scratch);
  slate_free(child->slate);
  g_free(child);
}

static char *
join_lines(GPtrArray *lines)
{
  g_autofree char **words = g_new0(char *, lines->len + 1);

  for (guint i = 0; i < lines->len; i++)
    words[i] = g_ptr_array_index(lines, i);
  return g_strjoinv("\n", words);
}

static int
load_rules(State *state, const char *rules, char **why)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);

  state->ruleset = ruleset_load(rules, errors);
  if (state->ruleset != NULL)
    return 0;
  *why = join_lines(errors);
  return -1;
}

/* As the user that the workers will be. */
static int
prepare_jail(State *state, const Settings *settings, GError **error)
{
  if (privileges_drop(privileges_worker_user(settings), error) != 0 ||
      scratch_open(&state->scratch, settings->scratch, error) != 0)
    return -1;
  state->relay = relay_new(error);
  if (state->relay == NULL)
    return -1;
  state->jail = jail_new(state->scratch.path, error);
  if (state->jail == NULL)
    return -1;
  if (jail_lacks(state->jail) == NULL || !settings->require_jail)
    return 0;
  g_set_error(
      error, CORDON_ERROR, CORDON_ERROR_CONFIG,
      "this system lacks what workers are jailed with: %s; require-jail = no in cordon.conf "
      "starts without",
      jail_lacks(state->jail));
  return -1;
}

static int
load_engines(State *state, GError **error)
{
  const FileScannerOptions options = {.signatures = ruleset_settings(state->ruleset)->signatures,
                                      .scratch = state->scratch.path,
                                      .unpack = TRUE};

  state->preload = preload_new();
  disarm_start();
  state->scanner = file_scanner_new(&options, error);
  if (state->scanner == NULL)
    return -1;
  if (charset_preload())
    return 0;
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
                      "the C library lacks a converter for a charset of mail; install the package "
                      "that holds its gconv modules (Debian: libc6)");
  return -1;
}

/* EX_OK, or how the zygote ends and *why. */
static int
load_all(State *state, const char *rules, char **why)
{
  g_autoptr(GError) error = NULL;

  if (load_rules(state, rules, why) != 0)
    return EX_CONFIG;
  if (prepare_jail(state, ruleset_settings(state->ruleset), &error) == 0 &&
      load_engines(state, &error) == 0)
    return EX_OK;
  *why = g_strdup(error->message);
  return g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP) ? EX_TEMPFAIL : EX_CONFIG;
}

static char *
who_we_are(void)
{
  const struct passwd *account = getpwuid(geteuid());

  if (geteuid() == 0)
    return g_strdup("workers as root: name a user in cordon.conf");
  if (account == NULL)
    return g_strdup_printf("workers as user %u", (unsigned)geteuid());
  return g_strdup_printf("workers as %s", account->pw_name);
}

/* A broken record grants nothing and stops no mail, but somebody must hear of it. */
static void
log_exceptions(const State *state)
{
  const char *broken = exceptions_broken(ruleset_exceptions(state->ruleset));

  if (broken != NULL)
    log_line(LOG_LEVEL_ERROR, NULL, "no exception holds: %s; see cordon exceptions check", broken);
}

static int
say_ready(const State *state, GError **error)
{
  g_autofree char *lists = ruleset_list_sizes(state->ruleset);
  g_autofree char *lookups = ruleset_lookups(state->ruleset);
  g_autofree char *who = who_we_are();
  const char *clamd = ruleset_settings(state->ruleset)->clamd_socket;
  g_autofree char *words = g_strdup_printf(
      "rules %s: %u rules, %u services, %u signatures%s%s; jail: %s; %s\n%s%s%s",
      ruleset_version(state->ruleset), ruleset_rule_count(state->ruleset),
      ruleset_service_count(state->ruleset), file_scanner_signatures(state->scanner),
      *clamd != '\0' ? ", clamd at " : "", clamd, jail_words(state->jail), who, lists,
      *lists != '\0' && *lookups != '\0' ? "\n" : "", lookups);

  log_exceptions(state);
  return wire_send(state->control, &(Packet){.kind = WIRE_READY, .fd = -1}, words, error);
}

/* Seconds of CPU for all letters of a worker's life: no honest one comes near. */
static unsigned
cpu_seconds(const Settings *settings)
{
  return (settings->deadline + LAST_GRACE_S) * MAX(settings->letters, 1);
}

G_GNUC_NORETURN static void
live_as_worker(State *state, int sock, int broker, pid_t parent)
{
  const Child *self = state->self;
  const JailCell cell = {.sock = sock,
                         .record = exceptions_descriptor(ruleset_exceptions(state->ruleset)),
                         .broker = broker,
                         .parent = parent,
                         .scratch = self->scratch,
                         .cpu_s = cpu_seconds(ruleset_settings(state->ruleset)),
                         .refused = &self->slate->refused};
  sigset_t none;
  g_autoptr(GError) error = NULL;
  int status = EX_SOFTWARE;

  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGALRM, SIG_DFL);
  prctl(PR_SET_NAME, "cordon-worker");
  if (relay_take_over(state->relay) == 0 &&
      file_scanner_after_fork(state->scanner, self->scratch, &error) == 0 &&
      jail_enter(state->jail, &cell, &error) == 0)
    status = serve_letters(sock, broker, state->ruleset, state->scanner, self->slate);
  else
    g_printerr("not jailed: %s\n", error != NULL ? error->message : g_strerror(errno));
  _exit(status);
}

static int
refuse_spawn(State *state, guint32 id, GError **error)
{
  return wire_send(state->control, &(Packet){WIRE_REFUSED, id, 0, errno, -1}, NULL, error);
}

/* NULL with errno. */
static Child *
child_new(const State *state)
{
  Child *child = g_new0(Child, 1);

  child->slate = slate_new();
  if (child->slate != NULL)
    child->scratch = scratch_make(&state->scratch);
  if (child->scratch != NULL)
    return child;
  child_free(child);
  return NULL;
}

/* The pid, in the zygote only. No later worker sees the slate of this one. */
static pid_t
fork_worker(State *state, int sock)
{
  pid_t self = getpid(), pid, helper;
  Child *child = child_new(state);
  int broker;

  if (child == NULL)
    return -1;
  helper = broker_start(ruleset_settings(state->ruleset), &broker);
  if (helper > 0)
    g_hash_table_insert(state->children, GINT_TO_POINTER(helper), g_new0(Child, 1));
  pid = helper >= 0 ? fork() : -1;
  if (pid == 0) {
    state->self = child;
    live_as_worker(state, sock, broker, self);
  }
  wire_close(&broker);
  if (pid > 0 && slate_keep(child->slate) == 0) {
    g_hash_table_insert(state->children, GINT_TO_POINTER(pid), child);
    return pid;
  }
  if (pid > 0)
    kill(pid, SIGKILL);
  scratch_remove(child->scratch);
  child_free(child);
  return -1;
}

static int
spawn(State *state, guint32 id, GError **error)
{
  int pair[2], result;
  pid_t pid;

  if (wire_pair(pair, NULL) != 0)
    return refuse_spawn(state, id, error);
  pid = fork_worker(state, pair[1]);
  if (pid < 0)
    result = refuse_spawn(state, id, error);
  else
    result = wire_send(state->control, &(Packet){WIRE_SPAWNED, id, pid, 0, pair[0]}, NULL, error);
  close(pair[0]);
  close(pair[1]);
  return result;
}

static void
kill_child(State *state, pid_t pid)
{
  if (g_hash_table_contains(state->children, GINT_TO_POINTER(pid)))
    kill(pid, SIGKILL);
}

/* Usually it is empty. What a worker leaves when it is killed may be a lot, and takes its time. */
static void
clear_up(State *state, const char *scratch)
{
  pid_t pid;

  if (scratch == NULL || rmdir(scratch) == 0)
    return;
  pid = fork();
  if (pid == 0) {
    scratch_remove(scratch);
    _exit(EX_OK);
  }
  if (pid > 0)
    g_hash_table_insert(state->children, GINT_TO_POINTER(pid), g_new0(Child, 1));
}

/* How a worker ended, for whoever asks. Only words for the log: a front that does not listen loses
 * them. */
static void
tell_end(const State *state, pid_t pid, const Slate *slate, int status)
{
  const Settings *settings = ruleset_settings(state->ruleset);
  const char *refused = jail_call_name(state->jail, g_atomic_int_get(&slate->refused));
  g_autofree char *how = slate_ending(slate, status, refused, settings->stage_deadlines);
  Packet packet = {WIRE_EXIT, WIRE_NO_STAGE, pid, status, -1};

  if (slate_is_overrun(slate, status))
    packet.id = slate_stage(slate);
  if (state->control >= 0)
    wire_send(state->control, &packet, how, NULL);
}

static void
forget_child(State *state, pid_t pid, int status)
{
  gpointer found = NULL;
  Child *child;

  if (!g_hash_table_steal_extended(state->children, GINT_TO_POINTER(pid), NULL, &found))
    return;
  child = found;
  if (child->slate != NULL)
    tell_end(state, pid, child->slate, status);
  clear_up(state, child->scratch);
  child_free(child);
}

static void
reap(State *state)
{
  struct signalfd_siginfo info;
  pid_t pid;
  int status;

  while (read(state->signals, &info, sizeof info) > 0)
    ;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
    forget_child(state, pid, status);
}

/* FALSE when the front is gone or talks nonsense. */
static gboolean
obey(State *state)
{
  Packet packet = {.fd = -1};
  gboolean good = wire_receive(state->control, &packet, NULL, NULL) > 0;

  if (good && packet.kind == WIRE_SPAWN)
    good = spawn(state, packet.id, NULL) == 0;
  else if (good && packet.kind == WIRE_KILL)
    kill_child(state, packet.pid);
  wire_close(&packet.fd);
  return good;
}

static void
serve_control(State *state)
{
  struct pollfd ready[] = {{.fd = state->control, .events = POLLIN},
                           {.fd = state->signals, .events = POLLIN},
                           {.fd = relay_descriptor(state->relay), .events = POLLIN}};

  for (;;) {
    if (poll(ready, G_N_ELEMENTS(ready), -1) < 0 && errno != EINTR)
      return;
    if (ready[2].revents != 0)
      relay_pass_on(state->relay);
    if (ready[1].revents != 0)
      reap(state);
    if (ready[0].revents != 0 && !obey(state))
      return;
  }
}

/* Workers end by themselves when the front has closed their sockets; one that hangs is ended. */
static void
outlive_workers(State *state)
{
  unsigned patience = ruleset_settings(state->ruleset)->deadline + LAST_GRACE_S;
  gint64 until = g_get_monotonic_time() + (gint64)patience * G_USEC_PER_SEC;
  struct pollfd ready[] = {{.fd = state->signals, .events = POLLIN},
                           {.fd = relay_descriptor(state->relay), .events = POLLIN}};

  wire_close(&state->control);
  while (g_hash_table_size(state->children) > 0 && g_get_monotonic_time() < until) {
    poll(ready, G_N_ELEMENTS(ready), 1000);
    reap(state);
    relay_pass_on(state->relay);
  }
}

static void
state_clear(State *state)
{
  wire_close(&state->control);
  wire_close(&state->signals);
  g_clear_pointer(&state->scanner, file_scanner_free);
  g_clear_pointer(&state->ruleset, ruleset_free);
  g_clear_pointer(&state->preload, preload_free);
  g_clear_pointer(&state->jail, jail_free);
  g_clear_pointer(&state->relay, relay_free);
  scratch_close(&state->scratch);
  g_clear_pointer(&state->children, g_hash_table_unref);
}

/* The front and the supervisor decide when the zygote ends, by closing its control socket: not a
 * terminal, and not a service manager that signals every process. */
static int
open_signals(void)
{
  sigset_t set;

  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* A mapping is given back as soon as it is freed, and grows without being copied. By itself glibc
 * learns from the first large piece to take the next ones from the heap, where they stay. */
static void
set_heap(void)
{
  mallopt(M_MMAP_THRESHOLD, LARGE);
  mallopt(M_TRIM_THRESHOLD, LARGE);
}

int
zygote_main(const char *rules, int control)
{
  State state = {.control = control, .signals = open_signals(), .scratch = {NULL, -1}};
  g_autofree char *why = NULL;
  int status;

  set_heap();
  state.children = g_hash_table_new_full(NULL, NULL, NULL, child_free);
  log_open("cordon-worker", "stderr", LOG_LEVEL_INFO);
  prctl(PR_SET_NAME, "cordon-zygote");
  status = load_all(&state, rules, &why);
  if (status != EX_OK) {
    wire_send(control, &(Packet){.kind = WIRE_FAILED, .status = status, .fd = -1}, why, NULL);
  } else if (say_ready(&state, NULL) == 0) {
    serve_control(&state);
    outlive_workers(&state);
  } else {
    status = EX_CONFIG;
  }
  state_clear(&state);
  return status;
}
