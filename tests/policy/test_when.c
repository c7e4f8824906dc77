/* Times of rules: dates, days and hours, over midnight too. Local time is Hong Kong's here. */
#include "when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static gint64
at(const char *text)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600);
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, zone);

  assert_non_null(time);
  return g_date_time_to_unix(time);
}

#define MONDAY 1u
#define FRIDAY (1u << 4)

static void
test_holds(void **state)
{
  static const struct {
    const char *label;
    unsigned days;
    const char *hours, *time;
    gboolean want;
  } cases[] = {
      {"nothing asked", 0, NULL, "2026-11-02T03:00:00", TRUE},
      {"its day", MONDAY, NULL, "2026-11-02T00:00:00", TRUE},
      {"the next day", MONDAY, NULL, "2026-11-03T00:00:00", FALSE},
      {"its last second", MONDAY, NULL, "2026-11-02T23:59:59", TRUE},
      {"first minute", 0, "08:30-18:00", "2026-11-02T08:30:00", TRUE},
      {"before it", 0, "08:30-18:00", "2026-11-02T08:29:59", FALSE},
      {"last minute", 0, "08:30-18:00", "2026-11-02T17:59:59", TRUE},
      {"after it", 0, "08:30-18:00", "2026-11-02T18:00:00", FALSE},
      {"to midnight", 0, "18:00-24:00", "2026-11-02T23:59:00", TRUE},
      {"over midnight, evening", 0, "22:00-06:00", "2026-11-02T23:00:00", TRUE},
      {"over midnight, morning", 0, "22:00-06:00", "2026-11-02T05:59:00", TRUE},
      {"over midnight, noon", 0, "22:00-06:00", "2026-11-02T12:00:00", FALSE},
      {"Friday night is Friday's", FRIDAY, "22:00-06:00", "2026-11-07T05:00:00", TRUE},
      {"Friday morning is Thursday's", FRIDAY, "22:00-06:00", "2026-11-06T05:00:00", FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    When when = {.days = cases[i].days};

    if (cases[i].hours != NULL)
      assert_true(when_hours(cases[i].hours, &when.start, &when.end));
    if (when_holds(&when, at(cases[i].time)) != cases[i].want)
      fail_msg("%s: want %d", cases[i].label, cases[i].want);
  }
}

static void
test_dates(void **state)
{
  const When when = {.from = when_date("2026-11-02", FALSE),
                     .until = when_date("2026-11-03", TRUE)};

  assert_int_equal(when.from, at("2026-11-02T00:00:00"));
  assert_int_equal(when.until, at("2026-11-04T00:00:00"));
  assert_false(when_holds(&when, when.from - 1));
  assert_true(when_holds(&when, when.from));
  assert_true(when_holds(&when, when.until - 1));
  assert_false(when_holds(&when, when.until));
  assert_int_equal(when_date("2026-12-31", TRUE), at("2027-01-01T00:00:00"));
}

static void
test_wrong(void **state)
{
  static const char *const dates[] = {
      "2026-02-29", "2026-1-1", "26-01-01", "2026-13-01", "", "2026-01-01T00:00:00", "tomorrow"};
  static const char *const hours[] = {"08:30",       "8-18",        "08:30-18:00h", "24:00-01:00",
                                      "08:60-09:00", "09:00-09:00", "08:00-24:01",  ""};
  int start, end;

  for (size_t i = 0; i < G_N_ELEMENTS(dates); i++)
    if (when_date(dates[i], FALSE) != 0)
      fail_msg("\"%s\" is taken for a date", dates[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(hours); i++)
    if (when_hours(hours[i], &start, &end))
      fail_msg("\"%s\" is taken for hours", hours[i]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_holds), cmocka_unit_test(test_dates),
                                     cmocka_unit_test(test_wrong)};

  setenv("TZ", "HKT-8", 1);
  tzset();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
