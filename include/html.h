/* html.h - a tokenizer by the WHATWG algorithm (https://html.spec.whatwg.org/#tokenization), with
 * the span in the source of every token, attribute and attribute value. One pass, no tree. */
#ifndef CORDON_HTML_H
#define CORDON_HTML_H

#include <glib.h>

#include "range.h"

typedef enum html_token_type {
  HTML_DOCTYPE,
  HTML_START_TAG,
  HTML_END_TAG,
  HTML_COMMENT,
  HTML_TEXT,
  HTML_EOF,
} HtmlTokenType;

typedef enum html_quote { HTML_UNQUOTED, HTML_SINGLE, HTML_DOUBLE, HTML_NO_VALUE } HtmlQuote;

typedef struct html_attribute {
  Range whole;     /* from the first byte of the name to the closing quote, included */
  Range name_span;
  Range value_span; /* without quotes; empty if none */
  HtmlQuote quote;
  const char *name;  /* lower case, NUL-ended, valid until the next token */
  const char *value; /* character references undone, valid until the next token */
  size_t value_len;
  gboolean duplicate; /* a browser ignores it: an attribute of that name came before */
} HtmlAttribute;

typedef struct html_token {
  HtmlTokenType type;
  Range span;       /* in the source; tags from '<' to '>' */
  const char *name; /* tags and doctype: lower case */
  gboolean self_closing;
  const HtmlAttribute *attributes;
  unsigned nattributes;
  const char *data; /* comment and text: references undone; not NUL-ended */
  size_t data_len;
  Range data_span;  /* comment: between its delimiters */
  unsigned errors;  /* parse errors met since the token before */
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
 * `follow` is on, which is the default). State names are those of the html5lib tests:
 * "Data state", "RCDATA state", "RAWTEXT state", "Script data state", "PLAINTEXT state",
 * "CDATA section state". */
int html_tokenizer_set_state(HtmlTokenizer *tokenizer, const char *state, const char *last_start_tag);
void html_tokenizer_follow(HtmlTokenizer *tokenizer, gboolean follow);

/* For explain and tests: maps a byte of `data` of the current text token back to the source span
 * of the character (or reference) that it came from. */
Range html_text_source(const HtmlTokenizer *tokenizer, size_t data_off, size_t data_len);

#endif
