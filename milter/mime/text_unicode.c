/* text_unicode.c - UTF-8, -16, -32 and -7.
 *
 * UTF-8 is what most mail is: whether it is valid is the question asked of every byte, so ASCII
 * goes by blocks that compilers turn into vector code, and the three-byte characters of Chinese by
 * one comparison each. What is invalid becomes one U+FFFD for each maximal subpart, as browsers do.
 */
#include "text_out.h"

#include "utf16.h"

enum { BLOCK = 64 };

static gboolean
is_ascii_block(const guint8 *p)
{
  guint8 bad = 0;
  for (unsigned i = 0; i < BLOCK; i++)
    bad |= (guint8)((gint8)p[i] <= 0);
  return bad == 0;
}

/* The borrow of a NUL sets its high bit. */
static gboolean
is_ascii_word(const guint8 *p)
{
  guint64 w;
  memcpy(&w, p, sizeof w);
  const guint64 borrowed = w - G_GUINT64_CONSTANT(0x0101010101010101);
  return ((w | borrowed) & G_GUINT64_CONSTANT(0x8080808080808080)) == 0;
}

size_t
ascii_prefix(const guint8 *p, size_t len)
{
  size_t i = 0;
  while (len - i >= BLOCK && is_ascii_block(p + i))
    i += BLOCK;
  while (len - i >= 8 && is_ascii_word(p + i))
    i += 8;
  while (i < len && (gint8)p[i] > 0)
    i++;
  return i;
}

/* Three-byte characters from p on, two at a time; stops early at E0 and ED, which do not go with
 * every second byte. */
static size_t
three_byte_prefix(const guint8 *p, size_t len)
{
  const guint64 marks = G_GUINT64_CONSTANT(0xf0c0c0f0c0c00000);
  const guint64 want = G_GUINT64_CONSTANT(0xe08080e080800000);
  size_t i = 0;
  while (len - i >= 8) {
    guint64 w;
    memcpy(&w, p + i, sizeof w);
    w = GUINT64_FROM_BE(w);
    if ((w & marks) != want || (0x2001u >> (w >> 56 & 15) & 1) || (0x2001u >> (w >> 32 & 15) & 1))
      break;
    i += 6;
  }
  return i;
}

static gboolean
is_tail(guint8 c)
{
  return (c & 0xc0) == 0x80;
}

/* What the lead byte allows as second byte, and how many bytes follow it. */
static unsigned
lead_follows(guint8 lead, guint8 *low, guint8 *high)
{
  *low = 0x80;
  *high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf)
    return 1;
  if (lead >= 0xe0 && lead <= 0xef) {
    *low = lead == 0xe0 ? 0xa0 : 0x80;
    *high = lead == 0xed ? 0x9f : 0xbf;
    return 2;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    *low = lead == 0xf0 ? 0x90 : 0x80;
    *high = lead == 0xf4 ? 0x8f : 0xbf;
    return 3;
  }
  return 0;
}

/* Length of the character at p if *good, else of the maximal subpart of one (1 at least). */
static unsigned
sequence_len(const guint8 *p, size_t left, gboolean *good)
{
  guint8 low, high;
  const unsigned follow = lead_follows(*p, &low, &high);
  unsigned n = 1;
  while (n <= follow && n < left && (n == 1 ? p[1] >= low && p[1] <= high : is_tail(p[n])))
    n++;
  *good = follow > 0 && n == follow + 1;
  return n;
}

size_t
utf8_prefix(const guint8 *p, size_t len)
{
  size_t i = 0;
  while (i < len) {
    if (p[i] >= 0xe0)
      i += three_byte_prefix(p + i, len - i);
    if (i < len && (gint8)p[i] > 0) {
      i += ascii_prefix(p + i, len - i);
    } else if (i < len) {
      gboolean good = FALSE;
      const unsigned n = p[i] == 0 ? 0 : sequence_len(p + i, len - i, &good);
      if (!good)
        break;
      i += n;
    }
  }
  return i;
}

void
decode_utf8(const guint8 *p, size_t len, TextOut *out)
{
  while (len > 0) {
    const size_t good_len = utf8_prefix(p, len);
    out_bytes(out, p, good_len);
    p += good_len;
    len -= good_len;
    if (len > 0) {
      gboolean good;
      const unsigned n = sequence_len(p, len, &good);
      out_bad(out, n);
      p += n;
      len -= n;
    }
  }
}

void
decode_utf16(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  const Utf16Order order = charset->kind == CHARSET_UTF16BE ? UTF16_BE : UTF16_LE;
  while (len >= 2) {
    gunichar c;
    const size_t n = utf16_next(p, len, order, &c);
    out_char(out, c, (unsigned)n);
    p += n;
    len -= n;
  }
  if (len > 0)
    out_bad(out, 1);
}

void
decode_utf32(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  for (; len >= 4; p += 4, len -= 4) {
    guint32 c;
    memcpy(&c, p, sizeof c);
    out_char(out, charset->kind == CHARSET_UTF32BE ? GUINT32_FROM_BE(c) : GUINT32_FROM_LE(c), 4);
  }
  if (len > 0)
    out_bad(out, (unsigned)len);
}

static int
base64_value(guint8 c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

typedef struct utf7_run {
  guint32 bits;
  unsigned nbits;
  unsigned from;      /* source bytes since the last character */
  gunichar high;      /* surrogate waiting for the other, or 0 */
  unsigned high_from; /* of them, those up to this surrogate */
} Utf7Run;

static void
utf7_unit(Utf7Run *run, gunichar c, TextOut *out)
{
  if (run->high != 0 && utf16_is_low(c)) {
    out_char(out, utf16_join(run->high, c), run->from);
    run->from = 0;
    run->high = 0;
    return;
  }
  if (run->high != 0) {
    out_bad(out, run->high_from);
    run->from -= run->high_from;
  }
  run->high = utf16_is_high(c) ? c : 0;
  run->high_from = run->from;
  if (run->high == 0) {
    out_char(out, c, run->from);
    run->from = 0;
  }
}

/* From a '+' on; returns where plain text goes on. */
static const guint8 *
decode_utf7_run(const guint8 *p, const guint8 *end, TextOut *out)
{
  Utf7Run run = {.from = 1};
  int value = -1;
  p++;
  for (; p < end && (value = base64_value(*p)) >= 0; p++) {
    run.bits = run.bits << 6 | (guint32)value;
    run.nbits += 6;
    run.from++;
    if (run.nbits >= 16) {
      run.nbits -= 16;
      utf7_unit(&run, run.bits >> run.nbits & 0xffff, out);
      run.bits &= (1u << run.nbits) - 1;
    }
  }
  if (run.high != 0 || run.nbits >= 6) {
    out_bad(out, run.from);
    run.from = 0;
  } else if (run.bits != 0) {
    out->replaced = TRUE; /* the fill bits must be 0 */
  }
  if (p < end && *p == '-') {
    p++;
    run.from++;
  }
  out_skip(out, run.from);
  return p;
}

void
decode_utf7(const guint8 *p, size_t len, TextOut *out)
{
  const guint8 *end = p + len;
  while (p < end) {
    if (*p == '+' && end - p >= 2 && p[1] == '-') {
      out_char(out, '+', 2);
      p += 2;
    } else if (*p == '+' && (end - p < 2 || base64_value(p[1]) < 0)) {
      out_bytes(out, p++, 1); /* no shift: readers show it */
    } else if (*p == '+') {
      p = decode_utf7_run(p, end, out);
    } else {
      out_char(out, *p < 0x80 ? *p : 0, 1);
      p++;
    }
  }
}
