/* html_active.c - the search for what acts by itself in HTML, and its removal.
 *
 * As html_links.c does, this reads HTML in every way that some reader does: the tokens as a browser
 * sees them (scripting off, so that what is in noscript is markup), and once more as HTML what is
 * in comments, raw text and attribute values. What is found in an attribute value takes the whole
 * attribute with it; everything else is cut where it stands.
 *
 * There is no tree. An object goes with its content only if the tags in it pair up; if not, its
 * start tag goes alone and what is in it is shown, as by a reader that has no plug-in. So the rest
 * of the page keeps the tree that it had. A form keeps its tags: it loses its address and its
 * controls are disabled, which nothing can submit. */
#include "html_active.h"

#include <string.h>

#include "bounds.h"
#include "css.h"
#include "error.h"
#include "finding.h"
#include "html_acting.h"
#include "html_search.h"

#define NESTING_MAX 3

/* How far behind @import its address is read. */
#define IMPORT_MAX 1024

#define NONE ((guint)-1)

typedef HtmlSearch Search;

static Active *
active_at(const Search *s, guint i)
{
  return &g_array_index(s->found, Active, i);
}

static gboolean
shows_here(const Search *s)
{
  const HtmlTokenizer *t = s->tokenizer;

  return !s->place.head && !s->place.gap && !s->place.box && !s->place.shelter && !s->in_anchor &&
         t->model == MODEL_DATA && !t->raw_end_tag && !html_foreign_now(&t->foreign);
}

static void
place_marks(Search *s, size_t at)
{
  for (guint i = s->waiting; i != NONE && i < s->found->len; i++)
    active_at(s, i)->mark = active_at(s, i)->visible ? at : active_at(s, i)->mark;
  s->waiting = NONE;
}

static guint
add(Search *s, const HtmlToken *token, int trait, Range cut, const char *with)
{
  Active one = {.trait = trait, .cut = cut, .with = with, .mark = range_end(cut)};

  if (s->found->len >= LIMIT_ACTIVE) {
    *s->full = TRUE;
    return NONE;
  }
  if (token->name)
    one.tag = token->span;
  one.element = token->name ? html_acting_name(token->name) : "style";
  g_array_append_val(s->found, one);
  return s->found->len - 1;
}

/* --- Readings within readings ----------------------------------------------------------------*/

static void search_run(Search *s, const unsigned char *src, size_t len);

/* Searches source[region]; what is found there is not visible, and waits for no mark. */
static guint
search_inner(Search *s, Range region)
{
  Search inner = {.found = s->found, .nesting = s->nesting + 1};
  guint first = s->found->len;

  inner.has_form = s->has_form;
  inner.full = s->full;
  if (s->nesting >= NESTING_MAX || region.len == 0 || !memchr(s->src + region.off, '<', region.len))
    return first;
  search_run(&inner, s->src + region.off, region.len);
  for (guint i = first; i < s->found->len; i++) {
    Active *a = active_at(s, i);

    a->visible = FALSE;
    a->cut.off += region.off;
    a->tag.off += a->tag.len ? region.off : 0;
    a->address.off += a->address.len ? region.off : 0;
    a->mark += region.off;
  }
  return first;
}

/* Markup in a value: what acts there takes the attribute with it. */
static gboolean
value_acts(Search *s, Range value)
{
  guint first = search_inner(s, value);
  gboolean acts = first < s->found->len;

  g_array_set_size(s->found, first);
  return acts;
}

/* --- Tags ------------------------------------------------------------------------------------*/

static gboolean
is_tiny(const HtmlToken *token)
{
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];
    gboolean size = html_name_is(a->name, "width") || html_name_is(a->name, "height");

    if (size && a->value_len == 1 && strchr("0123", a->value[0]))
      return TRUE;
    if (html_name_is(a->name, "style") && memmem(a->value, a->value_len, "none", 4))
      return TRUE;
  }
  return FALSE;
}

static void
show(Search *s, guint index, gboolean visible)
{
  if (!visible || s->nesting > 0)
    return;
  active_at(s, index)->visible = TRUE;
  s->waiting = MIN(s->waiting, index);
}

static void
search_attribute(Search *s, const HtmlToken *token, const HtmlAttribute *a)
{
  int trait = html_acting_attribute(token, a);
  gboolean had_form = *s->has_form;
  guint index;

  if (trait < 0 && a->markup && value_acts(s, a->value_span))
    trait = TRAIT_ID_SCRIPT;
  *s->has_form = had_form; /* a form in a value is none */
  if (trait < 0)
    return;
  index = add(s, token, trait, a->whole, "");
  if (index == NONE)
    return;
  html_plain_name(a->name, active_at(s, index)->attribute);
  show(s, index, trait == TRAIT_ID_FORM && html_name_is(token->name, "form"));
}

static Range
style_address(const HtmlToken *token)
{
  for (unsigned i = 0; i < token->nattributes && html_name_is(token->name, "link"); i++)
    if (strcmp(token->attributes[i].name, "href") == 0)
      return token->attributes[i].value_span;
  return range_make(0, 0);
}

/* Where the name of a tag ends. */
static size_t
name_end(const Search *s, const HtmlToken *token)
{
  size_t at = token->span.off + 1;

  while (at < range_end(token->span) && !(html_class[s->src[at]] & HTML_CLASS_NAME_END))
    at++;
  return at;
}

/* A tag that only the end of the source ends goes whole. */
static void
search_tag(Search *s, const HtmlToken *token)
{
  int trait;
  gboolean visible;
  Acting acting = html_acting_tag(token, &trait, &visible);
  guint index = NONE;

  *s->full = *s->full || token->cut;
  *s->has_form = *s->has_form || html_name_is(token->name, "form");
  if (acting == ACTING_CONTROL)
    (void)add(s, token, trait, range_make(name_end(s, token), 0), " disabled");
  else if (acting != ACTING_NOT)
    index = add(s, token, trait, token->span, "");
  if (index != NONE) {
    show(s, index, visible && !is_tiny(token));
    active_at(s, index)->address = style_address(token);
    s->raw = acting == ACTING_RAW && s->tokenizer->model != MODEL_DATA ? index : NONE;
    if (s->raw == NONE && s->element == NONE && acting != ACTING_TAG && !token->self_closing) {
      s->element = index;
      s->depth = 0;
    }
  }
  for (unsigned i = 0; i < token->nattributes && !*s->full; i++)
    search_attribute(s, token, &token->attributes[i]);
}

/* --- Elements that go with their content -----------------------------------------------------*/

static gboolean
is_empty(const char *name)
{
  static const char *const empty[] = {"area",  "base",   "br",    "col",    "embed", "frame",
                                      "hr",    "img",    "input", "keygen", "link",  "meta",
                                      "param", "source", "track", "wbr",    NULL};

  return html_name_in(empty, name);
}

static void
element_start(Search *s, const HtmlToken *token)
{
  if (s->element == NONE || token->self_closing || is_empty(token->name))
    return;
  if (s->depth >= SEARCH_OPEN_MAX)
    s->element = NONE;
  else
    s->open[s->depth++] = g_str_hash(token->name);
}

/* An end tag of something outside of the element: the element stays, without its tag. */
static void
element_end(Search *s, const HtmlToken *token)
{
  guint name = g_str_hash(token->name);
  unsigned depth = s->depth;
  Active *whole;

  if (s->element == NONE)
    return;
  while (depth > 0 && s->open[depth - 1] != name)
    depth--;
  if (depth > 0) {
    s->depth = depth - 1;
    return;
  }
  whole = active_at(s, s->element);
  if (strcmp(html_acting_name(token->name), whole->element) == 0) {
    whole->cut.len = range_end(token->span) - whole->cut.off;
    whole->mark = range_end(whole->cut);
  }
  s->element = NONE;
}

/* --- Text ------------------------------------------------------------------------------------*/

static gboolean
import_found(Range span, const char *url, size_t len, gpointer data)
{
  *(Range *)data = span;
  return FALSE;
}

/* Where the address stands that "import" at `at` of the text is followed by; empty if anything
 * but url( and quotes stands between, such as a comment with another address. */
static Range
import_address(Search *s, Range word)
{
  const HtmlToken *token = &s->tokenizer->token;
  size_t start = word.off - 1, room = MIN(token->data_len - start, IMPORT_MAX);
  Range found = range_make(0, 0);

  (void)css_addresses((const unsigned char *)token->data + start, room, import_found, &found);
  if (found.len == 0 || range_end(found) >= room)
    return range_make(0, 0);
  for (size_t i = range_end(word); i < start + found.off; i++)
    if (!token->data[i] || !strchr(" \t\r\n\f\"'(urlURL", token->data[i]))
      return range_make(0, 0);
  return html_text_source(s->tokenizer, start + found.off, found.len);
}

static gboolean
css_found(CssAct act, Range word, gpointer data)
{
  Search *s = data;
  int trait = act == CSS_IMPORT ? TRAIT_ID_EXTERNAL_STYLE : TRAIT_ID_STYLE_SCRIPT;
  Range cut = html_text_source(s->tokenizer, word.off, word.len);

  guint index = add(s, &s->tokenizer->token, trait, cut, "disabled");

  if (index != NONE && act == CSS_IMPORT)
    active_at(s, index)->address = import_address(s, word);
  return index != NONE;
}

static void
search_raw(Search *s, const HtmlToken *token)
{
  if (s->raw != NONE) {
    active_at(s, s->raw)->cut.len = range_end(token->span) - active_at(s, s->raw)->cut.off;
    return;
  }
  if (strcmp(s->tokenizer->last_start->str, "style") == 0)
    (void)css_active((const unsigned char *)token->data, token->data_len, css_found, s);
  (void)search_inner(s, token->data_span);
}

static void
search_text(Search *s, const HtmlToken *token)
{
  if (token->raw) {
    search_raw(s, token);
    return;
  }
  if (s->in_style) /* of svg */
    (void)css_active((const unsigned char *)token->data, token->data_len, css_found, s);
  for (size_t i = 0; s->place.head && i < token->data_len; i++)
    s->place.head = (guchar)token->data[i] <= ' ';
  if (token->cdata)
    (void)search_inner(s, token->data_span);
}

/* "<?import namespace=… implementation=…>" gives old readers elements that run scripts. */
static void
search_comment(Search *s, const HtmlToken *token)
{
  const char *text = (const char *)s->src + token->span.off;

  if (token->span.len > 9 && g_ascii_strncasecmp(text, "<?import", 8) == 0)
    (void)add(s, token, TRAIT_ID_SCRIPT, token->span, "");
  else
    (void)search_inner(s, token->data_span);
}

/* --- The search ------------------------------------------------------------------------------*/

static void
start_tag(Search *s, const HtmlToken *token)
{
  element_start(s, token);
  html_place_start(&s->place, token);
  if (strcmp(token->name, "a") == 0)
    s->in_anchor = TRUE;
  search_tag(s, token);
}

static void
end_tag(Search *s, const HtmlToken *token)
{
  if (s->raw != NONE)
    search_raw(s, token);
  s->raw = NONE;
  element_end(s, token);
  html_place_end(&s->place, token);
  if (strcmp(token->name, "a") == 0)
    s->in_anchor = FALSE;
}

static void
search_token(Search *s, const HtmlToken *token)
{
  switch (token->type) {
  case HTML_START_TAG:
    start_tag(s, token);
    break;
  case HTML_END_TAG:
    end_tag(s, token);
    break;
  case HTML_TEXT:
    search_text(s, token);
    break;
  case HTML_COMMENT:
    search_comment(s, token);
    break;
  case HTML_EOF:
    if (token->raw && s->raw != NONE)
      search_raw(s, token);
    else if (token->name && !token->raw)
      search_tag(s, token); /* never closed */
    break;
  case HTML_DOCTYPE:
    break;
  }
}

static void
search_begin(Search *s, HtmlTokenizer *tokenizer)
{
  s->src = tokenizer->src;
  s->tokenizer = tokenizer;
  s->place.head = TRUE;
  s->waiting = s->raw = s->element = NONE;
}

void
html_search_token(Search *s, const HtmlToken *token)
{
  if (*s->full)
    return;
  html_place_token(&s->place);
  search_token(s, token);
  s->in_style = token->type == HTML_START_TAG && html_name_is(token->name, "style");
  if (s->waiting != NONE && s->element == NONE && s->raw == NONE && !token->open && shows_here(s))
    place_marks(s, range_end(token->span));
  if (token->type == HTML_EOF || *s->full)
    place_marks(s, token->span.off);
}

static void
search_run(Search *s, const unsigned char *src, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(src, len);
  const HtmlToken *token;

  search_begin(s, tokenizer);
  do {
    token = html_tokenizer_next(tokenizer);
    html_search_token(s, token);
  } while (token->type != HTML_EOF && !*s->full);
}

/* Without a form no control sends anything. */
static void
drop_controls(GArray *found, guint first)
{
  guint kept = first;

  for (guint i = first; i < found->len; i++) {
    const Active *a = &g_array_index(found, Active, i);

    if (a->trait != TRAIT_ID_FORM || a->cut.len > 0)
      g_array_index(found, Active, kept++) = *a;
  }
  g_array_set_size(found, kept);
}

void
html_search_begin(Search *s, HtmlTokenizer *tokenizer)
{
  s->has_form = &s->form_here;
  s->full = &s->full_here;
  s->first = s->found->len;
  search_begin(s, tokenizer);
}

gboolean
html_search_end(Search *s)
{
  if (!*s->has_form)
    drop_controls(s->found, s->first);
  return !*s->full;
}

/* --- Removal ---------------------------------------------------------------------------------*/

/* What stands before and behind a cut may come together as something else: "<" and "a href". */
static gboolean
needs_blank(const unsigned char *utf8, Range cut)
{
  return cut.off > 0 && utf8[cut.off - 1] && strchr("</!?-&#=", utf8[cut.off - 1]);
}

/* An attribute goes with the blank before it, if another one or the end of the tag follows. */
static Range
cut_of(const unsigned char *utf8, size_t len, const Active *a)
{
  size_t end = range_end(a->cut), start = a->cut.off;

  if (!a->attribute[0] || start == 0 || !g_ascii_isspace(utf8[start - 1]))
    return a->cut;
  if (end < len && (g_ascii_isspace(utf8[end]) || utf8[end] == '>'))
    start--;
  return range_make(start, end - start);
}

void
html_active_cut(const unsigned char *utf8, size_t len, const Active *a, Edits *edits)
{
  const char *with = a->with;

  if (*with == '\0' && !a->attribute[0] && needs_blank(utf8, a->cut))
    with = " ";
  edits_add_string(edits, cut_of(utf8, len, a), with);
}

GBytes *
html_disarm(GBytes *utf8, GError **error)
{
  size_t len;
  const unsigned char *bytes = g_bytes_get_data(utf8, &len);
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Active));
  g_autoptr(Edits) edits = edits_new();
  gboolean whole = html_active(bytes, len, found);
  g_autoptr(GBytes) out = NULL;

  for (guint i = 0; i < found->len; i++)
    html_active_cut(bytes, len, &g_array_index(found, Active, i), edits);
  out = whole ? edits_splice(utf8, edits, NULL) : NULL;
  g_array_set_size(found, 0);
  if (out)
    whole = html_active(g_bytes_get_data(out, NULL), g_bytes_get_size(out), found);
  if (out && whole && found->len == 0)
    return g_steal_pointer(&out);
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "%s",
              !whole ? "more than LIMIT_ACTIVE"
              : out  ? "HTML that still acts when what acts is gone"
                     : "HTML in which what acts overlaps, as readers part ways");
  return NULL;
}

BitSet
html_active_traits(const GArray *found)
{
  BitSet traits = 0;

  for (guint i = 0; i < found->len; i++)
    switch (g_array_index(found, Active, i).trait) {
    case TRAIT_ID_SCRIPT:
    case TRAIT_ID_HANDLER:
    case TRAIT_ID_EMBEDDED:
    case TRAIT_ID_ANIMATION:
    case TRAIT_ID_STYLE_SCRIPT:
      traits |= TRAIT(HTML_SCRIPT);
      break;
    case TRAIT_ID_FORM:
      traits |= TRAIT(FORM);
      break;
    default:
      break;
    }
  return traits;
}
