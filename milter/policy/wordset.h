/* wordset.h - the values that an option gives: in their order, and as a set of any size. */
#ifndef CORDON_POLICY_WORDSET_H
#define CORDON_POLICY_WORDSET_H

#include <glib.h>

typedef struct wordset {
  char **words;    /* NULL-ended, at least one */
  GHashTable *set; /* of them; NULL where they are few */
} WordSet;

WordSet *wordset_new(char **words); /* takes them */
void wordset_free(WordSet *set);

/* NULL is in no set. */
gboolean wordset_has(const WordSet *set, const char *word);

/* Any of names (char *; NULL: none)? */
gboolean wordset_meets(const WordSet *set, const GPtrArray *names);

/* Each of the other's? */
gboolean wordset_covers(const WordSet *set, const WordSet *other);

#endif
