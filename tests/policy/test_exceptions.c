/* The record of exceptions: what it takes and refuses, when one holds, and what a changed byte
 * does. */
#include "claimant.h"
#include "exceptions.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HOUR 3600
#define DAY  (24 * HOUR)

static Exception
good(gint64 now)
{
  return (Exception){.name = (char *)"E-0001",
                     .user = (char *)"clerk@dept.example",
                     .service = (char *)"google-drive",
                     .direction = (char *)"inbound",
                     .computers = (char *)"Room 1204",
                     .reason = (char *)"Drawings",
                     .requester = (char *)"Chan",
                     .approver = (char *)"Wong",
                     .post = (char *)"Head",
                     .approval = (char *)"12/3",
                     .implementer = (char *)"Lee",
                     .approved = now - DAY,
                     .start = now - HOUR,
                     .end = now + 30 * DAY,
                     .review = now + 10 * DAY};
}

static gint64
now_seconds(void)
{
  return g_get_real_time() / G_USEC_PER_SEC;
}

/* --- times --- */

static void
test_times(void **state)
{
  static const struct {
    const char *text;
    gint64 when;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},          {"2026-11-02T01:15:00Z", 1793582100},
      {"2024-02-29T23:59:59Z", 1709251199}, {"2023-02-29T00:00:00Z", -1},
      {"2026-13-01T00:00:00Z", -1},         {"2026-11-02T24:00:00Z", -1},
      {"2026-11-02T01:15:00", -1},          {"2026-11-02", -1},
      {"2026-11-02T01:15:00X", -1},         {"", -1},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    gint64 got = exception_time_read(cases[i].text);

    if (got != cases[i].when)
      fail_msg("%s: got %" G_GINT64_FORMAT ", want %" G_GINT64_FORMAT, cases[i].text, got,
               cases[i].when);
    if (got >= 0) {
      g_autofree char *back = exception_time(got);
      assert_string_equal(back, cases[i].text);
    }
  }
}

/* --- faults --- */

#define WITHOUT(member, words)                                                                     \
  do {                                                                                             \
    Exception one = good(now);                                                                     \
    one.member = 0;                                                                                \
    check_fault(&one, now, "without " #member, words);                                             \
  } while (0)

#define WITH(member, value, words)                                                                 \
  do {                                                                                             \
    Exception one = good(now);                                                                     \
    one.member = value;                                                                            \
    check_fault(&one, now, #member " = " #value, words);                                           \
  } while (0)

static void
check_fault(const Exception *exception, gint64 now, const char *label, const char *words)
{
  g_autofree char *fault = exception_fault(exception, now);

  if ((fault == NULL) != (words == NULL) || (fault != NULL && strstr(fault, words) == NULL))
    fail_msg("%s: got \"%s\", want \"%s\"", label, fault ? fault : "-", words ? words : "-");
}

static void
test_faults(void **state)
{
  const gint64 now = 1793582100;
  Exception exception = good(now);

  check_fault(&exception, now, "good", NULL);
  WITHOUT(name, "name is missing");
  WITHOUT(user, "user, a mailbox or a group");
  WITHOUT(service, "exactly one");
  WITHOUT(direction, "direction is missing");
  WITHOUT(computers, "computers is missing");
  WITHOUT(reason, "reason is missing");
  WITHOUT(requester, "requester is missing");
  WITHOUT(approver, "approver is missing");
  WITHOUT(post, "post is missing");
  WITHOUT(approval, "approval is missing");
  WITHOUT(implementer, "implementer is missing");
  WITHOUT(approved, "date of approval is missing");
  WITHOUT(start, "start is missing");
  WITHOUT(end, "end is missing");
  WITHOUT(review, "date of review is missing");
  WITH(reason, (char *)"  ", "reason is missing");
  WITH(sender, (char *)"@vendor.example", NULL);
  WITH(sender, (char *)"sales@vendor.example", NULL);
  WITH(sender, (char *)"vendor.example", "is no sender");
  WITH(sender, (char *)"@example", "is no sender");
  WITH(sender, (char *)"*@vendor.example", "is no sender");
  exception.sender = (char *)"@vendor.example";
  exception.direction = (char *)"any";
  check_fault(&exception, now, "sender, any direction", "for direction inbound");
  WITH(host, (char *)"x.example", "exactly one");
  WITH(user, NULL, "name exactly one");
  WITH(mailbox, (char *)"registry@dept.example", "name exactly one");
  WITH(group, (char *)"designers", "name exactly one");
  WITH(second, (char *)"Clerk@dept.example", "for themselves");
  WITH(user, (char *)"@dept.example", "not one mailbox");
  WITH(user, (char *)"dept.example", "not one mailbox");
  WITH(user, (char *)"*@dept.example", "not one mailbox");
  WITH(user, (char *)"a@b, c@d", "not one mailbox");
  WITH(direction, (char *)"sideways", "direction is");
  WITH(direction, (char *)"any", NULL);
  WITH(approver, (char *)"chan", "requester cannot be the approver");
  WITH(approver, (char *)" LEE ", "implementer cannot be the approver");
  WITH(approver, (char *)"Clerk@dept.example", "for themselves");
  WITH(implementer, (char *)"Chan", "requester cannot be the implementer");
  WITH(second, (char *)"Wong", "the first one again");
  WITH(second, (char *)"Ho", "second-post is missing");
  WITH(end, now - 2 * HOUR, "not after the start");
  WITH(end, now, "passed already");
  WITH(approved, now + HOUR, "in the future");
  WITH(review, now + 40 * DAY, "after the end");
  WITH(break_glass, TRUE, "within 24 hours");
}

static void
test_break_glass(void **state)
{
  const gint64 now = 1793582100;
  Exception exception = good(now);

  exception.break_glass = TRUE;
  exception.approver = exception.post = exception.approval = NULL;
  exception.approved = exception.review = 0;
  exception.end = exception.start + DAY;
  check_fault(&exception, now, "not approved yet", NULL);
  exception.end++;
  check_fault(&exception, now, "a second too long", "within 24 hours");
  exception.ratified = now;
  check_fault(&exception, now, "ratified by nobody", "approver is missing");
}

/* --- states --- */

static void
test_states(void **state)
{
  const gint64 now = 1793582100;
  Exception exception = good(now);

  assert_int_equal(exception_state(&exception, exception.start - 1), EXCEPTION_WAITING);
  assert_int_equal(exception_state(&exception, exception.start), EXCEPTION_HOLDS);
  assert_int_equal(exception_state(&exception, exception.end - 1), EXCEPTION_HOLDS);
  assert_int_equal(exception_state(&exception, exception.end), EXCEPTION_ENDED);
  exception.revoked = now;
  assert_int_equal(exception_state(&exception, now - 1), EXCEPTION_HOLDS);
  assert_int_equal(exception_state(&exception, now), EXCEPTION_REVOKED);
}

/* --- the record --- */

typedef struct fixture {
  char *dir, *path;
} Fixture;

static int
setup(void **state)
{
  Fixture *fixture = g_new0(Fixture, 1);

  fixture->dir = g_dir_make_tmp("cordon-exceptions.XXXXXX", NULL);
  fixture->path = exceptions_path(fixture->dir);
  *state = fixture;
  return fixture->dir != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
  Fixture *fixture = *state;

  g_unlink(fixture->path);
  g_rmdir(fixture->dir);
  g_free(fixture->path);
  g_free(fixture->dir);
  g_free(fixture);
  return 0;
}

static void
add(const char *path, const char *name, const char *user)
{
  Exception exception = good(now_seconds());
  GError *error = NULL;

  exception.name = (char *)name;
  exception.user = (char *)user;
  if (exceptions_add(path, &exception, &error) != 0)
    fail_msg("%s: %s", name, error->message);
}

/* Somebody in those groups that exceptions name, of "a b c". */
static Claimant *
claimant(const Exceptions *exceptions, const char *address, const char *groups)
{
  Claimant *one = g_new0(Claimant, 1);
  g_auto(GStrv) names = g_strsplit(groups, " ", -1);

  one->address = g_ascii_strdown(address, -1);
  one->groups = g_ptr_array_new();
  for (char **name = names; *name != NULL; name++)
    if (exceptions_group(exceptions, *name) != NULL)
      g_ptr_array_add(one->groups, (char *)exceptions_group(exceptions, *name));
  return one;
}

static const char *
find_in(Exceptions *exceptions, const char *user, const char *groups, const char *direction)
{
  const Hop at = {.service = (char *)"google-drive", .class_name = (char *)"cloud-storage"};
  g_autoptr(Claimant) one = NULL;
  const Exception *found;

  exceptions_follow(exceptions);
  one = claimant(exceptions, user, groups);
  found = exceptions_find(exceptions, one, direction, NULL, &at, now_seconds());
  return found != NULL ? found->name : "-";
}

static const char *
find(Exceptions *exceptions, const char *user, const char *direction)
{
  return find_in(exceptions, user, "", direction);
}

/* One of a sender holds for whom DMARC vouches for, and for nobody else. */
static void
test_sender(void **state)
{
  static const struct {
    const char *sender, *vouched;
    gboolean holds;
  } cases[] = {
      {"@vendor.example", "sales@vendor.example", TRUE},
      {"@vendor.example", "Sales@VENDOR.example", TRUE},
      {"sales@vendor.example", "sales@vendor.example", TRUE},
      {"sales@vendor.example", "other@vendor.example", FALSE},
      {"@vendor.example", "sales@mail.vendor.example", FALSE},
      {"@vendor.example", "sales@notvendor.example", FALSE},
      {"@vendor.example", "vendor.example", FALSE},
      {"@vendor.example", NULL, FALSE},
      {NULL, NULL, TRUE},
  };
  const Fixture *fixture = *state;
  Hop at = {.service = (char *)"google-drive"};

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    Exception one = good(now_seconds());
    GError *error = NULL;

    one.sender = (char *)cases[i].sender;
    unlink(fixture->path);
    assert_int_equal(exceptions_add(fixture->path, &one, &error), 0);
    g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
    g_autoptr(Claimant) clerk = claimant(exceptions, "clerk@dept.example", "");
    gboolean holds =
        exceptions_find(exceptions, clerk, "inbound", cases[i].vouched, &at, now_seconds()) != NULL;
    if (holds != cases[i].holds)
      fail_msg("case %zu: %s", i, holds ? "holds" : "does not hold");
  }
}

static void
assert_granted(const Exceptions *exceptions, const char *user, const char *direction,
               const char *want)
{
  g_autoptr(Claimant) one = user != NULL ? claimant(exceptions, user, "") : NULL;
  g_autofree char *granted = exceptions_granted(exceptions, one, direction, now_seconds());

  assert_string_equal(granted, want);
}

static void
test_no_record(void **state)
{
  const Fixture *fixture = *state;
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);

  assert_null(exceptions_broken(exceptions));
  assert_int_equal(exceptions_count(exceptions), 0);
  assert_string_equal(find(exceptions, "clerk@dept.example", "inbound"), "-");
}

/* What is added or revoked counts at the next look, without opening anything. */
static void
test_follow(void **state)
{
  const Fixture *fixture = *state;
  GError *error = NULL;

  add(fixture->path, "E-0001", "other@dept.example");
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
  assert_string_equal(find(exceptions, "clerk@dept.example", "inbound"), "-");
  add(fixture->path, "E-0002", "clerk@dept.example");
  assert_string_equal(find(exceptions, "Clerk@DEPT.example", "inbound"), "E-0002");
  assert_string_equal(find(exceptions, "clerk@dept.example", "outbound"), "-");
  g_autoptr(Claimant) clerk = claimant(exceptions, "clerk@dept.example", "");
  g_autoptr(Claimant) nobody = claimant(exceptions, "nobody@dept.example", "");
  assert_true(exceptions_concern(exceptions, clerk));
  assert_false(exceptions_concern(exceptions, nobody));
  assert_granted(exceptions, "Clerk@dept.example", "inbound", "service google-drive\n");
  assert_granted(exceptions, "clerk@dept.example", "outbound", "");
  assert_granted(exceptions, "nobody@dept.example", "inbound", "");
  assert_granted(exceptions, NULL, "inbound", "");
  assert_int_equal(exceptions_revoke(fixture->path, "E-0002", "Ho", "left", &error), 0);
  assert_string_equal(find(exceptions, "clerk@dept.example", "inbound"), "-");
  assert_string_equal(exceptions_named(exceptions, "E-0002")->revoked_by, "Ho");
  assert_int_equal(exceptions_lines(exceptions), 3);
}

/* Of several that cover an address the narrowest; one that has ended gives way to the next. */
static void
test_narrowest(void **state)
{
  static const struct {
    const char *name, *service, *class_name, *host;
    int ends; /* hours from now */
  } kept[] = {
      {"class", NULL, "cloud-storage", NULL, 1},   {"service", "google-drive", NULL, NULL, 1},
      {"domain", NULL, NULL, "vendor.example", 1}, {"old host", NULL, NULL, "a.vendor.example", 0},
      {"host", NULL, NULL, "a.vendor.example", 1}, {"again", NULL, NULL, "a.vendor.example", 1},
  };
  static const struct {
    const char *host, *service, *class_name, *want;
  } cases[] = {
      {"a.vendor.example", "google-drive", "cloud-storage", "host"},
      {"x.a.vendor.example", NULL, NULL, "host"},
      {"b.vendor.example", "google-drive", "cloud-storage", "domain"},
      {"xvendor.example", "google-drive", "cloud-storage", "service"},
      {"other.example", "dropbox", "cloud-storage", "class"},
      {"other.example", "gmail", "webmail", "-"},
      {"example", NULL, NULL, "-"},
  };
  const Fixture *fixture = *state;
  gint64 now = now_seconds();
  for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
    Exception exception = good(now);
    exception.name = (char *)kept[i].name;
    exception.service = (char *)kept[i].service;
    exception.class_name = (char *)kept[i].class_name;
    exception.host = (char *)kept[i].host;
    exception.end = now + HOUR + kept[i].ends * HOUR;
    exception.review = now + HOUR;
    assert_int_equal(exceptions_add(fixture->path, &exception, NULL), 0);
  }
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
  g_autoptr(Claimant) clerk = claimant(exceptions, "clerk@dept.example", "");
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = g_strdup_printf("https://%s/", cases[i].host);
    g_autoptr(Url) url = url_parse(text, strlen(text), FALSE);
    const Hop at = {
        .url = url, .service = (char *)cases[i].service, .class_name = (char *)cases[i].class_name};
    const Exception *found = exceptions_find(exceptions, clerk, "inbound", NULL, &at, now + HOUR);
    assert_string_equal(found != NULL ? found->name : "-", cases[i].want);
  }
}

/* Whoever is in the group, by whatever address; a mailbox by its address; and where it is bound to
 * computers, only who is in their group as well. A person's own comes before a group's. */
static void
test_groups(void **state)
{
  static const struct {
    const char *name, *user, *mailbox, *group, *computers;
  } kept[] = {
      {"of group", NULL, NULL, "designers", NULL},
      {"of mailbox", NULL, "registry@dept.example", NULL, NULL},
      {"of user", "head@dept.example", NULL, NULL, NULL},
      {"there only", "clerk@dept.example", NULL, NULL, "room-1204"},
      {"both", NULL, NULL, "drafters", "room-1204"},
  };
  static const struct {
    const char *address, *groups, *want;
  } cases[] = {
      {"x@dept.example", "", "-"},
      {"x@dept.example", "others designers", "of group"},
      {"registry@dept.example", "", "of mailbox"},
      {"head@dept.example", "designers", "of user"},
      {"clerk@dept.example", "", "-"},
      {"clerk@dept.example", "room-1204", "there only"},
      {"clerk@dept.example", "designers", "of group"},
      {"x@dept.example", "drafters", "-"},
      {"x@dept.example", "room-1204", "-"},
      {"x@dept.example", "drafters room-1204", "both"},
      {"group designers", "", "-"}, /* an address is never taken for a group */
  };
  const Fixture *fixture = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
    Exception one = good(now_seconds());

    one.name = (char *)kept[i].name;
    one.user = (char *)kept[i].user;
    one.mailbox = (char *)kept[i].mailbox;
    one.group = (char *)kept[i].group;
    one.computer_group = (char *)kept[i].computers;
    assert_int_equal(exceptions_add(fixture->path, &one, NULL), 0);
  }
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *name = find_in(exceptions, cases[i].address, cases[i].groups, "inbound");
    g_autoptr(Claimant) one = claimant(exceptions, cases[i].address, cases[i].groups);
    g_autofree char *granted = exceptions_granted(exceptions, one, "inbound", now_seconds());

    if (strcmp(name, cases[i].want) != 0)
      fail_msg("%s in \"%s\": got %s, want %s", cases[i].address, cases[i].groups, name,
               cases[i].want);
    assert_int_equal(*granted != '\0', strcmp(name, "-") != 0);
    if (*name != '-')
      assert_true(exception_reaches(exceptions_named(exceptions, name), one));
  }
}

static void
test_refused(void **state)
{
  const Fixture *fixture = *state;
  Exception exception = good(now_seconds());
  g_autoptr(GError) twice = NULL, missing = NULL, unknown = NULL, nobody = NULL;

  add(fixture->path, "E-0001", "clerk@dept.example");
  assert_int_equal(exceptions_add(fixture->path, &exception, &twice), -1);
  assert_non_null(strstr(twice->message, "there already"));
  exception.name = (char *)"E-0002";
  exception.reason = NULL;
  assert_int_equal(exceptions_add(fixture->path, &exception, &missing), -1);
  assert_non_null(strstr(missing->message, "reason is missing"));
  assert_int_equal(exceptions_revoke(fixture->path, "E-9999", "Ho", "left", &unknown), -1);
  assert_int_equal(exceptions_revoke(fixture->path, "E-0001", "", "left", &nobody), -1);
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
  assert_null(exceptions_broken(exceptions));
  assert_int_equal(exceptions_lines(exceptions), 1);
}

static void
test_ratify(void **state)
{
  const Fixture *fixture = *state;
  gint64 now = now_seconds();
  Exception urgent = good(now), approval = good(now);
  GError *error = NULL;

  urgent.break_glass = TRUE;
  urgent.approver = urgent.post = urgent.approval = NULL;
  urgent.approved = urgent.review = 0;
  urgent.end = urgent.start + DAY;
  assert_int_equal(exceptions_add(fixture->path, &urgent, &error), 0);
  assert_int_equal(exceptions_ratify(fixture->path, &approval, &error), 0);
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
  const Exception *ratified = exceptions_named(exceptions, "E-0001");
  assert_null(exceptions_broken(exceptions));
  assert_true(ratified->ratified > 0);
  assert_int_equal(ratified->end, approval.end);
  assert_string_equal(ratified->approver, "Wong");
  assert_int_equal(exceptions_ratify(fixture->path, &approval, &error), -1); /* not twice */
  g_clear_error(&error);
}

static void
write_file(const char *path, const char *data, gsize len)
{
  assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
}

/* Whichever byte: either the record is broken, or the last line lost its end and does not count. */
static void
test_each_byte(void **state)
{
  const Fixture *fixture = *state;
  g_autofree char *data = NULL;
  gsize len;

  add(fixture->path, "E-0001", "clerk@dept.example");
  add(fixture->path, "E-0002", "other@dept.example");
  assert_true(g_file_get_contents(fixture->path, &data, &len, NULL));
  for (gsize i = 0; i < len; i++) {
    data[i] ^= 1;
    write_file(fixture->path, data, len);
    data[i] ^= 1;
    g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
    if (exceptions_broken(exceptions) == NULL && i != len - 1)
      fail_msg("byte %zu was changed and the record stands", (size_t)i);
    if (exceptions_broken(exceptions) != NULL)
      assert_string_equal(find(exceptions, "clerk@dept.example", "inbound"), "-");
  }
}

static void
test_lines_taken(void **state)
{
  const Fixture *fixture = *state;
  g_autofree char *data = NULL, *head = NULL;
  GError *error = NULL;
  gsize len;

  add(fixture->path, "E-0001", "clerk@dept.example");
  add(fixture->path, "E-0002", "other@dept.example");
  assert_true(g_file_get_contents(fixture->path, &data, &len, NULL));
  gsize first = (gsize)(strchr(data, '\n') + 1 - data);

  g_autoptr(Exceptions) running = exceptions_open(fixture->path);
  head = g_strdup(exceptions_head(running));
  assert_true(exceptions_passed(running, head));
  assert_int_equal(truncate(fixture->path, (off_t)first), 0);
  exceptions_follow(running);
  assert_non_null(strstr(exceptions_broken(running), "shorter"));
  assert_string_equal(find(running, "clerk@dept.example", "inbound"), "-");

  g_autoptr(Exceptions) fresh =
      exceptions_open(fixture->path); /* nothing shows that but the hash */
  assert_null(exceptions_broken(fresh));
  assert_false(exceptions_passed(fresh, head));

  write_file(fixture->path, data + first, len - first); /* the first one taken */
  g_autoptr(Exceptions) headless = exceptions_open(fixture->path);
  assert_non_null(exceptions_broken(headless));

  write_file(fixture->path, data, len - 5); /* cut off: no line may follow it */
  assert_int_equal(exceptions_revoke(fixture->path, "E-0001", "Ho", "left", &error), -1);
  assert_non_null(strstr(error->message, "cut off"));
  g_clear_error(&error);
}

static void
test_removed(void **state)
{
  const Fixture *fixture = *state;

  add(fixture->path, "E-0001", "clerk@dept.example");
  g_autoptr(Exceptions) exceptions = exceptions_open(fixture->path);
  assert_string_equal(find(exceptions, "clerk@dept.example", "inbound"), "E-0001");
  g_unlink(fixture->path);
  assert_string_equal(find(exceptions, "clerk@dept.example", "inbound"), "-");
  assert_non_null(strstr(exceptions_broken(exceptions), "removed"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_faults),
      cmocka_unit_test(test_break_glass),
      cmocka_unit_test(test_states),
      cmocka_unit_test_setup_teardown(test_no_record, setup, teardown),
      cmocka_unit_test_setup_teardown(test_follow, setup, teardown),
      cmocka_unit_test_setup_teardown(test_narrowest, setup, teardown),
      cmocka_unit_test_setup_teardown(test_groups, setup, teardown),
      cmocka_unit_test_setup_teardown(test_sender, setup, teardown),
      cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(test_ratify, setup, teardown),
      cmocka_unit_test_setup_teardown(test_each_byte, setup, teardown),
      cmocka_unit_test_setup_teardown(test_lines_taken, setup, teardown),
      cmocka_unit_test_setup_teardown(test_removed, setup, teardown),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
