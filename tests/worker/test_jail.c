/* jail_enter in a child. What it is good for: t_jail.py. */
#include "jail.h"

#include "error.h"
#include "privileges.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct fixture {
  char *dir; /* scratch */
  Jail *jail;
} Fixture;

static int
set_up(void **state)
{
  Fixture *fixture = g_new0(Fixture, 1);

  fixture->dir = g_dir_make_tmp("jail-XXXXXX", NULL);
  fixture->jail = jail_new(fixture->dir, NULL);
  *state = fixture;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *fixture = *state;

  jail_free(fixture->jail);
  rmdir(fixture->dir);
  g_free(fixture->dir);
  g_free(fixture);
  return 0;
}

/* Looked at from outside: inside hardly anything can be asked any more. The child stays until its
 * socket closes. */
static void
live_inside(const Fixture *fixture, int sock, pid_t parent)
{
  const JailCell cell = {sock, -1, -1, parent, fixture->dir, 10, NULL};
  char byte = 'x';

  if (jail_enter(fixture->jail, &cell, NULL) != 0)
    _exit(1);
  if (write(sock, &byte, 1) != 1 || read(sock, &byte, 1) != 0)
    _exit(2);
  _exit(0);
}

static unsigned
count_descriptors(pid_t pid)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/fd", (int)pid);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  unsigned n = 0;

  while (dir != NULL && g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

static void
assert_status(pid_t pid, const char *line)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid), *text = NULL;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  if (strstr(text, line) == NULL)
    fail_msg("no \"%s\" in %s", line, text);
}

static void
look_at(const Fixture *fixture, pid_t pid)
{
  struct rlimit core;

  assert_status(pid, "NoNewPrivs:\t1\n");
  assert_status(pid, "CapEff:\t0000000000000000\n");
  if (strstr(jail_words(fixture->jail), "no seccomp") == NULL)
    assert_status(pid, "Seccomp:\t2\n");
  if (geteuid() != 0)
    return; /* not dumpable: nobody's but root's to look at */
  assert_int_equal(count_descriptors(pid), 4);
  assert_int_equal(prlimit(pid, RLIMIT_CORE, NULL, &core), 0);
  assert_int_equal(core.rlim_max, 0);
}

static void
test_enter(void **state)
{
  const Fixture *fixture = *state;
  const int socks[] = {3, 9, 200};

  for (size_t i = 0; i < G_N_ELEMENTS(socks); i++) {
    int pair[2], extra = open("/dev/null", O_RDONLY), high = dup2(extra, 300), status;
    pid_t self = getpid(), pid;
    char byte;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(fcntl(pair[0], F_DUPFD_CLOEXEC, 400), 400);
    close(pair[0]);
    pid = fork();
    if (pid == 0) {
      if (pair[1] != socks[i])
        dup2(pair[1], socks[i]);
      live_inside(fixture, socks[i], self);
    }
    close(pair[1]);
    if (read(400, &byte, 1) != 1)
      fail_msg("socket %d: did not enter", socks[i]);
    look_at(fixture, pid);
    close(400);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(extra);
    close(high);
  }
}

static void
test_parent_gone(void **state)
{
  const Fixture *fixture = *state;
  const JailCell cell = {9, -1, -1, getppid(), fixture->dir, 10, NULL};
  pid_t pid = fork();
  int status;

  if (pid == 0)
    _exit(jail_enter(fixture->jail, &cell, NULL) != 0 ? 7 : 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(WEXITSTATUS(status), 7);
}

/* The child of a parent that is killed ends too. */
static void
test_dies_with_parent(void **state)
{
  const Fixture *fixture = *state;
  int pair[2];
  pid_t parent;
  char byte;

  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  parent = fork();
  if (parent == 0) {
    pid_t self = getpid();

    if (fork() == 0)
      live_inside(fixture, dup2(pair[1], 9), self);
    close(pair[1]);
    for (;;)
      pause();
  }
  close(pair[1]);
  assert_int_equal(read(pair[0], &byte, 1), 1);
  kill(parent, SIGKILL);
  waitpid(parent, NULL, 0);
  assert_int_equal(read(pair[0], &byte, 1), 0);
  close(pair[0]);
}

/* The words and what is lacking belong together, and the trial leaves nothing. */
static void
test_words(void **state)
{
  const Fixture *fixture = *state;
  gboolean lacks = jail_lacks(fixture->jail) != NULL;
  g_autoptr(GDir) dir = g_dir_open(fixture->dir, 0, NULL);

  assert_int_equal(lacks, strstr(jail_words(fixture->jail), "no ") != NULL);
  assert_null(g_dir_read_name(dir));
  if (lacks)
    print_message("# this system lacks %s\n", jail_lacks(fixture->jail));
}

static void
test_no_such_user(void **state)
{
  g_autoptr(GError) error = NULL;

  assert_int_equal(privileges_drop("", NULL), 0);
  if (geteuid() != 0)
    skip();
  assert_int_equal(privileges_drop("nobody-of-this-name", &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_CONFIG));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_enter), cmocka_unit_test(test_parent_gone),
      cmocka_unit_test(test_dies_with_parent), cmocka_unit_test(test_words),
      cmocka_unit_test(test_no_such_user)};

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
