/* Wrong configurations: each folder in wrong/ lies over wrong/base, and its want.txt holds every
 * error that must be shown. REMOVE names files that are taken away. */
#include "fixture.h"

#include "policy.h"

static void
remove_named(const char *dir, const char *list)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents(list, &text, NULL, NULL))
    return;
  g_auto(GStrv) names = g_strsplit(text, "\n", -1);
  for (char **name = names; *name; name++) {
    g_autofree char *path = g_build_filename(dir, *name, NULL);
    if (!**name)
      continue;
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
      folder_remove(path);
    else
      g_unlink(path);
  }
}

/* Loads wrong/base with the case over it; what is shown, or "" if it loads. */
static char *
load_case(const char *wrong, const char *name)
{
  g_autofree char *dir = folder_new();
  g_autofree char *base = g_build_filename(wrong, "base", NULL);
  g_autofree char *over = g_build_filename(wrong, name, NULL);
  g_autofree char *removed = g_build_filename(over, "REMOVE", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_copy(base, dir);
  folder_copy(over, dir);
  remove_named(dir, removed);
  g_autoptr(Ruleset) ruleset = ruleset_load(dir, errors);
  assert_true((ruleset == NULL) == (errors->len > 0));
  folder_remove(dir);
  return errors_text(errors, dir);
}

static void
test_wrong(void **state)
{
  g_autofree char *wrong = g_build_filename(source_dir(), "tests/policy/wrong", NULL);
  g_autoptr(GDir) opened = g_dir_open(wrong, 0, NULL);
  const char *name;
  int failed = 0, cases = 0;
  assert_non_null(opened);
  while ((name = g_dir_read_name(opened))) {
    g_autofree char *want_file = g_build_filename(wrong, name, "want.txt", NULL);
    g_autofree char *want = NULL;
    if (strcmp(name, "base") == 0)
      continue;
    assert_true(g_file_get_contents(want_file, &want, NULL, NULL));
    g_autofree char *got = load_case(wrong, name);
    failed += differs(name, got, want);
    cases++;
  }
  assert_true(cases > 20);
  assert_int_equal(failed, 0);
}

static void
test_base_is_right(void **state)
{
  g_autofree char *wrong = g_build_filename(source_dir(), "tests/policy/wrong", NULL);
  g_autofree char *got = load_case(wrong, "base");
  assert_string_equal(got, "");
}

/* Form is free: quotes, order, commas at the end, comments, continued lines. */
static void
test_right_forms(void **state)
{
  static const struct {
    const char *label, *policy;
  } cases[] = {
      {"unquoted", "rule a { on = link action = pass }"},
      {"quoted", "rule \"a\" { \"on\" = \"link\" action = 'pass' }"},
      {"lists", "rule \"a\" { on = { link, file, } action = { pass } }"},
      {"comments", "# x\n// y\n/* z\n*/ rule /* a */ \"a\" { on = { link, # b\n file } // c\n "
                   "action = pass }"},
      {"continued", "rule \"a\" { on = link action = pass reason = \"one \\\n two\" }"},
      {"escaped", "rule \"a \\\"b\\\" c\" { on = link action = pass }"},
      {"added", "rule \"a\" { on = link on += file action = pass }"},
      {"byte order mark", "\xef\xbb\xbfrule \"a\" { on = link action = pass }"},
      {"CRLF", "rule \"a\" {\r\n on = link\r\n action = pass\r\n}\r\n"},
      {"yes and no", "rule \"a\" { on = file malware = true inner = no action = remove }"},
      {"unquoted punctuation", "rule a { on = link host = *-my.example.com action = pass }"},
      {"no end of line", "rule \"a\" { on = link action = pass } # x"},
  };
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *dir = folder_new();
    g_autofree char *base = g_build_filename(source_dir(), "tests/policy/wrong/base", NULL);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
    folder_copy(base, dir);
    folder_write(dir, "policy.conf", cases[i].policy, -1);
    g_autoptr(Ruleset) ruleset = ruleset_load(dir, errors);
    g_autofree char *got = errors_text(errors, dir);
    failed += differs(cases[i].label, got, "");
    failed += ruleset && ruleset_rule_count(ruleset) != 1;
    folder_remove(dir);
  }
  assert_int_equal(failed, 0);
}

/* Any prefix of a file, and any one byte changed: errors perhaps, never a crash or a hang. */
static void
test_damaged(void **state)
{
  g_autofree char *dir = folder_new();
  g_autofree char *base = g_build_filename(source_dir(), "tests/policy/wrong/base", NULL);
  g_autofree char *file = g_build_filename(base, "services/a.conf", NULL);
  g_autofree char *text = NULL;
  gsize len;
  assert_true(g_file_get_contents(file, &text, &len, NULL));
  folder_copy(base, dir);
  for (gsize i = 0; i < len; i++) {
    for (const char *with = "{\"\n#\\"; *with; with++) {
      g_autofree char *damaged = g_strndup(text, len);
      g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
      damaged[i] = *with;
      folder_write(dir, "services/a.conf", damaged, *with == '{' ? (gssize)i : (gssize)len);
      g_autoptr(Ruleset) ruleset = ruleset_load(dir, errors);
      assert_true((ruleset == NULL) == (errors->len > 0));
    }
  }
  folder_remove(dir);
}

static Ruleset *
load_shipped(void)
{
  if (!source_has("rules/types.conf") || !source_has("rules/services/cloud-storage.conf"))
    skip();
  g_autofree char *dir = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  Ruleset *ruleset = ruleset_load(dir, errors);
  g_autofree char *text = errors_text(errors, dir);
  assert_string_equal(text, "");
  return ruleset;
}

static void
test_shipped(void **state)
{
  g_autoptr(Ruleset) ruleset = load_shipped();
  g_autofree char *summary = ruleset_summary(ruleset);
  print_message("# %s, version %s\n", summary, ruleset_version(ruleset));
  assert_true(ruleset_rule_count(ruleset) >= 10);
  assert_true(ruleset_service_count(ruleset) >= 60);
  assert_int_equal(strlen(ruleset_version(ruleset)), 12);
}

/* What is only against policy must never be called malicious. */
static void
test_policy_words(void **state)
{
  static const char *const ids[] = {"cloud-storage", "webmail", "messaging", "uninspectable",
                                    "link",          "file",    "anomaly"};
  static const char *const words[] = {"malicious", "harmful", "danger", "惡意",
                                      "恶意",      "有害",    "危險",   "危险"};
  g_autoptr(Ruleset) ruleset = load_shipped();
  for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
    const Notice *notice = ruleset_notice(ruleset, ids[i]);
    assert_non_null(notice);
    for (int lang = 0; lang < LANGS; lang++)
      for (size_t w = 0; w < G_N_ELEMENTS(words); w++) {
        assert_null(strstr(notice->title[lang], words[w]));
        assert_null(strstr(notice->why[lang], words[w]));
        assert_null(strstr(notice->todo[lang], words[w]));
      }
  }
}

/* The version changes with any byte of any file. */
static void
test_version(void **state)
{
  g_autofree char *dir = folder_new();
  g_autofree char *base = g_build_filename(source_dir(), "tests/policy/wrong/base", NULL);
  static const char *const files[] = {"cordon.conf",  "policy.conf",     "types.conf",
                                      "notices.conf", "services/a.conf", "lists/feed.txt"};
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_copy(base, dir);
  g_autoptr(Ruleset) before = ruleset_load(dir, errors);
  g_autoptr(Ruleset) same = ruleset_load(dir, errors);
  assert_string_equal(ruleset_version(before), ruleset_version(same));
  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(dir, files[i], NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autofree char *longer = g_strconcat(text, "# more\n", NULL);
    folder_write(dir, files[i], longer, -1);
    g_autoptr(Ruleset) after = ruleset_load(dir, errors);
    assert_non_null(after);
    assert_string_not_equal(ruleset_version(before), ruleset_version(after));
    folder_write(dir, files[i], text, -1);
  }
  folder_remove(dir);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_base_is_right), cmocka_unit_test(test_wrong),
      cmocka_unit_test(test_right_forms),   cmocka_unit_test(test_damaged),
      cmocka_unit_test(test_shipped),       cmocka_unit_test(test_policy_words),
      cmocka_unit_test(test_version),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
