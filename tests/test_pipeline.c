/* The order of the stages, and what becomes of their errors. The real pipeline but for the one
 * stage that a test wants to go wrong: rewriting. */
#include "pipeline.h"

#include "rewrite/rig.h"

static const char policy[] =
    "rule \"known\" { on = sender sender = \"spam.example\" action = reject }\n"
    "rule \"odd\" { on = sender sender = \"<>\" action = hold }\n"
    "rule \"kill\" { on = link host = \"kill.example\" action = defang notice = kill }\n";

static const char plain[] = RIG_HEAD "\r\nhello\r\n";

/* Instead of milter/rewrite/rewrite.c. */
int
rewrite_run(const Letter *letter, const Tree *tree, const GPtrArray *findings, const Plan *plan,
            const Ruleset *ruleset, Reply *reply, GError **error)
{
  return 0;
}

static Reply *
run(const Rig *rig, const char *sender, const char *text)
{
  g_autoptr(Letter) letter = letter_new();

  letter->raw = g_bytes_new_static(text, strlen(text));
  letter_set(&letter->sender, sender);
  return pipeline_run(letter, rig->rules, rig->scanner);
}

/* A sender can be acted on although nothing else is found. */
static void
test_senders(void **state)
{
  static const struct {
    const char *sender;
    Verdict want;
    gboolean told;
  } cases[] = {{"a@good.example", VERDICT_DELIVER, FALSE},
               {"a@spam.example", VERDICT_REJECT, TRUE},
               {"a@x.spam.example", VERDICT_REJECT, TRUE},
               {"", VERDICT_HOLD, TRUE}};

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Reply) reply = run(*state, cases[i].sender, plain);

    if (reply->verdict != cases[i].want)
      fail_msg("<%s>: %s, want %s", cases[i].sender, verdict_name(reply->verdict),
               verdict_name(cases[i].want));
    if ((strstr(reply->event, "\"kind\":\"sender\"") != NULL) != cases[i].told)
      fail_msg("<%s>: event %s", cases[i].sender, reply->event);
  }
}

static int
open_rig(void **state)
{
  *state = rig_open(policy);
  return 0;
}

static int
close_rig(void **state)
{
  rig_close(*state);
  return 0;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_senders)};

  return cmocka_run_group_tests(tests, open_rig, close_rig);
}
