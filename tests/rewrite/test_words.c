/* Words: order of languages, counts, sizes, wrapping, and knowing a mark of an earlier pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../milter/rewrite/marks.h"

static const struct {
  const char *label, *languages;
  unsigned order[LANGS], inline_langs;
} speeches[] = {
    {"as shipped", "en zh-Hant", {LANG_EN, LANG_ZH_HANT, LANG_ZH_HANS}, 2},
    {"all three", "zh-Hans en zh-Hant", {LANG_ZH_HANS, LANG_EN, LANG_ZH_HANT}, 2},
    {"one", "zh-hant", {LANG_ZH_HANT, LANG_EN, LANG_ZH_HANS}, 1},
    {"none", "", {LANG_EN, LANG_ZH_HANT, LANG_ZH_HANS}, 2},
    {"unknown and twice", "fr zh-Hant zh-Hant", {LANG_ZH_HANT, LANG_EN, LANG_ZH_HANS}, 1},
};

static void
test_speech(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(speeches); i++) {
    g_auto(GStrv) languages = g_strsplit(speeches[i].languages, " ", -1);
    Settings settings = {.languages = languages};
    Speech speech;
    speech_init(&speech, &settings, "R");
    if (memcmp(speech.order, speeches[i].order, sizeof speech.order) != 0 ||
        speech.inline_langs != speeches[i].inline_langs)
      fprintf(stderr, "%s: %u %u %u, %u in line\n", speeches[i].label, speech.order[0],
              speech.order[1], speech.order[2], speech.inline_langs);
    assert_memory_equal(speech.order, speeches[i].order, sizeof speech.order);
    assert_int_equal(speech.inline_langs, speeches[i].inline_langs);
  }
}

static void
test_counts(void **state)
{
  Settings settings = {.organisation = {(char *)"the gate", (char *)"閘道"}}, bare = {0};
  Speech speech = {.settings = &settings}, quiet = {.settings = &bare};
  g_autoptr(Summary) sum = summary_new();
  assert_true(summary_is_empty(sum));
  sum->counts[COUNT_DISABLED] = 2;
  sum->counts[COUNT_FILES] = 1;
  assert_true(summary_has_top(sum));
  assert_false(summary_has_quiet(sum));
  g_autofree char *en = counts_words(sum->counts, &speech, LANG_EN);
  g_autofree char *alone = counts_words(sum->counts, &quiet, LANG_EN);
  g_autofree char *hant = counts_words(sum->counts, &speech, LANG_ZH_HANT);
  assert_string_equal(en, "2 links disabled, 1 file removed by the gate");
  assert_string_equal(alone, "2 links disabled, 1 file removed");
  assert_string_equal(hant, "2 個連結已停用、1 個檔案已移除（閘道）");
}

static const struct {
  guint64 bytes;
  const char *want;
} sizes[] = {
    {0, "0 B"},       {1023, "1023 B"},  {1024, "1 KB"},
    {12300, "12 KB"}, {1048576, "1 MB"}, {5 * 1048576 + 600000, "6 MB"},
};

static void
test_sizes(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree char *got = size_words(sizes[i].bytes);
    assert_string_equal(got, sizes[i].want);
  }
}

static const struct {
  const char *label, *mark, *at;
  gboolean want;
} standing[] = {
    {"the same", "[a REF-1 b]", "[a REF-1 b]", TRUE},
    {"another code", "[a REF-1 b]", "[a K7Q-9 b] more", TRUE},
    {"a code with other letters", "[a REF-1 b]", "[a ref-1 b]", FALSE},
    {"other words", "[a REF-1 b]", "[a REF-1 c]", FALSE},
    {"cut short", "[a REF-1 b]", "[a REF-1 b", FALSE},
    {"cut in the code", "[a REF-1 b]", "[a RE", FALSE},
    {"LF as CRLF", "<a\n>REF-1", "<a\r\n>REF-1", TRUE},
    {"CRLF as LF", "<a\r\n>REF-1", "<a\n>REF-1", TRUE},
    {"nothing there", "[a REF-1 b]", "", FALSE},
};

static void
test_standing(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(standing); i++) {
    gboolean got = mark_stands(standing[i].mark, "REF-1", (const unsigned char *)standing[i].at,
                               strlen(standing[i].at));
    if (got != standing[i].want)
      fprintf(stderr, "%s\n", standing[i].label);
    assert_int_equal(got, standing[i].want);
  }
}

/* No line is wider than 72 columns, begins or ends with a blank, or begins with punctuation that
 * must not; and no character is lost. */
static void
check_wrapped(const char *text)
{
  g_autoptr(GString) out = g_string_new(NULL);
  text_wrap(out, text, "\n");
  g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
  g_autofree char *want = g_strdup(text), *got = g_strdup(out->str);
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    unsigned width = 0;
    for (const char *p = *line; *p != '\0'; p = g_utf8_next_char(p))
      width += g_unichar_iswide(g_utf8_get_char(p)) ? 2 : 1;
    assert_true(width <= 74);
    assert_true(**line != ' ' && **line != '>' && (*line)[strlen(*line) - 1] != ' ');
    assert_false(g_str_has_prefix(*line, "。") || g_str_has_prefix(*line, "、"));
  }
  g_strdelimit(want, "\n ", ' ');
  g_strdelimit(got, "\n ", ' ');
  g_auto(GStrv) a = g_strsplit(want, " ", -1), b = g_strsplit(got, " ", -1);
  g_autofree char *x = g_strjoinv("", a), *y = g_strjoinv("", b);
  assert_string_equal(x, y);
}

static void
test_wrap(void **state)
{
  g_autoptr(GString) chinese = g_string_new(NULL), english = g_string_new(NULL);
  for (int i = 0; i < 60; i++) {
    g_string_append(chinese, i % 7 == 3 ? "雲端儲存、連結 abc。" : "請在指定電腦以參考編號開啟。");
    g_string_append_printf(english, "word%d > and ", i);
    check_wrapped(chinese->str);
    check_wrapped(english->str);
  }
  check_wrapped("");
  check_wrapped("short");
}

static const char *const wechat[LANGS] = {"WeChat", "微信", "微信"};
static const char *const drive[LANGS] = {"Google Drive", "Google 雲端硬碟", "Google 云端硬盘"};
static const char *const mail_com[LANGS] = {"mail.com", "mail.com", "mail.com"};

static void
test_services(void **state)
{
  static const struct {
    const char *languages;
    const char *const *service;
    const char *want;
  } named[] = {
      {"en zh-Hant", wechat, "WeChat 微信"},  {"zh-Hant en", wechat, "微信 WeChat"},
      {"zh-Hant zh-Hans", wechat, "微信"},    {"zh-Hans", wechat, "微信"},
      {"en zh-Hant", drive, "Google Drive"},  {"zh-Hant en", drive, "Google 雲端硬碟"},
      {"en zh-Hant", mail_com, "mail[.]com"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
    g_auto(GStrv) languages = g_strsplit(named[i].languages, " ", -1);
    Settings settings = {.languages = languages};
    Speech speech;
    speech_init(&speech, &settings, "R");
    g_autofree char *got = service_words(&speech, named[i].service);
    if (strcmp(got, named[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", named[i].languages, got, named[i].want);
  }
}

/* Of what a notice is told: each service once, four at most, what has no name last. */
static void
test_told(void **state)
{
  static const char *const more[3][LANGS] = {{"A", "A", "A"}, {"B", "B", "B"}, {"C", "C", "C"}};
  static const Notice notice = {.title = {"Messaging", "通訊", "通讯"}};
  g_autoptr(Summary) from = summary_new(), to = summary_new();
  summary_add_notice(from, &notice, NULL);
  summary_join(to, from);
  const Told *told = g_ptr_array_index(to->notices, 0);
  g_autofree char *none = told_title(told, LANG_EN);
  assert_string_equal(none, "Messaging");
  summary_add_notice(from, &notice, wechat);
  summary_add_notice(from, &notice, mail_com);
  summary_add_notice(from, &notice, wechat);
  summary_join(to, from);
  assert_int_equal(to->notices->len, 1);
  g_autofree char *en = told_title(told, LANG_EN), *hant = told_title(told, LANG_ZH_HANT);
  assert_string_equal(en, "Messaging (WeChat, mail[.]com, others)");
  assert_string_equal(hant, "通訊（微信、mail[.]com、其他）");
  for (size_t i = 0; i < G_N_ELEMENTS(more); i++)
    summary_add_notice(to, &notice, more[i]);
  g_autofree char *many = told_title(told, LANG_EN);
  assert_string_equal(many, "Messaging (WeChat, mail[.]com, A, B, others)");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_speech), cmocka_unit_test(test_counts),
      cmocka_unit_test(test_sizes),  cmocka_unit_test(test_standing),
      cmocka_unit_test(test_wrap),   cmocka_unit_test(test_services),
      cmocka_unit_test(test_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
