#include "folders.h"

#include "error.h"
#include "privileges.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

static int
make_folder(const char *path, const char *user, mode_t mode, GError **error)
{
  const struct passwd *account = geteuid() == 0 && *user != '\0' ? getpwnam(user) : NULL;

  if (g_file_test(path, G_FILE_TEST_IS_DIR))
    return 0;
  if (g_mkdir_with_parents(path, mode) == 0 &&
      (account == NULL || chown(path, account->pw_uid, account->pw_gid) == 0))
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "%s: %s", path, g_strerror(errno));
  return -1;
}

int
folders_make(const Settings *settings, GError **error)
{
  const char *path = strchr(settings->socket, '/');
  g_autofree char *folder = path != NULL ? g_path_get_dirname(path) : NULL;

  if (make_folder(settings->state, settings->user, 0700, error) != 0 ||
      make_folder(settings->scratch, privileges_worker_user(settings), 0700, error) != 0)
    return -1;
  return folder != NULL ? make_folder(folder, settings->user, 0755, error) : 0;
}
