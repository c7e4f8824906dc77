#include "sink.h"

#include "bounds.h"
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A sink that writes down what it is told, and fails at the fail_at-th call. */
typedef struct script {
  GString *text;
  int calls, fail_at;
} Script;

static int
step(Script *script, GError **error)
{
  if (++script->calls != script->fail_at)
    return 0;
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, "asked to fail");
  return -1;
}

static int
change_header(void *data, const char *name, unsigned index, const char *value, GError **error)
{
  Script *script = data;

  g_string_append_printf(script->text, "%s %u=%s;", name, index, value != NULL ? value : "-");
  return step(script, error);
}

static int
add_header(void *data, const char *name, const char *value, GError **error)
{
  Script *script = data;

  g_string_append_printf(script->text, "+%s=%s;", name, value);
  return step(script, error);
}

static int
write_body(void *data, const unsigned char *bytes, size_t len, GError **error)
{
  Script *script = data;

  g_string_append_printf(script->text, "body %zu;", len);
  return step(script, error);
}

static int
hold(void *data, const char *reason, GError **error)
{
  Script *script = data;

  g_string_append_printf(script->text, "hold %s;", reason);
  return step(script, error);
}

static const Sink sink = {change_header, add_header, write_body, hold};

static Reply *
make_reply(void)
{
  Reply *reply = reply_new();

  reply_add_header(reply, HEADER_ADD, "X-Cordon", 0, "changed");
  reply_add_header(reply, HEADER_CHANGE, "Content-Type", 1, "text/plain");
  reply_add_header(reply, HEADER_DELETE, "Content-Type", 2, NULL);
  reply_add_header(reply, HEADER_DELETE, "X-Cordon", 3, NULL);
  reply_add_header(reply, HEADER_DELETE, "content-type", 2, NULL);
  reply_add_header(reply, HEADER_ADD, "MIME-Version", 0, "1.0");
  return reply;
}

static const char all_headers[] = "X-Cordon 3=-;Content-Type 2=-;Content-Type 1=text/plain;"
                                  "+X-Cordon=changed;+MIME-Version=1.0;";

static void
test_order(void **state)
{
  g_autoptr(Reply) reply = make_reply();
  g_autofree unsigned char *body = g_malloc0(MIB(2) + 1);
  g_autofree char *want = g_strconcat(all_headers, "body 1048576;body 1048576;body 1;", NULL);
  Script script = {g_string_new(NULL), 0, 0};

  reply->body = g_bytes_new(body, MIB(2) + 1);
  assert_int_equal(sink_apply(&sink, &script, reply, NULL), 0);
  assert_string_equal(script.text->str, want);
  g_string_free(script.text, TRUE);
}

static void
test_small_cases(void **state)
{
  g_autoptr(Reply) nothing = reply_new(), empty = reply_new(), held = reply_new();
  Script script = {g_string_new(NULL), 0, 0};

  assert_int_equal(sink_apply(&sink, &script, nothing, NULL), 0);
  assert_string_equal(script.text->str, "");
  empty->body = g_bytes_new_static("", 0);
  assert_int_equal(sink_apply(&sink, &script, empty, NULL), 0);
  assert_string_equal(script.text->str, "body 0;");
  held->verdict = VERDICT_HOLD;
  reply_add_header(held, HEADER_ADD, "X-Cordon", 0, "held");
  assert_int_equal(sink_apply(&sink, &script, held, NULL), 0);
  assert_string_equal(script.text->str, "body 0;+X-Cordon=held;hold ;");
  g_string_free(script.text, TRUE);
}

static void
test_two_ways(void **state)
{
  g_autoptr(Reply) reply = make_reply();
  g_autoptr(GError) error = NULL;
  Script script = {g_string_new(NULL), 0, 0};

  reply_add_header(reply, HEADER_DELETE, "Content-Type", 1, NULL);
  assert_int_equal(sink_apply(&sink, &script, reply, &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE));
  assert_string_equal(script.text->str, "");
  g_string_free(script.text, TRUE);
}

static void
test_failures(void **state)
{
  g_autoptr(Reply) reply = make_reply();

  reply->body = g_bytes_new_static("x", 1);
  for (int n = 1; n <= 6; n++) {
    g_autoptr(GError) error = NULL;
    Script script = {g_string_new(NULL), 0, n};

    assert_int_equal(sink_apply(&sink, &script, reply, &error), -1);
    assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
    assert_int_equal(script.calls, n);
    g_string_free(script.text, TRUE);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order), cmocka_unit_test(test_small_cases),
      cmocka_unit_test(test_two_ways), cmocka_unit_test(test_failures)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
