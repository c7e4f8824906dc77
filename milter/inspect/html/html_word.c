/* html_word.c - words that tags or comments stand in: "https://drive.<b>google</b>.com/x". A reader
 * that makes links of what is shown, and not of each piece of text alone, makes one of it (Apple's
 * data detectors do; THREATS L-042). So the pieces of each word are put together, and an address
 * that reaches over more than one is a link like any other; what tags stand in it stay.
 *
 * What inline styles hide is left out in a second reading (html_hidden.c), so that nothing unseen
 * can part an address: "https:/<span style="display:none">k3</span>/evil.example".
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

static void
view_init(HtmlWordView *v)
{
  v->view = text_view_new();
  v->spans = g_array_new(FALSE, FALSE, sizeof(HtmlWordPiece));
}

static void
view_clear(HtmlWordView *v)
{
  text_view_clear(&v->view);
  g_array_unref(v->spans);
}

static void
view_empty(HtmlWordView *v)
{
  g_string_truncate(v->view.text, 0);
  g_array_set_size(v->view.runs, 0);
  g_array_set_size(v->spans, 0);
}

void
html_word_init(HtmlWord *word)
{
  view_init(&word->all);
  view_init(&word->shown);
  word->salted = FALSE;
}

void
html_word_clear(HtmlWord *word)
{
  view_clear(&word->all);
  view_clear(&word->shown);
}

/* The source of one byte of the word. */
static Range
byte_source(const HtmlScan *s, const HtmlWordView *v, size_t at)
{
  const TextRun *run = text_view_run(&v->view, at);
  guint index = (guint)(run - &g_array_index(v->view.runs, TextRun, 0));
  const HtmlWordPiece *piece = &g_array_index(v->spans, HtmlWordPiece, index);
  g_autoptr(GString) data = g_string_new(NULL);
  g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));

  html_undo(s->src, piece->span, piece->undo, data, pieces);
  return html_pieces_source(pieces, piece->off + (at - run->at), 1);
}

/* One that is known already learns that something hidden stands in it. */
static gboolean
is_known(HtmlScan *s, const Link *link)
{
  guint first = s->links->len > BACK ? s->links->len - BACK : 0;

  for (guint i = first; i < s->links->len; i++) {
    Link *other = &g_array_index(s->links, Link, i);

    if (!range_overlaps(other->span, link->span) || !link_same_address(other, link))
      continue;
    other->flags |= link->flags & LINK_SALTED;
    return TRUE;
  }
  return FALSE;
}

static void
take(HtmlScan *s, const HtmlWordView *v, Link *link)
{
  size_t last = range_end(link->span) - 1, from;

  if (text_view_run(&v->view, link->span.off) == text_view_run(&v->view, last))
    return;
  from = byte_source(s, v, link->span.off).off;
  link->span = range_make(from, range_end(byte_source(s, v, last)) - from);
  if (is_known(s, link))
    return;
  g_array_append_val(s->links, *link);
  memset(link, 0, sizeof *link);
  html_scan_text_link(s, s->links->len - 1, s->hidden);
}

static void
view_end(HtmlScan *s, HtmlWordView *v, unsigned flags)
{
  if (v->spans->len > 1 && !s->no_text && !s->full) {
    g_autoptr(GArray) found = links_new();

    if (!text_links((const unsigned char *)v->view.text->str, v->view.text->len, found))
      s->full = TRUE;
    for (guint i = 0; i < found->len; i++) {
      g_array_index(found, Link, i).flags |= flags;
      take(s, v, &g_array_index(found, Link, i));
    }
  }
  view_empty(v);
}

static void
shown_end(HtmlScan *s)
{
  if (s->word.salted)
    view_end(s, &s->word.shown, LINK_SALTED);
  s->word.salted = FALSE;
}

void
html_word_end(HtmlScan *s)
{
  view_end(s, &s->word.all, 0);
  shown_end(s);
}

void
html_word_blank(HtmlScan *s)
{
  view_end(s, &s->word.all, 0);
  if (!html_hidden_now(&s->unseen))
    shown_end(s);
}

static void
add_piece(const HtmlScan *s, HtmlWordView *v, const HtmlToken *token, size_t off, size_t len)
{
  HtmlWordPiece piece = {token->data_span, off, s->tokenizer->undo};

  if (len == 0)
    return;
  text_view_add(&v->view, (const unsigned char *)token->data, off, len);
  g_array_append_val(v->spans, piece);
}

static void
view_text(HtmlScan *s, HtmlWordView *v, const HtmlToken *token, unsigned flags)
{
  const char *data = token->data;
  size_t first = 0, last = token->data_len;

  while (first < token->data_len && (guchar)data[first] > ' ')
    first++;
  add_piece(s, v, token, 0, first);
  if (first == token->data_len)
    return;
  view_end(s, v, flags);
  while ((guchar)data[last - 1] > ' ')
    last--;
  add_piece(s, v, token, last, token->data_len - last);
}

/* Something hidden begins within a word: from here on it is read in two ways. */
static void
split(HtmlWord *word)
{
  const HtmlWordView *all = &word->all;

  g_string_append_len(word->shown.view.text, all->view.text->str, (gssize)all->view.text->len);
  g_array_append_vals(word->shown.view.runs, all->view.runs->data, all->view.runs->len);
  g_array_append_vals(word->shown.spans, all->spans->data, all->spans->len);
  word->salted = TRUE;
}

static gboolean
holds_blank(const HtmlToken *token)
{
  for (size_t i = 0; i < token->data_len; i++)
    if ((guchar)token->data[i] <= ' ')
      return TRUE;
  return FALSE;
}

void
html_word_text(HtmlScan *s, const HtmlToken *token)
{
  HtmlWord *word = &s->word;
  gboolean hidden = html_hidden_now(&s->unseen);

  if (hidden && !word->salted && word->all.spans->len > 0)
    split(word);
  view_text(s, &word->all, token, 0);
  if (!word->salted || hidden)
    return;
  view_text(s, &word->shown, token, LINK_SALTED);
  if (holds_blank(token)) { /* what comes now stands in both alike */
    view_empty(&word->shown);
    word->salted = FALSE;
  }
}

void
html_word_tag(HtmlScan *s, const HtmlToken *token)
{
  HtmlWord *word = &s->word;

  if ((word->all.spans->len == 0 && !word->salted) || !html_name_in(parting, token->name))
    return;
  view_end(s, &word->all, 0);
  if (!html_hidden_now(&s->unseen))
    shown_end(s);
}
