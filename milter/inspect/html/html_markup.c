/* html_markup.c - comments, doctypes, CDATA sections, and where a script ends. */
#include <string.h>

#include "html_private.h"

static gboolean
starts_with(const HtmlTokenizer *t, size_t at, const char *text, gboolean any_case)
{
  size_t n = strlen(text);

  if (t->len - MIN(at, t->len) < n)
    return FALSE;
  return any_case ? g_ascii_strncasecmp((const char *)t->src + at, text, n) == 0
                  : memcmp(t->src + at, text, n) == 0;
}

static size_t
skip_blanks(const HtmlTokenizer *t, size_t at)
{
  while (at < t->len && (html_class[t->src[at]] & HTML_CLASS_BLANK))
    at++;
  return at;
}

/* The next such byte from `at` on, or the end. */
static size_t
find(const HtmlTokenizer *t, size_t at, char c)
{
  const unsigned char *p = at < t->len ? memchr(t->src + at, c, t->len - at) : NULL;

  return p ? (size_t)(p - t->src) : t->len;
}

/* --- Comments --------------------------------------------------------------------------------*/

/* A comment that the end of the source ends: "--" or "--!" before it belong to its end. */
static void
open_comment(HtmlTokenizer *t, size_t start)
{
  size_t end = t->len;

  if (end >= start + 3 && memcmp(t->src + end - 3, "--!", 3) == 0)
    end -= 3;
  else if (end > start && t->src[end - 1] == '-')
    end -= end > start + 1 && t->src[end - 2] == '-' ? 2 : 1;
  t->errors++;
  t->token.open = TRUE;
  html_undo_comment(t, range_make(start, end - start), t->len);
}

/* `start` is the place after "<!--". */
static void
read_comment(HtmlTokenizer *t, size_t start)
{
  size_t at = start;

  if (starts_with(t, start, ">", FALSE) || starts_with(t, start, "->", FALSE)) {
    t->errors++;
    html_undo_comment(t, range_make(start, 0), find(t, start, '>') + 1);
    return;
  }
  for (at = find(t, start, '-'); at < t->len; at = find(t, at + 1, '-')) {
    size_t close = starts_with(t, at, "-->", FALSE) ? 3 : starts_with(t, at, "--!>", FALSE) ? 4 : 0;

    if (close) {
      t->errors += close == 4;
      html_undo_comment(t, range_make(start, at - start), at + close);
      return;
    }
  }
  open_comment(t, start);
}

static void
read_bogus_comment(HtmlTokenizer *t, size_t start)
{
  size_t end = find(t, start, '>');

  t->errors++;
  t->token.open = end == t->len;
  html_undo_comment(t, range_make(start, end - start), MIN(end + 1, t->len));
}

/* --- Doctype ---------------------------------------------------------------------------------*/

/* Ends the token after the next '>'. */
static size_t
doctype_bogus(HtmlTokenizer *t, size_t at)
{
  return MIN(find(t, at, '>') + 1, t->len);
}

static size_t
doctype_quirks(HtmlTokenizer *t, size_t at)
{
  t->errors++;
  t->token.quirks = TRUE;
  return doctype_bogus(t, at);
}

/* A quoted identifier at `at`, copied to `id`, whose end `*end` is after the quote. FALSE if a '>'
 * or the end of all comes before. */
static gboolean
doctype_id(HtmlTokenizer *t, size_t at, Range *id, size_t *end)
{
  size_t quote = find(t, at + 1, (char)t->src[at]), close = find(t, at + 1, '>');

  *end = MIN(quote, close);
  *id = range_make(at + 1, *end - at - 1);
  if (quote >= close)
    return FALSE;
  ++*end;
  return TRUE;
}

static gboolean
is_quote(const HtmlTokenizer *t, size_t at)
{
  return at < t->len && (t->src[at] == '"' || t->src[at] == '\'');
}

/* "After DOCTYPE name state" on. Sets the spans of the identifiers that are there (off > 0).
 * Returns the place after the token. */
static size_t
doctype_ids(HtmlTokenizer *t, size_t at, Range *public, Range *system)
{
  gboolean is_public;

  at = skip_blanks(t, at);
  if (at < t->len && t->src[at] == '>')
    return at + 1;
  is_public = starts_with(t, at, "PUBLIC", TRUE);
  if (!is_public && !starts_with(t, at, "SYSTEM", TRUE))
    return doctype_quirks(t, at);
  at = skip_blanks(t, at + 6);
  if (is_public) {
    if (!is_quote(t, at) || !doctype_id(t, at, public, &at))
      return doctype_quirks(t, at);
    at = skip_blanks(t, at);
    if (at < t->len && t->src[at] == '>')
      return at + 1;
  }
  if (!is_quote(t, at) || !doctype_id(t, at, system, &at))
    return doctype_quirks(t, at);
  at = skip_blanks(t, at);
  t->token.quirks = at >= t->len;
  t->errors += at >= t->len || t->src[at] != '>';
  return doctype_bogus(t, at);
}

/* The texts of the token, in t->undone. */
static void
doctype_texts(HtmlTokenizer *t, Range public, Range system)
{
  size_t second = 0;

  g_string_truncate(t->undone, 0);
  if (public.off)
    t->errors += html_undo(t->src, public, HTML_UNDO_NUL, t->undone, NULL);
  g_string_append_c(t->undone, '\0');
  second = t->undone->len;
  if (system.off)
    t->errors += html_undo(t->src, system, HTML_UNDO_NUL, t->undone, NULL);
  t->token.public_id = public.off ? t->undone->str : NULL;
  t->token.system_id = system.off ? t->undone->str + second : NULL;
}

/* `at` is the place after "<!doctype". */
static void
read_doctype(HtmlTokenizer *t, size_t at)
{
  Range public = {0}, system = {0};
  size_t start = at = skip_blanks(t, at);

  t->token.type = HTML_DOCTYPE;
  while (at < t->len && t->src[at] != '>' && !(html_class[t->src[at]] & HTML_CLASS_BLANK))
    at++;
  if (at > start)
    t->token.name = html_name(t, range_make(start, at - start));
  if (at > start && at < t->len)
    t->pos = doctype_ids(t, at, &public, &system);
  else
    t->pos = doctype_quirks(t, at);
  doctype_texts(t, public, system);
}

void
html_read_declaration(HtmlTokenizer *t)
{
  size_t at = t->pos;

  if (t->src[at + 1] == '/')
    read_bogus_comment(t, at + 2);
  else if (t->src[at + 1] == '?')
    read_bogus_comment(t, at + 1);
  else if (starts_with(t, at + 2, "--", FALSE))
    read_comment(t, at + 4);
  else if (starts_with(t, at + 2, "DOCTYPE", TRUE))
    read_doctype(t, at + 9);
  else if (html_foreign_now(&t->foreign) && starts_with(t, at + 2, "[CDATA[", FALSE))
    html_read_cdata(t, at + 9);
  else
    read_bogus_comment(t, at + 2);
}

/* --- Scripts ---------------------------------------------------------------------------------*/

enum { SCRIPT_DATA, SCRIPT_ESCAPED, SCRIPT_DOUBLE };

/* TRUE if "script" and the end of a name stand at `at`. */
static gboolean
says_script(const HtmlTokenizer *t, size_t at)
{
  return starts_with(t, at, "script", TRUE) && at + 6 < t->len &&
         (html_class[t->src[at + 6]] & HTML_CLASS_NAME_END);
}

/* What the '<' at `at` makes of the state. */
static int
script_less(const HtmlTokenizer *t, size_t at, int state)
{
  if (state == SCRIPT_DATA)
    return starts_with(t, at, "<!--", FALSE) ? SCRIPT_ESCAPED : SCRIPT_DATA;
  if (state == SCRIPT_ESCAPED)
    return says_script(t, at + 1) ? SCRIPT_DOUBLE : SCRIPT_ESCAPED;
  return starts_with(t, at, "</", FALSE) && says_script(t, at + 2) ? SCRIPT_ESCAPED : SCRIPT_DOUBLE;
}

/* In "<!--" ... "-->" a "<script>" begins text in which "</script>" ends only itself. */
size_t
html_script_end(const HtmlTokenizer *t)
{
  int state = SCRIPT_DATA;
  size_t at;

  for (at = t->pos; at < t->len; at++) {
    unsigned char c = t->src[at];

    if (c == '<') {
      int before = state;

      if (state != SCRIPT_DOUBLE && html_ends_raw(t, at))
        return at;
      state = script_less(t, at, state);
      if (before == SCRIPT_DATA && state == SCRIPT_ESCAPED)
        at++; /* its dashes can be part of "-->" */
    } else if (c == '-' && state != SCRIPT_DATA && starts_with(t, at, "-->", FALSE)) {
      state = SCRIPT_DATA;
      at += 2;
    }
  }
  return at;
}
