/* html_search.h - the search for what acts, token by token. Inside inspect/ only. */
#ifndef CORDON_HTML_SEARCH_H
#define CORDON_HTML_SEARCH_H

#include "html_scan.h"

/* Open elements within an object; deeper ones are not counted, and it is taken apart. */
#define SEARCH_OPEN_MAX 64

typedef struct html_search {
  GArray *found; /* Active */
  const unsigned char *src;
  HtmlTokenizer *tokenizer;
  unsigned nesting;
  guint first;        /* of `found` that is of this document */
  gboolean *has_form; /* of the outermost document, as `full` */
  gboolean *full;     /* LIMIT_ACTIVE or LIMIT_ATTRIBUTES was met: the search is over */
  gboolean form_here, full_here;
  HtmlPlace place;
  gboolean in_anchor;
  gboolean in_style; /* the token before is the start tag of a style sheet */
  guint waiting;     /* the first that waits for its mark, or NONE */
  guint raw;         /* that whose raw text is being read, or NONE */
  guint element;     /* that whose content is being read, or NONE */
  unsigned depth;
  guint open[SEARCH_OPEN_MAX]; /* hashes of the names that are open in it */
} HtmlSearch;

/* A document: `found` is set, all else 0; each token, HTML_EOF included; its end. FALSE if a limit
 * was met. */
void html_search_begin(HtmlSearch *search, HtmlTokenizer *tokenizer);
void html_search_token(HtmlSearch *search, const HtmlToken *token);
gboolean html_search_end(HtmlSearch *search);

#endif
