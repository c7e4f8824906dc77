/* html_part.c - the links of one HTML part: what is cut, what is made dead, where marks stand.
 *
 * A link in an attribute dies by cutting the attribute, and every other one of that name in the
 * same tag, which a browser would turn to when the first is gone. An address in text dies by
 * breaking its characters where they stand in the source, references included; tags that stand
 * inside it stay. In style sheets and style attributes, whose other words must stay, an address
 * is replaced by one that leads nowhere. */
#include "rewriter.h"

#include <string.h>

#include "code_art.h"
#include "css.h"
#include "html.h"

/* How far before its place a mark of an earlier pass is looked for. */
#define BEFORE 32768

/* Pixels of a button's padding that a mark keeps off. */
#define BUTTON_MAX 40

/* Marks in one place, such as behind an anchor that is full of pictures; further ones would drown
 * the message. Their links die all the same. */
#define MARKS_HERE 8

typedef struct page {
  Rewriter *r;
  Work *work;
  const unsigned char *utf8;
  size_t len;
  size_t raw_end;            /* of the last span replaced outside of attributes and text */
  size_t sheet_end;          /* of the last address changed in a style sheet */
  GHashTable *seen;          /* places that have their mark */
  GHashTable *places;        /* place ─▶ marks there */
  GHashTable *kinds;         /* mark_again */
  GHashTable *outlook_kinds; /* the same for Outlook's branches, which others do not see */
  GHashTable *shown; /* targets of links that everybody sees: a hidden double needs no counting */
} Page;

static const Decision pass = {.action = ACTION_PASS};

/* --- text ---------------------------------------------------------------------------------- */

static void
deaden_source(Page *page, Range source)
{
  html_deaden(page->utf8, source, page->work->edits);
}

/* Taken out from between two words it would let them grow together to another address. */
static void
remove_source(Page *page, Range source)
{
  if (is_glued(page->utf8, page->len, source))
    deaden_source(page, source);
  else
    edits_add(page->work->edits, source, "", 0);
}

/* A code that is drawn by characters: a dot for each row of them. */
static void
erase_art(Page *page, Range source)
{
  Range run, rest = source;
  while (art_run(page->utf8, rest, TRUE, &run)) {
    edits_add(page->work->edits, run, ".", 1);
    rest = range_make(range_end(run), range_end(source) - range_end(run));
  }
}

/* Does it to each run of text in the range; tags between them stay. */
static void
each_text(Page *page, Range span, void (*change)(Page *, Range))
{
  if (memchr(page->utf8 + span.off, '<', span.len) == NULL) {
    change(page, span);
    return;
  }
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(page->utf8 + span.off, span.len);
  const HtmlToken *token;
  do {
    token = html_tokenizer_next(tokenizer);
    if (token->type != HTML_START_TAG && token->type != HTML_END_TAG && token->span.len > 0)
      change(page, range_make(span.off + token->span.off, token->span.len));
  } while (token->type != HTML_EOF);
}

/* --- attributes ---------------------------------------------------------------------------- */

static gboolean
is_blank(unsigned char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* With the blank before it, if another one or the end of the tag follows. */
static void
cut_attribute(Page *page, Range whole)
{
  size_t end = range_end(whole);
  gboolean before = whole.off > 0 && is_blank(page->utf8[whole.off - 1]);
  gboolean after = end < page->len && (is_blank(page->utf8[end]) || page->utf8[end] == '>');
  size_t start = before && after ? whole.off - 1 : whole.off;
  start = MAX(start, page->raw_end);
  if (end > start)
    edits_add(page->work->edits, range_make(start, end - start), "", 0);
}

static void
cut_attributes(Page *page, const Link *link)
{
  gboolean found = FALSE;
  g_autoptr(HtmlTokenizer) tokenizer =
      html_tokenizer_new(page->utf8 + link->tag.off, link->tag.len);
  const HtmlToken *token = html_tokenizer_next(tokenizer);
  for (unsigned i = 0; i < token->nattributes && link->attribute_name != NULL; i++) {
    const HtmlAttribute *attribute = &token->attributes[i];
    Range whole = range_make(link->tag.off + attribute->whole.off, attribute->whole.len);
    if (strcmp(attribute->name, link->attribute_name) != 0)
      continue;
    cut_attribute(page, whole);
    found = found || range_holds(whole, link->attribute);
  }
  if (!found)
    cut_attribute(page, link->attribute);
}

/* A style sheet that nothing closes is read in two ways, and gives spans that reach into each other
 * and into attributes. */
static void
kill_raw(Page *page, Range span)
{
  size_t end = range_end(span);
  if (span.off >= page->raw_end)
    edits_add_string(page->work->edits, span, "about:blank");
  else if (end > page->raw_end)
    edits_add(page->work->edits, range_make(page->raw_end, end - page->raw_end), "", 0);
  page->raw_end = MAX(page->raw_end, end);
}

/* Within a style sheet that nothing closes the attribute goes whole. */
static gboolean
is_style(const Page *page, const Link *link)
{
  return link->attribute.len == 0 ||
         (g_strcmp0(link->attribute_name, "style") == 0 && link->attribute.off >= page->sheet_end);
}

static gboolean
is_one_of(const char *word, const char *const *list)
{
  while (word != NULL && *list != NULL && strcmp(word, *list) != 0)
    list++;
  return word != NULL && *list != NULL;
}

/* A code that is drawn by cells, or in a drawing: they lose their looks and places. */
static void
erase_cells(Page *page, Range span)
{
  static const char *const looks[] = {"bgcolor", "background", "style",  "class", "fill",
                                      "stroke",  "d",          "points", "x",     "y",
                                      "cx",      "cy",         NULL};
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(page->utf8 + span.off, span.len);
  const HtmlToken *token;
  while ((token = html_tokenizer_next(tokenizer))->type != HTML_EOF)
    for (unsigned i = 0; token->type == HTML_START_TAG && i < token->nattributes; i++) {
      const Range whole = token->attributes[i].whole;
      if (is_one_of(token->attributes[i].name, looks))
        cut_attribute(page, range_make(span.off + whole.off, whole.len));
    }
}

static void
kill_link(Page *page, const Link *link, gboolean removed)
{
  if (link->use == LINK_QR && link->attribute.len == 0 && link->tag.len == 0) {
    each_text(page, link->span, erase_art);
    erase_cells(page, link->span);
  } else if (link->use == LINK_TEXT && (link->flags & LINK_HIDDEN))
    deaden_source(page, link->span);
  else if (link->use == LINK_TEXT)
    each_text(page, link->span, removed ? remove_source : deaden_source);
  else if (is_style(page, link))
    kill_raw(page, link->span);
  else
    cut_attributes(page, link);
  if (link->attribute.len == 0 && link->use != LINK_TEXT && link->use != LINK_QR)
    page->sheet_end = MAX(page->sheet_end, range_end(link->span));
}

/* --- marks --------------------------------------------------------------------------------- */

/* The padding of an anchor that is made up as a button but flows with the text: it does not make
 * the line higher, so that a mark in the next one would cover it. */
static unsigned
button_padding(const Page *page, const Link *link)
{
  g_autoptr(HtmlTokenizer) tokenizer =
      html_tokenizer_new(page->utf8 + link->tag.off, link->tag.len);
  const HtmlToken *token = html_tokenizer_next(tokenizer);
  int padding = 0;
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];
    if (strcmp(a->name, "style") != 0)
      continue;
    if (memmem(a->value, a->value_len, "block", 5) || memmem(a->value, a->value_len, "flex", 4))
      return 0;
    padding = MAX(padding, MAX(css_pixels(a->value, a->value_len, "padding"),
                               css_pixels(a->value, a->value_len, "padding-bottom")));
  }
  return (unsigned)MIN(padding, BUTTON_MAX);
}

/* A picture that nobody sees: some sender counts who opens the mail. */
static gboolean
is_pixel(const Page *page, const Link *link)
{
  g_autoptr(HtmlTokenizer) tokenizer =
      html_tokenizer_new(page->utf8 + link->tag.off, link->tag.len);
  const HtmlToken *token = html_tokenizer_next(tokenizer);
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *attribute = &token->attributes[i];
    gboolean size = !strcmp(attribute->name, "width") || !strcmp(attribute->name, "height");
    gboolean one = attribute->value_len > 0 && strchr("0123", attribute->value[0]) != NULL;
    gboolean more = attribute->value_len > 1 && g_ascii_isdigit(attribute->value[1]);
    if (size && one && !more)
      return TRUE;
  }
  return FALSE;
}

/* Whether a mark beside it shows, or would stand in a head, a frame set or beside a colour. */
static gboolean
is_visible(const Page *page, const Link *link)
{
  static const char *const seen[] = {"img",    "image", "input",  "video",   "audio",
                                     "iframe", "embed", "object", "v:image", NULL};
  static const char *const sources[] = {"src",  "srcset",     "data", "poster",
                                        "href", "xlink:href", NULL};
  if ((link->flags & LINK_HIDDEN) && !(link->flags & LINK_OUTLOOK))
    return FALSE;
  switch (link->use) {
  case LINK_TEXT:
  case LINK_SUBMIT:
    return TRUE;
  case LINK_FOLLOW:
    return g_strcmp0(link->element, "link") != 0 && g_strcmp0(link->element, "head") != 0;
  case LINK_QR:
    if (link->attribute.len == 0 && link->tag.len == 0)
      return TRUE;
    /* fall through */
  case LINK_LOAD:
    return is_one_of(link->element, seen) && is_one_of(link->attribute_name, sources) &&
           !is_pixel(page, link);
  case LINK_REDIRECT:
  case LINK_HEADER:
  case LINK_BASE:
    break;
  }
  return FALSE;
}

static What
what_of(const Link *link, const Decision *decision)
{
  static const char *const pictures[] = {"img", "image", "input", "v:image", NULL};
  if (!decision_kills(decision))
    return WHAT_CHECK;
  if (link->use == LINK_QR)
    return WHAT_QR;
  if (link->use == LINK_LOAD)
    return is_one_of(link->element, pictures) ? WHAT_PICTURE : WHAT_EMBEDDED;
  if (link->use == LINK_SUBMIT)
    return WHAT_FORM;
  return decision->action == ACTION_REMOVE ? WHAT_REMOVED : WHAT_DISABLED;
}

static Count
count_of(What what)
{
  switch (what) {
  case WHAT_REMOVED:
    return COUNT_REMOVED;
  case WHAT_CHECK:
    return COUNT_MARKED;
  case WHAT_PICTURE:
    return COUNT_PICTURES;
  case WHAT_EMBEDDED:
    return COUNT_EMBEDDED;
  case WHAT_FORM:
    return COUNT_FORMS;
  case WHAT_QR:
    return COUNT_QR;
  default:
    return COUNT_DISABLED;
  }
}

/* What stands inside an anchor gets its mark behind it, so that the mark is no link itself. */
static size_t
mark_place(const Page *page, const Link *link)
{
  gboolean inside = link->anchor >= 0 && (guint)link->anchor < page->r->findings->len;
  const Finding *anchor = inside ? finding_at(page->r, (guint)link->anchor) : NULL;
  if (anchor != NULL && anchor->kind == FINDING_LINK && anchor->link.mark <= page->len)
    return MAX(anchor->link.mark, link->mark);
  return MIN(link->mark, page->len);
}

/* Whether this very mark is among those that stand here already, from an earlier pass. The label of
 * an anchor that nothing closes has its mark inside. */
static gboolean
stands(const Page *page, const Link *link, const char *html, size_t place)
{
  const char *ref = page->r->speech.ref, *text = (const char *)page->utf8;
  size_t from = MAX(range_end(link->tag), range_end(link->span));
  from = MAX(from, place > BEFORE ? place - BEFORE : 0);
  const char *mark = from < place ? memmem(text + from, place - from, "<span", 5) : NULL;
  size_t at = place, n = 1;
  for (int chain = 0; chain < 2 * MARKS_HERE && n > 0; chain++, at += n) {
    if (mark_stands(html, ref, page->utf8 + at, page->len - at))
      return TRUE;
    n = html_mark_len(page->utf8 + at, page->len - at);
  }
  while (mark != NULL) {
    at = (size_t)(mark - text);
    if (mark_stands(html, ref, page->utf8 + at, page->len - at))
      return TRUE;
    mark = memmem(mark + 1, place - at - 1, "<span", 5);
  }
  return FALSE;
}

/* Flags count apart: a second pass, which sees nothing else, must come to the same. */
static gboolean
place_is_full(Page *page, size_t place, gboolean flag)
{
  gpointer key = GSIZE_TO_POINTER(place * 2 + (size_t)flag);
  guint marks = GPOINTER_TO_UINT(g_hash_table_lookup(page->places, key));
  g_hash_table_insert(page->places, key, GUINT_TO_POINTER(marks + 1));
  return marks >= MARKS_HERE;
}

static gboolean
is_double(const Page *page, const Link *link)
{
  return (link->flags & LINK_HIDDEN) && g_hash_table_contains(page->shown, link->target);
}

static void
add_mark(Page *page, const Link *link, Mark *mark)
{
  size_t place = mark_place(page, link);
  const Speech *speech = &page->r->speech;
  if (!mark_is_new(page->seen, place, mark))
    return;
  gboolean flag = mark->what == WHAT_CHECK, full = place_is_full(page, place, flag);
  gboolean outlook = (link->flags & LINK_OUTLOOK) != 0;
  mark->lower = link->label.len > 0 ? button_padding(page, link) : 0;
  mark->again = full ? 0 : mark_again(outlook ? page->outlook_kinds : page->kinds, mark);
  g_autofree char *html = html_mark(speech, mark, page->work->eol);
  if (flag && (full || stands(page, link, html, place)))
    return;
  if (!full)
    edits_add_string(page->work->edits, range_make(place, 0), html);
  if (!is_double(page, link))
    summary_count(page->work->summary, mark, count_of(mark->what));
}

static void
tell(Page *page, guint finding, const Link *link, const Decision *decision)
{
  Mark *mark = mark_new(page->r, finding, what_of(link, decision));
  if (decision->tier == TIER_NONE) {
    mark_free(mark);
    return;
  }
  gboolean quiet = decision_is_quiet(decision);
  gboolean is_picture = link->use == LINK_LOAD || link->use == LINK_QR;
  if (is_visible(page, link) && !quiet)
    add_mark(page, link, mark);
  else if (decision_kills(decision) && !is_double(page, link) &&
           mark_is_new(page->seen, link->attribute.len > 0 ? link->tag.off : link->span.off, mark))
    summary_count(page->work->summary, mark,
                  quiet || is_picture ? count_of(mark->what) : COUNT_HIDDEN);
  mark_free(mark);
}

/* The decision on the anchor that this text is the label of. */
static const Decision *
anchor_decision(const Page *page, const Link *link)
{
  if (link->use != LINK_TEXT || link->anchor < 0 || (guint)link->anchor >= page->r->findings->len)
    return &pass;
  return decision_at(page->r, (guint)link->anchor);
}

static void
edit_link(Page *page, guint finding)
{
  const Link *link = &finding_at(page->r, finding)->link;
  const Decision *decision = decision_at(page->r, finding);
  const Decision *anchor = anchor_decision(page, link);
  gboolean kills = decision_kills(decision), label_dies = decision_kills(anchor);
  if (range_end(link->span) > page->len || range_end(link->tag) > page->len)
    return;
  if (kills || label_dies)
    kill_link(page, link, decision->action == ACTION_REMOVE);
  if (!label_dies && (kills || decision->action == ACTION_FLAG))
    tell(page, finding, link, decision);
}

static void
note_shown(Page *page, guint finding)
{
  const Link *link = &finding_at(page->r, finding)->link;
  gboolean told = decision_at(page->r, finding)->tier != TIER_NONE;
  if (link->use == LINK_FOLLOW && told && is_visible(page, link) && !(link->flags & LINK_HIDDEN) &&
      decision_kills(decision_at(page->r, finding)))
    g_hash_table_add(page->shown, link->target);
}

void
html_part_edit(Rewriter *r, Work *work)
{
  Page page = {.r = r, .work = work};
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) places = g_hash_table_new(g_direct_hash, g_direct_equal);
  g_autoptr(GHashTable) kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) outlook_kinds =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) shown = g_hash_table_new(g_str_hash, g_str_equal);
  page.utf8 = g_bytes_get_data(work->text->utf8, &page.len);
  page.seen = seen;
  page.places = places;
  page.kinds = kinds;
  page.outlook_kinds = outlook_kinds;
  page.shown = shown;
  for (guint i = 0; i < work->findings->len; i++)
    if (finding_at(r, g_array_index(work->findings, guint, i))->kind == FINDING_LINK)
      note_shown(&page, g_array_index(work->findings, guint, i));
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    if (finding_at(r, finding)->kind == FINDING_LINK)
      edit_link(&page, finding);
  }
}
