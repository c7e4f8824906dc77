/* auth_field.c - Authentication-Results, RFC 8601 section 2.2.
 *
 * What a sender wrote stands in these fields, as values of properties and in comments, so this
 * reads no result out of a quoted-string or a comment, and takes nothing from a field that does not
 * follow the grammar to its end. */
#include "auth_field.h"

#include <string.h>

const char *const auth_method_names[] = {"spf", "dkim", "dmarc", NULL};
const char *const auth_result_names[] = {"none",   "pass",      "fail",      "softfail", "neutral",
                                         "policy", "temperror", "permerror", NULL};

typedef struct scan {
  const char *at, *end;
} Scan;

static char
peek(const Scan *scan)
{
  return scan->at < scan->end ? *scan->at : '\0';
}

/* Behind the comment that opens here. FALSE if it is not closed. */
static gboolean
skip_comment(Scan *scan)
{
  unsigned depth = 0;
  for (; scan->at < scan->end; scan->at++) {
    if (*scan->at == '\\')
      scan->at++;
    else if (*scan->at == '(')
      depth++;
    else if (*scan->at == ')' && --depth == 0) {
      scan->at++;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
skip_cfws(Scan *scan)
{
  for (char c = peek(scan); c && strchr(" \t\r\n(", c); c = peek(scan)) {
    if (c != '(')
      scan->at++;
    else if (!skip_comment(scan))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_token(char c)
{
  return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* A token in lower case, or NULL. */
static char *
take_token(Scan *scan)
{
  const char *from = scan->at;
  while (is_token(peek(scan)))
    scan->at++;
  return scan->at > from ? g_ascii_strdown(from, scan->at - from) : NULL;
}

/* A quoted-string without its quotes, in lower case; NULL if it is not closed. */
static char *
take_quoted(Scan *scan)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++) {
    if (*scan->at == '\\' && ++scan->at == scan->end)
      return NULL;
    g_string_append_c(text, g_ascii_tolower(*scan->at));
  }
  if (peek(scan) != '"')
    return NULL;
  scan->at++;
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
skip_quoted(Scan *scan)
{
  g_autofree char *text = take_quoted(scan);
  return text != NULL;
}

/* "authserv-id [version]" */
static gboolean
read_id(Scan *scan, AuthField *field)
{
  if (!skip_cfws(scan))
    return FALSE;
  g_autofree char *id = peek(scan) == '"' ? take_quoted(scan) : take_token(scan);
  if (!id || !*id || !skip_cfws(scan))
    return FALSE;
  g_autofree char *version = take_token(scan);
  if ((version && strcmp(version, "1") != 0) || !skip_cfws(scan))
    return FALSE;
  g_free(field->id);
  field->id = g_steal_pointer(&id);
  return TRUE;
}

static int
find_name(const char *const *names, const char *name)
{
  for (int i = 0; names[i]; i++)
    if (strcmp(names[i], name) == 0)
      return i;
  return -1;
}

static void
note(AuthField *field, const char *method, const char *result)
{
  int which = find_name(auth_method_names, method);
  int what = strcmp(result, "hardfail") == 0 ? AUTH_FAIL : find_name(auth_result_names, result);
  if (which >= 0)
    field->results[which] |= AUTH_BIT(what >= 0 ? what : AUTH_OTHER);
}

/* The reason and properties of a result: nothing is read there but quotes and comments. */
static gboolean
skip_properties(Scan *scan)
{
  while (scan->at < scan->end && peek(scan) != ';') {
    char c = peek(scan);
    if (c == '(' || c == '"') {
      if (!(c == '(' ? skip_comment(scan) : skip_quoted(scan)))
        return FALSE;
    } else if (c == '\\' || c == ')' || (g_ascii_iscntrl(c) && !strchr("\t\r\n", c)) || !c) {
      return FALSE;
    } else {
      scan->at++;
    }
  }
  return TRUE;
}

/* "method[/version] = result" after its ';', or "none" */
static gboolean
read_result(Scan *scan, AuthField *field)
{
  g_autofree char *method = take_token(scan), *version = NULL, *result = NULL;
  if (!method || !skip_cfws(scan))
    return FALSE;
  if (strcmp(method, "none") == 0 && peek(scan) != '=')
    return scan->at == scan->end || peek(scan) == ';';
  if (peek(scan) == '/') {
    scan->at++;
    if (!skip_cfws(scan) || !(version = take_token(scan)) || !skip_cfws(scan))
      return FALSE;
  }
  if (peek(scan) != '=')
    return FALSE;
  scan->at++;
  if (!skip_cfws(scan) || !(result = take_token(scan)))
    return FALSE;
  if (scan->at < scan->end && !strchr(" \t\r\n(;", *scan->at))
    return FALSE;
  note(field, method, version && strcmp(version, "1") != 0 ? "" : result);
  return skip_properties(scan);
}

static gboolean
read_field(Scan *scan, AuthField *field)
{
  if (memchr(scan->at, '\0', (size_t)(scan->end - scan->at)) || !read_id(scan, field))
    return FALSE;
  while (peek(scan) == ';') {
    scan->at++;
    if (!skip_cfws(scan))
      return FALSE;
    if (scan->at < scan->end && peek(scan) != ';' && !read_result(scan, field))
      return FALSE;
  }
  return scan->at == scan->end;
}

AuthField *
auth_field_parse(const unsigned char *value, size_t len)
{
  AuthField *field = g_new0(AuthField, 1);
  Scan scan = {(const char *)value, (const char *)value + len};
  field->id = g_strdup("");
  field->readable = read_field(&scan, field);
  if (field->results[AUTH_DKIM] & AUTH_BIT(AUTH_PASS))
    field->results[AUTH_DKIM] = AUTH_BIT(AUTH_PASS);
  if (field->readable)
    return field;
  g_free(field->id);
  field->id = g_strdup("");
  field->text = g_strndup((const char *)value, len);
  for (size_t i = 0; i < len; i++)
    field->text[i] = value[i] ? g_ascii_tolower((char)value[i]) : ' ';
  for (int i = 0; i < AUTH_METHODS; i++)
    field->results[i] = AUTH_BIT(AUTH_OTHER);
  return field;
}

void
auth_field_free(AuthField *field)
{
  if (!field)
    return;
  g_free(field->id);
  g_free(field->text);
  g_free(field);
}

gboolean
auth_field_claims(const AuthField *field, const char *id)
{
  return field->readable ? strcmp(field->id, id) == 0 : strstr(field->text, id) != NULL;
}
