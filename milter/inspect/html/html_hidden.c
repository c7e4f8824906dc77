/* html_hidden.c - is what stands here shown? By inline styles and attributes alone: mail readers
 * drop style sheets, and who hides a word in an address writes it into the tag.
 *
 * A stack of the open elements that set something, without a tree. What display, opacity and the
 * like hide stays hidden whatever stands in it; size, visibility and colour hold until an element
 * in it sets them anew, as newsletters do (a table cell of size 0 with readable text in it). Broken
 * nesting can mislead it, and so can another style sheet. So nothing depends on it alone: what is
 * hidden is looked through like the rest, and what is shown without it is looked at beside that. */
#include "html_hidden.h"

#include <string.h>

#include "css.h"
#include "html_private.h"

#define WHITE     0xffffff
#define NO_COLOUR (-1)

/* Things that a style can say; lengths in CSS pixels. */
typedef struct style {
  gboolean gone;
  int visible, tiny; /* -1: not said */
  int ink, paper;    /* colours; NO_COLOUR: not said or not known */
  gboolean has_ink, has_paper;
  gboolean no_size, clipped; /* a width or height of nothing; what does not fit is cut off */
} Style;

static const char *const voids[] = {"area",  "base",   "basefont", "bgsound", "br",   "col",
                                    "embed", "hr",     "img",      "input",   "link", "meta",
                                    "param", "source", "track",    "wbr",     NULL};

/* The next of one kind ends the last. */
static const char *const single[] = {"p",  "li",     "td",    "th",    "tr", "dd",
                                     "dt", "option", "tbody", "thead", NULL};

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static gboolean
is_word(const char *text, size_t len, const char *word)
{
  return strlen(word) == len && g_ascii_strncasecmp(text, word, len) == 0;
}

static gboolean
begins(const char *text, size_t len, const char *word)
{
  return len >= strlen(word) && g_ascii_strncasecmp(text, word, strlen(word)) == 0;
}

/* A length in pixels; -1 if it is none, or relative and not nothing. */
static double
length_of(const char *text, size_t len)
{
  char number[16] = "";
  size_t n = 0;
  double value;

  while (n < len && n < sizeof number - 1 && (g_ascii_isdigit(text[n]) || strchr("+-.", text[n])))
    n++;
  memcpy(number, text, n);
  if (n == 0)
    return -1;
  value = g_ascii_strtod(number, NULL);
  if (value == 0)
    return 0;
  if (len - n >= 2 && begins(text + n, len - n, "pt"))
    return value * 4 / 3;
  if (n == len || begins(text + n, len - n, "px"))
    return value;
  return value < 0.1 ? value : -1;
}

static void
say_text(Style *style, const char *name, size_t n, const char *value, size_t len)
{
  double size;

  if (is_word(name, n, "font-size")) {
    size = length_of(value, len);
    style->tiny = size >= 0 && size < 2;
  } else if (is_word(name, n, "color")) {
    style->has_ink = TRUE;
    style->ink = css_colour(value, len);
    style->gone = style->gone || is_word(value, len, "transparent");
  } else if (is_word(name, n, "background-color") || is_word(name, n, "background")) {
    style->has_paper = TRUE;
    style->paper = css_colour(value, len);
  } else if (is_word(name, n, "text-indent")) {
    style->gone = style->gone || length_of(value, len) < -500;
  }
}

static void
say_box(Style *style, const char *name, size_t n, const char *value, size_t len)
{
  if (is_word(name, n, "display"))
    style->gone = style->gone || begins(value, len, "none");
  else if (is_word(name, n, "visibility"))
    style->visible = !begins(value, len, "hidden") && !begins(value, len, "collapse");
  else if (is_word(name, n, "opacity"))
    style->gone = style->gone || length_of(value, len) == 0;
  else if (is_word(name, n, "mso-hide"))
    style->gone = style->gone || begins(value, len, "all");
  else if (is_word(name, n, "overflow"))
    style->clipped = begins(value, len, "hidden");
  else if (is_word(name, n, "width") || is_word(name, n, "height") ||
           is_word(name, n, "max-height") || is_word(name, n, "max-width"))
    style->no_size = style->no_size || length_of(value, len) == 0;
}

static void
say(Style *style, const char *name, size_t n, const char *value, size_t len)
{
  switch (g_ascii_tolower(name[0])) {
  case 'f':
  case 'c':
  case 'b':
  case 't':
    say_text(style, name, n, value, len);
    break;
  case 'd':
  case 'v':
  case 'o':
  case 'm':
  case 'w':
  case 'h':
    say_box(style, name, n, value, len);
    break;
  default:
    break;
  }
}

/* Declarations, "name: value; name: value". What is quoted, escaped or commented stays unread. */
static void
read_declarations(Style *style, const char *text, size_t len)
{
  const char *end = text + len;

  while (text < end) {
    const char *stop = memchr(text, ';', (size_t)(end - text));
    const char *last = stop != NULL ? stop : end, *colon, *name_end;

    while (text < last && is_blank(*text))
      text++;
    colon = memchr(text, ':', (size_t)(last - text));
    if (colon != NULL && colon > text) {
      for (name_end = colon; name_end > text && is_blank(name_end[-1]);)
        name_end--;
      for (colon++; colon < last && is_blank(*colon);)
        colon++;
      say(style, text, (size_t)(name_end - text), colon, (size_t)(last - colon));
    }
    text = last + 1;
  }
}

/* FALSE if the tag says nothing of how it looks. */
static gboolean
read_style(Style *style, const HtmlToken *token)
{
  gboolean any = FALSE;

  *style = (Style){.visible = -1, .tiny = -1, .ink = NO_COLOUR, .paper = NO_COLOUR};
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    if (a->duplicate || (a->name[0] != 's' && a->name[0] != 'h' && a->name[0] != 'b'))
      continue;
    if (html_name_is(a->name, "style")) {
      read_declarations(style, a->value, a->value_len);
    } else if (html_name_is(a->name, "hidden")) {
      style->gone = TRUE;
    } else if (html_name_is(a->name, "bgcolor")) {
      style->has_paper = TRUE;
      style->paper = css_colour(a->value, a->value_len);
    } else {
      continue;
    }
    any = TRUE;
  }
  style->gone = style->gone || (style->no_size && style->clipped);
  return any && (style->gone || style->visible >= 0 || style->tiny >= 0 || style->has_ink ||
                 style->has_paper);
}

static HtmlHiddenLevel
level_below(const HtmlHidden *hidden)
{
  if (hidden->depth == 0)
    return (HtmlHiddenLevel){.ink = 0, .paper = WHITE};
  return hidden->levels[hidden->depth - 1];
}

static void
push(HtmlHidden *hidden, const HtmlToken *token, const Style *style)
{
  HtmlHiddenLevel level = level_below(hidden);

  if (hidden->depth >= HTML_HIDDEN_DEPTH || strlen(token->name) >= sizeof level.name)
    return;
  g_strlcpy(level.name, token->name, sizeof level.name);
  level.same = 0;
  level.gone = level.gone || style->gone;
  level.invisible = style->visible >= 0 ? !style->visible : level.invisible;
  level.tiny = style->tiny >= 0 ? style->tiny : level.tiny;
  level.ink = style->has_ink ? style->ink : level.ink;
  level.paper = style->has_paper ? style->paper : level.paper;
  hidden->levels[hidden->depth++] = level;
}

/* The innermost open element of this name that is on the stack; -1. */
static int
level_of(const HtmlHidden *hidden, const char *name)
{
  int i = (int)hidden->depth - 1;

  while (i >= 0 && !html_name_is(hidden->levels[i].name, name))
    i--;
  return i;
}

void
html_hidden_start(HtmlHidden *hidden, const HtmlToken *token)
{
  int open = hidden->depth > 0 ? level_of(hidden, token->name) : -1;
  gboolean ends = open >= 0 && html_name_in(single, token->name);
  Style style;

  if (ends && (guint)open + 1 == hidden->depth)
    hidden->depth = (guint)open;
  if (html_name_in(voids, token->name))
    return;
  if (read_style(&style, token))
    push(hidden, token, &style);
  else if (open >= 0 && !ends)
    hidden->levels[open].same++;
}

void
html_hidden_end(HtmlHidden *hidden, const HtmlToken *token)
{
  int open = hidden->depth > 0 ? level_of(hidden, token->name) : -1;

  if (open < 0)
    return;
  if (hidden->levels[open].same > 0)
    hidden->levels[open].same--;
  else
    hidden->depth = (guint)open;
}

gboolean
html_hidden_now(const HtmlHidden *hidden)
{
  const HtmlHiddenLevel *top;

  if (hidden->depth == 0)
    return FALSE;
  top = &hidden->levels[hidden->depth - 1];
  return top->gone || top->invisible || top->tiny ||
         (top->ink != NO_COLOUR && top->ink == top->paper);
}
