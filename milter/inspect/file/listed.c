/* listed.c - names that archives list, and of which nothing came out: files too small for libclamav
 * to look at, or that it handed out under another name than the archive's own. */
#include "listed.h"

#include <string.h>

#include "bounds.h"
#include "inner_name.h"

typedef struct entry {
  Finding *archive; /* not owned */
  char *name;
} Entry;

struct listed {
  GArray *entries;   /* Entry */
  GHashTable *found; /* key_of() what has a finding */
  GHashTable *given; /* key_of() a name as libclamav has it ─▶ index of the first such entry */
};

static void
entry_clear(void *data)
{
  Entry *entry = data;

  g_free(entry->name);
}

Listed *
listed_new(void)
{
  Listed *listed = g_new0(Listed, 1);

  listed->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_set_clear_func(listed->entries, entry_clear);
  listed->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  listed->given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return listed;
}

void
listed_free(Listed *listed)
{
  g_array_unref(listed->entries);
  g_hash_table_unref(listed->found);
  g_hash_table_unref(listed->given);
  g_free(listed);
}

/* Of names only the last component: some are handed out without their folders. */
static char *
key_of(const Finding *archive, const char *name)
{
  g_autofree char *clean = inner_name_clean(name);
  const char *slash = strrchr(clean, '/'), *back = strrchr(clean, '\\');

  slash = MAX(slash, back);
  return g_strdup_printf("%p/%s", (const void *)archive, slash ? slash + 1 : clean);
}

gboolean
listed_add(Listed *listed, Finding *archive, const char *name, const char *given)
{
  Entry entry = {archive, NULL};

  if (listed->entries->len >= 2 * LIMIT_UNPACK_FILES)
    return FALSE;
  if (*given && strcmp(name, given) != 0) {
    g_autofree char *key = key_of(archive, given);

    if (!g_hash_table_contains(listed->given, key))
      g_hash_table_insert(listed->given, g_steal_pointer(&key),
                          GUINT_TO_POINTER(listed->entries->len));
  }
  entry.name = g_strdup(name);
  g_array_append_val(listed->entries, entry);
  return TRUE;
}

const char *
listed_name(Listed *listed, const Finding *archive, const char *given)
{
  g_autofree char *key = g_hash_table_size(listed->given) > 0 ? key_of(archive, given) : NULL;
  gpointer index;

  if (!key || !g_hash_table_lookup_extended(listed->given, key, NULL, &index))
    return given;
  g_hash_table_remove(listed->given, key);
  return g_array_index(listed->entries, Entry, GPOINTER_TO_UINT(index)).name;
}

void
listed_find(Listed *listed, const Finding *archive, const char *name)
{
  g_hash_table_add(listed->found, key_of(archive, name));
}

void
listed_missing(const Listed *listed,
               void (*missing)(Finding *archive, const char *name, void *data), void *data)
{
  for (guint i = 0; i < listed->entries->len; i++) {
    const Entry *entry = &g_array_index(listed->entries, Entry, i);
    g_autofree char *key = key_of(entry->archive, entry->name);

    if (g_hash_table_add(listed->found, g_steal_pointer(&key)))
      missing(entry->archive, entry->name, data);
  }
}
