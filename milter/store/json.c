/* json_check is a machine without recursion: a bit a level says whether it is an object or an
 * array, and a state says what may come next. */
#include "json.h"

#include <string.h>

static gboolean
is_plain(char c)
{
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* One character of valid UTF-8; returns what is behind it. */
static const char *
add_char(GString *out, const char *at)
{
  gunichar c = g_utf8_get_char(at);

  if (c == '"' || c == '\\')
    g_string_append_printf(out, "\\%c", (char)c);
  else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
    g_string_append_printf(out, "\\u%04x", c);
  else
    g_string_append_unichar(out, c);
  return g_utf8_next_char(at);
}

void
json_add_string(GString *out, const char *text)
{
  g_autofree char *valid = NULL;
  const char *at = text != NULL ? text : "";

  g_string_append_c(out, '"');
  for (;;) {
    const char *run = at;

    while (is_plain(*at))
      at++;
    g_string_append_len(out, run, at - run);
    if (*at == '\0')
      break;
    if (valid == NULL)
      at = valid = g_utf8_make_valid(at, -1);
    at = add_char(out, at);
  }
  g_string_append_c(out, '"');
}

typedef enum expect { VALUE, VALUE_OR_END, NAME, NAME_OR_END, COLON, COMMA_OR_END, NOTHING } Expect;

typedef struct checker {
  const char *at;
  guint32 objects; /* bit n: level n is an object */
  unsigned depth;
  Expect expect;
  const char *const *forbidden;
} Checker;

static gboolean
is_object(const Checker *checker)
{
  return (checker->objects >> checker->depth & 1) != 0;
}

static gboolean
open_level(Checker *checker, gboolean object)
{
  if (checker->depth >= JSON_DEPTH)
    return FALSE;
  checker->depth++;
  checker->objects &= ~(1u << checker->depth);
  checker->objects |= (guint32)object << checker->depth;
  checker->expect = object ? NAME_OR_END : VALUE_OR_END;
  checker->at++;
  return TRUE;
}

static gboolean
close_level(Checker *checker, gboolean object)
{
  if (checker->depth == 0 || is_object(checker) != object)
    return FALSE;
  checker->depth--;
  checker->expect = checker->depth > 0 ? COMMA_OR_END : NOTHING;
  checker->at++;
  return TRUE;
}

static gboolean
skip_escape(Checker *checker)
{
  if (checker->at[1] == '\0' || strchr("\"\\/bfnrtu", checker->at[1]) == NULL)
    return FALSE;
  if (checker->at[1] == 'u')
    for (int i = 2; i < 6; i++)
      if (!g_ascii_isxdigit(checker->at[i]))
        return FALSE;
  checker->at += checker->at[1] == 'u' ? 6 : 2;
  return TRUE;
}

static gboolean
skip_string(Checker *checker)
{
  for (checker->at++; *checker->at != '"';) {
    if ((guchar)*checker->at < 0x20)
      return FALSE;
    if (*checker->at != '\\')
      checker->at++;
    else if (!skip_escape(checker))
      return FALSE;
  }
  checker->at++;
  return TRUE;
}

static gboolean
is_forbidden(const Checker *checker, const char *name, size_t len)
{
  if (memchr(name, '\\', len) != NULL)
    return TRUE;
  for (const char *const *word = checker->forbidden; *word != NULL; word++)
    if (strlen(*word) == len && memcmp(*word, name, len) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
skip_name(Checker *checker)
{
  const char *start = checker->at + 1;

  if (*checker->at != '"' || !skip_string(checker))
    return FALSE;
  checker->expect = COLON;
  return checker->depth > 1 || !is_forbidden(checker, start, (size_t)(checker->at - 1 - start));
}

static size_t
digits(const char *at)
{
  return strspn(at, "0123456789");
}

static gboolean
skip_number(Checker *checker)
{
  const char *at = checker->at + (*checker->at == '-');
  size_t whole = digits(at);

  if (whole == 0 || (whole > 1 && *at == '0'))
    return FALSE;
  at += whole;
  if (*at == '.') {
    if (digits(at + 1) == 0)
      return FALSE;
    at += 1 + digits(at + 1);
  }
  if (*at == 'e' || *at == 'E') {
    at += at[1] == '+' || at[1] == '-' ? 2 : 1;
    if (digits(at) == 0)
      return FALSE;
    at += digits(at);
  }
  checker->at = at;
  return TRUE;
}

static gboolean
skip_word(Checker *checker)
{
  static const char *const words[] = {"true", "false", "null"};

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if (strncmp(checker->at, words[i], strlen(words[i])) == 0) {
      checker->at += strlen(words[i]);
      return TRUE;
    }
  return FALSE;
}

static gboolean
skip_value(Checker *checker)
{
  char c = *checker->at;

  if (c == '{' || c == '[')
    return open_level(checker, c == '{');
  checker->expect = COMMA_OR_END;
  if (c == '"')
    return skip_string(checker);
  return c == '-' || g_ascii_isdigit(c) ? skip_number(checker) : skip_word(checker);
}

static gboolean
skip_char(Checker *checker, char c, Expect next)
{
  if (*checker->at != c)
    return FALSE;
  checker->at++;
  checker->expect = next;
  return TRUE;
}

static gboolean
step(Checker *checker)
{
  gboolean object = is_object(checker);

  if (*checker->at == (object ? '}' : ']') &&
      (checker->expect == VALUE_OR_END || checker->expect == NAME_OR_END ||
       checker->expect == COMMA_OR_END))
    return close_level(checker, object);
  switch (checker->expect) {
  case VALUE:
  case VALUE_OR_END:
    return skip_value(checker);
  case NAME:
  case NAME_OR_END:
    return skip_name(checker);
  case COLON:
    return skip_char(checker, ':', VALUE);
  case COMMA_OR_END:
    return skip_char(checker, ',', object ? NAME : VALUE);
  case NOTHING:
    break;
  }
  return FALSE;
}

gboolean
json_check(const char *text, const char *const *forbidden)
{
  Checker checker = {.at = text, .expect = VALUE, .forbidden = forbidden};

  if (*text != '{' || !g_utf8_validate(text, -1, NULL))
    return FALSE;
  while (checker.expect != NOTHING) {
    if (checker.expect != VALUE || checker.depth > 0)
      checker.at += strspn(checker.at, " ");
    if (!step(&checker))
      return FALSE;
  }
  return *checker.at == '\0';
}
