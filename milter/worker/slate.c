/* The end of a stage's time is SIGALRM with its default action: nothing has to run in a worker that
 * is stuck for it to end, and nothing needs to be believed but which stage it was. */
#include "slate.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

Slate *
slate_new(void)
{
  Slate *slate =
      mmap(NULL, sizeof *slate, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (slate == MAP_FAILED)
    return NULL;
  *slate = (Slate){STAGE_NONE, -1};
  return slate;
}

void
slate_free(Slate *slate)
{
  if (slate != NULL)
    munmap(slate, sizeof *slate);
}

int
slate_keep(Slate *slate)
{
  return madvise(slate, sizeof *slate, MADV_DONTFORK);
}

Stage
slate_stage(const Slate *slate)
{
  int stage = g_atomic_int_get(&slate->stage);

  return stage_name(stage) != NULL ? (Stage)stage : STAGE_NONE;
}

gboolean
slate_is_overrun(const Slate *slate, int status)
{
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM && slate_stage(slate) != STAGE_NONE;
}

static char *
how_ended(int status, const char *refused)
{
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
    return g_strdup_printf("refused by the jail: %s",
                           refused != NULL ? refused : "a system call that is not known");
  if (WIFSIGNALED(status))
    return g_strdup_printf("signal %d", WTERMSIG(status));
  return g_strdup_printf("status %d", WEXITSTATUS(status));
}

char *
slate_ending(const Slate *slate, int status, const char *refused, const unsigned deadlines[STAGES])
{
  Stage stage = slate_stage(slate);
  g_autofree char *how = how_ended(status, refused);

  if (slate_is_overrun(slate, status))
    return g_strdup_printf("deadline: stage %s, %u s", stage_name(stage), deadlines[stage]);
  if (stage != STAGE_NONE)
    return g_strdup_printf("%s, stage %s", how, stage_name(stage));
  return g_steal_pointer(&how);
}
