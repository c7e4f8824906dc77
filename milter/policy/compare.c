/* compare.c - two rules folders, and what differs, in words. Works on the files' sections, so it
 * needs no knowledge of what an option means; only the order of rules is looked at besides, as it
 * decides. */
#include <string.h>

#include "names.h"
#include "policy.h"
#include "schemas.h"

/* Lines of a list that are named, of those that came or went. */
#define NAMED_MAX 5

typedef struct comparison {
  const char *old_dir, *new_dir;
  Problems *problems;
  GPtrArray *words; /* char * */
  const char *file; /* being compared */
} Comparison;

static void G_GNUC_PRINTF(2, 3) tell(Comparison *comparison, const char *format, ...)
{
  va_list ap;
  va_start(ap, format);
  g_autofree char *text = g_strdup_vprintf(format, ap);
  va_end(ap);
  g_ptr_array_add(comparison->words, g_strdup_printf("%s: %s", comparison->file, text));
}

/* --- values of options --- */

static char *
values_text(const Option *option)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new();
  for (guint i = 0; i < option->values->len; i++)
    g_ptr_array_add(texts, option_value(option, i)->text);
  g_ptr_array_add(texts, NULL);
  return g_strjoinv(", ", (char **)texts->pdata);
}

static gboolean
has_value(const Option *option, const char *text)
{
  for (guint i = 0; i < option->values->len; i++)
    if (strcmp(option_value(option, i)->text, text) == 0)
      return TRUE;
  return FALSE;
}

/* Values of `option` that `other` lacks. New string, "" if none. */
static char *
values_beyond(const Option *option, const Option *other)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new();
  for (guint i = 0; i < option->values->len; i++)
    if (!has_value(other, option_value(option, i)->text))
      g_ptr_array_add(texts, option_value(option, i)->text);
  g_ptr_array_add(texts, NULL);
  return g_strjoinv(", ", (char **)texts->pdata);
}

static void
compare_option(Comparison *comparison, const char *what, const OptionSchema *schema,
               const Option *was, const Option *is)
{
  if (!was && !is)
    return;
  g_autofree char *before = was ? values_text(was) : NULL;
  g_autofree char *after = is ? values_text(is) : NULL;
  if (!was || !is) {
    tell(comparison, "%s%s %s: %s", what, schema->name, is ? "is new" : "is gone, it was",
         is ? after : before);
    return;
  }
  if (strcmp(before, after) == 0)
    return;
  if (!schema->list || (was->values->len == 1 && is->values->len == 1)) {
    tell(comparison, "%s%s was %s, is %s", what, schema->name, before, after);
    return;
  }
  g_autofree char *gone = values_beyond(was, is), *come = values_beyond(is, was);
  if (*come)
    tell(comparison, "%s%s has more: %s", what, schema->name, come);
  if (*gone)
    tell(comparison, "%s%s has no more: %s", what, schema->name, gone);
  if (!*come && !*gone)
    tell(comparison, "%s%s is in another order: %s", what, schema->name, after);
}

/* --- sections --- */

static GHashTable *
by_title(const Syntax *syntax)
{
  GHashTable *titles = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; syntax && i < syntax->sections->len; i++) {
    Section *section = g_ptr_array_index(syntax->sections, i);
    g_hash_table_insert(titles, section->title, section);
  }
  return titles;
}

static char *
section_words(const Schema *schema, const Section *section)
{
  GString *words = g_string_new(NULL);
  for (const OptionSchema *option = schema->options; option->name; option++) {
    const Option *given = section_option(section, option->name);
    g_autofree char *values = given ? values_text(given) : NULL;
    if (given)
      g_string_append_printf(words, "%s%s = %s", words->len ? ", " : "", option->name, values);
  }
  return g_string_free(words, FALSE);
}

static void
compare_section(Comparison *comparison, const Schema *schema, const Section *was, const Section *is)
{
  g_autofree char *what =
      schema->kind ? g_strdup_printf("%s \"%s\": ", schema->kind, is->title) : g_strdup("");
  for (const OptionSchema *option = schema->options; option->name; option++)
    compare_option(comparison, what, option, section_option(was, option->name),
                   section_option(is, option->name));
}

static void
compare_sections(Comparison *comparison, const Schema *schema, const Syntax *was, const Syntax *is)
{
  g_autoptr(GHashTable) old = by_title(was), new = by_title(is);
  for (guint i = 0; is && i < is->sections->len; i++) {
    const Section *section = g_ptr_array_index(is->sections, i);
    const Section *before = g_hash_table_lookup(old, section->title);
    g_autofree char *words = section_words(schema, section);
    if (before)
      compare_section(comparison, schema, before, section);
    else
      tell(comparison, "%s \"%s\" is new (line %u): %s", schema->kind, section->title,
           section->line, words);
  }
  for (guint i = 0; was && i < was->sections->len; i++) {
    const Section *section = g_ptr_array_index(was->sections, i);
    g_autofree char *words = section_words(schema, section);
    if (!g_hash_table_contains(new, section->title))
      tell(comparison, "%s \"%s\" is gone: %s", schema->kind, section->title, words);
  }
}

/* --- the order of rules --- */

/* Which places of `order` (old places, in the new order) stay if as few as possible move: a longest
 * rising subsequence, by patience sorting. */
static gboolean *
staying(const GArray *order)
{
  gboolean *stays = g_new0(gboolean, order->len + 1);
  g_autofree int *tops = g_new0(int, order->len + 1), *before = g_new0(int, order->len + 1);
  int piles = 0;
  for (int i = 0; i < (int)order->len; i++) {
    int low = 0, high = piles, place = g_array_index(order, int, i);
    while (low < high) {
      int middle = (low + high) / 2;
      if (g_array_index(order, int, tops[middle]) < place)
        low = middle + 1;
      else
        high = middle;
    }
    before[i] = low > 0 ? tops[low - 1] : -1;
    tops[low] = i;
    piles = MAX(piles, low + 1);
  }
  for (int i = piles > 0 ? tops[piles - 1] : -1; i >= 0; i = before[i])
    stays[i] = TRUE;
  return stays;
}

static void
compare_order(Comparison *comparison, const Syntax *was, const Syntax *is)
{
  g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(int));
  g_autoptr(GPtrArray) titles = g_ptr_array_new();
  for (guint i = 0; was && i < was->sections->len; i++)
    g_hash_table_insert(places, ((Section *)g_ptr_array_index(was->sections, i))->title,
                        GINT_TO_POINTER((int)i + 1));
  for (guint i = 0; is && i < is->sections->len; i++) {
    char *title = ((Section *)g_ptr_array_index(is->sections, i))->title;
    int place = GPOINTER_TO_INT(g_hash_table_lookup(places, title));
    if (place)
      g_array_append_val(order, place);
    if (place)
      g_ptr_array_add(titles, title);
  }
  g_autofree gboolean *stays = staying(order);
  for (guint i = 0; i < order->len; i++)
    if (!stays[i])
      tell(comparison, "rule \"%s\" was moved: it stands %s\"%s\"",
           (char *)g_ptr_array_index(titles, i), i ? "behind " : "before ",
           (char *)g_ptr_array_index(titles, i ? i - 1 : MIN(1, order->len - 1)));
}

/* --- files --- */

static gboolean
is_there(const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

static Syntax *
read_side(Comparison *comparison, const char *dir, const char *name, const Schema *schema)
{
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  return is_there(dir, name) ? syntax_read(dir, name, schema, checksum, comparison->problems)
                             : NULL;
}

static void
compare_file(Comparison *comparison, const char *name, const Schema *schema)
{
  g_autoptr(Syntax) was = read_side(comparison, comparison->old_dir, name, schema);
  g_autoptr(Syntax) is = read_side(comparison, comparison->new_dir, name, schema);
  comparison->file = name;
  if (!was != !is)
    tell(comparison, "the file is %s", is ? "new" : "gone");
  if (schema->kind)
    compare_sections(comparison, schema, was, is);
  else if (was && is)
    compare_section(comparison, schema, g_ptr_array_index(was->sections, 0),
                    g_ptr_array_index(is->sections, 0));
  if (schema == &rule_schema)
    compare_order(comparison, was, is);
}

/* Lines of a list without comments, as a set. */
static GHashTable *
read_lines(Comparison *comparison, const char *dir, const char *name)
{
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  GHashTable *lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text =
      is_there(dir, name) ? syntax_load(dir, name, checksum, comparison->problems) : NULL;
  g_auto(GStrv) all = g_strsplit(text ? text : "", "\n", -1);
  for (char **line = all; *line; line++) {
    g_strstrip(*line);
    if (**line && **line != '#')
      g_hash_table_add(lines, g_strdup(*line));
  }
  return lines;
}

static void
tell_lines(Comparison *comparison, GHashTable *lines, GHashTable *other, const char *what)
{
  g_autoptr(GPtrArray) beyond = g_ptr_array_new();
  GHashTableIter iter;
  void *line;
  g_hash_table_iter_init(&iter, lines);
  while (g_hash_table_iter_next(&iter, &line, NULL))
    if (!g_hash_table_contains(other, line))
      g_ptr_array_add(beyond, line);
  if (beyond->len == 0)
    return;
  guint count = beyond->len;
  names_finish(beyond);
  g_ptr_array_set_size(beyond, (int)MIN(count, NAMED_MAX));
  g_ptr_array_add(beyond, NULL);
  g_autofree char *named = g_strjoinv(", ", (char **)beyond->pdata);
  tell(comparison, "%u line%s %s: %s%s", count, count == 1 ? "" : "s", what, named,
       count > NAMED_MAX ? " …" : "");
}

static void
compare_list(Comparison *comparison, const char *name)
{
  g_autoptr(GHashTable) was = read_lines(comparison, comparison->old_dir, name);
  g_autoptr(GHashTable) is = read_lines(comparison, comparison->new_dir, name);
  comparison->file = name;
  tell_lines(comparison, is, was, "more");
  tell_lines(comparison, was, is, "gone");
}

/* Names that are in a folder of either side, sorted. */
static GPtrArray *
names_in(Comparison *comparison, const char *folder, const char *ending)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const char *const dirs[] = {comparison->old_dir, comparison->new_dir};
  for (size_t i = 0; i < G_N_ELEMENTS(dirs); i++) {
    g_autoptr(GPtrArray) side = is_there(dirs[i], folder)
                                    ? syntax_list(dirs[i], folder, ending, comparison->problems)
                                    : NULL;
    for (guint k = 0; side && k < side->len; k++)
      if (!g_ptr_array_find_with_equal_func(names, g_ptr_array_index(side, k), g_str_equal, NULL))
        g_ptr_array_add(names, g_strdup(g_ptr_array_index(side, k)));
  }
  return names;
}

static void
compare_folder(Comparison *comparison, const char *folder, const Schema *schema)
{
  g_autoptr(GPtrArray) names = names_in(comparison, folder, schema ? ".conf" : ".txt");
  for (guint i = 0; i < names->len; i++)
    if (schema)
      compare_file(comparison, g_ptr_array_index(names, i), schema);
    else
      compare_list(comparison, g_ptr_array_index(names, i));
}

GPtrArray *
ruleset_compare(const char *old_dir, const char *new_dir, GPtrArray *errors)
{
  g_autoptr(Problems) problems = problems_new();
  Comparison comparison = {.old_dir = old_dir,
                           .new_dir = new_dir,
                           .problems = problems,
                           .words = g_ptr_array_new_with_free_func(g_free)};
  compare_file(&comparison, "cordon.conf", &settings_schema);
  compare_file(&comparison, "policy.conf", &rule_schema);
  compare_file(&comparison, "types.conf", &group_schema);
  compare_file(&comparison, "notices.conf", &notice_schema);
  compare_file(&comparison, "exceptions.conf", &approval_schema);
  compare_file(&comparison, "delegations.conf", &delegation_schema);
  compare_file(&comparison, "keys.conf", &key_schema);
  compare_folder(&comparison, "services", &service_schema);
  compare_folder(&comparison, "lists", NULL);
  compare_folder(&comparison, "groups", NULL);
  compare_folder(&comparison, "tests", &test_schema);
  problems_report(problems, errors);
  return comparison.words;
}
