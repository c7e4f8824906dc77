/* What a process can take away from itself: memory, files, children, cores, capabilities. */
#include "bounds.h"
#include "jail_parts.h"
#include "privileges.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

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

int
limits_enter(unsigned cpu_s)
{
  guint64 base = address_space();

  /* A file that grows too large is an error of its writer, not the end. */
  if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || base == 0)
    return -1;
  if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_AS, base + LIMIT_WORKER_MEMORY) != 0 ||
      limit(RLIMIT_FSIZE, LIMIT_WORKER_FILE) != 0 ||
      limit(RLIMIT_NOFILE, LIMIT_WORKER_DESCRIPTORS) != 0 || limit(RLIMIT_NPROC, 0) != 0 ||
      limit(RLIMIT_MEMLOCK, 0) != 0 || limit(RLIMIT_MSGQUEUE, 0) != 0)
    return -1;
  return cpu_s > 0 ? limit(RLIMIT_CPU, cpu_s) : 0;
}

/* Root without capabilities is a user like others, who owns the system's files. */
int
process_harden(void)
{
  if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return -1;
  return privileges_drop_capabilities();
}
