/* expectation.h - the rules' own tests: a message and what must come of it, from tests/ in the
 * rules folder. */
#ifndef CORDON_EXPECTATION_H
#define CORDON_EXPECTATION_H

#include <glib.h>

typedef struct expectation {
  char *name;
  char *place; /* "rules/tests/links.conf:12" */

  /* the message: a file, or one made of a link, a text or an attachment; NULL where not given */
  char *message;    /* path */
  char *html;       /* the body of an HTML message */
  char *link;       /* the address of a link in HTML */
  char *shown;      /* its text; "the document" otherwise */
  char *text;       /* of a plain text message */
  char *attachment; /* name of a file */
  char *content;    /* its content; "test" otherwise */
  char **headers;   /* further lines of its header */

  /* the envelope */
  char *from, *direction, *client, *at;
  char **rcpts;
  char **members; /* "GROUP=ADDRESS", of groups that are looked up */

  /* what must come of it; NULL where nothing is wanted */
  char *outcome; /* "unchanged", "changed", "held", "rejected"; never NULL */
  char *reason;  /* part of that of a held or rejected message */
  char *rule, *action, *wanted, *tier, *notice; /* these, all of them of one finding */
  char *service, *class_name, *exception;
  char **not_rules; /* these decide nothing, nor would they in another mode; may be empty */
} Expectation;

/* Reads FOLDER/ *.conf in order of name: Expectation *, freed with the array. Errors as
 * ruleset_load. Not thread-safe. */
GPtrArray *expectations_read(const char *folder, GPtrArray *errors);

#endif
