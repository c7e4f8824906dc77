/* Connections with a deadline, over sockets of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "dial.h"

/* Far enough that no slow machine meets it, and near enough to be waited for. */
#define LATER (g_get_monotonic_time() + 60 * G_TIME_SPAN_SECOND)
#define SOON  (g_get_monotonic_time() + 50 * G_TIME_SPAN_MILLISECOND)

typedef struct server {
  char *folder, *path;
  int sock;
} Server;

static int
start(void **state)
{
  Server *server = g_new0(Server, 1);
  struct sockaddr_un address = {.sun_family = AF_UNIX};

  server->folder = g_dir_make_tmp("cordon-dial.XXXXXX", NULL);
  server->path = g_build_filename(server->folder, "socket", NULL);
  g_strlcpy(address.sun_path, server->path, sizeof address.sun_path);
  server->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  *state = server;
  return bind(server->sock, (const struct sockaddr *)&address, sizeof address) == 0 &&
                 listen(server->sock, 0) == 0
             ? 0
             : -1;
}

static int
stop(void **state)
{
  Server *server = *state;

  close(server->sock);
  g_unlink(server->path);
  g_rmdir(server->folder);
  g_free(server->path);
  g_free(server->folder);
  g_free(server);
  return 0;
}

static void
test_talk(void **state)
{
  const Server *server = *state;
  int sock = dial_unix(server->path, LATER), other = accept(server->sock, NULL, NULL);
  char answer[8];

  assert_true(sock >= 0);
  assert_int_equal(dial_send(sock, "question", 8, LATER), 0);
  assert_int_equal(recv(other, answer, sizeof answer, MSG_WAITALL), 8);
  assert_memory_equal(answer, "question", 8);
  assert_int_equal(send(other, "yes", 3, 0), 3);
  assert_int_equal(dial_receive(sock, answer, sizeof answer, LATER), 3);
  assert_memory_equal(answer, "yes", 3);
  close(other);
  assert_int_equal(dial_receive(sock, answer, sizeof answer, LATER), 0);
  assert_int_equal(dial_send(sock, "more", 4, LATER), -1);
  assert_int_equal(errno, EPIPE);
  close(sock);
}

static void
wake(int number)
{
}

/* Each waits for what does not come, with a signal every millisecond. */
static void
test_deadlines(void **state)
{
  const Server *server = *state;
  const struct sigaction interrupt = {.sa_handler = wake};
  const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  int sock = dial_unix(server->path, LATER);
  g_autofree char *much = g_malloc0(4 << 20);
  char answer[8];

  assert_true(sock >= 0);
  assert_int_equal(sigaction(SIGALRM, &interrupt, NULL), 0);
  assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
  assert_int_equal(dial_receive(sock, answer, sizeof answer, SOON), -1);
  assert_int_equal(errno, ETIMEDOUT);
  assert_int_equal(dial_send(sock, much, 4 << 20, SOON), -1);
  assert_int_equal(errno, ETIMEDOUT);
  assert_int_equal(dial_receive(sock, answer, sizeof answer, 0), -1);
  assert_int_equal(errno, ETIMEDOUT);
  assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
  close(sock);
}

static void *
accept_later(void *data)
{
  const Server *server = data;

  g_usleep(20000);
  close(accept(server->sock, NULL, NULL));
  return NULL;
}

/* A queue of one, which the first caller fills: the next waits to the deadline, or for its turn. */
static void
test_full_queue(void **state)
{
  Server *server = *state;
  int first = dial_unix(server->path, LATER), second;
  GThread *thread;

  assert_true(first >= 0);
  assert_int_equal(dial_unix(server->path, SOON), -1);
  assert_int_equal(errno, ETIMEDOUT);
  thread = g_thread_new("server", accept_later, server);
  second = dial_unix(server->path, LATER);
  g_thread_join(thread);
  assert_true(second >= 0);
  close(second);
  close(first);
}

static void
test_no_server(void **state)
{
  char path[256];

  memset(path, 'a', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  assert_int_equal(dial_unix(path, LATER), -1);
  assert_int_equal(errno, ENAMETOOLONG);
  assert_int_equal(dial_unix("/nonexistent/socket", LATER), -1);
  assert_int_equal(errno, ENOENT);
  assert_int_equal(dial_inet("localhost", "25", TRUE, LATER), -1);
  assert_int_equal(errno, EHOSTUNREACH);
}

static void
test_inet(void **state)
{
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), sock;
  char port[8];

  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
  g_snprintf(port, sizeof port, "%d", ntohs(address.sin_port));
  assert_int_equal(dial_inet("127.0.0.1", port, TRUE, LATER), -1);
  assert_int_equal(errno, ECONNREFUSED);
  assert_int_equal(listen(listener, 1), 0);
  sock = dial_inet("127.0.0.1", port, TRUE, LATER);
  assert_true(sock >= 0);
  close(sock);
  close(listener);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_talk, start, stop),
      cmocka_unit_test_setup_teardown(test_deadlines, start, stop),
      cmocka_unit_test_setup_teardown(test_full_queue, start, stop),
      cmocka_unit_test(test_no_server),
      cmocka_unit_test(test_inet),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
