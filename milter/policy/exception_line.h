/* exception_line.h - one line of the record of exceptions, read and written. */
#ifndef CORDON_POLICY_EXCEPTION_LINE_H
#define CORDON_POLICY_EXCEPTION_LINE_H

#include "exceptions.h"

#define EXCEPTION_LINE_MAX (64 * 1024)
#define EXCEPTION_HASH     64 /* hex digits */

typedef enum line_op { LINE_ADD, LINE_REVOKE, LINE_RATIFY, LINE_REVIEW, LINE_SECOND } LineOp;

typedef struct line {
  LineOp op;
  gint64 seq, time;
  Exception exception; /* of add, ratify and second; for the others its name alone */
  char *by, *why;
  char hash[EXCEPTION_HASH + 1];
} Line;

/* Reads a line (without its end) that follows one with the hash `before` ("" for the first). NULL,
 * or what is wrong with it (static); clear it in either case. */
const char *line_read(Line *line, const char *text, gsize len, const char *before);

/* The line with its hash and its end. `line->hash` is ignored. New string. */
char *line_write(const Line *line, const char *before);

void line_clear(Line *line);

/* Is a text that must be given not there, or blank? */
gboolean exception_lacks(const char *text);

#endif
