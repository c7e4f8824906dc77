/* What a zygote has loaded: its words, and whether it can follow the one before. */
#include "state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_words(void **state)
{
  static const char words[] = "rules 0be9c11c6b33: 55 rules, 91 services, 12 signatures";
  static const struct {
    const char *label, *lists, *lookups;
  } cases[] = {{"none", "", ""},
               {"one", "1200 threat-feed", ""},
               {"two", "0 a b\n7 c", ""},
               {"a look-up", "", "lookup\tg\tunix:/x:y\t+\t5\t60\t1"},
               {"both", "0 a b\n7 c",
                "lookup\tg\tunix:/x:y\t+\t5\t60\t1\nlookup\th\tunix:/x:z\t\t5\t60\t0"}};

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = g_strconcat(words, "\n", cases[i].lists, "\n", cases[i].lookups, NULL);
    g_autofree char *wire = NULL, *version = NULL;
    Loaded loaded = {.signatures = g_strdup("daily 1"), .newest = 3, .stale_at = 4}, copy = {0};

    loaded_set_words(&loaded, text);
    wire = loaded_to_text(&loaded);
    assert_int_equal(loaded_from_text(&copy, wire), 0);
    assert_string_equal(copy.words, words);
    assert_string_equal(copy.lists, cases[i].lists);
    assert_string_equal(copy.lookups, cases[i].lookups);
    assert_string_equal(copy.signatures, "daily 1");
    version = loaded_version(&copy);
    assert_string_equal(version, "0be9c11c6b33");
    assert_int_equal(loaded_count(&copy), 12);
    assert_int_equal(copy.newest, 3);
    assert_int_equal(copy.stale_at, 4);
    loaded_clear(&loaded);
    loaded_clear(&copy);
  }
}

static void
test_words_without_lists(void **state)
{
  Loaded loaded = {0};

  loaded_set_words(&loaded, "rules 0: 0 rules");
  assert_string_equal(loaded.words, "rules 0: 0 rules");
  assert_string_equal(loaded.lists, "");
  loaded_clear(&loaded);
}

static void
test_shrunk_list(void **state)
{
  static const struct {
    const char *label, *before, *now, *want; /* what is said, or NULL */
  } cases[] = {
      {"nothing before", "", "0 feed\n", NULL},
      {"as it was", "100 feed\n", "100 feed\n", NULL},
      {"grown", "100 feed\n", "1000 feed\n", NULL},
      {"half", "100 feed\n", "50 feed\n", NULL},
      {"less than half", "100 feed\n", "49 feed\n", "lists/feed.txt: 49 entries"},
      {"empty", "100 feed\n", "0 feed\n", "lists/feed.txt: 0 entries"},
      {"ten", "10 feed\n", "4 feed\n", "lists/feed.txt: 4 entries"},
      {"fewer are kept by hand", "9 feed\n", "0 feed\n", NULL},
      {"gone, and no rule asks for it", "100 feed\n", "3 other\n", NULL},
      {"another one", "100 a\n100 b\n", "100 a\n1 b\n", "lists/b.txt: 1 entries"},
      {"a name with a blank", "100 a b\n", "1 b\n2 a b\n", "lists/a b.txt: 2 entries"},
      {"a name that begins like it", "100 feed\n", "1 feed2\n100 feed\n", NULL},
      {"versions differ", "100 feed\tab12\t1700000000\n", "49 feed\tcd34\t1700000001\n",
       "lists/feed.txt: 49 entries"},
      {"huge", "18446744073709551615 feed\n", "1 feed\n", "lists/feed.txt: 1 entries"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = loaded_shrunk_list(cases[i].before, cases[i].now);
    const char *want = cases[i].want;

    if ((got == NULL) != (want == NULL) || (want != NULL && !g_str_has_prefix(got, want)))
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, want);
  }
}

static void
test_list(void **state)
{
  g_auto(LoadedList) list = {0};

  assert_int_equal(loaded_list("1200 a b\t0be9c1\t1700000000", &list), 0);
  assert_int_equal(list.entries, 1200);
  assert_string_equal(list.name, "a b");
  assert_string_equal(list.version, "0be9c1");
  assert_int_equal(list.time, 1700000000);
  loaded_list_clear(&list);
  assert_int_equal(loaded_list("3 a", &list), 0);
  assert_string_equal(list.version, "");
  assert_int_equal(list.time, 0);
  assert_int_equal(loaded_list("", &(LoadedList){0}), -1);
  assert_int_equal(loaded_list("feed", &(LoadedList){0}), -1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words), cmocka_unit_test(test_words_without_lists),
      cmocka_unit_test(test_shrunk_list), cmocka_unit_test(test_list)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
