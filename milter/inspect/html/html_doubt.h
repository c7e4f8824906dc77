/* html_doubt.h - what readers differ about in HTML, token by token. Inside inspect/ only. */
#ifndef CORDON_HTML_DOUBT_H
#define CORDON_HTML_DOUBT_H

#include "html.h"

/* All 0 at first. */
typedef struct html_doubt {
  const char *why; /* static; NULL: nothing yet */
  size_t at;       /* of the token, if there is */
  gboolean foreign;
  unsigned selects;
} HtmlDoubt;

/* Each token, right after the tokenizer gave it. */
void html_doubt_token(HtmlDoubt *doubt, const HtmlTokenizer *tokenizer, const HtmlToken *token);

#endif
