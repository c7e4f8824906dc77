/* html_emit_allow.c - the lists of the serializer: elements, attributes, schemes, CSS. */
#include "html_emit_allow.h"

#include <string.h>

#define INLINE(name)                                                                               \
  {                                                                                                \
    name, EMIT_INLINE, FALSE                                                                       \
  }
#define BLOCK(name)                                                                                \
  {                                                                                                \
    name, EMIT_BLOCK, FALSE                                                                        \
  }

static const EmitElement elements[] = {
    {"a", EMIT_A, FALSE},
    {"br", EMIT_INLINE, TRUE},
    {"img", EMIT_INLINE, TRUE},
    {"wbr", EMIT_INLINE, TRUE},
    {"hr", EMIT_BLOCK, TRUE},
    {"p", EMIT_P, FALSE},
    {"pre", EMIT_PRE, FALSE},
    {"h1", EMIT_HEADING, FALSE},
    {"h2", EMIT_HEADING, FALSE},
    {"h3", EMIT_HEADING, FALSE},
    {"h4", EMIT_HEADING, FALSE},
    {"h5", EMIT_HEADING, FALSE},
    {"h6", EMIT_HEADING, FALSE},
    {"ul", EMIT_LIST, FALSE},
    {"ol", EMIT_LIST, FALSE},
    {"li", EMIT_ITEM, FALSE},
    {"dl", EMIT_DL, FALSE},
    {"dt", EMIT_DD, FALSE},
    {"dd", EMIT_DD, FALSE},
    {"table", EMIT_TABLE, FALSE},
    {"thead", EMIT_SECTION, FALSE},
    {"tbody", EMIT_SECTION, FALSE},
    {"tfoot", EMIT_SECTION, FALSE},
    {"tr", EMIT_ROW, FALSE},
    {"td", EMIT_CELL, FALSE},
    {"th", EMIT_CELL, FALSE},
    BLOCK("div"),
    BLOCK("center"),
    BLOCK("blockquote"),
    BLOCK("address"),
    BLOCK("section"),
    BLOCK("article"),
    BLOCK("header"),
    BLOCK("footer"),
    BLOCK("main"),
    BLOCK("aside"),
    BLOCK("nav"),
    BLOCK("figure"),
    BLOCK("figcaption"),
    INLINE("span"),
    INLINE("font"),
    INLINE("b"),
    INLINE("strong"),
    INLINE("i"),
    INLINE("em"),
    INLINE("u"),
    INLINE("s"),
    INLINE("strike"),
    INLINE("del"),
    INLINE("ins"),
    INLINE("sub"),
    INLINE("sup"),
    INLINE("small"),
    INLINE("big"),
    INLINE("tt"),
    INLINE("code"),
    INLINE("kbd"),
    INLINE("samp"),
    INLINE("var"),
    INLINE("cite"),
    INLINE("q"),
    INLINE("abbr"),
    INLINE("acronym"),
    INLINE("dfn"),
    INLINE("mark"),
    INLINE("time"),
    INLINE("label"),
    INLINE("bdi"),
    INLINE("bdo"),
};

const EmitElement *
emit_element(const char *name)
{
  for (unsigned i = 0; i < G_N_ELEMENTS(elements); i++)
    if (elements[i].name[0] == name[0] && strcmp(elements[i].name, name) == 0)
      return &elements[i];
  return NULL;
}

/* --- Addresses -------------------------------------------------------------------------------*/

/* The start of the address as a browser reads it: no control characters, lower case. */
static void
address_start(const HtmlAttribute *a, char start[32])
{
  size_t n = 0;

  for (size_t i = 0; i < a->value_len && n < 31; i++)
    if ((guchar)a->value[i] > ' ')
      start[n++] = g_ascii_tolower(a->value[i]);
  start[n] = '\0';
}

static gboolean
is_address(const HtmlAttribute *a, const char *const *starts)
{
  char start[32];

  address_start(a, start);
  for (; *starts; starts++)
    if (g_str_has_prefix(start, *starts))
      return TRUE;
  return FALSE;
}

/* --- CSS -------------------------------------------------------------------------------------*/

static const char *const properties[] = {"all",           "background",     "border",
                                         "box-sizing",    "clear",          "color",
                                         "direction",     "display",        "float",
                                         "font",          "height",         "letter-spacing",
                                         "line-height",   "list-style",     "margin",
                                         "max-",          "min-",           "mso-",
                                         "opacity",       "outline",        "overflow",
                                         "padding",       "table-layout",   "text-",
                                         "unicode-bidi",  "vertical-align", "visibility",
                                         "white-space",   "width",          "word-",
                                         "-webkit-text-", "-ms-text-",      "border-collapse",
                                         "empty-cells",   "tab-size",       NULL};

/* No escapes, no functions that load or run anything, no comments. */
static gboolean
is_plain_css(const char *text, size_t len)
{
  static const char *const words[] = {"\\",    "url",        "expression", "/*",      "<",    "@",
                                      "image", "javascript", "behavior",   "binding", "attr", NULL};
  g_autofree char *lower = g_ascii_strdown(text, (gssize)len);

  if (strlen(lower) != len)
    return FALSE;
  for (unsigned i = 0; words[i]; i++)
    if (strstr(lower, words[i]))
      return FALSE;
  return TRUE;
}

/* A declaration of a property on the list; names stand for those that they begin, too. */
static gboolean
is_good_declaration(const char *text, size_t len)
{
  const char *colon = memchr(text, ':', len);

  while (len > 0 && g_ascii_isspace(*text)) {
    text++;
    len--;
  }
  if (!colon || !is_plain_css(text, len))
    return FALSE;
  for (unsigned i = 0; properties[i]; i++)
    if (g_ascii_strncasecmp(text, properties[i], strlen(properties[i])) == 0)
      return TRUE;
  return FALSE;
}

static const char *
emit_style(const HtmlAttribute *a, GString *out)
{
  size_t at = 0, end;
  gboolean all = TRUE;

  for (; at < a->value_len; at = end + 1) {
    const char *semicolon = memchr(a->value + at, ';', a->value_len - at);
    gboolean blank = TRUE;

    end = semicolon ? (size_t)(semicolon - a->value) : a->value_len;
    for (size_t i = at; i < end; i++)
      blank = blank && g_ascii_isspace(a->value[i]);
    if (blank)
      continue;
    if (is_good_declaration(a->value + at, end - at)) {
      g_string_append_len(out, a->value + at, (gssize)(end - at));
      g_string_append_c(out, ';');
    } else {
      all = FALSE;
    }
  }
  if (all)
    g_string_append_len(g_string_truncate(out, 0), a->value, (gssize)a->value_len);
  return out->len > 0 ? out->str : NULL;
}

/* --- Attributes ------------------------------------------------------------------------------*/

static gboolean
is_in(const char *const *list, const char *name)
{
  return g_strv_contains(list, name);
}

const char *
emit_value(const char *element, const HtmlAttribute *a, GString *out)
{
  static const char *const plain[] = {
      "align",  "valign", "width", "height",      "bgcolor",     "color",       "face",
      "size",   "border", "dir",   "cellpadding", "cellspacing", "colspan",     "rowspan",
      "lang",   "title",  "alt",   "nowrap",      "start",       "noshade",     "hspace",
      "vspace", "class",  "id",    "role",        "summary",     "bordercolor", NULL};
  static const char *const followed[] = {"http:", "https:", "mailto:", "tel:", "ftp:", "#", NULL};
  static const char *const loaded[] = {
      "http:",           "https:",           "cid:", "data:image/png;", "data:image/jpeg;",
      "data:image/gif;", "data:image/webp;", NULL};

  g_string_truncate(out, 0);
  if (a->duplicate || memchr(a->value, 0, a->value_len))
    return NULL;
  if (strcmp(a->name, "style") == 0)
    return emit_style(a, out);
  g_string_append_len(out, a->value, (gssize)a->value_len);
  if (is_in(plain, a->name))
    return out->str;
  if (strcmp(a->name, "href") == 0 && strcmp(element, "a") == 0)
    return is_address(a, followed) ? out->str : NULL;
  if (strcmp(a->name, "src") == 0 && strcmp(element, "img") == 0)
    return is_address(a, loaded) ? out->str : NULL;
  return strcmp(a->name, "target") == 0 && strcmp(element, "a") == 0 ? out->str : NULL;
}
