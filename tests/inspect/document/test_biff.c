/* Records of old workbooks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "biff.h"
#include "finding.h"

#define BYTES(s) s, sizeof s - 1
#define BOF      "\x09\x08\x04\0\0\x06\5\0"
#define BOF5     "\x09\x08\x04\0\0\x05\5\0"
#define WINDOW   "\x3d\0\2\0\0\0"
#define FILEPASS "\x2f\0\2\0\0\0"
#define XLM      "\x85\0\7\0\0\0\0\0\0\1\0"
#define SHEET    "\x85\0\7\0\0\0\0\0\0\0\0"
#define END      "\x0a\0\0\0"

static const struct {
  const char *label, *bytes;
  size_t len;
  BitSet want;
} cases[] = {
    {"nothing", BYTES(""), 0},
    {"a sheet", BYTES(BOF SHEET END), 0},
    {"a sheet of macros", BYTES(BOF SHEET XLM END), TRAIT(XLM) | TRAIT(MACRO)},
    {"a password", BYTES(BOF FILEPASS "\x85\0\7\0......."), TRAIT(ENCRYPTED)},
    {"a password behind many records",
     BYTES(BOF WINDOW WINDOW WINDOW WINDOW WINDOW WINDOW WINDOW WINDOW WINDOW FILEPASS END),
     TRAIT(ENCRYPTED)},
    {"a record that is cut off", BYTES(BOF "\x3d\0\7\0\0\0"), TRAIT(CORRUPT)},
    {"one of a sheet", BYTES(BOF END "\x3d\0\7\0\0\0"), 0},
    {"another workbook",
     BYTES(BOF "\xae\1\x0a\0\1\0\4\0\0abcd"
               "\0" END),
     0},
    {"another program",
     BYTES(BOF "\xae\1\x0a\0\1\0\4\0\0a\3cd"
               "\0" END),
     TRAIT(DDE)},
    {"another program, two bytes a letter", BYTES(BOF "\xae\1\x0b\0\1\0\3\0\1a\0\3\0b\0" END),
     TRAIT(DDE)},
    {"another program, of old", BYTES(BOF5 "\x17\0\4\0\3a\3b" END), TRAIT(DDE)},
    {"the same in a new one is a table", BYTES(BOF "\x17\0\4\0\3a\3b" END), 0},
};

/* The names of traits, a blank behind each. */
static char *
traits_text(BitSet traits)
{
  GString *out = g_string_new(NULL);

  for (int i = 0; i < TRAITS; i++)
    if (traits & BIT(i))
      g_string_append_printf(out, "%s ", trait_name(i));
  return g_string_free(out, FALSE);
}

static void
test_cases(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got =
        traits_text(biff_traits((const unsigned char *)cases[i].bytes, cases[i].len));
    g_autofree char *want = traits_text(cases[i].want);

    if (strcmp(got, want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, want);
  }
}

/* No cut reads beyond the end (valgrind, ASan). */
static void
test_cuts(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    for (size_t len = 0; len <= cases[i].len; len++) {
      g_autofree unsigned char *cut = g_memdup2(cases[i].bytes, MAX(len, 1));

      biff_traits(cut, len);
    }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_cuts)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
