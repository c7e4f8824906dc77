/* Replies carried out on a letter's bytes, and the check of what leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "error.h"
#include "rewrite.h"

typedef struct apply_case {
  const char *label, *raw;
  struct {
    HeaderOp op;
    const char *name;
    unsigned index;
    const char *value;
  } changes[4];
  const char *body; /* NULL: unchanged */
  const char *want; /* NULL: refused */
} ApplyCase;

static const ApplyCase cases[] = {
    {"nothing", "A: 1\r\n\r\nx", {{0}}, NULL, "A: 1\r\n\r\nx"},
    {"body", "A: 1\r\n\r\nx", {{0}}, "new", "A: 1\r\n\r\nnew"},
    {"empty body", "A: 1\r\n\r\nx", {{0}}, "", "A: 1\r\n\r\n"},
    {"no body before", "A: 1\r\n", {{0}}, "new", "A: 1\r\n\r\nnew"},
    {"change",
     "A: 1\r\nB: 2\r\n\r\nx",
     {{HEADER_CHANGE, "b", 1, "3"}},
     NULL,
     "A: 1\r\nb: 3\r\n\r\nx"},
    {"second of a name",
     "A: 1\r\na: 2\r\n\r\nx",
     {{HEADER_CHANGE, "A", 2, "3"}},
     NULL,
     "A: 1\r\nA: 3\r\n\r\nx"},
    {"folded",
     "A: 1\r\n 2\r\nB: 3\r\n\r\nx",
     {{HEADER_CHANGE, "A", 1, "4;\n\t5"}},
     NULL,
     "A: 4;\r\n\t5\r\nB: 3\r\n\r\nx"},
    {"delete",
     "A: 1\r\n 2\r\nB: 3\r\n\r\nx",
     {{HEADER_DELETE, "A", 1, NULL}},
     NULL,
     "B: 3\r\n\r\nx"},
    {"delete two",
     "A: 1\r\nA: 2\r\nA: 3\r\n\r\n",
     {{HEADER_DELETE, "A", 1, NULL}, {HEADER_DELETE, "A", 2, NULL}},
     NULL,
     "A: 3\r\n\r\n"},
    {"add",
     "A: 1\r\n\r\nx",
     {{HEADER_ADD, "B", 0, "2"}, {HEADER_ADD, "C", 0, "3"}},
     NULL,
     "A: 1\r\nB: 2\r\nC: 3\r\n\r\nx"},
    {"add to a header without a line end",
     "A: 1",
     {{HEADER_ADD, "B", 0, "2"}},
     NULL,
     "A: 1\nB: 2\n"},
    {"LF", "A: 1\nB: 2\n\nx", {{HEADER_CHANGE, "A", 1, "3;\n 4"}}, "y\n", "A: 3;\n 4\nB: 2\n\ny\n"},
    {"blank before the colon",
     "A : 1\r\n\r\n",
     {{HEADER_CHANGE, "A", 1, "2"}},
     NULL,
     "A: 2\r\n\r\n"},
    {"a longer name",
     "AB: 1\r\nA: 2\r\n\r\n",
     {{HEADER_DELETE, "A", 1, NULL}},
     NULL,
     "AB: 1\r\n\r\n"},
    {"not in the body", "A: 1\r\n\r\nB: 2", {{HEADER_DELETE, "B", 1, NULL}}, NULL, NULL},
    {"no such field", "A: 1\r\n\r\n", {{HEADER_CHANGE, "A", 2, "x"}}, NULL, NULL},
};

static void
run_case(const ApplyCase *c)
{
  g_autoptr(Letter) letter = letter_new();
  g_autoptr(Reply) reply = reply_new();
  g_autoptr(GError) error = NULL;
  letter->raw = g_bytes_new(c->raw, strlen(c->raw));
  for (size_t i = 0; i < G_N_ELEMENTS(c->changes) && c->changes[i].name != NULL; i++)
    reply_add_header(reply, c->changes[i].op, c->changes[i].name, c->changes[i].index,
                     c->changes[i].value);
  if (c->body != NULL)
    reply->body = g_bytes_new(c->body, strlen(c->body));
  g_autoptr(GBytes) got = reply_apply(letter, reply, &error);
  g_autofree char *text =
      got != NULL ? g_strndup(g_bytes_get_data(got, NULL), g_bytes_get_size(got)) : NULL;
  if (g_strcmp0(text, c->want) != 0)
    fprintf(stderr, "%s\n got: %s\nwant: %s\n", c->label, text, c->want);
  assert_true(g_strcmp0(text, c->want) == 0);
  assert_int_equal(error == NULL, c->want != NULL);
}

static void
test_apply(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    run_case(&cases[i]);
}

static const struct {
  const char *label;
  Action action;
  Verdict verdict;
  int want;
} plans[] = {
    {"pass", ACTION_PASS, VERDICT_DELIVER, 0},
    {"a flag stays", ACTION_FLAG, VERDICT_DELIVER, 0},
    {"a live link", ACTION_DEFANG, VERDICT_DELIVER, -1},
    {"a file", ACTION_REMOVE, VERDICT_DELIVER, -1},
    {"active content", ACTION_DISARM, VERDICT_DELIVER, -1},
    {"what is to be held", ACTION_HOLD, VERDICT_HOLD, -1},
    {"what is to be refused", ACTION_REJECT, VERDICT_REJECT, -1},
    {"a verdict of its own", ACTION_PASS, VERDICT_HOLD, -1},
};

static void
test_verify(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(plans); i++) {
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(GArray) decisions = g_array_new(FALSE, TRUE, sizeof(Decision));
    g_autoptr(GError) error = NULL;
    Decision decision = {.action = plans[i].action, .rule = "r", .notice = "n"};
    Plan plan = {.verdict = plans[i].verdict, .decisions = decisions};
    g_ptr_array_add(findings, finding_new(FINDING_LINK, 0));
    g_array_append_val(decisions, decision);
    if (verify_plan(findings, &plan, &error) != plans[i].want)
      fprintf(stderr, "%s\n", plans[i].label);
    g_clear_error(&error);
    assert_int_equal(verify_plan(findings, &plan, &error), plans[i].want);
    assert_int_equal(error != NULL, plans[i].want != 0);
    g_array_set_size(decisions, 0);
    assert_int_equal(verify_plan(findings, &plan, NULL), -1);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_apply),
      cmocka_unit_test(test_verify),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
