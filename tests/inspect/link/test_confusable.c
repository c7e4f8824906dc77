#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "confusable.h"

static const struct {
  const char *label, *want;
} shapes[] = {
    {"аррӏе", "apple"},
    {"gооgle", "google"},
    {"gōogle", "google"},
    {"ωhatsapp", "whatsapp"},
    {"міcrоsоft", "microsoft"},
    {"ԁrорbох", "dropbox"},
    {"driv℮", "drive"},
    {"g○⚪gl℮", "google"},
    {"plain-1", "plain-1"},
    {"PLAIN", "plain"},
    {"香港", NULL},
    {"жук", NULL},
    {"", ""},
};

static void
test_shape(void **state)
{
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
    g_autofree char *got = confusable_shape(shapes[i].label, strlen(shapes[i].label));
    if (g_strcmp0(got, shapes[i].want) != 0)
      fail_msg("%s: got %s, want %s", shapes[i].label, got ? got : "-",
               shapes[i].want ? shapes[i].want : "-");
  }
}

static const struct {
  const char *one, *other;
} folds[] = {
    {"paypal", "paypa1"}, {"paypal", "paypai"},      {"google", "g00gle"},
    {"mail", "rnail"},    {"whatsapp", "vvhatsapp"}, {"outlook", "0utl00k"},
};

static void
test_fold(void **state)
{
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(folds); i++) {
    g_autofree char *one = confusable_fold(folds[i].one, strlen(folds[i].one));
    g_autofree char *other = confusable_fold(folds[i].other, strlen(folds[i].other));
    if (strcmp(one, other) != 0)
      fail_msg("%s, %s: %s is not %s", folds[i].one, folds[i].other, one, other);
  }
}

static void
test_scripts(void **state)
{
  (void)state;
  assert_int_equal(confusable_scripts("abc", 3), CONFUSABLE_LATIN);
  assert_int_equal(confusable_scripts("аб", 4), CONFUSABLE_ALIKE);
  assert_int_equal(confusable_scripts("aб", 3), CONFUSABLE_LATIN | CONFUSABLE_ALIKE);
  assert_int_equal(confusable_scripts("香港1", 7), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shape),
      cmocka_unit_test(test_fold),
      cmocka_unit_test(test_scripts),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
