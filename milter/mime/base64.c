/* base64.c - RFC 2045 section 6.8, as forgiving as mail readers are.
 *
 * Readers agree on clean base64 only. Bytes outside the alphabet: most skip them. '-' and '_': some
 * take them for '+' and '/'. '=' with data after it: some stop, some start a new quantum, some
 * carry on in the middle of the old one. What is told apart here: a '=' after two or three
 * characters ends their quantum, any other is skipped; and everything unusual raises a flag, since
 * with it the content means different things to different readers. */
#include "codec.h"

#include <string.h>

/* Values of characters; bit 6 marks the two of the URL-safe alphabet, bit 7 what is no character:
 * 0xfe a blank or line end, 0xfd padding, 0xff junk. */
enum { URLSAFE = 0x40, NO_CHAR = 0x80, BLANK = 0xfe, PAD = 0xfd };

static const guint8 values[256] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xfe, 0xff, 0xff, 0xfe, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3e, 0xff, 0x7e, 0xff, 0x3f,
    0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0xff, 0xff, 0xff, 0xfd, 0xff, 0xff,
    0xff, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
    0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0xff, 0xff, 0xff, 0xff, 0x7f,
    0xff, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

typedef struct base64_state {
  guint8 *out;
  guint32 bits;   /* of the quantum begun */
  unsigned chars; /* in it: 0 to 3 */
  unsigned pads;  /* '=' since the last character */
  gboolean short_pad;
  unsigned flags;
} State;

/* A quantum that ends with two or three characters. One alone is six bits of nothing. */
static void
quantum_cut(State *s)
{
  if (s->chars == 2) {
    *s->out++ = (guint8)(s->bits >> 4);
  } else if (s->chars == 3) {
    *s->out++ = (guint8)(s->bits >> 10);
    *s->out++ = (guint8)(s->bits >> 2);
  }
  s->bits = 0;
  s->chars = 0;
}

static void
take_char(State *s, unsigned value)
{
  if (s->pads > 0)
    s->flags |= DECODE_PADDING;
  if (value & URLSAFE)
    s->flags |= DECODE_URLSAFE;
  s->pads = 0;
  s->short_pad = FALSE;
  s->bits = s->bits << 6 | (value & 0x3f);
  if (++s->chars < 4)
    return;
  *s->out++ = (guint8)(s->bits >> 16);
  *s->out++ = (guint8)(s->bits >> 8);
  *s->out++ = (guint8)s->bits;
  s->bits = 0;
  s->chars = 0;
}

static void
take_pad(State *s)
{
  s->pads++;
  s->short_pad = s->chars == 2; /* until the second '=' */
  if (s->chars != 1)
    quantum_cut(s);
}

static void
take_byte(State *s, guint8 byte)
{
  const unsigned value = values[byte];
  if (value < NO_CHAR)
    take_char(s, value);
  else if (value == PAD)
    take_pad(s);
  else if (value != BLANK)
    s->flags |= DECODE_JUNK;
}

/* For clean quanta, a table for each place: the bits, shifted, and a count of one. No character
 * counts nothing, so that four of them in a row show in the sum. */
enum { ONE = 1 << 26, FOUR = 4 * ONE, COUNT = 7 * ONE };

#define FOUR_CHARS(a, i, s)                                                                        \
  [a] = (i) << (s) | ONE, [(a) + 1] = ((i) + 1) << (s) | ONE, [(a) + 2] = ((i) + 2) << (s) | ONE,  \
  [(a) + 3] = ((i) + 3) << (s) | ONE
#define LETTERS(a, i, s)                                                                           \
  FOUR_CHARS(a, i, s), FOUR_CHARS((a) + 4, (i) + 4, s), FOUR_CHARS((a) + 8, (i) + 8, s),           \
      FOUR_CHARS((a) + 12, (i) + 12, s), FOUR_CHARS((a) + 16, (i) + 16, s),                        \
      FOUR_CHARS((a) + 20, (i) + 20, s), [(a) + 24] = ((i) + 24) << (s) | ONE,                     \
                                                [(a) + 25] = ((i) + 25) << (s) | ONE
#define PLACE(s)                                                                                   \
  {                                                                                                \
    LETTERS('A', 0, s), LETTERS('a', 26, s), FOUR_CHARS('0', 52, s),                               \
        FOUR_CHARS('4', 56, s), ['8'] = 60 << (s) | ONE, ['9'] = 61 << (s) | ONE,                  \
                                ['+'] = 62 << (s) | ONE, ['/'] = 63 << (s) | ONE                   \
  }

static const guint32 places[4][256] = {PLACE(18), PLACE(12), PLACE(6), PLACE(0)};

/* Whole clean quanta from p on; returns where they end. */
static const guint8 *
take_quanta(State *s, const guint8 *p, const guint8 *end)
{
  guint8 *out = s->out;
  while (end - p >= 4) {
    const guint32 sum = places[0][p[0]] + places[1][p[1]] + places[2][p[2]] + places[3][p[3]];
    if ((sum & COUNT) != FOUR)
      break;
    const guint32 bytes = GUINT32_TO_BE(sum << 8);
    memcpy(out, &bytes, 4); /* the fourth is written over, or lies in the slack */
    out += 3;
    p += 4;
  }
  s->out = out;
  return p;
}

GBytes *
base64_decode(const unsigned char *in, size_t len, unsigned *flags)
{
  guint8 *buffer = g_malloc(len / 4 * 3 + 8);
  State s = {.out = buffer};
  const guint8 *p = in, *end = in + len;
  while (p < end) {
    if (s.chars == 0 && s.pads == 0)
      p = take_quanta(&s, p, end);
    if (p < end)
      take_byte(&s, *p++);
  }
  if (s.chars > 0 || s.short_pad)
    s.flags |= DECODE_TRUNCATED;
  quantum_cut(&s);
  *flags |= s.flags;
  const size_t size = (size_t)(s.out - buffer);
  return g_bytes_new_take(g_realloc(buffer, MAX(size, 1)), size);
}

static guint8 *
put_quantum(guint8 *out, const guint8 *p)
{
  const guint32 bits = (guint32)p[0] << 16 | (guint32)p[1] << 8 | p[2];
  out[0] = (guint8)alphabet[bits >> 18];
  out[1] = (guint8)alphabet[bits >> 12 & 0x3f];
  out[2] = (guint8)alphabet[bits >> 6 & 0x3f];
  out[3] = (guint8)alphabet[bits & 0x3f];
  return out + 4;
}

static guint8 *
put_last(guint8 *out, const guint8 *p, size_t left)
{
  guint8 three[3] = {0};
  memcpy(three, p, left);
  out = put_quantum(out, three);
  for (size_t i = left; i < 3; i++)
    out[(int)i - 3] = '=';
  return out;
}

GBytes *
base64_encode(const unsigned char *in, size_t len, const char *eol)
{
  enum { LINE = 57 };
  const size_t eol_len = strlen(eol), lines = (len + LINE - 1) / LINE;
  const size_t size = (len + 2) / 3 * 4 + lines * eol_len;
  guint8 *buffer = g_malloc(size + 1), *out = buffer;
  for (size_t i = 0; i < len; i += LINE) {
    const guint8 *p = in + i, *end = p + MIN((size_t)LINE, len - i);
    for (; end - p >= 3; p += 3)
      out = put_quantum(out, p);
    if (p < end)
      out = put_last(out, p, (size_t)(end - p));
    memcpy(out, eol, eol_len);
    out += eol_len;
  }
  g_assert((size_t)(out - buffer) == size);
  return g_bytes_new_take(buffer, size);
}
