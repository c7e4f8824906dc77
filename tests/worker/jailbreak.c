#include "jailbreak.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Each answers 0, or -1 with errno. */
typedef int (*Attempt)(const char *operand);

static int
keep_open(int fd)
{
  return fd >= 0 ? 0 : -1;
}

static int
try_open(const char *path)
{
  return keep_open(open(path, O_RDONLY));
}

/* Past the watch of the allow-list: Landlock alone. */
static int
try_openat2(const char *path)
{
  const struct open_how how = {.flags = O_RDONLY};

  return keep_open((int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
}

static int
try_write(const char *path)
{
  return keep_open(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
}

static int
try_connect(const char *port)
{
  const struct sockaddr_in to = {.sin_family = AF_INET,
                                 .sin_port = htons((guint16)atoi(port)),
                                 .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int sock = socket(AF_INET, SOCK_STREAM, 0);

  return sock < 0 ? -1 : connect(sock, (const struct sockaddr *)&to, sizeof to);
}

static int
try_exec(const char *path)
{
  return execl(path, path, "-c", "exit 0", (char *)NULL);
}

static int
try_ptrace(const char *pid)
{
  return (int)ptrace(PTRACE_ATTACH, atoi(pid), NULL, NULL);
}

static int
try_kill(const char *pid)
{
  return kill(atoi(pid), SIGKILL);
}

static int
try_fork(const char *operand)
{
  for (;;)
    if (fork() < 0)
      return -1;
}

/* To catch the SIGSYS that ends it. */
static int
try_handler(const char *operand)
{
  return signal(SIGSYS, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* Blocked, it cannot be handled: the kernel ends the process all the same. */
static int
try_blocked(const char *operand)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGSYS);
  return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? try_exec("/bin/sh") : -1;
}

/* Address space is not given out, so nothing is left to fill. */
static int
try_huge(const char *operand)
{
  void *memory = malloc((size_t)1 << 36);

  if (memory == NULL)
    return -1;
  memset(memory, 1, (size_t)1 << 36);
  return 0;
}

static int
try_shellcode(const char *operand)
{
  return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                 MAP_FAILED
             ? -1
             : 0;
}

static int
try_unlink(const char *path)
{
  return unlink(path);
}

/* Success is pretended; the caller looks at the file. */
static int
try_chmod(const char *path)
{
  return chmod(path, 0777);
}

/* A file that would fill the disk: written far behind the bound. */
static int
try_fill(const char *path)
{
  int fd = open(path, O_RDWR | O_CREAT, 0600);

  return fd < 0 ? -1 : (int)MIN(pwrite(fd, "x", 1, (off_t)1 << 40), 0);
}

static int
try_descriptors(const char *operand)
{
  int last = STDERR_FILENO, fd;

  while ((fd = dup(STDERR_FILENO)) >= 0)
    last = fd;
  close(last); /* the answer needs one */
  errno = EMFILE;
  return last < 1024 ? -1 : 0;
}

static int
try_limits(const char *operand)
{
  const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

  return setrlimit(RLIMIT_NOFILE, &all);
}

/* That of memory may go down, and up again, but not beyond what it was. */
static int
try_memory(const char *operand)
{
  struct rlimit now;

  if (getrlimit(RLIMIT_AS, &now) != 0)
    return -1;
  now.rlim_cur -= 1;
  if (setrlimit(RLIMIT_AS, &now) != 0)
    return 0;
  now.rlim_cur += 1;
  if (setrlimit(RLIMIT_AS, &now) != 0)
    return 0;
  now.rlim_max += 1;
  return setrlimit(RLIMIT_AS, &now);
}

/* Leaves files behind and dies: the zygote clears up. */
static int
try_litter(const char *operand)
{
  for (int i = 0; i < 100; i++) {
    g_autofree char *folder = g_strdup_printf("litter%d", i);
    g_autofree char *file = g_strdup_printf("litter%d/file", i);

    if (mkdir(folder, 0700) != 0 || try_write(file) != 0)
      return -1;
  }
  abort();
}

/* A line of another's on the log, and very many lines. */
static int
try_shout(const char *operand)
{
  static const char line[] = "front[1]: \x1b[2Jall is well\n";

  for (int i = 0; i < 100000; i++)
    if (write(STDERR_FILENO, line, strlen(line)) < 0 && errno != EAGAIN)
      return -1;
  return 0;
}

static int
try_cut_log(const char *operand)
{
  return ftruncate(STDERR_FILENO, 0);
}

static const struct {
  const char *word;
  Attempt attempt;
} attempts[] = {{"open", try_open},       {"openat2", try_openat2},
                {"write", try_write},     {"connect", try_connect},
                {"exec", try_exec},       {"ptrace", try_ptrace},
                {"kill", try_kill},       {"fork", try_fork},
                {"handler", try_handler}, {"blocked", try_blocked},
                {"huge", try_huge},       {"shellcode", try_shellcode},
                {"unlink", try_unlink},   {"chmod", try_chmod},
                {"fill", try_fill},       {"descriptors", try_descriptors},
                {"limits", try_limits},   {"memory", try_memory},
                {"litter", try_litter},   {"shout", try_shout},
                {"cut-log", try_cut_log}};

char *
jailbreak(const char *words)
{
  g_autofree char *line = g_strndup(words, strcspn(words, "\r\n"));
  g_auto(GStrv) pair = g_strsplit(line, " ", 2);

  for (size_t i = 0; pair[0] != NULL && i < G_N_ELEMENTS(attempts); i++)
    if (strcmp(attempts[i].word, pair[0]) == 0) {
      int result = attempts[i].attempt(pair[1] != NULL ? pair[1] : "");

      return g_strdup_printf("%s: %s", pair[0], result == 0 ? "done" : g_strerror(errno));
    }
  return g_strdup_printf("%s: unknown", line);
}
