/* people.h - persons, the posts that they hold and the terms for which they do, as the files about
 * exceptions name them. */
#ifndef CORDON_POLICY_PEOPLE_H
#define CORDON_POLICY_PEOPLE_H

#include "syntax.h"

/* Of persons, posts and references: without regard to case and blanks around. NULL agrees with
 * none. */
gboolean names_agree(const char *a, const char *b);

/* Is the post one of them (ends with NULL), without regard to case? */
gboolean post_is_among(char **posts, const char *post);

typedef struct term {
  gint64 from, until; /* Unix seconds, from <= t < until */
} Term;

gboolean term_holds(const Term *term, gint64 when);

/* "2026-12-31" of the last day; new string. */
char *term_last_day(const Term *term);

/* from-date and until-date, both needed, of at most so many days. */
Term term_read(const Section *section, const char *kind, unsigned days_max, Problems *problems);

/* The option's only value, a new string; "" and a problem if it is not there or blank. `meaning`
 * says what it is: "the post whose approval it hands on". */
char *section_needed(const Section *section, const char *kind, const char *name,
                     const char *meaning, Problems *problems);

#endif
