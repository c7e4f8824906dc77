/* html_word.c - words that tags or comments stand in: "https://drive.<b>google</b>.com/x". A reader
 * that makes links of what is shown, and not of each piece of text alone, makes one of it (Apple's
 * data detectors do; THREATS L-042). So the pieces of each word are put together, and an address
 * that reaches over more than one is a link like any other; what tags stand in it stay.
 *
 * Only words of several pieces are looked at, so this costs next to nothing. */
#include <string.h>

#include "html_scan.h"

/* Links before it that are looked at for the same address. */
#define BACK 16

/* Tags that part words: blocks, and what is shown itself. An anchor does too: its text is a link
 * already. No other does, unknown ones and style sheets included. */
static const char *const parting[] = {
    "a",       "address", "applet",  "article",  "aside",  "audio",    "blockquote", "body",
    "br",      "button",  "canvas",  "caption",  "center", "dd",       "details",    "dialog",
    "dir",     "div",     "dl",      "dt",       "embed",  "fieldset", "figcaption", "figure",
    "footer",  "form",    "frame",   "frameset", "h1",     "h2",       "h3",         "h4",
    "h5",      "h6",      "head",    "header",   "hr",     "html",     "iframe",     "img",
    "input",   "legend",  "li",      "listing",  "main",   "marquee",  "math",       "menu",
    "nav",     "object",  "ol",      "optgroup", "option", "p",        "plaintext",  "pre",
    "section", "select",  "summary", "svg",      "table",  "tbody",    "td",         "textarea",
    "tfoot",   "th",      "thead",   "title",    "tr",     "ul",       "video",      "xmp",
    NULL,
};

void
html_word_init(HtmlWord *word)
{
  word->view = text_view_new();
  word->spans = g_array_new(FALSE, FALSE, sizeof(HtmlWordPiece));
}

void
html_word_clear(HtmlWord *word)
{
  text_view_clear(&word->view);
  g_array_unref(word->spans);
}

/* The source of one byte of the word. */
static Range
byte_source(const HtmlScan *s, size_t at)
{
  const TextRun *run = text_view_run(&s->word.view, at);
  guint index = (guint)(run - &g_array_index(s->word.view.runs, TextRun, 0));
  const HtmlWordPiece *piece = &g_array_index(s->word.spans, HtmlWordPiece, index);
  g_autoptr(GString) data = g_string_new(NULL);
  g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));

  html_undo(s->src, piece->span, piece->undo, data, pieces);
  return html_pieces_source(pieces, piece->off + (at - run->at), 1);
}

static gboolean
is_known(const HtmlScan *s, const Link *link)
{
  guint first = s->links->len > BACK ? s->links->len - BACK : 0;

  for (guint i = first; i < s->links->len; i++) {
    const Link *other = &g_array_index(s->links, Link, i);

    if (range_overlaps(other->span, link->span) && link_same_address(other, link))
      return TRUE;
  }
  return FALSE;
}

static void
take(HtmlScan *s, Link *link)
{
  const TextView *view = &s->word.view;
  size_t last = range_end(link->span) - 1, from;

  if (text_view_run(view, link->span.off) == text_view_run(view, last))
    return;
  from = byte_source(s, link->span.off).off;
  link->span = range_make(from, range_end(byte_source(s, last)) - from);
  if (is_known(s, link))
    return;
  g_array_append_val(s->links, *link);
  memset(link, 0, sizeof *link);
  html_scan_text_link(s, s->links->len - 1, s->hidden);
}

void
html_word_end(HtmlScan *s)
{
  HtmlWord *word = &s->word;

  if (word->spans->len > 1 && !s->no_text && !s->full) {
    g_autoptr(GArray) found = links_new();

    if (!text_links((const unsigned char *)word->view.text->str, word->view.text->len, found))
      s->full = TRUE;
    for (guint i = 0; i < found->len; i++)
      take(s, &g_array_index(found, Link, i));
  }
  g_string_truncate(word->view.text, 0);
  g_array_set_size(word->view.runs, 0);
  g_array_set_size(word->spans, 0);
}

static void
add_piece(HtmlScan *s, const HtmlToken *token, size_t off, size_t len)
{
  HtmlWordPiece piece = {token->data_span, off, s->tokenizer->undo};

  if (len == 0)
    return;
  text_view_add(&s->word.view, (const unsigned char *)token->data, off, len);
  g_array_append_val(s->word.spans, piece);
}

void
html_word_text(HtmlScan *s, const HtmlToken *token)
{
  const char *data = token->data;
  size_t first = 0, last = token->data_len;

  while (first < token->data_len && (guchar)data[first] > ' ')
    first++;
  add_piece(s, token, 0, first);
  if (first == token->data_len)
    return;
  html_word_end(s);
  while ((guchar)data[last - 1] > ' ')
    last--;
  add_piece(s, token, last, token->data_len - last);
}

void
html_word_tag(HtmlScan *s, const HtmlToken *token)
{
  if (s->word.spans->len > 0 && html_name_in(parting, token->name))
    html_word_end(s);
}
