/* Authentication-Results: "id spf dkim dmarc" of values as they stand in mail, honest and not. */
#include "auth_field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *
field_words(const AuthField *field)
{
  GString *words = g_string_new(field->readable ? field->id : "unreadable");
  for (int method = 0; method < AUTH_METHODS; method++)
    for (int i = 0; i <= AUTH_OTHER; i++)
      if (field->results[method] & AUTH_BIT(i))
        g_string_append_printf(words, " %s=%s", auth_method_names[method],
                               i < AUTH_OTHER ? auth_result_names[i] : "other");
  return g_string_free(words, FALSE);
}

#define UNREADABLE "unreadable spf=other dkim=other dmarc=other"

static const struct {
  const char *label, *value, *want;
} cases[] = {
    {"one", " mx.example; spf=pass smtp.mailfrom=a.example", "mx.example spf=pass"},
    {"three", "mx.example; spf=fail; dkim=none; dmarc=permerror",
     "mx.example spf=fail dkim=none dmarc=permerror"},
    {"nothing checked", "mx.example; none", "mx.example"},
    {"nothing said", "mx.example", "mx.example"},
    {"a version", "mx.example 1; spf=pass", "mx.example spf=pass"},
    {"a version to come", "mx.example 2; spf=pass", UNREADABLE},
    {"of the method", "mx.example; spf/1=pass", "mx.example spf=pass"},
    {"of the method, to come", "mx.example; spf/2=pass", "mx.example spf=other"},
    {"case", "MX.Example; SPF=Pass", "mx.example spf=pass"},
    {"folds", "mx.example;\r\n\tdkim=pass\r\n\t (good)\r\n\theader.d=a.example;\r\n spf=neutral",
     "mx.example spf=neutral dkim=pass"},
    {"comments everywhere", "(a) mx.example (b) 1 (c) ; (d) spf (e) = (f) fail (g) x.y=z",
     "mx.example spf=fail"},
    {"nested comment", "mx.example (a (b) \\) ; spf=pass); spf=fail", "mx.example spf=fail"},
    {"quoted id", "\"mx.exam\\ple\"; spf=pass", "mx.example spf=pass"},
    {"last semicolon", "mx.example; spf=pass;", "mx.example spf=pass"},
    {"reason", "mx.example; dkim=fail reason=\"a; dkim=pass\" header.d=b", "mx.example dkim=fail"},
    {"quoted local part", "mx.example; spf=fail smtp.mailfrom=\"x; dmarc=pass \"@e.example",
     "mx.example spf=fail"},
    {"quoted pair", "mx.example; spf=fail smtp.mailfrom=\"x\\\"; dmarc=pass; \"@e.example",
     "mx.example spf=fail"},
    {"in a comment", "mx.example; spf=fail (helo e; dmarc=pass)", "mx.example spf=fail"},
    {"quote in a comment", "mx.example; spf=fail (\"); dmarc=pass (\")",
     "mx.example spf=fail dmarc=pass"},
    {"other methods", "mx.example; arc=pass; x-spf=pass; iprev=fail", "mx.example"},
    {"signatures, one good", "mx.example; dkim=fail; dkim=pass; dkim=fail", "mx.example dkim=pass"},
    {"signatures, none good", "mx.example; dkim=fail; dkim=policy",
     "mx.example dkim=fail dkim=policy"},
    {"twice", "mx.example; spf=pass; spf=fail", "mx.example spf=pass spf=fail"},
    {"an old word", "mx.example; spf=hardfail", "mx.example spf=fail"},
    {"an unknown word", "mx.example; dmarc=bestguesspass", "mx.example dmarc=other"},
    {"no id (Exchange Online)", "spf=pass smtp.mailfrom=a.example; dkim=none", UNREADABLE},
    {"open comment", "mx.example; spf=pass (x; dmarc=fail", UNREADABLE},
    {"open quote", "mx.example; spf=pass x.y=\"z; dmarc=fail", UNREADABLE},
    {"stray bracket", "mx.example; spf=pass ) ; dmarc=fail", UNREADABLE},
    {"no result", "mx.example; spf", UNREADABLE},
    {"empty result", "mx.example; spf=; dmarc=pass", UNREADABLE},
    {"glued", "mx.example; spf=pass\"x\"", UNREADABLE},
    {"two ids", "mx.example evil.example; spf=pass", UNREADABLE},
    {"empty", "", UNREADABLE},
    {"only blanks", " \r\n\t", UNREADABLE},
    {"8 bit", "mx.example; spf=p\xC3\xA4ss", UNREADABLE},
    {"control", "mx.example; spf=pass x.y=\x01", UNREADABLE},
};

static void
test_cases(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *value = cases[i].value;
    g_autoptr(AuthField) field = auth_field_parse((const unsigned char *)value, strlen(value));
    g_autofree char *got = field_words(field);
    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got %s, want %s", cases[i].label, got, cases[i].want);
  }
}

/* A NUL ends no field: what a reader that stops there believes must not differ. */
static void
test_nul(void **state)
{
  static const char value[] = "mx.example; spf=pass\0; spf=fail";
  g_autoptr(AuthField) field = auth_field_parse((const unsigned char *)value, sizeof value - 1);
  assert_false(field->readable);
  assert_true(auth_field_claims(field, "mx.example"));
}

static void
test_claims(void **state)
{
  static const struct {
    const char *label, *value;
    gboolean want;
  } claims[] = {
      {"its own", "mx.example; none", TRUE},
      {"in other letters", "MX.EXAMPLE; none", TRUE},
      {"quoted", "\"mx.example\"; none", TRUE},
      {"behind a comment", "(x) mx.example; none", TRUE},
      {"another", "mx.example.evil.example; none", FALSE},
      {"only in a property", "evil.example; spf=pass x.y=mx.example", FALSE},
      {"unreadable", "MX.example; spf=pass (", TRUE},
      {"unreadable, of another", "mx.other; spf=pass (", FALSE},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
    const char *value = claims[i].value;
    g_autoptr(AuthField) field = auth_field_parse((const unsigned char *)value, strlen(value));
    if (auth_field_claims(field, "mx.example") != claims[i].want)
      fail_msg("%s: want %d", claims[i].label, claims[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_nul),
      cmocka_unit_test(test_claims),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
