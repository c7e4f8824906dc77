/* html_acting.c - what one tag does by itself: a table of elements, and the attributes. */
#include "html_acting.h"

#include <string.h>

#include "css.h"
#include "finding.h"
#include "html_private.h"

typedef struct element {
  const char *name;
  Acting acting;
  int trait;
  gboolean visible;
  gboolean (*acts)(const HtmlToken *token); /* NULL: always */
} Element;

static const HtmlAttribute *
attribute_of(const HtmlToken *token, const char *name)
{
  for (unsigned i = 0; i < token->nattributes; i++)
    if (!token->attributes[i].duplicate && strcmp(token->attributes[i].name, name) == 0)
      return &token->attributes[i];
  return NULL;
}

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* One of the value's words, ASCII case ignored, is in the list. */
static gboolean
has_word(const HtmlAttribute *a, const char *const *words)
{
  size_t at = 0, start;

  while (a && at < a->value_len) {
    while (at < a->value_len && is_blank(a->value[at]))
      at++;
    for (start = at; at < a->value_len && !is_blank(a->value[at]);)
      at++;
    for (unsigned i = 0; words[i]; i++)
      if (strlen(words[i]) == at - start &&
          g_ascii_strncasecmp(a->value + start, words[i], at - start) == 0)
        return TRUE;
  }
  return FALSE;
}

/* --- Elements --------------------------------------------------------------------------------*/

/* The smart tags of Word name this class and nothing else. */
static gboolean
is_object(const HtmlToken *token)
{
  static const char *const smart_tag[] = {"clsid:38481807-CA0E-42D2-BF39-B33AF135CC4D", NULL};

  return !has_word(attribute_of(token, "classid"), smart_tag) || attribute_of(token, "data") ||
         attribute_of(token, "codebase") || attribute_of(token, "code");
}

static gboolean
is_style_link(const HtmlToken *token)
{
  static const char *const rels[] = {"stylesheet", "import", NULL};

  return has_word(attribute_of(token, "rel"), rels);
}

static gboolean
is_fetching_link(const HtmlToken *token)
{
  static const char *const rels[] = {
      "prefetch",     "preload",  "prerender", "preconnect", "subresource", "modulepreload",
      "dns-prefetch", "manifest", "expect",    "pingback",   NULL};

  return has_word(attribute_of(token, "rel"), rels);
}

static gboolean
is_page_control(const HtmlToken *token)
{
  static const char *const names[] = {"refresh", "set-cookie", "link", "window-target", NULL};

  return has_word(attribute_of(token, "http-equiv"), names);
}

static gboolean
animates_address(const HtmlToken *token)
{
  static const char *const names[] = {"href", "xlink:href", "src", "action", NULL};
  const HtmlAttribute *a = attribute_of(token, "attributename");

  return has_word(a, names) ||
         (a && a->value_len > 2 && g_ascii_strncasecmp(a->value, "on", 2) == 0);
}

static gboolean
is_live_control(const HtmlToken *token)
{
  static const char *const hidden[] = {"hidden", NULL};

  return !attribute_of(token, "disabled") && !has_word(attribute_of(token, "type"), hidden);
}

#define T(id) TRAIT_ID_##id

static const Element acting[] = {
    {"script", ACTING_RAW, T(SCRIPT), FALSE, NULL},
    {"iframe", ACTING_RAW, T(EMBEDDED), TRUE, NULL},
    {"object", ACTING_ELEMENT, T(EMBEDDED), TRUE, is_object},
    {"applet", ACTING_ELEMENT, T(EMBEDDED), TRUE, NULL},
    {"embed", ACTING_TAG, T(EMBEDDED), TRUE, NULL},
    {"frame", ACTING_TAG, T(EMBEDDED), TRUE, NULL},
    {"frameset", ACTING_TAG, T(EMBEDDED), FALSE, NULL},
    {"portal", ACTING_TAG, T(EMBEDDED), TRUE, NULL},
    {"fencedframe", ACTING_TAG, T(EMBEDDED), TRUE, NULL},
    {"layer", ACTING_TAG, T(EMBEDDED), TRUE, NULL},
    {"ilayer", ACTING_TAG, T(EMBEDDED), TRUE, NULL},
    {"link", ACTING_TAG, T(EXTERNAL_STYLE), FALSE, is_style_link},
    {"link", ACTING_TAG, T(PREFETCH), FALSE, is_fetching_link},
    {"meta", ACTING_TAG, T(PAGE_CONTROL), FALSE, is_page_control},
    {"animate", ACTING_TAG, T(ANIMATION), FALSE, animates_address},
    {"set", ACTING_TAG, T(ANIMATION), FALSE, animates_address},
    {"animatemotion", ACTING_TAG, T(ANIMATION), FALSE, animates_address},
    {"animatetransform", ACTING_TAG, T(ANIMATION), FALSE, animates_address},
    {"animatecolor", ACTING_TAG, T(ANIMATION), FALSE, animates_address},
    {"input", ACTING_CONTROL, T(FORM), FALSE, is_live_control},
    {"button", ACTING_CONTROL, T(FORM), FALSE, is_live_control},
    {"select", ACTING_CONTROL, T(FORM), FALSE, is_live_control},
    {"textarea", ACTING_CONTROL, T(FORM), FALSE, is_live_control},
    {"keygen", ACTING_CONTROL, T(FORM), FALSE, is_live_control},
    {"isindex", ACTING_TAG, T(FORM), TRUE, NULL},
};

/* "script" of "svg:script", of "scr\0ipt" (for readers that leave out what is no letter) and of
 * "p<script" (for those that begin anew at a '<'). */
static const char *
local_name(const char *name, char plain[16])
{
  const char *p = name, *local = name;

  while (g_ascii_isalnum(*p))
    p++;
  if (!*p)
    return name;
  for (; *p; p++)
    if (*p == ':' || *p == '<')
      local = p + 1;
  html_plain_name(local, plain);
  return plain;
}

Acting
html_acting_tag(const HtmlToken *token, int *trait, gboolean *visible)
{
  char plain[16];
  const char *name;

  if (token->name[1] == '\0')
    return ACTING_NOT; /* p, a, b */
  name = local_name(token->name, plain);
  for (unsigned i = 0; i < G_N_ELEMENTS(acting); i++) {
    const Element *e = &acting[i];

    if (!html_name_is(e->name, name) || (e->acts && !e->acts(token)))
      continue;
    *trait = e->trait;
    *visible = e->visible;
    return e->acting;
  }
  return ACTING_NOT;
}

const char *
html_acting_name(const char *name)
{
  static const char *const more[] = {"form", "body",  "img",   "a",    "svg",  "style",
                                     "div",  "table", "td",    "span", "p",    "area",
                                     "math", "video", "audio", "html", "font", NULL};
  char plain[16];

  name = local_name(name, plain);
  for (unsigned i = 0; i < G_N_ELEMENTS(acting); i++)
    if (strcmp(acting[i].name, name) == 0)
      return acting[i].name;
  for (unsigned i = 0; more[i]; i++)
    if (strcmp(more[i], name) == 0)
      return more[i];
  return "other";
}

/* --- Attributes ------------------------------------------------------------------------------*/

void
html_plain_name(const char *name, char plain[16])
{
  size_t n = 0;

  for (; *name && n < 15; name++)
    if (g_ascii_isalnum(*name))
      plain[n++] = *name;
  plain[n] = '\0';
}

static gboolean
css_stop(CssAct act, Range word, gpointer data)
{
  *(gboolean *)data = act == CSS_SCRIPT;
  return act != CSS_SCRIPT;
}

static gboolean
style_acts(const HtmlAttribute *a)
{
  gboolean acts = FALSE;

  (void)css_active((const unsigned char *)a->value, a->value_len, css_stop, &acts);
  return acts;
}

int
html_acting_attribute(const HtmlToken *token, const HtmlAttribute *a)
{
  char plain[16];

  if (a->value_len == 0 || (a->name[0] >= 'g' && a->name[0] <= 'n'))
    return -1;
  if (strcmp(a->name, "style") == 0)
    return style_acts(a) ? TRAIT_ID_STYLE_SCRIPT : -1;
  html_plain_name(a->name, plain);
  if (plain[0] == 'o' && plain[1] == 'n' && strlen(plain) >= 4)
    return TRAIT_ID_HANDLER;
  if (strcmp(plain, "srcdoc") == 0)
    return TRAIT_ID_EMBEDDED;
  if (strcmp(plain, "formaction") == 0 ||
      (strcmp(plain, "action") == 0 && strcmp(token->name, "form") == 0))
    return TRAIT_ID_FORM;
  return -1;
}

#undef T
