/* text_encode.c - UTF-8 into other charsets, all or nothing.
 *
 * For what is written into a part that stays in its charset: notices, and text of the part that is
 * put back. So what decodes from a code is encoded as that code, and what only newer readers of the
 * label understand (four-byte codes in "gb2312") is refused. */
#include "text_out.h"

typedef struct encoder {
  const Charset *charset;
  GByteArray *out;
  gboolean shifted; /* among pairs, or in base64 */
  guint32 bits;     /* utf-7: not written yet */
  unsigned nbits;
} Encoder;

static void
put(Encoder *e, const void *bytes, size_t len)
{
  g_byte_array_append(e->out, bytes, (guint)len);
}

static void
put_byte(Encoder *e, unsigned byte)
{
  const guint8 b = (guint8)byte;
  put(e, &b, 1);
}

static void
put_pair(Encoder *e, unsigned code)
{
  put_byte(e, code >> 8);
  put_byte(e, code);
}

static gboolean
encode_single(Encoder *e, gunichar c)
{
  const Glyph *table = charset_single_table(e->charset);
  Glyph wanted = {{0}};
  char utf8[8] = {0};
  g_unichar_to_utf8(c, utf8);
  memcpy(wanted.utf8, utf8, sizeof wanted.utf8);
  for (unsigned i = 0; i < 128; i++) {
    if (memcmp(&table[i], &wanted, sizeof wanted) == 0) {
      put_byte(e, 0x80 + i);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
encode_ebcdic(Encoder *e, gunichar c)
{
  const guint16 *table = charset_ebcdic_table(e->charset);
  for (unsigned i = 0; i < 256; i++) {
    if (table[i] == c) {
      put_byte(e, i);
      return TRUE;
    }
  }
  return FALSE;
}

static void
put_quad(Encoder *e, unsigned i)
{
  put_pair(e, (0x81 + i / 12600) << 8 | (0x30 + i / 1260 % 10));
  put_pair(e, (0x81 + i / 10 % 126) << 8 | (0x30 + i % 10));
}

static gboolean
encode_quad(Encoder *e, gunichar c)
{
  if (c > 0xffff) {
    put_quad(e, c - 0x10000 + 189000);
    return TRUE;
  }
  const int i = charset_gb_quad(c);
  if (i >= 0)
    put_quad(e, (unsigned)i);
  return i >= 0;
}

static gboolean
encode_gb(Encoder *e, gunichar c)
{
  const gboolean gbk = strcmp(e->charset->name, "gbk") == 0;
  if (gbk && c == 0x20ac) {
    put_byte(e, 0x80);
    return TRUE;
  }
  const unsigned code = charset_double_code(TABLE_GB18030, c);
  if (code == 0)
    return !gbk && encode_quad(e, c);
  put_pair(e, code);
  return TRUE;
}

static gboolean
encode_shifted_plane(Encoder *e, gunichar c)
{
  const gboolean jp = e->charset->kind == CHARSET_EUC_JP;
  const unsigned code = charset_double_code(jp ? TABLE_JIS0212 : TABLE_CNS2, c);
  if (code == 0)
    return FALSE;
  put(e, jp ? "\x8f" : "\x8e\xa2", jp ? 1 : 2);
  put_pair(e, code);
  return TRUE;
}

static gboolean
encode_double(Encoder *e, gunichar c)
{
  const CharsetKind kind = e->charset->kind;
  if (kind == CHARSET_SHIFT_JIS && c >= 0xff61 && c <= 0xff9f) {
    put_byte(e, c - 0xff61 + 0xa1);
    return TRUE;
  }
  const unsigned code = charset_double_code(e->charset->table, c);
  if (code == 0)
    return (kind == CHARSET_EUC_JP || kind == CHARSET_EUC_TW) && encode_shifted_plane(e, c);
  put_pair(e, code);
  return TRUE;
}

/* The sequences that lead to pairs and back. */
static void
shift(Encoder *e, gboolean pairs)
{
  if (e->shifted == pairs)
    return;
  e->shifted = pairs;
  if (e->charset->kind == CHARSET_ISO2022JP)
    put(e, pairs ? "\x1b$B" : "\x1b(B", 3);
  else if (e->charset->kind == CHARSET_HZ)
    put(e, pairs ? "~{" : "~}", 2);
  else
    put_byte(e, pairs ? 0x0e : 0x0f);
}

static gboolean
encode_escaped(Encoder *e, gunichar c)
{
  if (c == 0x1b || c == 0x0e || c == 0x0f)
    return FALSE;
  if (c < 0x80) {
    shift(e, FALSE);
    if (c == '~' && e->charset->kind == CHARSET_HZ)
      put_byte(e, c);
    put_byte(e, c);
    return TRUE;
  }
  const unsigned code = charset_double_code(e->charset->table, c);
  const unsigned last = e->charset->kind == CHARSET_HZ ? 0xf7fe : 0xfefe;
  if (code < 0xa1a1 || code > last || (code & 0xff) < 0xa1 || (code & 0xff) > 0xfe)
    return FALSE;
  shift(e, TRUE);
  put_pair(e, code & 0x7f7f);
  return TRUE;
}

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
utf7_unit(Encoder *e, unsigned unit)
{
  e->bits = e->bits << 16 | unit;
  e->nbits += 16;
  while (e->nbits >= 6) {
    e->nbits -= 6;
    put_byte(e, (guint8)base64_alphabet[e->bits >> e->nbits & 0x3f]);
  }
  e->bits &= (1u << e->nbits) - 1;
}

static void
utf7_end(Encoder *e)
{
  if (!e->shifted)
    return;
  if (e->nbits > 0)
    put_byte(e, (guint8)base64_alphabet[e->bits << (6 - e->nbits) & 0x3f]);
  put_byte(e, '-');
  e->shifted = FALSE;
  e->bits = e->nbits = 0;
}

static void
encode_utf7(Encoder *e, gunichar c)
{
  if (c < 0x80) {
    utf7_end(e);
    put_byte(e, c);
    if (c == '+')
      put_byte(e, '-');
    return;
  }
  if (!e->shifted)
    put_byte(e, '+');
  e->shifted = TRUE;
  if (c > 0xffff) {
    utf7_unit(e, 0xd800 + ((c - 0x10000) >> 10));
    utf7_unit(e, 0xdc00 + ((c - 0x10000) & 0x3ff));
  } else {
    utf7_unit(e, c);
  }
}

static void
put_unit16(Encoder *e, unsigned unit)
{
  put_pair(e, e->charset->kind == CHARSET_UTF16BE ? unit : (unit & 0xff) << 8 | unit >> 8);
}

static void
encode_utf16(Encoder *e, gunichar c)
{
  if (c > 0xffff) {
    put_unit16(e, 0xd800 + ((c - 0x10000) >> 10));
    put_unit16(e, 0xdc00 + ((c - 0x10000) & 0x3ff));
  } else {
    put_unit16(e, c);
  }
}

static void
encode_utf32(Encoder *e, gunichar c)
{
  const guint32 word = e->charset->kind == CHARSET_UTF32BE ? GUINT32_TO_BE(c) : GUINT32_TO_LE(c);
  put(e, &word, sizeof word);
}

static gboolean
encode_char(Encoder *e, gunichar c)
{
  switch (e->charset->kind) {
  case CHARSET_UTF16LE:
  case CHARSET_UTF16BE:
    encode_utf16(e, c);
    return TRUE;
  case CHARSET_UTF32LE:
  case CHARSET_UTF32BE:
    encode_utf32(e, c);
    return TRUE;
  case CHARSET_UTF7:
    encode_utf7(e, c);
    return TRUE;
  case CHARSET_ISO2022JP:
  case CHARSET_ISO2022KR:
  case CHARSET_HZ:
    return encode_escaped(e, c);
  case CHARSET_EBCDIC:
    return encode_ebcdic(e, c);
  default:
    break;
  }
  if (c < 0x80) {
    put_byte(e, c);
    return TRUE;
  }
  if (e->charset->kind == CHARSET_SINGLE)
    return encode_single(e, c);
  return e->charset->kind == CHARSET_GB18030 ? encode_gb(e, c) : encode_double(e, c);
}

/* Big5 has no code for the mark alone, but four for a letter with one. */
static unsigned
big5_two_chars(const char *p, const char *end)
{
  static const struct {
    const char *utf8;
    unsigned code;
  } twos[] = {
      {"\xc3\x8a\xcc\x84", 0x8862},
      {"\xc3\x8a\xcc\x8c", 0x8864},
      {"\xc3\xaa\xcc\x84", 0x88a3},
      {"\xc3\xaa\xcc\x8c", 0x88a5},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(twos); i++)
    if (end - p >= 4 && memcmp(p, twos[i].utf8, 4) == 0)
      return twos[i].code;
  return 0;
}

static gboolean
encode_all(Encoder *e, const char *p, const char *end)
{
  while (p < end) {
    const unsigned two = e->charset->table == TABLE_BIG5 ? big5_two_chars(p, end) : 0;
    if (two != 0) {
      put_pair(e, two);
      p += 4;
    } else {
      if (!encode_char(e, g_utf8_get_char(p)))
        return FALSE;
      p = g_utf8_next_char(p);
    }
  }
  if (e->charset->kind == CHARSET_UTF7)
    utf7_end(e);
  else
    shift(e, FALSE);
  return TRUE;
}

GBytes *
text_encode(const char *utf8, size_t len, const char *label)
{
  const Charset *charset = charset_find(label, strlen(label));
  if (charset == NULL || utf8_prefix((const guint8 *)utf8, len) != len)
    return NULL;
  if (charset->kind == CHARSET_UTF8 || len == 0)
    return g_bytes_new(utf8, len);
  Encoder e = {.charset = charset, .out = g_byte_array_new()};
  if (charset->kind == CHARSET_ISO2022KR)
    put(&e, "\x1b$)C", 4);
  if (encode_all(&e, utf8, utf8 + len))
    return g_byte_array_free_to_bytes(e.out);
  g_byte_array_free(e.out, TRUE);
  return NULL;
}
