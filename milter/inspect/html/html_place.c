/* html_place.c - where in an HTML document something can be put so that it is shown: the state of
 * that while tokens go by, and the top and the end of what is shown. Told from tags alone, without
 * a tree, so broken nesting can mislead it: then a mark stands elsewhere, but never in a tag. */
#include <string.h>

#include "css.h"
#include "html_scan.h"

/* Pixels of a line of text; tokens of it. */
#define BOX_MIN    8
#define BOX_MAX    48
#define BOX_TOKENS 24

/* In the head, or before it; anything else begins the body. */
static const char *const head_elements[] = {
    "html",  "head",  "base",   "basefont", "bgsound",  "link",     "meta",
    "title", "style", "script", "noscript", "noframes", "template", NULL};

static const char *const cells[] = {"td", "th", "caption", NULL};
static const char *const rows[] = {"tr", "tbody", "thead", "tfoot", "colgroup", "col", NULL};
static const char *const shelters[] = {"object", "applet", "video",    "audio",
                                       "canvas", "select", "template", NULL};

gboolean
html_is_table_part(const char *name)
{
  return (name[0] == 't' || name[0] == 'c') &&
         (html_name_is(name, "table") || html_name_in(cells, name) || html_name_in(rows, name));
}

static void
table_start(HtmlPlace *place, const char *name)
{
  if (name[0] != 't' && name[0] != 'c')
    return;
  if (html_name_is(name, "table")) {
    place->tables++;
    place->gap = TRUE;
  } else if (place->tables > 0 && html_name_in(rows, name)) {
    place->gap = TRUE;
  } else if (html_name_in(cells, name)) {
    place->gap = FALSE;
  }
}

static void
shelter_start(HtmlPlace *place, const char *name)
{
  if (place->shelter) {
    place->shelters += strcmp(place->shelter, name) == 0 ? 1 : 0;
    return;
  }
  if (name[0] && strchr("oavcst", name[0]) && html_name_in(shelters, name)) {
    unsigned i = 0;

    while (strcmp(shelters[i], name) != 0)
      i++;
    place->shelter = shelters[i];
    place->shelters = 1;
  }
}

/* A line of fixed height, as the chip of Gmail for a file of Drive is: a mark in it is cut off, or
 * covers what comes next, so it stands behind it. Only while nothing but words and pictures come,
 * and not many: else whoever leaves one open could send the marks to the end of the page. */
static void
box_start(HtmlPlace *place, const HtmlToken *token)
{
  static const char *const boxes[] = {"div", "p", NULL};
  static const char *const within[] = {"a", "img", "span", "b", "i", "u", "font", "strong", NULL};

  if (place->box && !html_name_in(within, token->name))
    place->box = NULL;
  if (!html_name_in(boxes, token->name))
    return;
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];
    int height = -1;

    if (html_name_is(a->name, "style"))
      height = MAX(css_pixels(a->value, a->value_len, "height"),
                   css_pixels(a->value, a->value_len, "max-height"));
    if (height < BOX_MIN || height > BOX_MAX)
      continue;
    place->box = *token->name == 'd' ? boxes[0] : boxes[1];
    place->box_left = BOX_TOKENS;
  }
}

void
html_place_token(HtmlPlace *place)
{
  if (place->box && place->box_left-- == 0)
    place->box = NULL;
}

void
html_place_start(HtmlPlace *place, const HtmlToken *token)
{
  box_start(place, token);
  if (place->head && !html_name_in(head_elements, token->name))
    place->head = FALSE;
  table_start(place, token->name);
  shelter_start(place, token->name);
}

void
html_place_end(HtmlPlace *place, const HtmlToken *token)
{
  const char *name = token->name;

  if (html_name_is(name, "table")) {
    place->tables -= place->tables > 0 ? 1 : 0;
    place->gap = FALSE;
  } else if (place->tables > 0 && html_is_table_part(name)) {
    place->gap = TRUE;
  }
  if (place->box && html_name_is(place->box, name))
    place->box = NULL;
  if (place->shelter && strcmp(place->shelter, name) == 0 && --place->shelters == 0)
    place->shelter = NULL;
}

/* --- Top and end -----------------------------------------------------------------------------*/

typedef struct bounds {
  size_t top, end;
  gboolean found_top; /* something that is shown has come, or the body's start tag */
  gboolean found_end; /* nothing that is shown has come since the end of body or html */
  unsigned templates;
  size_t raw_start; /* of the start tag whose raw text is being read */
} Bounds;

static gboolean
is_blank(const HtmlToken *token)
{
  size_t i;

  for (i = 0; i < token->data_len; i++)
    if (!strchr(" \t\n\r\f", token->data[i]) || token->data[i] == '\0')
      return FALSE;
  return TRUE;
}

/* Something that is shown stands in this span. */
static void
bounds_shown(Bounds *b, const HtmlToken *token)
{
  if (!b->found_top)
    b->top = token->span.off;
  b->found_top = TRUE;
  b->found_end = FALSE;
}

static void
bounds_start(Bounds *b, const HtmlToken *token)
{
  gboolean template = html_name_is(token->name, "template");

  b->raw_start = token->span.off;
  if (b->templates > 0 || (!b->found_top && template)) {
    b->templates += template ? 1 : 0;
    return;
  }
  if (html_name_is(token->name, "body")) {
    if (!b->found_top)
      b->top = range_end(token->span);
    b->found_top = TRUE;
    b->found_end = FALSE;
  } else if (b->found_top || !html_name_in(head_elements, token->name)) {
    bounds_shown(b, token);
  } else {
    b->top = range_end(token->span);
  }
}

static void
bounds_end_tag(Bounds *b, const HtmlToken *token)
{
  gboolean last = html_name_is(token->name, "body") || html_name_is(token->name, "html");

  if (b->templates > 0) {
    b->templates -= html_name_is(token->name, "template") ? 1 : 0;
    b->top = range_end(token->span);
  } else if (last) {
    if (!b->found_top)
      bounds_shown(b, token);
    if (!b->found_end)
      b->end = token->span.off;
    b->found_end = TRUE;
  } else if (!b->found_top) {
    b->top = range_end(token->span);
  }
}

/* Comments and raw text that only the end of the source ends would swallow what comes after. */
static void
bounds_text(Bounds *b, const HtmlToken *token)
{
  size_t start = token->raw ? b->raw_start : token->span.off;

  if (b->templates > 0 && !token->open)
    return;
  if (token->type == HTML_TEXT && !token->raw && !is_blank(token))
    bounds_shown(b, token);
  else if (!b->found_top && !token->open && (token->type == HTML_COMMENT || token->raw))
    b->top = range_end(token->span);
  if (token->open && !b->found_end) {
    b->end = start;
    b->found_end = TRUE;
  }
}

void
html_body_bounds(const unsigned char *utf8, size_t len, size_t *top, size_t *end)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(utf8, len);
  Bounds b = {0};
  const HtmlToken *token;

  while ((token = html_tokenizer_next(tokenizer))->type != HTML_EOF) {
    if (token->type == HTML_START_TAG)
      bounds_start(&b, token);
    else if (token->type == HTML_END_TAG)
      bounds_end_tag(&b, token);
    else if (token->type == HTML_DOCTYPE)
      b.top = b.found_top ? b.top : range_end(token->span);
    else
      bounds_text(&b, token);
  }
  if (!b.found_end)
    b.end = tokenizer->model == MODEL_DATA && !token->raw ? token->span.off : b.raw_start;
  *end = b.end;
  *top = MIN(b.top, b.end);
}
