/* Transfer encodings: what mail readers forgive (THREATS M-072 to M-080), and splices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"

typedef struct decode_case {
  const char *label;
  Encoding encoding;
  const char *in;
  size_t in_len;
  const char *want;
  size_t want_len;
  unsigned flags;
} Case;

#define BYTES(s) s, sizeof s - 1
#define B64      ENCODING_BASE64
#define QP       ENCODING_QP
#define UU       ENCODING_UU
#define PADDING  DECODE_PADDING
#define JUNK     DECODE_JUNK
#define CUT      DECODE_TRUNCATED

static const Case cases[] = {
    {"b64 clean", B64, BYTES("SGVsbG8sIHdvcmxkIQ==\r\n"), BYTES("Hello, world!"), 0},
    {"b64 lines", B64, BYTES("SGVs\r\nbG8s\r\n"), BYTES("Hello,"), 0},
    {"b64 empty", B64, BYTES(""), BYTES(""), 0},
    {"b64 blanks only", B64, BYTES(" \r\n\t\n"), BYTES(""), 0},
    {"b64 blanks inside", B64, BYTES("S G\tVs"), BYTES("Hel"), 0},
    {"M-072 chunks", B64, BYTES("WA==NQ==Tw=="), BYTES("X5O"), PADDING},
    {"M-072 split 1", B64, BYTES("WDU=TyE=UCU="), BYTES("X5O!P%"), PADDING},
    {"M-072 after whole quantum", B64, BYTES("TWFy=TWFy"), BYTES("MarMar"), PADDING},
    {"M-072 = every 4 characters", B64, BYTES("TWFy=TWFy="), BYTES("MarMar"), PADDING},
    {"M-072 data on the next line", B64, BYTES("WA==\r\nNQ==\r\n"), BYTES("X5"), PADDING},
    {"M-072 = after one character", B64, BYTES("T=WFy"), BYTES("Mar"), PADDING},
    {"M-072 extra = at the end", B64, BYTES("WA====\r\n"), BYTES("X"), 0},
    {"M-073 leading padding", B64, BYTES("==TWFy"), BYTES("Mar"), PADDING},
    {"M-073 a line of =", B64, BYTES("TWFy\r\n====\r\nTWFy"), BYTES("MarMar"), PADDING},
    {"M-074 dots", B64, BYTES("T.W.F.y"), BYTES("Mar"), JUNK},
    {"M-074 NUL", B64, BYTES("TW\0Fy"), BYTES("Mar"), JUNK},
    {"M-074 8-bit and #", B64, BYTES("\xe9TW#Fy"), BYTES("Mar"), JUNK},
    {"M-074 blank lines", B64, BYTES("TW\r\n\r\n\r\nFy"), BYTES("Mar"), 0},
    {"M-075 URL-safe", B64, BYTES("-_-_"), BYTES("\xfb\xff\xbf"), DECODE_URLSAFE},
    {"M-075 no padding 2", B64, BYTES("WA"), BYTES("X"), CUT},
    {"M-075 no padding 3", B64, BYTES("WDU"), BYTES("X5"), CUT},
    {"M-075 half padding", B64, BYTES("WA="), BYTES("X"), CUT},
    {"M-075 1 character left", B64, BYTES("TWFyT"), BYTES("Mar"), CUT},
    {"M-075 1 character lines", B64, BYTES("T\nW\nF\ny\n"), BYTES("Mar"), 0},
    {"M-076 boundary look-alike", B64, BYTES("TWFy\r\n--fo\r\n"), BYTES("Mar\xfb\xe7\xe8"),
     DECODE_URLSAFE},
    {"M-080 base64 of base64 is undone once", B64, BYTES("VFdGeQ=="), BYTES("TWFy"), 0},

    {"qp clean", QP, BYTES("caf=C3=A9 =3D 1\r\n"), BYTES("caf\xc3\xa9 = 1\r\n"), 0},
    {"qp lower case hex", QP, BYTES("=c3=a9"), BYTES("\xc3\xa9"), 0},
    {"M-077 soft break CRLF", QP, BYTES("ab=\r\ncd"), BYTES("abcd"), 0},
    {"M-077 soft break LF", QP, BYTES("ab=\ncd"), BYTES("abcd"), 0},
    {"M-077 soft break CR", QP, BYTES("ab=\rcd"), BYTES("abcd"), 0},
    {"M-077 soft break CRCRLF", QP, BYTES("ab=\r\r\ncd"), BYTES("abcd"), 0},
    {"M-077 = blank CRLF", QP, BYTES("ab= \r\ncd"), BYTES("abcd"), DECODE_SOFT_BLANK},
    {"M-077 = tabs LF", QP, BYTES("ab=\t \t\ncd"), BYTES("abcd"), DECODE_SOFT_BLANK},
    {"M-077 =20=CRLF", QP, BYTES("ab=20=\r\ncd"), BYTES("ab cd"), 0},
    {"M-077 ==41", QP, BYTES("==41"), BYTES("=A"), DECODE_ESCAPE},
    {"M-077 two soft breaks", QP, BYTES("ab=\r\n=\r\ncd"), BYTES("abcd"), 0},
    {"M-077 soft break at the end", QP, BYTES("ab=\r\n"), BYTES("ab"), 0},
    {"M-077 = at the end", QP, BYTES("ab="), BYTES("ab"), CUT},
    {"M-077 = blank at the end", QP, BYTES("ab= "), BYTES("ab"), CUT},
    {"M-078 =ZZ", QP, BYTES("a=ZZb"), BYTES("a=ZZb"), DECODE_ESCAPE},
    {"M-078 = blank letter", QP, BYTES("a= b"), BYTES("a= b"), DECODE_ESCAPE},
    {"M-078 split triplet", QP, BYTES("=4\r\n1"), BYTES("=4\r\n1"), DECODE_ESCAPE},
    {"M-078 triplet cut by a soft break", QP, BYTES("=4=\r\n1"), BYTES("=41"), DECODE_ESCAPE},
    {"M-078 half an escape at the end", QP, BYTES("a=4"), BYTES("a=4"), DECODE_ESCAPE | CUT},
    {"M-078 NUL in an escape", QP,
     BYTES("=\0"
           "1"),
     BYTES("=\0"
           "1"),
     DECODE_ESCAPE},
    {"M-078 8-bit as it is", QP, BYTES("\xe9=E9"), BYTES("\xe9\xe9"), 0},
    {"M-079 line ends as they are", QP, BYTES("a\nb\r\nc\rd"), BYTES("a\nb\r\nc\rd"), 0},
    {"qp blanks before a line end", QP, BYTES("ab \t\r\ncd  \nef"), BYTES("ab\r\ncd\nef"), 0},
    {"qp blanks before the end", QP, BYTES("ab  "), BYTES("ab"), 0},
    {"qp blank lines", QP, BYTES("  \r\n\t\r\n"), BYTES("\r\n\r\n"), 0},
    {"qp escaped blank stays", QP, BYTES("ab=20 \r\n"), BYTES("ab \r\n"), 0},

    {"none", ENCODING_NONE, BYTES("a=41 \0"), BYTES("a=41 \0"), 0},
    {"unknown", ENCODING_UNKNOWN, BYTES("SGVs"), BYTES("SGVs"), 0},

    {"uu", UU, BYTES("begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"), BYTES("Cat"), 0},
    {"uu without end", UU, BYTES("begin 644 a\n#0V%T\n"), BYTES("Cat"), CUT},
    {"uu cut in a line", UU, BYTES("begin 644 a\n#0V"), BYTES("C`\0"), CUT},
    {"uu blanks lost", UU, BYTES("begin 644 a\n#0P\n\nend\n"), BYTES("C\0\0"), 0},
    {"uu text around", UU, BYTES("Hi\n\nbegin 644 a\n#0V%T\n \nend\n"), BYTES("Cat"), JUNK},
    {"uu two files", UU, BYTES("begin 644 a\n#0V%T\n`\nend\nbegin 644 b\n#0V%T\n`\nend\n"),
     BYTES("CatCat"), DECODE_MULTI},
    {"uu second begin inside", UU, BYTES("begin 644 a\n#0V%T\nbegin 644 b\n#0V%T\nend\n"),
     BYTES("CatCat"), DECODE_MULTI | CUT},
    {"uu base64", UU, BYTES("begin-base64 644 a\nTWFy\n====\n"), BYTES("Mar"), 0},
    {"uu base64 without end", UU, BYTES("begin-base64 644 a\nTWFy\n"), BYTES("Mar"), CUT},
    {"uu without begin", UU, BYTES("#0V%T\n"), BYTES("#0V%T\n"), CUT | JUNK},
};

static char *
shown(const void *bytes, size_t len)
{
  /* Only when a test fails, which is when leaks do not matter. */
  GString *out = g_string_new(NULL);
  for (size_t i = 0; i < len; i++)
    g_string_append_printf(out, ((const guint8 *)bytes)[i] - 0x20u < 0x5f ? "%c" : "\\x%02x",
                           ((const guint8 *)bytes)[i]);
  return g_string_free(out, FALSE);
}

static int
bytes_differ(const char *label, GBytes *got, const void *want, size_t want_len)
{
  size_t len;
  const void *data = g_bytes_get_data(got, &len);
  if (len == want_len && (len == 0 || memcmp(data, want, len) == 0))
    return 0;
  print_error("%s: got \"%s\" (%zu), want \"%s\" (%zu)\n", label, shown(data, len), len,
              shown(want, want_len), want_len);
  return 1;
}

static void
decodes(void **state)
{
  int bad = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const Case *c = &cases[i];
    g_autoptr(GBytes) in = g_bytes_new(c->in, c->in_len);
    unsigned flags;
    g_autoptr(GBytes) got = content_decode(in, c->encoding, NULL, &flags);
    bad += bytes_differ(c->label, got, c->want, c->want_len);
    if (flags != c->flags) {
      print_error("%s: got flags %#x, want %#x\n", c->label, flags, c->flags);
      bad++;
    }
  }
  assert_int_equal(bad, 0);
}

static void
knows_tokens(void **state)
{
  static const struct {
    const char *token;
    Encoding want;
  } tokens[] = {
      {"", ENCODING_NONE},
      {"7bit", ENCODING_NONE},
      {" 8BIT\t", ENCODING_NONE},
      {"binary", ENCODING_NONE},
      {"Base64", B64},
      {" quoted-printable ", QP},
      {"x-uuencode", UU},
      {"uue", UU},
      {"base-64", ENCODING_UNKNOWN},
      {"base64;", ENCODING_UNKNOWN},
      {"7", ENCODING_UNKNOWN},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
    const Encoding got = encoding_from_token(tokens[i].token, strlen(tokens[i].token));
    if (got != tokens[i].want)
      fail_msg("\"%s\": got %s, want %s", tokens[i].token, encoding_name(got),
               encoding_name(tokens[i].want));
  }
}

static void
identity_is_no_copy(void **state)
{
  g_autoptr(GBytes) in = g_bytes_new_static("abc", 3);
  g_autoptr(TextMap) map = NULL;
  g_autoptr(GBytes) got = content_decode(in, ENCODING_NONE, &map, NULL);
  assert_ptr_equal(g_bytes_get_data(in, NULL), g_bytes_get_data(got, NULL));
  const Range r = text_map_range(map, range_make(1, 2));
  assert_int_equal(r.off, 1);
  assert_int_equal(r.len, 2);
}

static void
blocks_have_no_map(void **state)
{
  g_autoptr(GBytes) in = g_bytes_new_static("TWFy", 4);
  TextMap *map = (TextMap *)&in;
  g_autoptr(GBytes) got = content_decode(in, B64, &map, NULL);
  assert_null(map);
  assert_int_equal(g_bytes_get_size(got), 3);
}

/* Where each stretch of decoded text stands. */
static void
maps_quoted_printable(void **state)
{
  static const struct {
    const char *label, *in;
    Range decoded, want;
  } maps[] = {
      {"plain", "abc", {1, 1}, {1, 1}},
      {"escape", "a=41c", {1, 1}, {1, 3}},
      {"behind an escape", "a=41c", {2, 1}, {4, 1}},
      {"all", "a=41=\r\nc", {0, 3}, {0, 8}},
      {"before a soft break", "ab=\r\ncd", {0, 2}, {0, 2}},
      {"over a soft break", "ab=\r\ncd", {1, 2}, {1, 5}},
      {"behind a soft break", "ab=\r\ncd", {2, 1}, {5, 1}},
      {"insert at a soft break", "ab=\r\ncd", {2, 0}, {2, 0}},
      {"insert at the start", "=41b", {0, 0}, {0, 0}},
      {"insert at the end", "ab  ", {2, 0}, {2, 0}},
      {"before lost blanks", "ab  \r\ncd", {0, 2}, {0, 2}},
      {"line end with lost blanks", "ab  \r\ncd", {2, 2}, {2, 4}},
      {"behind lost blanks", "ab  \r\ncd", {4, 1}, {6, 1}},
      {"past the end", "ab", {5, 5}, {2, 0}},
      {"illegal escape", "a=ZZ", {1, 1}, {1, 1}},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(maps); i++) {
    g_autoptr(GBytes) in = g_bytes_new(maps[i].in, strlen(maps[i].in));
    g_autoptr(TextMap) map = NULL;
    g_autoptr(GBytes) got = content_decode(in, QP, &map, NULL);
    const Range r = text_map_range(map, maps[i].decoded), want = maps[i].want;
    assert_non_null(got);
    if (r.off != want.off || r.len != want.len)
      fail_msg("%s: got %zu+%zu, want %zu+%zu", maps[i].label, r.off, r.len, want.off, want.len);
  }
}

static void
encodes(void **state)
{
  static const struct {
    const char *label;
    Encoding encoding;
    const char *eol, *in, *want;
  } table[] = {
      {"b64", B64, "\r\n", "Hello, world!", "SGVsbG8sIHdvcmxkIQ==\r\n"},
      {"b64 LF", B64, "\n", "Hel", "SGVs\n"},
      {"b64 nothing", B64, "\n", "", ""},
      {"b64 a line of 57 and one more", B64, "\n",
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
       "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\nYQ==\n"},
      {"qp", QP, "\r\n", "caf\xc3\xa9 = 1\r\n", "caf=C3=A9 =3D 1\r\n"},
      {"qp blank at line end", QP, "\r\n", "a \r\nb\t\r\n c ", "a=20\r\nb=09\r\n c=20"},
      {"qp LF text", QP, "\n", "a \nb\n", "a=20\nb\n"},
      {"qp other line ends", QP, "\r\n", "a\nb\rc", "a=0Ab=0Dc"},
      {"qp From and dot", QP, "\n", "From me\n.\n.x\nFromage\n", "=46rom me\n=2E\n.x\nFromage\n"},
      {"qp dashes", QP, "\n", "--x\n-x\na--x", "=2D-x\n-x\na--x"},
      {"qp long", QP, "\n",
       "0123456789012345678901234567890123456789012345678901234567890123456789012345678901",
       "012345678901234567890123456789012345678901234567890123456789012345678901234=\n5678901"},
      {"none", ENCODING_NONE, "\n", "a=b\n", "a=b\n"},
  };
  int bad = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
    g_autoptr(GBytes) got = content_encode((const unsigned char *)table[i].in, strlen(table[i].in),
                                           table[i].encoding, table[i].eol);
    bad += bytes_differ(table[i].label, got, table[i].want, strlen(table[i].want));
  }
  assert_int_equal(bad, 0);
  assert_null(content_encode((const unsigned char *)"a", 1, UU, "\n"));
}

/* Bytes of a kind that hurts: few different ones, those that mean something. */
static GBytes *
random_bytes(GRand *rand, const char *alphabet, size_t most)
{
  const size_t len = (size_t)g_rand_int_range(rand, 0, (gint32)most + 1), n = strlen(alphabet);
  guint8 *bytes = g_malloc(len + 1);
  for (size_t i = 0; i < len; i++)
    bytes[i] = (guint8)alphabet[g_rand_int_range(rand, 0, (gint32)n)];
  return g_bytes_new_take(bytes, len);
}

static const char *const alphabets[] = {
    "= \t\r\n4aG", "=\r\nA1 ", "abc =\n\x01\xe4\xbd\xa0", "From .-=\r\n", "=",
};

static gboolean
has_long_line(GBytes *bytes)
{
  size_t len, line = 0;
  const guint8 *p = g_bytes_get_data(bytes, &len);
  for (size_t i = 0; i < len; i++) {
    line = p[i] == '\n' ? 0 : line + (p[i] != '\r');
    if (line > 76)
      return TRUE;
  }
  return FALSE;
}

static void
encoding_round_trips(void **state)
{
  GRand *rand = g_rand_new_with_seed(1);
  for (unsigned i = 0; i < 6000; i++) {
    g_autoptr(GBytes) in = random_bytes(rand, alphabets[i % G_N_ELEMENTS(alphabets)], 200);
    const Encoding encoding = i & 1 ? QP : B64;
    g_autoptr(GBytes) encoded = content_encode(g_bytes_get_data(in, NULL), g_bytes_get_size(in),
                                               encoding, i & 2 ? "\n" : "\r\n");
    unsigned flags;
    g_autoptr(GBytes) back = content_decode(encoded, encoding, NULL, &flags);
    assert_false(has_long_line(encoded));
    assert_int_equal(flags, 0);
    assert_int_equal(
        bytes_differ("round trip", back, g_bytes_get_data(in, NULL), g_bytes_get_size(in)), 0);
  }
  g_rand_free(rand);
}

static void
append(GByteArray *to, GBytes *bytes, size_t from, size_t end)
{
  if (end > from)
    g_byte_array_append(to, (const guint8 *)g_bytes_get_data(bytes, NULL) + from,
                        (guint)(end - from));
}

static GBytes *
spliced(GBytes *bytes, Range at, GBytes *with)
{
  GByteArray *out = g_byte_array_new();
  append(out, bytes, 0, at.off);
  append(out, with, 0, g_bytes_get_size(with));
  append(out, bytes, range_end(at), g_bytes_get_size(bytes));
  return g_byte_array_free_to_bytes(out);
}

static gboolean
cuts_crlf(GBytes *decoded, size_t at)
{
  size_t len;
  const guint8 *p = g_bytes_get_data(decoded, &len);
  return at > 0 && at < len && p[at - 1] == '\r' && p[at] == '\n';
}

/* Decoding what was spliced gives what was decoded, spliced: wherever text_map_range says. */
static void
qp_inserts_anywhere(void **state)
{
  GRand *rand = g_rand_new_with_seed(2);
  for (unsigned i = 0; i < 60000; i++) {
    const char *alphabet = alphabets[i % G_N_ELEMENTS(alphabets)];
    g_autoptr(GBytes) body = random_bytes(rand, alphabet, 40);
    g_autoptr(GBytes) text = random_bytes(rand, alphabets[i / 7 % G_N_ELEMENTS(alphabets)], 100);
    g_autoptr(TextMap) map = NULL;
    g_autoptr(GBytes) decoded = content_decode(body, QP, &map, NULL);
    const size_t len = g_bytes_get_size(decoded);
    const size_t off = (size_t)g_rand_int_range(rand, 0, (gint32)len + 1);
    const Range at = range_make(off, (size_t)g_rand_int_range(rand, 0, (gint32)(len - off) + 1));
    if (cuts_crlf(decoded, at.off) || cuts_crlf(decoded, range_end(at)))
      continue;
    g_autoptr(GBytes) insert =
        qp_encode_insert(g_bytes_get_data(text, NULL), g_bytes_get_size(text), "\r\n");
    g_autoptr(GBytes) edited = spliced(body, text_map_range(map, at), insert);
    g_autoptr(GBytes) got = content_decode(edited, QP, NULL, NULL);
    g_autoptr(GBytes) want = spliced(decoded, at, text);
    if (bytes_differ("splice", got, g_bytes_get_data(want, NULL), g_bytes_get_size(want)))
      fail_msg("body \"%s\", decoded range %zu+%zu, insert \"%s\"",
               shown(g_bytes_get_data(body, NULL), g_bytes_get_size(body)), at.off, at.len,
               shown(g_bytes_get_data(insert, NULL), g_bytes_get_size(insert)));
  }
  g_rand_free(rand);
}

/* A boundary that stood inside a line must not come to stand at its start. */
static void
qp_insert_starts_no_line(void **state)
{
  static const char *const texts[] = {"x", "link", "two\r\n", "\r\n", "\xe4\xbd\xa0"};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GBytes) insert =
        qp_encode_insert((const unsigned char *)texts[i], strlen(texts[i]), "\r\n");
    size_t len;
    const char *p = g_bytes_get_data(insert, &len);
    assert_true(len > 3 && p[len - 1] != '\n');
    assert_memory_equal(p, "=\r\n", 3);
  }
}

static void
uuencode_does_not_explode(void **state)
{
  GString *in = g_string_new("begin 644 bomb\n");
  for (unsigned i = 0; i < 500000; i++)
    g_string_append(in, "M\n");
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(in);
  unsigned flags;
  g_autoptr(GBytes) got = content_decode(bytes, UU, NULL, &flags);
  assert_true(g_bytes_get_size(got) <= 2 * g_bytes_get_size(bytes) + 70000);
  assert_true(flags & DECODE_TRUNCATED);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decodes),
      cmocka_unit_test(knows_tokens),
      cmocka_unit_test(identity_is_no_copy),
      cmocka_unit_test(blocks_have_no_map),
      cmocka_unit_test(maps_quoted_printable),
      cmocka_unit_test(encodes),
      cmocka_unit_test(encoding_round_trips),
      cmocka_unit_test(qp_inserts_anywhere),
      cmocka_unit_test(qp_insert_starts_no_line),
      cmocka_unit_test(uuencode_does_not_explode),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
