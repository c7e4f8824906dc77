/* Feeds: what lines of others' lists mean, what is found in a compiled one, and what is refused. */
#include "fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "feed.h"

typedef struct desk {
  char *dir, *text, *feed;
} Desk;

static int
setup(void **state)
{
  Desk *desk = g_new0(Desk, 1);

  desk->dir = folder_new();
  desk->text = g_build_filename(desk->dir, "feed.txt", NULL);
  desk->feed = g_build_filename(desk->dir, "feed.cdb", NULL);
  *state = desk;
  return 0;
}

static int
teardown(void **state)
{
  Desk *desk = *state;

  folder_remove(desk->dir);
  g_free(desk->text);
  g_free(desk->feed);
  g_free(desk->dir);
  g_free(desk);
  return 0;
}

static int
compile(const Desk *desk, const char *text, guint64 fewest, FeedCount *counts, GError **error)
{
  char *files[] = {desk->text, NULL}, *own[] = {(char *)"dept.example", NULL};
  const FeedSource source = {.own_domains = own, .fewest = fewest};

  assert_true(g_file_set_contents(desk->text, text, -1, NULL));
  return feed_compile(files, &source, desk->feed, counts, error);
}

static gboolean
holds(Feed *feed, const char *address)
{
  g_autoptr(Url) url = url_parse(address, strlen(address), TRUE);

  assert_non_null(url);
  return feed_holds(feed, url);
}

static void
test_lines(void **state)
{
  static const struct {
    const char *label, *line, *listed, *not_listed;
  } cases[] = {
      {"host", "evil.example", "https://evil.example/x", "https://notevil.example/"},
      {"below a host", "evil.example", "a.b.evil.example", "example"},
      {"case, trailing dot", "EVIL.Example", "evil.example.", "evil.example.net"},
      {"ideographs", "\346\203\241.example", "https://xn--7eu.example/", "x.example"},
      {"URL", "https://evil.example/a/b", "http://evil.example/A/b/c", "https://evil.example/a"},
      {"URL of the root", "https://evil.example/", "evil.example/other", "x.example"},
      {"URL, escapes", "evil.example/%61", "evil.example/a", "evil.example/b"},
      {"URL with a query", "evil.example/?x=1", "evil.example/?x=1&y", "evil.example/?x=2"},
      {"address in numbers", "192.0.2.1", "http://0xc0000201/", "http://192.0.2.2/"},
      {"ad blocker", "||evil.example^$third-party", "evil.example", "x.example"},
      {"star", "*.evil.example", "a.evil.example", "x.example"},
      {"hosts file", "0.0.0.0 evil.example other.example # both", "other.example", "x.example"},
      {"hosts file, IPv6", "::1 evil.example", "evil.example", "x.example"},
      {"RPZ", "evil.example 300 IN CNAME .", "evil.example", "x.example"},
      {"RPZ, star", "*.evil.example. CNAME rpz-drop.", "a.evil.example", "x.example"},
      {"comment behind", "evil.example # bad", "evil.example", "x.example"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const Desk *desk = *state;
    FeedCount counts;
    g_autoptr(GError) error = NULL;

    if (compile(desk, cases[i].line, 1, &counts, &error) != 0)
      fail_msg("%s: %s", cases[i].label, error->message);
    g_free(counts.unread_at);
    g_autoptr(Feed) feed = feed_open(desk->feed, &error);
    assert_non_null(feed);
    if (!holds(feed, cases[i].listed))
      fail_msg("%s: %s is not listed", cases[i].label, cases[i].listed);
    if (holds(feed, cases[i].not_listed))
      fail_msg("%s: %s is listed", cases[i].label, cases[i].not_listed);
  }
}

static void
test_counts(void **state)
{
  FeedCount counts;
  GError *error = NULL;

  assert_int_equal(
      compile(*state,
              "# list\n! list\n\n[Adblock]\n127.0.0.1 localhost\na.example\nb.example\n"
              "A.example\nwww.dept.example\ndept.example\nexample\nwhat is this\n"
              "ok.example CNAME rpz-passthru.\n$TTL 300\n@ SOA a. b. 1 2 3 4 5\n"
              "a.example/x\n",
              1, &counts, &error),
      0);
  assert_int_equal(counts.entries, 3);
  assert_int_equal(counts.twice, 1);
  assert_int_equal(counts.own, 2);
  assert_int_equal(counts.unread, 2);
  assert_non_null(strstr(counts.unread_at, "feed.txt:11: \"example\""));
  g_free(counts.unread_at);
}

/* A path that could never be found is not taken in silence; what a terminal would obey is not
 * shown as it is. */
static void
test_odd_lines(void **state)
{
  g_autofree char *path = g_strnfill(70000, 'x');
  g_autofree char *text = g_strdup_printf("a.example/%s\nb.example\n", path);
  FeedCount counts;

  assert_int_equal(compile(*state, text, 1, &counts, NULL), 0);
  assert_int_equal(counts.entries, 1);
  assert_int_equal(counts.unread, 1);
  g_free(counts.unread_at);
  assert_int_equal(compile(*state, "bad\033[2Jline\nb.example\n", 1, &counts, NULL), 0);
  assert_int_equal(counts.unread, 1);
  assert_null(strchr(counts.unread_at, '\033'));
  g_free(counts.unread_at);
}

static void
test_refused(void **state)
{
  const Desk *desk = *state;
  static const struct {
    const char *label, *text, *words;
    guint64 fewest;
  } cases[] = {
      {"empty", "", "nothing is left", 1},
      {"comments alone", "# a\n# b\n", "nothing is left", 1},
      {"own domains alone", "www.dept.example\n", "nothing is left", 1},
      {"an error page", "<html>\n<body>\n<p>Not found\nevil.example\n", "less than half", 1},
      {"halved", "a.example\n", "only 1 entries", 2},
  };
  g_autofree char *before = NULL, *after = NULL;
  gsize len;
  FeedCount counts;

  assert_int_equal(compile(desk, "old.example\n", 1, &counts, NULL), 0);
  assert_true(g_file_get_contents(desk->feed, &before, &len, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    if (compile(desk, cases[i].text, cases[i].fewest, &counts, &error) == 0)
      fail_msg("%s: taken", cases[i].label);
    g_free(counts.unread_at);
    if (strstr(error->message, cases[i].words) == NULL)
      fail_msg("%s: %s", cases[i].label, error->message);
  }
  assert_true(g_file_get_contents(desk->feed, &after, &len, NULL));
  assert_memory_equal(before, after, len);
}

/* Whatever its length is cut to, it is refused. */
static void
test_cut_off(void **state)
{
  const Desk *desk = *state;
  g_autofree char *data = NULL;
  FeedCount counts;
  gsize len;

  assert_int_equal(compile(desk, "a.example\nb.example/x\n", 1, &counts, NULL), 0);
  assert_true(g_file_get_contents(desk->feed, &data, &len, NULL));
  for (gsize cut = 0; cut < len; cut += 7) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Feed) feed = NULL;

    assert_true(g_file_set_contents(desk->feed, data, (gssize)cut, NULL));
    feed = feed_open(desk->feed, &error);
    if (feed != NULL)
      fail_msg("cut to %zu of %zu bytes it is taken", (size_t)cut, (size_t)len);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
      cmocka_unit_test_setup_teardown(test_counts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_odd_lines, setup, teardown),
      cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(test_cut_off, setup, teardown),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
