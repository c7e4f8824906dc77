/* text.c - a part's bytes as UTF-8: which charset it is, and whether anything must be converted.
 *
 * Most text is ASCII or UTF-8 already, whatever its label says; it is checked in one pass and then
 * referenced. */
#include "text.h"

#include <string.h>

#include "text_out.h"

typedef struct sniffed {
  const Charset *charset;
  size_t bom;
  gboolean guessed;
  gboolean chinese; /* by its bytes alone */
} Sniffed;

static const Charset *
named(const char *name)
{
  return charset_find(name, strlen(name));
}

static gboolean
starts_with(const guint8 *p, size_t len, const char *bytes, size_t n)
{
  return len >= n && memcmp(p, bytes, n) == 0;
}

/* Counts NULs at each of the four places of a word. */
static void
count_nuls(const guint8 *p, size_t len, size_t nuls[4])
{
  for (size_t i = 0; i < len; i++)
    nuls[i & 3] += p[i] == 0;
}

/* UTF-16 or -32 without a byte order mark, told by where its NULs stand; NULL if it is not. More
 * than one of `share` characters must have one, and more than one at all. */
static const Charset *
sniff_nuls(const guint8 *p, size_t len, size_t share)
{
  size_t n[4] = {0};
  if (len < 4 || memchr(p, 0, len) == NULL)
    return NULL;
  count_nuls(p, len, n);
  const size_t words = len / 4, units = len / 2;
  const size_t even = n[0] + n[2], odd = n[1] + n[3];
  if (words > 1 && n[3] >= words && n[2] >= words - words / 16 && n[0] <= words / 16)
    return named("utf-32le");
  if (words > 1 && n[0] >= words && n[1] >= words - words / 16 && n[3] <= words / 16)
    return named("utf-32be");
  if (odd > 1 && odd * share > units && even <= odd / 16)
    return named("utf-16le");
  if (even > 1 && even * share > units && odd <= even / 16)
    return named("utf-16be");
  return NULL;
}

/* FF FE 00 00 begins UTF-16 with a NUL too, which is what browsers see in it. */
static gboolean
is_utf32le(const guint8 *p, size_t len)
{
  return len % 4 == 0 && sniff_nuls(p + 4, len - 4, 4) == named("utf-32le");
}

static gboolean
sniff_bom(const guint8 *p, size_t len, Sniffed *s)
{
  if (starts_with(p, len, "\xef\xbb\xbf", 3))
    *s = (Sniffed){named("utf-8"), 3, FALSE, FALSE};
  else if (starts_with(p, len, "\xff\xfe\0\0", 4) && is_utf32le(p, len))
    *s = (Sniffed){named("utf-32le"), 4, FALSE, FALSE};
  else if (starts_with(p, len, "\0\0\xfe\xff", 4))
    *s = (Sniffed){named("utf-32be"), 4, FALSE, FALSE};
  else if (starts_with(p, len, "\xff\xfe", 2))
    *s = (Sniffed){named("utf-16le"), 2, FALSE, FALSE};
  else if (starts_with(p, len, "\xfe\xff", 2))
    *s = (Sniffed){named("utf-16be"), 2, FALSE, FALSE};
  else
    return FALSE;
  return TRUE;
}

/* iso-2022 announces itself by an escape sequence, in text of seven bits. */
static const Charset *
sniff_escapes(const guint8 *p, size_t len)
{
  const guint8 *end = p + len, *esc = p;
  while ((esc = memchr(esc, 0x1b, (size_t)(end - esc))) != NULL) {
    const size_t left = (size_t)(end - esc);
    const gboolean kr = starts_with(esc, left, "\x1b$)C", 4);
    if (kr || starts_with(esc, left, "\x1b$B", 3) || starts_with(esc, left, "\x1b$@", 3))
      return ascii_prefix(p, len) < len ? NULL : named(kr ? "iso-2022-kr" : "iso-2022-jp");
    esc++;
  }
  return NULL;
}

/* --- Chinese without a label ------------------------------------------------------------------
 *
 * Mail programs show such text in the charset of the reader's system. Taken for windows-1252 it
 * would be looked into just as well, but writing a mark into it would make mojibake of all of it.
 * In Big5 two of five second bytes are ASCII, in GB2312 none;
 * only GBK has some between 0x80 and 0xa0. */

/* Fewer characters than this prove nothing. */
#define CHINESE_ENOUGH 8

/* Whether an ASCII byte taken for the second of a pair could belong to an address behind it, which
 * a reader of another charset sees whole. */
static gboolean
is_glued_to_address(const guint8 *p, const guint8 *end)
{
  for (; p<end && * p> ' ' && *p < 0x7f && strchr("\"'<>()[]{}", *p) == NULL; p++)
    if (strchr(".:/\\@", *p) != NULL)
      return TRUE;
  return FALSE;
}

static const Charset *
sniff_chinese(const guint8 *p, size_t len)
{
  const guint8 *end = p + len;
  size_t pairs = 0, joined = 0, ascii = 0, middle = 0;
  for (gboolean after = FALSE; p < end; p += after ? 2 : 1) {
    const gboolean pair = *p >= 0x80;
    if (pair && (p[0] < 0x81 || end - p < 2 || p[1] < 0x40 || p[1] == 0x7f || p[1] == 0xff ||
                 p[0] == 0xff || (p[1] < 0x7f && is_glued_to_address(p + 2, end))))
      return NULL;
    pairs += pair;
    joined += pair && after;
    ascii += pair && p[1] < 0x7f;
    middle += pair && p[1] > 0x7f && p[1] < 0xa1;
    after = pair;
  }
  if (pairs < CHINESE_ENOUGH || joined * 2 < pairs)
    return NULL;
  if (middle > 0 || ascii * 16 < pairs)
    return named("gbk");
  return ascii * 8 >= pairs ? named("big5") : NULL;
}

/* Which of the two a few characters are, by where the frequent ones lie: lead bytes 0xa4 to 0xc6 in
 * Big5, 0xb0 to 0xd7 in GB2312. Accented Latin letters stand alone, before small ones. */
const char *
text_guess_name(const char *name, size_t len)
{
  const guint8 *p = (const guint8 *)name, *end = p + len;
  size_t pairs = 0, joined = 0, ascii = 0, middle = 0, big5 = 0, gb = 0;
  gboolean after = FALSE;

  for (; p < end; p += after ? 2 : 1) {
    const gboolean pair = *p >= 0x80;
    if (pair &&
        (p[0] < 0x81 || p[0] == 0xff || end - p < 2 || p[1] < 0x40 || p[1] == 0x7f || p[1] == 0xff))
      return NULL;
    pairs += pair;
    joined += pair && after;
    ascii += pair && p[1] < 0x7f;
    middle += pair && p[1] > 0x7f && p[1] < 0xa1;
    big5 += pair && p[0] >= 0xa4 && p[0] <= 0xc6;
    gb += pair && p[0] >= 0xb0 && p[0] <= 0xd7;
    after = pair;
  }
  if (joined == 0 || MAX(big5, gb) * 2 <= pairs)
    return NULL;
  return middle == 0 && (ascii * 8 >= pairs || big5 > gb) ? "big5" : "gb18030";
}

/* Text of eight bits that claims to have seven says nothing either. */
static gboolean
is_unlabelled(const char *label, const guint8 *p, size_t len)
{
  return label == NULL || named(label) == NULL ||
         (g_ascii_strcasecmp(label, "us-ascii") == 0 && ascii_prefix(p, len) < len);
}

static gboolean
is_wide(const Charset *charset)
{
  return charset != NULL && charset->kind >= CHARSET_UTF16LE && charset->kind <= CHARSET_UTF32BE;
}

static Sniffed
sniff(const guint8 *p, size_t len, const char *label)
{
  Sniffed s = {NULL, 0, TRUE, FALSE};
  if (sniff_bom(p, len, &s))
    return s;
  const Charset *labelled = label == NULL ? NULL : named(label);
  /* Against a label that says which of them it is more proof is needed. */
  const Charset *by_nuls = sniff_nuls(p, len, is_wide(labelled) ? 2 : 4);
  if (by_nuls != NULL) {
    s.charset = by_nuls;
    s.guessed = by_nuls != labelled;
  } else if (is_unlabelled(label, p, len) && utf8_prefix(p, len) < len &&
             (s.charset = sniff_chinese(p, len)) != NULL) {
    s.chinese = TRUE;
  } else if (labelled != NULL) {
    s.charset = labelled;
    s.guessed = FALSE;
  } else if ((s.charset = sniff_escapes(p, len)) == NULL) {
    s.charset = named(utf8_prefix(p, len) == len ? "utf-8" : "windows-1252");
  }
  return s;
}

static gboolean
holds_none_of(const guint8 *p, size_t len, const char *bytes)
{
  for (; *bytes != 0; bytes++)
    if (memchr(p, *bytes, len) != NULL)
      return FALSE;
  return TRUE;
}

/* Whether the bytes are their own UTF-8. */
static gboolean
is_plain(const Charset *charset, const guint8 *p, size_t len)
{
  switch (charset->kind) {
  case CHARSET_UTF8:
    return utf8_prefix(p, len) == len;
  case CHARSET_UTF16LE:
  case CHARSET_UTF16BE:
  case CHARSET_UTF32LE:
  case CHARSET_UTF32BE:
  case CHARSET_EBCDIC:
    return len == 0;
  case CHARSET_UTF7:
    return ascii_prefix(p, len) == len && holds_none_of(p, len, "+");
  case CHARSET_HZ:
    return ascii_prefix(p, len) == len && holds_none_of(p, len, "~\x1b\x0e\x0f");
  case CHARSET_ISO2022JP:
  case CHARSET_ISO2022KR:
    return ascii_prefix(p, len) == len && holds_none_of(p, len, "\x1b\x0e\x0f");
  default:
    return ascii_prefix(p, len) == len;
  }
}

static void
decode_all(const Charset *charset, const guint8 *p, size_t len, TextOut *out)
{
  switch (charset->kind) {
  case CHARSET_UTF8:
    decode_utf8(p, len, out);
    break;
  case CHARSET_UTF16LE:
  case CHARSET_UTF16BE:
    decode_utf16(charset, p, len, out);
    break;
  case CHARSET_UTF32LE:
  case CHARSET_UTF32BE:
    decode_utf32(charset, p, len, out);
    break;
  case CHARSET_UTF7:
    decode_utf7(p, len, out);
    break;
  case CHARSET_SINGLE:
    decode_single(charset, p, len, out);
    break;
  case CHARSET_EBCDIC:
    decode_ebcdic(charset, p, len, out);
    break;
  case CHARSET_ISO2022JP:
  case CHARSET_ISO2022KR:
  case CHARSET_HZ:
    decode_escaped(charset, p, len, out);
    break;
  default:
    decode_double(charset, p, len, out);
  }
}

static void
convert(Text *text, const Charset *charset, const guint8 *p, size_t len)
{
  TextOut out = {.map = text->map};
  out.start = out.at = g_malloc(len * 3 + 8); /* the slack: glyphs are written four bytes wide */
  decode_all(charset, p, len, &out);
  out_flush(&out);
  text->replaced = out.replaced;
  const size_t size = (size_t)(out.at - out.start);
  text->utf8 = g_bytes_new_take(g_realloc(out.start, MAX(size, 1)), size);
}

static void
decode_as(Text *text, GBytes *bytes, const Charset *charset, size_t bom)
{
  size_t len;
  const guint8 *data = g_bytes_get_data(bytes, &len);
  data = data == NULL ? (const guint8 *)"" : data + bom;
  len -= bom;
  text->charset = charset->name;
  text->map = text_map_new();
  text_map_skip(text->map, bom);
  if (is_plain(charset, data, len)) {
    text_map_run(text->map, 1, 1, len);
    text->utf8 = g_bytes_new_from_bytes(bytes, bom, len);
  } else {
    convert(text, charset, data, len);
  }
}

Text *
text_decode(GBytes *bytes, const char *label)
{
  size_t len;
  const guint8 *data = g_bytes_get_data(bytes, &len);
  if (data == NULL)
    data = (const guint8 *)"";
  const Sniffed s = sniff(data, len, label);
  Text *text = g_new0(Text, 1);
  text->guessed = s.guessed;
  decode_as(text, bytes, s.charset, s.bom);
  if (s.chinese && text->replaced) {
    g_bytes_unref(text->utf8);
    text_map_free(text->map);
    decode_as(text, bytes, named("windows-1252"), 0);
  }
  return text;
}

void
text_free(Text *text)
{
  if (text == NULL)
    return;
  g_bytes_unref(text->utf8);
  text_map_free(text->map);
  g_free(text);
}
