/* Reference codes and the sealed X-Cordon field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "finish.h"
#include "seal.h"

#define BODY "body\r\nline\r\n"

static Letter *
make_letter(const char *header)
{
  Letter *letter = letter_new();
  char *raw = g_strconcat(header, "\r\n", BODY, NULL);

  letter_set(&letter->sender, "a@b.example");
  letter_set(&letter->ref, "AAAA-BBBB-CC");
  letter->raw = g_bytes_new_take(raw, strlen(raw));
  return letter;
}

static gboolean
check(const Seal *seal, const char *value, const char *body)
{
  return seal_check(seal, value, (const unsigned char *)body, strlen(body));
}

static void
test_secret_is_made_once(void **state)
{
  g_autofree char *dir = g_dir_make_tmp("cordon-seal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(dir, "secret", NULL);
  g_autofree char *missing = g_build_filename(dir, "missing", NULL);
  g_autoptr(Seal) one = seal_open(dir, TRUE, NULL), two = seal_open(dir, TRUE, NULL);
  g_autoptr(Seal) none = seal_open("/nonexistent", FALSE, NULL);
  g_autoptr(Letter) letter = make_letter("Subject: x\r\n");
  g_autofree char *a = seal_ref(one, letter), *b = seal_ref(two, letter);
  g_autofree char *c = seal_ref(none, letter);
  struct stat st;

  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(st.st_size, 32);
  assert_string_equal(a, b);
  assert_string_not_equal(a, c);
  assert_null(seal_open(missing, TRUE, NULL));
  g_unlink(path);
  g_rmdir(dir);
}

/* A crash while the secret was made leaves a part of it, perhaps under the number that we have now.
 */
static void
test_leftovers_do_no_harm(void **state)
{
  g_autofree char *dir = g_dir_make_tmp("seal-XXXXXX", NULL);
  g_autofree char *left = g_strdup_printf("%s/secret.%d", dir, (int)getpid());
  g_autofree char *secret = g_build_filename(dir, "secret", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(Seal) seal = NULL;

  assert_true(g_file_set_contents(left, "x", 1, NULL));
  seal = seal_open(dir, TRUE, &error);
  if (seal == NULL)
    fail_msg("%s", error->message);
  assert_int_equal(unlink(left) | unlink(secret) | rmdir(dir), 0);
}

static void
test_ref_has_its_form_and_follows_the_letter(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  g_autoptr(Letter) one = make_letter("Subject: x\r\n"), two = make_letter("Subject: y\r\n");
  g_autofree char *a = seal_ref(seal, one), *b = seal_ref(seal, two), *c = NULL;

  assert_int_equal(strlen(a), 12);
  assert_int_equal(a[4], '-');
  assert_int_equal(a[9], '-');
  assert_int_equal(strspn(a, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 12);
  assert_string_not_equal(a, b);
  letter_set(&one->sender, "other@b.example");
  c = seal_ref(seal, one);
  assert_string_not_equal(a, c);
}

/* A byte anywhere, of a letter of any size. */
static void
test_ref_is_of_all_bytes(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  const size_t sizes[] = {100, 4096, 4097, 5120, 5121, 5128, 39000};

  for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree char *raw = g_strnfill(sizes[i], 'x');
    g_autoptr(Letter) letter = letter_new();
    g_autofree char *first = NULL;

    letter->raw = g_bytes_new_static(raw, sizes[i]);
    first = seal_ref(seal, letter);
    for (size_t at = 0; at < sizes[i]; at += at < sizes[i] - 2000 ? 97 : 1) {
      g_autofree char *other = NULL;

      raw[at] = 'y';
      other = seal_ref(seal, letter);
      raw[at] = 'x';
      if (strcmp(first, other) == 0)
        fail_msg("%zu bytes: byte %zu does not count", sizes[i], at);
    }
  }
}

static void
test_seal_holds_for_its_body_only(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  g_autofree char *value = seal_make(seal, "changed", "cloud-storage, messaging", "AAAA-BBBB-CC",
                                     (const unsigned char *)BODY, strlen(BODY));
  g_autofree char *unfolded = g_strdelimit(g_strdup(value), "\n\t", ' ');
  g_autofree char *edited = g_strdup(value);

  assert_true(check(seal, value, BODY));
  assert_true(check(seal, unfolded, BODY));
  assert_true(check(seal, value, "body\nline\n")); /* line ends do not count */
  assert_true(check(seal, value, "body\nline"));
  assert_false(check(seal, value, "body\r\nlinE\r\n"));
  edited[0] = 'C';
  assert_false(check(seal, edited, BODY));
  assert_false(check(seal, "", BODY));
  assert_false(check(seal, "unchanged; v=1;", BODY));
  assert_false(check(seal, "; v=1;seal=", BODY));
}

static void
test_classes_are_names_only(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  g_autofree char *forged = seal_make(seal, "changed", "a\"; ref=ZZZZ-ZZZZ-ZZ; x=\"\xC3\xA9", "A-B",
                                      (const unsigned char *)BODY, strlen(BODY));
  g_autofree char *many = g_strnfill(2000, 'a');
  g_autofree char *long_one =
      seal_make(seal, "held", many, "A-B", (const unsigned char *)BODY, strlen(BODY));

  assert_true(g_str_has_prefix(
      forged, "changed; classes=\"a?? ref?ZZZZ-ZZZZ-ZZ? x????\"; ref=A-B; v=1;\n\tseal="));
  assert_true(check(seal, forged, BODY));
  assert_true(strcspn(long_one, "\n") < 500);
}

static const HeaderChange *
change_at(const Reply *reply, guint n)
{
  return g_ptr_array_index(reply->headers, n);
}

static void
test_forged_fields_leave(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  g_autofree char *good =
      seal_make(seal, "changed", "", "AAAA-BBBB-CC", (const unsigned char *)BODY, strlen(BODY));
  g_autofree char *header =
      g_strdup_printf("X-Cordon: unchanged\r\nSubject: x\r\nx-cordon : no\r\n"
                      "X-Cordon:%s\r\nX-Cordon-Note:\r\n folded\r\nX-Cord: stays\r\n",
                      good);
  g_autoptr(Letter) letter = make_letter(header);
  g_autoptr(Reply) reply = reply_new();

  finish_reply(letter, seal, reply);
  assert_string_equal(reply_outcome(reply), "unchanged");
  assert_int_equal(reply->headers->len, 3);
  assert_int_equal(change_at(reply, 0)->index, 1);
  assert_int_equal(change_at(reply, 1)->index, 2);
  assert_string_equal(change_at(reply, 2)->name, "X-Cordon-Note");
  assert_int_equal(change_at(reply, 2)->op, HEADER_DELETE);
}

static void
test_changed_mail_gets_one_field(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  g_autofree char *good =
      seal_make(seal, "changed", "", "AAAA-BBBB-CC", (const unsigned char *)BODY, strlen(BODY));
  g_autofree char *header = g_strdup_printf("X-Cordon: %s\r\n", good);
  g_autoptr(Letter) letter = make_letter(header);
  g_autoptr(Reply) reply = reply_new();

  reply->body = g_bytes_new_static("new\r\n", 5);
  finish_reply(letter, seal, reply);
  assert_int_equal(reply->headers->len, 2);
  assert_int_equal(change_at(reply, 0)->op, HEADER_DELETE);
  assert_int_equal(change_at(reply, 1)->op, HEADER_ADD);
  assert_true(check(seal, change_at(reply, 1)->value, "new\r\n"));
  assert_string_equal(reply_outcome(reply), "changed");
}

static void
test_held_mail_says_so_and_rejected_mail_nothing(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  g_autoptr(Letter) letter = make_letter("Subject: x\r\n");
  g_autoptr(Reply) held = reply_new(), rejected = reply_new();

  held->verdict = VERDICT_HOLD;
  rejected->verdict = VERDICT_REJECT;
  finish_reply(letter, seal, held);
  finish_reply(letter, seal, rejected);
  assert_int_equal(held->headers->len, 1);
  assert_true(g_str_has_prefix(change_at(held, 0)->value, "held; "));
  assert_int_equal(rejected->headers->len, 0);
}

/* Cordon's own work is known by its first field, and only what was changed. */
static void
test_own_letters(void **state)
{
  g_autoptr(Seal) seal = seal_open("/nonexistent", FALSE, NULL);
  static const struct {
    const char *label, *format, *outcome, *body;
    gboolean want;
  } cases[] = {
      {"ours", "Subject: x\r\nX-Cordon: %s\r\n", "changed", BODY, TRUE},
      {"on the next line, as we do not write it", "x-cordon:\r\n\t%s\r\nSubject: x\r\n", "changed",
       BODY, FALSE},
      {"held, so not looked through", "X-Cordon: %s\r\n", "held", BODY, FALSE},
      {"of another body", "X-Cordon: %s\r\n", "changed", "body\r\n", FALSE},
      {"behind a forgery", "X-Cordon: changed; x\r\nX-Cordon: %s\r\n", "changed", BODY, FALSE},
      {"another name", "X-Cordon-Seal: %s\r\n", "changed", BODY, FALSE},
      {"within the body", "Subject: x\r\n\r\nX-Cordon: %s\r\n", "changed", BODY, FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *value = seal_make(seal, cases[i].outcome, "x", "AAAA-BBBB-CC",
                                       (const guchar *)cases[i].body, strlen(cases[i].body));
    g_auto(GStrv) parts = g_strsplit(cases[i].format, "%s", 2);
    g_autofree char *header = g_strconcat(parts[0], value, parts[1], NULL);
    g_autoptr(Letter) letter = make_letter(header);

    if (letter_is_sealed(letter, seal) != cases[i].want)
      fprintf(stderr, "%s\n", cases[i].label);
    assert_int_equal(letter_is_sealed(letter, seal), cases[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_own_letters),
      cmocka_unit_test(test_secret_is_made_once),
      cmocka_unit_test(test_leftovers_do_no_harm),
      cmocka_unit_test(test_ref_has_its_form_and_follows_the_letter),
      cmocka_unit_test(test_ref_is_of_all_bytes),
      cmocka_unit_test(test_seal_holds_for_its_body_only),
      cmocka_unit_test(test_classes_are_names_only),
      cmocka_unit_test(test_forged_fields_leave),
      cmocka_unit_test(test_changed_mail_gets_one_field),
      cmocka_unit_test(test_held_mail_says_so_and_rejected_mail_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
