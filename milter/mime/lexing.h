/* lexing.h - what the files of the lexer share (lexer.c walks, header.c reads fields, shape.c
 * judges what an entity is, sniff.c recognises content that some readers find in text). */
#ifndef CORDON_MIME_LEXING_H
#define CORDON_MIME_LEXING_H

#include "bounds.h"
#include "lexer.h"

/* What an entity's fields make of its body. */
typedef enum shape_kind { SHAPE_LEAF, SHAPE_MULTIPART, SHAPE_MESSAGE } ShapeKind;

typedef struct shape {
  ShapeKind kind;
  gboolean text;    /* text/, or no valid type: readers look for uuencode in it */
  gboolean header;  /* the content is a header block by its type (text/rfc822-headers) */
  gboolean digest;  /* children default to message/rfc822 */
  gboolean inner;   /* an encoded message: tree.c reads it */
  gboolean encoded; /* content is not what stands here: sniffing is for tree.c */
  char *boundary;   /* of a multipart: what its delimiters are made of; owned; NULL if none */
  char *alien;      /* a boundary on what is no multipart; owned; NULL if none */
} Shape;

/* A delimiter that lines are compared with. */
typedef struct bound {
  const char *text;
  size_t len;
  gboolean closed; /* its close-delimiter was seen: the epilogue is being read */
} Bound;

/* Where and why reading a body stopped. */
typedef struct stop {
  int level;       /* index of the delimiter's bound; -1 for the end of the bytes */
  gboolean close;  /* a close-delimiter */
  size_t line;     /* where the delimiter line begins */
  size_t body_end; /* the same without the line end before it */
  size_t next;     /* after the delimiter line */
} Stop;

typedef struct line {
  size_t off;
  size_t end;      /* without its line end */
  size_t next;     /* of the line after it */
  gboolean broken; /* line end is missing or not that of the message, or a bare CR is inside */
} Line;

typedef struct lexer {
  const unsigned char *bytes;
  size_t len;
  unsigned layer;
  unsigned depth; /* of layers around this one */
  unsigned parts; /* read in layers before this one */
  gboolean crlf;
  Lexed *out;
  Bound bounds[LIMIT_DEPTH + 2];
  unsigned nbounds;
  GHashTable *past; /* boundaries of multiparts that are done */
  Stop stop;
  unsigned told[ANOMALY_KINDS];
} Lexer;

static inline gboolean
is_blank(unsigned char c)
{
  return c == ' ' || c == '\t';
}

/* lexer.c */
void lexer_note(Lexer *lx, AnomalyKind kind, Range at, const char *detail);
void lexer_cap(Lexer *lx, Range at, const char *detail);
Line lexer_line(const Lexer *lx, size_t pos);
gboolean lexer_is_delimiter(Lexer *lx, const Line *line);

/* header.c: reads fields into out->fields and entity; returns where the body begins. If a
 * delimiter or the end of the bytes cut the header, lx->stop says so and *cut is set. */
size_t header_read(Lexer *lx, Entity *entity, size_t pos, gboolean *cut);

/* Is this the beginning of a line `Content-…:` or `MIME-Version:`? */
gboolean is_mime_field(const unsigned char *line, size_t len);
/* Is this the beginning of a line `name:`, any name? */
gboolean is_field(const unsigned char *line, size_t len);

/* shape.c: fills shape and entity (multipart, message, encoding) from the fields; anomalies too. */
void shape_judge(Lexer *lx, Entity *entity, gboolean digest, Shape *shape);
void shape_clear(Shape *shape);

/* sniff.c: `line` to `end` is the rest of the body, line at its start. */
gboolean sniff_uu(const unsigned char *line, const unsigned char *end);
gboolean sniff_hidden_mime(const unsigned char *line, const unsigned char *end);
gboolean sniff_uneven_base64(const unsigned char *text, size_t len);
/* Preamble or epilogue that a reader could show or run: fields, HTML, uuencode, base64. */
const char *sniff_outside(const unsigned char *text, size_t len);

#endif
