/* What is said of a worker's end, from what it left on its slate. */
#include "slate.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define EXITED(code) ((code) << 8)

static void
test_ending(void **state)
{
  static const unsigned deadlines[STAGES] = {1, 20, 3, 4, 5};
  static const struct {
    const char *label;
    int stage, status;
    const char *refused, *want;
    gboolean overrun;
  } cases[] = {
      {"status", STAGE_NONE, EXITED(70), NULL, "status 70", FALSE},
      {"signal", STAGE_NONE, SIGSEGV, NULL, "signal 11", FALSE},
      {"signal in a stage", STAGE_MIME, SIGSEGV, NULL, "signal 11, stage mime", FALSE},
      {"core", STAGE_MIME, SIGSEGV | 0x80, NULL, "signal 11, stage mime", FALSE},
      {"deadline", STAGE_INSPECT, SIGALRM, NULL, "deadline: stage inspect, 20 s", TRUE},
      {"no stage", STAGE_NONE, SIGALRM, NULL, "signal 14", FALSE},
      {"nonsense", 77, SIGALRM, NULL, "signal 14", FALSE},
      {"negative", -5, SIGALRM, NULL, "signal 14", FALSE},
      {"refused", STAGE_VERIFY, SIGSYS, "ptrace", "refused by the jail: ptrace, stage verify",
       FALSE},
      {"unknown", STAGE_NONE, SIGSYS, NULL, "refused by the jail: a system call that is not known",
       FALSE},
      {"lies", STAGE_NONE, SIGSEGV, "ptrace", "signal 11", FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const Slate slate = {cases[i].stage, -1};
    g_autofree char *got = slate_ending(&slate, cases[i].status, cases[i].refused, deadlines);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, cases[i].want);
    if (slate_is_overrun(&slate, cases[i].status) != cases[i].overrun)
      fail_msg("%s: overrun is not %d", cases[i].label, cases[i].overrun);
  }
}

/* One child writes on it; one that comes later has none. */
static void
test_shared(void **state)
{
  Slate *slate = slate_new();
  int status;
  pid_t pid;

  assert_non_null(slate);
  assert_int_equal(slate_stage(slate), STAGE_NONE);
  pid = fork();
  if (pid == 0) {
    slate->stage = STAGE_POLICY;
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(slate_stage(slate), STAGE_POLICY);
  assert_int_equal(slate_keep(slate), 0);
  pid = fork();
  if (pid == 0) {
    signal(SIGSEGV, SIG_DFL);
    slate->stage = STAGE_MIME;
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
  assert_int_equal(slate_stage(slate), STAGE_POLICY);
  slate_free(slate);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ending), cmocka_unit_test(test_shared)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
