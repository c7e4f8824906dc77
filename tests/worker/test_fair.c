/* Shares of clients and senders. */
#include "fair.h"

#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static FairTicket *
enter(Fair *fair, const char *client, const char *sender, char **why)
{
  g_autoptr(Letter) letter = letter_new();
  g_autoptr(GError) error = NULL;
  FairTicket *ticket;

  letter_set(&letter->client_addr, client);
  letter_set(&letter->sender, sender);
  ticket = fair_enter(fair, letter, &error);
  if (ticket == NULL) {
    assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
    g_free(*why);
    *why = g_strdup(error->message);
  }
  return ticket;
}

/* With share 50 of 4 places, two of the first kind are in hand: does one of the second enter? */
static void
test_who_is_who(void **state)
{
  static const struct {
    const char *label, *client, *sender, *client2, *sender2;
    const char *refused; /* the reason, NULL if it enters */
  } cases[] = {
      {"same client", "192.0.2.1", "a@b", "192.0.2.1", "c@d", "client 192.0.2.1 has"},
      {"same sender", "192.0.2.1", "a@b", "192.0.2.2", "a@b", "sender <a@b> has"},
      {"sender in capitals", "192.0.2.1", "a@b", "192.0.2.2", "A@B", "sender <a@b> has"},
      {"both other", "192.0.2.1", "a@b", "192.0.2.2", "c@d", NULL},
      {"null senders", "192.0.2.1", "", "192.0.2.2", "", NULL},
      {"unknown clients", "", "a@b", "", "c@d", NULL},
      {"one /64", "2001:db8::1", "a@b", "2001:db8::ffff:1", "c@d", "client 2001:db8::/64 has"},
      {"two /64", "2001:db8::1", "a@b", "2001:db8:0:1::1", "c@d", NULL},
      {"mapped", "::ffff:192.0.2.1", "a@b", "::ffff:192.0.2.2", "c@d", NULL},
      {"no address", "unknown", "a@b", "unknown", "c@d", "client unknown has"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fair *fair = fair_new(4, 50);
    g_autofree char *why = NULL;
    FairTicket *first = enter(fair, cases[i].client, cases[i].sender, &why);
    FairTicket *second = enter(fair, cases[i].client, cases[i].sender, &why);
    FairTicket *third = enter(fair, cases[i].client2, cases[i].sender2, &why);

    assert_true(first != NULL && second != NULL);
    if ((third == NULL) != (cases[i].refused != NULL) ||
        (third == NULL && !g_str_has_prefix(why, cases[i].refused)))
      fail_msg("%s: %s", cases[i].label, why != NULL ? why : "entered");
    if (third != NULL)
      fair_leave(fair, third);
    fair_leave(fair, first);
    fair_leave(fair, second);
    fair_free(fair);
  }
}

static void
test_counts(void **state)
{
  g_autoptr(Fair) fair = fair_new(10, 30);
  g_autofree char *why = NULL;
  FairTicket *tickets[3], *other;

  for (int i = 0; i < 3; i++)
    tickets[i] = enter(fair, "192.0.2.1", i == 0 ? "a@b" : "", &why);
  assert_null(enter(fair, "192.0.2.1", "", &why));
  other = enter(fair, "192.0.2.9", "a@b", &why);
  fair_begin(tickets[0]);
  fair_begin(tickets[1]);
  assert_int_equal(fair_busy(tickets[2]), 2); /* by client */
  assert_int_equal(fair_busy(other), 1);      /* by sender */
  assert_true(fair_is_flooded(fair, 4));
  assert_false(fair_is_flooded(fair, 7));
  fair_leave(fair, tickets[0]);
  assert_int_equal(fair_busy(other), 0);
  fair_leave(fair, tickets[1]);
  fair_leave(fair, tickets[2]);
  tickets[0] = enter(fair, "192.0.2.1", "", &why);
  assert_non_null(tickets[0]);
  fair_leave(fair, tickets[0]);
  fair_leave(fair, other);
}

static void
test_no_share_and_least_share(void **state)
{
  g_autoptr(Fair) none = fair_new(4, 0), least = fair_new(1, 1);
  g_autofree char *why = NULL;
  FairTicket *tickets[20], *one = enter(least, "192.0.2.1", "a@b", &why);

  for (int i = 0; i < 20; i++) {
    tickets[i] = enter(none, "192.0.2.1", "a@b", &why);
    assert_non_null(tickets[i]);
    fair_begin(tickets[i]);
  }
  assert_int_equal(fair_busy(tickets[0]), 0);
  for (int i = 0; i < 20; i++)
    fair_leave(none, tickets[i]);
  assert_non_null(one);
  fair_leave(least, one);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_who_is_who),
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_no_share_and_least_share),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
