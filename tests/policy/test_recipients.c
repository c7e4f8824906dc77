/* Which recipients the rules see alike, each as if the letter were theirs alone. */
#include "fixture.h"

#include "policy.h"

#define LINK(more) "rule r { on = link " more " action = flag } "

typedef struct alike_case {
  const char *label, *policy;
  const char *letter; /* sender, client, login ("-": none), then the recipients */
  gboolean alike;
} AlikeCase;

static const AlikeCase cases[] = {
    {"no rule asks", LINK(""), "a@out.example 192.0.2.1 - b@dept.gov.hk c@out.example", TRUE},
    {"a group", LINK("group = registry"),
     "a@out.example 192.0.2.1 - clerk@dept.gov.hk b@dept.gov.hk", FALSE},
    {"both in it", LINK("group = registry"),
     "a@out.example 192.0.2.1 - clerk@dept.gov.hk CHIEF@dept.gov.hk", TRUE},
    {"neither in it", LINK("group = registry"),
     "a@out.example 192.0.2.1 - b@dept.gov.hk c@dept.gov.hk", TRUE},
    {"one and the same", LINK("group = registry"),
     "a@out.example 192.0.2.1 - clerk@dept.gov.hk clerk@dept.gov.hk", TRUE},
    {"the third is other", LINK("group = registry"),
     "a@out.example 192.0.2.1 - b@dept.gov.hk c@dept.gov.hk clerk@dept.gov.hk", FALSE},
    {"an address", LINK("recipient = \"b@dept.gov.hk\""),
     "a@out.example 192.0.2.1 - b@dept.gov.hk c@dept.gov.hk", FALSE},
    {"observed only", LINK("recipient = \"b@dept.gov.hk\" mode = observe"),
     "a@out.example 192.0.2.1 - b@dept.gov.hk c@dept.gov.hk", TRUE},
    {"for another sender", LINK("recipient = \"b@dept.gov.hk\" sender = \"x@y.example\""),
     "a@out.example 192.0.2.1 - b@dept.gov.hk c@dept.gov.hk", TRUE},
    {"for another direction", LINK("group = registry direction = internal"),
     "a@out.example 192.0.2.1 - clerk@dept.gov.hk b@dept.gov.hk", TRUE},
    {"by himself", LINK("group = registry auth = yes"),
     "a@out.example 192.0.2.1 - clerk@dept.gov.hk b@dept.gov.hk", TRUE},
    {"a class of mail", LINK("recipient-class = webmail"),
     "a@dept.gov.hk 10.0.0.1 - x@gmail.com y@firm.example", FALSE},
    {"one class of mail", LINK("recipient-class = webmail"),
     "a@dept.gov.hk 10.0.0.1 - x@gmail.com y@outlook.com", TRUE},
    {"one stays, one leaves", LINK("direction = outbound"),
     "a@dept.gov.hk 10.0.0.1 - b@dept.gov.hk y@firm.example", FALSE},
    {"one stays, one leaves, and nobody asks", LINK(""),
     "a@dept.gov.hk 10.0.0.1 - b@dept.gov.hk y@firm.example", TRUE},
    {"in what leaves it is the sender's group", LINK("group = registry"),
     "clerk@dept.gov.hk 10.0.0.1 - x@firm.example y@firm.example", TRUE},
};

static Ruleset *
load(const char *label, const char *policy)
{
  g_autofree char *dir = folder_new();
  g_autofree char *shipped = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_copy(shipped, dir);
  folder_write(dir, "cordon.conf", "own-domains = \"dept.gov.hk\" own-networks = \"10.0.0.0/8\"",
               -1);
  folder_write(dir, "groups/registry.txt", "clerk@dept.gov.hk\nchief@dept.gov.hk\n", -1);
  folder_write(dir, "policy.conf", policy, -1);
  Ruleset *ruleset = ruleset_load(dir, errors);
  g_autofree char *text = errors_text(errors, dir);
  folder_remove(dir);
  if (*text)
    fail_msg("%s: %s", label, text);
  return ruleset;
}

static Letter *
letter_from(const char *text)
{
  Letter *letter = letter_new();
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  letter_set(&letter->sender, words[0]);
  letter_set(&letter->client_addr, words[1]);
  letter_set(&letter->auth_user, strcmp(words[2], "-") == 0 ? "" : words[2]);
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strdupv(words + 3);
  letter->received = 1793000000;
  return letter;
}

static void
test_alike(void **state)
{
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Ruleset) ruleset = load(cases[i].label, cases[i].policy);
    g_autoptr(Letter) letter = letter_from(cases[i].letter);
    failed += differs(cases[i].label, policy_sees_alike(ruleset, letter) ? "alike" : "apart",
                      cases[i].alike ? "alike" : "apart");
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_alike)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
