/* Letters and replies across a memory file: what goes in comes out, and what a hostile worker could
 * write is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bounds.h"
#include "error.h"
#include "letter.h"
#include "reply.h"

static Letter *
example_letter(const char *raw, size_t len)
{
  Letter *letter = letter_new();

  letter_set(&letter->queue_id, "4XyZ");
  letter_set(&letter->sender, "a@b.example");
  letter_set(&letter->client_addr, "192.0.2.1");
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strsplit("c@d.example,e@f.example", ",", -1);
  letter->sealed = TRUE;
  letter->memberships = memberships_new();
  memberships_set(letter->memberships, "registry", "C@d.example", TRUE);
  memberships_set(letter->memberships, "registry", "a b@d.example", FALSE);
  letter->raw = g_bytes_new(raw, len);
  return letter;
}

static void
test_letter_crosses(void **state)
{
  static const char raw[] = "Subject: x\r\n\r\nbody with a \0 in it";
  g_autoptr(Letter) letter = example_letter(raw, sizeof raw);
  g_autoptr(GError) error = NULL;
  int fd = letter_to_memfd(letter, &error);
  g_autoptr(Letter) other = NULL;

  assert_null(error);
  other = letter_from_memfd(fd, &error);
  close(fd);
  assert_null(error);
  assert_string_equal(other->queue_id, "4XyZ");
  assert_string_equal(other->sender, "a@b.example");
  assert_string_equal(other->helo, "");
  assert_true(other->sealed);
  assert_false(other->why || other->views);
  assert_int_equal(g_strv_length(other->rcpts), 2);
  assert_string_equal(other->rcpts[1], "e@f.example");
  assert_true(g_bytes_equal(letter->raw, other->raw));
  assert_int_equal(memberships_get(other->memberships, "registry", "c@D.example"), MEMBERSHIP_YES);
  assert_int_equal(memberships_get(other->memberships, "registry", "a b@d.example"),
                   MEMBERSHIP_NO);
  assert_int_equal(memberships_get(other->memberships, "registry", "e@f.example"),
                   MEMBERSHIP_UNKNOWN);
  assert_int_equal(memberships_get(other->memberships, "others", "c@d.example"),
                   MEMBERSHIP_UNKNOWN);
  assert_int_equal(memberships_get(NULL, "registry", "c@d.example"), MEMBERSHIP_UNKNOWN);
}

static int
sealed(const void *data, size_t len, int seals)
{
  int fd = memfd_create("test", MFD_ALLOW_SEALING);

  assert_int_equal(write(fd, data, len), len);
  assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
  return fd;
}

static void
test_records_are_checked(void **state)
{
  static const char raw[] = "Subject: x\r\n\r\n";
  enum { ALL = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };
  g_autoptr(Letter) letter = example_letter(raw, sizeof raw - 1);
  int good = letter_to_memfd(letter, NULL), fd;
  char bytes[4096];
  ssize_t len = pread(good, bytes, sizeof bytes, 0);

  assert_true(len > 40);
  fd = sealed(bytes, (size_t)len, F_SEAL_SHRINK | F_SEAL_GROW); /* still writable */
  assert_null(letter_from_memfd(fd, NULL));
  close(fd);
  for (ssize_t cut = 0; cut < len; cut++) { /* every truncation */
    fd = sealed(bytes, (size_t)cut, ALL);
    assert_null(letter_from_memfd(fd, NULL));
    close(fd);
  }
  for (ssize_t at = 0; at < len; at++) { /* every length too large, no crash anywhere */
    char copy[4096];
    Letter *other;

    memcpy(copy, bytes, (size_t)len);
    copy[at] = (char)0xFF;
    fd = sealed(copy, (size_t)len, ALL);
    other = letter_from_memfd(fd, NULL);
    letter_free(other);
    close(fd);
  }
  close(good);
}

static Reply *
cross(const Reply *reply, GError **error)
{
  int fd = reply_to_memfd(reply, error);
  Reply *other = reply_from_memfd(fd, error);

  close(fd);
  return other;
}

static void
test_reply_crosses(void **state)
{
  g_autoptr(Reply) reply = reply_new(), other = NULL;
  g_autoptr(GError) error = NULL;
  HeaderChange *change;

  reply->body = g_bytes_new_static("new\r\n", 5);
  reply_add_header(reply, HEADER_CHANGE, "Content-Type", 1, "text/plain;\n charset=utf-8");
  reply_add_header(reply, HEADER_DELETE, "X-Attachment-Id", 2, NULL);
  other = cross(reply, &error);
  assert_null(error);
  assert_int_equal(other->verdict, VERDICT_DELIVER);
  assert_true(g_bytes_equal(other->body, reply->body));
  assert_int_equal(other->headers->len, 2);
  change = g_ptr_array_index(other->headers, 0);
  assert_string_equal(change->value, "text/plain;\n charset=utf-8");
  change = g_ptr_array_index(other->headers, 1);
  assert_int_equal(change->op, HEADER_DELETE);
  assert_null(change->value);
}

/* What a worker that was taken over might try. */
static const struct hostile {
  const char *label;
  Verdict verdict;
  HeaderOp op;
  const char *name;
  unsigned index;
  const char *value, *reason, *event;
} hostile[] = {
    {"another field", 0, HEADER_ADD, "Received", 0, "x", "", "{}"},
    {"change of another field", 0, HEADER_CHANGE, "Received", 1, "x", "", "{}"},
    {"a second subject", 0, HEADER_ADD, "Subject", 0, "x", "", "{}"},
    {"a second sender", 0, HEADER_ADD, "From", 0, "x@y.example", "", "{}"},
    {"no subject", 0, HEADER_DELETE, "Subject", 1, NULL, "", "{}"},
    {"no sender", 0, HEADER_DELETE, "From", 1, NULL, "", "{}"},
    {"another field deleted", 0, HEADER_DELETE, "Received", 1, NULL, "", "{}"},
    {"results changed", 0, HEADER_CHANGE, "Authentication-Results", 1, "x; none", "", "{}"},
    {"results added", 0, HEADER_ADD, "Authentication-Results", 0, "x; none", "", "{}"},
    {"our own field", 0, HEADER_ADD, "X-Cordon", 0, "unchanged", "", "{}"},
    {"our own field deleted", 0, HEADER_DELETE, "X-Cordon", 1, NULL, "", "{}"},
    {"second field in a value", 0, HEADER_ADD, "Content-ID", 0, "x\nBcc: y@z", "", "{}"},
    {"CR in a value", 0, HEADER_ADD, "Content-ID", 0, "x\r\n y", "", "{}"},
    {"empty folded line", 0, HEADER_ADD, "Content-ID", 0, "x\n \n y", "", "{}"},
    {"colon in a name", 0, HEADER_DELETE, "Content-ID:", 1, NULL, "", "{}"},
    {"blank in a name", 0, HEADER_DELETE, "Content ID", 1, NULL, "", "{}"},
    {"index nought", 0, HEADER_DELETE, "Content-ID", 0, NULL, "", "{}"},
    {"index too large", 0, HEADER_DELETE, "Content-ID", LIMIT_FIELDS + 1, NULL, "", "{}"},
    {"changes with a hold", VERDICT_HOLD, HEADER_ADD, "Content-ID", 0, "x", "", "{}"},
    {"two lines in the reason", 0, HEADER_ADD, "Content-ID", 0, "x", "a\nb", "{}"},
    {"escape in the reason", 0, HEADER_ADD, "Content-ID", 0, "x", "\033[2J", "{}"},
    {"invalid UTF-8 in the reason", 0, HEADER_ADD, "Content-ID", 0, "x", "\xFF", "{}"},
    {"two events", 0, HEADER_ADD, "Content-ID", 0, "x", "", "{}\n{}"},
    {"no object", 0, HEADER_ADD, "Content-ID", 0, "x", "", "[]"},
};

static void
test_hostile_replies_are_refused(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
    const struct hostile *h = &hostile[i];
    g_autoptr(Reply) reply = reply_new(), other = NULL;
    g_autoptr(GError) error = NULL;

    reply->verdict = h->verdict;
    g_free(reply->reason);
    reply->reason = g_strdup(h->reason);
    g_free(reply->event);
    reply->event = g_strdup(h->event);
    reply_add_header(reply, h->op, h->name, h->index, h->value);
    other = cross(reply, &error);
    if (other != NULL)
      fail_msg("%s: accepted", h->label);
    assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA));
  }
}

/* Who a message is from stays, whatever a worker says. */
static void
test_addresses_stay(void **state)
{
  static const struct {
    const char *label, *name;
    unsigned index;
    const char *value;
    gboolean good;
  } cases[] = {
      {"a name", "From", 1, "\"hxxps[:]//x[.]example\" <a@vendor.example>", TRUE},
      {"an encoded name", "from", 1, "=?utf-8?B?eA==?=\n <a@vendor.example>", TRUE},
      {"another address", "From", 1, "\"x\" <b@vendor.example>", FALSE},
      {"one more", "From", 1, "\"x\" <a@vendor.example>, <b@vendor.example>", FALSE},
      {"the name as address", "From", 1, "b@vendor.example (<a@vendor.example>)", FALSE},
      {"no such field", "From", 2, "\"x\" <a@vendor.example>", FALSE},
      {"the second one", "Reply-To", 2, "x <d@vendor.example>", TRUE},
      {"the first one", "Reply-To", 1, "x <d@vendor.example>", FALSE},
      {"bare, with a comment", "Sender", 1, " (y) e@vendor.example", TRUE},
      {"bare, another", "Sender", 1, "f@vendor.example", FALSE},
      {"not of this kind", "Subject", 1, "f@vendor.example", TRUE},
      {"the body is no header", "Reply-To", 3, "g@vendor.example", FALSE},
  };
  static const char raw[] =
      "From: \"x, <y>\"\r\n <a@vendor.example>\r\nReply-To: c@vendor.example\r\nSubject: s\r\n"
      "reply-to : \"d\" <d@vendor.example>\r\nSender: e@vendor.example (x)\r\n\r\n"
      "Reply-To: g@vendor.example\r\n";
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Reply) reply = reply_new();
    g_autoptr(Letter) letter = letter_new();
    letter->raw = g_bytes_new_static(raw, sizeof raw - 1);
    reply_add_header(reply, HEADER_CHANGE, cases[i].name, cases[i].index, cases[i].value);
    if ((reply_check_fields(reply, letter, NULL) == 0) != cases[i].good)
      fail_msg("%s", cases[i].label);
  }
}

static void
test_too_many_changes_are_refused(void **state)
{
  g_autoptr(Reply) reply = reply_new(), other = NULL;
  g_autoptr(GError) error = NULL;

  for (unsigned i = 0; i <= LIMIT_HEADER_CHANGES; i++)
    reply_add_header(reply, HEADER_DELETE, "Content-ID", i + 1, NULL);
  other = cross(reply, &error);
  assert_null(other);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_letter_crosses), cmocka_unit_test(test_records_are_checked),
      cmocka_unit_test(test_reply_crosses),  cmocka_unit_test(test_hostile_replies_are_refused),
      cmocka_unit_test(test_addresses_stay), cmocka_unit_test(test_too_many_changes_are_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
