/* html_links.c - every address in HTML that some reader could follow or would load.
 *
 * Readers do not agree on HTML: Outlook runs what is in conditional comments, browsers differ from
 * mail readers on where comments, raw text and quotes end. So the finder is a union of readings.
 * Besides the tokens as a browser sees them it reads as HTML again what is inside comments, raw
 * text, attribute values that hold a '<', and a tag that is never closed. A link that is found
 * only there is hidden: no mark can stand beside it, and the attribute to cut out is the outermost
 * one that it lies in.
 *
 * A mark must stand where it is shown: not in an anchor (it would be clicked), not between the rows
 * of a table, in svg, in a list box. A link of such a place waits until the next place that will
 * do. */
#include <string.h>

#include "../link/link_private.h"
#include "../text/text_view.h"
#include "bounds.h"
#include "css.h"
#include "html_scan.h"

#define NESTING_MAX 3
#define ANCHOR_TEXT 200

static Link *
link_at(const HtmlScan *s, unsigned i)
{
  return &g_array_index(s->links, Link, i);
}

static gboolean
is_full(HtmlScan *s)
{
  s->full = s->full || s->links->len >= LIMIT_LINKS;
  return s->full;
}

/* --- Marks -----------------------------------------------------------------------------------*/

/* TRUE if what is put after the current token is shown, and where it is put. */
static gboolean
shows_here(const HtmlScan *s)
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
  link_at(s, index)->mark = MARK_WAITS;
  if (s->waiting < 0 || s->waiting > (int)index)
    s->waiting = (int)index;
}

/* Gives the links that wait this place. */
static void
place_marks(HtmlScan *s, size_t at)
{
  unsigned i;

  if (s->waiting < 0)
    return;
  for (i = (unsigned)s->waiting; i < s->links->len; i++)
    if (link_at(s, i)->mark == MARK_WAITS)
      link_at(s, i)->mark = at;
  s->waiting = -1;
}

/* The mark of the link just appended: here, or when its anchor or an odd place has ended. */
static void
mark_link(HtmlScan *s, unsigned index, size_t here)
{
  Link *link = link_at(s, index);

  if (link->flags & LINK_HIDDEN)
    link->mark = here;
  else if (s->anchor.link >= 0 || !shows_here(s) || is_sheltered(s, link))
    wait_for_mark(s, index);
  else
    link->mark = here;
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
  mark_link(s, s->links->len - 1, range_end(token->span));
  if (s->base < 0 && link.use == LINK_BASE && token->type == HTML_START_TAG &&
      html_name_is(token->name, "base") && !(link.flags & LINK_RELATIVE))
    s->base = (int)s->links->len - 1;
}

/* --- Anchors ---------------------------------------------------------------------------------*/

/* Appends text with runs of blanks (no-break spaces too) as one space, up to ANCHOR_TEXT bytes. */
static void
append_folded(GString *out, const char *text, size_t len)
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

/* The text in whole characters, without a blank at its end; NULL if there is none. */
static char *
folded_text(GString *text)
{
  size_t len = text->len;
  const char *end;

  while (len > 0 && text->str[len - 1] == ' ')
    len--;
  if (!g_utf8_validate(text->str, (gssize)len, &end))
    len = (size_t)(end - text->str);
  return len ? g_strndup(text->str, len) : NULL;
}

/* The link at `index` is what a click follows; `first` is the first link of the tag. */
static void
anchor_open(HtmlScan *s, unsigned first, unsigned index, const HtmlToken *token)
{
  HtmlAnchor *a = &s->anchor;

  a->link = (int)index;
  a->text_end = 0;
  a->salted = FALSE;
  a->tables = s->place.tables;
  a->gap = s->place.gap;
  g_string_truncate(a->text, 0);
  g_string_truncate(a->alt, 0);
  link_at(s, index)->label = range_make(range_end(token->span), 0);
  for (; first < s->links->len; first++)
    if (!(link_at(s, first)->flags & LINK_HIDDEN))
      wait_for_mark(s, first);
}

/* Ends the anchor's label at `end`. The mark goes to `mark` if things are shown there, or else
 * after the last text in the anchor, or else it waits. */
static void
anchor_close(HtmlScan *s, size_t end, size_t mark, gboolean good)
{
  HtmlAnchor *a = &s->anchor;
  Link *link;

  if (a->link < 0)
    return;
  link = link_at(s, (unsigned)a->link);
  link->label.len = end - link->label.off;
  link->text = folded_text(a->text);
  if (!link->text)
    link->flags |= (link->text = folded_text(a->alt)) != NULL ? LINK_ALT : 0;
  if (a->salted)
    link->flags |= link->text ? LINK_SALTED : LINK_UNSEEN;
  if (!good && a->text_end > 0)
    mark = a->text_end;
  a->link = -1;
  if (good || a->text_end > 0)
    place_marks(s, mark);
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

/* Before the tag has its effect: ends what it ends besides its own element. */
static void
anchor_break(HtmlScan *s, const HtmlToken *token)
{
  if (s->anchor.link >= 0 && breaks_anchor(s, token))
    anchor_close(s, token->span.off, token->span.off, s->anchor.text_end == 0 && shows_here(s));
  if (ends_body(token))
    place_marks(s, token->span.off);
}

/* Tags between whose contents a reader sees a gap. */
static void
anchor_tag(HtmlScan *s, const HtmlToken *token)
{
  static const char *const blocks[] = {"br", "p",  "div", "td", "th", "tr", "li", "table",
                                       "h1", "h2", "h3",  "h4", "h5", "h6", NULL};
  unsigned i;

  if (s->anchor.link < 0)
    return;
  if (html_name_in(blocks, token->name))
    append_folded(s->anchor.text, " ", 1);
  if (!html_name_is(token->name, "img") && !html_name_is(token->name, "input"))
    return;
  if (shows_here(s))
    s->anchor.text_end = range_end(token->span);
  for (i = 0; i < token->nattributes; i++) {
    if (strcmp(token->attributes[i].name, "alt") != 0)
      continue;
    append_folded(s->anchor.alt, " ", 1);
    append_folded(s->anchor.alt, token->attributes[i].value, token->attributes[i].value_len);
  }
}

static void
anchor_text(HtmlScan *s, const HtmlToken *token)
{
  size_t end = token->data_len;

  if (s->anchor.link < 0)
    return;
  if (html_hidden_now(&s->unseen)) {
    s->anchor.salted = TRUE;
    return;
  }
  append_folded(s->anchor.text, token->data, token->data_len);
  while (end > 0 && (guchar)token->data[end - 1] <= ' ')
    end--;
  if (end > 0 && shows_here(s))
    s->anchor.text_end = range_end(html_text_source(s->tokenizer, end - 1, 1));
}

/* --- Tags ------------------------------------------------------------------------------------*/

static void
area_text(HtmlScan *s, unsigned index, const HtmlToken *token)
{
  GString *alt = g_string_new(NULL);
  unsigned i;

  for (i = 0; i < token->nattributes; i++)
    if (strcmp(token->attributes[i].name, "alt") == 0 && !token->attributes[i].duplicate)
      append_folded(alt, token->attributes[i].value, token->attributes[i].value_len);
  link_at(s, index)->text = folded_text(alt);
  link_at(s, index)->flags |= LINK_ALT;
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
        link_at(s, before)->span.off == a->value_span.off)
      clicked = (int)before;
  }
  return clicked;
}

static void
scan_start_tag(HtmlScan *s, const HtmlToken *token)
{
  unsigned first = s->links->len;
  int clicked;

  anchor_break(s, token);
  html_place_start(&s->place, token);
  clicked = scan_attributes(s, token);
  if (clicked >= 0 && strcmp(token->name, "a") == 0)
    anchor_open(s, first, (unsigned)clicked, token);
  else if (clicked >= 0 && html_name_is(token->name, "area"))
    area_text(s, (unsigned)clicked, token);
  anchor_tag(s, token);
  if (s->tokenizer->model != MODEL_DATA)
    s->raw_start = token->span.off;
}

static void
scan_end_tag(HtmlScan *s, const HtmlToken *token)
{
  anchor_break(s, token);
  html_place_end(&s->place, token);
  if (strcmp(token->name, "a") == 0)
    anchor_close(s, token->span.off, range_end(token->span), shows_here(s));
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
  Link *link = link_at(s, index);

  link->tag = link->attribute = link->label = range_make(0, 0);
  link->anchor = stands_in_anchor(s, link) ? s->anchor.link : -1;
  link->flags |= html_hidden_now(&s->unseen) ? LINK_UNSEEN : 0;
  if (hidden)
    link->flags |= LINK_HIDDEN;
  else if (link->anchor >= 0)
    link->flags |= LINK_IN_ANCHOR;
  mark_link(s, index, range_end(link->span));
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
    Link *link = link_at(s, i);

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
  anchor_text(s, token);
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
    Link *link = link_at(s, i);

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
    Link *link = link_at(s, i);

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
  anchor_close(s, token->span.off, end, s->anchor.text_end == 0);
  if (token->name)
    (void)scan_attributes(s, token); /* of a tag that is never closed */
  place_marks(s, end);
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
  if (s->waiting >= 0 && s->anchor.link < 0 && !token->open && !s->place.shelter && shows_here(s))
    place_marks(s, range_end(token->span));
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
