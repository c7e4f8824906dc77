/* dial.c - connections with a deadline. */
#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Between two looks whether a queue of callers has room: no event tells. Microseconds. */
#define PAUSE 5000

/* 0 when the socket is ready (or broken: the next call tells), -1 with errno. */
static int
await(int sock, short events, gint64 until)
{
  struct pollfd ready = {.fd = sock, .events = events};

  for (;;) {
    const gint64 left = until - g_get_monotonic_time();
    const int n = left > 0 ? poll(&ready, 1, (int)MIN(left / 1000 + 1, G_MAXINT)) : 0;

    if (n > 0)
      return 0;
    if (n < 0 && errno != EINTR)
      return -1;
    if (left <= 0) {
      errno = ETIMEDOUT;
      return -1;
    }
  }
}

/* --- connecting --- */

static int
await_connection(int sock, gint64 until)
{
  int wrong = 0;
  socklen_t size = sizeof wrong;

  if (await(sock, POLLOUT, until) != 0 ||
      getsockopt(sock, SOL_SOCKET, SO_ERROR, &wrong, &size) != 0)
    return -1;
  errno = wrong;
  return wrong == 0 ? 0 : -1;
}

static int
connect_within(int sock, const struct sockaddr *to, socklen_t len, gint64 until)
{
  while (connect(sock, to, len) != 0) {
    if (errno == EINPROGRESS || errno == EINTR)
      return await_connection(sock, until);
    if (errno != EAGAIN)
      return -1;
    if (g_get_monotonic_time() >= until) {
      errno = ETIMEDOUT;
      return -1;
    }
    g_usleep(PAUSE);
  }
  return 0;
}

static int
dial(const struct sockaddr *to, socklen_t len, gint64 until)
{
  const int sock = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int wrong;

  if (sock < 0 || connect_within(sock, to, len, until) == 0)
    return sock;
  wrong = errno;
  close(sock);
  errno = wrong;
  return -1;
}

int
dial_unix(const char *path, gint64 until)
{
  struct sockaddr_un to = {.sun_family = AF_UNIX};

  if (g_strlcpy(to.sun_path, path, sizeof to.sun_path) >= sizeof to.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return dial((const struct sockaddr *)&to, sizeof to, until);
}

int
dial_inet(const char *host, const char *port, gboolean numeric, gint64 until)
{
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                 .ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : 0)};
  struct addrinfo *all = NULL;
  int sock = -1, wrong;

  if (getaddrinfo(host, port, &hints, &all) != 0) {
    errno = EHOSTUNREACH;
    return -1;
  }
  for (const struct addrinfo *one = all; one != NULL && sock < 0; one = one->ai_next)
    sock = dial(one->ai_addr, one->ai_addrlen, until);
  wrong = errno;
  freeaddrinfo(all);
  errno = wrong;
  return sock;
}

/* --- talking --- */

int
dial_send(int sock, const void *bytes, size_t len, gint64 until)
{
  const char *at = bytes;

  while (len > 0) {
    const ssize_t n = send(sock, at, len, MSG_NOSIGNAL);

    if (n >= 0) {
      at += n;
      len -= (size_t)n;
    } else if (errno == EAGAIN) {
      if (await(sock, POLLOUT, until) != 0)
        return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return 0;
}

gssize
dial_receive(int sock, void *bytes, size_t len, gint64 until)
{
  for (;;) {
    ssize_t n;

    if (await(sock, POLLIN, until) != 0)
      return -1;
    n = recv(sock, bytes, len, 0);
    if (n >= 0 || (errno != EAGAIN && errno != EINTR))
      return n;
  }
}
