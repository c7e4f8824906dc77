/* html_hidden.h - whether what stands here is shown, while tokens go by. */
#ifndef CORDON_HTML_HIDDEN_H
#define CORDON_HTML_HIDDEN_H

#include "html.h"

/* Open elements that set something; what is set further in is not seen. */
#define HTML_HIDDEN_DEPTH 48

typedef struct html_hidden_level {
  char name[16];
  unsigned same; /* elements of that name that are open in it and set nothing */
  gboolean gone, invisible, tiny;
  int ink, paper; /* colours, or -1 */
} HtmlHiddenLevel;

typedef struct html_hidden {
  HtmlHiddenLevel levels[HTML_HIDDEN_DEPTH];
  guint depth;
} HtmlHidden;

/* With each start tag and each end tag, in order. */
void html_hidden_start(HtmlHidden *hidden, const HtmlToken *token);
void html_hidden_end(HtmlHidden *hidden, const HtmlToken *token);

/* Is text that comes next hidden? */
gboolean html_hidden_now(const HtmlHidden *hidden);

#endif
