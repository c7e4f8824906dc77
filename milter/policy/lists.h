/* lists.h - rules/lists/NAME.txt: one host, or URL prefix, a line, held in memory; and NAME.cdb, a
 * feed that was compiled (feed.h), mapped. Local lines win: what is in NAME.except.txt is not in
 * NAME's feed.
 */
#ifndef CORDON_POLICY_LISTS_H
#define CORDON_POLICY_LISTS_H

#include <glib.h>

#include "problems.h"
#include "url.h"

typedef struct lists Lists;

/* Reads all of DIR/lists/ *.txt. Never NULL. */
Lists *lists_read(const char *dir, GChecksum *checksum, Problems *problems);
void lists_free(Lists *lists);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lists, lists_free)

/* Names of the lists that hold an address: new array of new strings, or NULL. A mail address is
 * looked up by its domain. One of an `own` domain is in no feed. */
GPtrArray *lists_find(const Lists *lists, const Url *url, gboolean own);

/* Sorted, NULL-ended. */
const char *const *lists_names(const Lists *lists);
unsigned lists_count(const Lists *lists);

/* One line a list: its entries, a blank, its name. New string. */
char *lists_sizes(const Lists *lists);

#endif
