/* The order of the stages, and what becomes of their errors. The real pipeline but for the one
 * stage that a test wants to go wrong: rewriting. */
#include "pipeline.h"

#include "bounds.h"
#include "error.h"
#include "rewrite/rig.h"

static const char policy[] =
    "rule \"known\" { on = sender sender = \"spam.example\" action = reject }\n"
    "rule \"odd\" { on = sender sender = \"<>\" action = hold }\n"
    "rule \"kill\" { on = link host = \"kill.example\" action = defang notice = kill }\n";

static const char plain[] = RIG_HEAD "\r\nhello\r\n";

/* Instead of milter/rewrite/rewrite.c: does what the subject asks for. */
int
rewrite_run(const Letter *letter, const Tree *tree, const GPtrArray *findings, const Plan *plan,
            const GPtrArray *disarmed, const Ruleset *ruleset, Reply *reply, GError **error)
{
  const char *raw = g_bytes_get_data(letter->raw, NULL);

  if (strstr(raw, "Subject: cure") != NULL)
    reply->body = g_bytes_new_static("gone\r\n", 6);
  if (strstr(raw, "Subject: half") != NULL)
    reply->body = g_bytes_new_static("https://kill.example/?key=s3cret\r\n", 34);
  if (strstr(raw, "Subject: odd field") != NULL)
    reply_add_header(reply, HEADER_DELETE, "To", 1, NULL);
  if (strstr(raw, "Subject: many fields") != NULL)
    for (unsigned i = 0; i <= LIMIT_HEADER_CHANGES; i++)
      reply_add_header(reply, HEADER_ADD, "Content-ID", 0, "x");
  if (strstr(raw, "Subject: fail") == NULL)
    return 0;
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "cannot");
  return -1;
}

static Reply *
run(const Rig *rig, const char *sender, const char *text)
{
  g_autoptr(Letter) letter = letter_new();

  letter->raw = g_bytes_new_static(text, strlen(text));
  letter_set(&letter->sender, sender);
  return pipeline_run(letter, rig->rules, rig->scanner, NULL, NULL);
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

/* What a rule acts on never leaves as it came, whatever rewriting does or leaves undone. */
static void
test_rewriting_goes_wrong(void **state)
{
  static const struct {
    const char *subject;
    Verdict want;
    const char *reason;
  } cases[] = {{"cure", VERDICT_DELIVER, ""},
               {"half", VERDICT_HOLD, "still there"},
               {"nothing", VERDICT_HOLD, "still there"},
               {"fail", VERDICT_HOLD, "cannot"},
               {"odd field", VERDICT_HOLD, "breaks the protocol"},
               {"many fields", VERDICT_HOLD, "breaks the protocol"}};

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = g_strdup_printf("To: b@dept.example\r\nSubject: %s\r\n\r\n"
                                            "https://kill.example/x\r\n",
                                            cases[i].subject);
    g_autoptr(Reply) reply = run(*state, "a@good.example", text);

    if (reply->verdict != cases[i].want || strstr(reply->reason, cases[i].reason) == NULL)
      fail_msg("%s: %s \"%s\"", cases[i].subject, verdict_name(reply->verdict), reply->reason);
    if (reply->verdict == VERDICT_HOLD)
      assert_false(reply_changes(reply));
    assert_null(strstr(reply->reason, "s3cret"));
    assert_int_equal(reply_check(reply, NULL), 0);
  }
}

/* LIMIT_LINKS counts those of all parts. */
static void
test_links_of_many_parts(void **state)
{
  g_autoptr(GString) text =
      g_string_new(RIG_HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
  g_autoptr(Reply) reply = NULL;

  for (unsigned part = 0; part < 4; part++) {
    g_string_append(text, "--b\r\n\r\n");
    for (unsigned i = 0; i < LIMIT_LINKS / 3; i++)
      g_string_append(text, "http://a.example/\r\n");
  }
  g_string_append(text, "--b\r\n\r\nlast\r\n--b--\r\n");
  reply = run(*state, "a@good.example", text->str);
  assert_int_equal(reply->verdict, VERDICT_HOLD);
  assert_non_null(strstr(reply->reason, "LIMIT_LINKS"));
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
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_senders),
                                     cmocka_unit_test(test_rewriting_goes_wrong),
                                     cmocka_unit_test(test_links_of_many_parts)};

  return cmocka_run_group_tests(tests, open_rig, close_rig);
}
