/* text_char.c - which characters make an address in running text and which end it, and where to
 * look. */
#include "text_char.h"

#include <string.h>

/* ':' '@' '.', and of U+3002 (e3 80 82), U+FF0E (ef bc 8e), U+FF61 (ef bd a1) the rarest byte */
static const guchar trigger_byte[TRIGGERS] = {':', '@', '.', 0x80, 0x8e, 0xa1, '\\'};

typedef struct span {
  gunichar first, last;
} Span;

static gboolean
is_in(gunichar c, const Span *spans, size_t n)
{
  for (size_t i = 0; i < n && c >= spans[i].first; i++)
    if (c <= spans[i].last)
      return TRUE;
  return FALSE;
}

/* Blanks, directional marks, quotes and punctuation that no reader takes into an address. */
static gboolean
is_end(gunichar c)
{
  static const Span ends[] = {
      {0x80, 0xa0},     {0xab, 0xab},     {0xbb, 0xbb},     {0x1680, 0x1680}, {0x2000, 0x200a},
      {0x200e, 0x200f}, {0x2018, 0x201f}, {0x2022, 0x2022}, {0x2026, 0x202f}, {0x2039, 0x203a},
      {0x205f, 0x205f}, {0x2066, 0x2069}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030},
      {0x30fb, 0x30fb}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6b}, {0xff01, 0xff0f}, {0xff1a, 0xff20},
      {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xfffc, 0xfffd},
  };
  return is_in(c, ends, G_N_ELEMENTS(ends));
}

static gboolean
is_ideo(gunichar c)
{
  static const Span spans[] = {
      {0x0e00, 0x0eff}, {0x1000, 0x109f}, {0x1100, 0x11ff},   {0x1780, 0x17ff},
      {0x2e80, 0x2fdf}, {0x3005, 0x3007}, {0x3021, 0x302f},   {0x3031, 0x31ff},
      {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa960, 0xa97f},   {0xac00, 0xd7ff},
      {0xf900, 0xfaff}, {0xff66, 0xffdc}, {0x1b000, 0x1b16f}, {0x20000, 0x3ffff},
  };
  return is_in(c, spans, G_N_ELEMENTS(spans));
}

static gboolean
is_full_width(gunichar c)
{
  return (c >= 0xff10 && c <= 0xff19) || (c >= 0xff21 && c <= 0xff3a) ||
         (c >= 0xff41 && c <= 0xff5a) || c == 0xff0d;
}

static CharClass
class_of(gunichar c)
{
  if (c < 0x80) {
    if (g_ascii_isalnum(c) || c == '-' || c == '_')
      return CHAR_PLAIN;
    if (c <= ' ' || c == '<' || c == '>' || c == '"' || c == '`' || c == 0x7f)
      return CHAR_END;
    return c == '.' ? CHAR_DOT : CHAR_ASCII;
  }
  if (c >= 0x4e00 && c < 0xa000)
    return CHAR_IDEO;
  if (is_full_width(c))
    return CHAR_PLAIN;
  if (c == 0x3002 || c == 0xff61)
    return CHAR_STOP;
  if (c == 0xff0e)
    return CHAR_DOT;
  if (is_end(c))
    return CHAR_END;
  if (is_ideo(c))
    return CHAR_IDEO;
  return g_unichar_isalnum(c) || g_unichar_ismark(c) ? CHAR_LETTER : CHAR_SYMBOL;
}

Character
scan_char(const Scan *scan, size_t i)
{
  if (i >= scan->len)
    return (Character){0, 0, CHAR_END};
  guchar byte = scan->s[i];
  if (byte < 0x80)
    return (Character){byte, 1, class_of(byte)};
  gunichar c = g_utf8_get_char_validated((const char *)scan->s + i, (gssize)(scan->len - i));
  if (c == (gunichar)-1 || c == (gunichar)-2)
    return (Character){0xfffd, 1, CHAR_END};
  return (Character){c, (unsigned)g_unichar_to_utf8(c, NULL), class_of(c)};
}

Character
scan_char_before(const Scan *scan, size_t i, size_t floor)
{
  size_t at = i;
  while (at > floor && i - at < 4) {
    at--;
    if ((scan->s[at] & 0xc0) != 0x80) {
      Character ch = scan_char(scan, at);
      return at + ch.n == i ? ch : (Character){0xfffd, 1, CHAR_END};
    }
  }
  return (Character){0, 0, CHAR_END};
}

gboolean
char_is_word(CharClass class)
{
  return class == CHAR_PLAIN || class == CHAR_LETTER || class == CHAR_IDEO;
}

int
scan_byte(const Scan *scan, size_t i)
{
  return i < scan->len ? scan->s[i] : -1;
}

gboolean
scan_has(const Scan *scan, size_t i, const char *text)
{
  size_t n = strlen(text);
  return i <= scan->len && scan->len - i >= n &&
         g_ascii_strncasecmp((const char *)scan->s + i, text, n) == 0;
}

/* --- where to look --- */

/* Bytes that may stand directly before and after a dot, or '[' and ']' of a defanged one. */
static gboolean
is_beside_dot(int c)
{
  return g_ascii_isalnum(c) || c >= 0x80 || c == '-' || c == '_' || c == '[' || c == ']';
}

/* The dot of "10.5", with nothing more to come. */
static gboolean
is_decimal_point(const Scan *scan, size_t dot)
{
  size_t i = dot + 1;
  while (i < scan->len && g_ascii_isdigit(scan->s[i]))
    i++;
  return i > dot + 1 && g_ascii_isdigit(scan->s[dot - 1]) &&
         (i == scan->len || (scan->s[i] != '.' && !is_beside_dot(scan->s[i])));
}

/* Can the trigger byte at `at` begin anything? Most in ordinary text end a sentence, or stand in a
 * number or a time of day. */
static gboolean
is_worth_it(const Scan *scan, int trigger, size_t at)
{
  const guchar *s = scan->s;
  if (trigger == TRIGGER_BACKSLASH)
    return at + 3 < scan->len && s[at + 1] == '\\' && g_ascii_isalnum(s[at + 2]) &&
           (at == 0 || (s[at - 1] != '\\' && s[at - 1] != ':' && !g_ascii_isalnum(s[at - 1])));
  if (at == 0 || at + 1 >= scan->len)
    return FALSE;
  switch (trigger) {
  case TRIGGER_COLON:
    return s[at + 1] > ' ' && g_ascii_isalnum(s[at - 1]) &&
           (s[at + 1] == '/' || g_ascii_isalpha(s[at - 1]));
  case TRIGGER_AT:
    return s[at + 1] > ' ' && s[at - 1] > ' ';
  case TRIGGER_DOT:
    return is_beside_dot(s[at + 1]) && is_beside_dot(s[at - 1]) && !is_decimal_point(scan, at);
  case TRIGGER_STOP:
    return s[at - 1] == 0xe3 && s[at + 1] == 0x82;
  default:
    return at >= 2 && s[at - 2] == 0xef && s[at - 1] == (trigger == 4 ? 0xbc : 0xbd);
  }
}

static size_t
trigger_find(const Scan *scan, int trigger, size_t from)
{
  const guchar *hit;
  while (from < scan->len &&
         (hit = memchr(scan->s + from, trigger_byte[trigger], scan->len - from)) != NULL) {
    from = (size_t)(hit - scan->s);
    if (is_worth_it(scan, trigger, from))
      return from;
    from++;
  }
  return scan->len;
}

int
scan_next(Scan *scan, size_t *at)
{
  int first = -1;
  *at = scan->len;
  for (int i = 0; i < TRIGGERS; i++) {
    if (!scan->started || scan->next[i] < scan->pos)
      scan->next[i] = trigger_find(scan, i, scan->pos);
    if (scan->next[i] < *at) {
      *at = scan->next[i];
      first = i;
    }
  }
  scan->started = TRUE;
  return first;
}
