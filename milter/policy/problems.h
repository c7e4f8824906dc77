/* problems.h - what is wrong with the rules files, collected from all of them before any is shown.
 *
 * The text of a problem says what is wrong; after a semicolon, what would be right. */
#ifndef CORDON_POLICY_PROBLEMS_H
#define CORDON_POLICY_PROBLEMS_H

#include <glib.h>

typedef struct problems Problems;

Problems *problems_new(void);
void problems_free(Problems *problems);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Problems, problems_free)

/* Where in a file something was written. `file` is its name as shown ("rules/policy.conf"). */
typedef struct place {
  const char *file;
  unsigned line; /* from 1; 0 for the file as a whole */
} Place;

void problems_add(Problems *problems, Place at, const char *format, ...) G_GNUC_PRINTF(3, 4);
unsigned problems_count(const Problems *problems);

/* Appends all to `errors` as "file:line: text" (char *), by file in the order in which files first
 * came up in problems_file, then by line. */
void problems_file(Problems *problems, const char *file);
void problems_report(const Problems *problems, GPtrArray *errors);

/* The name nearest in spelling, if near enough to be meant; else NULL. names ends with NULL. */
const char *spelling_nearest(const char *word, const char *const *names);

/* For an action: words that other products use for one come with what is meant by them here. */
char *action_advice(const char *word, const char *const *names);

/* 'did you mean "x"?' where one is near, else "use one of: a, b, c". New string. */
char *spelling_advice(const char *word, const char *const *names);

#endif
