/* What of a header field is text for a reader, and text written back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "field.h"
#include "field_place.h"

#define BIG5 "\xbd\xd0\xa4\x55\xb8\xfc\xb7\x7c\xc4\xb3\xac\xf6\xbf\xfd\xa4\xce\xaa\xfe\xa5\xf3"

/* Each text as "bytes of the value|text", '*' before what may be spliced. */
static const struct {
  const char *label, *name, *value, *want;
} texts[] = {
    {"plain", "Subject", " see https://a.example ", "*see https://a.example|see https://a.example"},
    {"folded", "subject", " a\r\n b", "*a\r\n b|a\r\n b"},
    {"empty", "Subject", " \r\n ", ""},
    {"encoded", "Subject", " =?utf-8?Q?caf=C3=A9?= x", "=?utf-8?Q?caf=C3=A9?= x|café x"},
    {"encoded in two, folded", "Subject",
     "=?utf-8?Q?a.ex?=\r\n =?utf-8?Q?ample?=", "=?utf-8?Q?a.ex?=\r\n =?utf-8?Q?ample?=|a.example"},
    {"raw UTF-8", "Subject", "檔案", "檔案|檔案"},
    {"raw Big5", "Subject", BIG5, BIG5 "|請下載會議紀錄及附件"},
    {"name", "From", " Ann Lee <a@b.example>", "*Ann Lee|Ann Lee"},
    {"quoted name", "From", "\"Lee, Ann\" <a@b.example>", "*\"Lee, Ann\"|Lee, Ann"},
    {"quoted pair", "From", "\"a \\\"b\\\"\" <a@b.example>", "\"a \\\"b\\\"\"|a \"b\""},
    {"encoded name", "From", "=?utf-8?Q?caf=C3=A9?= <a@b.example>", "=?utf-8?Q?caf=C3=A9?=|café"},
    {"no name", "From", "a@b.example", ""},
    {"a quoted address is none", "From", "\"www.a.example\"@b.example", ""},
    {"comment", "From", "a@b.example (Ann (x) Lee)", "*Ann (x) Lee|Ann (x) Lee"},
    {"two", "Reply-To", "x <a@b.example>, \"y\" <c@d.example>", "*x|x *\"y\"|y"},
    {"the first has none", "Reply-To", "a@b.example, \"y\" <c@d.example>", "*\"y\"|y"},
    {"name and comment", "From", "Ann (x) <a@b.example>", "*Ann|Ann *x|x"},
    {"unclosed quote", "From", "\"x <a@b.example>", ""},
    {"unclosed comment", "From", "a@b.example (x", "*x|x"},
    {"unclosed angle", "From", "x <a@b.example", "*x|x"},
    {"list", "List-Unsubscribe", " <mailto:a@b.example>,\r\n <https://c.example/ \r\n d>",
     "<mailto:a@b.example>|mailto:a@b.example <https://c.example/ \r\n d>|https://c.example/d"},
    {"list without angles", "List-Unsubscribe", "https://a.example, https://b.example",
     "https://a.example|https://a.example https://b.example|https://b.example"},
    {"list with comments", "List-Post", "NO (closed)", ""},
    {"list, unclosed", "List-Archive", "<https://a.example",
     "<https://a.example|https://a.example"},
    {"List-Id", "List-Id", "<a.b.example>", ""},
    {"one address", "Content-Location", " https://a.example/x ",
     "https://a.example/x|https://a.example/x"},
    {"an order", "X-Sharing-Config-Url", " \\\\a.example\\x.xml ",
     "*\\\\a.example\\x.xml|\\\\a.example\\x.xml"},
    {"sharing", "Content-Class", "Sharing", "*Sharing|Sharing"},
    {"no sharing", "Content-Class", "urn:content-classes:message", ""},
    {"none of ours", "Received", "from x (https://a.example)", ""},
};

static void
test_texts(void **state)
{
  int failed = 0;
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    const char *value = texts[i].value;
    g_autoptr(GArray) found =
        field_texts(texts[i].name, (const unsigned char *)value, strlen(value));
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint k = 0; k < found->len; k++) {
      const FieldText *text = &g_array_index(found, FieldText, k);
      g_string_append_printf(got, "%s%s%.*s|%s", k > 0 ? " " : "", text->plain ? "*" : "",
                             (int)text->at.len, value + text->at.off, text->text);
      if (text->plain)
        assert_memory_equal(value + text->at.off + text->shift, text->text, strlen(text->text));
    }
    failed += strcmp(got->str, texts[i].want) != 0;
    if (strcmp(got->str, texts[i].want) != 0)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", texts[i].label, got->str, texts[i].want);
  }
  assert_int_equal(failed, 0);
}

/* Every length comes back, in lines that are short enough. */
static void
test_encoded_words(void **state)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (unsigned n = 0; n < 200; n++) {
    g_autofree char *words = encoded_words_encode(text->str, n % 90);
    g_autofree char *back = encoded_words_decode(words);
    g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
    assert_string_equal(back != NULL ? back : "", text->str);
    for (unsigned k = 0; lines[k] != NULL; k++)
      assert_true(strlen(lines[k]) + (k == 0 ? MIN(n % 90, 38) : 0) <= 76);
    g_string_append(text, n % 3 ? "檔" : "a");
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_encoded_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
