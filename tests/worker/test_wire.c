#include "wire.h"

#include "error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int
count_fds(void)
{
  int n = 0;

  for (int fd = 0; fd < 256; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

static void
test_round_trip(void **state)
{
  const Packet sent = {WIRE_SPAWNED, 7, 1234, -5, STDERR_FILENO};
  Packet got = {.fd = -1}, bare = {.fd = -1};
  struct stat here, there;
  g_autofree char *text = NULL;
  int pair[2];

  assert_int_equal(wire_pair(pair, NULL), 0);
  assert_int_equal(wire_send(pair[0], &sent, "words\nmore", NULL), 0);
  assert_int_equal(wire_wait(pair[1], 1000, NULL), 1);
  assert_int_equal(wire_receive(pair[1], &got, &text, NULL), 1);
  assert_true(got.kind == sent.kind && got.id == 7 && got.pid == 1234 && got.status == -5);
  assert_string_equal(text, "words\nmore");
  assert_int_equal(fstat(got.fd, &there), 0);
  assert_int_equal(fstat(STDERR_FILENO, &here), 0);
  assert_true(here.st_ino == there.st_ino && here.st_dev == there.st_dev);
  assert_int_equal(fcntl(got.fd, F_GETFD), FD_CLOEXEC);
  wire_close(&got.fd);
  assert_int_equal(got.fd, -1);
  assert_int_equal(wire_send(pair[1], &(Packet){.kind = WIRE_STOP, .fd = -1}, NULL, NULL), 0);
  assert_int_equal(wire_receive(pair[0], &bare, NULL, NULL), 1);
  assert_true(bare.kind == WIRE_STOP && bare.fd == -1);
  wire_close(&pair[0]);
  wire_close(&pair[1]);
}

static void
test_closed(void **state)
{
  Packet packet = {.fd = -1};
  g_autoptr(GError) error = NULL;
  int pair[2];

  assert_int_equal(wire_pair(pair, NULL), 0);
  assert_int_equal(wire_wait(pair[0], 0, NULL), 0);
  wire_close(&pair[1]);
  assert_int_equal(wire_wait(pair[0], 0, NULL), 1);
  assert_int_equal(wire_receive(pair[0], &packet, NULL, NULL), 0);
  assert_int_equal(wire_send(pair[0], &packet, NULL, &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
  wire_close(&pair[0]);
}

static void
test_peer_does_not_read(void **state)
{
  const Packet packet = {.kind = WIRE_EXIT, .fd = -1};
  int pair[2], sent = 0;

  assert_int_equal(wire_pair(pair, NULL), 0);
  while (sent < 100000 && wire_send(pair[0], &packet, NULL, NULL) == 0)
    sent++;
  assert_in_range(sent, 1, 99999);
  wire_close(&pair[0]);
  wire_close(&pair[1]);
}

static void
send_raw(int sock, size_t len, const int *fds, size_t nfds)
{
  g_autofree char *bytes = g_malloc0(len);
  struct iovec part = {bytes, len};
  char control[CMSG_SPACE(sizeof(int) * 8)] = "";
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

  if (nfds > 0) {
    struct cmsghdr *cmsg = (struct cmsghdr *)control;

    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
    *cmsg = (struct cmsghdr){CMSG_LEN(sizeof(int) * nfds), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * nfds);
  }
  assert_int_equal(sendmsg(sock, &message, 0), (ssize_t)len);
}

static void
test_hostile_packets(void **state)
{
  static const struct {
    const char *label;
    size_t len, nfds;
  } cases[] = {
      {"short", 1, 0},          {"short, with a descriptor", 15, 1}, {"long", 17, 0},
      {"very long", 100000, 1}, {"two descriptors", 16, 2},          {"eight descriptors", 16, 8}};
  const int fds[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  int pair[2];

  assert_int_equal(wire_pair(pair, NULL), 0);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    Packet packet = {.fd = -1};
    g_autoptr(GError) error = NULL;
    int before = count_fds();

    send_raw(pair[0], cases[i].len, fds, cases[i].nfds);
    if (wire_receive(pair[1], &packet, NULL, &error) != -1 ||
        !g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA))
      fail_msg("%s: not refused with DATA", cases[i].label);
    if (count_fds() != before)
      fail_msg("%s: a descriptor stays open", cases[i].label);
  }
  wire_close(&pair[0]);
  wire_close(&pair[1]);
}

/* It looks like the end of the connection, and must not cost a descriptor. */
static void
test_empty_packet(void **state)
{
  const int fd = STDERR_FILENO;
  Packet packet = {.fd = -1};
  int pair[2], before;

  assert_int_equal(wire_pair(pair, NULL), 0);
  before = count_fds();
  send_raw(pair[0], 0, &fd, 1);
  assert_int_equal(wire_receive(pair[1], &packet, NULL, NULL), 0);
  assert_int_equal(count_fds(), before);
  wire_close(&pair[0]);
  wire_close(&pair[1]);
}

/* That we have no descriptor left is not the peer's fault. */
static void
test_no_descriptor_left(void **state)
{
  const Packet sent = {.kind = WIRE_REPLY, .fd = STDERR_FILENO};
  Packet packet = {.fd = -1};
  g_autoptr(GError) error = NULL;
  struct rlimit before, low;
  int pair[2], got;

  assert_int_equal(wire_pair(pair, NULL), 0);
  assert_int_equal(wire_send(pair[0], &sent, NULL, NULL), 0);
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
  low = (struct rlimit){0, before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
  got = wire_receive(pair[1], &packet, NULL, &error);
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
  assert_int_equal(got, -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
  wire_close(&pair[0]);
  wire_close(&pair[1]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),         cmocka_unit_test(test_closed),
      cmocka_unit_test(test_peer_does_not_read), cmocka_unit_test(test_hostile_packets),
      cmocka_unit_test(test_empty_packet),       cmocka_unit_test(test_no_descriptor_left)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
