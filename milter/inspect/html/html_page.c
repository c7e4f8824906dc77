/* html_page.c - the tokens of a page, each shown to all who look for something. None of them knows
 * of the others; what they find within comments and values they read by themselves. */
#include "html_page.h"

#include "html_active.h"
#include "html_cues.h"
#include "html_doubt.h"
#include "html_emit.h"
#include "html_grid.h"
#include "html_scan.h"
#include "html_search.h"

void
html_page_read(const unsigned char *utf8, size_t len, HtmlPage *page)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(utf8, len);
  HtmlScan scan = {.links = page->links};
  HtmlSearch search = {.found = page->active};
  HtmlCues cues = {.cues = page->links ? page->cues : NULL};
  HtmlDoubt doubt = {0};
  const HtmlToken *token;

  if (page->links)
    html_scan_begin(&scan, tokenizer);
  if (page->active)
    html_search_begin(&search, tokenizer);
  if (cues.cues)
    html_cues_begin(&cues, tokenizer);
  do {
    token = html_tokenizer_next(tokenizer);
    if (page->links)
      html_scan_token(&scan, token);
    if (page->active)
      html_search_token(&search, token);
    if (cues.cues)
      html_cues_token(&cues, token, html_hidden_now(&scan.unseen));
    if (page->grid)
      html_grid_token(page->grid, token);
    if (page->doubts)
      html_doubt_token(&doubt, tokenizer, token);
  } while (token->type != HTML_EOF);
  page->all_links = !page->links || html_scan_end(&scan);
  page->all_active = !page->active || html_search_end(&search);
  page->all_cues = !cues.cues || html_cues_end(&cues);
  page->doubt = doubt.why;
  page->doubt_at = doubt.at;
}

gboolean
html_links(const unsigned char *utf8, size_t len, GArray *links)
{
  HtmlPage page = {.links = links};

  html_page_read(utf8, len, &page);
  return page.all_links;
}

gboolean
html_active(const unsigned char *utf8, size_t len, GArray *found)
{
  HtmlPage page = {.active = found};

  html_page_read(utf8, len, &page);
  return page.all_active;
}

const char *
html_doubt(const unsigned char *utf8, size_t len, size_t *at)
{
  HtmlPage page = {.doubts = TRUE};

  html_page_read(utf8, len, &page);
  if (page.doubt)
    *at = page.doubt_at;
  return page.doubt;
}
