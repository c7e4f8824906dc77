/* Whole messages: which parts change, which carry notes, what a plan that asks for nothing does. */
#include "rig.h"

#include "error.h"

#define LINK "https://kill.example/"
#define PAGE "<p><a href=" LINK ">x</a></p>"

static unsigned
count(const char *text, const char *what)
{
  unsigned n = 0;
  for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
    n++;
  return n;
}

/* A part that must stay as it is holds STAYS; notes are counted by their reference line. */
static const struct {
  const char *label, *message;
  unsigned tops, notes, marks;
  const char *counts; /* of the first top line */
} cases[] = {
    {"alternatives: each once",
     RIG_HEAD
     "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
     "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" LINK "\r\n--b\r\n"
     "Content-Type: text/html\r\n\r\n" PAGE "\r\n--b--\r\n",
     2, 2, 2, "[1 link disabled by gate. Ref "},
    {"an alternative without the link stays",
     RIG_HEAD "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: "
              "text/plain\r\n\r\n"
              "STAYS\r\n--b\r\nContent-Type: text/html\r\n\r\n" PAGE "\r\n--b--\r\n",
     1, 1, 1, "; 1 link disabled by gate "},
    {"texts one after the other: the first tells",
     RIG_HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
              "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" LINK "\r\n--b\r\n"
              "Content-Type: text/html\r\n\r\n" PAGE "\r\n--b--\r\n",
     1, 1, 2, "[2 links disabled by gate. Ref "},
    {"a file tells in the text",
     RIG_HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
              "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nhi\r\n--b\r\n"
              "Content-Type: application/octet-stream; name=a.exe\r\n\r\nMZ\r\n--b--\r\n",
     1, 1, 0, "[Warning: 1 file removed by gate. Ref "},
    {"a forwarded message tells in the outer text",
     RIG_HEAD
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
     "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nhi\r\n--b\r\n"
     "Content-Type: message/rfc822\r\n\r\nSubject: y\r\nContent-Type: text/html\r\n\r\n" PAGE
     "\r\n--b--\r\n",
     1, 1, 1, "[1 link disabled by gate. Ref "},
    {"signed",
     RIG_HEAD "Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"; "
              "micalg=pgp-sha256\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: 8bit\r\n\r\n" LINK "\r\n--b\r\n"
              "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
     1, 1, 1, "[1 link disabled by gate. Ref "},
};

static void
test_messages(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    RigResult result = rig_run(rig, cases[i].message, -1);
    unsigned tops =
        count(result.text, "[Warning: 1 ") + count(result.text, "; 1 link disabled by") +
        count(result.text, "[1 link disabled by") + count(result.text, "[2 links disabled by");
    unsigned notes = count(result.text, "The original is kept");
    unsigned marks = count(result.text, "kill[.]example \xe2\x80\x93") +
                     count(result.text, "</bdi> &#8211; link disabled");
    if (tops != cases[i].tops || notes != cases[i].notes || marks != cases[i].marks)
      fprintf(stderr, "%s: %u top lines, %u notes, %u marks\n%s\n", cases[i].label, tops, notes,
              marks, result.text);
    assert_int_equal(tops, cases[i].tops);
    assert_int_equal(notes, cases[i].notes);
    assert_int_equal(marks, cases[i].marks);
    assert_non_null(strstr(result.text, cases[i].counts));
    assert_int_equal(count(result.text, "STAYS"), count(cases[i].message, "STAYS"));
    assert_int_equal(count(result.text, "no longer verifies"), i == 5);
    rig_result_clear(&result);
  }
  rig_close(rig);
}

/* A flag on a file has no place in the text: it gets a line on top, once. */
static void
test_flagged_file(void **state)
{
  Rig *rig =
      rig_open("rule \"f\" { on = file type = { executable } action = flag notice = prog tier = "
               "policy }\n");
  RigResult result = rig_run(
      rig,
      RIG_HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
               "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nhi\r\n--b\r\n"
               "Content-Type: application/octet-stream; name=a.exe\r\n\r\nMZ\r\n--b--\r\n",
      -1);
  assert_non_null(strstr(result.text, "\r\n\r\n[Prog 雲: a[.]exe – take care with this file "
                                      "請小心處理此檔案]\r\n\r\nhi\r\n"));
  assert_non_null(strstr(result.text, "name=a.exe\r\n\r\nMZ\r\n--b--\r\n"));
  rig_result_clear(&result);
  rig_close(rig);
}

static void
test_unchanged(void **state)
{
  static const char raw[] =
      RIG_HEAD "Content-Type: text/html\r\n\r\n<a href=https://ok.example/>x</a>";
  Rig *rig = rig_open(NULL);
  g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
  RigResult result = rig_pass(rig, bytes);
  assert_false(reply_changes(result.reply));
  assert_ptr_equal(result.bytes, bytes);
  rig_result_clear(&result);
  rig_close(rig);
}

/* A held message is not touched; a plan for other findings is refused. */
static void
test_verdicts(void **state)
{
  static const char raw[] = RIG_HEAD "\r\n" LINK "\r\n";
  Rig *rig = rig_open(NULL);
  g_autoptr(Letter) letter = letter_new();
  letter->raw = g_bytes_new(raw, strlen(raw));
  g_autoptr(Tree) tree = tree_parse(letter->raw);
  g_autoptr(GPtrArray) findings = inspect_run(tree, rig->scanner, FALSE);
  policy_classify(rig->rules, findings);
  g_autoptr(Plan) plan = policy_decide(rig->rules, letter, findings);
  g_autoptr(Reply) reply = reply_new();
  g_autoptr(GError) error = NULL;
  plan->verdict = VERDICT_HOLD;
  assert_int_equal(rewrite_run(letter, tree, findings, plan, NULL, rig->rules, reply, NULL), 0);
  assert_false(reply_changes(reply));
  plan->verdict = VERDICT_DELIVER;
  g_array_set_size(plan->decisions, 0);
  assert_int_equal(rewrite_run(letter, tree, findings, plan, NULL, rig->rules, reply, &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE));
  rig_close(rig);
}

/* More changes to the top header than the front takes: refused, so that the letter is held. */
static void
test_many_fields(void **state)
{
  Rig *rig = rig_open(NULL);
  g_autoptr(GString) raw = g_string_new(RIG_HEAD "Content-Type: application/x; name=a.exe\r\n");
  g_autoptr(GError) error = NULL;
  for (int i = 0; i < 100; i++)
    g_string_append_printf(raw, "Content-X%d: y\r\n", i);
  g_string_append(raw, "\r\nMZ\r\n");
  g_autoptr(Letter) letter = letter_new();
  letter->raw = g_bytes_new(raw->str, raw->len);
  g_autoptr(Tree) tree = tree_parse(letter->raw);
  g_autoptr(GPtrArray) findings = inspect_run(tree, rig->scanner, FALSE);
  policy_classify(rig->rules, findings);
  g_autoptr(Plan) plan = policy_decide(rig->rules, letter, findings);
  g_autoptr(Reply) reply = reply_new();
  plan->verdict = VERDICT_DELIVER;
  assert_int_equal(rewrite_run(letter, tree, findings, plan, NULL, rig->rules, reply, &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA));
  rig_close(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_messages),    cmocka_unit_test(test_flagged_file),
      cmocka_unit_test(test_unchanged),   cmocka_unit_test(test_verdicts),
      cmocka_unit_test(test_many_fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
