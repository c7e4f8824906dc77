/* card.h - iCalendar (RFC 5545, RFC 7986, vCalendar 1.0) and vCard (RFC 6350, 2.1): content lines,
 * and the addresses in them (THREATS L-078, L-079).
 *
 * A content line is read as programs read it: folds undone, in quoted-printable soft breaks too,
 * and what is escaped in its value written out. That is its view; all places in it lead back to the
 * source. */
#ifndef CORDON_CARD_H
#define CORDON_CARD_H

#include <glib.h>

#include "link.h"
#include "tree.h"

typedef enum card_kind {
  CARD_TEXT,    /* words, or what is not known */
  CARD_ADDRESS, /* the value is one address; the property can be left out */
  CARD_HTML,    /* the value is a page, beside the same in words; it can be left out */
  CARD_DATA,    /* a file in base64 */
} CardKind;

typedef struct card_line {
  Range whole;   /* in the source, without its last line end */
  size_t next;   /* where the next line begins */
  GString *raw;  /* without folds and soft breaks */
  size_t value;  /* of raw and of view: where the value begins */
  GString *view; /* raw with the value's escapes undone; empty for CARD_DATA */
  GArray *runs;  /* private: from the view to raw */
  GArray *folds; /* private: from raw to the source */
  CardKind kind;
  gboolean quoted; /* the value is quoted-printable */
  gboolean broken; /* longer than LIMIT_CONTENT_LINE: the view is cut; or it says in two ways how it
                      is written */
  gboolean prose;  /* words for a reader at length: DESCRIPTION, COMMENT, NOTE */
  gboolean loads;  /* fetched to be shown: PHOTO, IMAGE */
  const char *name; /* of the property, lower case, where it is a known one; static; or NULL */
} CardLine;

/* Does a part hold such lines, by its type, or by its name and its first words? */
gboolean card_is(const Part *part, const unsigned char *utf8, size_t len);
/* The same by its type or name alone. */
gboolean card_may_be(const Part *part);

/* The line that begins at `at` < len. Free with card_line_free. */
CardLine *card_line_read(const unsigned char *utf8, size_t len, size_t at);
void card_line_free(CardLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CardLine, card_line_free)

/* A range of the view as one of raw. */
Range card_line_raw(const CardLine *line, Range view);

/* A range of raw as one of the source, from its first byte to its last. */
Range card_line_source(const CardLine *line, Range raw);

/* The values of all parameters of that name (char *). */
GPtrArray *card_line_params(const CardLine *line, const char *name);

/* Appends the links of all lines, in order: `span` in the source, `tag` the line, `label` the place
 * in its view, `element` the property. Behind them come addresses of the bare text that no line
 * shows: a program may show what it cannot read; their `tag` is empty. FALSE when LIMIT_LINKS
 * was met, or a line is broken. */
gboolean card_links(const unsigned char *utf8, size_t len, GArray *links);

/* A line of raw with folds at 75 octets (RFC 5545 3.1), or soft breaks if it is quoted-printable.
 * Appends. */
void card_line_fold(GString *out, const char *raw, size_t len, gboolean quoted, const char *eol);

#endif
