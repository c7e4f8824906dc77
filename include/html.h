/* html.h - a tokenizer by the WHATWG algorithm (https://html.spec.whatwg.org/#tokenization), with
 * the span in the source of every token, attribute and attribute value. One pass, no tree.
 *
 * The spans of the tokens, the last HTML_EOF included, follow each other without a gap and cover
 * the whole source. */
#ifndef CORDON_HTML_H
#define CORDON_HTML_H

#include <glib.h>

#include "range.h"

typedef enum html_token_type {
  HTML_DOCTYPE,
  HTML_START_TAG,
  HTML_END_TAG,
  HTML_COMMENT,
  HTML_TEXT, /* data may be empty: "</>" is a token of its own that shows nothing */
  HTML_EOF,  /* its span is what a browser drops: a tag that is never closed, whose name and
                attributes are then set as far as they go; empty otherwise */
} HtmlTokenType;

typedef enum html_quote { HTML_UNQUOTED, HTML_SINGLE, HTML_DOUBLE, HTML_NO_VALUE } HtmlQuote;

typedef struct html_attribute {
  Range whole; /* from the first byte of the name to the closing quote, included */
  Range name_span;
  Range value_span; /* without quotes; empty if none */
  HtmlQuote quote;
  const char *name;  /* lower case, NUL-ended, valid until the next token */
  const char *value; /* character references undone, valid until the next token */
  size_t value_len;
  gboolean duplicate; /* a browser ignores it: an attribute of that name came before */
  gboolean undone;    /* value is not the very bytes of value_span */
  gboolean markup;    /* there is a '<' in the source of the value */
} HtmlAttribute;

typedef struct html_token {
  HtmlTokenType type;
  Range span;       /* in the source; tags from '<' to '>' */
  const char *name; /* tags: lower case; doctype: lower case, or NULL; the rest: NULL */
  gboolean self_closing;
  const HtmlAttribute *attributes;
  unsigned nattributes;
  gboolean cut;     /* there were more than LIMIT_ATTRIBUTES: the rest is left out */
  const char *data; /* comment and text: references undone; not NUL-ended */
  size_t data_len;
  Range data_span; /* comment and CDATA section: between the delimiters; other text: `span` */
  gboolean raw;    /* text of a raw text element, of textarea or title, or after plaintext;
                      HTML_EOF: what is dropped is the end tag of such an element */
  gboolean cdata;  /* text of a CDATA section */
  gboolean open;   /* comment, CDATA section or raw text that only the end of the source ended */
  gboolean quirks; /* doctype: the force-quirks flag */
  const char *public_id, *system_id; /* doctype: NULL if missing */
  unsigned errors;                   /* parse errors met since the token before; some kinds */
} HtmlToken;

typedef struct html_tokenizer HtmlTokenizer;

/* Over UTF-8 that must outlive it. */
HtmlTokenizer *html_tokenizer_new(const unsigned char *utf8, size_t len);
void html_tokenizer_free(HtmlTokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlTokenizer, html_tokenizer_free)

/* The next token, valid until the next call; HTML_EOF at the end and ever after. */
const HtmlToken *html_tokenizer_next(HtmlTokenizer *tokenizer);

/* Sets the state that tree construction would (for tests; the tokenizer itself switches on
 * script, style, textarea, title, xmp, iframe, noembed, noframes and plaintext start tags when
 * `follow` is on, which is the default: as a browser does with scripting off, and not inside svg
 * or math). State names are those of the html5lib tests: "Data state", "RCDATA state",
 * "RAWTEXT state", "Script data state", "PLAINTEXT state", "CDATA section state".
 * -1 if there is no such state. `last_start_tag` may be NULL. */
int html_tokenizer_set_state(HtmlTokenizer *tokenizer, const char *state,
                             const char *last_start_tag);
void html_tokenizer_follow(HtmlTokenizer *tokenizer, gboolean follow);

/* Maps bytes of `data` of the current text or comment token back to the source span of the
 * characters (or references) that they came from. */
Range html_text_source(HtmlTokenizer *tokenizer, size_t data_off, size_t data_len);

/* Where a notice can stand so that it is shown: `top` before all that is shown but after the head
 * and the body's start tag, `end` after all that is shown, before the end tags of body and html.
 * Neither is ever inside a tag, comment or raw text. top <= end. */
void html_body_bounds(const unsigned char *utf8, size_t len, size_t *top, size_t *end);

/* --- Undoing of character references, and the way back ---------------------------------------*/

/* From byte `to` of the result on, and until the next piece, bytes come from byte `from` of the
 * source: one by one, or if `atom` is not 0 all of them from those `atom` bytes. */
typedef struct html_piece {
  guint32 to, from, atom;
} HtmlPiece;

typedef enum html_undo {
  HTML_UNDO_REFERENCES = 1 << 0,
  HTML_UNDO_IN_ATTRIBUTE = 1 << 1, /* "&copy=" and "&copyx" stay as they are */
  HTML_UNDO_NUL = 1 << 2,          /* NUL becomes U+FFFD */
  HTML_UNDO_EMPTY_TAG = 1 << 3,    /* "</>" goes */
} HtmlUndo;

/* Appends source[range] (of less than 4 GiB) to `out` with CR and CRLF as LF and the rest as `undo`
 * (HtmlUndo) says, and to `pieces` (of HtmlPiece, NULL if not wanted) where it came from. Returns
 * the number of parse errors. */
unsigned html_undo(const unsigned char *source, Range range, unsigned undo, GString *out,
                   GArray *pieces);

/* The range of the source that yields these bytes of the result. An empty one lies where the byte
 * before it ends. */
Range html_pieces_source(const GArray *pieces, size_t off, size_t len);

/* The longest name at the start of `text` (after '&'), its length, or 0; its characters in UTF-8,
 * NUL-ended. */
size_t html_entity(const unsigned char *text, size_t len, const char **utf8);

#endif
