/* html_links.c - every address in HTML that some reader could follow or would load.
 *
 * Readers do not agree on HTML: Outlook runs what is in conditional comments, browsers differ from
 * mail readers on where comments, raw text and quotes end. So the finder is a union of readings.
 * Besides the tokens as a browser sees them it reads as HTML again what is inside comments, raw
 * text, attribute values that hold a '<', and a tag that is never closed. A link that is found
 * only there is hidden: no mark can stand beside it, and the attribute to cut out is the outermost
 * one that it lies in. */
#include <string.h>

#include "../link/link_private.h"
#include "../text/text_view.h"
#include "bounds.h"
#include "css.h"
#include "html_scan.h"

#define NESTING_MAX 3

static gboolean
is_full(HtmlScan *s)
{
  s->full = s->full || s->links->len >= LIMIT_LINKS;
  return s->full;
}

void
html_scan_add(HtmlScan *s, const HtmlToken *token, const HtmlAttribute *a, const Link *given,
              const char *text, size_t len)
{
  Link link = *given;

  if (is_full(s))
    return;
  link.target = link_target(text, len);
  if (!link.target)
    return;
  link.attribute = a ? a->whole : range_make(0, 0);
  link.tag = token->type == HTML_TEXT ? range_make(0, 0) : token->span;
  link.element = token->name ? html_element_name(token->name) : "style";
  link.anchor = s->anchor.link;
  link.flags |= link_is_relative(link.target, strlen(link.target)) ? LINK_RELATIVE : 0;
  link.flags |= html_hidden_now(&s->unseen) ? LINK_UNSEEN : 0;
  if (s->hidden || s->place.head || token->type != HTML_START_TAG)
    link.flags |= LINK_HIDDEN;
  g_array_append_val(s->links, link);
  html_mark_link(s, s->links->len - 1, range_end(token->span));
  if (s->base < 0 && link.use == LINK_BASE && token->type == HTML_START_TAG &&
      html_name_is(token->name, "base") && !(link.flags & LINK_RELATIVE))
    s->base = (int)s->links->len - 1;
}

/* --- Tags ------------------------------------------------------------------------------------*/

static void
area_text(HtmlScan *s, unsigned index, const HtmlToken *token)
{
  GString *alt = g_string_new(NULL);
  unsigned i;

  for (i = 0; i < token->nattributes; i++)
    if (strcmp(token->attributes[i].name, "alt") == 0 && !token->attributes[i].duplicate)
      html_fold(alt, token->attributes[i].value, token->attributes[i].value_len);
  html_scan_link(s, index)->text = html_folded(alt);
  html_scan_link(s, index)->flags |= LINK_ALT;
  g_string_free(alt, TRUE);
}

/* The links of a tag. Returns the index of the one that a click follows, or -1. */
static int
scan_attributes(HtmlScan *s, const HtmlToken *token)
{
  int clicked = -1;
  unsigned i;

  s->cut = s->cut || token->cut;
  for (i = 0; i < token->nattributes && !is_full(s); i++) {
    const HtmlAttribute *a = &token->attributes[i];
    unsigned before = s->links->len;

    if (a->value_len == 0)
      continue;
    if (html_scan_attribute(s, token, a) && clicked < 0 && s->links->len > before &&
        html_scan_link(s, before)->span.off == a->value_span.off)
      clicked = (int)before;
  }
  return clicked;
}

static void
scan_start_tag(HtmlScan *s, const HtmlToken *token)
{
  unsigned first = s->links->len;
  int clicked;

  html_anchor_break(s, token);
  html_place_start(&s->place, token);
  clicked = scan_attributes(s, token);
  if (clicked >= 0 && strcmp(token->name, "a") == 0)
    html_anchor_open(s, first, (unsigned)clicked, token);
  else if (clicked >= 0 && html_name_is(token->name, "area"))
    area_text(s, (unsigned)clicked, token);
  html_anchor_tag(s, token);
  if (s->tokenizer->model != MODEL_DATA)
    s->raw_start = token->span.off;
}

static void
scan_end_tag(HtmlScan *s, const HtmlToken *token)
{
  html_anchor_break(s, token);
  html_place_end(&s->place, token);
  if (strcmp(token->name, "a") == 0)
    html_anchor_close(s, token->span.off, range_end(token->span), html_shows_here(s));
  (void)scan_attributes(s, token); /* nobody should follow these: they are hidden */
}

/* --- Text ------------------------------------------------------------------------------------*/

static gboolean
is_shown_blank(const HtmlToken *token)
{
  size_t i;

  for (i = 0; i < token->data_len; i++)
    if ((guchar)token->data[i] > ' ')
      return FALSE;
  return TRUE;
}

/* A word may have begun before the anchor, where what is hidden lies between. */
static gboolean
stands_in_anchor(const HtmlScan *s, const Link *link)
{
  return s->anchor.link >= 0 &&
         range_end(g_array_index(s->links, Link, s->anchor.link).tag) <= link->span.off;
}

void
html_scan_text_link(HtmlScan *s, unsigned index, gboolean hidden)
{
  Link *link = html_scan_link(s, index);

  link->tag = link->attribute = link->label = range_make(0, 0);
  link->anchor = stands_in_anchor(s, link) ? s->anchor.link : -1;
  link->flags |= html_hidden_now(&s->unseen) ? LINK_UNSEEN : 0;
  if (hidden)
    link->flags |= LINK_HIDDEN;
  else if (link->anchor >= 0)
    link->flags |= LINK_IN_ANCHOR;
  html_mark_link(s, index, range_end(link->span));
}

/* Addresses in the text of the token, those aside that [first, now) has already. */
static void
scan_text(HtmlScan *s, const HtmlToken *token, gboolean hidden, unsigned first)
{
  unsigned from = s->links->len, i;

  if (s->no_text || is_full(s) || token->data_len == 0)
    return;
  if (!text_links((const unsigned char *)token->data, token->data_len, s->links))
    s->full = TRUE;
  for (i = from; i < s->links->len; i++) {
    Link *link = html_scan_link(s, i);

    link->span = html_text_source(s->tokenizer, link->span.off, link->span.len);
    html_scan_text_link(s, i, hidden);
    if (s->place.gap && s->anchor.link < 0 && !token->cdata)
      link->mark = range_end(link->span); /* it moves with the text */
  }
  if (first < from && from < s->links->len)
    links_drop_doubles(s->links, first, from);
}

static gboolean
style_found(Range span, const char *url, size_t len, gpointer data)
{
  HtmlScan *s = data;
  Link link = {.use = LINK_LOAD};

  link.span = html_text_source(s->tokenizer, span.off, span.len);
  html_scan_add(s, &s->tokenizer->token, NULL, &link, url, len);
  return !s->full;
}

static void
scan_style(HtmlScan *s, const HtmlToken *token)
{
  (void)css_addresses((const unsigned char *)token->data, token->data_len, style_found, s);
}

static gboolean
holds_markup(const HtmlScan *s, Range region)
{
  return region.len > 0 && memchr(s->src + region.off, '<', region.len) != NULL;
}

/* A style sheet holds no end tags: what does is no style sheet to whoever reads "<select><style>"
 * otherwise, and its text is text. */
static gboolean
holds_end_tag(const HtmlScan *s, Range region)
{
  const unsigned char *p = s->src + region.off, *end = p + region.len;

  for (; (p = memmem(p, (size_t)(end - p), "</", 2)) != NULL; p += 2)
    if (end - p > 2 && g_ascii_isalpha(p[2]))
      return TRUE;
  return FALSE;
}

/* Text of an element that a browser does not look into for tags. */
static void
scan_raw(HtmlScan *s, const HtmlToken *token)
{
  const char *element = s->tokenizer->last_start->str;
  gboolean style = strcmp(element, "style") == 0, script = strcmp(element, "script") == 0;
  unsigned first = s->links->len;

  if (style)
    scan_style(s, token);
  if (holds_markup(s, token->data_span) && (!script || token->open))
    html_scan_nested(s, token->data_span, script || (style && !holds_end_tag(s, token->data_span)));
  if (!style && !script)
    scan_text(s, token, TRUE, first);
}

static void
scan_text_token(HtmlScan *s, const HtmlToken *token)
{
  unsigned first = s->links->len;

  if (token->raw) {
    scan_raw(s, token);
    return;
  }
  if (is_shown_blank(token)) {
    if (token->data_len > 0)
      html_word_blank(s);
    return;
  }
  s->place.head = FALSE;
  if (s->in_style) { /* of svg: the text of no raw text element */
    scan_style(s, token);
    return;
  }
  if (token->cdata && holds_markup(s, token->data_span))
    html_scan_nested(s, token->data_span, FALSE);
  html_anchor_text(s, token);
  scan_text(s, token, s->hidden, first);
  html_word_text(s, token);
}

static void
scan_comment(HtmlScan *s, const HtmlToken *token)
{
  if (holds_markup(s, token->data_span)) {
    unsigned first = s->links->len;

    html_scan_nested(s, token->data_span, s->no_text);
    html_outlook_marks(s, first, token);
  } else
    scan_text(s, token, TRUE, s->links->len);
}

/* --- Readings within readings ----------------------------------------------------------------*/

static void scan_run(HtmlScan *s, const unsigned char *src, size_t len);

/* Scans bytes of their own, one level further down. Returns the index of the first new link. */
static unsigned
scan_inner(HtmlScan *s, const unsigned char *src, size_t len, gboolean no_text)
{
  HtmlScan inner = {.links = s->links, .nesting = s->nesting + 1, .hidden = TRUE};
  unsigned first = s->links->len;

  inner.no_text = no_text || s->no_text;
  if (s->nesting < NESTING_MAX && !is_full(s))
    scan_run(&inner, src, len);
  s->full = s->full || inner.full;
  s->cut = s->cut || inner.cut;
  return first;
}

static Range
shifted(Range range, size_t by)
{
  return range.len || range.off ? range_make(range.off + by, range.len) : range;
}

void
html_scan_nested(HtmlScan *s, Range region, gboolean no_text)
{
  unsigned i = scan_inner(s, s->src + region.off, region.len, no_text);

  for (; i < s->links->len; i++) {
    Link *link = html_scan_link(s, i);

    link->span.off += region.off;
    link->mark += region.off;
    link->label = shifted(link->label, region.off);
    if (link->tag.len)
      link->tag.off += region.off;
    if (link->attribute.len)
      link->attribute.off += region.off;
  }
}

void
html_scan_markup(HtmlScan *s, const HtmlToken *token, const HtmlAttribute *a,
                 const HtmlValue *value)
{
  unsigned i = scan_inner(s, (const unsigned char *)value->text, value->len, FALSE);

  for (; i < s->links->len; i++) {
    Link *link = html_scan_link(s, i);

    if (value->pieces)
      link->span = html_pieces_source(value->pieces, link->span.off, link->span.len);
    else
      link->span.off += value->source.off;
    link->attribute = a->whole;
    link->tag = token->span;
    link->label = range_make(0, 0);
    link->mark = range_end(token->span);
  }
}

/* --- The scan --------------------------------------------------------------------------------*/

/* `token` is the last: links that still wait get the last place that is shown. */
static void
scan_end(HtmlScan *s, const HtmlToken *token)
{
  size_t end = s->open_start != MARK_WAITS ? s->open_start : token->span.off;

  if (s->tokenizer->model != MODEL_DATA || token->raw)
    end = s->raw_start;
  html_anchor_close(s, token->span.off, end, s->anchor.text_end == 0);
  if (token->name)
    (void)scan_attributes(s, token); /* of a tag that is never closed */
  html_marks_place(s, end);
}

static void
scan_token(HtmlScan *s, const HtmlToken *token)
{
  html_icons_token(s, token);
  switch (token->type) {
  case HTML_START_TAG:
    html_hidden_start(&s->unseen, token);
    html_word_tag(s, token);
    scan_start_tag(s, token);
    break;
  case HTML_END_TAG:
    html_word_tag(s, token);
    scan_end_tag(s, token);
    html_hidden_end(&s->unseen, token);
    break;
  case HTML_TEXT:
    scan_text_token(s, token);
    break;
  case HTML_COMMENT:
    scan_comment(s, token);
    break;
  case HTML_EOF:
    html_word_end(s);
    scan_end(s, token);
    break;
  case HTML_DOCTYPE:
    break;
  }
}

void
html_scan_begin(HtmlScan *s, HtmlTokenizer *tokenizer)
{
  s->src = tokenizer->src;
  s->tokenizer = tokenizer;
  s->first = s->links->len;
  s->place.head = TRUE;
  s->anchor.link = s->waiting = s->base = s->icons.anchor = -1;
  s->open_start = MARK_WAITS;
  s->anchor.text = g_string_new(NULL);
  s->anchor.alt = g_string_new(NULL);
  html_word_init(&s->word);
}

void
html_scan_token(HtmlScan *s, const HtmlToken *token)
{
  html_place_token(&s->place);
  if (token->open)
    s->open_start = token->raw ? s->raw_start : token->span.off;
  scan_token(s, token);
  s->in_style = token->type == HTML_START_TAG && html_name_is(token->name, "style");
  if (s->waiting >= 0 && s->anchor.link < 0 && !token->open && !s->place.shelter &&
      html_shows_here(s))
    html_marks_place(s, range_end(token->span));
}

static gboolean
scan_finish(HtmlScan *s)
{
  g_string_free(s->anchor.text, TRUE);
  g_string_free(s->anchor.alt, TRUE);
  html_word_clear(&s->word);
  html_icons_end(s);
  return !s->full && !s->cut;
}

static void
scan_run(HtmlScan *s, const unsigned char *src, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(src, len);
  const HtmlToken *token;

  html_scan_begin(s, tokenizer);
  do {
    token = html_tokenizer_next(tokenizer);
    html_scan_token(s, token);
  } while (token->type != HTML_EOF);
  (void)scan_finish(s);
}

/* Makes the relative links from `first` on absolute if the document has a base. */
static void
resolve_links(GArray *links, unsigned first, int base)
{
  g_autofree char *address = NULL;
  unsigned i;

  if (base < 0)
    return;
  address = g_strdup(g_array_index(links, Link, base).target);
  address[MIN(strlen(address), LIMIT_EVIDENCE)] = '\0'; /* it is copied for each of them */
  for (i = first; i < links->len; i++) {
    Link *link = &g_array_index(links, Link, i);
    char *full = NULL;

    if ((link->flags & LINK_RELATIVE) && link->use != LINK_TEXT)
      full = link_resolve(address, link->target);
    if (full) {
      g_free(link->target);
      link->target = full;
    }
  }
}

gboolean
html_scan_end(HtmlScan *s)
{
  resolve_links(s->links, s->first, s->base);
  return scan_finish(s);
}
