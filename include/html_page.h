/* html_page.h - one reading of a page for all who look for something in it. */
#ifndef CORDON_HTML_PAGE_H
#define CORDON_HTML_PAGE_H

#include <glib.h>

/* What to look for, and what was found. */
typedef struct html_page {
  GArray *links;          /* of Link, as html_links appends them; NULL: not wanted */
  GArray *active;         /* of Active, as html_active does; NULL: not wanted */
  GArray *cues;           /* of Cue, in what is shown; NULL: not wanted, without links neither */
  struct html_grid *grid; /* cells with colours (html_grid.h); NULL: not wanted */
  gboolean doubts;        /* html_doubt is wanted */
  gboolean all_links;     /* no limit was met */
  gboolean all_active;
  gboolean all_cues;
  const char *doubt; /* static, or NULL */
  size_t doubt_at;
} HtmlPage;

/* The same as html_links (link.h), html_active (html_active.h) and html_doubt (html_emit.h) give,
 * which call it, but the page is tokenized once. */
void html_page_read(const unsigned char *utf8, size_t len, HtmlPage *page);

#endif
