/* field.h - the grammar of structural header fields (RFC 2045 section 5.1, RFC 2183, RFC 2231):
 * `token *(";" name "=" value)`. The parser takes what any reader could take and says in flags
 * where it had to be kind, so that lexer.h can tell one meaning from two. */
#ifndef CORDON_FIELD_H
#define CORDON_FIELD_H

#include <glib.h>

typedef enum field_flags {
  FIELD_QUOTED = 1 << 0,       /* a quoted-string (no fault) */
  FIELD_UNCLOSED = 1 << 1,     /* quote or comment without an end */
  FIELD_JUNK = 1 << 2,         /* something stands after the value, or after the token */
  FIELD_ESCAPED = 1 << 3,      /* a quoted pair inside a quoted-string */
  FIELD_BLANK = 1 << 4,        /* unquoted blank inside a value */
  FIELD_SPECIAL = 1 << 5,      /* unquoted = : / ? @ [ ] < > in a value: everyday, one meaning */
  FIELD_DIVIDER = 1 << 6,      /* unquoted , ( ) " \ in a value: readers cut there */
  FIELD_COMMENT = 1 << 7,      /* a comment stood there */
  FIELD_NAME = 1 << 8,         /* parameter name is no token */
  FIELD_SPACED = 1 << 9,       /* blanks around '=' */
  FIELD_NO_VALUE = 1 << 10,    /* no '=' */
  FIELD_UNSEPARATED = 1 << 11, /* no ';' before it */
  FIELD_CONTROL = 1 << 12,     /* control characters, NUL too */
  FIELD_8BIT = 1 << 13,
  FIELD_EMPTY = 1 << 14,
  FIELD_FOLDED = 1 << 15, /* a line end inside a quoted-string */
} FieldFlags;

/* One parameter. Strings end in NUL; a NUL of the mail is U+FFFD in them. */
typedef struct param {
  char *name;  /* lower case, blanks, comments and quotes removed, "*" parts kept */
  char *value; /* quotes and quoted pairs undone, blanks at the ends cut if not quoted */
  char *raw;   /* all that stands between '=' and ';', unfolded, blanks at the ends cut */
  unsigned flags;
} Param;

typedef struct structured {
  char *token;    /* lower case, blanks and comments removed: "text/html", "attachment", "base64" */
  unsigned flags; /* FieldFlags of the token */
  GPtrArray *params; /* Param *, at most LIMIT_PARAMS */
  gboolean capped;   /* more parameters, or a longer name, than bounds.h allows */
} Structured;

/* Parses the value of a field as it stands in the message, folds and all. Never fails. Linear. */
Structured *structured_parse(const unsigned char *value, size_t len);
void structured_free(Structured *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Structured, structured_free)

/* The first parameter of exactly this name, or NULL. */
const Param *structured_param(const Structured *field, const char *name);

/* "type/subtype", both RFC 2045 tokens. */
gboolean token_is_media_type(const char *token);

/* Adds every file name that a reader could take from the parameters `base`, `base*`, `base*0`…
 * of a field, in UTF-8, likeliest first, without duplicates (params.c), up to LIMIT_NAMES in
 * all. `charset` is the label that raw 8-bit names are read in, or NULL. */
void structured_names(const Structured *field, const char *base, const char *charset,
                      GPtrArray *names);

/* RFC 2047 encoded-words undone, as mail readers do it (also glued or split inside a character).
 * Returns NULL if there is none. */
char *encoded_words_decode(const char *text);

#endif
