#include "notices.h"

#include <string.h>

#include "names.h"
#include "schemas.h"
#include "syntax.h"

static const OptionSchema notice_options[] = {
    {"tier", FALSE},          {"title-en", FALSE}, {"title-zh-hant", FALSE},
    {"title-zh-hans", FALSE}, {"why-en", FALSE},   {"why-zh-hant", FALSE},
    {"why-zh-hans", FALSE},   {"todo-en", FALSE},  {"todo-zh-hant", FALSE},
    {"todo-zh-hans", FALSE},  {NULL, FALSE},
};

const Schema notice_schema = {"notice", notice_options};

static const char *const languages[LANGS] = {"en", "zh-hant", "zh-hans"};

/* Longest text of a notice: it stands inside a reader's mail. */
#define TEXT_MAX 600

typedef struct entry {
  Notice notice; /* its strings are owned here */
  Tier tier;
} Entry;

struct notices {
  GHashTable *by_id; /* id ─▶ Entry * */
  GPtrArray *ids;
  gboolean broken;
};

static void
entry_free(void *data)
{
  Entry *entry = data;
  g_free((char *)entry->notice.id);
  for (int i = 0; i < LANGS; i++) {
    g_free((char *)entry->notice.title[i]);
    g_free((char *)entry->notice.why[i]);
    g_free((char *)entry->notice.todo[i]);
  }
  g_free(entry);
}

void
notices_free(Notices *notices)
{
  if (!notices)
    return;
  g_ptr_array_unref(notices->ids);
  g_hash_table_unref(notices->by_id);
  g_free(notices);
}

/* What stands for the reader: runs of blanks become one, so that texts can go on over lines. */
static char *
fold_blanks(const char *text)
{
  GString *folded = g_string_new(NULL);
  for (; *text; text++)
    if (!g_ascii_isspace(*text))
      g_string_append_c(folded, *text);
    else if (folded->len && folded->str[folded->len - 1] != ' ')
      g_string_append_c(folded, ' ');
  return g_strchomp(g_string_free(folded, FALSE));
}

static void
check_text(const Section *section, const Option *option, const char *text, Problems *problems)
{
  if (!*text)
    problems_add(problems, option_place(section, option), "%s is empty; write it", option->name);
  if (strlen(text) > TEXT_MAX)
    problems_add(problems, option_place(section, option), "%s is too long; use at most %d bytes",
                 option->name, TEXT_MAX);
}

/* One of the three texts, in all languages. */
static void
read_texts(const Section *section, const char *kind, const char *meaning, const char **texts,
           Problems *problems)
{
  for (int i = 0; i < LANGS; i++) {
    g_autofree char *name = g_strdup_printf("%s-%s", kind, languages[i]);
    const Option *option = section_option(section, name);
    if (!option) {
      problems_add(problems, section_place(section), "notice \"%s\" has no %s; add %s",
                   section->title, name, meaning);
      continue;
    }
    texts[i] = fold_blanks(option_value(option, 0)->text);
    check_text(section, option, texts[i], problems);
  }
}

static Tier
read_tier(const Section *section, Problems *problems)
{
  const Option *option = section_option(section, "tier");
  if (!option)
    return TIER_INFORMATION;
  const Value *value = option_value(option, 0);
  int tier = name_index(tier_names, value->text);
  if (tier >= 0)
    return (Tier)tier;
  g_autofree char *advice = spelling_advice(value->text, tier_names);
  problems_add(problems, value_place(section, value), "unknown tier \"%s\"; %s", value->text,
               advice);
  return TIER_INFORMATION;
}

static void
add_notice(Notices *notices, const Section *section, Problems *problems)
{
  if (g_hash_table_contains(notices->by_id, section->title)) {
    problems_add(problems, section_place(section),
                 "notice \"%s\" is there already; rename or remove one", section->title);
    return;
  }
  Entry *entry = g_new0(Entry, 1);
  entry->notice.id = g_strdup(section->title);
  entry->tier = read_tier(section, problems);
  read_texts(section, "title", "what was found, in a few words", entry->notice.title, problems);
  read_texts(section, "why", "one sentence that says why", entry->notice.why, problems);
  read_texts(section, "todo", "the permitted route: what the reader can do", entry->notice.todo,
             problems);
  g_hash_table_insert(notices->by_id, (char *)entry->notice.id, entry);
  g_ptr_array_add(notices->ids, (char *)entry->notice.id);
}

Notices *
notices_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Notices *notices = g_new0(Notices, 1);
  notices->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
  notices->ids = g_ptr_array_new();
  g_autoptr(Syntax) syntax = syntax_read(dir, "notices.conf", &notice_schema, checksum, problems);
  notices->broken = !syntax || syntax->broken;
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_notice(notices, g_ptr_array_index(syntax->sections, i), problems);
  names_finish(notices->ids);
  return notices;
}

const Notice *
notices_find(const Notices *notices, const char *id)
{
  const Entry *entry = g_hash_table_lookup(notices->by_id, id);
  return entry ? &entry->notice : NULL;
}

Tier
notices_tier(const Notices *notices, const char *id)
{
  const Entry *entry = g_hash_table_lookup(notices->by_id, id);
  return entry ? entry->tier : TIER_INFORMATION;
}

const char *const *
notices_ids(const Notices *notices)
{
  return (const char *const *)notices->ids->pdata;
}

gboolean
notices_broken(const Notices *notices)
{
  return notices->broken;
}
