/* text_char.c - which characters make an address in running text, and which end it. */
#include "text_char.h"

#include <string.h>

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
      {0x30fb, 0x30fb}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6b}, {0xfeff, 0xfeff}, {0xff01, 0xff0f},
      {0xff1a, 0xff20}, {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xfffc, 0xfffd},
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

CharClass
char_class(gunichar c)
{
  if (c < 0x80) {
    if (g_ascii_isalnum(c) || c == '-' || c == '_')
      return CHAR_PLAIN;
    return c == '.' ? CHAR_DOT : c <= ' ' || strchr("<>\"`\x7f", (int)c) ? CHAR_END : CHAR_ASCII;
  }
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
