/* lexer.h - the strict, bounded lexer that reads a message's bytes before any library does.
 *
 * It walks the whole structure (RFC 5322 header, RFC 2045/2046 bodies) in one pass and reports
 * every place where two readers could part ways. A message without an ambiguous anomaly means the
 * same to every reader; one with is held. It never recurses deeper than LIMIT_DEPTH, is linear in
 * the size of its input, and stops at the caps, which are there to protect GMime (G-012). */
#ifndef CORDON_LEXER_H
#define CORDON_LEXER_H

#include <glib.h>

#include "anomaly.h"
#include "decode.h"

/* One header field as it stands. */
typedef struct field {
  Range whole; /* name to line end of its last line, included */
  Range name;
  Range value; /* after the colon, without the last line end; folds kept */
} Field;

/* A MIME entity, in document order (a parent before its children). */
typedef struct entity {
  int parent;      /* index of the entity that holds it; -1 for the message */
  unsigned depth;  /* 0 for the message */
  Range header;    /* all fields, without the empty line */
  Range body;      /* what the content is made of: without the line end before the delimiter */
  gboolean multipart;
  gboolean message; /* message/rfc822, global, news, not encoded: its child is in this layer */
  Encoding encoding;
  guint fields;   /* index of its first field in Lexed.fields */
  guint nfields;
} Entity;

typedef struct lexed {
  GArray *entities;  /* Entity */
  GArray *fields;    /* Field */
  GArray *anomalies; /* Anomaly */
  const char *eol;   /* "\r\n" or "\n": how lines of this message end; static */
  gboolean capped;   /* a cap was met: the rest was not read, and GMime must not see the bytes */
} Lexed;

/* Reads `len` bytes of a message; `layer` goes into the anomalies. Always returns. */
Lexed *lexer_run(const unsigned char *bytes, size_t len, unsigned layer);

/* The same for the bytes of an encoded message that stands `depth` levels deep in its layers and
 * after `parts` parts, so that the limits count over all layers. */
Lexed *lexer_run_inner(const unsigned char *bytes, size_t len, unsigned layer, unsigned depth,
                       unsigned parts);

void lexed_free(Lexed *lexed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lexed, lexed_free)

#endif
