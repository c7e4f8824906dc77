/* jail.c - the door that a worker closes behind it.
 *
 * A worker that a mail has taken over should find itself in an empty room: its own scratch folder
 * is all it can touch (Landlock), a socket to the front is all it can speak to, and parsing is all
 * that the kernel does for it (seccomp). What remains: it can read the mails that are handed to it,
 * lie in its replies (the front believes nothing), and learn by stat that a file exists.
 *
 * Kernels differ, and containers forbid things in their own ways, so nothing is concluded from
 * versions: jail_new has a child go through the door once and reports what it found. */
#include "jail.h"

#include "bounds.h"
#include "error.h"
#include "jail_parts.h"
#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Parts that may be missing, as bits of the trial's exit status. */
enum { PART_LANDLOCK = 1, PART_SECCOMP = 2, PART_LIMITS = 4, ALL_PARTS = 7 };

/* The trial could not even be made. */
#define TRIAL_FAILED ALL_PARTS

struct jail {
  int abi; /* of Landlock */
  unsigned missing;
  Syscalls *syscalls;
  char *words, *lacks;
};

static int
refuse(GError **error, int code, const char *what)
{
  g_set_error(error, CORDON_ERROR, code, "%s: %s", what, g_strerror(errno));
  return -1;
}

static int
close_between(int first, int behind)
{
  return first < behind ? close_range((unsigned)first, (unsigned)behind - 1, 0) : 0;
}

/* What is kept may have any numbers: all others, down to standard error, go. */
static int
close_others(int sock, int record)
{
  int low = MIN(sock, record), high = MAX(sock, record);

  if (low < 3)
    low = high;
  if (close_between(3, low) != 0 || close_between(low + 1, high) != 0)
    return -1;
  return close_range((unsigned)high + 1, UINT_MAX, 0);
}

/* --- limits --- */

/* Bytes of address space in use; rules and signatures are part of it. */
static guint64
address_space(void)
{
  FILE *file = fopen("/proc/self/statm", "re");
  unsigned long pages = 0;
  int n = file != NULL ? fscanf(file, "%lu", &pages) : 0;

  if (file != NULL)
    fclose(file);
  return n == 1 ? (guint64)pages * (guint64)sysconf(_SC_PAGESIZE) : 0;
}

/* Never above what it is: a service manager may have set it lower. */
static int
limit(int resource, guint64 most)
{
  struct rlimit now;

  if (getrlimit(resource, &now) != 0)
    return -1;
  now.rlim_max = MIN(now.rlim_max, most);
  now.rlim_cur = MIN(now.rlim_cur, now.rlim_max);
  return setrlimit(resource, &now);
}

static int
limits_enter(unsigned cpu_s)
{
  guint64 base = address_space();

  /* A file that grows too large is an error of its writer, not the end. */
  if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || base == 0)
    return -1;
  if (limit(RLIMIT_AS, base + LIMIT_WORKER_MEMORY) != 0 ||
      limit(RLIMIT_FSIZE, LIMIT_WORKER_FILE) != 0 ||
      limit(RLIMIT_NOFILE, LIMIT_WORKER_DESCRIPTORS) != 0 || limit(RLIMIT_NPROC, 0) != 0 ||
      limit(RLIMIT_MEMLOCK, 0) != 0 || limit(RLIMIT_MSGQUEUE, 0) != 0)
    return -1;
  return cpu_s > 0 ? limit(RLIMIT_CPU, cpu_s) : 0;
}

/* --- identity --- */

/* Root without capabilities is a user like others, who owns the system's files. */
static int
harden_process(void)
{
  if (limit(RLIMIT_CORE, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
    return -1;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? privileges_drop_capabilities() : -1;
}

/* --- the trial --- */

/* By the one call that is not watched, so that nothing is told. */
static gboolean
can_open(const char *path, guint64 flags)
{
  const struct open_how how = {.flags = flags | O_CLOEXEC, .mode = flags & O_CREAT ? 0600 : 0};
  int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

  if (fd >= 0)
    close(fd);
  return fd >= 0;
}

static unsigned
try_locks(Jail *jail, const char *scratch)
{
  g_autofree char *file = g_build_filename(scratch, "trial", NULL);
  unsigned missing = 0;

  if (limits_enter(0) != 0)
    missing |= PART_LIMITS;
  if (jail->abi == 0 || landlock_enter(jail->abi, scratch) != 0 || harden_process() != 0 ||
      can_open("/", O_RDONLY) || !can_open(file, O_RDWR | O_CREAT | O_EXCL))
    missing |= PART_LANDLOCK;
  unlink(file);
  if (syscalls_enter(jail->syscalls, NULL) != 0)
    missing |= PART_SECCOMP;
  return missing;
}

static unsigned
try_in_child(Jail *jail, const char *scratch)
{
  pid_t pid = fork();
  int status;

  if (pid == 0)
    _exit((int)try_locks(jail, scratch));
  if (pid < 0 || waitpid(pid, &status, 0) != pid)
    return TRIAL_FAILED;
  return WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) & ALL_PARTS : TRIAL_FAILED;
}

static char *
make_words(const Jail *jail)
{
  g_autofree char *landlock = g_strdup_printf("landlock abi %d", jail->abi);

  return g_strdup_printf("%s, %s, %s", jail->missing & PART_LANDLOCK ? "no Landlock" : landlock,
                         jail->missing & PART_SECCOMP ? "no seccomp" : "seccomp",
                         jail->missing & PART_LIMITS ? "no rlimits" : "rlimits");
}

static char *
make_lacks(const Jail *jail)
{
  static const char *const names[] = {"Landlock", "seccomp filters", "resource limits"};
  g_autoptr(GPtrArray) lacks = g_ptr_array_new();

  for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
    if (jail->missing & 1U << i)
      g_ptr_array_add(lacks, (gpointer)names[i]);
  if (lacks->len == 0)
    return NULL;
  g_ptr_array_add(lacks, NULL);
  return g_strjoinv(", ", (char **)lacks->pdata);
}

Jail *
jail_new(const char *scratch)
{
  Jail *jail = g_new0(Jail, 1);

  jail->abi = landlock_abi();
  jail->syscalls = syscalls_new();
  jail->missing = try_in_child(jail, scratch);
  jail->words = make_words(jail);
  jail->lacks = make_lacks(jail);
  return jail;
}

void
jail_free(Jail *jail)
{
  if (jail == NULL)
    return;
  syscalls_free(jail->syscalls);
  g_free(jail->words);
  g_free(jail->lacks);
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
  return jail->lacks;
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
  if (!(jail->missing & PART_LIMITS) && limits_enter(cell->cpu_s) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "resource limits");
  if (!(jail->missing & PART_LANDLOCK) && landlock_enter(jail->abi, cell->scratch) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "Landlock");
  if (harden_process() != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "privileges");
  if (!(jail->missing & PART_SECCOMP) && syscalls_enter(jail->syscalls, cell->refused) != 0)
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
  if (close_others(cell->sock, cell->record) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "close_range");
  if (chdir(cell->scratch) != 0)
    return refuse(error, CORDON_ERROR_TEMP, cell->scratch);
  return close_door(jail, cell, error);
}
