/* html_foreign.c - how the text after a start tag is read, and where svg and math begin and end.
 *
 * Inside svg and math no element is raw text and CDATA sections exist, except in a few elements
 * whose content is HTML again ("integration points"); some HTML start tags end them ("breakout").
 * https://html.spec.whatwg.org/#parsing-main-inforeign, without the stack of open elements. */
#include <string.h>

#include "html_private.h"

enum { SVG = 1, MATH, FIRST_POINT };

/* Integration points; their place in the table is their number on the stack. */
static const struct {
  const char *name;
  guint8 inside;
} points[] = {
    {"title", SVG}, {"desc", SVG}, {"foreignobject", SVG}, {"annotation-xml", MATH}, {"mi", MATH},
    {"mo", MATH},   {"mn", MATH},  {"ms", MATH},           {"mtext", MATH},
};

static const char *const breakouts[] = {
    "b",      "big",  "blockquote", "body",  "br",   "center", "code",    "dd",   "div",
    "dl",     "dt",   "em",         "embed", "h1",   "h2",     "h3",      "h4",   "h5",
    "h6",     "head", "hr",         "i",     "img",  "li",     "listing", "menu", "meta",
    "nobr",   "ol",   "p",          "pre",   "ruby", "s",      "small",   "span", "strong",
    "strike", "sub",  "sup",        "table", "tt",   "u",      "ul",      "var",  NULL,
};

static guint8
top(const HtmlForeign *f)
{
  return f->depth ? f->stack[f->depth - 1] : 0;
}

gboolean
html_foreign_now(const HtmlForeign *f)
{
  return top(f) == SVG || top(f) == MATH;
}

/* A full stack means nonsense; what is read wrongly then is read as markup as well. */
static void
push(HtmlForeign *f, guint8 what)
{
  if (f->depth < FOREIGN_DEPTH)
    f->stack[f->depth++] = what;
}

static HtmlModel
model_after(const char *name)
{
  static const struct {
    const char *name;
    HtmlModel model;
  } models[] = {
      {"style", MODEL_RAWTEXT},   {"script", MODEL_SCRIPT},    {"title", MODEL_RCDATA},
      {"textarea", MODEL_RCDATA}, {"xmp", MODEL_RAWTEXT},      {"iframe", MODEL_RAWTEXT},
      {"noembed", MODEL_RAWTEXT}, {"noframes", MODEL_RAWTEXT}, {"plaintext", MODEL_PLAINTEXT},
  };
  unsigned i;

  if (!strchr("stxinp", name[0]))
    return MODEL_DATA;
  for (i = 0; i < G_N_ELEMENTS(models); i++)
    if (html_name_is(name, models[i].name))
      return models[i].model;
  return MODEL_DATA;
}

static gboolean
has_attribute(const HtmlToken *token, const char *name)
{
  unsigned i;

  for (i = 0; i < token->nattributes; i++)
    if (strcmp(token->attributes[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
breaks_out(const HtmlToken *token)
{
  if (html_name_is(token->name, "font"))
    return has_attribute(token, "color") || has_attribute(token, "face") ||
           has_attribute(token, "size");
  return html_name_in(breakouts, token->name);
}

static gboolean
is_point(const HtmlToken *token, unsigned i)
{
  unsigned k;

  if (strcmp(points[i].name, token->name) != 0)
    return FALSE;
  if (!html_name_is(token->name, "annotation-xml"))
    return TRUE;
  for (k = 0; k < token->nattributes; k++) {
    const HtmlAttribute *a = &token->attributes[k];

    if (html_name_is(a->name, "encoding") && !a->duplicate)
      return (a->value_len == 9 && g_ascii_strncasecmp(a->value, "text/html", 9) == 0) ||
             (a->value_len == 21 &&
              g_ascii_strncasecmp(a->value, "application/xhtml+xml", 21) == 0);
  }
  return FALSE;
}

static void
leave(HtmlForeign *f)
{
  while (html_foreign_now(f))
    f->depth--;
}

HtmlModel
html_foreign_start(HtmlForeign *f, const HtmlToken *token)
{
  guint8 now = top(f);
  unsigned i;

  if (html_foreign_now(f) && breaks_out(token))
    leave(f);
  if (!token->self_closing && html_name_is(token->name, "svg"))
    push(f, SVG);
  else if (!token->self_closing && html_name_is(token->name, "math"))
    push(f, MATH);
  else if (!html_foreign_now(f))
    return model_after(token->name);
  else if (!token->self_closing)
    for (i = 0; i < G_N_ELEMENTS(points); i++)
      if (points[i].inside == now && is_point(token, i))
        push(f, (guint8)(FIRST_POINT + i));
  return MODEL_DATA;
}

void
html_foreign_end(HtmlForeign *f, const HtmlToken *token)
{
  guint8 now = top(f);

  if (now == 0)
    return;
  if (now >= FIRST_POINT) {
    f->depth -= strcmp(token->name, points[now - FIRST_POINT].name) == 0;
    return;
  }
  if (strcmp(token->name, now == SVG ? "svg" : "math") == 0)
    f->depth--;
  else if (html_name_in(breakouts, token->name))
    leave(f);
}
