/* Texts of a message of Outlook's in which addresses are to lead nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/rewrite/disarm/mail_value.h"
#include "bounds.h"
#include "lzfu.h"

static const char *const dead[] = {
    "https://drive.google.com/x", "mailto:clerk@gmail.com",
    "mailto:gmail.comSMTPclerk@gmail.com", /* to those who leave out a NUL */
};

static const struct {
  const char *label;
  MapiUse use;
  const char *text;
  size_t len;
  const char *want; /* NULL: it stays */
  size_t want_len;
} cases[] = {
#define TEXT(text) (text), sizeof(text) - 1
    {"none", MAPI_WORDS, TEXT("see https://a.example/x"), NULL, 0},
    {"in words", MAPI_WORDS, TEXT("see https://drive.google.com/x now"),
     TEXT("see hxxps[:]//drive[.]google[.]com/x [gone] now")},
    {"in a page", MAPI_PAGE, TEXT("<a href='https://drive.google.com/x'>plans</a>"),
     TEXT("<a href='about:blank'>plans</a> [gone]")},
    {"two readings, one across the other", MAPI_PAGE,
     TEXT("<p>clerk@gmail.com\0SMTP\0clerk@gmail.com</p>"),
     TEXT("<p>clerk[@]gmail[.]com [gone]\0SMTP\0clerk[@]gmail[.]com [gone]</p>")},
};

static void
test_texts(void **state)
{
  g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) charsets = g_ptr_array_new();
  const Orders orders = {FALSE, addresses};
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(dead); i++)
    g_hash_table_insert(addresses, (char *)dead[i], (char *)"gone");
  g_ptr_array_add(charsets, (char *)"utf-8");
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const MailValue value = {cases[i].use, FALSE, (const unsigned char *)cases[i].text,
                             cases[i].len};
    Disarming around = {.orders = &orders};
    g_autoptr(GBytes) got = mail_value_disarm(&value, charsets, &around);
    g_autoptr(GBytes) want = cases[i].want ? g_bytes_new(cases[i].want, cases[i].want_len) : NULL;

    if (!got == !want && (!got || g_bytes_equal(got, want)))
      continue;
    print_error("%s: got %.*s\n", cases[i].label, got ? (int)g_bytes_get_size(got) : 4,
                got ? (const char *)g_bytes_get_data(got, NULL) : "NULL");
    failed++;
  }
  assert_int_equal(failed, 0);
}

#define STORED(page) "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}" page "}"

/* Words of a page that is stored in Rich Text, whose letters are references. */
static void
test_references(void **state)
{
  static const char text[] = STORED("{\\*\\htmltag84 &#104;ttps&#58;//drive&#46;google.com/x} now");
  g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) charsets = g_ptr_array_new();
  const Orders orders = {FALSE, addresses};
  Disarming around = {.orders = &orders};
  g_autoptr(GBytes) stored = g_bytes_new_static(text, sizeof text - 1), packed = lzfu_pack(stored);
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(packed, &len);
  const MailValue value = {MAPI_RICH_TEXT, FALSE, bytes, len};
  g_autoptr(GBytes) clean = NULL, got = NULL;
  gboolean whole = TRUE;

  g_hash_table_insert(addresses, (char *)dead[0], (char *)"gone");
  g_ptr_array_add(charsets, (char *)"utf-8");
  clean = mail_value_disarm(&value, charsets, &around);
  assert_non_null(clean);
  bytes = g_bytes_get_data(clean, &len);
  got = lzfu_open(bytes, len, LIMIT_TEXT, &whole);
  assert_true(got && whole);
  bytes = g_bytes_get_data(got, &len);
  assert_int_equal(len, sizeof STORED("{\\*\\htmltag84 about:blank} now") - 1);
  assert_memory_equal(bytes, STORED("{\\*\\htmltag84 about:blank} now"), len);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts),
                                     cmocka_unit_test(test_references)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
