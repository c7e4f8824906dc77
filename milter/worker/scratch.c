/* A folder belongs to a living zygote as long as somebody holds its lock, which the kernel lets go
 * with the process however that ends: numbers of processes come back, and say nothing in a folder
 * that containers share. */
#include "scratch.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_START "cordon-scratch-"
#define NAME_LEN   (sizeof NAME_START "XXXXXX" - 1)

/* Another zygote may sweep the folder away between its making and its locking. */
#define TRIES 10

void
scratch_remove(const char *path)
{
  char *const paths[] = {(char *)path, NULL};
  FTS *tree;
  FTSENT *entry;

  if (rmdir(path) == 0 || errno == ENOENT)
    return;
  tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
  while (tree != NULL && (entry = fts_read(tree)) != NULL) {
    if (entry->fts_info == FTS_D)
      continue;
    if (entry->fts_info == FTS_DP || entry->fts_info == FTS_DNR)
      rmdir(entry->fts_accpath);
    else
      unlink(entry->fts_accpath);
  }
  if (tree != NULL)
    fts_close(tree);
}

/* An open folder of ours with its lock, or -1. */
static int
lock_folder(const char *path)
{
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;

  if (fd < 0)
    return -1;
  if (fstat(fd, &info) == 0 && info.st_uid == geteuid() && info.st_nlink > 0 &&
      flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &info) == 0 && info.st_nlink > 0)
    return fd;
  close(fd);
  return -1;
}

static void
sweep(const char *below)
{
  g_autoptr(GDir) dir = g_dir_open(below, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(below, name, NULL);
    int lock = -1;

    if (g_str_has_prefix(name, NAME_START) && strlen(name) == NAME_LEN)
      lock = lock_folder(path);
    if (lock < 0)
      continue;
    scratch_remove(path);
    close(lock);
  }
}

int
scratch_open(Scratch *scratch, const char *below, GError **error)
{
  sweep(below);
  for (int i = 0; i < TRIES; i++) {
    g_autofree char *path = g_build_filename(below, NAME_START "XXXXXX", NULL);

    if (mkdtemp(path) == NULL)
      break;
    scratch->lock = lock_folder(path);
    if (scratch->lock >= 0) {
      scratch->path = g_steal_pointer(&path);
      return 0;
    }
  }
  g_set_error(
      error, CORDON_ERROR, CORDON_ERROR_CONFIG,
      "%s: %s; scratch in cordon.conf names the folder for temporary files, where the user of "
      "the workers must be able to write",
      below, g_strerror(errno));
  return -1;
}

void
scratch_close(Scratch *scratch)
{
  if (scratch->path != NULL)
    scratch_remove(scratch->path);
  if (scratch->lock >= 0)
    close(scratch->lock);
  g_clear_pointer(&scratch->path, g_free);
  scratch->lock = -1;
}

char *
scratch_make(const Scratch *scratch)
{
  g_autofree char *path = g_build_filename(scratch->path, "w-XXXXXX", NULL);

  return mkdtemp(path) != NULL ? g_steal_pointer(&path) : NULL;
}
