#include "officials.h"

#include <string.h>

#include "syntax.h"

/* Words of a display name that are looked at, and of one name. */
#define WORDS_MAX          32
#define OFFICIAL_WORDS_MAX 8

struct officials {
  GHashTable *keys; /* char *, a set */
};

/* Words without case and width, as in "chan", "tai", "man". */
static GPtrArray *
words_of(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold(normal ? normal : valid, -1);
  GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GString) word = g_string_new(NULL);
  for (const char *p = folded;; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c && (g_unichar_isalnum(c) || g_unichar_ismark(c))) {
      g_string_append_unichar(word, c);
      continue;
    }
    if (word->len > 0 && words->len < WORDS_MAX)
      g_ptr_array_add(words, g_strdup(word->str));
    g_string_truncate(word, 0);
    if (!c)
      return words;
  }
}

static int
compare_words(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In any order they make the same key. */
static char *
key_of(const GPtrArray *words, guint first, guint n)
{
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();
  for (guint i = first; i < first + n; i++)
    g_ptr_array_add(sorted, g_ptr_array_index(words, i));
  g_ptr_array_sort(sorted, compare_words);
  g_ptr_array_add(sorted, NULL);
  return g_strjoinv(" ", (char **)sorted->pdata);
}

Officials *
officials_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Officials *officials = g_new0(Officials, 1);
  g_autofree char *path = g_build_filename(dir, "officials.txt", NULL);
  g_autofree char *file = syntax_name(dir, "officials.txt");
  g_autofree char *text = NULL;
  officials->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    text = syntax_load(dir, "officials.txt", checksum, problems);
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    lines[i][strcspn(lines[i], "#")] = '\0';
    g_autoptr(GPtrArray) words = words_of(lines[i]);
    if (words->len > OFFICIAL_WORDS_MAX || strchr(lines[i], '@'))
      problems_add(problems, (Place){file, i + 1},
                   "\"%s\" is no name; write one a line, of up to %d words: Chan Tai Man",
                   g_strstrip(lines[i]), OFFICIAL_WORDS_MAX);
    else if (words->len > 0)
      g_hash_table_add(officials->keys, key_of(words, 0, words->len));
  }
  return officials;
}

void
officials_free(Officials *officials)
{
  if (!officials)
    return;
  g_hash_table_unref(officials->keys);
  g_free(officials);
}

gboolean
officials_hold(const Officials *officials, const char *name)
{
  if (g_hash_table_size(officials->keys) == 0)
    return FALSE;
  g_autoptr(GPtrArray) words = words_of(name);
  for (guint first = 0; first < words->len; first++)
    for (guint n = 1; n <= OFFICIAL_WORDS_MAX && first + n <= words->len; n++) {
      g_autofree char *key = key_of(words, first, n);
      if (g_hash_table_contains(officials->keys, key))
        return TRUE;
    }
  return FALSE;
}
