/* field_place.h - header fields that a reader sees, follows or acts on by itself, and the text in
 * them (RFC 5322, RFC 2047, RFC 2369, RFC 8058, RFC 2557; THREATS L-059, L-083). */
#ifndef CORDON_FIELD_PLACE_H
#define CORDON_FIELD_PLACE_H

#include <glib.h>

#include "range.h"

typedef enum field_place {
  PLACE_NONE,
  PLACE_TEXT,    /* text that is shown: Subject */
  PLACE_NAMES,   /* names of people, with their addresses: From, Sender, Reply-To */
  PLACE_LIST,    /* addresses between angles, any number: List-Unsubscribe and its kin */
  PLACE_ADDRESS, /* one address that others hang on: Content-Base, Content-Location */
  PLACE_ORDER,   /* a program acts on it, whatever it says: X-Sharing-Config-Url */
} FieldPlace;

/* Of a field's name, case ignored. Content-Class is PLACE_ORDER whatever it says (field_texts
 * tells). */
FieldPlace field_place(const char *name);

/* The name that findings give it, or NULL: "list-unsubscribe"; of a kin without a name of its own
 * the pattern, "list-*". Static. */
const char *field_place_name(const char *name);

/* Whether a worker may give the field another value, or take it out. */
gboolean field_place_may_change(const char *name);
gboolean field_place_may_delete(const char *name);

/* A stretch of a field's value that holds words, or one address. */
typedef struct field_text {
  Range at;       /* in the value; with its quotes or angles */
  char *text;     /* UTF-8, encoded-words and quoted pairs undone; owned */
  size_t shift;   /* where it is plain: of text's first byte, from at.off */
  gboolean plain; /* text stands there as it is, in printable ASCII, and may be spliced */
} FieldText;

/* Those of a field's value (folds and all), in order. Of PLACE_NAMES only names and comments, never
 * what mail is sent to; of Content-Class only what turns an Outlook message into an invitation to
 * open somebody's folder. GArray of FieldText, which frees their text. Linear. */
GArray *field_texts(const char *name, const unsigned char *value, size_t len);

/* Behind the quote, comment or angle that opens at i (RFC 5322 3.2), or len. */
size_t field_close(const char *value, size_t len, size_t i);

/* What mail would be sent to, by the value of a PLACE_NAMES field: all but names, comments and
 * blanks. New string. */
char *field_addresses(const char *value, size_t len);

/* Text as RFC 2047 encoded-words in UTF-8, the lines of at most 76 characters: `column` stand
 * before it on the first. Folds are LF and a blank. New string. */
char *encoded_words_encode(const char *text, size_t column);

#endif
