#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_check(void **state)
{
  static const struct {
    const char *label, *text;
    gboolean want;
  } cases[] = {
      {"empty", "{}", TRUE},
      {"blanks inside", "{ \"a\" : [ 1 , 2 ] }", TRUE},
      {"all kinds", "{\"a\":\"x\",\"b\":-1.5e+3,\"c\":[true,false,null,{}],\"d\":{\"e\":0}}", TRUE},
      {"escapes", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}", TRUE},
      {"UTF-8", "{\"\xE6\xBC\xA2\":\"\xF0\x9F\x98\x80\"}", TRUE},
      {"own name below", "{\"a\":{\"v\":1}}", TRUE},
      {"escaped name below", "{\"a\":{\"\\u0076\":1}}", TRUE},
      {"array", "[]", FALSE},
      {"nothing", "", FALSE},
      {"blank before", " {}", FALSE},
      {"blank after", "{} ", FALSE},
      {"two", "{}{}", FALSE},
      {"open", "{\"a\":1", FALSE},
      {"open array", "{\"a\":[1}", FALSE},
      {"crossed", "{\"a\":[1}]", FALSE},
      {"no value", "{\"a\":}", FALSE},
      {"no name", "{:1}", FALSE},
      {"bare name", "{a:1}", FALSE},
      {"comma at the end", "{\"a\":1,}", FALSE},
      {"comma at the end of an array", "{\"a\":[1,]}", FALSE},
      {"comma first", "{,\"a\":1}", FALSE},
      {"no comma", "{\"a\":1 \"b\":2}", FALSE},
      {"line end", "{\"a\":\n1}", FALSE},
      {"control in string", "{\"a\":\"\x01\"}", FALSE},
      {"cut string", "{\"a\":\"x", FALSE},
      {"cut escape", "{\"a\":\"x\\", FALSE},
      {"bad escape", "{\"a\":\"\\x41\"}", FALSE},
      {"cut \\u", "{\"a\":\"\\u12\"}", FALSE},
      {"leading zero", "{\"a\":01}", FALSE},
      {"lone minus", "{\"a\":-}", FALSE},
      {"cut fraction", "{\"a\":1.}", FALSE},
      {"cut exponent", "{\"a\":1e}", FALSE},
      {"word", "{\"a\":nil}", FALSE},
      {"not UTF-8", "{\"a\":\"\xFF\"}", FALSE},
      {"forbidden", "{\"b\":1,\"v\":2}", FALSE},
      {"forbidden, escaped", "{\"\\u0076\":2}", FALSE},
      {"deep", "{\"a\":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}", TRUE},
      {"too deep", "{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", FALSE},
  };
  const char *const forbidden[] = {"v", NULL};

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    if (json_check(cases[i].text, forbidden) != cases[i].want)
      fail_msg("%s: %s: got %d", cases[i].label, cases[i].text, !cases[i].want);
}

static void
test_strings(void **state)
{
  static const char *const cases[][2] = {
      {"", "\"\""},
      {"a\"b\\c", "\"a\\\"b\\\\c\""},
      {"\x01\n\x7F", "\"\\u0001\\u000a\\u007f\""},
      {"\xE6\xBC\xA2", "\"\xE6\xBC\xA2\""},
      {"\xC2\x85\xE2\x80\xA8", "\"\\u0085\\u2028\""},
      {"a\xFF", "\"a\xEF\xBF\xBD\""},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);

    json_add_string(out, cases[i][0]);
    if (strcmp(out->str, cases[i][1]) != 0)
      fail_msg("case %zu: got %s, want %s", i, out->str, cases[i][1]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_check), cmocka_unit_test(test_strings)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
