/* The journal of letters that cost workers their lives, on a real folder. */
#include "poison.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../folder.h"

static int
set_up(void **state)
{
  *state = folder_new();
  return 0;
}

static int
tear_down(void **state)
{
  folder_remove(*state);
  g_free(*state);
  return 0;
}

static Poison *
open_journal(const char *state)
{
  g_autoptr(GError) error = NULL;
  Poison *poison = poison_open(state, &error);

  if (poison == NULL)
    fail_msg("open: %s", error->message);
  return poison;
}

static GBytes *
bytes(const char *text)
{
  return g_bytes_new_static(text, strlen(text));
}

static unsigned
note(Poison *poison, const char *text)
{
  g_autoptr(GBytes) raw = bytes(text);
  g_autoptr(GError) error = NULL;
  unsigned deaths = 0;

  if (poison_note(poison, raw, &deaths, &error) != 0)
    fail_msg("note: %s", error->message);
  return deaths;
}

static unsigned
ask(Poison *poison, const char *text)
{
  g_autoptr(GBytes) raw = bytes(text);

  return poison_deaths(poison, raw);
}

static void
write_journal(const char *state, const char *text)
{
  g_autofree char *path = g_build_filename(state, "poison", NULL);

  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static unsigned
journal_lines(const char *state)
{
  g_autofree char *path = g_build_filename(state, "poison", NULL), *text = NULL;
  unsigned lines = 0;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  for (const char *p = text; *p != '\0'; p++)
    lines += *p == '\n';
  return lines;
}

/* A line for the text "bad", some days ago. */
static char *
line_of_age(double days)
{
  g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "bad", -1);

  return g_strdup_printf("%" G_GINT64_FORMAT " 3 %s\n",
                         g_get_real_time() / G_USEC_PER_SEC - (gint64)(days * 24 * 3600), sha256);
}

static void
test_counts(void **state)
{
  g_autoptr(Poison) poison = open_journal(*state);

  assert_int_equal(ask(poison, "bad"), 0);
  assert_int_equal(note(poison, "bad"), 1);
  assert_int_equal(note(poison, "bas"), 1);
  assert_int_equal(note(poison, "longer"), 1);
  assert_int_equal(note(poison, ""), 1);
  assert_int_equal(note(poison, "bad"), 2);
  assert_int_equal(ask(poison, "bad"), 2);
  assert_int_equal(ask(poison, "bas"), 1);
  assert_int_equal(ask(poison, "baz"), 0);
}

static void
test_outlives(void **state)
{
  Poison *poison = open_journal(*state);

  note(poison, "bad");
  poison_close(poison);
  poison = open_journal(*state);
  assert_int_equal(ask(poison, "bad"), 1);
  assert_int_equal(note(poison, "bad"), 2);
  poison_close(poison);
}

static void
test_ages(void **state)
{
  g_autofree char *old = line_of_age(POISON_DAYS + 0.1), *young = line_of_age(POISON_DAYS - 0.1);
  g_autofree char *text = g_strconcat(old, old, young, NULL);
  g_autoptr(Poison) poison = NULL;

  write_journal(*state, text);
  poison = open_journal(*state);
  assert_int_equal(ask(poison, "bad"), 1);
  assert_int_equal(journal_lines(*state), 1);
}

static void
test_nonsense_and_cut_lines(void **state)
{
  g_autofree char *good = line_of_age(1);
  g_autofree char *text = g_strconcat("\n", "x y z\n", "1 2 3\n", good, "999 3 abc\n", good, NULL);
  g_autoptr(Poison) poison = NULL;

  text[strlen(text) - 5] = '\0';
  write_journal(*state, text);
  poison = open_journal(*state);
  assert_int_equal(ask(poison, "bad"), 1);
  assert_int_equal(note(poison, "bad"), 2);
}

static void
test_is_bounded(void **state)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autofree char *line = line_of_age(1);
  g_autoptr(Poison) poison = NULL;

  for (unsigned i = 0; i < POISON_DEATHS + 100; i++)
    g_string_append(text, line);
  write_journal(*state, text->str);
  poison = open_journal(*state);
  assert_int_equal(ask(poison, "bad"), POISON_DEATHS);
  assert_int_equal(note(poison, "new"), 1);
  assert_int_equal(ask(poison, "bad"), POISON_DEATHS - 1);
  assert_int_equal(journal_lines(*state), POISON_DEATHS + 1);
}

static void
test_rewritten_under_way(void **state)
{
  g_autoptr(Poison) poison = open_journal(*state);

  for (unsigned i = 0; i < 2 * POISON_DEATHS + 1; i++)
    note(poison, "bad");
  assert_int_equal(journal_lines(*state), POISON_DEATHS);
  note(poison, "new");
  assert_int_equal(journal_lines(*state), POISON_DEATHS + 1);
  poison_close(g_steal_pointer(&poison));
  poison = open_journal(*state);
  assert_int_equal(ask(poison, "new"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(counts),     TEST(outlives),
      TEST(ages),       TEST(nonsense_and_cut_lines),
      TEST(is_bounded), TEST(rewritten_under_way),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
