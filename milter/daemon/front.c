#include "front.h"

#include "console.h"
#include "error.h"
#include "log.h"
#include "privileges.h"
#include "pulse.h"
#include "session.h"
#include "trial.h"
#include "wire.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* libmilter writes its answer to the MTA after the last callback of a letter returned. */
#define LAST_ANSWER_US (200 * 1000)

typedef struct life {
  Front front;
  int channel;
  gint zygote; /* pid of the one in use; atomic */
  GMutex ending;
} Life;

/* Any thread may come here; the first one ends the process. */
G_GNUC_NORETURN static void
finish(Life *life, int status)
{
  const Settings *settings = life->front.settings;
  gint64 most = (gint64)settings->deadline + settings->queue_deadline + 5;
  gint64 until = g_get_monotonic_time() + most * G_USEC_PER_SEC;

  g_mutex_lock(&life->ending);
  while (g_atomic_int_get(&life->front.in_hand) > 0 && g_get_monotonic_time() < until)
    g_usleep(20 * 1000);
  g_usleep(LAST_ANSWER_US);
  log_line(LOG_LEVEL_INFO, NULL, "front ends, %d letters in hand",
           g_atomic_int_get(&life->front.in_hand));
  /* Sessions of idle connections still hold the pool: nothing is freed. The store needs no
   * farewell, all in it is on disk. */
  _exit(status);
}

static void
tell_stuck(void *data)
{
  Life *life = data;
  const Packet packet = {WIRE_STUCK, 0, g_atomic_int_get(&life->zygote), 0, -1};

  log_line(LOG_LEVEL_ERROR, NULL, "the zygote does not answer");
  wire_send(life->channel, &packet, NULL, NULL);
}

static void
tell(const Life *life, const Packet *packet, const char *text)
{
  g_autoptr(GError) error = NULL;

  if (wire_send(life->channel, packet, text, &error) != 0)
    log_line(LOG_LEVEL_ERROR, NULL, "supervisor: %s", error->message);
}

static void
ask_for_reload(void *data, guint32 number)
{
  tell(data, &(Packet){.kind = WIRE_RELOAD, .id = number, .fd = -1}, NULL);
}

static void
tell_alive(void *data)
{
  tell(data, &(Packet){.kind = WIRE_ALIVE, .fd = -1}, NULL);
}

/* A zygote takes over only when its workers have answered; takes its socket. */
static void
try_zygote(Life *life, Packet *packet, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *warning = NULL;
  Loaded loaded = {0};

  if (loaded_from_text(&loaded, text) != 0 ||
      trial_run(packet->fd, life->front.settings, &warning, &error) != 0) {
    wire_close(&packet->fd);
    tell(life, &(Packet){.kind = WIRE_DECLINED, .pid = packet->pid, .fd = -1},
         error != NULL ? error->message : "nonsense from the supervisor");
  } else {
    if (*warning != '\0')
      log_line(LOG_LEVEL_WARNING, NULL, "%s", warning);
    g_atomic_int_set(&life->zygote, packet->pid);
    state_set_loaded(life->front.state, &loaded, warning);
    lookups_set(life->front.lookups, loaded.lookups);
    /* First, so that the supervisor knows before the old zygote ends. */
    tell(life, &(Packet){.kind = WIRE_TAKEN, .pid = packet->pid, .fd = -1}, NULL);
    pool_switch(life->front.pool, packet->fd);
  }
  loaded_clear(&loaded);
}

/* The thread that listens to the supervisor. */
static gpointer
obey(gpointer data)
{
  Life *life = data;

  for (;;) {
    g_autofree char *text = NULL;
    Packet packet = {.fd = -1};

    if (wire_receive(life->channel, &packet, &text, NULL) <= 0 || packet.kind == WIRE_STOP)
      break;
    if (packet.kind == WIRE_ZYGOTE && packet.fd >= 0)
      try_zygote(life, &packet, text);
    else if (packet.kind == WIRE_RELOADED)
      state_answer(life->front.state, packet.id, text);
    else
      wire_close(&packet.fd);
  }
  session_stop();
  finish(life, EX_OK);
}

static int
prepare(Life *life, const Settings *settings, GError **error)
{
  const PoolOptions options = {.workers = settings->workers,
                               .letters = settings->letters,
                               .deadline_s = settings->deadline,
                               .queue_deadline_s = settings->queue_deadline,
                               .queue = settings->queue,
                               .share = settings->share,
                               .stuck = tell_stuck,
                               .stuck_data = life};

  life->front.settings = settings;
  life->front.state = state_new();
  life->front.stats = stats_new();
  life->front.lookups = lookups_new();
  life->front.started = g_get_real_time() / G_USEC_PER_SEC;
  umask(0077); /* the store is its user's alone */
  if (privileges_drop(settings->user, error) != 0)
    return -1;
  life->front.store = store_open(settings->state, settings->events, error);
  if (life->front.store == NULL)
    return -1;
  life->front.seal = seal_open(settings->state, TRUE, error);
  if (life->front.seal == NULL)
    return -1;
  life->front.poison = poison_open(settings->state, error);
  if (life->front.poison == NULL)
    return -1;
  life->front.pool = pool_new(-1, &options);
  if (session_register(&life->front, error) != 0)
    return -1;
  return console_open(&life->front, ask_for_reload, life, error);
}

/* A terminal's ^C and a service manager's stop reach the supervisor, which then tells us. */
static void
set_signals(void)
{
  sigset_t none;

  setpgid(0, 0);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

void
front_run(const Settings *settings, gint64 watchdog_us, int channel)
{
  Life *life = g_new0(Life, 1);
  g_autoptr(GError) error = NULL;

  life->channel = channel;
  prctl(PR_SET_NAME, "cordond-front");
  set_signals();
  if (prepare(life, settings, &error) != 0) {
    const int status = cordon_error_exit(error);

    wire_send(channel, &(Packet){.kind = WIRE_FAILED, .status = status, .fd = -1}, error->message,
              NULL);
    _exit(status);
  }
  wire_send(channel, &(Packet){.kind = WIRE_READY, .fd = -1}, NULL, NULL);
  g_thread_unref(g_thread_new("supervisor", obey, life));
  pulse_start(&life->front, watchdog_us, tell_alive, life);
  session_serve();
  log_line(LOG_LEVEL_ERROR, NULL, "libmilter gave up");
  finish(life, EX_OSERR);
}
