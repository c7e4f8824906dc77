/* Memory that is scarce for a while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bounds.h"
#include "headroom.h"

/* Of 8 MiB each: how many there are, 1000 for no end. */
static int
pieces(void)
{
  int n = 0;

  while (n < 1000 && mmap(NULL, MIB(8), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                          0) != MAP_FAILED)
    n++;
  return n;
}

static void
give_limit(guint64 limit)
{
  const struct rlimit all = {limit, limit};

  if (setrlimit(RLIMIT_AS, &all) != 0)
    _exit(1);
}

/* In a child, since a limit stays. */
static void
in_child(gboolean (*test)(void))
{
  pid_t pid = fork();
  int status;

  if (pid == 0)
    _exit(test() ? 0 : 1);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static gboolean
is_lowered(void)
{
  Headroom headroom;
  int less, more;
  gboolean much, little;

  give_limit(MIB(2048));
  if (headroom_lower(&headroom, MIB(80)) != 0)
    return FALSE;
  much = headroom_has(MIB(96));
  little = headroom_has(MIB(64));
  less = pieces();
  headroom_end(&headroom);
  more = pieces();
  return !much && little && less >= 9 && less <= 10 && more > 200 && more < 256;
}

static gboolean
is_no_more_than_was_left(void)
{
  Headroom headroom;

  give_limit(MIB(512));
  return headroom_lower(&headroom, MIB(1024)) == 0 && pieces() < 64 &&
         (headroom_end(&headroom), TRUE);
}

static gboolean
is_nothing_without_a_limit(void)
{
  Headroom headroom;
  gboolean free = headroom_lower(&headroom, MIB(8)) == 0 && pieces() == 1000;

  headroom_end(&headroom);
  return free;
}

static void
test_limit(void **state)
{
  if (!HEADROOM_WORKS)
    skip();
  in_child(is_lowered);
  in_child(is_no_more_than_was_left);
  in_child(is_nothing_without_a_limit);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_limit)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
