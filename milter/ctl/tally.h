/* tally.h - tables of what happened to messages and how often, with an example of each. */
#ifndef CORDON_CTL_TALLY_H
#define CORDON_CTL_TALLY_H

#include <glib.h>

typedef struct tally Tally;

Tally *tally_new(void);
void tally_free(Tally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tally, tally_free)

/* One more of `words`, which it takes, in the message with that number and name. A row's example is
 * the first of its names in order, whatever order they come in. */
void tally_count(Tally *tally, char *words, guint number, const char *name);

/* Prints the rows, the most frequent first, with their numbers of messages and, if `findings`, of
 * what was counted; nothing if there is none. Examples are shown without `folder`, and on a
 * terminal they are links. */
void tally_print(const Tally *tally, const char *title, gboolean findings, const char *folder);

/* Shortens `folder` ("a/b/", a new string; NULL for the first name) to what it and a name have in
 * common. */
void tally_folder(char **folder, const char *name);

#endif
