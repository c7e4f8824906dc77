#include "signatures.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_SIZE 512

/* ClamAV-VDB:build time:version:signatures:level:md5:dsig:builder:unix seconds */
enum { FIELD_MAGIC, FIELD_VERSION = 2, FIELD_SECONDS = 8, FIELDS };

static char **
read_header(const char *path)
{
  char header[HEADER_SIZE + 1] = "";
  FILE *file = fopen(path, "re");
  char **fields;

  if (file == NULL)
    return NULL;
  header[fread(header, 1, HEADER_SIZE, file)] = '\0';
  fclose(file);
  fields = g_strsplit(header, ":", FIELDS);
  if (g_strv_length(fields) == FIELDS && strcmp(fields[FIELD_MAGIC], "ClamAV-VDB") == 0)
    return fields;
  g_strfreev(fields);
  return NULL;
}

static gint64
time_of(const char *folder, const char *name, GPtrArray *versions)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_auto(GStrv) fields = NULL;
  struct stat st;

  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
    return 0;
  if (g_str_has_suffix(name, ".cvd") || g_str_has_suffix(name, ".cld"))
    fields = read_header(path);
  if (fields == NULL)
    return st.st_mtime;
  g_ptr_array_add(
      versions, g_strdup_printf("%.*s %.10s", (int)strlen(name) - 4, name, fields[FIELD_VERSION]));
  return g_ascii_strtoll(fields[FIELD_SECONDS], NULL, 10);
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

gint64
signatures_newest(const char *folder, char **versions)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  gint64 newest = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    if (*name != '.')
      newest = MAX(newest, time_of(folder, name, list));
  g_ptr_array_sort(list, compare_text);
  g_ptr_array_add(list, NULL);
  *versions = g_strjoinv(", ", (char **)list->pdata);
  return newest;
}
