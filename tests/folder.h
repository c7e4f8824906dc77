/* folder.h - a temporary folder for tests, and what is in it. cmocka.h stands before it. */
#ifndef CORDON_TEST_FOLDER_H
#define CORDON_TEST_FOLDER_H

#include <glib.h>
#include <glib/gstdio.h>

static inline char *
folder_new(void)
{
  char *dir = g_dir_make_tmp("cordon-test-XXXXXX", NULL);
  assert_non_null(dir);
  return dir;
}

static inline void
folder_remove(const char *dir)
{
  g_autoptr(GDir) opened = g_dir_open(dir, 0, NULL);
  const char *name;
  while (opened && (name = g_dir_read_name(opened))) {
    g_autofree char *path = g_build_filename(dir, name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
      folder_remove(path);
    else
      g_unlink(path);
  }
  g_rmdir(dir);
}

/* Writes a file; its folder is made. */
static inline void
folder_write(const char *dir, const char *name, const char *text, gssize len)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autofree char *parent = g_path_get_dirname(path);
  g_mkdir_with_parents(parent, 0700);
  assert_true(g_file_set_contents(path, text, len, NULL));
}

/* Copies what is in a folder into another. */
static inline void
folder_copy(const char *from, const char *to)
{
  g_autoptr(GDir) opened = g_dir_open(from, 0, NULL);
  const char *name;
  while (opened && (name = g_dir_read_name(opened))) {
    g_autofree char *source = g_build_filename(from, name, NULL);
    g_autofree char *target = g_build_filename(to, name, NULL);
    g_autofree char *text = NULL;
    gsize len;
    if (g_file_test(source, G_FILE_TEST_IS_DIR)) {
      g_mkdir_with_parents(target, 0700);
      folder_copy(source, target);
    } else if (g_file_get_contents(source, &text, &len, NULL)) {
      folder_write(to, name, text, (gssize)len);
    }
  }
}

#endif
