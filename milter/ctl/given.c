/* Rules as their own tests see them. A test cannot wait for an approval, a listed host or a
 * signature to be there, so what stands in given/ beside the tests takes the place of the rules
 * folder's own while they run. */
#include "ctl.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

static int
fail(GError **error, const char *path)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s: %s", path, g_strerror(errno));
  return -1;
}

/* The file at `to` becomes a link to that at `from`, whatever it was. */
static int
link_file(const char *from, const char *to, GError **error)
{
  g_autofree char *target = g_canonicalize_filename(from, NULL);

  if (g_unlink(to) != 0 && errno != ENOENT)
    return fail(error, to);
  return symlink(target, to) == 0 ? 0 : fail(error, to);
}

/* The files of a folder and of the folders in it; what is called `except` stays out. */
static int
link_folder(const char *from, const char *to, const char *except, int depth, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open(from, 0, error);
  const char *name;

  if (dir == NULL)
    return -1;
  if (g_mkdir_with_parents(to, 0755) != 0)
    return fail(error, to);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *source = g_build_filename(from, name, NULL);
    g_autofree char *target = g_build_filename(to, name, NULL);
    gboolean folder = g_file_test(source, G_FILE_TEST_IS_DIR);

    if (strcmp(name, except) == 0 || (folder && depth == 0))
      continue;
    if (folder ? link_folder(source, target, except, depth - 1, error) != 0
               : link_file(source, target, error) != 0)
      return -1;
  }
  return 0;
}

/* Does a line of settings set one that another line sets? */
static gboolean
sets_same(const char *line, char **others)
{
  const char *word = line + strspn(line, " \t");
  size_t len = strcspn(word, " \t=");

  for (; len > 0 && *word != '#' && *others != NULL; others++)
    if (strncmp(word, *others, len) == 0 && strchr(" \t=", (*others)[len]) != NULL)
      return TRUE;
  return FALSE;
}

/* cordon.conf again, with the settings of the tests' own (a line each) in place of those of the
 * same name: a gateway's millions of signatures take long to load, and know nothing that a test
 * could be made of. */
static int
set_settings(const char *rules, const char *given, const char *to, GError **error)
{
  g_autofree char *from = g_build_filename(rules, "cordon.conf", NULL);
  g_autofree char *target = g_build_filename(to, "cordon.conf", NULL);
  g_autofree char *text = NULL, *own = NULL;
  g_auto(GStrv) lines = NULL, others = NULL;
  g_autoptr(GString) out = g_string_new(NULL);

  if (!g_file_get_contents(from, &text, NULL, error) ||
      !g_file_get_contents(given, &own, NULL, error))
    return -1;
  lines = g_strsplit(text, "\n", -1);
  others = g_strsplit(own, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    g_string_append_printf(out, "%s\n", sets_same(*line, others) ? "" : *line);
  g_string_append(out, own);
  if (g_unlink(target) != 0 && errno != ENOENT)
    return fail(error, target);
  return g_file_set_contents(target, out->str, (gssize)out->len, error) ? 0 : -1;
}

char *
ctl_given_make(const char *rules, const char *tests, GError **error)
{
  g_autofree char *given = g_build_filename(tests, "given", NULL);
  g_autofree char *settings = g_build_filename(given, "cordon.conf", NULL);
  g_autofree char *folder = NULL;

  if (!g_file_test(given, G_FILE_TEST_IS_DIR))
    return g_strdup(rules);
  folder = g_dir_make_tmp("cordon-given.XXXXXX", error);
  if (folder == NULL)
    return NULL;
  if (link_folder(rules, folder, "tests", 1, error) == 0 &&
      link_folder(given, folder, "cordon.conf", 1, error) == 0 &&
      (!g_file_test(settings, G_FILE_TEST_EXISTS) ||
       set_settings(rules, settings, folder, error) == 0))
    return g_steal_pointer(&folder);
  ctl_given_remove(folder, rules);
  return NULL;
}

static void
remove_folder(const char *path, int depth)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *inner = g_build_filename(path, name, NULL);

    if (g_unlink(inner) != 0 && depth > 0)
      remove_folder(inner, depth - 1);
  }
  g_rmdir(path);
}

void
ctl_given_remove(const char *folder, const char *rules)
{
  if (folder != NULL && strcmp(folder, rules) != 0)
    remove_folder(folder, 1);
}
