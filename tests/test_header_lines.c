/* Fields of a header as an MTA counts them. */
#include "header_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* "name=value|" of each field, then where the body begins. */
static char *
walk(const char *text)
{
  HeaderLines lines = header_lines(text, strlen(text));
  GString *out = g_string_new(NULL);

  while (header_lines_next(&lines)) {
    g_string_append_len(out, lines.name, (gssize)lines.name_len);
    g_string_append_c(out, '=');
    g_string_append_len(out, lines.value, (gssize)lines.value_len);
    g_string_append_c(out, '|');
    assert_int_equal(range_end(lines.field), lines.at);
  }
  g_string_append_printf(out, "%zu", header_lines_body(&lines));
  return g_string_free(out, FALSE);
}

static void
test_walk(void **state)
{
  static const struct {
    const char *label, *text, *want;
  } cases[] = {
      {"nothing", "", "0"},
      {"plain", "A: b\r\nC: d\r\n\r\nbody", "A= b|C= d|14"},
      {"LF", "A: b\nC:d\n\nbody", "A= b|C=d|10"},
      {"folded", "A: b\r\n c\r\n\td\r\nE: f\r\n\r\n", "A= b\r\n c\r\n\td|E= f|22"},
      {"blanks before the colon", "A \t: b\n\n", "A= b|8"},
      {"no colon", "A b\nC: d\n\n", "=|C= d|10"},
      {"no end", "A: b\nC: d", "A= b|C= d|9"},
      {"no header", "\r\nA: b\r\n", "2"},
      {"a bare CR is no empty line", "A: b\n\rC: d\n\n", "A= b|\rC= d|12"},
      {"only a fold", " a\nB: c\n\n", "=|B= c|9"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = walk(cases[i].text);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, cases[i].want);
  }
}

static void
test_named(void **state)
{
  static const char text[] = "X-Cordon-Not: a\nx-cordon : b\n\n";
  HeaderLines lines = header_lines(text, strlen(text));

  assert_true(header_lines_next(&lines));
  assert_false(header_lines_named(&lines, "X-Cordon"));
  assert_true(header_lines_next(&lines));
  assert_true(header_lines_named(&lines, "X-Cordon"));
  assert_false(header_lines_named(&lines, ""));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_walk), cmocka_unit_test(test_named)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
