/* syntax_clean.h - the text of a rules file before libconfuse sees it. Lines stay where they are.
 */
#ifndef CORDON_POLICY_SYNTAX_CLEAN_H
#define CORDON_POLICY_SYNTAX_CLEAN_H

#include <glib.h>

#include "problems.h"

/* Makes blanks of comments (#, //, C style) and of the CR of CRLF. A quoted text must end on its
 * line (a backslash at the end continues it); one that does not is reported and its section (with
 * kind NULL: its line) blanked. So is ${...}, which libconfuse would take from the environment.
 * FALSE if something was reported. */
gboolean clean_text(char *text, const char *kind, const char *file, Problems *problems);

/* Blanks lines from `first` up to the next line that begins with the word `kind`. FALSE if they
 * were blank already. */
gboolean clean_blank_section(char *text, const char *kind, unsigned first);

/* The line where an option of that name is set, in a text that begins with line `first`; `first` if
 * none is found. */
unsigned clean_option_line(const char *text, const char *name, unsigned first);

/* The line of a '{' that is never closed, or 0. For clean text. */
unsigned clean_open_brace(const char *text);

#endif
