/* tree.h - a message as a tree of parts with exact byte ranges.
 *
 * A layer is a buffer that ranges lie in: layer 0 is the letter. Each base64 or QP encoded
 * message/rfc822 part, each file named .eml, and each S/MIME part that is signed or compressed
 * (cms.h) carries a further layer, the bytes inside. GMime is used behind this header only; where
 * its structure is not the lexer's, ANOMALY_READERS_DISAGREE says so. */
#ifndef CORDON_TREE_H
#define CORDON_TREE_H

#include <glib.h>

#include "anomaly.h"
#include "decode.h"
#include "lexer.h"
#include "range.h"

typedef enum part_flags {
  PART_MULTIPART = 1 << 0,
  PART_MESSAGE = 1 << 1,    /* message/rfc822, global, news, a file named .eml: exactly one child */
  PART_ATTACHMENT = 1 << 2, /* Content-Disposition: attachment, or a file name on a non-text part */
  PART_HTML = 1 << 3,       /* text/html and its kin; what readers render as HTML, by declared
                               type or by name (.html .htm .xhtml .shtml .svg .xht .mht is not) */
  PART_TEXT = 1 << 4,       /* any other text/ part, and message/delivery-status and its kin */
  PART_BODY = 1 << 5,       /* a text or HTML part shown as (an alternative of) the message's own
                               body: no attachment, not inside a nested message */
  PART_SIGNED = 1 << 6,     /* inside multipart/signed, or in PART_OPAQUE or such a part itself: a
                               change breaks the signature */
  PART_OPAQUE = 1 << 7,     /* S/MIME around an entity, its one child: what readers show instead of
                               it. No message: what is inside belongs to the message around */
} PartFlags;

typedef struct part Part;
struct part {
  unsigned index;      /* in Tree.parts; document order, parents first */
  Part *parent;        /* NULL for the message */
  GPtrArray *children; /* Part *, not owned; empty for leaves */
  unsigned layer;      /* of the ranges below */
  int inner;           /* layer that this part's decoded content is (encoded messages), or -1 */
  char *path;          /* as in IMAP: "1", "1.2", "2.1.3"; "" for a multipart message itself */
  Range header;        /* fields, without the empty line after them */
  Range body;
  guint fields, nfields; /* in the layer's Lexed */
  char *type;            /* "text/html", lower case; the default by RFC 2045 5.2 if none */
  gboolean typed;        /* a valid Content-Type field was there */
  char *charset;         /* label as declared, or NULL */
  Encoding encoding;
  unsigned flags;    /* PartFlags */
  GPtrArray *names;  /* char *, UTF-8: every file name a reader could show, decoded and raw
                        (filename, filename*, name, name*, with RFC 2047 undone); the likeliest
                        first; no duplicates; control characters kept */
  char *content_id;  /* without <>, or NULL */
  char *disposition; /* lower-case token or NULL */
  GBytes *content;   /* cache of part_content */
  TextMap *content_map;
};

typedef struct layer {
  GBytes *bytes;
  Lexed *lexed;
  Part *root;    /* the message that the layer is */
  Part *carrier; /* the encoded part whose content it is; NULL for layer 0 */
} Layer;

typedef struct tree {
  GPtrArray *layers; /* Layer * */
  GPtrArray *parts;  /* Part * */
  GArray *anomalies; /* Anomaly, of all layers */
  gboolean capped;   /* structure was not read to its end: nothing below can be relied on */
} Tree;

/* Reads a message. Never fails on content: what is wrong with it is in anomalies, and a capped or
 * ambiguous tree still holds what could be read. raw is referenced. */
Tree *tree_parse(GBytes *raw);
void tree_free(Tree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tree, tree_free)

Part *tree_part(const Tree *tree, unsigned index);
const Layer *tree_layer(const Tree *tree, unsigned index);

/* Content with the transfer encoding undone, kept with the part. */
GBytes *part_content(const Tree *tree, Part *part);

/* Gives back the memory of what is kept; whoever asks again has it decoded again. The second of one
 * part, if that is worth it. */
void tree_forget_contents(const Tree *tree);
void part_forget_large(Part *part);

/* The n-th (from 0) field of that name in the part's header, or NULL. */
const Field *part_field(const Tree *tree, const Part *part, const char *name, unsigned n);

/* Whether one of the part's file names ends so; `endings` are lower case, NULL ends them. Case and
 * blanks behind a name do not count. */
gboolean part_is_named(const Part *part, const char *const *endings);

/* How many fields of that name stand before this one in the same header: smfi_chgheader's index
 * minus one. */
unsigned part_field_index(const Tree *tree, const Part *part, const Field *field);

#endif
