/* fixture.h - rules folders for tests, made in a temporary place and taken away again. */
#ifndef CORDON_TESTS_POLICY_FIXTURE_H
#define CORDON_TESTS_POLICY_FIXTURE_H

#include <glib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

static inline const char *
source_dir(void)
{
  const char *dir = getenv("CORDON_SRC");
  return dir ? dir : ".";
}

/* Is there a file of that name in the source folder? (skip() must be called with nothing
 * allocated.) */
static inline gboolean
source_has(const char *name)
{
  g_autofree char *path = g_build_filename(source_dir(), name, NULL);
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

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
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
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

/* The lines, each with its end, and DIR for the folder. */
static inline char *
errors_text(const GPtrArray *errors, const char *dir)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < errors->len; i++)
    g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(errors, i));
  g_string_replace(text, dir, "DIR", 0);
  return g_strdup(text->str);
}

/* Prints label, got and want where they differ; 1 if they do. */
static inline int
differs(const char *label, const char *got, const char *want)
{
  if (g_strcmp0(got, want) == 0)
    return 0;
  print_error("%s\n got: %s\nwant: %s\n", label, got ? got : "(null)", want ? want : "(null)");
  return 1;
}

#endif
