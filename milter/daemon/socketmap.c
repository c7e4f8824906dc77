/* socketmap.c - Postfix's socketmap_table(5): a netstring "name key" out, a netstring with a status
 * and its data in. All within a deadline: a table that hangs must not hang the gateway. */
#include "socketmap.h"

#include "error.h"
#include "log.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Bytes of an answer, as Postfix bounds it. */
#define ANSWER_MAX 100000

static int
fail(GError **error, const char *table, const char *what)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "socketmap:%s: %s", table, what);
  return -1;
}

/* 1 when it is ready, 0 at the deadline, -1 with errno. */
static int
await(int sock, short events, gint64 until)
{
  struct pollfd ready = {.fd = sock, .events = events};

  for (;;) {
    gint64 left = until - g_get_monotonic_time();
    int n = left > 0 ? poll(&ready, 1, (int)(left / 1000) + 1) : 0;

    if (n >= 0 || errno != EINTR)
      return n;
  }
}

/* --- connecting --- */

static int
connect_within(const struct sockaddr *address, socklen_t len, gint64 until)
{
  int sock = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int wrong = 0;
  socklen_t size = sizeof wrong;

  if (sock < 0)
    return -1;
  if (connect(sock, address, len) == 0)
    return sock;
  if (errno == EINPROGRESS && await(sock, POLLOUT, until) > 0 &&
      getsockopt(sock, SOL_SOCKET, SO_ERROR, &wrong, &size) == 0 && wrong == 0)
    return sock;
  if (errno == EINPROGRESS)
    errno = wrong != 0 ? wrong : ETIMEDOUT;
  wrong = errno;
  close(sock);
  errno = wrong;
  return -1;
}

static int
connect_unix(const char *path, gint64 until)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  return connect_within((const struct sockaddr *)&address, sizeof address, until);
}

static int
connect_inet(const char *host, const char *port, gint64 until)
{
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo *all = NULL;
  int sock = -1;

  if (getaddrinfo(host, port, &hints, &all) != 0) {
    errno = EHOSTUNREACH;
    return -1;
  }
  for (const struct addrinfo *one = all; one != NULL && sock < 0; one = one->ai_next)
    sock = connect_within(one->ai_addr, one->ai_addrlen, until);
  freeaddrinfo(all);
  return sock;
}

int
socketmap_connect(const char *table, unsigned seconds, GError **error)
{
  gint64 until = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
  g_auto(GStrv) words = g_strsplit(table, ":", 4);
  gboolean local = strcmp(words[0], "unix") == 0;
  int sock;

  if (g_strv_length(words) != (local ? 3 : 4))
    return fail(error, table, "no such kind of table");
  sock = local ? connect_unix(words[1], until) : connect_inet(words[1], words[2], until);
  return sock >= 0 ? sock : fail(error, table, g_strerror(errno));
}

/* --- asking --- */

static int
send_all(int sock, const char *data, size_t len, gint64 until)
{
  while (len > 0) {
    ssize_t n = await(sock, POLLOUT, until) > 0 ? send(sock, data, len, MSG_NOSIGNAL) : 0;

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n <= 0)
      return -1;
    data += n;
    len -= (size_t)n;
  }
  return 0;
}

/* The bytes of the netstring that the buffer begins with, and where they begin; 0 if it is not
 * whole yet, -1 if it is none. */
static int
find_netstring(const GString *buffer, const char **data, size_t *len)
{
  size_t digits = strspn(buffer->str, "0123456789");
  guint64 size = 0;

  if (digits > 6 || (digits == 0 && buffer->len > 0))
    return -1;
  if (buffer->len <= digits)
    return 0;
  size = g_ascii_strtoull(buffer->str, NULL, 10);
  if (buffer->str[digits] != ':' || size > ANSWER_MAX)
    return -1;
  if (buffer->len < digits + 1 + size + 1)
    return 0;
  *data = buffer->str + digits + 1;
  *len = (size_t)size;
  return (*data)[size] == ',' && buffer->len == digits + size + 2 ? 1 : -1;
}

/* The answer without its form; NULL with errno (EPROTO if it has none). */
static char *
receive_answer(int sock, gint64 until)
{
  g_autoptr(GString) buffer = g_string_new(NULL);
  const char *data = NULL;
  size_t len = 0;
  int whole = 0;

  while ((whole = find_netstring(buffer, &data, &len)) == 0) {
    char piece[4096];
    int ready = await(sock, POLLIN, until);
    ssize_t n = ready > 0 ? recv(sock, piece, sizeof piece, 0) : -1;

    if (ready == 0)
      errno = ETIMEDOUT;
    if (ready > 0 && n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n == 0)
      errno = ECONNRESET;
    if (n <= 0)
      return NULL;
    g_string_append_len(buffer, piece, n);
  }
  if (whole > 0)
    return g_strndup(data, len);
  errno = EPROTO;
  return NULL;
}

static gboolean
has_status(const char *answer, const char *status)
{
  size_t len = strlen(status);

  return strncmp(answer, status, len) == 0 && (answer[len] == ' ' || answer[len] == '\0');
}

int
socketmap_ask(int sock, const char *table, const char *key, unsigned seconds, GError **error)
{
  gint64 until = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
  const char *name = strrchr(table, ':') + 1;
  g_autofree char *question =
      g_strdup_printf("%zu:%s %s,", strlen(name) + 1 + strlen(key), name, key);
  g_autofree char *answer = NULL, *words = NULL;

  errno = ETIMEDOUT;
  if (send_all(sock, question, strlen(question), until) == 0)
    answer = receive_answer(sock, until);
  if (answer == NULL)
    return fail(error, table, g_strerror(errno));
  if (has_status(answer, "OK"))
    return 1;
  if (has_status(answer, "NOTFOUND"))
    return 0;
  words = log_escape(answer, -1, 200);
  return fail(error, table, words);
}
