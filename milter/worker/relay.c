#include "relay.h"

#include "error.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A report of a sanitizer fits. */
#define LINES_A_SECOND 200
#define LONGEST_LINE   1000

struct relay {
  int ends[2];      /* of the pipe: reading, writing */
  GString *pending; /* a line without its end yet */
  gint64 second;
  unsigned lines, left_out;
};

Relay *
relay_new(GError **error)
{
  Relay *relay = g_new0(Relay, 1);

  if (pipe2(relay->ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "pipe: %s", g_strerror(errno));
    g_free(relay);
    return NULL;
  }
  relay->pending = g_string_new(NULL);
  return relay;
}

void
relay_free(Relay *relay)
{
  if (relay == NULL)
    return;
  close(relay->ends[0]);
  close(relay->ends[1]);
  g_string_free(relay->pending, TRUE);
  g_free(relay);
}

int
relay_descriptor(const Relay *relay)
{
  return relay->ends[0];
}

int
relay_take_over(const Relay *relay)
{
  return dup2(relay->ends[1], STDERR_FILENO) >= 0 ? 0 : -1;
}

static void
say(Relay *relay)
{
  gint64 now = g_get_monotonic_time() / G_USEC_PER_SEC;

  if (now != relay->second) {
    if (relay->left_out > 0)
      log_line(LOG_LEVEL_WARNING, NULL, "worker: %u lines left out", relay->left_out);
    relay->second = now;
    relay->lines = relay->left_out = 0;
  }
  if (relay->lines < LINES_A_SECOND)
    log_line(LOG_LEVEL_WARNING, NULL, "worker: %s", relay->pending->str);
  else
    relay->left_out++;
  relay->lines++;
  g_string_truncate(relay->pending, 0);
}

static void
take(Relay *relay, const char *bytes, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    if (bytes[i] != '\n')
      g_string_append_c(relay->pending, bytes[i] != '\0' ? bytes[i] : ' ');
    if (bytes[i] == '\n' || relay->pending->len >= LONGEST_LINE)
      say(relay);
  }
}

/* One buffer a call: the zygote has other things to do than to listen to a worker that shouts. */
void
relay_pass_on(Relay *relay)
{
  char bytes[16 * 1024];
  ssize_t n = read(relay->ends[0], bytes, sizeof bytes);

  if (n > 0)
    take(relay, bytes, (size_t)n);
}
