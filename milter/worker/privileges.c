#include "jail.h"

#include "error.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

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
      setuid(account->pw_uid) != 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "change of user: %s", g_strerror(errno));
    return -1;
  }
  return 0;
}
