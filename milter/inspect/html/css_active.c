/* css_active.c - what in CSS runs a script or loads another style sheet.
 *
 * Only old readers do it, and those read CSS as they like: a word is looked for wherever it
 * stands, in comments and strings too, with escapes undone and comments inside it left out. */
#include "css.h"

#include <string.h>

/* Longer words are none of those looked for. */
#define WORD_MAX 16

/* A comment in a word that is longer ends the word: else an attacker makes us search for ends. */
#define COMMENT_MAX 512

typedef struct word {
  char text[WORD_MAX + 1]; /* lower case; cut */
  size_t len;
  size_t end; /* in the source */
} Word;

static gboolean
is_blank(unsigned char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static gboolean
is_name(unsigned char c)
{
  return g_ascii_isalnum((gchar)c) || c == '-' || c == '_' || c >= 0x80;
}

static gboolean
comment_at(const unsigned char *css, size_t len, size_t at)
{
  return at + 1 < len && css[at] == '/' && css[at + 1] == '*';
}

/* After the comment at `at`. One that nothing ends is no longer than its opening. */
static size_t
comment_end(const unsigned char *css, size_t len, size_t at)
{
  const unsigned char *end = memmem(css + at + 2, MIN(len - at - 2, COMMENT_MAX), "*/", 2);

  return end ? (size_t)(end - css) + 2 : at + 2;
}

static void
append(Word *word, guint32 c)
{
  if (word->len < WORD_MAX)
    word->text[word->len] = c < 0x80 ? g_ascii_tolower((gchar)c) : '?';
  word->len++;
}

/* The escape at `at`; returns the place after it. */
static size_t
take_escape(const unsigned char *css, size_t len, size_t at, Word *word)
{
  guint32 code = 0;
  unsigned digits = 0;

  for (at++; digits < 6 && at < len && g_ascii_isxdigit((gchar)css[at]); digits++)
    code = code * 16 + (guint32)g_ascii_xdigit_value((gchar)css[at++]);
  if (digits == 0 && at < len)
    code = css[at++];
  else if (at < len && is_blank(css[at]))
    at++;
  append(word, code);
  return at;
}

/* Comments are only looked past if the word goes on behind them. */
static Word
read_word(const unsigned char *css, size_t len, size_t at)
{
  Word word = {.len = 0};
  unsigned comments = 0;

  word.end = at;
  while (at < len) {
    if (is_name(css[at])) {
      append(&word, css[at++]);
    } else if (css[at] == '\\' && at + 1 < len) {
      at = take_escape(css, len, at, &word);
    } else if (comment_at(css, len, at) && comments++ < WORD_MAX && word.len <= WORD_MAX) {
      at = comment_end(css, len, at);
      continue; /* and the word ends before it unless it goes on */
    } else {
      break;
    }
    word.end = at;
  }
  word.text[MIN(word.len, WORD_MAX)] = '\0';
  return word;
}

static size_t
skip(const unsigned char *css, size_t len, size_t at)
{
  unsigned comments = 0;

  while (at < len) {
    if (is_blank(css[at]))
      at++;
    else if (comment_at(css, len, at) && comments++ < WORD_MAX)
      at = comment_end(css, len, at);
    else
      break;
  }
  return at;
}

/* url(#…) after the colon at `at`. */
static gboolean
is_own_behavior(const unsigned char *css, size_t len, size_t at)
{
  at = skip(css, len, at + 1);
  if (len - MIN(at, len) < 5 || g_ascii_strncasecmp((const char *)css + at, "url(", 4) != 0)
    return FALSE;
  at = skip(css, len, at + 4);
  if (at < len && (css[at] == '"' || css[at] == '\''))
    at++;
  return at < len && css[at] == '#';
}

/* The word begins at `start`. TRUE if it acts; `*act` says how. */
static gboolean
word_acts(const unsigned char *css, size_t len, size_t start, const Word *word, CssAct *act)
{
  size_t next;

  *act = CSS_SCRIPT;
  if (word->len == 6 && strcmp(word->text, "import") == 0 && start > 0 && css[start - 1] == '@') {
    *act = CSS_IMPORT;
    return TRUE;
  }
  if (word->len < 8 || word->len > 12)
    return FALSE;
  next = skip(css, len, word->end);
  if (strcmp(word->text, "expression") == 0)
    return next < len && css[next] == '(';
  if (next >= len || css[next] != ':')
    return FALSE;
  if (strcmp(word->text, "behavior") == 0 || strcmp(word->text, "-ms-behavior") == 0)
    return !is_own_behavior(css, len, next);
  return strcmp(word->text, "-moz-binding") == 0;
}

gboolean
css_active(const unsigned char *css, size_t len, CssActs acts, gpointer data)
{
  size_t at = 0;

  if (len == 0 || (!memchr(css, '(', len) && !memchr(css, '@', len)))
    return TRUE; /* as most style attributes */
  while (at < len) {
    CssAct act;
    Word word;

    if (!is_name(css[at]) && css[at] != '\\') {
      at++;
      continue;
    }
    word = read_word(css, len, at);
    if (word_acts(css, len, at, &word, &act) && !acts(act, range_make(at, word.end - at), data))
      return FALSE;
    at = MAX(word.end, at + 1);
  }
  return TRUE;
}
