/* header_lines.h - the fields of a message's top header, one after the other, with their folds. No
 * parser: an MTA counts fields so, and whoever deletes one by its number must count like it. */
#ifndef CORDON_HEADER_LINES_H
#define CORDON_HEADER_LINES_H

#include <glib.h>

#include "range.h"

typedef struct header_lines {
  const char *bytes;
  size_t len;
  size_t at; /* behind the field found last; behind the last one: the empty line, or len */
  /* the field found last */
  Range field;       /* all of it, with its line ends */
  const char *name;  /* up to the colon, blanks before that cut (THREATS M-021) */
  size_t name_len;   /* 0 for a line without a colon */
  const char *value; /* what follows the colon, folds and all */
  size_t value_len;  /* without the last line end */
} HeaderLines;

/* Starts before the first field of a message; bytes stay the caller's. */
HeaderLines header_lines(const char *bytes, size_t len);

/* FALSE at the empty line, or at the end where there is none. */
gboolean header_lines_next(HeaderLines *lines);

/* TRUE if the field found last has this name. */
gboolean header_lines_named(const HeaderLines *lines, const char *name);

/* Once all were walked: where the body begins. */
size_t header_lines_body(const HeaderLines *lines);

#endif
