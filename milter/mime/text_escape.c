/* text_escape.c - charsets that switch by escape sequences: iso-2022-jp, iso-2022-kr, hz.
 *
 * The same byte means a letter here and half a character there, so the bytes of "http" prove
 * nothing, and a switch that yields nothing can stand in the middle of a host name (M-084): it is
 * dropped, so that the name is whole again. A line end that stands among pairs stays one. */
#include "text_out.h"

typedef enum mode { MODE_ASCII, MODE_ROMAN, MODE_KATAKANA, MODE_PAIRS } Mode;

typedef struct sequence {
  CharsetKind kind;
  const char *bytes;
  Mode mode;
} Sequence;

static const Sequence sequences[] = {
    {CHARSET_ISO2022JP, "\x1b(B", MODE_ASCII},
    {CHARSET_ISO2022JP, "\x1b(J", MODE_ROMAN},
    {CHARSET_ISO2022JP, "\x1b(I", MODE_KATAKANA},
    {CHARSET_ISO2022JP, "\x1b$@", MODE_PAIRS},
    {CHARSET_ISO2022JP, "\x1b$B", MODE_PAIRS},
    {CHARSET_ISO2022KR, "\x1b$)C", MODE_ASCII},
    {CHARSET_ISO2022KR, "\x0e", MODE_PAIRS},
    {CHARSET_ISO2022KR, "\x0f", MODE_ASCII},
    {CHARSET_HZ, "~{", MODE_PAIRS},
    {CHARSET_HZ, "~}", MODE_ASCII},
    {CHARSET_HZ, "~\n", MODE_ASCII},
    {CHARSET_HZ, "~\r\n", MODE_ASCII},
};

static const Sequence *
sequence_at(CharsetKind kind, const guint8 *p, size_t left)
{
  if (*p != 0x1b && *p != 0x0e && *p != 0x0f && *p != '~')
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(sequences); i++) {
    const Sequence *s = &sequences[i];
    const size_t len = strlen(s->bytes);
    if (s->kind == kind && len <= left && memcmp(s->bytes, p, len) == 0)
      return s;
  }
  return NULL;
}

/* Bytes of a switch to what is not known here (ESC, intermediates, a final), 0 if it is none.
 * Browsers show of it more than one character that is no letter, and who knows it nothing. */
static size_t
unknown_switch(CharsetKind kind, const guint8 *p, size_t left)
{
  size_t n = 1;
  if (kind == CHARSET_HZ || *p != 0x1b)
    return 0;
  while (n < left && n < 4 && p[n] >= 0x20 && p[n] <= 0x2f)
    n++;
  return n > 1 && n < left && p[n] >= 0x30 && p[n] <= 0x7e ? n + 1 : 0;
}

static gboolean
is_seven_bit(guint8 c)
{
  return c >= 0x21 && c <= 0x7e;
}

static unsigned
step_pair(const Glyph *table, const guint8 *p, size_t left, TextOut *out)
{
  if (*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t') {
    out_bytes(out, p, 1);
    return 1;
  }
  if (!is_seven_bit(p[0]) || left < 2 || !is_seven_bit(p[1])) {
    out_bad(out, 1);
    return 1;
  }
  out_glyph(out, &table[pair_index(p[0] | 0x80, p[1] | 0x80)], 2);
  return 2;
}

static unsigned
step_single(CharsetKind kind, Mode mode, const guint8 *p, size_t left, TextOut *out)
{
  const gboolean control = *p == 0x0e || *p == 0x0f || *p == 0x1b;
  if (kind == CHARSET_HZ && *p == '~' && left >= 2 && p[1] == '~') {
    out_char(out, '~', 2);
    return 2;
  }
  if (*p == 0 || *p >= 0x80 || control)
    out_bad(out, 1);
  else if (mode == MODE_ROMAN && *p == '\\')
    out_char(out, 0xa5, 1);
  else if (mode == MODE_ROMAN && *p == '~')
    out_char(out, 0x203e, 1);
  else if (mode == MODE_KATAKANA && *p >= 0x21 && *p <= 0x5f)
    out_char(out, *p - 0x21u + 0xff61, 1);
  else if (mode == MODE_KATAKANA && *p > ' ')
    out_bad(out, 1);
  else
    out_bytes(out, p, 1);
  return 1;
}

void
decode_escaped(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  const Glyph *table = charset_double_table(charset->table);
  const guint8 *end = p + len;
  Mode mode = MODE_ASCII;
  while (p < end) {
    const size_t left = (size_t)(end - p);
    const Sequence *s = sequence_at(charset->kind, p, left);
    if (s != NULL) {
      mode = s->mode;
      out_skip(out, strlen(s->bytes));
      p += strlen(s->bytes);
      continue;
    }
    const size_t unknown = unknown_switch(charset->kind, p, left);
    if (unknown > 0) {
      out_bad(out, (unsigned)unknown);
      p += unknown;
      continue;
    }
    /* RFC 1557 and 1843: lines begin in ASCII. */
    if (*p == '\n' && charset->kind != CHARSET_ISO2022JP)
      mode = MODE_ASCII;
    p += mode == MODE_PAIRS ? step_pair(table, p, left, out)
                            : step_single(charset->kind, mode, p, left, out);
  }
}
