/* meta.c - the charset that HTML declares about itself, found as browsers do before they parse
 * (WHATWG HTML, "prescan a byte stream to determine its encoding"). */
#include <string.h>

#include "text.h"

enum { PRESCAN = 1024 };

typedef struct scan {
  const guint8 *p, *end;
} Scan;

typedef struct attribute {
  GString *name, *value; /* lower case */
} Attribute;

static gboolean
is_space(guint8 c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static gboolean
at_text(const Scan *s, const char *what)
{
  const size_t len = strlen(what);
  return (size_t)(s->end - s->p) >= len && g_ascii_strncasecmp((const char *)s->p, what, len) == 0;
}

static void
skip_spaces(Scan *s, gboolean slash)
{
  while (s->p < s->end && (is_space(*s->p) || (slash && *s->p == '/')))
    s->p++;
}

static void
append_lower(GString *string, guint8 c)
{
  g_string_append_c(string, g_ascii_tolower((char)c));
}

static void
get_value(Scan *s, GString *value)
{
  skip_spaces(s, FALSE);
  if (s->p < s->end && (*s->p == '"' || *s->p == '\'')) {
    const guint8 quote = *s->p++;
    while (s->p < s->end && *s->p != quote)
      append_lower(value, *s->p++);
    if (s->p < s->end)
      s->p++;
    return;
  }
  while (s->p < s->end && !is_space(*s->p) && *s->p != '>')
    append_lower(value, *s->p++);
}

/* FALSE at the end of the tag. */
static gboolean
get_attribute(Scan *s, Attribute *attribute)
{
  g_string_truncate(attribute->name, 0);
  g_string_truncate(attribute->value, 0);
  skip_spaces(s, TRUE);
  if (s->p >= s->end || *s->p == '>')
    return FALSE;
  while (s->p < s->end && *s->p != '/' && *s->p != '>' && !is_space(*s->p) &&
         !(*s->p == '=' && attribute->name->len > 0))
    append_lower(attribute->name, *s->p++);
  skip_spaces(s, FALSE);
  if (s->p < s->end && *s->p == '=') {
    s->p++;
    get_value(s, attribute->value);
  }
  return TRUE;
}

/* The label behind "charset=" in a content attribute; NULL if there is none. */
static char *
label_in_content(const char *content)
{
  const char *p = content;
  while ((p = strstr(p, "charset")) != NULL) {
    p += strlen("charset");
    p += strspn(p, " \t\n\f\r");
    if (*p != '=')
      continue;
    p++;
    p += strspn(p, " \t\n\f\r");
    if (*p == '"' || *p == '\'') {
      const char *close = strchr(p + 1, *p);
      return close == NULL ? NULL : g_strndup(p + 1, (gsize)(close - p - 1));
    }
    return g_strndup(p, strcspn(p, "; \t\n\f\r"));
  }
  return NULL;
}

typedef struct meta {
  gboolean seen_http_equiv, seen_content, seen_charset;
  gboolean pragma;       /* http-equiv=content-type */
  gboolean needs_pragma; /* the label is from content */
  char *label;
} Meta;

static void
meta_take(Meta *meta, const Attribute *attribute)
{
  const char *name = attribute->name->str, *value = attribute->value->str;
  if (strcmp(name, "http-equiv") == 0 && !meta->seen_http_equiv) {
    meta->seen_http_equiv = TRUE;
    meta->pragma = strcmp(value, "content-type") == 0;
  } else if (strcmp(name, "content") == 0 && !meta->seen_content) {
    meta->seen_content = TRUE;
    char *label = meta->label == NULL ? label_in_content(value) : NULL;
    if (label != NULL) {
      meta->label = label;
      meta->needs_pragma = TRUE;
    }
  } else if (strcmp(name, "charset") == 0 && !meta->seen_charset) {
    meta->seen_charset = TRUE;
    g_free(meta->label);
    meta->label = g_strdup(value);
    meta->needs_pragma = FALSE;
  }
}

/* Behind "<meta"; the canonical name, or NULL if this one says nothing of use. */
static const char *
scan_meta(Scan *s)
{
  g_autoptr(GString) name = g_string_new(NULL), value = g_string_new(NULL);
  Attribute attribute = {name, value};
  Meta meta = {0};
  while (get_attribute(s, &attribute))
    meta_take(&meta, &attribute);
  const char *charset = NULL;
  if (meta.label != NULL && (meta.pragma || !meta.needs_pragma))
    charset = charset_from_meta_label(meta.label, strlen(meta.label));
  g_free(meta.label);
  return charset;
}

static void
skip_comment(Scan *s)
{
  /* "<!-->" is a whole comment: the dashes may be shared. */
  const guint8 *p = s->p + 2;
  while (s->end - p >= 3 && memcmp(p, "-->", 3) != 0)
    p++;
  s->p = s->end - p >= 3 ? p + 3 : s->end;
}

static void
skip_tag(Scan *s)
{
  g_autoptr(GString) name = g_string_new(NULL), value = g_string_new(NULL);
  Attribute attribute = {name, value};
  while (s->p < s->end && !is_space(*s->p) && *s->p != '>')
    s->p++;
  while (get_attribute(s, &attribute))
    ;
}

static void
skip_to_close(Scan *s)
{
  const guint8 *close = memchr(s->p, '>', (size_t)(s->end - s->p));
  s->p = close == NULL ? s->end : close;
}

/* At a '<'. */
static const char *
scan_markup(Scan *s)
{
  const guint8 *after = s->p + 1;
  if (at_text(s, "<!--")) {
    skip_comment(s);
    return NULL;
  }
  if (at_text(s, "<meta") && s->end - s->p > 5 && (is_space(s->p[5]) || s->p[5] == '/')) {
    s->p += 5;
    return scan_meta(s);
  }
  if (after < s->end && *after == '/' && after + 1 < s->end && g_ascii_isalpha(after[1]))
    skip_tag(s);
  else if (after < s->end && g_ascii_isalpha(*after))
    skip_tag(s);
  else if (after < s->end && (*after == '!' || *after == '/' || *after == '?'))
    skip_to_close(s);
  else
    s->p++;
  return NULL;
}

char *
charset_from_meta(const unsigned char *html, size_t len)
{
  if (len == 0)
    return NULL;
  Scan s = {html, html + MIN(len, (size_t)PRESCAN)};
  while ((s.p = memchr(s.p, '<', (size_t)(s.end - s.p))) != NULL) {
    const char *charset = scan_markup(&s);
    if (charset != NULL)
      return g_strdup(charset);
  }
  return NULL;
}
