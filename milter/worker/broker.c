/* broker.c - both ends of the socket between a worker and its broker. A question carries the file
 * in a sealed memfd; an answer has in status what it is about and in its text a name or a reason.
 * The broker believes the worker's seal and length only as far as memfd.h checks them, and the
 * bytes not at all. */
#include "broker.h"

#include "bounds.h"
#include "clamd.h"
#include "error.h"
#include "jail_parts.h"
#include "memfd.h"
#include "wire.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#define MAGIC G_GUINT64_CONSTANT(0x434f52444f4e4156) /* "CORDONAV" */

/* What a worker waits longer than its broker. */
#define SLACK_MS 2000

enum { CLEAN, FOUND, TOO_LARGE, FAILED };

/* --- the broker --- */

static GBytes *
read_file(int fd, GError **error)
{
  g_autoptr(MemfdReader) reader = memfd_reader_new(fd, MAGIC, LIMIT_DECODED + KIB(64), error);
  g_autoptr(GBytes) content = NULL;

  if (reader == NULL)
    return NULL;
  content = memfd_get_bytes(reader, LIMIT_DECODED);
  return memfd_reader_done(reader, error) == 0 ? g_steal_pointer(&content) : NULL;
}

static int
look_at(const Settings *settings, int fd, char **words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = read_file(fd, &error);
  gsize len = 0;
  const unsigned char *bytes = content != NULL ? g_bytes_get_data(content, &len) : NULL;
  int result = -1;

  if (content != NULL)
    result = clamd_scan(settings->clamd_socket, (int)settings->clamd_timeout * 1000, bytes, len,
                        words, &error);
  if (result >= 0)
    return result > 0 ? FOUND : CLEAN;
  *words = g_strdup(error->message);
  return g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA) ? TOO_LARGE : FAILED;
}

G_GNUC_NORETURN static void
serve(int sock, const Settings *settings)
{
  Packet packet;

  while (wire_receive(sock, &packet, NULL, NULL) > 0 && packet.kind == WIRE_SCAN) {
    g_autofree char *words = NULL;
    int status = look_at(settings, packet.fd, &words);

    wire_close(&packet.fd);
    packet = (Packet){WIRE_SCANNED, packet.id, 0, status, -1};
    if (wire_send(sock, &packet, words, NULL) != 0)
      break;
  }
  _exit(EX_OK);
}

/* Nothing stays open but standard error and the socket. */
G_GNUC_NORETURN static void
live_as_broker(int sock, pid_t parent, const Settings *settings)
{
  sigset_t none;

  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_NAME, "cordon-broker");
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent || dup2(sock, 3) != 3 ||
      close_range(4, UINT_MAX, 0) != 0 || process_harden() != 0)
    _exit(EX_OSERR);
  serve(3, settings);
}

pid_t
broker_start(const Settings *settings, int *sock)
{
  pid_t self = getpid(), pid;
  int pair[2], kept;

  *sock = -1;
  if (*settings->clamd_socket == '\0')
    return 0;
  if (wire_pair(pair, NULL) != 0)
    return -1;
  pid = fork();
  if (pid == 0)
    live_as_broker(pair[1], self, settings);
  kept = errno;
  wire_close(&pair[1]);
  if (pid > 0)
    *sock = pair[0];
  else
    wire_close(&pair[0]);
  errno = kept;
  return pid;
}

/* --- the worker --- */

int
broker_patience(const Settings *settings)
{
  return (int)settings->clamd_timeout * 1000 + SLACK_MS;
}

static int
ask(Broker *broker, GBytes *content, GError **error)
{
  g_autoptr(MemfdWriter) writer = memfd_writer_new(MAGIC);
  int fd, result;

  memfd_put_bytes(writer, content);
  fd = memfd_writer_seal(writer, "attachment", error);
  if (fd < 0)
    return -1;
  result = wire_send(broker->sock, &(Packet){WIRE_SCAN, ++broker->last, 0, 0, fd}, NULL, error);
  close(fd);
  broker->lost = result != 0;
  return result;
}

/* Its answer to the last question; one to an earlier one came too late. */
static int
hear(Broker *broker, Packet *packet, char **words, GError **error)
{
  int n;

  do {
    g_clear_pointer(words, g_free);
    n = wire_wait(broker->sock, broker->timeout_ms, error);
    if (n == 0)
      g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, "clamd: no answer in time");
    if (n > 0) {
      n = wire_receive(broker->sock, packet, words, error);
      broker->lost = n <= 0;
      if (n == 0)
        g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, "clamd: its broker has ended");
    }
    if (n <= 0)
      return -1;
    wire_close(&packet->fd);
  } while (packet->kind == WIRE_SCANNED && packet->id != broker->last);
  return 0;
}

int
broker_scan(GBytes *content, char **name, void *data, GError **error)
{
  Broker *broker = data;
  g_autofree char *words = NULL;
  Packet packet = {.fd = -1};

  if (ask(broker, content, error) != 0 || hear(broker, &packet, &words, error) != 0)
    return -1;
  if (packet.kind == WIRE_SCANNED && packet.status == CLEAN)
    return 0;
  if (packet.kind == WIRE_SCANNED && packet.status == FOUND) {
    *name = g_steal_pointer(&words);
    return 1;
  }
  g_set_error_literal(error, CORDON_ERROR,
                      packet.status == TOO_LARGE ? CORDON_ERROR_DATA : CORDON_ERROR_TEMP,
                      words != NULL ? words : "clamd: its broker gave no reason");
  return -1;
}
