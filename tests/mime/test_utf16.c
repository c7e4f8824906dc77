/* UTF-16 as UTF-8: by tables, and compared with GLib's own over random units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "utf16.h"

#define BYTES(s) s, sizeof s - 1
#define BAD      "\xef\xbf\xbd"

typedef struct utf16_case {
  const char *label;
  const char *in; /* little-endian */
  size_t len;
  const char *strict; /* or NULL */
  size_t strict_len;
  const char *lossy;
} Case;

#define SAME(s) BYTES(s), s

static const Case cases[] = {
    {"nothing", BYTES(""), SAME("")},
    {"ASCII", BYTES("a\0b\0"), SAME("ab")},
    {"Chinese", BYTES("\x2d\x4e\x87\x65"), SAME("\xe4\xb8\xad\xe6\x96\x87")},
    {"a pair", BYTES("\x42\xd8\xb7\xdf"), SAME("\xf0\xa0\xae\xb7")},
    {"the last character", BYTES("\xff\xdb\xff\xdf"), SAME("\xf4\x8f\xbf\xbf")},
    {"a byte order mark", BYTES("\xff\xfe\x61\x00"), SAME("\xef\xbb\xbf\x61")},
    {"no character, but a unit", BYTES("\xff\xff"), SAME("\xef\xbf\xbf")},
    {"NUL inside", BYTES("a\0\0\0b\0"), BYTES("a\0b"), "a"},
    {"NUL at the end", BYTES("a\0\0\0"), BYTES("a\0"), "a"},
    {"a high half alone", BYTES("\x00\xd8"), NULL, 0, BAD},
    {"a high half before a letter", BYTES("\x00\xd8\x61\x00"), NULL, 0, BAD "a"},
    {"a low half alone", BYTES("a\0\x00\xdc\x62\x00"), NULL, 0, "a" BAD "b"},
    {"two high halves, a low one", BYTES("\x00\xd8\x00\xd8\x00\xdc"), NULL, 0,
     BAD "\xf0\x90\x80\x80"},
    {"half a unit", BYTES("a\0b"), NULL, 0, "a" BAD},
    {"half a unit alone", BYTES("a"), NULL, 0, BAD},
    {"half a unit behind NUL", BYTES("a\0\0\0b"), NULL, 0, "a"},
    {"half a pair and a byte", BYTES("\x00\xd8\x61"), NULL, 0, BAD BAD},
};

static void
swap(const char *in, size_t len, unsigned char *out)
{
  for (size_t i = 0; i < len; i++)
    out[i] = (unsigned char)in[(i ^ 1) < len ? i ^ 1 : i];
}

static void
check(const Case *c, const unsigned char *in, Utf16Order order)
{
  gsize written = 0;
  g_autofree char *strict = utf16_decode(in, c->len, order, &written);
  g_autofree char *lossy = utf16_decode_lossy(in, c->len, order);

  if (!strict != !c->strict ||
      (strict && (written != c->strict_len || memcmp(strict, c->strict, written + 1) != 0)))
    fail_msg("%s: got \"%s\", want \"%s\"", c->label, strict, c->strict);
  if (strcmp(lossy, c->lossy) != 0)
    fail_msg("%s, lossy: got \"%s\", want \"%s\"", c->label, lossy, c->lossy);
}

static void
test_table(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    unsigned char swapped[16];

    check(&cases[i], (const unsigned char *)cases[i].in, UTF16_LE);
    swap(cases[i].in, cases[i].len, swapped);
    check(&cases[i], swapped, UTF16_BE);
  }
}

/* Units of every kind, surrogates above all; no NUL, at which GLib ends. */
static gunichar2
random_unit(GRand *rand)
{
  static const gunichar2 kinds[][2] = {{1, 0x80},        {0x80, 0x800},    {0x800, 0xd800},
                                       {0xd800, 0xdc00}, {0xdc00, 0xe000}, {0xe000, 0xffff}};
  const gunichar2 *kind = kinds[g_rand_int_range(rand, 0, G_N_ELEMENTS(kinds))];

  return (gunichar2)g_rand_int_range(rand, kind[0], kind[1]);
}

static void
test_like_glib(void **state)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);

  for (int round = 0; round < 20000; round++) {
    gunichar2 units[6];
    unsigned char bytes[2 * G_N_ELEMENTS(units)];
    glong n = g_rand_int_range(rand, 0, G_N_ELEMENTS(units) + 1);
    gsize written = 0;

    for (glong i = 0; i < n; i++) {
      units[i] = random_unit(rand);
      bytes[2 * i] = (unsigned char)(units[i] >> 8);
      bytes[2 * i + 1] = (unsigned char)units[i];
    }
    g_autofree char *want = g_utf16_to_utf8(units, n, NULL, NULL, NULL);
    g_autofree char *got = utf16_decode(bytes, 2 * (size_t)n, UTF16_BE, &written);
    g_autofree char *lossy = utf16_decode_lossy(bytes, 2 * (size_t)n, UTF16_BE);

    assert_int_equal(want == NULL, got == NULL);
    assert_true(g_utf8_validate(lossy, -1, NULL));
    if (want) {
      assert_string_equal(got, want);
      assert_string_equal(lossy, want);
      assert_int_equal(written, strlen(want));
    }
  }
}

static void
test_xml(void **state)
{
  static const struct {
    const char *in;
    size_t len;
    int want; /* an order, or -1 */
  } xml[] = {{BYTES("\xff\xfe<\0"), UTF16_LE},
             {BYTES("\xfe\xff\0<"), UTF16_BE},
             {BYTES("<\0?\0"), UTF16_LE},
             {BYTES("\0<\0?"), UTF16_BE},
             {BYTES("<?xm"), -1},
             {BYTES("\xef\xbb\xbf<"), -1},
             {BYTES("<\0?"), -1},
             {BYTES(""), -1},
             {BYTES("\xff\xfd<\0"), -1},
             {BYTES("\0\0\0<"), -1}};

  for (size_t i = 0; i < G_N_ELEMENTS(xml); i++) {
    Utf16Order order;
    int got = utf16_is_xml((const unsigned char *)xml[i].in, xml[i].len, &order) ? (int)order : -1;

    if (got != xml[i].want)
      fail_msg("%zu: got %d, want %d", i, got, xml[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_like_glib),
      cmocka_unit_test(test_xml),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
