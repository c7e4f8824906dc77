/* jail.c - the door that a worker closes behind it.
 *
 * A worker that a mail has taken over should find itself in an empty room: its own scratch folder
 * is all it can touch (Landlock), a socket to the front is all it can speak to, and parsing is all
 * that the kernel does for it (seccomp). What remains: it can read the mails that are handed to it,
 * lie in its replies (the front believes nothing), and learn by stat that a file exists.
 *
 * Kernels differ, and containers forbid things in their own ways, so nothing is concluded from
 * versions: a child goes through the door once (rehearsal.c). */
#include "jail.h"

#include "error.h"
#include "jail_parts.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

struct jail {
  Syscalls *syscalls;
  Rehearsal found;
  char *words;
};

static int
refuse(GError **error, int code, const char *what)
{
  g_set_error(error, CORDON_ERROR, code, "%s: %s", what, g_strerror(errno));
  return -1;
}

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}

/* What is kept may have any numbers: all others, down to standard error, go. */
static int
close_others(const JailCell *cell)
{
  int kept[] = {STDERR_FILENO, cell->sock, cell->record, cell->broker};
  int before = STDERR_FILENO;

  qsort(kept, G_N_ELEMENTS(kept), sizeof *kept, compare_numbers);
  for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
    if (kept[i] > before + 1 && close_range((unsigned)before + 1, (unsigned)kept[i] - 1, 0) != 0)
      return -1;
    before = MAX(before, kept[i]);
  }
  return close_range((unsigned)before + 1, UINT_MAX, 0);
}

static char *
make_words(const Rehearsal *found)
{
  g_autofree char *landlock = g_strdup_printf("landlock abi %d", found->abi);

  return g_strdup_printf("%s, %s, %s", found->missing & PART_LANDLOCK ? "no Landlock" : landlock,
                         found->missing & PART_SECCOMP ? "no seccomp" : "seccomp",
                         found->missing & PART_LIMITS ? "no rlimits" : "rlimits");
}

Jail *
jail_new(const char *scratch, GError **error)
{
  Jail *jail = g_new0(Jail, 1);

  jail->syscalls = syscalls_new();
  if (rehearse(jail->syscalls, scratch, &jail->found, error) != 0) {
    jail_free(jail);
    return NULL;
  }
  jail->words = make_words(&jail->found);
  return jail;
}

void
jail_free(Jail *jail)
{
  if (jail == NULL)
    return;
  syscalls_free(jail->syscalls);
  g_free(jail->words);
  g_free(jail->found.lacks);
  g_free(jail);
}

const char *
jail_words(const Jail *jail)
{
  return jail->words;
}

const char *
jail_lacks(const Jail *jail)
{
  return jail->found.lacks;
}

const char *
jail_call_name(const Jail *jail, int number)
{
  return syscalls_name(jail->syscalls, number);
}

/* --- the door --- */

/* What was there in the trial must be there now. The allow-list comes last: it forbids the rest. */
static int
close_door(const Jail *jail, const JailCell *cell, GError **error)
{
  if (!(jail->found.missing & PART_LIMITS) && limits_enter(cell->cpu_s) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "resource limits");
  if (!(jail->found.missing & PART_LANDLOCK) && landlock_enter(jail->found.abi, cell->scratch) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "Landlock");
  if (process_harden() != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "privileges");
  if (!(jail->found.missing & PART_SECCOMP) && syscalls_enter(jail->syscalls, cell->refused) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "seccomp");
  return 0;
}

int
jail_enter(const Jail *jail, const JailCell *cell, GError **error)
{
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "parent death signal");
  if (getppid() != cell->parent) {
    errno = ESRCH;
    return refuse(error, CORDON_ERROR_TEMP, "zygote");
  }
  if (close_others(cell) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "close_range");
  if (chdir(cell->scratch) != 0)
    return refuse(error, CORDON_ERROR_TEMP, cell->scratch);
  return close_door(jail, cell, error);
}
