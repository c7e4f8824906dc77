#include "groups.h"

#include <string.h>

#include "names.h"
#include "syntax.h"

/* Wrong lines of one file that are shown. */
#define SHOWN_MAX 20

struct group {
  char *name;
  GHashTable *members; /* "a@b", "@b" and "b", in lower case */
};

struct groups {
  GHashTable *by_name; /* their names ─▶ Group * */
  GPtrArray *names;    /* theirs, NULL behind */
};

static void
group_free(void *data)
{
  Group *group = data;
  g_hash_table_unref(group->members);
  g_free(group->name);
  g_free(group);
}

void
groups_free(Groups *groups)
{
  if (!groups)
    return;
  g_ptr_array_unref(groups->names);
  g_hash_table_unref(groups->by_name);
  g_free(groups);
}

static gboolean
is_member(const char *text)
{
  const char *at = strrchr(text, '@');
  const char *domain = at ? at + 1 : text;
  return *domain && *domain != '.' && strchr(text, '@') == at && strchr(domain, '.') &&
         !strpbrk(text, " \t,;<>*\"/");
}

static void
read_lines(Group *group, char *text, const char *file, Problems *problems)
{
  unsigned wrongs = 0;
  char *next = text;
  for (unsigned line = 1; next && wrongs < SHOWN_MAX; line++) {
    char *entry = next;
    next = strchr(entry, '\n');
    if (next)
      *next++ = '\0';
    entry[strcspn(entry, "#")] = '\0';
    g_strstrip(entry);
    if (*entry && is_member(entry))
      g_hash_table_add(group->members, g_ascii_strdown(entry, -1));
    else if (*entry && ++wrongs)
      problems_add(problems, (Place){file, line},
                   "\"%s\" is no address; write one a line: user@example.com, @example.com for one "
                   "domain, or example.com for it and all below it",
                   entry);
  }
}

static void
read_group(Groups *groups, const char *dir, const char *name, GChecksum *checksum,
           Problems *problems)
{
  g_autofree char *file = syntax_name(dir, name);
  g_autofree char *base = g_path_get_basename(name);
  g_autofree char *text = syntax_load(dir, name, checksum, problems);
  Group *group = g_new0(Group, 1);
  group->name = g_strndup(base, strlen(base) - strlen(".txt"));
  group->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert(groups->by_name, group->name, group);
  g_ptr_array_add(groups->names, group->name);
  if (text)
    read_lines(group, text, file, problems);
}

Groups *
groups_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Groups *groups = g_new0(Groups, 1);
  g_autofree char *folder = g_build_filename(dir, "groups", NULL);
  groups->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, group_free);
  groups->names = g_ptr_array_new();
  if (g_file_test(folder, G_FILE_TEST_EXISTS)) {
    g_autoptr(GPtrArray) files = syntax_list(dir, "groups", ".txt", problems);
    for (guint i = 0; i < files->len; i++)
      read_group(groups, dir, g_ptr_array_index(files, i), checksum, problems);
  }
  names_finish(groups->names);
  return groups;
}

const Group *
groups_named(const Groups *groups, const char *name)
{
  return g_hash_table_lookup(groups->by_name, name);
}

const char *
group_name(const Group *group)
{
  return group->name;
}

gboolean
group_holds(const Group *group, const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);
  const char *at = strrchr(lower, '@');
  if (g_hash_table_contains(group->members, lower))
    return TRUE;
  if (!at || g_hash_table_contains(group->members, at))
    return at != NULL;
  for (const char *domain = at + 1; domain; domain = strchr(domain, '.')) {
    domain += *domain == '.';
    if (g_hash_table_contains(group->members, domain))
      return TRUE;
  }
  return FALSE;
}

const char *const *
groups_names(const Groups *groups)
{
  return (const char *const *)groups->names->pdata;
}
