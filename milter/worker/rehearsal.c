/* rehearsal.c - one way through the door, by a child that has no mail to read.
 *
 * What fails is told by the step that failed and its own errno, as the advice depends on it: a
 * kernel without Landlock, one that was started without it, and a container or a service manager
 * that forbids it look alike from further away. A step that no jail can do without is an error
 * whatever require-jail says, as each worker would fail there, too. */
#include "error.h"
#include "jail_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum step {
  STEP_SCRATCH, /* files can be made in the scratch folder */
  STEP_LIMITS,
  STEP_LANDLOCK,
  STEP_CLOSED, /* behind Landlock nothing else can be opened */
  STEP_OPEN,   /* and the scratch folder can */
  STEP_HARDEN,
  STEP_SECCOMP,
  STEPS,
} Step;

#define NOT_TRIED (-1)

/* Shared with the child. */
typedef struct notes {
  int wrong[STEPS]; /* errno, 0 for good */
} Notes;

/* By the one call that is not watched, so that nothing is told. 0, or errno. */
static int
try_open(const char *path, guint64 flags)
{
  const struct open_how how = {.flags = flags | O_CLOEXEC, .mode = flags & O_CREAT ? 0600 : 0};
  int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

  if (fd < 0)
    return errno;
  close(fd);
  return 0;
}

static int
try_file(const char *path)
{
  int wrong = try_open(path, O_RDWR | O_CREAT | O_EXCL);

  return wrong == 0 && unlink(path) != 0 ? errno : wrong;
}

/* Of a step that answers 0 or -1. */
static int
outcome(int result)
{
  return result == 0 ? 0 : MAX(errno, 1);
}

static void
go_through(const Syscalls *syscalls, int abi, const char *scratch, Notes *notes)
{
  g_autofree char *file = g_build_filename(scratch, "trial", NULL);
  int *wrong = notes->wrong;

  wrong[STEP_SCRATCH] = try_file(file);
  wrong[STEP_LIMITS] = outcome(limits_enter(0));
  wrong[STEP_LANDLOCK] = abi > 0 ? outcome(landlock_enter(abi, scratch)) : ENOSYS;
  if (wrong[STEP_LANDLOCK] == 0) {
    wrong[STEP_CLOSED] = try_open("/", O_RDONLY) != 0 ? 0 : EPERM;
    wrong[STEP_OPEN] = try_file(file);
  }
  wrong[STEP_HARDEN] = outcome(process_harden());
  wrong[STEP_SECCOMP] = outcome(syscalls_enter(syscalls, NULL));
}

/* NULL and errno if not even that can be tried. */
static Notes *
rehearse_in_child(const Syscalls *syscalls, int abi, const char *scratch)
{
  Notes *notes =
      mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status;
  pid_t pid;

  if (notes == MAP_FAILED)
    return NULL;
  for (int step = 0; step < STEPS; step++)
    notes->wrong[step] = NOT_TRIED;
  pid = fork();
  if (pid == 0) {
    go_through(syscalls, abi, scratch, notes);
    _exit(0);
  }
  if (pid > 0 && waitpid(pid, &status, 0) == pid)
    return notes;
  munmap(notes, sizeof *notes);
  return NULL;
}

/* A child that a step was the end of left it untried. */
static const char *
why(int wrong)
{
  return wrong == NOT_TRIED ? "the try was the end of the process" : g_strerror(wrong);
}

static char *
landlock_lack(const Notes *notes, int abi, int abi_error, const char *scratch)
{
  const int *wrong = notes->wrong;

  if (abi == 0 && abi_error == EOPNOTSUPP)
    return g_strdup("Landlock (it is switched off: add landlock to lsm= on the kernel's command "
                    "line)");
  if (abi == 0)
    return g_strdup_printf("Landlock (landlock_create_ruleset: %s; it takes Linux 5.13 with "
                           "CONFIG_SECURITY_LANDLOCK, and a container or service manager that "
                           "allows the call)",
                           g_strerror(abi_error));
  if (wrong[STEP_LANDLOCK] != 0)
    return g_strdup_printf("Landlock (it cannot be entered: %s)", why(wrong[STEP_LANDLOCK]));
  if (wrong[STEP_CLOSED] != 0)
    return g_strdup("Landlock (files can be opened all the same)");
  if (wrong[STEP_OPEN] != 0)
    return g_strdup_printf("Landlock (it does not let files be made in %s: %s)", scratch,
                           why(wrong[STEP_OPEN]));
  return NULL;
}

static char *
seccomp_lack(const Notes *notes)
{
  int wrong = notes->wrong[STEP_SECCOMP];

  if (wrong == 0)
    return NULL;
  return g_strdup_printf("seccomp filters (the kernel does not take one: %s; it takes "
                         "CONFIG_SECCOMP_FILTER, and a container or service manager that allows "
                         "seccomp and prctl)",
                         why(wrong));
}

static char *
limits_lack(const Notes *notes)
{
  int wrong = notes->wrong[STEP_LIMITS];

  if (wrong == 0)
    return NULL;
  return g_strdup_printf("resource limits (%s; setrlimit must be allowed and /proc mounted)",
                         why(wrong));
}

/* What no worker could do without. */
static int
check_bare_needs(const Notes *notes, const char *scratch, GError **error)
{
  int wrong = notes->wrong[STEP_SCRATCH];
  gboolean no_call = wrong == ENOSYS || wrong == EPERM;

  if (no_call && notes->wrong[STEP_SECCOMP] == 0)
    g_set_error(
        error, CORDON_ERROR, CORDON_ERROR_CONFIG,
        "openat2, by which workers open files: %s; it takes Linux 5.6, and RestrictSUIDSGID "
        "of systemd takes it away",
        g_strerror(wrong));
  else if (wrong != 0 && !no_call) /* without a filter nobody needs it: under valgrind */
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
                "%s: no file can be made there: %s; scratch in cordon.conf names the folder",
                scratch, why(wrong));
  else if (notes->wrong[STEP_HARDEN] > 0)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
                "privileges cannot be given up: %s; name a user in cordon.conf, or have capset "
                "allowed",
                g_strerror(notes->wrong[STEP_HARDEN]));
  else
    return 0;
  return -1;
}

/* "this, that", or NULL. */
static char *
join_lacks(const char *landlock, const char *seccomp, const char *limits)
{
  const char *const lacks[] = {landlock, seccomp, limits};
  GString *all = g_string_new(NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(lacks); i++)
    if (lacks[i] != NULL)
      g_string_append_printf(all, "%s%s", all->len > 0 ? ", " : "", lacks[i]);
  return g_string_free(all, all->len == 0);
}

static void
judge(const Notes *notes, int abi_error, const char *scratch, Rehearsal *rehearsal)
{
  g_autofree char *landlock = landlock_lack(notes, rehearsal->abi, abi_error, scratch);
  g_autofree char *seccomp = seccomp_lack(notes);
  g_autofree char *limits = limits_lack(notes);

  rehearsal->missing = (landlock != NULL ? PART_LANDLOCK : 0) |
                       (seccomp != NULL ? PART_SECCOMP : 0) | (limits != NULL ? PART_LIMITS : 0);
  rehearsal->lacks = join_lacks(landlock, seccomp, limits);
}

int
rehearse(const Syscalls *syscalls, const char *scratch, Rehearsal *rehearsal, GError **error)
{
  int abi_error, result;
  Notes *notes;

  rehearsal->abi = landlock_abi();
  abi_error = errno;
  notes = rehearse_in_child(syscalls, rehearsal->abi, scratch);
  if (notes == NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "jail: %s", g_strerror(errno));
    return -1;
  }
  result = check_bare_needs(notes, scratch, error);
  if (result == 0)
    judge(notes, abi_error, scratch, rehearsal);
  munmap(notes, sizeof *notes);
  return result;
}
