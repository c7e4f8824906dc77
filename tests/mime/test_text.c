/* Text as UTF-8: what it is decoded as (THREATS M-081 to M-088), the way back, and encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"
#include "text.h"

#define BYTES(s) s, sizeof s - 1
#define BAD      "\xef\xbf\xbd"

enum { REPLACED = 1, GUESSED = 2 };

typedef struct decode_case {
  const char *title, *label;
  const char *in;
  size_t in_len;
  const char *want;
  const char *charset;
  int state; /* REPLACED, GUESSED */
} Case;

static const Case cases[] = {
    {"ascii", "us-ascii", BYTES("abc"), "abc", "windows-1252", 0},
    {"nothing", "utf-8", BYTES(""), "", "utf-8", 0},
    {"no label, ascii", NULL, BYTES("abc"), "abc", "utf-8", GUESSED},
    {"no label, utf-8", NULL, BYTES("\xe4\xbd\xa0"), "\xe4\xbd\xa0", "utf-8", GUESSED},
    {"no label, 8-bit", NULL, BYTES("caf\xe9"), "caf\xc3\xa9", "windows-1252", GUESSED},
    {"no label, Big5", NULL,
     BYTES("\xa4\xbd\xa5\xab\xa6\x61\xb0\xcf\xa4\xc0\xac\xc9\xa4\x6a\xb7|\n"),
     "\xe5\x85\xac\xe5\xb8\x82\xe5\x9c\xb0\xe5\x8d\x80\xe5\x88\x86\xe7\x95\x8c"
     "\xe5\xa4\xa7\xe6\x9c\x83\n",
     "big5", GUESSED},
    {"no label, GB2312", "us-ascii",
     BYTES("\xc7\xeb\xb2\xe9\xca\xd5\xcd\xbc\xd6\xbd\xd0\xbb\xd0\xbb\xc4\xfa\n"),
     "\xe8\xaf\xb7\xe6\x9f\xa5\xe6\x94\xb6\xe5\x9b\xbe\xe7\xba\xb8\xe8\xb0\xa2\xe8\xb0\xa2"
     "\xe6\x82\xa8\n",
     "gbk", GUESSED},
    {"no label, an address's first letter would be lost", NULL,
     BYTES("\xa4\xa4\xa4\xe5\xa4\xa4\xa4\xe5\xa4\xa4\xa4\xe5\xa4\xa4\xa4\x68ttp://a"),
     "\xc2\xa4\xc2\xa4\xc2\xa4\xc3\xa5\xc2\xa4\xc2\xa4\xc2\xa4\xc3\xa5\xc2\xa4\xc2\xa4\xc2\xa4"
     "\xc3\xa5\xc2\xa4\xc2\xa4\xc2\xa4http://a",
     "windows-1252", GUESSED},
    {"M-085 unknown label", "x-nonsense", BYTES("\x80"), "\xe2\x82\xac", "windows-1252", GUESSED},
    {"M-085 iso-2022-cn", "iso-2022-cn", BYTES("http"), "http", "utf-8", GUESSED},
    {"x-user-defined", "x-user-defined", BYTES("a\xff"), "a\xef\x9f\xbf", "x-user-defined", 0},
    {"latin1 is windows-1252", "iso-8859-1", BYTES("\x93\x81"), "\xe2\x80\x9c\xc2\x81",
     "windows-1252", 0},
    {"windows-874", "tis-620", BYTES("\xa1\x85\x81"), "\xe0\xb8\x81\xe2\x80\xa6\xc2\x81",
     "windows-874", 0},
    {"windows-1253 gap", "windows-1253", BYTES("\xd2\xe1"), BAD "\xce\xb1", "windows-1253",
     REPLACED},
    {"koi8-u", "koi8-u", BYTES("\xae\xa4"), "\xd1\x9e\xd1\x94", "koi8-u", 0},

    {"M-081 BOM before label", "us-ascii", BYTES("\xef\xbb\xbf\xe4\xbd\xa0"), "\xe4\xbd\xa0",
     "utf-8", 0},
    {"M-081 UTF-16 BOM before label", "utf-8", BYTES("\xff\xfe<\0a\0"), "<a", "utf-16le", 0},
    {"M-083 UTF-16BE BOM", "utf-16", BYTES("\xfe\xff\0<\0a"), "<a", "utf-16be", 0},
    {"M-083 UTF-16LE by NULs", "us-ascii", BYTES("<\0a\0 \0"), "<a ", "utf-16le", GUESSED},
    {"M-083 UTF-16BE by NULs", NULL, BYTES("\0<\0a\0 "), "<a ", "utf-16be", GUESSED},
    {"M-083 UTF-16BE as utf-16", "utf-16", BYTES("\0<\0a\0 "), "<a ", "utf-16be", GUESSED},
    {"M-083 UTF-16LE labelled", "utf-16le", BYTES("<\0\x60\x4f"), "<\xe4\xbd\xa0", "utf-16le", 0},
    {"M-083 UTF-32LE BOM", NULL, BYTES("\xff\xfe\0\0<\0\0\0a\0\0\0"), "<a", "utf-32le", 0},
    {"M-083 UTF-32BE BOM", NULL, BYTES("\0\0\xfe\xff\0\0\0<"), "<", "utf-32be", 0},
    {"M-083 UTF-32LE by NULs", NULL, BYTES("<\0\0\0a\0\0\0"), "<a", "utf-32le", GUESSED},
    {"M-083 UTF-32 labelled", "utf-32", BYTES("\0\0\0<\0\x01\xf6\0"), "<\xf0\x9f\x98\x80",
     "utf-32be", 0},
    {"UTF-16 surrogates", "utf-16le", BYTES("\x3d\xd8\0\xde"), "\xf0\x9f\x98\x80", "utf-16le", 0},
    {"UTF-16 lone surrogates", "utf-16le", BYTES("\x3d\xd8\x3d\xd8x\0\0\xde"), BAD BAD "x" BAD,
     "utf-16le", REPLACED},
    {"UTF-16 odd byte", "utf-16be", BYTES("\x4f\x60\x4f"), "\xe4\xbd\xa0" BAD, "utf-16be",
     REPLACED},
    {"one NUL is not UTF-16", "utf-8", BYTES("hr\0ef=abcdefgh"), "hr" BAD "ef=abcdefgh", "utf-8",
     REPLACED},

    {"M-087 overlong <", "utf-8", BYTES("\xc0\xbc"), BAD BAD, "utf-8", REPLACED},
    {"M-087 overlong, 4 bytes", "utf-8", BYTES("\xf0\x80\x80\xbc"), BAD BAD BAD BAD, "utf-8",
     REPLACED},
    {"M-087 surrogate", "utf-8", BYTES("\xed\xa0\x80"), BAD BAD BAD, "utf-8", REPLACED},
    {"M-087 above U+10FFFF", "utf-8", BYTES("\xf4\x90\x80\x80"), BAD BAD BAD BAD, "utf-8",
     REPLACED},
    {"M-087 maximal subpart", "utf-8", BYTES("\xe4\xbd\xf0\x9f\x98x\xe4"), BAD BAD "x" BAD, "utf-8",
     REPLACED},
    {"M-087 subpart before ASCII", "utf-8", BYTES("\xe4\xbd<"), BAD "<", "utf-8", REPLACED},
    {"M-087 NUL in utf-8", "utf-8", BYTES("\xe4\xbd\xa0\0abcdefgh"), "\xe4\xbd\xa0" BAD "abcdefgh",
     "utf-8", REPLACED},
    {"M-087 NUL in big5", "big5", BYTES("\xa7\x41\0abcdefgh"), "\xe4\xbd\xa0" BAD "abcdefgh",
     "big5", REPLACED},
    {"highest", "utf-8", BYTES("\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80"),
     "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80", "utf-8", 0},

    {"big5", "big5", BYTES("a\xa7\x41\xa6\x6e!"), "a\xe4\xbd\xa0\xe5\xa5\xbd!", "big5", 0},
    {"big5 with HKSCS", "big5", BYTES("\x9d\xd1\x88\x62"), "\xe7\xbd\x89\xc3\x8a\xcc\x84", "big5",
     0},
    {"big5 beyond the BMP", "big5-hkscs", BYTES("\x87\x45"), "\xf0\xa7\x89\xa7", "big5", 0},
    {"big5 swallows no ASCII", "big5", BYTES("\x81\"<\xfe>"), BAD "\"<" BAD ">", "big5", REPLACED},
    {"big5 lead at the end", "big5", BYTES("a\xa7"), "a" BAD, "big5", REPLACED},
    {"gb2312 is gb18030", "gb2312", BYTES("\xc4\xe3\x81\x30\x81\x30\x80\xa2\xe3"),
     "\xe4\xbd\xa0\xc2\x80\xe2\x82\xac\xe2\x82\xac", "gbk", 0},
    {"gb18030 beyond the BMP", "gb18030", BYTES("\x94\x39\xfc\x36"), "\xf0\x9f\x98\x80", "gb18030",
     0},
    {"gb18030 cut", "gb18030", BYTES("\x94\x39\xfc"), BAD "9" BAD, "gb18030", REPLACED},
    {"gb18030 gap", "gb18030", BYTES("\x84\x31\xa5\x30<"), BAD "1" BAD "0<", "gb18030", REPLACED},
    {"gb18030 past the end", "gb18030", BYTES("\xe3\x32\x9a\x36"), BAD "2" BAD "6", "gb18030",
     REPLACED},
    {"shift_jis", "shift_jis", BYTES("\x93\xfa\xb1\x5c\x87\x40"),
     "\xe6\x97\xa5\xef\xbd\xb1\\\xe2\x91\xa0", "shift_jis", 0},
    {"shift_jis error", "sjis", BYTES("\xa0\x81\x20\xfd"), BAD BAD " " BAD, "shift_jis", REPLACED},
    {"euc-jp", "euc-jp", BYTES("\xc6\xfc\x8e\xb1\x8f\xb0\xa1"),
     "\xe6\x97\xa5\xef\xbd\xb1\xe4\xb8\x82", "euc-jp", 0},
    {"euc-kr is cp949", "ks_c_5601-1987", BYTES("\xc7\xd1\x81\x41"), "\xed\x95\x9c\xea\xb0\x82",
     "euc-kr", 0},
    {"euc-tw", "euc-tw", BYTES("\xc7\xd3\x8e\xa2\xa1\xa1\x8e\xaf\xa1\xa1"),
     "\xe5\x90\x90\xe4\xb9\x82" BAD, "euc-tw", REPLACED},

    {"M-084 iso-2022-jp", "iso-2022-jp", BYTES("a\x1b$BF|\x1b(Bb"),
     "a\xe6\x97\xa5"
     "b",
     "iso-2022-jp", 0},
    {"M-084 escapes in a host", "iso-2022-jp", BYTES("http://ev\x1b$B\x1b(Bil.example"),
     "http://evil.example", "iso-2022-jp", 0},
    {"M-084 Roman", "iso-2022-jp", BYTES("\x1b(J\\~\x1b(B\\~"), "\xc2\xa5\xe2\x80\xbe\\~",
     "iso-2022-jp", 0},
    {"M-084 katakana", "iso-2022-jp", BYTES("\x1b(I1"), "\xef\xbd\xb1", "iso-2022-jp", 0},
    {"M-084 guessed", NULL, BYTES("\x1b$BF|\x1b(B"), "\xe6\x97\xa5", "iso-2022-jp", GUESSED},
    {"M-084 unknown escape", "iso-2022-jp", BYTES("\x1b$Ab"), BAD "b", "iso-2022-jp", REPLACED},
    {"M-084 8-bit", "iso-2022-jp", BYTES("\xff"), BAD, "iso-2022-jp", REPLACED},
    {"M-084 iso-2022-kr", "iso-2022-kr", BYTES("\x1b$)C\x0eGQ\x0f!"), "\xed\x95\x9c!",
     "iso-2022-kr", 0},
    {"M-084 iso-2022-kr guessed", NULL, BYTES("\x1b$)C\x0eGQ\nGQ"), "\xed\x95\x9c\nGQ",
     "iso-2022-kr", GUESSED},
    {"M-084 hz", "hz-gb-2312", BYTES("a~~~{Dc~}b~\nc"),
     "a~\xe4\xbd\xa0"
     "bc",
     "hz-gb-2312", 0},
    {"M-084 hz line", "hz-gb-2312", BYTES("~{Dc\nDc"), "\xe4\xbd\xa0\nDc", "hz-gb-2312", 0},

    {"M-082 utf-7", "utf-7", BYTES("+ADw-a href+AD0AIg-x"), "<a href=\"x", "utf-7", 0},
    {"M-082 utf-7 without end", "utf-7", BYTES("+T2BZfQ"), "\xe4\xbd\xa0\xe5\xa5\xbd", "utf-7", 0},
    {"M-082 utf-7 plus", "utf-7", BYTES("1 +- 1 + 1"), "1 + 1 + 1", "utf-7", 0},
    {"M-082 utf-7 surrogates", "utf-7", BYTES("+2D3eAA-"), "\xf0\x9f\x98\x80", "utf-7", 0},
    {"M-082 utf-7 lone surrogate", "utf-7", BYTES("+2D0-x"), BAD "x", "utf-7", REPLACED},
    {"M-082 utf-7 two high surrogates", "utf-7", BYTES("+2D3YPQBh-x"), BAD BAD "ax", "utf-7",
     REPLACED},
    {"M-082 utf-7 bits left", "utf-7", BYTES("+AAAA-"), BAD BAD, "utf-7", REPLACED},
    {"M-082 not declared", NULL, BYTES("+ADw-"), "+ADw-", "utf-8", GUESSED},
};

static char *
shown(const char *bytes, size_t len)
{
  GString *out = g_string_new(NULL);
  for (size_t i = 0; i < len; i++)
    g_string_append_printf(out, "%02x ", (guint8)bytes[i]);
  return g_string_free(out, FALSE);
}

static int
case_differs(const Case *c)
{
  g_autoptr(GBytes) in = g_bytes_new(c->in, c->in_len);
  g_autoptr(Text) text = text_decode(in, c->label);
  size_t len;
  const char *got = g_bytes_get_data(text->utf8, &len);
  const int state = (text->replaced ? REPLACED : 0) | (text->guessed ? GUESSED : 0);
  if (len == strlen(c->want) && (len == 0 || memcmp(got, c->want, len) == 0) &&
      strcmp(text->charset, c->charset) == 0 && state == c->state)
    return 0;
  g_autofree char *a = shown(got, len), *b = shown(c->want, strlen(c->want));
  print_error("%s: got %s(%s, %d), want %s(%s, %d)\n", c->title, a, text->charset, state, b,
              c->charset, c->state);
  return 1;
}

static void
decodes(void **state)
{
  int bad = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    bad += case_differs(&cases[i]);
  assert_int_equal(bad, 0);
}

static void
refers_to_what_is_utf8_already(void **state)
{
  static const struct {
    const char *label, *in;
    size_t skipped;
  } table[] = {
      {"us-ascii", "plain text", 0},
      {"big5", "plain text", 0},
      {"iso-2022-jp", "plain text", 0},
      {"utf-7", "plain text", 0},
      {"hz-gb-2312", "plain text", 0},
      {NULL, "\xe4\xbd\xa0", 0},
      {"utf-8", "\xe4\xbd\xa0 \xf0\x9f\x98\x80", 0},
      {"utf-8", "\xef\xbb\xbftext", 3},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
    g_autoptr(GBytes) in = g_bytes_new(table[i].in, strlen(table[i].in));
    g_autoptr(Text) text = text_decode(in, table[i].label);
    assert_ptr_equal(g_bytes_get_data(text->utf8, NULL),
                     (const char *)g_bytes_get_data(in, NULL) + table[i].skipped);
    const Range r = text_map_range(text->map, range_make(0, 0));
    assert_int_equal(r.off, table[i].skipped); /* behind the byte order mark */
  }
}

/* Every length of ASCII, with one other byte at every place: blocks must not hide it. */
static void
finds_the_one_bad_byte(void **state)
{
  for (size_t len = 1; len < 150; len++) {
    for (size_t at = 0; at < len; at++) {
      g_autofree char *bytes = g_strnfill(len, 'a');
      bytes[at] = at & 1 ? '\0' : '\x80';
      g_autoptr(GBytes) in = g_bytes_new(bytes, len);
      g_autoptr(Text) text = text_decode(in, len & 1 ? "utf-8" : "big5");
      assert_true(text->replaced);
      assert_int_equal(g_bytes_get_size(text->utf8), len + 2);
      const Range r = text_map_range(text->map, range_make(at, 3));
      assert_int_equal(r.off, at);
      assert_int_equal(r.len, 1);
    }
  }
}

static const char *const chinese = "\xe4\xbd\xa0\xe5\xa5\xbd, A\xe4\xb8\xad\n\xe6\x96\x87 https://";
static const char *const traditional =
    "\xe9\xa6\x99\xe6\xb8\xaf\xe3\x80\x82\xe9\x9b\xb2\xe7\xab\xaf";
static const char *const cantonese = "\xe5\x98\x85\xe5\x93\x8b\xf0\xa0\x9c\x8e\xc3\x8a\xcc\x84x";
static const char *const japanese =
    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x82\xab\xe3\x83\x8a ABC ~";
static const char *const korean = "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4 abc";
static const char *const russian = "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, abc!";
static const char *const french = "d\xc3\xa9j\xc3\xa0 vu";
static const char *const emoji = "a+b \xf0\x9f\x98\x80\xf0\x9f\x98\x80 ~ \xe2\x82\xac-";

static GBytes *
encoded(const char *utf8, const char *charset)
{
  return text_encode(utf8, strlen(utf8), charset);
}

/* The source of each character decodes alone to that character. */
static void
check_each_character(GBytes *source, const Text *text)
{
  const guint8 *bytes = g_bytes_get_data(source, NULL);
  const char *start = g_bytes_get_data(text->utf8, NULL);
  const char *end = start + g_bytes_get_size(text->utf8), *next;
  for (const char *p = start; p < end; p = next) {
    next = g_utf8_next_char(p);
    if (next < end && (guint8)next[0] == 0xcc) /* a mark that shares Big5's code */
      next = g_utf8_next_char(next);
    const Range r = text_map_range(text->map, range_make((size_t)(p - start), (size_t)(next - p)));
    assert_true(range_end(r) <= g_bytes_get_size(source));
    g_autoptr(GBytes) alone = g_bytes_new(bytes + r.off, r.len);
    g_autoptr(Text) again = text_decode(alone, text->charset);
    assert_int_equal(g_bytes_get_size(again->utf8), next - p);
    assert_memory_equal(g_bytes_get_data(again->utf8, NULL), p, (size_t)(next - p));
  }
}

static void
round_trips(void **state)
{
  const struct {
    const char *charset, *texts[4];
  } table[] = {
      {"utf-8", {chinese, cantonese, emoji}},
      {"big5", {chinese, traditional, cantonese}},
      {"big5-hkscs", {chinese, cantonese}},
      {"gb18030", {chinese, traditional, emoji, korean}},
      {"gbk", {chinese, traditional, russian}},
      {"gb2312", {chinese, traditional}},
      {"shift_jis", {japanese, russian}},
      {"euc-jp", {japanese, "\xe4\xb8\x82"}},
      {"iso-2022-jp", {japanese, russian}},
      {"euc-kr", {korean, "\xea\xb0\x82"}},
      {"iso-2022-kr", {korean}},
      {"euc-tw", {traditional, "\xe4\xb9\x82"}},
      {"windows-1250", {"\xc5\xbe\xc4\x8d"}},
      {"windows-1251", {russian}},
      {"windows-1252", {french, "\xe2\x82\xac"}},
      {"windows-1253", {"\xce\xb1\xce\xb2"}},
      {"windows-1254", {french, "\xc5\x9f"}},
      {"windows-1255", {"\xd7\xa9\xd7\x9c"}},
      {"windows-1256", {"\xd8\xb3"}},
      {"windows-1257", {"\xc5\xa1"}},
      {"windows-1258", {french, "\xc4\x91"}},
      {"windows-874", {"\xe0\xb8\x81"}},
      {"koi8-r", {russian}},
      {"koi8-u", {russian, "\xd1\x94"}},
      {"iso-8859-2", {"\xc5\xbe"}},
      {"iso-8859-15", {french, "\xe2\x82\xac"}},
      {"macintosh", {french}},
      {"utf-16le", {emoji, chinese}},
      {"utf-16be", {emoji, chinese}},
      {"utf-32le", {emoji, chinese}},
      {"utf-32be", {emoji, chinese}},
      {"utf-7", {emoji, chinese, russian}},
      {"hz-gb-2312", {"a~ \xe4\xbd\xa0\xe5\xa5\xbd\n!"}},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
    for (size_t j = 0; j < 4 && table[i].texts[j] != NULL; j++) {
      const char *utf8 = table[i].texts[j];
      g_autoptr(GBytes) bytes = encoded(utf8, table[i].charset);
      if (bytes == NULL)
        fail_msg("%s cannot carry \"%s\"", table[i].charset, utf8);
      g_autoptr(Text) text = text_decode(bytes, table[i].charset);
      if (g_bytes_get_size(text->utf8) != strlen(utf8) ||
          memcmp(g_bytes_get_data(text->utf8, NULL), utf8, strlen(utf8)) != 0)
        fail_msg("%s changes \"%s\"", table[i].charset, utf8);
      assert_false(text->replaced);
      if (charset_is_ascii_based(table[i].charset))
        check_each_character(bytes, text);
    }
  }
}

/* Two maps in a row: a word of Big5 text, found as UTF-8, changed in quoted-printable. */
static void
edits_big5_in_quoted_printable(void **state)
{
  static const char body[] = "=A7A=A6n =\r\nhttp://a=2Eb/ =B3=\r\no\r\n";
  static const char want[] = "\xe4\xbd\xa0\xe5\xa5\xbd [\xe9\x9b\xb2] \xe9\x80\x99\r\n";
  g_autoptr(GBytes) raw = g_bytes_new_static(body, sizeof body - 1);
  g_autoptr(TextMap) map = NULL;
  g_autoptr(GBytes) content = content_decode(raw, ENCODING_QP, &map, NULL);
  g_autoptr(Text) text = text_decode(content, "big5");
  const char *utf8 = g_bytes_get_data(text->utf8, NULL), *link = strstr(utf8, "http://a.b/");
  const Range at = text_map_range(
      map, text_map_range(text->map, range_make((size_t)(link - utf8), strlen("http://a.b/"))));

  g_autoptr(GBytes) mark = encoded("[\xe9\x9b\xb2]", "big5");
  g_autoptr(GBytes) insert =
      qp_encode_insert(g_bytes_get_data(mark, NULL), g_bytes_get_size(mark), "\r\n");
  GString *edited = g_string_new_len(body, (gssize)at.off);
  g_string_append_len(edited, g_bytes_get_data(insert, NULL), (gssize)g_bytes_get_size(insert));
  g_string_append(edited, body + range_end(at));
  g_autoptr(GBytes) after = g_string_free_to_bytes(edited);
  g_autoptr(GBytes) after_content = content_decode(after, ENCODING_QP, NULL, NULL);
  g_autoptr(Text) got = text_decode(after_content, "big5");
  assert_int_equal(g_bytes_get_size(got->utf8), sizeof want - 1);
  assert_memory_equal(g_bytes_get_data(got->utf8, NULL), want, sizeof want - 1);
}

static void
encodes_all_or_nothing(void **state)
{
  const struct {
    const char *charset, *utf8;
  } table[] = {
      {"us-ascii", chinese},     {"big5", korean},    {"gb2312", emoji},
      {"iso-2022-jp", korean},   {"euc-kr", emoji},   {"utf-8", "\xc0\xbc"},
      {"big5", "\xed\xa0\x80"},  {"nonsense", "abc"}, {"hz-gb-2312", traditional},
      {"iso-2022-jp", "\x1b$B"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
    if (encoded(table[i].utf8, table[i].charset) != NULL)
      fail_msg("%s carries \"%s\"", table[i].charset, table[i].utf8);
}

/* Random bytes: valid UTF-8 comes out, every source byte is in order, and pieces add up. */
static void
survives_random_bytes(void **state)
{
  static const char *const labels[] = {"utf-8",    "big5",        "gb18030",        "shift_jis",
                                       "euc-jp",   "euc-kr",      "euc-tw",         "iso-2022-jp",
                                       "utf-7",    "iso-2022-kr", "hz-gb-2312",     "utf-16le",
                                       "utf-32be", "windows-874", "x-user-defined", NULL};
  static const guint8 alphabet[] =
      "\x81\xfe\xa1\xe4\xbd\xa0\x30\x39\x8e\x8f\x1b$B(BJ~{}+-A\0\x0e\n";
  GRand *rand = g_rand_new_with_seed(3);
  for (unsigned i = 0; i < 20000; i++) {
    guint8 bytes[24];
    const size_t len = (size_t)g_rand_int_range(rand, 0, sizeof bytes);
    for (size_t k = 0; k < len; k++)
      bytes[k] = alphabet[g_rand_int_range(rand, 0, sizeof alphabet)];
    g_autoptr(GBytes) in = g_bytes_new(bytes, len);
    g_autoptr(Text) text = text_decode(in, labels[i % G_N_ELEMENTS(labels)]);
    size_t size, from = 0;
    const char *p = g_bytes_get_data(text->utf8, &size);
    assert_true(size == 0 || g_utf8_validate_len(p, size, NULL));
    for (size_t k = 0; k < size; k++) {
      const Range r = text_map_range(text->map, range_make(k, 1));
      assert_true(r.off >= from && range_end(r) <= len && r.len > 0);
      from = r.off;
      const Range before = text_map_range(text->map, range_make(k + 1, 0));
      assert_int_equal(before.len, 0);
      assert_int_equal(before.off, range_end(r));
    }
  }
  g_rand_free(rand);
}

static void
finds_charset_in_meta(void **state)
{
  static const struct {
    const char *html, *want;
  } table[] = {
      {"<meta charset=big5>", "big5"},
      {"<html><head><META CharSet = 'GB2312' />", "gbk"},
      {"<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">", "shift_jis"},
      {"<meta content='text/html;charset=\"euc-kr\"' http-equiv='content-type'>", "euc-kr"},
      {"<meta content='text/html;charset=euc-kr'>", NULL},
      {"<meta http-equiv=refresh content='charset=euc-kr'>", NULL},
      {"<meta content='x charset charset = big5;y' http-equiv=content-type>", "big5"},
      {"<!-- <meta charset=big5> -->", NULL},
      {"<!-- <meta charset=big5> --><meta charset=koi8-r>", "koi8-r"},
      {"<!--><meta charset=big5>-->", "big5"},
      {"<p title='<meta charset=big5>'>", NULL},
      {"</p title='<meta charset=big5>'><meta charset=gbk>", "gbk"},
      {"<? <meta charset=big5>", NULL},
      {"<metacharset=big5>", NULL},
      {"<meta/charset=big5>", "big5"},
      {"<meta charset=utf-16>", "utf-8"},
      {"<meta charset=utf-7>", NULL},
      {"<meta charset=nonsense><meta charset=big5>", "big5"},
      {"<meta charset=nonsense charset=big5>", NULL},
      {"<meta charset=big5", "big5"},
      {"<meta charset=", NULL},
      {"<meta", NULL},
      {"<", NULL},
      {"", NULL},
      {"no html", NULL},
      {"< <3 <meta charset=big5>", "big5"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
    g_autofree char *got =
        charset_from_meta((const unsigned char *)table[i].html, strlen(table[i].html));
    if (g_strcmp0(got, table[i].want) != 0)
      fail_msg("%s: got %s, want %s", table[i].html, got, table[i].want);
  }
  g_autofree char *late = g_strdup_printf("%1024s<meta charset=big5>", "");
  assert_null(charset_from_meta((const unsigned char *)late, strlen(late)));
}

/* A map of one's own: 3:1 escapes, then plain bytes behind a gap. */
static void
maps(void **state)
{
  g_autoptr(TextMap) map = text_map_new();
  text_map_skip(map, 3);
  text_map_run(map, 3, 2, 2);
  text_map_run(map, 1, 1, 4);
  text_map_skip(map, 5);
  text_map_run(map, 1, 1, 2);
  static const struct {
    Range result, want;
  } table[] = {
      {{0, 0}, {3, 0}},  {{0, 3}, {3, 2}},   {{1, 1}, {3, 2}},   {{0, 6}, {3, 4}},
      {{3, 3}, {5, 2}},  {{6, 4}, {7, 4}},   {{10, 0}, {11, 0}}, {{10, 1}, {16, 1}},
      {{9, 2}, {10, 7}}, {{0, 12}, {3, 15}}, {{12, 0}, {18, 0}}, {{5, 99}, {5, 13}},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
    const Range got = text_map_range(map, table[i].result);
    if (got.off != table[i].want.off || got.len != table[i].want.len)
      fail_msg("%zu+%zu: got %zu+%zu, want %zu+%zu", table[i].result.off, table[i].result.len,
               got.off, got.len, table[i].want.off, table[i].want.len);
  }
  text_map_free(NULL);
  text_free(NULL);
}

static void
guesses_names(void **state)
{
  static const struct {
    const char *name, *want;
  } cases[] = {
      {"plan.pdf", NULL},
      {"\xB9\xCF\xABh.exe", "big5"},                 /* 圖則 */
      {"\xB7|\xC4\xB3\xAC\xF6\xBF\xFD.doc", "big5"}, /* 會議紀錄 */
      {"\xBB\xE1\xD2\xE9\xBC\xC7\xC2\xBC.doc", "gb18030"},
      {"\xE4\x9D\x87.doc", NULL},
      {"R\xE9sum\xE9.doc", NULL},
      {"\xC9"
       "COLE.pdf",
       NULL},
      {"M\xFCller.pdf", NULL},
      {"\xB9\xCF.exe", NULL}, /* one character proves nothing */
      {"\xB9\xCF\xAB", NULL}, /* cut */
      {"\xFF\xFF\xFF\xFF", NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *got = text_guess_name(cases[i].name, strlen(cases[i].name));

    if (g_strcmp0(got, cases[i].want) != 0)
      fail_msg("%s: got %s, want %s", cases[i].name, got, cases[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decodes),
      cmocka_unit_test(refers_to_what_is_utf8_already),
      cmocka_unit_test(finds_the_one_bad_byte),
      cmocka_unit_test(round_trips),
      cmocka_unit_test(edits_big5_in_quoted_printable),
      cmocka_unit_test(encodes_all_or_nothing),
      cmocka_unit_test(survives_random_bytes),
      cmocka_unit_test(finds_charset_in_meta),
      cmocka_unit_test(maps),
      cmocka_unit_test(guesses_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
