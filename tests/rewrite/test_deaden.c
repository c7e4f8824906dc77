/* Dead addresses: what they look like, that they come back byte for byte, and that no mail reader
 * would make a link of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "deaden.h"
#include "link.h"

static const struct {
  const char *live, *dead;
} forms[] = {
    {"https://drive.google.com/file/d/x", "hxxps[:]//drive[.]google[.]com/file/d/x"},
    {"http://a.b/", "hxxp[:]//a[.]b/"},
    {"HTTP://A.B/", "HXXP[:]//A[.]B/"},
    {"hTtPs://a.b", "hXxPs[:]//a[.]b"},
    {"ftp://f.x.org", "fxp[:]//f[.]x[.]org"},
    {"hxxp://a.b/", "[hxxp][:]//a[.]b/"},
    {"www.evil.example", "www[.]evil[.]example"},
    {"drive.google.com/x.html", "drive[.]google[.]com/x[.]html"},
    {"ann.lee@gmail.com", "ann[.]lee[@]gmail[.]com"},
    {"mailto:a@b.com", "mailto[:]a[@]b[.]com"},
    {"whatsapp://send?text=hi", "whatsapp[:]//send?text=hi"},
    {"weixin:dl/business", "weixin[:]dl/business"},
    {"javascript:alert(1)", "javascript[:]alert(1)"},
    {"http://user:pw@host.tld:8080/", "hxxp[:]//user:pw[@]host[.]tld:8080/"},
    {"host.tld:8080/x", "host[.]tld:8080/x"},
    {"http://a.b/?u=https://c.d/", "hxxp[:]//a[.]b/?u=https[:]//c[.]d/"},
    {"http://[2001:db8::1]/", "hxxp[:]//[2001:db8::1]/"},
    {"http://a.b/[.]", "hxxp[:]//a[.]b/[[.]]"},
    {"http://a.b/[:]", "hxxp[:]//a[.]b/[[:]]"},
    {"http://例子。中国/", "hxxp[:]//例子[。]中国/"},
    {"http://a.b/@", "hxxp[:]//a[.]b/[@]"},
    {"\\\\server\\share.x", "[\\\\]server\\share[.]x"},
    {"file:///\\\\server\\share", "file[:]///[\\\\]server\\share"},
    {"x:/[\\\\]a", "x[:]/[[\\\\]]a"},
    {"", ""},
    {":", ":"},
    {"http:", "hxxp[:]"},
};

static void
test_forms(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
    g_autofree char *dead = deaden(forms[i].live, -1);
    g_autofree char *live = undeaden(dead, -1);
    if (strcmp(dead, forms[i].dead) != 0 || strcmp(live, forms[i].live) != 0)
      fprintf(stderr, "%s\n got: %s, back: %s\nwant: %s\n", forms[i].live, dead, live,
              forms[i].dead);
    assert_string_equal(dead, forms[i].dead);
    assert_string_equal(live, forms[i].live);
  }
}

/* Any bytes come back, whatever stands in them. */
static void
test_random_round_trip(void **state)
{
  static const char alphabet[] = ".:@/[]xthpsf\\ab-+%";
  GRand *random = g_rand_new_with_seed(20261121);
  for (int i = 0; i < 200000; i++) {
    char text[16];
    int len = g_rand_int_range(random, 0, 12);
    for (int k = 0; k < len; k++)
      text[k] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
    if (len > 0 && text[0] == '[')
      text[0] = 'h';
    text[len] = '\0';
    g_autofree char *dead = deaden(text, -1);
    g_autofree char *live = undeaden(dead, -1);
    if (strcmp(live, text) != 0)
      fprintf(stderr, "%s ─▶ %s ─▶ %s\n", text, dead, live);
    assert_string_equal(live, text);
  }
  g_rand_free(random);
}

typedef struct tally {
  guint64 addresses;
  guint64 links_left;
} Tally;

static void
check_address(const char *address, Tally *tally)
{
  g_autofree char *dead = deaden(address, -1);
  g_autofree char *live = undeaden(dead, -1);
  g_autoptr(GArray) links = links_new();
  if (*address == '[')
    return;
  if (strcmp(live, address) != 0)
    fprintf(stderr, "%s ─▶ %s ─▶ %s\n", address, dead, live);
  assert_string_equal(live, address);
  text_links((const unsigned char *)dead, strlen(dead), links);
  if (links->len > 0)
    fprintf(stderr, "still a link: %s\n", dead);
  tally->links_left += links->len;
  tally->addresses++;
}

/* Every run of characters that looks like an address in a file of any kind. */
static void
check_file(const char *path, Tally *tally)
{
  g_autofree char *text = NULL;
  gsize len;
  if (!g_file_get_contents(path, &text, &len, NULL) || !g_utf8_validate(text, (gssize)len, NULL))
    return;
  g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n\"'<>,|", -1);
  for (char **word = words; *word != NULL; word++)
    if (strlen(*word) < 4000 && (strchr(*word, '.') != NULL || strstr(*word, ":/") != NULL))
      check_address(*word, tally);
}

static void
check_folder(const char *path, Tally *tally)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir != NULL && tally->addresses < 60000 && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    if (g_file_test(child, G_FILE_TEST_IS_DIR))
      check_folder(child, tally);
    else
      check_file(child, tally);
  }
}

static void
test_corpus_round_trip(void **state)
{
  const char *corpora = getenv("CORDON_CORPORA");
  g_autofree char *urls =
      g_build_filename(corpora != NULL ? corpora : "/nonexistent", "urls", NULL);
  gboolean missing = !g_file_test(urls, G_FILE_TEST_IS_DIR);
  Tally tally = {0};
  if (missing)
    g_clear_pointer(&urls, g_free);
  if (missing)
    skip();
  check_folder(urls, &tally);
  assert_true(tally.addresses >= 10000);
  assert_int_equal(tally.links_left, 0);
}

static const struct {
  const char *label, *name;
  size_t max;
  const char *want;
} names[] = {
    {"plain", "plan.pdf", 120, "plan.pdf"},
    {"Chinese", "圖則.pdf", 120, "圖則.pdf"},
    {"right-to-left override",
     "ann\xe2\x80\xae"
     "fdp.exe",
     120,
     "ann\xef\xbf\xbd"
     "fdp.exe"},
    {"zero width",
     "a\xe2\x80\x8b"
     "b",
     120,
     "a\xef\xbf\xbd"
     "b"},
    {"line end and NUL of its own", "a\r\nb\x01", 120,
     "a\xef\xbf\xbd\xef\xbf\xbd"
     "b\xef\xbf\xbd"},
    {"line separator",
     "a\xe2\x80\xa8"
     "b",
     120,
     "a\xef\xbf\xbd"
     "b"},
    {"not UTF-8", "a\xff", 120, "a\xef\xbf\xbd"},
    {"cut", "abcdef", 3, "abc\xe2\x80\xa6"},
    {"just fits", "abc", 3, "abc"},
};

static void
test_names(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *got = name_clean(names[i].name, names[i].max);
    if (strcmp(got, names[i].want) != 0)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", names[i].label, got, names[i].want);
    assert_string_equal(got, names[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_random_round_trip),
      cmocka_unit_test(test_corpus_round_trip),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
