/* Which of a few words stand in bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "signs.h"

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

static void
test_find(void **state)
{
  static const char *const signs[] = {"href",  "<ddeLink",    "ink(", "INK(",
                                      "xref=", "\xff\xfe zz", NULL};
  static const struct {
    const char *label;
    const unsigned char *bytes;
    size_t len;
    guint64 want;
  } cases[] = {
      {"nothing", BYTES(""), 0},
      {"shorter than any", BYTES("hre"), 0},
      {"one, and nothing else", BYTES("href"), SIGN(0)},
      {"at the end", BYTES("no more than a href"), SIGN(0)},
      {"cut off at the end", BYTES("no more than a <ddeLin"), 0},
      {"at the beginning", BYTES("<ddeLink and so on"), SIGN(1)},
      {"one in the other", BYTES("<ddeLink("), SIGN(1) | SIGN(2)},
      {"of the same end", BYTES("href xref= INK("), SIGN(0) | SIGN(3) | SIGN(4)},
      {"behind a beginning of itself", BYTES("hrhrhref"), SIGN(0)},
      {"behind a NUL", BYTES("a\0b\0href"), SIGN(0)},
      {"bytes that are no ASCII", BYTES("\xfe\xff\xff\xfe zz"), SIGN(5)},
      {"in other case", BYTES("HREF Ink( <DDElink"), 0},
      {"all", BYTES("\xff\xfe zz<ddeLink(INK(xref=\"href"),
       SIGN(0) | SIGN(1) | SIGN(2) | SIGN(3) | SIGN(4) | SIGN(5)},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    guint64 got = signs_find(signs, cases[i].bytes, cases[i].len);

    if (got != cases[i].want)
      fail_msg("%s: got %" G_GINT64_MODIFIER "x", cases[i].label, got);
    assert_int_equal(signs_any(signs, cases[i].bytes, cases[i].len), got != 0);
  }
}

static void
test_none(void **state)
{
  static const char *const signs[] = {NULL};

  assert_int_equal(signs_find(signs, BYTES("words")), 0);
}

/* Of few letters, so that words are found, overlap and nearly match. */
static void
test_as_memmem(void **state)
{
  static const char *const signs[] = {"abc", "cab", "bbbb", "aabbcc", "abcabcabc", NULL};
  unsigned char bytes[40];
  guint32 seed = 1;

  for (unsigned round = 0; round < 20000; round++) {
    guint64 want = 0;
    size_t len = round % sizeof bytes;

    for (size_t i = 0; i < len; i++) {
      seed = seed * 1664525 + 1013904223;
      bytes[i] = (unsigned char)"abc"[(seed >> 16) % 3];
    }
    for (unsigned i = 0; signs[i]; i++)
      if (memmem(bytes, len, signs[i], strlen(signs[i])))
        want |= SIGN(i);
    if (signs_find(signs, bytes, len) != want)
      fail_msg("%.*s: want %" G_GINT64_MODIFIER "x", (int)len, bytes, want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_none),
      cmocka_unit_test(test_as_memmem),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
