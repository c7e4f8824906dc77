#include "wordset.h"

/* Up to so many words comparing them is quicker than a hash. */
#define FEW 8

WordSet *
wordset_new(char **words)
{
  WordSet *set = g_new0(WordSet, 1);
  set->words = words;
  if (g_strv_length(words) > FEW)
    set->set = g_hash_table_new(g_str_hash, g_str_equal);
  for (; set->set && *words; words++)
    g_hash_table_add(set->set, *words);
  return set;
}

void
wordset_free(WordSet *set)
{
  if (!set)
    return;
  g_clear_pointer(&set->set, g_hash_table_unref);
  g_strfreev(set->words);
  g_free(set);
}

gboolean
wordset_has(const WordSet *set, const char *word)
{
  if (!word)
    return FALSE;
  return set->set ? g_hash_table_contains(set->set, word)
                  : g_strv_contains((const char *const *)set->words, word);
}

gboolean
wordset_meets(const WordSet *set, const GPtrArray *names)
{
  for (guint i = 0; names && i < names->len; i++)
    if (wordset_has(set, g_ptr_array_index(names, i)))
      return TRUE;
  return FALSE;
}

gboolean
wordset_covers(const WordSet *set, const WordSet *other)
{
  for (char **word = other->words; *word; word++)
    if (!wordset_has(set, *word))
      return FALSE;
  return TRUE;
}
