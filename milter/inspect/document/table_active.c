/* table_active.c - formulas in tables as text (CSV) that ask another program: =cmd|'/c calc'!A0
 *
 * Excel reads a table whatever it is called and however it is separated, in UTF-16 and as a page of
 * HTML too, so what is looked for is the reference itself: a name, a bar, a topic, "!" and an item.
 * It stands behind a separator or an operator. */
#include "../content.h"

#include <string.h>

#include "bounds.h"

/* What a formula has before an operand, blanks passed over. */
static gboolean
begins_operand(const unsigned char *bytes, const unsigned char *p)
{
  while (p > bytes && (p[-1] == ' ' || p[-1] == '\t'))
    p--;
  return p > bytes && p[-1] && strchr("=+-@(,;*/^&<>", p[-1]);
}

/* Its opening mark, of which one that is doubled is none; NULL if there is none. */
static const unsigned char *
quoted_begin(const unsigned char *bytes, const unsigned char *close)
{
  for (const unsigned char *p = close; p > bytes && p[-1] != '|'; p--)
    if (p[-1] != '\'')
      continue;
    else if (p - bytes >= 2 && p[-2] == '\'')
      p--;
    else
      return p - 1;
  return NULL;
}

/* A drive, or the cell that a range begins with: 12:30 is neither. */
static gboolean
is_before_colon(const unsigned char *bytes, const unsigned char *colon)
{
  const unsigned char *p = colon;

  while (p > bytes && (g_ascii_isalnum(p[-1]) || p[-1] == '$'))
    p--;
  return p != colon && !g_ascii_isdigit(*p) && begins_operand(bytes, p);
}

/* Text in front of a bar that can be the name of a program, in quotation marks or with a path, and
 * what a formula has before one. No name goes on beyond another bar: this is linear. */
static gboolean
is_program_name(const unsigned char *bytes, const unsigned char *bar)
{
  const unsigned char *p = bar;

  if (p > bytes && p[-1] == '\'') {
    p = quoted_begin(bytes, p - 1);
    return p && begins_operand(bytes, p);
  }
  while (p > bytes && p[-1] && (g_ascii_isalnum(p[-1]) || strchr("_.\\", p[-1])))
    p--;
  if (p == bar || p == bytes || !p[-1])
    return FALSE;
  return p[-1] == ':' ? is_before_colon(bytes, p - 1) : strchr("=+-@(,;*/^&<> \t", p[-1]) != NULL;
}

/* In quotation marks a topic may hold anything; "\0" ends strchr's. It ends before the mark that
 * the next one would begin with, or before a bar, so this is linear, too. */
static const unsigned char *
skip_topic(const unsigned char *p, const unsigned char *end)
{
  if (p < end && *p == '\'') {
    p = memchr(p + 1, '\'', (size_t)(end - p - 1));
    return p ? p + 1 : NULL;
  }
  while (p < end && g_ascii_isgraph(*p) && !strchr("'\"<>|!", *p))
    p++;
  return p;
}

/* What follows is a cell or a name, if need be in quotation marks; not the end of a sentence. */
static gboolean
is_reference(const unsigned char *bar, const unsigned char *end)
{
  const unsigned char *p = skip_topic(bar + 1, end);

  return p && p > bar + 1 && end - p >= 2 && p[0] == '!' &&
         (g_ascii_isalnum(p[1]) || (p[1] && strchr("'\"$_\\", p[1])));
}

static gboolean
holds_reference(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *bar = bytes;
       bar < end && (bar = memchr(bar, '|', (size_t)(end - bar))) != NULL; bar++)
    if (is_program_name(bytes, bar) && is_reference(bar, end))
      return TRUE;
  return FALSE;
}

static BitSet
wide_reference(const unsigned char *ascii, size_t len, gboolean more)
{
  (void)more;
  return holds_reference(ascii, len);
}

/* What is looked at at a time of a text with NULs, each piece with the end of the one before it. */
#define PIECE   MIB(1)
#define OVERLAP KIB(4)

/* Excel passes over NULs in a table as text, wherever they stand. */
static gboolean
holds_scattered(const unsigned char *bytes, size_t len)
{
  const gboolean scattered = len > 0 && !compound_is(bytes, len) && memchr(bytes, 0, len) != NULL;
  g_autofree unsigned char *text = scattered ? g_malloc(PIECE) : NULL;
  size_t have = 0;

  for (size_t i = 0; text && i < len; i++) {
    if (bytes[i] != 0)
      text[have++] = bytes[i];
    if (have < PIECE && i + 1 < len)
      continue;
    if (holds_reference(text, have))
      return TRUE;
    memmove(text, text + have - MIN(have, OVERLAP), MIN(have, OVERLAP));
    have = MIN(have, OVERLAP);
  }
  return FALSE;
}

gboolean
table_asks_program(const unsigned char *bytes, size_t len)
{
  return holds_reference(bytes, len) || holds_scattered(bytes, len) ||
         wide_traits(bytes, len, wide_reference) != 0;
}
