#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "plain.h"

static const struct {
  const char *label, *html, *want;
} cases[] = {
    {"nothing", "", ""},
    {"text", "a  b\n c", "a b c"},
    {"blocks", "<div>a</div><p>b<br>c</p>d", "a\nb\nc\nd"},
    {"entities", "a &amp; b&#8211;&lt;", "a & b\xe2\x80\x93<"},
    {"an anchor", "<p>see <a href=\"https://a.example/\">this</a>.",
     "see this [https://a.example/]."},
    {"a dead anchor", "see <a target=_blank>this</a>.", "see this."},
    {"an anchor that is not closed", "<a href=x>one<a href=y>two", "one [x]two [y]"},
    {"style and script", "<style>p { x }</style>a<script>b</script>c", "ac"},
    {"what is hidden is shown", "<p style=\"display:none\">a</p>", "a\n"},
    {"inline elements", "a<b>b</b><i> c </i>d", "ab c d"},
    {"Chinese", "<p>\xe5\x9c\x96\xe5\x89\x87</p>", "\xe5\x9c\x96\xe5\x89\x87\n"},
};

static void
test_cases(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = plain_from_html(cases[i].html, strlen(cases[i].html));

    if (strcmp(got, cases[i].want) != 0) {
      print_error("%s\n got: %s\nwant: %s\n", cases[i].label, got, cases[i].want);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
