#include "assemble.h"

#include "bounds.h"
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct field {
  const char *name, *value;
} Field;

static void
test_messages(void **state)
{
  static const struct {
    const char *label;
    gboolean exact;
    Field fields[4];
    const char *body, *want;
  } cases[] = {
      {"plain", TRUE, {{"A", " 1"}, {"B", "2"}}, "x\r\n", "A: 1\r\nB:2\r\n\r\nx\r\n"},
      {"without leading blanks", FALSE, {{"A", "1"}, {"B", ""}}, "", "A: 1\r\nB: \r\n\r\n"},
      {"folded with LF", TRUE, {{"A", " 1\n 2\n\t3"}}, "", "A: 1\r\n 2\r\n\t3\r\n\r\n"},
      {"folded with CRLF", TRUE, {{"A", " 1\r\n 2"}}, "", "A: 1\r\n 2\r\n\r\n"},
      {"LF first", TRUE, {{"A", "\n 1"}}, "", "A:\r\n 1\r\n\r\n"},
      {"bare CR stays", TRUE, {{"A", " 1\r2\r"}}, "", "A: 1\r2\r\r\n\r\n"},
      {"bytes of any charset", TRUE, {{"A", " \xFF\xA4\x01"}}, "", "A: \xFF\xA4\x01\r\n\r\n"},
      {"no header", TRUE, {{NULL, NULL}}, "A: 1\r\n", "\r\nA: 1\r\n"},
      {"body as it is", TRUE, {{"A", " 1"}}, "\n\r.\r\n", "A: 1\r\n\r\n\n\r.\r\n"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Assembly) assembly = assembly_new();
    g_autoptr(GBytes) want = g_bytes_new_static(cases[i].want, strlen(cases[i].want));
    g_autoptr(GBytes) got = NULL;

    for (const Field *field = cases[i].fields; field->name != NULL; field++)
      assembly_header(assembly, field->name, field->value, cases[i].exact);
    for (const char *at = cases[i].body; *at != '\0'; at++)
      assembly_body(assembly, (const unsigned char *)at, 1);
    got = assembly_take(assembly, NULL);
    if (got == NULL || !g_bytes_equal(got, want))
      fail_msg("%s: got \"%s\"", cases[i].label,
               got != NULL ? (const char *)g_bytes_get_data(got, NULL) : "nothing");
  }
}

static void
test_broken_fields(void **state)
{
  static const char *const values[] = {" 1\n", " 1\nX: 2", " 1\n\n 2", " 1\r\nX", "\n"};

  for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autoptr(Assembly) assembly = assembly_new();
    g_autoptr(GError) error = NULL;

    assembly_header(assembly, "A", values[i], TRUE);
    if (assembly_take(assembly, &error) != NULL ||
        !g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA))
      fail_msg("case %zu: not refused with DATA", i);
    assembly_header(assembly, "A", " 1", TRUE);
    g_bytes_unref(assembly_take(assembly, NULL));
  }
}

static void
test_one_empty_line(void **state)
{
  g_autoptr(Assembly) assembly = assembly_new();
  g_autoptr(GBytes) first = NULL, second = NULL;

  assembly_header(assembly, "A", " 1", TRUE);
  assembly_end_header(assembly);
  assembly_end_header(assembly);
  assembly_body(assembly, (const unsigned char *)"x", 1);
  first = assembly_take(assembly, NULL);
  assert_memory_equal(g_bytes_get_data(first, NULL), "A: 1\r\n\r\nx", 9);
  second = assembly_take(assembly, NULL);
  assert_int_equal(g_bytes_get_size(second), 2);
}

static void
test_too_large(void **state)
{
  g_autoptr(Assembly) assembly = assembly_new();
  g_autofree unsigned char *piece = g_malloc0(MIB(16));
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) whole = NULL;

  for (size_t left = LIMIT_MESSAGE - 2; left > 0; left -= MIN(left, MIB(16)))
    assembly_body(assembly, piece, MIN(left, MIB(16)));
  assert_false(assembly_is_too_large(assembly));
  assembly_body(assembly, piece, 1);
  assert_true(assembly_is_too_large(assembly));
  assert_int_equal(assembly_size(assembly), LIMIT_MESSAGE + 1);
  assert_null(assembly_take(assembly, &error));
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA));
  whole = assembly_take(assembly, NULL);
  assert_int_equal(g_bytes_get_size(whole), 2);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_messages), cmocka_unit_test(test_broken_fields),
      cmocka_unit_test(test_one_empty_line), cmocka_unit_test(test_too_large)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
