/* A thread for the listening sockets and one for each request, few at a time: a reload is waited
 * for. Whoever sends slowly is cut off. */
#include "console.h"

#include "error.h"
#include "log.h"
#include "status.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST_MAX       4096
#define PATIENCE_S        5
#define REQUESTS_AT_ONCE  32
#define RELOAD_PATIENCE_S 900
#define WANT_US           (100 * 1000)

typedef struct console {
  Front *front;
  ConsoleReload reload;
  void *data;
  int sockets[2]; /* Unix, TCP or -1 */
  gint requests;  /* atomic */
} Console;

typedef struct request {
  Console *console;
  int sock;
  gboolean trusted; /* came over the Unix socket */
} Request;

/* --- answering --- */

static void
send_all(int sock, const char *text, size_t len)
{
  while (len > 0) {
    ssize_t n = send(sock, text, len, MSG_NOSIGNAL);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return; /* whoever asked has gone, or reads too slowly */
    text += n;
    len -= (size_t)n;
  }
}

static void
answer(int sock, const char *status, const char *type, const char *body)
{
  g_autofree char *head =
      g_strdup_printf("HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                      "Cache-Control: no-store\r\n\r\n",
                      status, type, strlen(body));

  send_all(sock, head, strlen(head));
  send_all(sock, body, strlen(body));
}

static void
answer_text(int sock, const char *status, const char *text)
{
  g_autofree char *body = g_strconcat(text, "\n", NULL);

  answer(sock, status, "text/plain; charset=utf-8", body);
}

static void
answer_reload(const Request *request)
{
  const Console *console = request->console;
  guint32 number = state_ask(console->front->state);
  g_autofree char *error = NULL;

  console->reload(console->data, number);
  error = state_await(console->front->state, number, RELOAD_PATIENCE_S);
  if (error == NULL)
    answer_text(request->sock, "504 Gateway Timeout", "the reload has not ended yet");
  else if (*error != '\0')
    answer_text(request->sock, "409 Conflict", error);
  else
    answer_text(request->sock, "200 OK", "reloaded");
}

static gboolean
asks_for(const char *line, const char *what)
{
  size_t len = strlen(what);

  return strncmp(line, what, len) == 0 && (line[len] == ' ' || line[len] == '\0');
}

static void
obey(const Request *request, const char *line)
{
  const Front *front = request->console->front;
  g_autofree char *body = NULL;

  if (asks_for(line, "GET /metrics")) {
    body = status_metrics(front);
    answer(request->sock, "200 OK", "text/plain; version=0.0.4; charset=utf-8", body);
  } else if (request->trusted && asks_for(line, "GET /status")) {
    body = status_json(front);
    answer(request->sock, "200 OK", "application/json", body);
  } else if (request->trusted && asks_for(line, "POST /reload")) {
    answer_reload(request);
  } else {
    answer_text(request->sock, "404 Not Found", "GET /metrics");
  }
}

/* Up to the empty line; the first line is kept. FALSE if it does not come. */
static gboolean
hear(int sock, char line[REQUEST_MAX + 1])
{
  gint64 until = g_get_monotonic_time() + PATIENCE_S * G_TIME_SPAN_SECOND;
  size_t len = 0;

  while (len < REQUEST_MAX && g_get_monotonic_time() < until) {
    ssize_t n = recv(sock, line + len, REQUEST_MAX - len, 0);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    len += (size_t)n;
    line[len] = '\0';
    if (strstr(line, "\r\n\r\n") == NULL && strstr(line, "\n\n") == NULL)
      continue;
    line[strcspn(line, "\r\n")] = '\0';
    return TRUE;
  }
  return FALSE;
}

static gpointer
serve_request(gpointer data)
{
  g_autofree Request *request = data;
  const struct timeval patience = {.tv_sec = PATIENCE_S};
  char line[REQUEST_MAX + 1];

  setsockopt(request->sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(request->sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (hear(request->sock, line))
    obey(request, line);
  close(request->sock);
  g_atomic_int_add(&request->console->requests, -1);
  return NULL;
}

static void
accept_request(Console *console, int i)
{
  int sock = accept4(console->sockets[i], NULL, NULL, SOCK_CLOEXEC);
  Request *request;
  GThread *thread;

  if (sock < 0) {
    g_usleep(WANT_US); /* of descriptors, most likely */
    return;
  }
  if (g_atomic_int_add(&console->requests, 1) >= REQUESTS_AT_ONCE) {
    g_atomic_int_add(&console->requests, -1);
    close(sock);
    return;
  }
  request = g_new0(Request, 1);
  *request = (Request){console, sock, i == 0};
  thread = g_thread_try_new("request", serve_request, request, NULL);
  if (thread != NULL) {
    g_thread_unref(thread);
    return;
  }
  g_atomic_int_add(&console->requests, -1);
  close(sock);
  g_free(request);
}

static gpointer
serve(gpointer data)
{
  Console *console = data;

  for (;;) {
    struct pollfd ready[2] = {{.fd = console->sockets[0], .events = POLLIN},
                              {.fd = console->sockets[1], .events = POLLIN}};

    if (poll(ready, G_N_ELEMENTS(ready), -1) < 0)
      continue;
    for (int i = 0; i < 2; i++)
      if ((ready[i].revents & POLLIN) != 0)
        accept_request(console, i);
      else if (ready[i].revents != 0)
        return NULL;
  }
}

/* --- opening --- */

/* A socket file stays behind when its process was killed; nobody listens on it then. */
int
socket_remove_stale(const char *path, GError **error)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct stat st;
  int sock, listening;

  if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "socket %s: the path is too long", path);
    return -1;
  }
  if (lstat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
    return 0;
  sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  listening = sock >= 0 && connect(sock, (struct sockaddr *)&address, sizeof address) == 0;
  if (sock >= 0)
    close(sock);
  if (!listening && unlink(path) == 0)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "socket %s: %s", path,
              listening ? "another process listens on it" : g_strerror(errno));
  return -1;
}

static int
listen_at(const struct sockaddr *address, socklen_t len, GError **error, const char *what)
{
  const int yes = 1;
  int sock = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (sock >= 0 && address->sa_family == AF_INET)
    setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (sock >= 0 && bind(sock, address, len) == 0 && listen(sock, REQUESTS_AT_ONCE) == 0)
    return sock;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "socket %s cannot be opened: %s", what,
              g_strerror(errno));
  if (sock >= 0)
    close(sock);
  return -1;
}

static int
listen_unix(const Settings *settings, GError **error)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_autofree char *path = settings_control(settings);
  mode_t before;
  int sock;

  if (socket_remove_stale(path, error) != 0)
    return -1;
  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  before = umask(0177);
  sock = listen_at((struct sockaddr *)&address, sizeof address, error, path);
  umask(before);
  return sock;
}

static int
listen_port(unsigned port, GError **error)
{
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((guint16)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  g_autofree char *what = g_strdup_printf("127.0.0.1:%u", port);

  return listen_at((const struct sockaddr *)&address, sizeof address, error, what);
}

int
console_open(Front *front, ConsoleReload reload, void *data, GError **error)
{
  Console *console = g_new0(Console, 1); /* lives as long as the process */

  *console = (Console){.front = front, .reload = reload, .data = data, .sockets = {-1, -1}};
  console->sockets[0] = listen_unix(front->settings, error);
  if (console->sockets[0] >= 0 && front->settings->metrics_port != 0)
    console->sockets[1] = listen_port(front->settings->metrics_port, error);
  if (console->sockets[0] < 0 || (front->settings->metrics_port != 0 && console->sockets[1] < 0)) {
    g_free(console);
    return -1;
  }
  g_thread_unref(g_thread_new("console", serve, console));
  return 0;
}
