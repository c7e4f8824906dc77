/* syntax.h - a rules file as sections of options with the line of every value.
 *
 * The one place that knows libconfuse. All that follows works on this plain data and can name the
 * line of whatever it finds wrong. Not thread-safe, because libconfuse's lexer is not. */
#ifndef CORDON_POLICY_SYNTAX_H
#define CORDON_POLICY_SYNTAX_H

#include <glib.h>

#include "problems.h"

typedef struct option_schema {
  const char *name;
  gboolean list; /* may have several values, { a, b } */
} OptionSchema;

/* What a file may hold: titled sections of one kind, or (kind NULL) options at the top. */
typedef struct schema {
  const char *kind;            /* "rule" */
  const OptionSchema *options; /* ends with a NULL name */
} Schema;

typedef struct value {
  char *text;
  unsigned line;
} Value;

typedef struct option {
  const char *name;
  unsigned line;
  unsigned again; /* line where it was given a second time, 0 if it was not */
  GArray *values; /* Value; never empty in what syntax_read returns */
} Option;

typedef struct section {
  const char *file; /* as Syntax.file */
  char *title;      /* "" for the top of a file */
  unsigned line;
  GPtrArray *options; /* Option * */
} Section;

typedef struct syntax {
  const char *file;    /* as shown: "rules/policy.conf"; interned, so it outlives this */
  GPtrArray *sections; /* Section *; for a schema without kind exactly one */
  gboolean broken;     /* some of it could not be read: what seems missing may just be unread */
} Syntax;

/* Reads DIR/NAME and adds what is wrong with its form to problems; what follows a syntax error is
 * read on from the next section. NULL if the file cannot be read at all. The bytes are added to
 * the checksum. */
Syntax *syntax_read(const char *dir, const char *name, const Schema *schema, GChecksum *checksum,
                    Problems *problems);
void syntax_free(Syntax *syntax);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Syntax, syntax_free)

/* The bytes of DIR/NAME, NUL-ended, added to the checksum under that name; NULL and a problem if it
 * cannot be read, is over SYNTAX_FILE_MAX or is no UTF-8. A byte order mark is dropped. */
char *syntax_load(const char *dir, const char *name, GChecksum *checksum, Problems *problems);

/* Names of the files in DIR/FOLDER with that ending, sorted, as "FOLDER/NAME"; a problem if the
 * folder cannot be read. */
GPtrArray *syntax_list(const char *dir, const char *folder, const char *ending, Problems *problems);

/* "DIR/NAME", as shown. New string. */
char *syntax_name(const char *dir, const char *name);

/* The option, or NULL. */
const Option *section_option(const Section *section, const char *name);

/* The first value, or NULL if the option is not there. */
const char *section_text(const Section *section, const char *name);

Place section_place(const Section *section);
Place option_place(const Section *section, const Option *option);
Place value_place(const Section *section, const Value *value);

/* Values of an option. */
static inline const Value *
option_value(const Option *option, guint n)
{
  return &g_array_index(option->values, Value, n);
}

#define SYNTAX_FILE_MAX (64 * 1024 * 1024)

#endif
