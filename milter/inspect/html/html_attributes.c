/* html_attributes.c - which attributes of HTML, SVG, MathML and VML lead somewhere, and how their
 * values are read. */
#include <string.h>

#include "css.h"
#include "html_scan.h"

typedef enum kind {
  KIND_ADDRESS,
  KIND_SRCSET,
  KIND_BLANKS, /* addresses with blanks between */
  KIND_COMMAS, /* with commas or blanks */
  KIND_SEMICOLONS,
  KIND_CSS,
  KIND_SRCDOC,
  KIND_CLASSID,
  KIND_CONTENT, /* of meta refresh */
  KIND_PARAM,
} Kind;

typedef struct rule {
  const char *name;
  Kind kind;
  LinkUse use;
  const char *const *elements; /* where it leads somewhere; NULL: everywhere */
} Rule;

static const char *const objects[] = {"object", "applet", "embed", NULL};
static const char *const metas[] = {"meta", NULL};
static const char *const params[] = {"param", NULL};
static const char *const roots[] = {"html", NULL};
static const char *const heads[] = {"head", NULL};
static const char *const commands[] = {"command", "menuitem", NULL};
static const char *const animations[] = {"animate",          "set",          "animatemotion",
                                         "animatetransform", "animatecolor", NULL};

/* Every attribute of that first letter. Names with a prefix (xlink:href, v:src) are looked up by
 * what follows it. */
static const Rule rules_a[] = {{"action", KIND_ADDRESS, LINK_SUBMIT, NULL},
                               {"action-xhr", KIND_ADDRESS, LINK_SUBMIT, NULL}, /* AMP */
                               {"archive", KIND_COMMAS, LINK_LOAD, objects},
                               {"attributionsrc", KIND_BLANKS, LINK_LOAD, NULL},
                               {0}};
static const Rule rules_b[] = {{"background", KIND_ADDRESS, LINK_LOAD, NULL},
                               {"by", KIND_ADDRESS, LINK_FOLLOW, animations},
                               {"base", KIND_ADDRESS, LINK_BASE, NULL}, /* xml:base */
                               {0}};
static const Rule rules_c[] = {{"content", KIND_CONTENT, LINK_REDIRECT, metas},
                               {"codebase", KIND_ADDRESS, LINK_LOAD, objects},
                               {"code", KIND_ADDRESS, LINK_LOAD, objects},
                               {"classid", KIND_CLASSID, LINK_LOAD, objects},
                               {"clip-path", KIND_CSS, LINK_LOAD, NULL},
                               {"cursor", KIND_CSS, LINK_LOAD, NULL},
                               {0}};
static const Rule rules_d[] = {
    {"data", KIND_ADDRESS, LINK_LOAD, objects}, {"dynsrc", KIND_ADDRESS, LINK_LOAD, NULL}, {0}};
static const Rule rules_f[] = {{"formaction", KIND_ADDRESS, LINK_SUBMIT, NULL},
                               {"from", KIND_ADDRESS, LINK_FOLLOW, animations},
                               {"fill", KIND_CSS, LINK_LOAD, NULL},
                               {"filter", KIND_CSS, LINK_LOAD, NULL},
                               {0}};
static const Rule rules_h[] = {{"href", KIND_ADDRESS, LINK_FOLLOW, NULL}, {0}};
static const Rule rules_i[] = {{"imagesrcset", KIND_SRCSET, LINK_LOAD, NULL},
                               {"icon", KIND_ADDRESS, LINK_LOAD, commands},
                               {0}};
static const Rule rules_l[] = {
    {"longdesc", KIND_ADDRESS, LINK_FOLLOW, NULL}, {"lowsrc", KIND_ADDRESS, LINK_LOAD, NULL}, {0}};
static const Rule rules_m[] = {
    {"manifest", KIND_ADDRESS, LINK_LOAD, roots}, {"mask", KIND_CSS, LINK_LOAD, NULL},
    {"marker-start", KIND_CSS, LINK_LOAD, NULL},  {"marker-mid", KIND_CSS, LINK_LOAD, NULL},
    {"marker-end", KIND_CSS, LINK_LOAD, NULL},    {0}};
static const Rule rules_p[] = {{"poster", KIND_ADDRESS, LINK_LOAD, NULL},
                               {"ping", KIND_BLANKS, LINK_LOAD, NULL},
                               {"profile", KIND_BLANKS, LINK_LOAD, heads},
                               {"pluginspage", KIND_ADDRESS, LINK_FOLLOW, objects},
                               {"pluginurl", KIND_ADDRESS, LINK_LOAD, objects},
                               {0}};
static const Rule rules_s[] = {
    {"style", KIND_CSS, LINK_LOAD, NULL},     {"src", KIND_ADDRESS, LINK_LOAD, NULL},
    {"srcset", KIND_SRCSET, LINK_LOAD, NULL}, {"srcdoc", KIND_SRCDOC, LINK_LOAD, NULL},
    {"stroke", KIND_CSS, LINK_LOAD, NULL},    {0}};
static const Rule rules_t[] = {{"to", KIND_ADDRESS, LINK_FOLLOW, animations}, {0}};
static const Rule rules_v[] = {{"value", KIND_PARAM, LINK_LOAD, params},
                               {"values", KIND_SEMICOLONS, LINK_FOLLOW, animations},
                               {0}};

static const Rule *const rules[26] = {
    ['a' - 'a'] = rules_a, ['b' - 'a'] = rules_b, ['c' - 'a'] = rules_c, ['d' - 'a'] = rules_d,
    ['f' - 'a'] = rules_f, ['h' - 'a'] = rules_h, ['i' - 'a'] = rules_i, ['l' - 'a'] = rules_l,
    ['m' - 'a'] = rules_m, ['p' - 'a'] = rules_p, ['s' - 'a'] = rules_s, ['t' - 'a'] = rules_t,
    ['v' - 'a'] = rules_v,
};

/* What a tag is known by in evidence; in no particular order. */
static const char *const elements[] = {
    "a",       "area",        "img",    "td",          "table",   "body",      "form",
    "input",   "button",      "link",   "meta",        "base",    "style",     "script",
    "iframe",  "frame",       "object", "embed",       "applet",  "param",     "video",
    "audio",   "source",      "track",  "image",       "use",     "feimage",   "animate",
    "set",     "svg",         "math",   "html",        "head",    "tr",        "th",
    "tbody",   "div",         "span",   "p",           "center",  "font",      "section",
    "v:rect",  "v:roundrect", "v:fill", "v:imagedata", "v:shape", "v:image",   "v:oval",
    "v:group", "v:line",      "title",  "textarea",    "xmp",     "noembed",   "noframes",
    "bgsound", "xml",         "layer",  "ul",          "ol",      "li",        "h1",
    "h2",      "h3",          "h4",     "isindex",     "text",    "plaintext", NULL,
};

const char *
html_element_name(const char *name)
{
  unsigned i;

  for (i = 0; elements[i]; i++)
    if (elements[i][0] == name[0] && strcmp(elements[i], name) == 0)
      return elements[i];
  return "other";
}

/* --- Finding the rule ------------------------------------------------------------------------*/

static const Rule *
find_rule(const char *element, const char *name)
{
  const Rule *rule;

  if (!g_ascii_islower(name[0]) || !rules[name[0] - 'a'])
    return NULL;
  for (rule = rules[name[0] - 'a']; rule->name; rule++)
    if (rule->name[1] == name[1] && strcmp(rule->name, name) == 0)
      return !rule->elements || html_name_in(rule->elements, element) ? rule : NULL;
  return NULL;
}

/* Readers that drop NUL, quotes or control characters see another name: "hr\0ef", "\"href". */
static const Rule *
find_rule_broken(const char *element, const char *name)
{
  char clean[16];
  size_t n = 0;

  for (; *name && n < sizeof clean - 1; name++)
    if (g_ascii_isalnum(*name) || (*name == '-' && n > 0))
      clean[n++] = *name;
  clean[n] = '\0';
  return *name ? NULL : find_rule(element, clean);
}

static const Rule *
rule_for(const char *element, const char *name)
{
  const char *p = name, *local = name;

  for (; g_ascii_isalnum(*p) || *p == '-' || *p == ':' || *p == '_' || *p == '.'; p++)
    if (*p == ':')
      local = p + 1;
  if (*p)
    return find_rule_broken(element, local);
  if (local == name && html_name_is(name, "base"))
    return NULL;
  return find_rule(element, local);
}

/* --- Reading values --------------------------------------------------------------------------*/

/* What a value is read for. */
typedef struct reading {
  HtmlScan *scan;
  const HtmlToken *token;
  const HtmlAttribute *attribute;
  const HtmlValue *value;
  const Rule *rule;
} Reading;

static void
add(const Reading *r, size_t off, size_t len)
{
  const HtmlValue *v = r->value;
  Link link = {.use = r->rule->use, .attribute_name = r->rule->name};

  if (len == v->len)
    link.span = v->source;
  else if (v->pieces)
    link.span = html_pieces_source(v->pieces, off, len);
  else
    link.span = range_make(v->source.off + off, len);
  html_scan_add(r->scan, r->token, r->attribute, &link, v->text + off, len);
}

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Addresses with such characters between. */
static void
read_list(const Reading *r, const char *between)
{
  const HtmlValue *v = r->value;
  size_t at = 0;

  while (at < v->len) {
    size_t start = at;

    while (at < v->len && (v->text[at] == '\0' || !strchr(between, v->text[at])))
      at++;
    if (at > start)
      add(r, start, at - start);
    at++;
  }
}

/* https://html.spec.whatwg.org/#parse-a-srcset-attribute; descriptors are only skipped. */
static void
read_srcset(const Reading *r)
{
  const HtmlValue *v = r->value;
  size_t at = 0;

  while (at < v->len) {
    size_t start, end;
    gboolean inside = FALSE;

    while (at < v->len && (is_blank(v->text[at]) || v->text[at] == ','))
      at++;
    for (start = at; at < v->len && !is_blank(v->text[at]);)
      at++;
    for (end = at; end > start && v->text[end - 1] == ',';)
      end--;
    if (end > start)
      add(r, start, end - start);
    if (end < at)
      continue;
    for (; at < v->len && (inside || v->text[at] != ','); at++)
      inside = v->text[at] == '(' || (inside && v->text[at] != ')');
  }
}

static gboolean
css_found(Range span, const char *url, size_t len, gpointer data)
{
  const Reading *r = data;
  const HtmlValue *v = r->value;
  Link link = {.use = LINK_LOAD, .attribute_name = r->rule->name};

  link.span = v->pieces ? html_pieces_source(v->pieces, span.off, span.len)
                        : range_make(v->source.off + span.off, span.len);
  html_scan_add(r->scan, r->token, r->attribute, &link, url, len);
  return !r->scan->full;
}

static void
read_css(const Reading *r)
{
  /* scan->full says if it was stopped */
  (void)css_addresses((const unsigned char *)r->value->text, r->value->len, css_found, (gpointer)r);
}

/* The value of the attribute of that name that counts, or NULL. */
static const HtmlAttribute *
attribute_of(const HtmlToken *token, const char *name)
{
  unsigned i;

  for (i = 0; i < token->nattributes; i++)
    if (!token->attributes[i].duplicate && strcmp(token->attributes[i].name, name) == 0)
      return &token->attributes[i];
  return NULL;
}

static gboolean
attribute_is(const HtmlToken *token, const char *name, const char *value)
{
  const HtmlAttribute *a = attribute_of(token, name);
  size_t start = 0, end = a ? a->value_len : 0;

  while (start < end && is_blank(a->value[start]))
    start++;
  while (end > start && is_blank(a->value[end - 1]))
    end--;
  return end - start == strlen(value) &&
         g_ascii_strncasecmp(a->value + start, value, end - start) == 0;
}

/* "0; url='...'": https://html.spec.whatwg.org/#shared-declarative-refresh-steps, but whatever
 * stands before the address. */
static void
read_refresh(const Reading *r)
{
  const char *text = r->value->text;
  size_t at = 0, end = r->value->len, mark;

  while (at < end && (is_blank(text[at]) || g_ascii_isdigit(text[at]) || text[at] == '.'))
    at++;
  while (at < end && (is_blank(text[at]) || text[at] == ';' || text[at] == ','))
    at++;
  if (end - at >= 3 && g_ascii_strncasecmp(text + at, "url", 3) == 0) {
    for (mark = at + 3; mark < end && is_blank(text[mark]);)
      mark++;
    if (mark < end && text[mark] == '=')
      at = mark + 1;
    while (at < end && is_blank(text[at]))
      at++;
  }
  if (at < end && (text[at] == '"' || text[at] == '\'')) {
    const char *quote = memchr(text + at + 1, text[at], end - at - 1);

    at++;
    end = quote ? (size_t)(quote - text) : end;
  }
  if (at < end)
    add(r, at, end - at);
}

/* Parameters of plug-ins that are addresses, by name or by look. */
static void
read_param(const Reading *r)
{
  static const char *const names[] = {"movie", "src",     "url",      "href", "filename", "data",
                                      "code",  "archive", "codebase", "file", NULL};
  unsigned i;

  for (i = 0; names[i]; i++)
    if (attribute_is(r->token, "name", names[i]))
      break;
  if (names[i] || memmem(r->value->text, r->value->len, "//", 2))
    add(r, 0, r->value->len);
}

static gboolean
animates_href(const HtmlToken *token)
{
  return attribute_is(token, "attributename", "href") ||
         attribute_is(token, "attributename", "xlink:href");
}

/* Old readers take backticks for quotes; to others such an address is a relative one. */
static void
read_address(const Reading *r)
{
  const HtmlValue *v = r->value;
  HtmlValue inner = {v->text + 1, v->len - 1, v->source, NULL};
  Reading ticked = *r;
  const char *end;

  if (v->text[0] != '`' || inner.len == 0) {
    add(r, 0, v->len);
    return;
  }
  end = memchr(inner.text, '`', inner.len);
  inner.len = end ? (size_t)(end - inner.text) : inner.len;
  ticked.value = &inner;
  if (inner.len > 0)
    add(&ticked, 0, inner.len);
}

static void
read_by_kind(const Reading *r)
{
  if (r->rule->elements == animations && !animates_href(r->token))
    return;
  switch (r->rule->kind) {
  case KIND_ADDRESS:
    read_address(r);
    break;
  case KIND_CLASSID:
    if (r->value->len < 6 || g_ascii_strncasecmp(r->value->text, "clsid:", 6) != 0)
      add(r, 0, r->value->len);
    break;
  case KIND_SRCSET:
    read_srcset(r);
    break;
  case KIND_BLANKS:
    read_list(r, " \t\n\r\f");
    break;
  case KIND_COMMAS:
    read_list(r, " \t\n\r\f,");
    break;
  case KIND_SEMICOLONS:
    read_list(r, ";");
    break;
  case KIND_CSS:
    read_css(r);
    break;
  case KIND_CONTENT:
    if (attribute_is(r->token, "http-equiv", "refresh"))
      read_refresh(r);
    break;
  case KIND_PARAM:
    read_param(r);
    break;
  case KIND_SRCDOC:
    html_scan_markup(r->scan, r->token, r->attribute, r->value);
    break;
  }
}

/* Fills in the way back for a value that is not as in the source. */
static GArray *
pieces_of(const HtmlScan *scan, const HtmlAttribute *a)
{
  const unsigned undo = HTML_UNDO_REFERENCES | HTML_UNDO_IN_ATTRIBUTE | HTML_UNDO_NUL;
  GArray *pieces;
  GString *text;

  if (!a->undone)
    return NULL;
  pieces = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));
  text = g_string_new(NULL);
  (void)html_undo(scan->src, a->value_span, undo, text, pieces);
  g_string_free(text, TRUE);
  return pieces;
}

gboolean
html_scan_attribute(HtmlScan *scan, const HtmlToken *token, const HtmlAttribute *a)
{
  const Rule *rule = rule_for(token->name, a->name);
  HtmlValue value = {a->value, a->value_len, a->value_span, NULL};
  Rule actual;

  if (rule && a->value_len > 0) {
    Reading r = {scan, token, a, &value, &actual};

    actual = *rule;
    if (rule->name[0] == 'h' && html_name_is(token->name, "base"))
      actual.use = LINK_BASE;
    else if (rule->name[0] == 'h' && html_name_is(token->name, "link"))
      actual.use = LINK_LOAD;
    value.pieces = rule->kind == KIND_ADDRESS ? NULL : pieces_of(scan, a);
    read_by_kind(&r);
    if (value.pieces)
      g_array_free(value.pieces, TRUE);
  }
  if (a->markup) { /* a reader that ends the value elsewhere sees tags in it */
    HtmlValue source = {(const char *)scan->src + a->value_span.off, a->value_span.len,
                        a->value_span, NULL};

    html_scan_markup(scan, token, a, &source);
  }
  return rule && rule->name[0] == 'h' && !a->duplicate;
}
