/* Formulas in tables as text that ask another program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "content.h"

static const struct {
  const char *label, *table;
  gboolean want;
} cases[] = {
    {"a program", "a,=cmd|'/c calc'!A0\n", TRUE},
    {"behind an operator", "a,=1+cmd|'/c calc'!A0\n", TRUE},
    {"in quotation marks", "='cmd'|'/c calc'!A0\n", TRUE},
    {"in them behind a blank", "=1+ 'cmd'|'/c calc'!A0\n", TRUE},
    {"with a doubled mark", "='it''s'|'/c calc'!A0\n", TRUE},
    {"a path", "=C:\\Windows\\cmd|'/c calc'!A0\n", TRUE},
    {"a range", "=A1:cmd|'/c calc'!A0\n", TRUE},
    {"another bar before", "a|b,=cmd|'/c calc'!A0\n", TRUE},
    {"words", "a|b\n", FALSE},
    {"a word in apostrophes", "the 'name'|x!y\n", FALSE},
    {"an apostrophe alone", "the boys'|x!y\n", FALSE},
    {"a time of day", "12:30|Lunch!Room 5\n", FALSE},
    {"one in a cell", "a,12:30|Lunch!Room 5\n", FALSE},
    {"the end of a sentence", "=a|b! c\n", FALSE},
    {"nothing", "", FALSE},
};

static void
test_tables(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const unsigned char *bytes = (const unsigned char *)cases[i].table;

    if (table_asks_program(bytes, strlen(cases[i].table)) != cases[i].want)
      fail_msg("%s: want %d", cases[i].label, cases[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
