/* text_bytes.c - charsets in which ASCII is ASCII: single bytes, and pairs that begin above 0x80;
 * and EBCDIC, where no byte is.
 *
 * Errors are handled as browsers do: a trail byte that is ASCII is never swallowed by a lead byte
 * that it does not go with, or a '"' could vanish and with it the end of an attribute. */
#include "text_out.h"

/* ASCII from p on; returns where it ends. */
static const guint8 *
take_ascii(TextOut *out, const guint8 *p, const guint8 *end)
{
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
  const guint64 highs = G_GUINT64_CONSTANT(0x8080808080808080);
  const guint8 *start = p;
  guint8 *at = out->at;
  while (end - p >= 8) {
    guint64 w;
    memcpy(&w, p, 8);
    if ((w | (w - ones)) & highs) /* a high byte or a NUL */
      break;
    memcpy(at, &w, 8);
    p += 8;
    at += 8;
  }
  while (p < end && (gint8)*p > 0)
    *at++ = *p++;
  out->at = at;
  if (p > start)
    out_units(out, 1, 1, (size_t)(p - start));
  return p;
}

void
decode_single(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  const Glyph *table = charset_single_table(charset);
  const guint8 *end = p + len;
  while (p < end) {
    p = take_ascii(out, p, end);
    for (; p < end && *p >= 0x80; p++)
      out_glyph(out, &table[*p - 0x80], 1);
    for (; p < end && *p == 0; p++)
      out_bad(out, 1);
  }
}

void
decode_ebcdic(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  const guint16 *table = charset_ebcdic_table(charset);
  for (const guint8 *end = p + len; p < end; p++)
    out_char(out, table[*p], 1);
}

/* Pairs that have a character; returns where something else stands. Nearly all characters take
 * three bytes: those are counted here, any other ends the count. */
static const guint8 *
take_pairs(TextOut *out, const Glyph *table, const guint8 *p, const guint8 *end)
{
  guint8 *at = out->at;
  while (end - p >= 2 && p[0] >= 0x80) {
    guint8 *start = at;
    const Glyph *g = NULL;
    while (end - p >= 2 && p[0] >= 0x80) {
      g = &table[pair_index(p[0], p[1])];
      guint32 v;
      memcpy(&v, g, sizeof v);
      v = GUINT32_FROM_LE(v);
      if (v < 0x10000 || v > 0xffffff)
        break;
      memcpy(at, g, sizeof v);
      at += 3;
      p += 2;
      g = NULL;
    }
    out->at = at;
    if (at > start)
      out_units(out, 3, 2, (size_t)(at - start) / 3);
    if (g != NULL && g->utf8[0] == 0)
      break;
    if (g != NULL) {
      out_glyph(out, g, 2);
      at = out->at;
      p += 2;
    }
  }
  return p;
}

static gboolean
is_lead(const Charset *charset, guint8 c)
{
  switch (charset->kind) {
  case CHARSET_SHIFT_JIS:
    return (c >= 0x81 && c <= 0x9f) || (c >= 0xe0 && c <= 0xfc);
  case CHARSET_EUC_JP:
  case CHARSET_EUC_TW:
    return c == 0x8e || c == 0x8f || (c >= 0xa1 && c <= 0xfe);
  default:
    return c >= LEAD_MIN && c <= LEAD_MAX;
  }
}

/* What is no character: the lead byte, with its trail unless that is ASCII. */
static unsigned
take_bad(const Charset *charset, const guint8 *p, size_t left, TextOut *out)
{
  const unsigned n = is_lead(charset, p[0]) && left >= 2 && p[1] >= 0x80 ? 2 : 1;
  out_bad(out, n);
  return n;
}

static gboolean
is_quad(const guint8 *p, size_t left)
{
  return left >= 4 && p[0] >= LEAD_MIN && p[0] <= LEAD_MAX && p[1] >= '0' && p[1] <= '9' &&
         p[2] >= LEAD_MIN && p[2] <= LEAD_MAX && p[3] >= '0' && p[3] <= '9';
}

static gunichar
quad_char(const guint8 *p)
{
  const unsigned i =
      ((p[0] - 0x81u) * 10 + (p[1] - 0x30u)) * 1260 + (p[2] - 0x81u) * 10 + (p[3] - 0x30u);
  if (i < GB_QUADS)
    return charset_gb_quads()[i];
  return i >= 189000 ? i - 189000 + 0x10000 : 0;
}

static unsigned
step_gb18030(const Charset *charset, const guint8 *p, size_t left, TextOut *out)
{
  if (p[0] == 0x80) {
    out_char(out, 0x20ac, 1);
    return 1;
  }
  const gunichar c = is_quad(p, left) ? quad_char(p) : 0;
  if (c == 0 || c > 0x10ffff)
    return take_bad(charset, p, left, out);
  out_char(out, c, 4);
  return 4;
}

static unsigned
step_shift_jis(const Charset *charset, const guint8 *p, size_t left, TextOut *out)
{
  if (p[0] != 0x80 && (p[0] < 0xa1 || p[0] > 0xdf))
    return take_bad(charset, p, left, out);
  out_char(out, p[0] == 0x80 ? 0x80 : p[0] - 0xa1u + 0xff61, 1);
  return 1;
}

/* Behind a single shift: JIS X 0212, or a plane of CNS 11643. */
static unsigned
step_euc(const Charset *charset, const guint8 *p, size_t left, TextOut *out)
{
  const gboolean jp = charset->kind == CHARSET_EUC_JP;
  const unsigned shift = jp ? 1 : 2;
  if (left < shift + 2 || p[0] != (jp ? 0x8f : 0x8e) || p[shift] < 0xa1 || p[shift + 1] < 0xa1 ||
      p[shift] > 0xfe || (!jp && p[1] < 0xa1))
    return take_bad(charset, p, left, out);
  const unsigned pair = pair_index(p[shift], p[shift + 1]);
  if (jp)
    out_glyph(out, &charset_double_table(TABLE_JIS0212)[pair], 3);
  else if (p[1] == 0xa1)
    out_glyph(out, &charset_double_table(TABLE_EUC_TW)[pair], 4);
  else if (p[1] == 0xa2)
    out_glyph(out, &charset_double_table(TABLE_CNS2)[pair], 4);
  else
    out_bad(out, 4);
  return shift + 2;
}

/* One high byte or NUL that is no pair with a character. */
static unsigned
step_other(const Charset *charset, const guint8 *p, size_t left, TextOut *out)
{
  if (p[0] == 0) {
    out_bad(out, 1);
    return 1;
  }
  switch (charset->kind) {
  case CHARSET_GB18030:
    return step_gb18030(charset, p, left, out);
  case CHARSET_SHIFT_JIS:
    return step_shift_jis(charset, p, left, out);
  case CHARSET_EUC_JP:
  case CHARSET_EUC_TW:
    return step_euc(charset, p, left, out);
  default:
    return take_bad(charset, p, left, out);
  }
}

void
decode_double(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  const Glyph *table = charset_double_table(charset->table);
  const guint8 *end = p + len;
  while (p < end) {
    p = take_ascii(out, p, end);
    p = take_pairs(out, table, p, end);
    if (p < end && (gint8)*p <= 0)
      p += step_other(charset, p, (size_t)(end - p), out);
  }
}
