/* jail_enter in a child, which answers with its exit status. */
#include "jail.h"

#include "error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int
open_above_standard(void)
{
  int n = 0;

  for (int fd = 3; fd < 1024; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

static int
check_inside(int sock, pid_t parent)
{
  struct rlimit core;

  if (jail_enter(sock, parent, NULL) != 0)
    return 1;
  if (open_above_standard() != 1 || fcntl(sock, F_GETFD) < 0)
    return 2;
  if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
    return 3;
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
    return 4;
  return prctl(PR_GET_DUMPABLE) == 0 ? 0 : 5;
}

static int
status_in_child(int sock, pid_t parent)
{
  pid_t pid = fork();
  int status;

  if (pid == 0)
    _exit(check_inside(sock, parent));
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void
test_enter(void **state)
{
  const int socks[] = {3, 9, 200};

  for (size_t i = 0; i < G_N_ELEMENTS(socks); i++) {
    int extra = open("/dev/null", O_RDONLY), high = dup2(extra, 300);

    assert_int_equal(dup2(STDERR_FILENO, socks[i]), socks[i]);
    if (status_in_child(socks[i], getpid()) != 0)
      fail_msg("socket %d: status %d", socks[i], status_in_child(socks[i], getpid()));
    close(socks[i]);
    close(extra);
    close(high);
  }
}

static void
test_parent_gone(void **state)
{
  assert_int_equal(status_in_child(9, getppid()), 1);
}

/* The child of a parent that is killed ends too. */
static void
test_dies_with_parent(void **state)
{
  int pipe_fds[2];
  pid_t parent;
  char byte;

  assert_int_equal(pipe(pipe_fds), 0);
  parent = fork();
  if (parent == 0) {
    pid_t self = getpid();

    if (fork() == 0) {
      if (dup2(pipe_fds[1], 9) != 9 || jail_enter(9, self, NULL) != 0 || write(9, "x", 1) != 1)
        _exit(1);
      for (;;)
        pause();
    }
    close(pipe_fds[1]);
    for (;;)
      pause();
  }
  close(pipe_fds[1]);
  assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
  kill(parent, SIGKILL);
  waitpid(parent, NULL, 0);
  assert_int_equal(read(pipe_fds[0], &byte, 1), 0);
  close(pipe_fds[0]);
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
      cmocka_unit_test(test_dies_with_parent), cmocka_unit_test(test_no_such_user)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
