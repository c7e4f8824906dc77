/* lookup.h - a group whose members are looked up in a table of the mail server's, by the protocol
 * of Postfix's socketmap_table(5). groups.conf tells which; the zygote reads it with the rules and
 * tells the front, which alone may open sockets. */
#ifndef CORDON_LOOKUP_H
#define CORDON_LOOKUP_H

#include <glib.h>

typedef struct lookup {
  char *group;         /* its name, without blanks */
  char *table;         /* "unix:/PATH:NAME" or "inet:HOST:PORT:NAME", NAME without blanks */
  char *delimiter;     /* "+": what is behind it in a local part may be left out; "": nothing */
  unsigned deadline_s; /* for one answer */
  unsigned keep_s;     /* answers are used again so long; 0: not */
  gboolean tempfail;   /* without an answer the sender tries again; else rules cannot tell */
} Lookup;

void lookup_free(Lookup *lookup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lookup, lookup_free)

/* NULL, or what is wrong with the name of a table and what would be right (static). */
const char *lookup_table_fault(const char *table);

/* One line of text, without its end, that begins with LOOKUP_WORD; and back: NULL if it is none. */
#define LOOKUP_WORD "lookup\t"
char *lookup_to_line(const Lookup *lookup);
Lookup *lookup_from_line(const char *line);

#endif
