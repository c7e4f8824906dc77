/* The pool with a real zygote: cordon-worker-hooks, which crashes, hangs and lies on demand. */
#include "worker.h"

#include "error.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../folder.h"

typedef struct fixture {
  char *dir, *rules, *program;
  Zygote zygote;
  Pool *pool;
  gint stuck;
} Fixture;

static const PoolOptions quick = {
    .workers = 4, .letters = 10, .deadline_s = 1, .queue_deadline_s = 5};

static const char *
env(const char *name, const char *otherwise)
{
  const char *value = getenv(name);

  return value != NULL ? value : otherwise;
}

static int
set_up(void **state)
{
  Fixture *fixture = g_new0(Fixture, 1);
  g_autofree char *shipped = g_build_filename(env("CORDON_SRC", "."), "rules", NULL);
  g_autofree char *settings = NULL;

  fixture->dir = folder_new();
  fixture->rules = g_build_filename(fixture->dir, "rules", NULL);
  fixture->program = g_build_filename(env("CORDON_BUILD", "."), "cordon-worker-hooks", NULL);
  settings = g_strdup_printf("deadline = 1\nrequire-jail = no\nscratch = \"%s\"\n", fixture->dir);
  folder_copy(shipped, fixture->rules);
  folder_write(fixture->rules, "cordon.conf", settings, -1);
  fixture->zygote = (Zygote){0, -1};
  *state = fixture;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *fixture = *state;

  pool_free(fixture->pool);
  zygote_stop(&fixture->zygote);
  folder_remove(fixture->dir);
  g_free(fixture->dir);
  g_free(fixture->rules);
  g_free(fixture->program);
  g_free(fixture);
  return 0;
}

static void
start_zygote(Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  if (zygote_start(&fixture->zygote, fixture->program, fixture->rules, 60, &error) != 0)
    fail_msg("zygote: %s", error->message);
}

static int
take_control(Fixture *fixture)
{
  int control = fixture->zygote.control;

  fixture->zygote.control = -1;
  return control;
}

static void
note_stuck(void *data)
{
  g_atomic_int_inc((gint *)data);
}

static void
start_pool(Fixture *fixture, PoolOptions options)
{
  if (!g_file_test(fixture->program, G_FILE_TEST_IS_EXECUTABLE))
    skip();
  options.stuck = note_stuck;
  options.stuck_data = &fixture->stuck;
  start_zygote(fixture);
  fixture->pool = pool_new(take_control(fixture), &options);
}

static Letter *
make_letter(const char *word, unsigned n)
{
  Letter *letter = letter_new();
  g_autofree char *raw = g_strdup_printf("Cordon-Test: %s\r\n\r\nnumber %u\r\n", word, n);

  letter_set(&letter->queue_id, "4TEST");
  letter->raw = g_bytes_new(raw, strlen(raw));
  return letter;
}

static Reply *
run(Fixture *fixture, const char *word, GError **error)
{
  g_autoptr(Letter) letter = make_letter(word, 0);

  return pool_run(fixture->pool, letter, NULL, NULL, error);
}

static void
assert_served(Fixture *fixture, const char *label)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Reply) reply = run(fixture, "pass", &error);

  if (reply == NULL || reply->verdict != VERDICT_DELIVER || reply_changes(reply))
    fail_msg("%s: %s", label, error != NULL ? error->message : "not a plain reply");
}

static void
assert_lost(Fixture *fixture, const char *word, const char *want)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Reply) reply = run(fixture, word, &error);
  int code = strcmp(word, "pass") == 0 ? CORDON_ERROR_TEMP : CORDON_ERROR_LOST;

  if (reply != NULL)
    fail_msg("%s: there was a reply", word);
  if (!g_error_matches(error, CORDON_ERROR, code) || strstr(error->message, want) == NULL)
    fail_msg("%s: got %d \"%s\", want %d and \"%s\"", word, error->code, error->message, code,
             want);
}

typedef struct crowd {
  Fixture *fixture;
  const char *word;
  gint served, lost;
  unsigned letters;
  const char *client;
} Crowd;

/* While the worker is at it. One, as poll(2) takes no more places than that. */
static void
take_descriptors(void *data)
{
  const struct rlimit none = {1, ((struct rlimit *)data)->rlim_max};

  assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
}

static void
test_no_descriptor_is_no_letters_fault(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;
  g_autoptr(Letter) letter = make_letter("slow", 0);
  g_autoptr(GError) error = NULL;
  struct rlimit before;
  Reply *reply;

  options.deadline_s = 5;
  start_pool(fixture, options);
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
  reply = pool_run(fixture->pool, letter, take_descriptors, &before, &error);
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
  assert_null(reply);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
}

static gpointer
run_some(gpointer data)
{
  Crowd *crowd = data;

  for (unsigned n = 0; n < crowd->letters; n++) {
    g_autoptr(Letter) letter = make_letter(crowd->word, n);
    g_autoptr(Reply) reply = NULL;

    letter_set(&letter->client_addr, crowd->client);
    reply = pool_run(crowd->fixture->pool, letter, NULL, NULL, NULL);
    g_atomic_int_inc(reply != NULL ? &crowd->served : &crowd->lost);
  }
  return NULL;
}

static void
run_crowd(Crowd *crowd, unsigned threads)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new();

  for (unsigned i = 0; i < threads; i++)
    g_ptr_array_add(all, g_thread_new("front", run_some, crowd));
  for (unsigned i = 0; i < threads; i++)
    g_thread_join(g_ptr_array_index(all, i));
}

static void
test_many_letters(void **state)
{
  Fixture *fixture = *state;
  Crowd crowd = {fixture, "pass", 0, 0, 25, ""};
  PoolCounts counts;

  start_pool(fixture, quick);
  run_crowd(&crowd, 8);
  pool_count(fixture->pool, &counts);
  assert_int_equal(crowd.served, 200);
  assert_int_equal(counts.letters, 200);
  assert_in_range(counts.alive, 0, 4);
  assert_int_equal(counts.busy + counts.waiting, 0);
  assert_int_equal(counts.crashed + counts.overran + counts.refused, 0);
}

static void
test_lost_letters(void **state)
{
  Fixture *fixture = *state;
  PoolCounts counts;

  start_pool(fixture, quick);
  assert_lost(fixture, "crash", "signal 6");
  assert_served(fixture, "after crash");
  assert_lost(fixture, "exit", "status 69");
  assert_served(fixture, "after exit");
  assert_lost(fixture, "hang", "more than 1 s");
  assert_served(fixture, "after hang");
  assert_lost(fixture, "garbage", "refused");
  assert_served(fixture, "after garbage");
  pool_count(fixture->pool, &counts);
  assert_int_equal(counts.crashed, 2);
  assert_int_equal(counts.overran, 1);
  assert_int_equal(counts.refused, 1);
  assert_int_equal(counts.alive, 1);
}

/* Numbers of the zygote's children. */
static char *
workers_of(pid_t zygote)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", (int)zygote, (int)zygote);
  char *text = NULL;

  if (!g_file_get_contents(path, &text, NULL, NULL))
    return g_strdup("");
  return g_strchomp(text);
}

static void
assert_workers(pid_t zygote, unsigned want, const char *label)
{
  unsigned got = 0;

  for (int i = 0; i < 300; i++) {
    g_autofree char *text = workers_of(zygote);
    g_auto(GStrv) pids = g_strsplit(text, " ", -1);

    got = g_strv_length(pids);
    if (got == want)
      return;
    g_usleep(10 * 1000);
  }
  fail_msg("%s: %u workers, want %u", label, got, want);
}

static void
test_lost_workers_end(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;

  options.letters = 1;
  start_pool(fixture, options);
  assert_lost(fixture, "hang", "more than 1 s");
  assert_workers(fixture->zygote.pid, 0, "after a hang");
  assert_lost(fixture, "garbage", "refused");
  assert_workers(fixture->zygote.pid, 0, "after garbage");
  assert_served(fixture, "one letter a worker");
  assert_workers(fixture->zygote.pid, 0, "after the last letter of a worker");
}

static void
test_crowd_of_crashes(void **state)
{
  Fixture *fixture = *state;
  Crowd crowd = {fixture, "crash", 0, 0, 5, ""};

  start_pool(fixture, quick);
  run_crowd(&crowd, 8);
  assert_int_equal(crowd.lost, 40);
  assert_served(fixture, "after 40 crashes");
}

static void
count_tick(void *data)
{
  (*(unsigned *)data)++;
}

static void
test_queue_deadline(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = {.workers = 1, .letters = 10, .deadline_s = 10, .queue_deadline_s = 1};
  Crowd slow = {fixture, "slow", 0, 0, 1, ""};
  GThread *first;
  unsigned ticks = 0;
  g_autoptr(Letter) letter = make_letter("slow", 0);
  g_autoptr(Reply) reply = NULL;

  start_pool(fixture, options);
  first = g_thread_new("front", run_some, &slow);
  g_usleep(300 * 1000);
  assert_lost(fixture, "pass", "no worker came free");
  g_thread_join(first);
  assert_int_equal(slow.served, 1);
  reply = pool_run(fixture->pool, letter, count_tick, &ticks, NULL);
  assert_non_null(reply);
  assert_in_range(ticks, 2, 3);
}

static void
test_zygote_killed(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;

  options.queue_deadline_s = 1;
  start_pool(fixture, options);
  assert_served(fixture, "before");
  kill(fixture->zygote.pid, SIGKILL);
  zygote_stop(&fixture->zygote);
  g_usleep(100 * 1000);
  assert_lost(fixture, "pass", "no worker came free");
  assert_int_equal(g_atomic_int_get(&fixture->stuck), 1);
  start_zygote(fixture);
  pool_switch(fixture->pool, take_control(fixture));
  assert_served(fixture, "after");
}

static void
wait_for_counts(Fixture *fixture, unsigned busy, unsigned waiting)
{
  PoolCounts counts = {0};

  for (int i = 0; i < 500; i++) {
    pool_count(fixture->pool, &counts);
    if (counts.busy == busy && counts.waiting == waiting)
      return;
    g_usleep(10 * 1000);
  }
  fail_msg("%u busy, %u waiting; want %u, %u", counts.busy, counts.waiting, busy, waiting);
}

static void
assert_refused(Fixture *fixture, const char *client, const char *want)
{
  g_autoptr(Letter) letter = make_letter("pass", 0);
  g_autoptr(GError) error = NULL;

  letter_set(&letter->client_addr, client);
  assert_null(pool_run(fixture->pool, letter, NULL, NULL, &error));
  if (!g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP) || !strstr(error->message, want))
    fail_msg("got \"%s\", want \"%s\"", error->message, want);
}

/* A client with hanging letters has both workers and all of its share of the line; another one is
 * served nevertheless, and first. */
static void
test_flood(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = {.workers = 2, .letters = 10, .deadline_s = 5, .queue_deadline_s = 20};
  Crowd flood = {fixture, "hang", 0, 0, 1, "192.0.2.1"};
  Crowd other = {fixture, "pass", 0, 0, 20, "192.0.2.2"};
  GThread *threads[4];
  PoolCounts counts;

  options.queue = 6;
  options.share = 50;
  start_pool(fixture, options);
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("front", run_some, &flood);
  wait_for_counts(fixture, 2, 2);
  assert_refused(fixture, "192.0.2.1", "client 192.0.2.1 has its share of 4 ");
  run_some(&other);
  assert_int_equal(other.served, 20);
  assert_int_equal(g_atomic_int_get(&flood.lost), 0);
  wait_for_counts(fixture, 2, 2);
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  assert_int_equal(flood.lost, 4);
  pool_count(fixture->pool, &counts);
  assert_int_equal(counts.over_share, 1);
  assert_in_range(counts.alive, 0, 2);
}

static void
test_full(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = {.workers = 1, .letters = 10, .deadline_s = 3, .queue_deadline_s = 20};
  Crowd crowd = {fixture, "hang", 0, 0, 1, ""};
  GThread *threads[2];
  PoolCounts counts;

  options.queue = 1;
  options.share = 100;
  start_pool(fixture, options);
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("front", run_some, &crowd);
  wait_for_counts(fixture, 1, 1);
  assert_refused(fixture, "192.0.2.2", "1 messages are waiting already");
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  assert_served(fixture, "after");
  pool_count(fixture->pool, &counts);
  assert_int_equal(counts.full, 1);
}

static gpointer
kill_soon(gpointer data)
{
  g_usleep(500 * 1000);
  kill(GPOINTER_TO_INT(data), SIGKILL);
  return NULL;
}

static void
test_zygote_killed_under_load(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;
  Crowd crowd = {fixture, "pass", 0, 0, 200, ""};
  GThread *threads[4];

  options.queue_deadline_s = 20;
  start_pool(fixture, options);
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("front", run_some, &crowd);
  for (int i = 0; i < 3; i++) {
    g_usleep(20 * 1000);
    kill(fixture->zygote.pid, SIGKILL);
    zygote_stop(&fixture->zygote);
    start_zygote(fixture);
    pool_switch(fixture->pool, take_control(fixture));
  }
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  assert_int_equal(crowd.served + crowd.lost, 800);
  assert_in_range(crowd.lost, 0, 3 * 4); /* a letter in hand of each worker, each time */
  assert_served(fixture, "after");
}

static void
test_zygote_killed_in_hand(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;
  g_autoptr(Letter) letter = make_letter("hang", 0);
  g_autoptr(GError) error = NULL;
  GThread *killer;

  options.deadline_s = 60;
  start_pool(fixture, options);
  killer = g_thread_new("killer", kill_soon, GINT_TO_POINTER(fixture->zygote.pid));
  assert_null(pool_run(fixture->pool, letter, NULL, NULL, &error));
  g_thread_join(killer);
  if (!g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP))
    fail_msg("got %d \"%s\", want TEMP", error->code, error->message);
}

static void
test_zygote_stopped(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;

  options.queue_deadline_s = 6;
  start_pool(fixture, options);
  kill(fixture->zygote.pid, SIGSTOP);
  assert_lost(fixture, "pass", "no worker came free");
  assert_int_equal(g_atomic_int_get(&fixture->stuck), 1);
  kill(fixture->zygote.pid, SIGKILL);
}

static void
test_switch_under_way(void **state)
{
  Fixture *fixture = *state;
  PoolOptions options = quick;
  Crowd slow = {fixture, "slow", 0, 0, 1, ""};
  Zygote old;
  GThread *first;

  options.deadline_s = 10;
  start_pool(fixture, options);
  old = fixture->zygote;
  first = g_thread_new("front", run_some, &slow);
  g_usleep(300 * 1000);
  start_zygote(fixture);
  pool_switch(fixture->pool, take_control(fixture));
  assert_served(fixture, "by the new one");
  assert_workers(old.pid, 1, "the old one finishes");
  g_thread_join(first);
  assert_int_equal(slow.served, 1);
  assert_int_equal(waitpid(old.pid, NULL, 0), old.pid);
}

static void
test_bad_starts(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *conf = g_build_filename(fixture->rules, "cordon.conf", NULL);
  g_autoptr(GError) missing = NULL, broken = NULL;
  Zygote zygote = {0, -1};

  assert_int_equal(zygote_start(&zygote, "/nonexistent/w", fixture->rules, 5, &missing), -1);
  assert_true(g_error_matches(missing, CORDON_ERROR, CORDON_ERROR_CONFIG));
  assert_non_null(strstr(missing->message, "/nonexistent/w"));
  if (!g_file_test(fixture->program, G_FILE_TEST_IS_EXECUTABLE))
    skip();
  assert_true(g_file_set_contents(conf, "deadline = soon\nnonsense = 1\n", -1, NULL));
  assert_int_equal(zygote_start(&zygote, fixture->program, fixture->rules, 20, &broken), -1);
  assert_true(g_error_matches(broken, CORDON_ERROR, CORDON_ERROR_CONFIG));
  assert_non_null(strstr(broken->message, "cordon.conf:1: "));
  assert_non_null(strstr(broken->message, "cordon.conf:2: "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(many_letters),
      TEST(lost_letters),
      TEST(no_descriptor_is_no_letters_fault),
      TEST(lost_workers_end),
      TEST(crowd_of_crashes),
      TEST(queue_deadline),
      TEST(flood),
      TEST(full),
      TEST(zygote_killed),
      TEST(zygote_killed_under_load),
      TEST(zygote_killed_in_hand),
      TEST(zygote_stopped),
      TEST(switch_under_way),
      TEST(bad_starts),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
