/* What goes out again, by envelope, From and traces of programs. */
#include "fixture.h"

#include "policy.h"

#define AUTO "auto"

typedef struct route_case {
  const char *label;
  const char *letter; /* sender, client, direction ("-": to be worked out), recipients */
  const char *from;   /* addresses in From; AUTO among them: a program left its traces */
  const char *want;
} RouteCase;

static const RouteCase cases[] = {
    {"our own, to the outside", "a@dept.gov.hk 10.0.0.1 - x@firm.example", "a@dept.gov.hk", ""},
    {"from outside, to us", "v@out.example 192.0.2.1 - a@dept.gov.hk", "v@out.example", ""},
    {"handed on inside", "v@out.example 10.0.0.1 - a@dept.gov.hk", "v@out.example", ""},
    {"an alias", "v@out.example 10.0.0.1 - a@dept.gov.hk x@firm.example", "v@out.example",
     "forwarded-out"},
    {"a forward with its envelope", "v@out.example 10.0.0.1 - x@firm.example", "v@out.example",
     "forwarded-out"},
    {"a redirect", "a@dept.gov.hk 10.0.0.1 - x@firm.example", "v@out.example", "forwarded-out"},
    {"a redirect with no envelope", "<> 10.0.0.1 - x@firm.example", "v@out.example",
     "forwarded-out"},
    {"From an own one too", "a@dept.gov.hk 10.0.0.1 - x@firm.example",
     "v@out.example b@dept.gov.hk", ""},
    {"From below an own domain", "a@dept.gov.hk 10.0.0.1 - x@firm.example", "b@sub.DEPT.gov.hk",
     ""},
    {"From nobody", "a@dept.gov.hk 10.0.0.1 - x@firm.example", "", ""},
    {"a stranger's relay", "v@out.example 192.0.2.1 - x@firm.example", "v@out.example", ""},
    {"as said: outbound", "v@out.example 192.0.2.1 outbound x@firm.example", "v@out.example",
     "forwarded-out"},
    {"as said: inbound", "v@out.example 10.0.0.1 inbound x@firm.example", "v@out.example", ""},
    {"an own one by a program", "a@dept.gov.hk 10.0.0.1 - x@firm.example", AUTO " a@dept.gov.hk",
     "auto-forwarded forwarded-out"},
    {"by a program, to one of us", "a@dept.gov.hk 10.0.0.1 - b@dept.gov.hk", AUTO " a@dept.gov.hk",
     "auto-forwarded"},
    {"SRS, leaving", "SRS0=hh=tt=out.example=v@dept.gov.hk 10.0.0.1 - x@firm.example",
     "v@out.example", "auto-forwarded forwarded-out"},
    {"SRS, coming", "srs1+hh=fwd.example==hh=tt=v@fwd2.example 192.0.2.1 - a@dept.gov.hk",
     "v@out.example", "auto-forwarded"},
    {"no SRS", "srs0@out.example 192.0.2.1 - a@dept.gov.hk", "v@out.example", ""},
};

static Ruleset *
load(const char *settings)
{
  g_autofree char *dir = folder_new();
  g_autofree char *shipped = g_build_filename(source_dir(), "rules", NULL);
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  folder_copy(shipped, dir);
  folder_write(dir, "cordon.conf", settings, -1);
  Ruleset *ruleset = ruleset_load(dir, errors);
  g_autofree char *text = errors_text(errors, dir);
  folder_remove(dir);
  assert_string_equal(text, "");
  return ruleset;
}

static Letter *
letter_from(const char *text)
{
  Letter *letter = letter_new();
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  letter_set(&letter->sender, strcmp(words[0], "<>") == 0 ? "" : words[0]);
  letter_set(&letter->client_addr, words[1]);
  letter_set(&letter->direction, strcmp(words[2], "-") == 0 ? "" : words[2]);
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strdupv(words + 3);
  return letter;
}

static void
mailbox_free(void *data)
{
  Mailbox *mailbox = data;
  g_free(mailbox->address);
  g_free(mailbox);
}

static GPtrArray *
findings_from(const char *from)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  Finding *finding = finding_new(FINDING_SENDER, 0);
  g_auto(GStrv) words = g_strsplit(from, " ", -1);
  finding->mailboxes = g_ptr_array_new_with_free_func(mailbox_free);
  for (char **word = words; *word; word++) {
    Mailbox *mailbox = g_new0(Mailbox, 1);
    if (strcmp(*word, AUTO) == 0)
      finding->sender_traits |= SENDER_TRAIT(AUTO_FORWARDED);
    mailbox->address = g_strdup(*word);
    g_ptr_array_add(finding->mailboxes, mailbox);
  }
  g_ptr_array_add(findings, finding);
  return findings;
}

static char *
route(const Ruleset *ruleset, const char *envelope, const char *from)
{
  g_autoptr(Letter) letter = letter_from(envelope);
  g_autoptr(GPtrArray) findings = findings_from(from);
  const Finding *finding = g_ptr_array_index(findings, 0);
  g_autoptr(GString) text = g_string_new(NULL);
  policy_route(ruleset, letter, findings);
  for (int id = 0; id < SENDER_TRAITS; id++)
    if (finding->sender_traits & (1u << id))
      g_string_append_printf(text, "%s%s", text->len ? " " : "",
                             sender_trait_name((SenderTraitId)id));
  return g_strdup(text->str);
}

static void
test_route(void **state)
{
  g_autoptr(Ruleset) ruleset = load("own-domains = \"dept.gov.hk\" own-networks = \"10.0.0.0/8\"");
  int failed = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = route(ruleset, cases[i].letter, cases[i].from);
    failed += differs(cases[i].label, got, cases[i].want);
  }
  assert_int_equal(failed, 0);
}

/* Nobody can tell what goes out where nobody said what is own. */
static void
test_no_own_domains(void **state)
{
  g_autoptr(Ruleset) ruleset = load("own-networks = \"10.0.0.0/8\"");
  g_autofree char *got = route(ruleset, "a@x.example 10.0.0.1 - b@y.example", "a@x.example");
  assert_string_equal(got, "");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_route),
                                     cmocka_unit_test(test_no_own_domains)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
