/* groups.c - who is in which group.
 *
 * One hash over the lines of all files: from an address or domain to the groups that name it. So
 * the groups of a person are found without asking each group. Lines that are in the same groups
 * share one chain of them, and a group of fifty thousand lines adds one link to it. */
#include "groups.h"

#include <string.h>

#include "addresses.h"

#include "names.h"
#include "schemas.h"

/* Wrong lines of one file that are shown. */
#define SHOWN_MAX 20

static const OptionSchema lookup_options[] = {
    {"socketmap", FALSE},  {"deadline", FALSE},  {"keep", FALSE},
    {"on-failure", FALSE}, {"delimiter", FALSE}, {NULL, FALSE},
};

const Schema lookup_schema = {"group", lookup_options};

struct group {
  char *name;
  Lookup *lookup; /* or NULL */
  const Groups *all;
};

/* A chain of groups; `more` were read before. */
typedef struct membership {
  const Group *group;
  const struct membership *more;
} Membership;

struct groups {
  GHashTable *by_name;    /* their names ─▶ Group * */
  GPtrArray *names;       /* theirs, NULL behind */
  GHashTable *members;    /* pattern (addresses.h) ─▶ Membership * */
  GPtrArray *memberships; /* all Membership *, to be freed */
  GPtrArray *looked_up;   /* Group *: those with a lookup */
};

static void
group_free(void *data)
{
  Group *group = data;
  lookup_free(group->lookup);
  g_free(group->name);
  g_free(group);
}

void
groups_free(Groups *groups)
{
  if (!groups)
    return;
  g_hash_table_unref(groups->members);
  g_ptr_array_unref(groups->memberships);
  g_ptr_array_unref(groups->names);
  g_ptr_array_unref(groups->looked_up);
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

/* What a line comes to that was in these groups and is now in one more. `grown` has the answers
 * for this group. */
static Membership *
grow(Groups *groups, const Group *group, Membership *before, GHashTable *grown)
{
  Membership *after = g_hash_table_lookup(grown, before);
  if (before && before->group == group)
    return before;
  if (!after) {
    after = g_new(Membership, 1);
    *after = (Membership){group, before};
    g_ptr_array_add(groups->memberships, after);
    g_hash_table_insert(grown, before, after);
  }
  return after;
}

/* Takes the pattern. */
static void
add_member(Groups *groups, const Group *group, char *pattern, GHashTable *grown)
{
  Membership *before = g_hash_table_lookup(groups->members, pattern);
  g_hash_table_insert(groups->members, pattern, grow(groups, group, before, grown));
}

static void
read_lines(Groups *groups, const Group *group, char *text, const char *file, Problems *problems)
{
  g_autoptr(GHashTable) grown = g_hash_table_new(NULL, NULL);
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
      add_member(groups, group, g_ascii_strdown(entry, -1), grown);
    else if (*entry && ++wrongs)
      problems_add(problems, (Place){file, line},
                   "\"%s\" is no address; write one a line: user@example.com, @example.com for one "
                   "domain, or example.com for it and all below it",
                   entry);
  }
}

static Group *
add_group(Groups *groups, char *name)
{
  Group *group = g_new0(Group, 1);
  group->name = name;
  group->all = groups;
  g_hash_table_insert(groups->by_name, group->name, group);
  g_ptr_array_add(groups->names, group->name);
  return group;
}

static void
read_group(Groups *groups, const char *dir, const char *name, GChecksum *checksum,
           Problems *problems)
{
  g_autofree char *file = syntax_name(dir, name);
  g_autofree char *base = g_path_get_basename(name);
  g_autofree char *text = syntax_load(dir, name, checksum, problems);
  const Group *group = add_group(groups, g_strndup(base, strlen(base) - strlen(".txt")));
  if (text)
    read_lines(groups, group, text, file, problems);
}

/* --- groups that are looked up --- */

static unsigned
number_of(const Section *section, const char *name, unsigned min, unsigned max, unsigned fallback,
          Problems *problems)
{
  const Option *option = section_option(section, name);
  guint64 number;
  if (!option)
    return fallback;
  const Value *value = option_value(option, 0);
  if (g_ascii_string_to_unsigned(value->text, 10, min, max, &number, NULL))
    return (unsigned)number;
  problems_add(problems, value_place(section, value),
               "\"%s\" is not right for %s; write seconds from %u to %u", value->text, name, min,
               max);
  return fallback;
}

static char *
table_of(const Section *section, Problems *problems)
{
  const Option *option = section_option(section, "socketmap");
  if (!option) {
    problems_add(problems, section_place(section),
                 "group \"%s\" has no table; add socketmap = \"unix:/PATH:NAME\"", section->title);
    return g_strdup("");
  }
  const Value *value = option_value(option, 0);
  const char *fault = lookup_table_fault(value->text);
  if (fault)
    problems_add(problems, value_place(section, value), "\"%s\" %s", value->text, fault);
  return g_strdup(value->text);
}

static gboolean
tempfails(const Section *section, Problems *problems)
{
  static const char *const words[] = {"tempfail", "unsure", NULL};
  const Option *option = section_option(section, "on-failure");
  if (!option)
    return TRUE;
  const Value *value = option_value(option, 0);
  int index = name_index(words, value->text);
  if (index < 0)
    problems_add(problems, value_place(section, value),
                 "\"%s\" is not right for on-failure; use tempfail or unsure", value->text);
  return index != 1;
}

static char *
delimiter_of(const Section *section, Problems *problems)
{
  const Option *option = section_option(section, "delimiter");
  if (!option)
    return g_strdup("+");
  const Value *value = option_value(option, 0);
  if (strlen(value->text) > 4 || strpbrk(value->text, "@. \t\r\n") != NULL)
    problems_add(
        problems, value_place(section, value),
        "\"%s\" is not right for delimiter; write what recipient_delimiter of Postfix has, "
        "such as \"+\", or \"\"",
        value->text);
  return g_strdup(value->text);
}

static void
read_lookup(Groups *groups, const Section *section, Problems *problems)
{
  if (groups_named(groups, section->title)) {
    problems_add(problems, section_place(section),
                 "there is a group \"%s\" already; give one of them another name", section->title);
    return;
  }
  if (!*section->title || strpbrk(section->title, " \t\r\n"))
    problems_add(problems, section_place(section),
                 "\"%s\" is no name of a group; write one without blanks", section->title);
  Group *group = add_group(groups, g_strdup(section->title));
  group->lookup = g_new0(Lookup, 1);
  *group->lookup = (Lookup){.group = g_strdup(section->title),
                            .table = table_of(section, problems),
                            .delimiter = delimiter_of(section, problems),
                            .deadline_s = number_of(section, "deadline", 1, 60, 5, problems),
                            .keep_s = number_of(section, "keep", 0, 86400, 60, problems),
                            .tempfail = tempfails(section, problems)};
  g_ptr_array_add(groups->looked_up, group);
}

static void
read_lookups(Groups *groups, const char *dir, GChecksum *checksum, Problems *problems)
{
  g_autofree char *path = g_build_filename(dir, "groups.conf", NULL);
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return;
  g_autoptr(Syntax) syntax = syntax_read(dir, "groups.conf", &lookup_schema, checksum, problems);
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    read_lookup(groups, g_ptr_array_index(syntax->sections, i), problems);
}

Groups *
groups_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Groups *groups = g_new0(Groups, 1);
  g_autofree char *folder = g_build_filename(dir, "groups", NULL);
  groups->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, group_free);
  groups->names = g_ptr_array_new();
  groups->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  groups->memberships = g_ptr_array_new_with_free_func(g_free);
  groups->looked_up = g_ptr_array_new();
  if (g_file_test(folder, G_FILE_TEST_EXISTS)) {
    g_autoptr(GPtrArray) files = syntax_list(dir, "groups", ".txt", problems);
    for (guint i = 0; i < files->len; i++)
      read_group(groups, dir, g_ptr_array_index(files, i), checksum, problems);
  }
  read_lookups(groups, dir, checksum, problems);
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

const Lookup *
group_lookup(const Group *group)
{
  return group->lookup;
}

const GPtrArray *
groups_looked_up(const Groups *groups)
{
  return groups->looked_up;
}

gboolean
group_holds(const Group *group, const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);
  for (const char *p = address_pattern_first(lower); p; p = address_pattern_next(p))
    for (const Membership *m = g_hash_table_lookup(group->all->members, p); m; m = m->more)
      if (m->group == group)
        return TRUE;
  return FALSE;
}

GPtrArray *
groups_of(const Groups *groups, const char *address)
{
  GPtrArray *all = g_ptr_array_new();
  g_autofree char *lower = g_ascii_strdown(address, -1);
  for (const char *p = address_pattern_first(lower); p; p = address_pattern_next(p))
    for (const Membership *m = g_hash_table_lookup(groups->members, p); m; m = m->more)
      g_ptr_array_add(all, (Group *)m->group);
  return all;
}

const char *const *
groups_names(const Groups *groups)
{
  return (const char *const *)groups->names->pdata;
}
