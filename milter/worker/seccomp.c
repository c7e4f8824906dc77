/* The system calls of parsing, and no others. Four answers:
 *   allowed    what libraries do with memory, their own files, the worker's socket and the clock
 *   refused    anything unknown: EPERM, and a line on standard error the first time, so a harmless
 *              try of a library costs no letter and is still seen
 *   death      what no parser ever does and every break-out needs: processes, programs, sockets,
 *              tracing, mounts, keys, other people's memory and signals (SIGSYS; the front says
 * which) pretended  chmod: libclamav asks for the mode that its files have already Opening is
 * watched: openat raises SIGSYS, too, and the handler opens with openat2 in its place, so that the
 * first path that Landlock refuses is told. This is for the log alone: whoever runs code here may
 * call openat2 himself and meets the same Landlock. A call that is death raises SIGSYS like what is
 * refused, so the kernel does not do it whatever the handler does then: that notes the number and
 * makes the one call that the filter itself kills for. It is the call that would replace the
 * handler, so nobody in here can. Names that an architecture does not have (stat, unlink on arm64)
 * are left out. Foreign architectures and x32 are death. */
#include "jail_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined __x86_64__
#define CAN_ANSWER 1
#define ARGUMENT(context, n)                                                                       \
  ((context)->uc_mcontext.gregs[(const int[]){REG_RDI, REG_RSI, REG_RDX, REG_R10}[n]])
#define ANSWER(context) ((context)->uc_mcontext.gregs[REG_RAX])
#elif defined __aarch64__
#define CAN_ANSWER           1
#define ARGUMENT(context, n) ((context)->uc_mcontext.regs[n])
#define ANSWER(context)      ((context)->uc_mcontext.regs[0])
#else
#define CAN_ANSWER 0
#endif

#define REFUSAL (CAN_ANSWER ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(EPERM))

#define NAMES 512 /* numbers of system calls, by far */

struct syscalls {
  char *names[NAMES];
  guint8 deadly[NAMES];
};

static const char *const allowed[] = {
    /* memory */
    "brk", "munmap", "mremap", "madvise", "memfd_create", "futex",
    /* its own files, and letters and replies */
    "read", "pread64", "readv", "preadv", "write", "pwrite64", "writev", "pwritev", "lseek",
    "close", "fstat", "newfstatat", "stat", "lstat", "statx", "getdents64", "ftruncate", "openat2",
    "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "rename", "renameat", "renameat2", "getcwd",
    "fsync", "fdatasync", "dup", "recvmsg", "sendmsg", "poll", "ppoll",
    /* the clock and itself */
    "clock_gettime", "clock_getres", "gettimeofday", "time", "nanosleep", "clock_nanosleep",
    "restart_syscall", "pause", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid",
    "getegid", "getrandom", "getrusage", "times", "sysinfo", "uname", "sched_yield",
    "sched_getaffinity", "setitimer", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "exit",
    "exit_group"};

static const char *const death[] = {
    /* processes and programs */
    "execve", "execveat", "fork", "vfork", "clone", "clone3", "unshare", "setns", "personality",
    /* the network */
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "setsockopt",
    /* other processes */
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
    "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "tkill", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo", "migrate_pages", "move_pages",
    /* the system */
    "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fspick",
    "fsconfig", "fsmount", "mount_setattr", "swapon", "swapoff", "reboot", "init_module",
    "finit_module", "delete_module", "kexec_load", "kexec_file_load", "iopl", "ioperm",
    "modify_ldt", "acct", "quotactl", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "sethostname", "setdomainname", "name_to_handle_at", "open_by_handle_at", "fanotify_init",
    "mknod", "mknodat",
    /* ways into the kernel that have a history */
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "keyctl", "add_key", "request_key", "vmsplice", "syslog",
    /* who it is */
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid",
    "setfsgid", "capset"};

/* Death, too, unless the process does it to itself. */
static const char *const to_itself[] = {"kill", "tgkill"};

static const char *const pretended[] = {"chmod", "fchmod", "fchmodat"};

static const int fcntl_commands[] = {F_GETFD,         F_SETFD,     F_GETFL,    F_SETFL,
                                     F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS};

/* --- what is told --- */

/* A signal handler is given nothing else to remember by. */
static struct {
  const Syscalls *list;
  gint *refused;
  guint8 told[NAMES];
} watch;

#if CAN_ANSWER
static size_t
append(char *line, size_t at, size_t size, const char *text)
{
  size_t len = strnlen(text, size - at);

  memcpy(line + at, text, len);
  return at + len;
}

static const char *
decimal(unsigned number, char *text, size_t size)
{
  char *at = text + size - 1;

  *at = '\0';
  do
    *--at = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  return at;
}

/* Memory is not allocated here. The zygote makes what is written safe for the log. */
static void
tell(int number, const char *path)
{
  const char *name = "a system call without a name";
  char line[400], number_text[12];
  size_t at = 0;
  ssize_t written;

  if (number >= 0 && number < NAMES) {
    if (watch.told[number])
      return;
    watch.told[number] = 1;
    if (watch.list->names[number] != NULL)
      name = watch.list->names[number];
  }
  at = append(line, at, 300, "the jail refused ");
  at = append(line, at, 300, name);
  if (path != NULL) {
    at = append(line, at, 300, " of ");
    at = append(line, at, 300, path);
  }
  at = append(line, at, 350, " (process ");
  at = append(line, at, 350, decimal((unsigned)getpid(), number_text, sizeof number_text));
  at = append(line, at, 350, ")\n");
  written = write(STDERR_FILENO, line, at);
  (void)written; /* nobody is left to tell */
}

/* An iconv module that was not loaded before: GMime asks for one where a header names a rare
 * charset; nothing depends on it, and a line for each would be mail writing the log. */
static gboolean
is_of_no_account(const char *path)
{
  return strstr(path, "/gconv/") != NULL;
}

static long
open_watched(int folder, const char *path, unsigned flags, unsigned mode)
{
  struct open_how how = {.flags = flags};
  long fd;

  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE)
    how.mode = mode & 07777;
  fd = syscall(SYS_openat2, folder, path, &how, sizeof how);
  if (fd >= 0)
    return fd;
  if (errno == EACCES && !is_of_no_account(path))
    tell(SYS_openat, path);
  return -errno;
}

static gboolean
is_deadly(int number)
{
  return number >= 0 && number < NAMES && watch.list->deadly[number];
}

/* No way out of the process but by the kernel, which says SIGSYS to whoever waits for it. */
G_GNUC_NORETURN static void
die(int number)
{
  if (watch.refused != NULL)
    *watch.refused = number;
  for (;;)
    syscall(SYS_rt_sigaction, SIGSYS, NULL, NULL, sizeof(guint64));
}

static void
on_refused(int signal_number, siginfo_t *info, void *data)
{
  ucontext_t *context = data;
  int kept = errno;
  long answer = -EPERM;

  if (info->si_syscall == SYS_openat)
    answer = open_watched((int)ARGUMENT(context, 0), (const char *)ARGUMENT(context, 1),
                          (unsigned)ARGUMENT(context, 2), (unsigned)ARGUMENT(context, 3));
  else if (is_deadly(info->si_syscall))
    die(info->si_syscall);
  else
    tell(info->si_syscall, NULL);
  ANSWER(context) = (__typeof__(ANSWER(context)))answer;
  errno = kept;
}
#endif

static int
start_watch(const Syscalls *list, gint *refused)
{
#if CAN_ANSWER
  struct sigaction action = {.sa_flags = SA_SIGINFO};

  action.sa_sigaction = on_refused;
  sigemptyset(&action.sa_mask);
  watch.list = list;
  watch.refused = refused;
  return sigaction(SIGSYS, &action, NULL);
#else
  return 0;
#endif
}

/* --- the filter --- */

/* Names that this architecture or this libseccomp does not know cannot be called, or are refused
 * like all that is unknown. */
static int
add_names(scmp_filter_ctx filter, guint32 action, const char *const *names, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    int number = seccomp_syscall_resolve_name(names[i]);

    if (number >= 0 && seccomp_rule_add(filter, action, number, 0) != 0)
      return -1;
  }
  return 0;
}

/* Memory that can be written is never executed. */
static int
add_memory(scmp_filter_ctx filter)
{
  const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

  if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, plain) != 0)
    return -1;
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, plain);
}

/* abort() signals itself. Older Landlocks do not keep signals in. */
static int
add_signals(scmp_filter_ctx filter)
{
  const struct scmp_arg_cmp self = SCMP_A0_32(SCMP_CMP_EQ, (guint32)getpid(), 0);
  const struct scmp_arg_cmp other = SCMP_A0_32(SCMP_CMP_NE, (guint32)getpid(), 0);

  for (size_t i = 0; i < G_N_ELEMENTS(to_itself); i++) {
    int number = seccomp_syscall_resolve_name(to_itself[i]);

    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1, self) != 0 ||
        (!CAN_ANSWER && seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, number, 1, other) != 0))
      return -1;
  }
  return 0;
}

/* Any handler but that of SIGSYS. */
static int
add_handlers(scmp_filter_ctx filter)
{
  const struct scmp_arg_cmp ours = SCMP_A0_32(SCMP_CMP_EQ, SIGSYS, 0);
  const struct scmp_arg_cmp other = SCMP_A0_32(SCMP_CMP_NE, SIGSYS, 0);
  const int number = SCMP_SYS(rt_sigaction);

  if (seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, number, 1, ours) != 0)
    return -1;
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1, other);
}

/* Where there is no handler to note it the kernel alone ends the process. */
static int
add_death(scmp_filter_ctx filter)
{
  if (CAN_ANSWER)
    return 0;
  return add_names(filter, SCMP_ACT_KILL_PROCESS, death, G_N_ELEMENTS(death));
}

static int
add_arguments(scmp_filter_ctx filter)
{
  for (size_t i = 0; i < G_N_ELEMENTS(fcntl_commands); i++)
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                         SCMP_A1_32(SCMP_CMP_EQ, (guint32)fcntl_commands[i], 0)) != 0)
      return -1;
  /* Limits may be asked for, and that of memory be set (headroom.h): the kernel lets nobody without
   * privileges raise a hard one. */
  if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
                       SCMP_A0_32(SCMP_CMP_EQ, 0, 0), SCMP_A2(SCMP_CMP_EQ, 0, 0)) != 0 ||
      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
                       SCMP_A0_32(SCMP_CMP_EQ, 0, 0), SCMP_A1_32(SCMP_CMP_EQ, RLIMIT_AS, 0)) != 0)
    return -1;
  return CAN_ANSWER ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 0);
}

static scmp_filter_ctx
filter_new(void)
{
  scmp_filter_ctx filter = seccomp_init(REFUSAL);

  if (filter == NULL)
    return NULL;
  if (seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
      seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
      add_names(filter, SCMP_ACT_ALLOW, allowed, G_N_ELEMENTS(allowed)) == 0 &&
      add_death(filter) == 0 && add_handlers(filter) == 0 &&
      add_names(filter, SCMP_ACT_ERRNO(0), pretended, G_N_ELEMENTS(pretended)) == 0 &&
      add_memory(filter) == 0 && add_signals(filter) == 0 && add_arguments(filter) == 0)
    return filter;
  seccomp_release(filter);
  return NULL;
}

static void
note_deadly(Syscalls *list, const char *const *names, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    int number = seccomp_syscall_resolve_name(names[i]);

    if (number >= 0 && number < NAMES)
      list->deadly[number] = 1;
  }
}

Syscalls *
syscalls_new(void)
{
  Syscalls *list = g_new0(Syscalls, 1);

  for (int number = 0; number < NAMES; number++)
    list->names[number] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  note_deadly(list, death, G_N_ELEMENTS(death));
  note_deadly(list, to_itself, G_N_ELEMENTS(to_itself));
  return list;
}

const char *
syscalls_name(const Syscalls *list, int number)
{
  return number >= 0 && number < NAMES ? list->names[number] : NULL;
}

void
syscalls_free(Syscalls *list)
{
  if (list == NULL)
    return;
  for (int number = 0; number < NAMES; number++)
    free(list->names[number]); /* libseccomp's */
  g_free(list);
}

/* The filter is made in the worker, whose number is in it. */
int
syscalls_enter(const Syscalls *list, gint *refused)
{
  scmp_filter_ctx filter = filter_new();
  int result;

  if (filter == NULL) {
    errno = ENOMEM;
    return -1;
  }
  result = start_watch(list, refused) == 0 ? seccomp_load(filter) : -errno;
  seccomp_release(filter);
  if (result == 0)
    return 0;
  errno = -result;
  return -1;
}
