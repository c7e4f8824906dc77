#include "types.h"

#include "file.h"

#include <string.h>

#include "names.h"
#include "schemas.h"
#include "syntax.h"

static const OptionSchema group_options[] = {
    {"extensions", TRUE}, {"content", TRUE}, {"engine", TRUE}, {NULL, FALSE}};

const Schema group_schema = {"group", group_options};

/* A group is its index in `names`; a set of groups has one bit for each. */
#define GROUPS_MAX 64
typedef guint64 Groups;

typedef struct pattern {
  GPatternSpec *spec; /* "application/vnd.ms-*" */
  Groups groups;
} Pattern;

typedef struct table {
  GHashTable *exact; /* char * ─▶ Groups * */
  GArray *patterns;  /* Pattern */
} Table;

struct types {
  GPtrArray *names;  /* char *, in order of the file, NULL behind */
  GPtrArray *sorted; /* the same, sorted */
  Table extensions, content, engine;
  gboolean broken;
};

static void
pattern_clear(void *data)
{
  g_pattern_spec_free(((Pattern *)data)->spec);
}

static void
table_init(Table *table)
{
  table->exact = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  table->patterns = g_array_new(FALSE, FALSE, sizeof(Pattern));
  g_array_set_clear_func(table->patterns, pattern_clear);
}

static void
table_clear(Table *table)
{
  g_hash_table_unref(table->exact);
  g_array_unref(table->patterns);
}

/* Takes key. */
static void
table_add(Table *table, char *key, Groups group)
{
  if (strchr(key, '*')) {
    Pattern pattern = {.spec = g_pattern_spec_new(key), .groups = group};
    g_array_append_val(table->patterns, pattern);
    g_free(key);
    return;
  }
  Groups *groups = g_hash_table_lookup(table->exact, key);
  if (groups) {
    *groups |= group;
    g_free(key);
  } else {
    groups = g_new(Groups, 1);
    *groups = group;
    g_hash_table_insert(table->exact, key, groups);
  }
}

static Groups
table_find(const Table *table, const char *key)
{
  const Groups *exact = g_hash_table_lookup(table->exact, key);
  Groups groups = exact ? *exact : 0;
  for (guint i = 0; i < table->patterns->len; i++) {
    const Pattern *pattern = &g_array_index(table->patterns, Pattern, i);
    if (g_pattern_spec_match_string(pattern->spec, key))
      groups |= pattern->groups;
  }
  return groups;
}

void
types_free(Types *types)
{
  if (!types)
    return;
  table_clear(&types->engine);
  table_clear(&types->content);
  table_clear(&types->extensions);
  g_ptr_array_unref(types->sorted);
  g_ptr_array_unref(types->names);
  g_free(types);
}

/* --- loading --- */

static gboolean
is_extension(const char *text)
{
  return *text && *text != '.' && !strpbrk(text, "/\\* :");
}

static gboolean
is_media_type(const char *text)
{
  const char *slash = strchr(text, '/');
  return slash && slash > text && slash[1] && !strpbrk(slash + 1, "/?");
}

static gboolean
is_engine_type(const char *text)
{
  return g_str_has_prefix(text, "CL_TYPE_");
}

static const struct member {
  const char *option;
  size_t table; /* offset in Types */
  gboolean (*good)(const char *text);
  const char *advice;
} members[] = {
    {"extensions", G_STRUCT_OFFSET(struct types, extensions), is_extension,
     "write an ending without its dot, such as exe"},
    {"content", G_STRUCT_OFFSET(struct types, content), is_media_type,
     "write a type such as \"application/pdf\" or \"application/vnd.ms-*\""},
    {"engine", G_STRUCT_OFFSET(struct types, engine), is_engine_type,
     "write a name of libclamav such as CL_TYPE_MSEXE"},
};

static void
add_members(Types *types, const struct member *member, const Section *section, Groups group,
            Problems *problems)
{
  const Option *option = section_option(section, member->option);
  Table *table = G_STRUCT_MEMBER_P(types, member->table);
  gboolean upper = member->good == is_engine_type;
  for (guint i = 0; option && i < option->values->len; i++) {
    const Value *value = option_value(option, i);
    if (!member->good(value->text))
      problems_add(problems, value_place(section, value), "\"%s\" does not fit %s; %s", value->text,
                   member->option, member->advice);
    else
      table_add(table, upper ? g_strdup(value->text) : g_utf8_strdown(value->text, -1), group);
  }
}

static void
add_group(Types *types, const Section *section, Problems *problems)
{
  Place at = section_place(section);
  guint n = types->names->len;
  if (g_ptr_array_find_with_equal_func(types->names, section->title, g_str_equal, NULL)) {
    problems_add(problems, at, "group \"%s\" is there already; rename or join them",
                 section->title);
    return;
  }
  if (n == GROUPS_MAX) {
    problems_add(problems, at, "is one group too many; join some (at most %d)", GROUPS_MAX);
    return;
  }
  if (section->options->len == 0)
    problems_add(problems, at, "group \"%s\" is empty; add extensions, content or engine",
                 section->title);
  g_ptr_array_add(types->names, g_strdup(section->title));
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
    add_members(types, &members[i], section, (Groups)1 << n, problems);
}

Types *
types_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Types *types = g_new0(Types, 1);
  types->names = g_ptr_array_new_with_free_func(g_free);
  types->sorted = g_ptr_array_new();
  table_init(&types->extensions);
  table_init(&types->content);
  table_init(&types->engine);
  g_autoptr(Syntax) syntax = syntax_read(dir, "types.conf", &group_schema, checksum, problems);
  types->broken = !syntax || syntax->broken;
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_group(types, g_ptr_array_index(syntax->sections, i), problems);
  for (guint i = 0; i < types->names->len; i++)
    g_ptr_array_add(types->sorted, g_ptr_array_index(types->names, i));
  names_finish(types->sorted);
  return types;
}

const char *const *
types_names(const Types *types)
{
  return (const char *const *)types->sorted->pdata;
}

gboolean
types_broken(const Types *types)
{
  return types->broken;
}

/* --- names --- */

/* --- looking up --- */

static Groups
name_groups(const Types *types, const char *name)
{
  Groups groups = 0;
  g_autoptr(GPtrArray) endings = filename_endings(name);
  for (guint i = 0; i < endings->len; i++)
    groups |= table_find(&types->extensions, g_ptr_array_index(endings, i));
  return groups;
}

static gboolean
is_known_type(const char *type)
{
  return type && *type && strcmp(type, "application/octet-stream") != 0;
}

static gboolean
is_known_engine_type(const char *note)
{
  return note && *note && strcmp(note, "CL_TYPE_BINARY_DATA") != 0 &&
         strcmp(note, "CL_TYPE_ANY") != 0;
}

static Groups
type_groups(const Types *types, const char *type)
{
  g_autofree char *lower = g_ascii_strdown(type, -1);
  return table_find(&types->content, lower);
}

static Groups
content_groups(const Types *types, const Finding *file)
{
  Groups groups = file->content_type ? type_groups(types, file->content_type) : 0;
  return groups | (file->content_note ? table_find(&types->engine, file->content_note) : 0);
}

static Groups
names_groups(const Types *types, const Finding *file)
{
  Groups groups = file->name ? name_groups(types, file->name) : 0;
  for (guint i = 0; file->names && i < file->names->len; i++)
    groups |= name_groups(types, g_ptr_array_index(file->names, i));
  return groups;
}

GPtrArray *
types_groups(const Types *types, const Finding *file)
{
  Groups groups = content_groups(types, file) | names_groups(types, file);
  if (file->declared_type)
    groups |= type_groups(types, file->declared_type);
  if (!groups)
    return NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < types->names->len; i++)
    if (groups & ((Groups)1 << i))
      g_ptr_array_add(names, g_strdup(g_ptr_array_index(types->names, i)));
  return names;
}

static gboolean
names_all_within(const Types *types, const Finding *file, Groups wanted)
{
  for (guint i = 0; file->names && i < file->names->len; i++)
    if (!(name_groups(types, g_ptr_array_index(file->names, i)) & wanted))
      return FALSE;
  return !file->name || !*file->name || (name_groups(types, file->name) & wanted);
}

gboolean
types_all_within(const Types *types, const Finding *file, const char *const *groups)
{
  Groups wanted = 0;
  for (guint i = 0; i < types->names->len; i++)
    if (g_strv_contains(groups, g_ptr_array_index(types->names, i)))
      wanted |= (Groups)1 << i;
  if ((is_known_type(file->content_type) || is_known_engine_type(file->content_note)) &&
      !(content_groups(types, file) & wanted))
    return FALSE;
  if (is_known_type(file->declared_type) && !(type_groups(types, file->declared_type) & wanted))
    return FALSE;
  return names_all_within(types, file, wanted);
}
