/* css.c - finds addresses in CSS by its tokens (https://www.w3.org/TR/css-syntax-3/), for names and
 * strings can be written with escapes: u\72l(...) is url(...). No grammar above the tokens: what
 * looks like an address that is loaded is one. Where readers recover from errors differently (an
 * unquoted address with blanks in it, a comment), both readings are looked at. */
#include "css.h"

#include <string.h>

typedef struct css {
  const unsigned char *text;
  size_t len, pos;
  CssFound found;
  gpointer data;
  GString *value;   /* the string or address just read */
  const char *name; /* the name just read */
  size_t name_len;
  unsigned depth;      /* open parentheses */
  unsigned loader;     /* depth in a function whose strings are addresses; 0 if in none */
  gboolean import;     /* after @import: the next string is an address */
  gboolean in_comment; /* of the text scanned now */
} Css;

static gboolean
is_blank(unsigned char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static gboolean
is_name(unsigned char c)
{
  return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10 || c == '-' ||
         c == '_' || c >= 0x80;
}

static void
skip_blanks(Css *css)
{
  while (css->pos < css->len && is_blank(css->text[css->pos]))
    css->pos++;
}

/* A line end or blank after an escape or '\\' belongs to it. */
static void
skip_one_blank(Css *css)
{
  if (css->pos >= css->len || !is_blank(css->text[css->pos]))
    return;
  css->pos +=
      css->text[css->pos] == '\r' && css->pos + 1 < css->len && css->text[css->pos + 1] == '\n' ? 2
                                                                                                : 1;
}

/* One character, or an escape, appended to css->value. */
static void
take_character(Css *css)
{
  guint32 code = 0;
  unsigned digits = 0;

  if (css->text[css->pos] != '\\' || css->pos + 1 >= css->len) {
    g_string_append_c(css->value, (gchar)css->text[css->pos++]);
    return;
  }
  css->pos++;
  while (digits < 6 && css->pos < css->len && g_ascii_isxdigit(css->text[css->pos])) {
    code = code * 16 + (guint32)g_ascii_xdigit_value((gchar)css->text[css->pos++]);
    digits++;
  }
  if (digits > 0) {
    gboolean bad = code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF);

    g_string_append_unichar(css->value, bad ? 0xFFFD : code);
    skip_one_blank(css);
  } else if (is_blank(css->text[css->pos]) && css->text[css->pos] != ' ' &&
             css->text[css->pos] != '\t') {
    skip_one_blank(css); /* a line that goes on */
  } else {
    g_string_append_c(css->value, (gchar)css->text[css->pos++]);
  }
}

static gboolean
report(Css *css, size_t start, size_t end)
{
  return css->value->len == 0 ||
         css->found(range_make(start, end - start), css->value->str, css->value->len, css->data);
}

/* A string, css->pos at its quote; reported if it is an address. */
static gboolean
read_string(Css *css, gboolean address)
{
  unsigned char quote = css->text[css->pos++];
  size_t start = css->pos, end;

  g_string_truncate(css->value, 0);
  while (css->pos < css->len && css->text[css->pos] != quote && css->text[css->pos] != '\n')
    take_character(css);
  end = css->pos;
  if (css->pos < css->len)
    css->pos++;
  return !address || report(css, start, end);
}

/* What follows "url(". An unquoted address ends at a blank too: what comes then is read on. */
static gboolean
read_url(Css *css)
{
  size_t start;

  skip_blanks(css);
  if (css->pos < css->len && (css->text[css->pos] == '"' || css->text[css->pos] == '\''))
    return read_string(css, TRUE);
  start = css->pos;
  g_string_truncate(css->value, 0);
  while (css->pos < css->len && css->text[css->pos] != ')' && !is_blank(css->text[css->pos]))
    take_character(css);
  return report(css, start, css->pos);
}

static gboolean
name_is(const Css *css, const char *name)
{
  return strlen(name) == css->name_len && g_ascii_strncasecmp(css->name, name, css->name_len) == 0;
}

/* A name; in place if it has no escapes, as all but a few. */
static void
read_name(Css *css)
{
  size_t start = css->pos;

  while (css->pos < css->len && is_name(css->text[css->pos]))
    css->pos++;
  css->name = (const char *)css->text + start;
  css->name_len = css->pos - start;
  if (css->pos >= css->len || css->text[css->pos] != '\\')
    return;
  g_string_truncate(css->value, 0);
  g_string_append_len(css->value, css->name, (gssize)css->name_len);
  while (css->pos < css->len && (is_name(css->text[css->pos]) || css->text[css->pos] == '\\'))
    take_character(css);
  css->name = css->value->str;
  css->name_len = css->value->len;
}

static gboolean
loads_strings(const Css *css)
{
  return name_is(css, "image-set") || name_is(css, "-webkit-image-set") || name_is(css, "src") ||
         name_is(css, "image") || name_is(css, "AlphaImageLoader");
}

/* A name, and the function that it begins. */
static gboolean
read_word(Css *css)
{
  read_name(css);
  if (css->pos >= css->len || css->text[css->pos] != '(')
    return TRUE;
  css->pos++;
  css->depth++;
  if (name_is(css, "url"))
    return read_url(css);
  if (css->loader == 0 && loads_strings(css))
    css->loader = css->depth;
  return TRUE;
}

static gboolean scan(Css *css);

/* Reads what is in the comment as CSS of its own; comments do not nest. */
static gboolean
read_comment(Css *css)
{
  size_t start = css->pos + 2, stop = css->len;
  const unsigned char *end = memmem(css->text + start, css->len - start, "*/", 2);
  Css inner = *css;
  gboolean on;

  if (end)
    stop = (size_t)(end - css->text);
  inner.pos = start;
  inner.len = stop;
  inner.in_comment = TRUE;
  on = scan(&inner);
  css->pos = end ? stop + 2 : stop;
  return on;
}

static void
read_mark(Css *css, unsigned char c)
{
  css->pos++;
  if (c == '(') {
    css->depth++;
  } else if (c == ')' && css->depth > 0) {
    if (css->depth-- == css->loader)
      css->loader = 0;
  } else if (c == ';' || c == '{' || c == '}') {
    css->import = FALSE;
    css->depth = css->loader = 0;
  } else if (c == '@') {
    read_name(css);
    css->import = name_is(css, "import");
  }
}

static gboolean
scan(Css *css)
{
  while (css->pos < css->len) {
    unsigned char c = css->text[css->pos];
    gboolean on = TRUE;

    if (is_name(c) || c == '\\')
      on = read_word(css);
    else if (c == '"' || c == '\'')
      on = read_string(css, css->import || css->loader > 0);
    else if (c == '/' && !css->in_comment && css->pos + 1 < css->len &&
             css->text[css->pos + 1] == '*')
      on = read_comment(css);
    else
      read_mark(css, c);
    if (!on)
      return FALSE;
  }
  return TRUE;
}

gboolean
css_addresses(const unsigned char *text, size_t len, CssFound found, gpointer data)
{
  Css css = {.text = text, .len = len, .found = found, .data = data};
  gboolean on;

  if (len == 0 || (!memchr(text, '(', len) && !memchr(text, '@', len)))
    return TRUE; /* as most style attributes */
  css.value = g_string_new(NULL);
  on = scan(&css);
  g_string_free(css.value, TRUE);
  return on;
}
