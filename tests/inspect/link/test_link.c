/* Lists of links. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "link.h"

static gboolean
is_in(const Link *link, const void *letters)
{
  return strchr(letters, *link->target) != NULL;
}

static const struct {
  const char *targets, *drop, *want;
} cases[] = {
    {"", "a", ""},         {"a", "a", ""},         {"abc", "", "abc"},     {"abc", "a", "bc"},
    {"abc", "c", "ab"},    {"abc", "b", "ac"},     {"abcabc", "ac", "bb"}, {"abcabc", "abc", ""},
    {"aabbc", "a", "bbc"}, {"abcde", "abd", "ce"},
};

static void
test_drop(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GArray) links = links_new();
    g_autoptr(GString) got = g_string_new(NULL);

    for (const char *p = cases[i].targets; *p; p++) {
      const Link link = {.target = g_strndup(p, 1)};

      g_array_append_val(links, link);
    }
    links_drop(links, is_in, cases[i].drop);
    for (guint k = 0; k < links->len; k++)
      g_string_append(got, g_array_index(links, Link, k).target);
    if (strcmp(got->str, cases[i].want) != 0)
      fail_msg("%s without %s: got \"%s\", want \"%s\"", cases[i].targets, cases[i].drop, got->str,
               cases[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_drop)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
