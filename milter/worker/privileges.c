/* cordond is started by root, or by a service manager as its own user with CAP_SETUID and
 * CAP_SETGID. The supervisor stays so, as each new zygote needs another user; the front and the
 * zygote give it all up before they hear of any mail. */
#include "privileges.h"

#include "error.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
get_capabilities(struct __user_cap_data_struct now[2])
{
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};

  return (int)syscall(SYS_capget, &head, now);
}

gboolean
privileges_can_change(void)
{
  const guint32 wanted = 1U << CAP_SETUID | 1U << CAP_SETGID;
  struct __user_cap_data_struct now[2];

  return get_capabilities(now) == 0 && (now[0].effective & wanted) == wanted;
}

/* Who has none is not asked to drop any: a service manager may refuse the call. */
int
privileges_drop_capabilities(void)
{
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  const struct __user_cap_data_struct none[2] = {{0}, {0}};
  struct __user_cap_data_struct now[2];

  if (get_capabilities(now) != 0)
    return -1;
  if (memcmp(now, none, sizeof now) == 0)
    return 0;
  return (int)syscall(SYS_capset, &head, none);
}

static int
become(const char *user, GError **error)
{
  const struct passwd *account;

  errno = 0;
  account = getpwnam(user);
  if (account == NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
                "there is no user \"%s\"; make it, or name another one as user or worker-user in "
                "cordon.conf",
                user);
    return -1;
  }
  if (initgroups(user, account->pw_gid) != 0 || setgid(account->pw_gid) != 0 ||
      setuid(account->pw_uid) != 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "change to user \"%s\": %s", user,
                g_strerror(errno));
    return -1;
  }
  return 0;
}

int
privileges_drop(const char *user, GError **error)
{
  if (*user != '\0' && (geteuid() == 0 || privileges_can_change()) && become(user, error) != 0)
    return -1;
  if ((geteuid() == 0 || privileges_drop_capabilities() == 0) && prctl(PR_SET_DUMPABLE, 0) == 0)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "privileges cannot be given up: %s",
              g_strerror(errno));
  return -1;
}

const char *
privileges_worker_user(const Settings *settings)
{
  return *settings->worker_user != '\0' ? settings->worker_user : settings->user;
}

char *
privileges_warning(const Settings *settings)
{
  if (*settings->worker_user != '\0' && strcmp(settings->worker_user, settings->user) != 0)
    return NULL;
  return g_strdup_printf("workers run as the same user as the daemon: on a kernel without Landlock "
                         "a message that takes a worker over can read %s, with its originals, "
                         "events and secret; name an account of their own as worker-user",
                         settings->state);
}

int
privileges_check(const Settings *settings, GError **error)
{
  if (*settings->worker_user == '\0' || privileges_can_change())
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
              "worker-user = \"%s\", but cordond may not change users: start it as root or with "
              "CAP_SETUID and CAP_SETGID, or set worker-user = \"\"",
              settings->worker_user);
  return -1;
}
