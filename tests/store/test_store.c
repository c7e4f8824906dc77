/* The store on a real folder, and on a disk that is full. */
#include "store.h"

#include "error.h"
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../folder.h"

#define REF "K7QF-3M2P-XW"

static int
set_up(void **state)
{
  *state = folder_new();
  return 0;
}

static int
tear_down(void **state)
{
  umount2(*state, MNT_DETACH);
  folder_remove(*state);
  g_free(*state);
  return 0;
}

static Store *
open_store(const char *state)
{
  g_autoptr(GError) error = NULL;
  Store *store = store_open(state, "", &error);

  if (store == NULL)
    fail_msg("open: %s", error->message);
  return store;
}

static Letter *
make_letter(const char *ref, const char *raw, size_t len)
{
  Letter *letter = letter_new();

  letter_set(&letter->queue_id, "4XYZ");
  letter_set(&letter->ref, ref);
  letter_set(&letter->sender, "a\"b@example.net");
  letter_set(&letter->client_addr, "192.0.2.7");
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strsplit("b@example.org c\xFF@example.org", " ", -1);
  letter->raw = g_bytes_new(raw, len);
  return letter;
}

static Reply *
make_reply(Verdict verdict, const char *event)
{
  Reply *reply = reply_new();

  reply->verdict = verdict;
  g_free(reply->event);
  reply->event = g_strdup(event);
  return reply;
}

static char *
read_events(const char *state)
{
  g_autofree char *path = g_build_filename(state, "events.jsonl", NULL);
  char *text = NULL;

  if (!g_file_get_contents(path, &text, NULL, NULL))
    fail_msg("%s cannot be read", path);
  return text;
}

/* Files below originals, temporary ones too. */
static unsigned
count_files(const char *state)
{
  g_autofree char *command =
      g_strdup_printf("find %s/originals -type f 2>/dev/null | wc -l", state);
  g_autofree char *out = NULL;
  const char *argv[] = {"sh", "-c", command, NULL};

  assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL,
                           NULL, NULL));
  return (unsigned)atoi(out);
}

static char *
query(const char *state, const char *sql)
{
  g_autofree char *path = g_build_filename(state, "index.sqlite3", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  char *text;

  assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  text = g_strdup((const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return text;
}

static void
test_keep(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  const char raw[] = "Subject: x\r\n\r\nNUL \0 and LF \n";
  g_autoptr(Letter) letter = make_letter(REF, raw, sizeof raw);
  g_autoptr(Reply) reply = make_reply(VERDICT_HOLD, "{}");
  g_autofree char *path = g_build_filename(*state, "originals/K7/K7QF3M2PXW", NULL);
  const char *const written[] = {"K7QF-3M2P-XW", "k7qf3m2pxw", "k7qf 3m2p xw"};
  g_autofree char *row = NULL;
  struct stat st;

  assert_int_equal(store_keep(store, letter, reply, NULL), 0);
  assert_int_equal(store_keep(store, letter, reply, NULL), 0);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 07777, 0600);
  assert_int_equal(count_files(*state), 1);
  for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
    g_autoptr(GBytes) bytes = store_original(store, written[i], NULL);

    if (bytes == NULL || !g_bytes_equal(bytes, letter->raw))
      fail_msg("%s: not the same bytes", written[i]);
  }
  row = query(*state, "SELECT count(*) || ' ' || ref || ' ' || outcome || ' ' || size || ' ' || "
                      "length(sha256) || ' ' || path FROM letters");
  assert_string_equal(row, "1 K7QF3M2PXW held 29 64 originals/K7/K7QF3M2PXW");
}

static void
test_keep_after_reopening(void **state)
{
  g_autoptr(Letter) letter = make_letter(REF, "x", 1);
  g_autoptr(Reply) reply = make_reply(VERDICT_HOLD, "{}");
  g_autoptr(GBytes) bytes = NULL;

  for (int i = 0; i < 2; i++) {
    g_autoptr(Store) store = open_store(*state);
    assert_int_equal(store_keep(store, letter, reply, NULL), 0);
    assert_int_equal(store_event(store, letter, reply, "held", NULL), 0);
  }
  {
    g_autoptr(Store) store = open_store(*state);
    bytes = store_original(store, REF, NULL);
    assert_true(g_bytes_equal(bytes, letter->raw));
  }
}

static void
test_conflict(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  g_autoptr(Letter) first = make_letter(REF, "first", 5), second = make_letter(REF, "other", 5);
  g_autoptr(Reply) reply = make_reply(VERDICT_HOLD, "{}");
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;

  assert_int_equal(store_keep(store, first, reply, NULL), 0);
  assert_int_equal(store_keep(store, second, reply, &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE));
  bytes = store_original(store, REF, NULL);
  assert_true(g_bytes_equal(bytes, first->raw));
  assert_int_equal(count_files(*state), 1);
}

static void
test_refused_codes(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  const char *const refs[] = {"",           "K7QF-3M2P-X",  "K7QF-3M2P-XWZ", "../../etc/pa",
                              "K7QF/3M2PX", "K7QF-3M2P-XU", "0000000000"};

  for (size_t i = 0; i < G_N_ELEMENTS(refs); i++) {
    g_autoptr(GError) error = NULL;

    if (store_original(store, refs[i], &error) != NULL ||
        !g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA))
      fail_msg("\"%s\": not refused with DATA", refs[i]);
  }
}

static void
test_events(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  g_autoptr(Letter) letter = make_letter(REF, "x", 1);
  g_autoptr(Reply) plain = make_reply(VERDICT_DELIVER, "{}");
  g_autoptr(Reply) full = make_reply(VERDICT_HOLD, "{\"rules\":\"ab12\",\"findings\":[]}");
  g_autofree char *text = NULL, *tail = NULL;
  g_auto(GStrv) lines = NULL;

  assert_int_equal(store_event(store, letter, plain, "unchanged", NULL), 0);
  letter_set(&letter->direction, "inbound");
  assert_int_equal(store_event(store, letter, full, "held", NULL), 0);
  text = read_events(*state);
  lines = g_strsplit(text, "\n", -1);
  assert_int_equal(g_strv_length(lines), 3);
  for (int i = 0; i < 2; i++)
    if (!json_check(lines[i], (const char *const[]){NULL}))
      fail_msg("no JSON: %s", lines[i]);
  tail = g_strdup(strstr(lines[0], ",\"queue_id\""));
  assert_string_equal(tail, ",\"queue_id\":\"4XYZ\",\"outcome\":\"unchanged\",\"ref\":\"" REF
                            "\",\"sender\":\"a\\\"b@example.net\",\"rcpts\":[\"b@example.org\","
                            "\"c\xEF\xBF\xBD@example.org\"],\"client\":\"192.0.2.7\",\"size\":1}");
  assert_non_null(strstr(lines[1], "\"direction\":\"inbound\",\"size\":1,\"rules\":\"ab12\","
                                   "\"findings\":[]}"));
}

static void
test_forged_events(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  g_autoptr(Letter) letter = make_letter(REF, "x", 1);
  const char *const events[] = {"{\"outcome\":\"unchanged\"}", "{\"a\":1}{\"b\":2}", "{\"a\":1",
                                "{},\"x\":{}", "{\"outc\\u006fme\":1}"};
  g_autofree char *text = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
    g_autoptr(Reply) reply = make_reply(VERDICT_DELIVER, events[i]);
    g_autoptr(GError) error = NULL;

    if (store_event(store, letter, reply, "unchanged", &error) == 0 ||
        !g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA))
      fail_msg("not refused: %s", events[i]);
  }
  text = read_events(*state);
  assert_string_equal(text, "");
}

static void
test_half_written_event(void **state)
{
  g_autofree char *path = g_build_filename(*state, "events.jsonl", NULL);
  g_autofree char *long_tail = g_strnfill(10000, 'x');
  g_autofree char *half = g_strconcat("{\"v\":1}\n{\"v\":", long_tail, NULL);
  const char *const files[][2] = {{"{\"v\":1}\n{\"v\":", "{\"v\":1}\n"},
                                  {"{\"v\"", ""},
                                  {"{\"v\":1}\n", "{\"v\":1}\n"},
                                  {half, "{\"v\":1}\n"}};

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *text = NULL;

    assert_true(g_file_set_contents(path, files[i][0], -1, NULL));
    store_close(open_store(*state));
    text = read_events(*state);
    if (strcmp(text, files[i][1]) != 0)
      fail_msg("case %zu: got \"%s\", want \"%s\"", i, text, files[i][1]);
  }
}

static void
test_rotated_events(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  g_autoptr(Letter) letter = make_letter(REF, "x", 1);
  g_autoptr(Reply) reply = make_reply(VERDICT_DELIVER, "{}");
  g_autofree char *from = g_build_filename(*state, "events.jsonl", NULL);
  g_autofree char *to = g_build_filename(*state, "events.jsonl.1", NULL);
  g_autofree char *text = NULL;

  assert_int_equal(store_event(store, letter, reply, "unchanged", NULL), 0);
  assert_int_equal(rename(from, to), 0);
  assert_int_equal(store_event(store, letter, reply, "error", NULL), 0);
  text = read_events(*state);
  assert_non_null(strstr(text, "\"outcome\":\"error\""));
  assert_null(strstr(text, "unchanged"));
}

typedef struct crowd {
  Store *store;
  gint next, failed;
} Crowd;

/* Every letter twice, by two threads at about the same time. */
static gpointer
keep_some(gpointer data)
{
  Crowd *crowd = data;
  int n;

  while ((n = g_atomic_int_add(&crowd->next, 1)) < 200) {
    g_autofree char *ref = g_strdup_printf("AAAA%06d", n / 2);
    g_autoptr(Letter) letter = make_letter(ref, ref, strlen(ref));
    g_autoptr(Reply) reply = make_reply(VERDICT_HOLD, "{}");

    if (store_keep(crowd->store, letter, reply, NULL) != 0 ||
        store_event(crowd->store, letter, reply, "held", NULL) != 0)
      g_atomic_int_inc(&crowd->failed);
  }
  return NULL;
}

static void
test_threads(void **state)
{
  g_autoptr(Store) store = open_store(*state);
  Crowd crowd = {store, 0, 0};
  GThread *threads[8];
  g_autofree char *text = NULL, *rows = NULL;
  g_auto(GStrv) lines = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("front", keep_some, &crowd);
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  assert_int_equal(crowd.failed, 0);
  assert_int_equal(count_files(*state), 100);
  rows = query(*state, "SELECT count(*) FROM letters");
  assert_string_equal(rows, "100");
  text = read_events(*state);
  lines = g_strsplit(text, "\n", -1);
  assert_int_equal(g_strv_length(lines), 201);
  for (int i = 0; i < 200; i++)
    if (!json_check(lines[i], (const char *const[]){NULL}))
      fail_msg("line %d is no JSON: %s", i, lines[i]);
}

static void
fill_disk(const char *state)
{
  g_autofree char *path = g_build_filename(state, "filler", NULL);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  char page[4096] = "";

  assert_true(fd >= 0);
  while (write(fd, page, sizeof page) > 0)
    ;
  close(fd);
}

static void
empty_disk(const char *state)
{
  g_autofree char *path = g_build_filename(state, "filler", NULL);

  assert_int_equal(unlink(path), 0);
}

static void
test_full_disk(void **state)
{
  g_autofree char *large = g_strnfill(300000, 'x'), *many = g_strnfill(8192, 'y');
  g_autoptr(Letter) big = make_letter(REF, large, 300000), small = make_letter(REF, "x", 1);
  g_autoptr(Reply) reply = make_reply(VERDICT_HOLD, "{}");
  g_autoptr(GError) error = NULL, no_event = NULL, no_row = NULL;
  g_autoptr(Store) store = NULL;
  g_autofree char *text = NULL;

  if (geteuid() != 0 || mount("tmpfs", *state, "tmpfs", 0, "size=256k") != 0)
    skip();
  store = open_store(*state);
  assert_int_equal(store_keep(store, big, reply, &error), -1);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
  assert_int_equal(count_files(*state), 0);

  fill_disk(*state);
  letter_set(&small->sender, many);
  assert_int_equal(store_keep(store, small, reply, &no_row), -1);
  assert_true(g_error_matches(no_row, CORDON_ERROR, CORDON_ERROR_TEMP));
  assert_int_equal(store_event(store, small, reply, "held", &no_event), -1);
  assert_true(g_error_matches(no_event, CORDON_ERROR, CORDON_ERROR_TEMP));
  text = read_events(*state);
  assert_string_equal(text, "");

  empty_disk(*state);
  assert_int_equal(store_keep(store, small, reply, NULL), 0);
  assert_int_equal(store_event(store, small, reply, "held", NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(keep),
      TEST(keep_after_reopening),
      TEST(conflict),
      TEST(refused_codes),
      TEST(events),
      TEST(forged_events),
      TEST(half_written_event),
      TEST(rotated_events),
      TEST(threads),
      TEST(full_disk),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
