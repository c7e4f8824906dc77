/* html_anchor.c - the anchor that is open, what it shows, and where marks may stand.
 *
 * A mark must stand where it is shown: not in an anchor (it would be clicked), not between the rows
 * of a table, in svg, in a list box. A link of such a place waits until the next place that will
 * do. */
#include "html_scan.h"

#include <string.h>

/* Bytes that are kept of what one shows. */
#define ANCHOR_TEXT 200

/* --- Marks -----------------------------------------------------------------------------------*/

gboolean
html_shows_here(const HtmlScan *s)
{
  const HtmlTokenizer *t = s->tokenizer;

  return !s->place.head && !s->place.gap && !s->place.box && t->model == MODEL_DATA &&
         !t->raw_end_tag && !html_foreign_now(&t->foreign);
}

/* A film's own address is marked after the film, where it is shown also if the film is. What is
 * in its content is shown where the mark is, or not at all. */
static gboolean
is_sheltered(const HtmlScan *s, const Link *link)
{
  return s->place.shelter && link->element &&
         (strcmp(link->element, s->place.shelter) == 0 || strcmp(link->element, "param") == 0 ||
          strcmp(link->element, "source") == 0 || strcmp(link->element, "track") == 0);
}

static void
wait_for_mark(HtmlScan *s, unsigned index)
{
  html_scan_link(s, index)->mark = MARK_WAITS;
  if (s->waiting < 0 || s->waiting > (int)index)
    s->waiting = (int)index;
}

void
html_marks_place(HtmlScan *s, size_t at)
{
  unsigned i;

  if (s->waiting < 0)
    return;
  for (i = (unsigned)s->waiting; i < s->links->len; i++)
    if (html_scan_link(s, i)->mark == MARK_WAITS)
      html_scan_link(s, i)->mark = at;
  s->waiting = -1;
}

void
html_mark_link(HtmlScan *s, unsigned index, size_t here)
{
  Link *link = html_scan_link(s, index);

  if (link->flags & LINK_HIDDEN)
    link->mark = here;
  else if (s->anchor.link >= 0 || !html_shows_here(s) || is_sheltered(s, link))
    wait_for_mark(s, index);
  else
    link->mark = here;
}

/* --- Text ------------------------------------------------------------------------------------*/

void
html_fold(GString *out, const char *text, size_t len)
{
  size_t i;

  for (i = 0; i < len && out->len < ANCHOR_TEXT; i++) {
    gboolean nbsp = (guchar)text[i] == 0xC2 && i + 1 < len && (guchar)text[i + 1] == 0xA0;

    if (!nbsp && (guchar)text[i] > ' ')
      g_string_append_c(out, text[i]);
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c(out, ' ');
    i += nbsp ? 1 : 0;
  }
}

char *
html_folded(GString *text)
{
  size_t len = text->len;
  const char *end;

  while (len > 0 && text->str[len - 1] == ' ')
    len--;
  if (!g_utf8_validate(text->str, (gssize)len, &end))
    len = (size_t)(end - text->str);
  return len ? g_strndup(text->str, len) : NULL;
}

/* --- Anchors ---------------------------------------------------------------------------------*/

void
html_anchor_open(HtmlScan *s, unsigned first, unsigned index, const HtmlToken *token)
{
  HtmlAnchor *a = &s->anchor;

  a->link = (int)index;
  a->text_end = 0;
  a->salted = FALSE;
  a->tables = s->place.tables;
  a->gap = s->place.gap;
  g_string_truncate(a->text, 0);
  g_string_truncate(a->alt, 0);
  html_scan_link(s, index)->label = range_make(range_end(token->span), 0);
  for (; first < s->links->len; first++)
    if (!(html_scan_link(s, first)->flags & LINK_HIDDEN))
      wait_for_mark(s, first);
}

void
html_anchor_close(HtmlScan *s, size_t end, size_t mark, gboolean good)
{
  HtmlAnchor *a = &s->anchor;
  Link *link;

  if (a->link < 0)
    return;
  link = html_scan_link(s, (unsigned)a->link);
  link->label.len = end - link->label.off;
  link->text = html_folded(a->text);
  if (!link->text)
    link->flags |= (link->text = html_folded(a->alt)) != NULL ? LINK_ALT : 0;
  if (a->salted)
    link->flags |= link->text ? LINK_SALTED : LINK_UNSEEN;
  if (!good && a->text_end > 0)
    mark = a->text_end;
  a->link = -1;
  if (good || a->text_end > 0)
    html_marks_place(s, mark);
}

static gboolean
ends_body(const HtmlToken *token)
{
  return token->type == HTML_END_TAG &&
         (html_name_is(token->name, "body") || html_name_is(token->name, "html"));
}

/* TRUE if the tag, which is not </a>, ends the open anchor. */
static gboolean
breaks_anchor(const HtmlScan *s, const HtmlToken *token)
{
  const HtmlAnchor *a = &s->anchor;
  const char *name = token->name;

  if (token->type == HTML_START_TAG && strcmp(name, "a") == 0)
    return TRUE;
  if (ends_body(token))
    return TRUE;
  if (!html_is_table_part(name) || a->tables == 0 || s->place.tables != a->tables)
    return FALSE;
  return html_name_is(name, "table") ? token->type == HTML_END_TAG : !a->gap;
}

void
html_anchor_break(HtmlScan *s, const HtmlToken *token)
{
  if (s->anchor.link >= 0 && breaks_anchor(s, token))
    html_anchor_close(s, token->span.off, token->span.off,
                      s->anchor.text_end == 0 && html_shows_here(s));
  if (ends_body(token))
    html_marks_place(s, token->span.off);
}

/* Tags between whose contents a reader sees a gap. */
void
html_anchor_tag(HtmlScan *s, const HtmlToken *token)
{
  static const char *const blocks[] = {"br", "p",  "div", "td", "th", "tr", "li", "table",
                                       "h1", "h2", "h3",  "h4", "h5", "h6", NULL};
  unsigned i;

  if (s->anchor.link < 0)
    return;
  if (html_name_in(blocks, token->name))
    html_fold(s->anchor.text, " ", 1);
  if (!html_name_is(token->name, "img") && !html_name_is(token->name, "input"))
    return;
  if (html_shows_here(s))
    s->anchor.text_end = range_end(token->span);
  for (i = 0; i < token->nattributes; i++) {
    if (strcmp(token->attributes[i].name, "alt") != 0)
      continue;
    html_fold(s->anchor.alt, " ", 1);
    html_fold(s->anchor.alt, token->attributes[i].value, token->attributes[i].value_len);
  }
}

void
html_anchor_text(HtmlScan *s, const HtmlToken *token)
{
  size_t end = token->data_len;

  if (s->anchor.link < 0)
    return;
  if (html_hidden_now(&s->unseen)) {
    s->anchor.salted = TRUE;
    return;
  }
  html_fold(s->anchor.text, token->data, token->data_len);
  while (end > 0 && (guchar)token->data[end - 1] <= ' ')
    end--;
  if (end > 0 && html_shows_here(s))
    s->anchor.text_end = range_end(html_text_source(s->tokenizer, end - 1, 1));
}
