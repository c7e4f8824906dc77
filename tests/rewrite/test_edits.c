/* Edits: order, merging, nesting, clashes, and the splice itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "edit.h"
#include "error.h"

typedef struct change {
  size_t off, len;
  const char *with;
} Change;

typedef struct splice_case {
  const char *label, *input;
  Change changes[5];
  const char *want; /* NULL: refused */
  int code;
} SpliceCase;

static const SpliceCase cases[] = {
    {"nothing", "abcdef", {{0}}, "abcdef", 0},
    {"replace", "abcdef", {{1, 2, "X"}}, "aXdef", 0},
    {"delete", "abcdef", {{0, 6, ""}}, "", 0},
    {"insert at both ends", "abc", {{3, 0, ">"}, {0, 0, "<"}}, "<abc>", 0},
    {"order of adding at one place", "ab", {{1, 0, "1"}, {1, 0, "2"}, {1, 0, "3"}}, "a123b", 0},
    {"any order of places", "abcdef", {{4, 1, "E"}, {0, 1, "A"}, {2, 1, "C"}}, "AbCdEf", 0},
    {"neighbours", "abcd", {{2, 2, "Y"}, {0, 2, "X"}}, "XY", 0},
    {"equal ones merge", "abcd", {{1, 2, "X"}, {1, 2, "X"}}, "aXd", 0},
    {"equal insertions merge", "ab", {{1, 0, "X"}, {1, 0, "X"}}, "aXb", 0},
    {"inner one dropped", "abcdef", {{2, 1, "c"}, {1, 4, "X"}}, "aXf", 0},
    {"inner one with the same start", "abcdef", {{1, 2, "c"}, {1, 4, "X"}}, "aXf", 0},
    {"inner one with the same end", "abcdef", {{3, 2, "c"}, {1, 4, "X"}}, "aXf", 0},
    {"insertion inside moves behind", "abcdef", {{3, 0, "!"}, {1, 4, "X"}}, "aX!f", 0},
    {"moved ones stay first", "abcdef", {{5, 0, "2"}, {3, 0, "1"}, {1, 4, "X"}}, "aX12f", 0},
    {"insertion at the start of a replacement", "abc", {{1, 1, "X"}, {1, 0, "!"}}, "a!Xc", 0},
    {"insertion at the end of a replacement", "abc", {{1, 1, "X"}, {2, 0, "!"}}, "aX!c", 0},
    {"overlap", "abcdef", {{1, 3, "X"}, {2, 3, "Y"}}, NULL, CORDON_ERROR_SOFTWARE},
    {"two minds", "abcdef", {{1, 3, "X"}, {1, 3, "Y"}}, NULL, CORDON_ERROR_SOFTWARE},
    {"past the end", "abc", {{2, 2, "X"}}, NULL, CORDON_ERROR_DATA},
    {"beyond the end", "abc", {{4, 0, "X"}}, NULL, CORDON_ERROR_DATA},
    {"no wrapping around", "abc", {{1, (size_t)-1, "X"}}, NULL, CORDON_ERROR_DATA},
};

static void
run_case(const SpliceCase *c)
{
  g_autoptr(Edits) edits = edits_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) input = g_bytes_new(c->input, strlen(c->input));
  for (const Change *change = c->changes; change->with != NULL; change++)
    edits_add_string(edits, range_make(change->off, change->len), change->with);
  g_autoptr(GBytes) got = edits_splice(input, edits, &error);
  g_autofree char *text =
      got != NULL ? g_strndup(g_bytes_get_data(got, NULL), g_bytes_get_size(got)) : NULL;
  if (g_strcmp0(text, c->want) != 0)
    fprintf(stderr, "%s\n got: %s\nwant: %s\n", c->label, text, c->want);
  assert_true(g_strcmp0(text, c->want) == 0);
  if (c->want == NULL)
    assert_true(g_error_matches(error, CORDON_ERROR, c->code));
  else
    assert_null(error);
}

static void
test_splice(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    run_case(&cases[i]);
}

static void
test_unchanged_is_the_same_bytes(void **state)
{
  g_autoptr(Edits) edits = edits_new();
  g_autoptr(GBytes) input = g_bytes_new("abc", 3);
  g_autoptr(GBytes) got = edits_splice(input, edits, NULL);
  assert_ptr_equal(got, input);
}

/* Sorting again must not move anything. */
static void
test_sort_twice(void **state)
{
  g_autoptr(Edits) edits = edits_new();
  edits_add_string(edits, range_make(3, 0), "!");
  edits_add_string(edits, range_make(1, 4), "X");
  edits_add_string(edits, range_make(5, 0), "?");
  assert_int_equal(edits_sort(edits, NULL), 0);
  assert_int_equal(edits_sort(edits, NULL), 0);
  assert_int_equal(edits_count(edits), 3);
  assert_int_equal(edits_get(edits, 1)->at.off, 5);
  assert_memory_equal(g_bytes_get_data(edits_get(edits, 1)->with, NULL), "!", 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_splice),
      cmocka_unit_test(test_unchanged_is_the_same_bytes),
      cmocka_unit_test(test_sort_twice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
