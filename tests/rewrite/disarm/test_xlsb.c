/* Names of a binary workbook that run a macro. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "xlsb.h"

/* A name of the sheet 0x01020304 without a key, and what stands in its place. */
#define NAME(len, flags, count, text)                                                              \
  "\x27" len flags "\0\0\0\0\4\3\2\1" count "\0\0\0" text "\2\0\0\0\x1e\1\0\0\0\0\xff\xff\xff\xff"
#define EMPTY(digit)                                                                               \
  "\x27\x2d\1\0\0\0\0\4\3\2\1\x9\0\0\0_\0e\0m\0p\0t\0i\0e\0d\0" digit                              \
  "\0\2\0\0\0\x1c\x17\0\0\0\0\xff\xff\xff\xff"
#define BEGIN "\x83\1\0"
#define END   "\x84\1\0"
#define TAX   NAME("\x21", "\0", "\3", "T\0a\0x\0")

#define AUTO_OPEN  "A\0u\0t\0o\0_\0O\0p\0e\0n\0"
#define AUTO_OPEN2 "_\0x\0l\0n\0m\0.\0" AUTO_OPEN "2\0"

typedef struct text {
  const char *bytes;
  size_t len;
} Text;

#define TEXT(x)                                                                                    \
  {                                                                                                \
    x, sizeof(x) - 1                                                                               \
  }

static void
test_names(void **state)
{
  static const struct {
    const char *label;
    Text in, want; /* want.bytes: NULL where it is damaged */
  } cases[] = {
      {"an ordinary name stays", TEXT(BEGIN TAX END), TEXT(BEGIN TAX END)},
      {"the one that runs when it is opened",
       TEXT(BEGIN NAME("\x2d", "\x20", "\x9", AUTO_OPEN) END), TEXT(BEGIN EMPTY("1") END)},
      {"one that Excel takes for it", TEXT(TAX NAME("\x3b", "\0", "\x10", AUTO_OPEN2) TAX),
       TEXT(TAX EMPTY("2") TAX)},
      {"a function", TEXT(NAME("\x21", "\2", "\3", "T\0a\0x\0")), TEXT(EMPTY("1"))},
      {"a command of VBA", TEXT(NAME("\x21", "\xc", "\3", "T\0a\0x\0")), TEXT(EMPTY("1"))},
      {"a name that begins like it", TEXT(NAME("\x25", "\0", "\5", "A\0u\0t\0o\0_\0")),
       TEXT(NAME("\x25", "\0", "\5", "A\0u\0t\0o\0_\0"))},
      {"a name that is longer than its record", TEXT(NAME("\x21", "\0", "\x7f", "T\0a\0x\0")),
       TEXT(NAME("\x21", "\0", "\x7f", "T\0a\0x\0"))},
      {"nothing", TEXT(""), TEXT("")},
      {"a record that is cut off", TEXT(BEGIN "\x27\x21\0\0"), {NULL, 0}},
      {"a length that is cut off", TEXT(BEGIN "\x27\x80"), {NULL, 0}},
      {"a type of three bytes", TEXT("\x83\x81\1\0"), {NULL, 0}},
      {"a length of five bytes", TEXT("\x27\x80\x80\x80\x80\0"), {NULL, 0}},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GBytes) in = g_bytes_new_static(cases[i].in.bytes, cases[i].in.len);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = xlsb_empty_names(in, &error);
    gsize len = 0;
    const char *got = out ? g_bytes_get_data(out, &len) : NULL;

    if (!out != !cases[i].want.bytes || !out != (error != NULL) || len != cases[i].want.len ||
        (len > 0 && memcmp(got, cases[i].want.bytes, len) != 0))
      fail_msg("%s: got %zu bytes, want %zu", cases[i].label, len, cases[i].want.len);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
