/* Landlock, through its system calls: the C library has none of it, and the headers of Debian 12
 * end at the third version. What a version does not know must not be asked for. Landlock does not
 * watch stat, chmod, utime and chdir: the allow-list of system calls does. */
#include "jail_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET_VERSION (1U << 0)
#define RULE_PATH_BENEATH      1

/* Rights over files; each version added the bits behind its predecessor's. */
enum {
  FS_EXECUTE = 1 << 0,
  FS_WRITE_FILE = 1 << 1,
  FS_READ_FILE = 1 << 2,
  FS_READ_DIR = 1 << 3,
  FS_REMOVE_DIR = 1 << 4,
  FS_REMOVE_FILE = 1 << 5,
  FS_MAKE_CHAR = 1 << 6,
  FS_MAKE_DIR = 1 << 7,
  FS_MAKE_REG = 1 << 8,
  FS_MAKE_SYM = 1 << 12,  /* the last of version 1 */
  FS_REFER = 1 << 13,     /* version 2 */
  FS_TRUNCATE = 1 << 14,  /* version 3 */
  FS_IOCTL_DEV = 1 << 15, /* version 5 */
};

#define FS_VERSION_1 ((guint64)(FS_MAKE_SYM << 1) - 1)
#define NET_TCP      3ULL /* bind, connect: version 4 */
#define SCOPE_ALL    3ULL /* abstract Unix sockets, signals: version 6 */

struct ruleset_attr {
  guint64 fs, net, scoped;
};

struct path_beneath_attr {
  guint64 allowed;
  gint32 parent_fd;
} __attribute__((packed));

int
landlock_abi(void)
{
  long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

  return abi > 0 ? (int)abi : 0;
}

static guint64
handled_rights(int abi)
{
  return FS_VERSION_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
         (abi >= 5 ? FS_IOCTL_DEV : 0);
}

/* Whatever is not handled is not restricted, so all that the version knows is. */
static int
make_ruleset(int abi)
{
  const struct ruleset_attr attr = {
      .fs = handled_rights(abi), .net = abi >= 4 ? NET_TCP : 0, .scoped = abi >= 6 ? SCOPE_ALL : 0};
  /* An older kernel takes a longer structure as long as what it does not know is zero. */
  return (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
}

static int
allow_folder(int ruleset, int abi, const char *folder)
{
  const guint64 rights = FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR | FS_REMOVE_DIR |
                         FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_TRUNCATE;
  struct path_beneath_attr rule = {.allowed = rights & handled_rights(abi),
                                   .parent_fd = open(folder, O_PATH | O_CLOEXEC | O_DIRECTORY)};
  int result = -1;

  if (rule.parent_fd >= 0) {
    result = (int)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
  }
  return result;
}

int
landlock_enter(int abi, const char *folder)
{
  int ruleset = make_ruleset(abi), result = -1, kept;

  if (ruleset < 0)
    return -1;
  if (allow_folder(ruleset, abi, folder) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    result = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
  kept = errno;
  close(ruleset);
  errno = kept;
  return result;
}
