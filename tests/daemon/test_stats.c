/* Counts, histograms, and the stages that a worker's event names. */
#include "stats.h"

#include "state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STAGES(text) "{\"findings\":[],\"stages_us\":{" text "}}"

static void
test_stages(void **state)
{
  static const struct {
    const char *label, *event;
    guint64 counts[STATS_LETTER];
    double mime_s;
  } cases[] = {
      {"all",
       STAGES("\"mime\":41,\"inspect\":120,\"policy\":6,\"rewrite\":70,\"verify\":190"),
       {1, 1, 1, 1, 1},
       41e-6},
      {"none", "{\"findings\":[]}", {0, 0, 0, 0, 0}, 0},
      {"empty", STAGES(""), {0, 0, 0, 0, 0}, 0},
      {"other order, unknown one",
       STAGES("\"verify\":1,\"tea\":2,\"mime\":3"),
       {1, 0, 0, 0, 1},
       3e-6},
      {"longer than the letter", STAGES("\"mime\":99999999999999999999"), {1, 0, 0, 0, 0}, 1},
      {"negative", STAGES("\"mime\":-5"), {0, 0, 0, 0, 0}, 0},
      {"no number", STAGES("\"mime\":\"x\""), {0, 0, 0, 0, 0}, 0},
      {"cut", "{\"stages_us\":{\"mime", {0, 0, 0, 0, 0}, 0},
      {"more than five",
       STAGES("\"mime\":1,\"mime\":1,\"mime\":1,\"mime\":1,\"mime\":1,\"mime\":1"),
       {5, 0, 0, 0, 0},
       5e-6},
      {"in a string", "{\"host\":\"\\\"stages_us\\\":{\\\"mime\\\":5\"}", {0, 0, 0, 0, 0}, 0},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Stats) stats = stats_new();
    StatsCounts counts;

    stats_note(stats, "changed", G_USEC_PER_SEC, cases[i].event);
    stats_read(stats, &counts);
    for (int stage = 0; stage < STATS_LETTER; stage++)
      if (counts.stages[stage].count != cases[i].counts[stage])
        fail_msg("%s: %s: got %d, want %d", cases[i].label, stats_stage_name(stage),
                 (int)counts.stages[stage].count, (int)cases[i].counts[stage]);
    if (counts.stages[STAGE_MIME].sum_s < cases[i].mime_s - 1e-9 ||
        counts.stages[STAGE_MIME].sum_s > cases[i].mime_s + 1e-9)
      fail_msg("%s: sum %g, want %g", cases[i].label, counts.stages[STAGE_MIME].sum_s,
               cases[i].mime_s);
    assert_int_equal(counts.stages[STATS_LETTER].count, 1);
  }
}

static void
test_outcomes_and_buckets(void **state)
{
  g_autoptr(Stats) stats = stats_new();
  StatsHistogram *letter;
  StatsCounts counts;

  for (int i = 0; i < 98; i++)
    stats_note(stats, "unchanged", 300, NULL);
  stats_note(stats, "held", 2 * G_USEC_PER_SEC, NULL);
  stats_note(stats, "held", 70 * G_USEC_PER_SEC, NULL);
  stats_note(stats, "error", -1, NULL);
  stats_note(stats, "tea", -1, NULL);
  stats_note_poison(stats);
  stats_read(stats, &counts);
  letter = &counts.stages[STATS_LETTER];
  assert_int_equal(counts.outcomes[STATS_UNCHANGED], 98);
  assert_int_equal(counts.outcomes[STATS_HELD], 2);
  assert_int_equal(counts.outcomes[STATS_ERROR], 2);
  assert_int_equal(counts.poison, 1);
  assert_int_equal(letter->count, 100);
  assert_int_equal(letter->buckets[2], 98);
  assert_int_equal(letter->buckets[STATS_BOUNDS], 1);
  assert_true(stats_quantile(letter, 0.5) == 0.0005);
  assert_true(stats_quantile(letter, 0.99) == 2.5);
  assert_true(stats_quantile(&counts.stages[STAGE_MIME], 0.5) == 0);
}

static void
test_loaded(void **state)
{
  Loaded loaded = {.words = (char *)"rules 0be9c: 5 rules, 9 services, 1234 signatures",
                   .signatures = (char *)"daily 27412",
                   .newest = 5,
                   .stale_at = 7,
                   .tempfail_on_stale = TRUE};
  g_autofree char *text = loaded_to_text(&loaded), *version = NULL;
  Loaded back = {0}, nonsense = {0};

  assert_int_equal(loaded_from_text(&back, text), 0);
  version = loaded_version(&back);
  assert_string_equal(version, "0be9c");
  assert_int_equal(loaded_count(&back), 1234);
  assert_string_equal(back.signatures, "daily 27412");
  assert_int_equal(back.stale_at, 7);
  assert_int_equal(loaded_from_text(&nonsense, "1 2\nx"), -1);
  loaded_clear(&back);
}

static void
test_reload_is_awaited(void **state)
{
  State *now = state_new();
  guint32 first = state_ask(now), second = state_ask(now);
  g_autofree char *none = NULL, *answer = NULL, *objection = NULL;
  const Loaded stale = {
      .words = (char *)"", .signatures = (char *)"", .stale_at = 1, .tempfail_on_stale = TRUE};

  state_answer(now, first, "broken");
  none = state_await(now, second, 0);
  assert_null(none);
  answer = state_await(now, first, 0);
  assert_string_equal(answer, "broken");
  assert_null(state_objection(now));
  state_set_loaded(now, &stale, "");
  objection = state_objection(now);
  assert_non_null(objection);
  state_free(now);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stages),
      cmocka_unit_test(test_outcomes_and_buckets),
      cmocka_unit_test(test_loaded),
      cmocka_unit_test(test_reload_is_awaited),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
