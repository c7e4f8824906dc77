#include "../inspect/traits.h"
#include "fixture.h"

#include "lookalike.h"
#include "policy.h"
#include "ruleset_data.h"

static const char settings_conf[] =
    "own-domains = { \"labour.gov.hk\", \"dept.sample.org.hk\", \"td.gov.hk\" }\n";

#define OWN  TRAIT(OWN_LOOK_ALIKE)
#define LOOK TRAIT(LOOK_ALIKE)
#define HOMO TRAIT(HOMOGRAPH)

static const struct {
  const char *label, *url;
  BitSet traits;
  const char *resembles;
} cases[] = {
    /* the department's own */
    {"own", "https://www.labour.gov.hk/", 0, NULL},
    {"another department", "https://www.immd.gov.hk/", 0, NULL},
    {"own in front", "https://labour.gov.hk.evil.example/", OWN, "labour.gov.hk"},
    {"own with hyphens", "https://labour-gov-hk.evil.example/", OWN, "labour.gov.hk"},
    {"one dot a hyphen", "https://labour-gov.hk/", OWN, "labour.gov.hk"},
    {"one dot left out", "https://labourgov.hk/", OWN, "labour.gov.hk"},
    {"all dots left out", "https://labourgovhk.example/", OWN, "labour.gov.hk"},
    {"another suffix", "https://labour.hk.cn/", OWN, "labour.gov.hk"},
    {"government of nobody", "https://gov-hk.example/", OWN, "gov.hk"},
    {"government in front", "https://www.gov.hk.evil.example/", OWN, "gov.hk"},
    {"a letter short", "https://labur.gov.hk/", OWN, "labour.gov.hk"},
    {"swapped", "https://laobur.example/", OWN, "labour.gov.hk"},
    {"a digit", "https://1abour.gov.hk/", OWN, "labour.gov.hk"},
    {"a word of it", "https://labour-benefits.example/", OWN, "labour.gov.hk"},
    {"short name elsewhere is honest", "https://www.td.com/", 0, NULL},
    {"short name in front", "https://td.gov.hk.evil.example/", OWN, "td.gov.hk"},
    {"mail address", "mailto:hr@labour-gov.hk", OWN, "labour.gov.hk"},
    {"letters of another script", "https://lаbour.gov.hk/", HOMO | OWN, "labour.gov.hk"},
    {"another script, another suffix", "https://lаbour.example/", HOMO | OWN, "labour.gov.hk"},
    /* services and names that are imitated */
    {"itself", "https://drive.google.com/x", 0, NULL},
    {"another country", "https://drive.google.com.hk/x", 0, NULL},
    {"its host in front", "https://drive.google.com.evil.example/", LOOK, "drive.google.com"},
    {"its host with hyphens", "https://drive-google-com.evil.example/", LOOK, "drive.google.com"},
    {"a word", "https://google-drive.evil.example/", LOOK, "google.com"},
    {"short host in front", "https://wa.me.evil.example/1", LOOK, "wa.me"},
    {"not its host", "https://notwa.me/1", 0, NULL},
    {"digits", "https://g00gle.com/", LOOK, "google.com"},
    {"paypa1", "https://www.paypa1.com/", LOOK, "paypal.com"},
    {"rn for m", "https://gmail.rnicrosoft.com/", LOOK, "microsoft.com"},
    {"doubled", "https://gooogle.com/", LOOK, "google.com"},
    {"dropped", "https://drpbox.com/", LOOK, "dropbox.com"},
    {"swapped letters", "https://dorpbox.com/", LOOK, "dropbox.com"},
    {"first letter is another's", "https://voogle.com/", 0, NULL},
    {"two letters wrong", "https://goigel.com/", 0, NULL},
    {"whole script", "https://аррӏе.com/", HOMO | LOOK, "apple.com"},
    {"mixed script", "https://gооgle.com/", HOMO | LOOK, "google.com"},
    {"marks", "https://gōogle.com/", HOMO | LOOK, "google.com"},
    {"punycode", "https://xn--80ak6aa92e.com/", HOMO | LOOK, "apple.com"},
    {"another script in front", "https://аррӏе.com.evil.example/", HOMO | LOOK, "apple.com"},
    {"reads as Latin, nobody's name", "https://сосоа.example/", HOMO, "cocoa.example"},
    {"Russian at home", "https://сосоа.ru/", 0, NULL},
    {"Russian word", "https://пример.com/", 0, NULL},
    {"mixed, nobody's name", "https://exаmplе.net/", HOMO, "example.net"},
    {"German", "https://münchen.example/", 0, NULL},
    {"Chinese", "https://香港大學.香港/", 0, NULL},
    {"registered for it", "https://www.google-analytics.com/", 0, NULL},
    {"honest hyphen", "https://www.push-ups.com/", 0, NULL},
    {"number", "https://192.0.2.1/", 0, NULL},
    {"one label", "https://localhost/", 0, NULL},
    {"no host", "weixin:dl", 0, NULL},
};

static void
test_find(void **state)
{
  g_autofree char *dir = folder_new();
  g_autofree char *rules = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) shipped = ruleset_load(rules, errors);
  folder_write(dir, "cordon.conf", settings_conf, -1);
  g_autoptr(Settings) settings = settings_load(dir, errors);
  int failed = 0;
  (void)state;
  assert_non_null(shipped);
  assert_non_null(settings);
  Lookalikes *all = lookalikes_new(shipped->services, settings);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Url) url = url_parse(cases[i].url, strlen(cases[i].url), FALSE);
    g_autofree char *resembles = NULL;
    assert_non_null(url);
    BitSet traits = lookalikes_find(all, url, &resembles);
    if (traits == cases[i].traits && g_strcmp0(resembles, cases[i].resembles) == 0)
      continue;
    g_autofree char *got = traits_text(traits), *want = traits_text(cases[i].traits);
    print_error("%s (%s): got \"%s\" %s, want \"%s\" %s\n", cases[i].label, url->host, got,
                resembles ? resembles : "-", want, cases[i].resembles ? cases[i].resembles : "-");
    failed++;
  }
  lookalikes_free(all);
  folder_remove(dir);
  assert_int_equal(failed, 0);
}

/* A host of many pieces costs no more than its length. */
static void
test_long(void **state)
{
  g_autoptr(Settings) settings = g_new0(Settings, 1);
  char *own[] = {(char *)"labour.gov.hk", NULL};
  GString *host = g_string_new("https://");
  g_autofree char *rules = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) shipped = ruleset_load(rules, errors);
  g_autofree char *resembles = NULL;
  (void)state;
  assert_non_null(shipped);
  settings->own_domains = own;
  Lookalikes *all = lookalikes_new(shipped->services, settings);
  for (int i = 0; i < 120; i++)
    g_string_append(host, i % 2 ? "a-" : "b.");
  g_string_append(host, "labour-gov.hk");
  g_autoptr(Url) url = url_parse(host->str, host->len, FALSE);
  assert_non_null(url);
  assert_true(lookalikes_find(all, url, &resembles) == OWN);
  lookalikes_free(all);
  settings->own_domains = NULL;
  g_string_free(host, TRUE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
