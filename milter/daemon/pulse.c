/* The proof that the front serves is a connection to its own milter socket: listener, thread and
 * callback have all done their part when the negotiation is answered.
 *
 * The same connection is a nudge. libmilter, as Debian builds it, has a pool of threads, and when
 * two connections become readable at once it may count one idle thread for both. The second then
 * waits for any thread to come free, and while all are busy with long letters that can take as
 * long as the letters do. A new connection makes libmilter start a thread (none is idle), which
 * afterwards takes the one that was left. */
#include "pulse.h"

#include "clamd.h"
#include "log.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ALARM_US    (3600 * G_TIME_SPAN_SECOND)
#define CLAMD_MS    2000
#define LOOK_US     (5 * G_TIME_SPAN_SECOND)
#define PATIENCE_US (10 * G_TIME_SPAN_SECOND)
#define NUDGE_US    (G_TIME_SPAN_SECOND / 4)

/* A nudge has done its work when it is answered; it may be left behind itself, and is not waited
 * for then. */
#define NUDGE_PATIENCE_US (G_TIME_SPAN_SECOND / 10)

typedef struct pulse {
  Front *front;
  gint64 every_us; /* 0: nobody asks */
  PulseAlive alive;
  void *data;
} Pulse;

static int
connect_to_self(int listening, gint64 patience_us)
{
  struct sockaddr_storage address;
  const struct timeval patience = {patience_us / G_USEC_PER_SEC, patience_us % G_USEC_PER_SEC};
  socklen_t len = sizeof address;
  int sock;

  if (listening < 0 || getsockname(listening, (struct sockaddr *)&address, &len) != 0)
    return -1;
  sock = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (sock < 0)
    return -1;
  setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(sock, (struct sockaddr *)&address, len) == 0)
    return sock;
  close(sock);
  return -1;
}

/* SMFIC_OPTNEG of version 6 with nothing offered, and SMFIC_QUIT. */
static gboolean
serves(int listening, gint64 patience_us)
{
  static const unsigned char hello[] = {
      0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 0, PULSE_ACTIONS, 0, 0, 0, PULSE_STEPS};
  static const unsigned char bye[] = {0, 0, 0, 1, 'Q'};
  unsigned char answer[5];
  int sock = connect_to_self(listening, patience_us);
  gboolean good;

  if (sock < 0)
    return FALSE;
  good = send(sock, hello, sizeof hello, MSG_NOSIGNAL) == (ssize_t)sizeof hello &&
         recv(sock, answer, sizeof answer, MSG_WAITALL) == (ssize_t)sizeof answer;
  if (good)
    good = send(sock, bye, sizeof bye, MSG_NOSIGNAL) == (ssize_t)sizeof bye;
  close(sock);
  return good;
}

static void
look_at_signatures(const Front *front, gint64 *alarm_at)
{
  StateView view;

  if (g_get_monotonic_time() < *alarm_at)
    return;
  state_view(front->state, &view);
  if (view.stale) {
    log_line(LOG_LEVEL_ERROR, NULL, "signatures are stale: %s",
             view.loaded.tempfail_on_stale ? "all mail gets \"try again later\"" : "mail goes on");
    *alarm_at = g_get_monotonic_time() + ALARM_US;
  }
  state_view_clear(&view);
}

/* Told once as it goes, and as it is there again. */
static void
look_at_clamd(const Front *front, gboolean *away)
{
  const Settings *settings = front->settings;
  g_auto(ClamdVersion) version = {0};
  g_autoptr(GError) error = NULL;
  gboolean gone;

  if (*settings->clamd_socket == '\0')
    return;
  gone = clamd_ask_version(settings->clamd_socket, CLAMD_MS, &version, &error) != 0;
  if (gone && !*away)
    log_line(LOG_LEVEL_ERROR, NULL, "%s: mail with attachments %s", error->message,
             settings->tempfail_on_engine ? "gets \"try again later\"" : "is held");
  if (!gone && *away)
    log_line(LOG_LEVEL_INFO, NULL, "clamd at %s answers again", settings->clamd_socket);
  *away = gone;
}

static gpointer
beat(gpointer data)
{
  Pulse *pulse = data;
  gint64 alarm_at = 0;
  gboolean away = FALSE;

  for (;;) {
    if (pulse->every_us > 0 && serves(pulse->front->listening, PATIENCE_US))
      pulse->alive(pulse->data);
    look_at_signatures(pulse->front, &alarm_at);
    look_at_clamd(pulse->front, &away);
    g_usleep((gulong)(pulse->every_us > 0 ? MIN(pulse->every_us, LOOK_US) : LOOK_US));
  }
  return NULL;
}

static gpointer
nudge(gpointer data)
{
  const Front *front = data;

  for (;;) {
    g_usleep(NUDGE_US);
    if (g_atomic_int_get(&front->sessions) > 0 && !g_atomic_int_get(&front->ending))
      serves(front->listening, NUDGE_PATIENCE_US);
  }
  return NULL;
}

void
pulse_start(Front *front, gint64 watchdog_us, PulseAlive alive, void *data)
{
  Pulse *pulse = g_new0(Pulse, 1); /* lives as long as the process */

  *pulse = (Pulse){front, watchdog_us / 4, alive, data};
  g_thread_unref(g_thread_new("pulse", beat, pulse));
  g_thread_unref(g_thread_new("nudge", nudge, front));
}
