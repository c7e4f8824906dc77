/* field.c - structural fields: token, parameters, and where they leave the grammar.
 *
 * Readers disagree on everything here but the plain form, so the parser resynchronises wherever
 * any known reader does: at ';' outside quotes, after a quoted-string, and where a blank follows a
 * token. What it passes over is told in flags. Bytes are copied unfolded first, so that the parser
 * proper sees one line; a line end inside a quoted-string is remembered as '\n' for FIELD_FOLDED.
 */
#include "field.h"

#include <string.h>

#include "bounds.h"

typedef struct scan {
  const char *p;
  const char *end;
} Scan;

static void
param_free(gpointer data)
{
  Param *param = data;

  g_free(param->name);
  g_free(param->value);
  g_free(param->raw);
  g_free(param);
}

void
structured_free(Structured *field)
{
  if (field == NULL)
    return;
  g_free(field->token);
  g_ptr_array_free(field->params, TRUE);
  g_free(field);
}

static gboolean
is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n';
}

static gboolean
is_token_char(char c)
{
  return c > ' ' && c < 127 && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

gboolean
token_is_media_type(const char *token)
{
  const char *slash = strchr(token, '/');

  if (slash == NULL || slash == token || slash[1] == '\0')
    return FALSE;
  for (const char *p = token; *p != '\0'; p++)
    if (p != slash && !is_token_char(*p))
      return FALSE;
  return TRUE;
}

/* A line end becomes one '\n' (what follows it is a blank, or the field would be over). */
static GString *
unfold(const unsigned char *value, size_t len)
{
  GString *out = g_string_sized_new(len + 1);

  for (size_t i = 0; i < len; i++) {
    if (value[i] == '\0')
      g_string_append(out, "\357\277\275");
    else if (value[i] == '\r' && i + 1 < len && value[i + 1] == '\n')
      continue;
    else
      g_string_append_c(out, (char)value[i]);
  }
  return out;
}

static unsigned
byte_flags(const char *p, const char *end)
{
  unsigned flags = 0;

  for (; p < end; p++) {
    unsigned char c = (unsigned char)*p;

    if (c >= 0x80)
      flags |= FIELD_8BIT;
    else if (c == 0x7f || (c < 0x20 && c != '\t' && c != '\n'))
      flags |= FIELD_CONTROL;
  }
  return flags;
}

/* Passes a comment; nested ones count. */
static unsigned
skip_comment(Scan *s)
{
  unsigned depth = 0;

  for (; s->p < s->end; s->p++) {
    if (*s->p == '\\' && s->p + 1 < s->end)
      s->p++;
    else if (*s->p == '(')
      depth++;
    else if (*s->p == ')' && --depth == 0) {
      s->p++;
      return FIELD_COMMENT;
    }
  }
  return FIELD_COMMENT | FIELD_UNCLOSED;
}

static unsigned
skip_space(Scan *s)
{
  unsigned flags = 0;

  while (s->p < s->end && (is_space(*s->p) || *s->p == '(')) {
    if (*s->p == '(')
      flags |= skip_comment(s);
    else
      s->p++;
  }
  return flags;
}

/* A quoted-string, cursor on the quote. Without an end it goes to the end of the field. */
static unsigned
read_quoted(Scan *s, GString *out)
{
  unsigned flags = FIELD_QUOTED;

  for (s->p++; s->p < s->end; s->p++) {
    if (*s->p == '"') {
      s->p++;
      return flags;
    }
    if (*s->p == '\n') {
      flags |= FIELD_FOLDED;
      continue;
    }
    if (*s->p == '\\' && s->p + 1 < s->end) {
      flags |= FIELD_ESCAPED;
      s->p++;
    }
    g_string_append_c(out, *s->p);
  }
  return flags | FIELD_UNCLOSED;
}

static unsigned
unquoted_flags(const char *p, const char *end)
{
  unsigned flags = 0;

  for (; p < end; p++) {
    if (is_space(*p))
      flags |= FIELD_BLANK;
    else if (strchr(",()\"\\", *p) != NULL)
      flags |= FIELD_DIVIDER;
    else if (strchr("=:/?@[]<>", *p) != NULL)
      flags |= FIELD_SPECIAL;
  }
  return flags;
}

static char *
copy_trimmed(const char *p, const char *end)
{
  while (p < end && is_space(*p))
    p++;
  while (end > p && is_space(end[-1]))
    end--;

  char *copy = g_strndup(p, (gsize)(end - p));

  for (char *c = copy; *c != '\0'; c++)
    if (*c == '\n')
      *c = ' ';
  return copy;
}

/* The value after '='. An unquoted one goes to ';'. */
static void
read_value(Scan *s, Param *param)
{
  const char *start = s->p;

  param->flags |= skip_space(s);
  if (s->p < s->end && *s->p == '"') {
    g_autoptr(GString) text = g_string_new(NULL);

    param->flags |= read_quoted(s, text);
    param->value = g_strdup(text->str);
    param->raw = copy_trimmed(start, s->p);
    param->flags |= skip_space(s);
    if (s->p < s->end && *s->p != ';')
      param->flags |= FIELD_JUNK;
  } else {
    const char *end = memchr(s->p, ';', (size_t)(s->end - s->p));

    end = end != NULL ? end : s->end;
    param->value = copy_trimmed(s->p, end);
    param->raw = copy_trimmed(start, end);
    param->flags |= unquoted_flags(param->value, param->value + strlen(param->value));
    s->p = end;
  }
  if (param->value[0] == '\0')
    param->flags |= FIELD_EMPTY;
  param->flags |= byte_flags(start, s->p);
}

/* Up to '=' or ';', without blanks, comments and quotes. */
static void
read_name(Scan *s, Param *param)
{
  g_autoptr(GString) name = g_string_new(NULL);

  while (s->p < s->end && *s->p != '=' && *s->p != ';') {
    if (*s->p == '(' || is_space(*s->p)) {
      unsigned flags = skip_space(s);

      param->flags |= flags;
      if (s->p < s->end && *s->p != '=' && *s->p != ';')
        param->flags |= name->len > 0 ? FIELD_NAME : 0;
      else if (flags == 0)
        param->flags |= FIELD_SPACED;
    } else if (*s->p == '"') {
      param->flags |= FIELD_NAME | read_quoted(s, name);
    } else {
      if (!is_token_char(*s->p))
        param->flags |= FIELD_NAME;
      if (*s->p != '\\')
        g_string_append_c(name, g_ascii_tolower(*s->p));
      s->p++;
    }
  }
  param->name = g_ascii_strdown(name->str, -1);
  param->flags &= ~(unsigned)FIELD_QUOTED;
}

static Param *
read_param(Scan *s, unsigned flags)
{
  Param *param = g_new0(Param, 1);
  const char *start = s->p;

  param->flags = flags;
  read_name(s, param);
  if (s->p < s->end && *s->p == '=') {
    s->p++;
    if (s->p < s->end && is_space(*s->p))
      param->flags |= FIELD_SPACED;
    if (param->name[0] == '\0')
      param->flags |= FIELD_NAME;
    read_value(s, param);
  } else {
    param->flags |= FIELD_NO_VALUE | byte_flags(start, s->p);
    param->raw = copy_trimmed(start, s->p);
    param->value = g_strdup(param->raw);
  }
  return param;
}

/* `first`: where a first one may stand without a ';'. */
static void
read_params(Scan *s, const char *first, Structured *field)
{
  while (s->p < s->end) {
    unsigned flags = *s->p == ';' || s->p == first ? 0 : FIELD_UNSEPARATED;

    if (*s->p == ';')
      s->p++;
    flags |= skip_space(s);
    if (s->p >= s->end || *s->p == ';')
      continue;
    if (field->params->len >= LIMIT_PARAMS) {
      field->capped = TRUE;
      return;
    }

    Param *param = read_param(s, flags);

    g_ptr_array_add(field->params, param);
    if (strlen(param->name) > LIMIT_PARAM_NAME && (param->flags & FIELD_NO_VALUE) == 0)
      field->capped = TRUE;
  }
}

/* Up to ';', or to a blank or comma with something else after it. */
static void
read_token(Scan *s, Structured *field)
{
  g_autoptr(GString) token = g_string_new(NULL);
  const char *start;

  field->flags |= skip_space(s);
  start = s->p;
  while (s->p < s->end && *s->p != ';' && *s->p != '(' && *s->p != ',' && !is_space(*s->p))
    g_string_append_c(token, g_ascii_tolower(*s->p++));
  field->flags |= byte_flags(start, s->p);
  field->flags |= skip_space(s);
  if (s->p < s->end && *s->p != ';')
    field->flags |= FIELD_JUNK;
  if (s->p < s->end && *s->p == ',')
    s->p++;
  if (token->len == 0)
    field->flags |= FIELD_EMPTY;
  field->token = g_strdup(token->str);
}

Structured *
structured_parse(const unsigned char *value, size_t len)
{
  Structured *field = g_new0(Structured, 1);
  g_autoptr(GString) line = unfold(value, len);
  Scan s = {line->str, line->str + line->len};

  field->params = g_ptr_array_new_with_free_func(param_free);
  read_token(&s, field);
  /* filename="a.exe" without a word in front: for many readers that is a parameter. */
  if (strchr(field->token, '=') != NULL)
    s.p = line->str;
  read_params(&s, line->str, field);
  return field;
}

const Param *
structured_param(const Structured *field, const char *name)
{
  for (guint i = 0; i < field->params->len; i++) {
    const Param *param = g_ptr_array_index(field->params, i);

    if (strcmp(param->name, name) == 0)
      return param;
  }
  return NULL;
}
