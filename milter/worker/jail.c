#include "jail.h"

#include "error.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int
refuse(GError **error, int code, const char *what)
{
  g_set_error(error, CORDON_ERROR, code, "%s: %s", what, g_strerror(errno));
  return -1;
}

int
privileges_drop(const char *user, GError **error)
{
  const struct passwd *account;

  if (geteuid() != 0 || user == NULL || *user == '\0')
    return 0;
  errno = 0;
  account = getpwnam(user);
  if (account == NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
                "there is no user \"%s\"; make it, or name another one as user in cordon.conf",
                user);
    return -1;
  }
  if (initgroups(user, account->pw_gid) != 0 || setgid(account->pw_gid) != 0 ||
      setuid(account->pw_uid) != 0)
    return refuse(error, CORDON_ERROR_CONFIG, "change of user");
  return 0;
}

/* The socket may have any number: all below and all above it, down to standard error, go. */
static int
close_others(int sock)
{
  if (sock > 3 && close_range(3, (unsigned)sock - 1, 0) != 0)
    return -1;
  return close_range((unsigned)sock + 1, UINT_MAX, 0);
}

int
jail_enter(int sock, pid_t parent, GError **error)
{
  const struct rlimit none = {0, 0};

  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "parent death signal");
  if (getppid() != parent) {
    errno = ESRCH;
    return refuse(error, CORDON_ERROR_TEMP, "zygote");
  }
  if (close_others(sock) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "close_range");
  if (setrlimit(RLIMIT_CORE, &none) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "core limit");
  if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return refuse(error, CORDON_ERROR_SOFTWARE, "prctl");
  return 0;
}
