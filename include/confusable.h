/* confusable.h - what a label of a host looks like to somebody who does not look closely. */
#ifndef CORDON_CONFUSABLE_H
#define CORDON_CONFUSABLE_H

#include <glib.h>

/* A label in Unicode as the ASCII letters that it is read as ("аррӏе" is "apple", "gōogle"
 * "google"); NULL if a letter of it looks like none. New string. */
char *confusable_shape(const char *label, size_t len);

/* ASCII letters and digits that are taken for each other made one: "paypa1" and "paypai" become
 * "paypal", "rnail" becomes "mail". For comparing only: it changes honest names too. New string. */
char *confusable_fold(const char *ascii, size_t len);

enum { CONFUSABLE_LATIN = 1, CONFUSABLE_ALIKE = 2 };

/* Whether there are letters of Latin, and of a script that looks like it (Cyrillic, Greek ...).
 * Both in one label are seldom honest (UTS 39, 5.1). */
unsigned confusable_scripts(const char *label, size_t len);

#endif
