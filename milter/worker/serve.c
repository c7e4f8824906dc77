/* A worker's life: a letter in, a reply out. What cannot be read as a letter is answered with a
 * temporary failure; what cannot be answered ends the worker, and its letter is tried again. */
#include "broker.h"
#include "error.h"
#include "log.h"
#include "pipeline.h"
#include "policy.h"
#include "wire.h"
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#ifdef CORDON_TEST_HOOKS
#include "jailbreak.h"

#include <stdlib.h>

/* The word after "Cordon-Test: " in the first 4 KiB of a letter, or "". */
static const char *
test_word(const Letter *letter)
{
  static const char field[] = "Cordon-Test: ";
  size_t size;
  const char *raw = g_bytes_get_data(letter->raw, &size);
  const char *at = memmem(raw, MIN(size, 4096), field, strlen(field));

  return at != NULL ? at + strlen(field) : "";
}

static void
set_text(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static Reply *
test_reply(Verdict verdict, const char *reason)
{
  Reply *reply = reply_new();

  reply->verdict = verdict;
  set_text(&reply->reason, reason);
  set_text(&reply->event, "{\"test\":true}");
  if (verdict != VERDICT_DELIVER)
    return reply;
  set_text(&reply->classes, "cloud-storage");
  reply_add_header(reply, HEADER_CHANGE, "Content-Type", 1, "text/plain;\n charset=utf-8");
  reply_add_header(reply, HEADER_DELETE, "Content-Language", 1, NULL);
  reply_add_header(reply, HEADER_DELETE, "Content-Language", 2, NULL);
  reply->body = g_bytes_new_static("changed\r\n", strlen("changed\r\n"));
  return reply;
}

/* The letter is held, and how it went is the reason. */
static Reply *
try_jailbreak(const char *words)
{
  g_autofree char *how = jailbreak(words);

  return test_reply(VERDICT_HOLD, how);
}

/* Obeys "Cordon-Test: crash|exit|hang|slow|hold|reject|tempfail|change|pass|try …": NULL if the
 * letter asks for nothing. */
static Reply *
obey_test(const Letter *letter)
{
  const char *word = test_word(letter);

  if (g_str_has_prefix(word, "crash"))
    abort();
  if (g_str_has_prefix(word, "exit"))
    _exit(EX_UNAVAILABLE);
  while (g_str_has_prefix(word, "hang"))
    pause();
  if (g_str_has_prefix(word, "slow"))
    g_usleep(2500 * 1000);
  if (g_str_has_prefix(word, "hold"))
    return test_reply(VERDICT_HOLD, "policy.conf:1 100% test");
  if (g_str_has_prefix(word, "reject"))
    return test_reply(VERDICT_REJECT, "policy.conf:2 test");
  if (g_str_has_prefix(word, "tempfail"))
    return test_reply(VERDICT_TEMPFAIL, "test");
  if (g_str_has_prefix(word, "change"))
    return test_reply(VERDICT_DELIVER, "");
  if (g_str_has_prefix(word, "try "))
    return try_jailbreak(word + strlen("try "));
  return g_str_has_prefix(word, "pass") ? reply_new() : NULL;
}

/* "Cordon-Test: stick|loop|die STAGE": in that stage the worker waits, counts, or crashes. */
static void
obey_stage_test(const Letter *letter, Stage stage)
{
  g_auto(GStrv) words = g_strsplit_set(test_word(letter), " \r\n", 3);
  volatile guint64 n = 0;

  if (stage == STAGE_NONE || g_strv_length(words) < 2 || strcmp(words[1], stage_name(stage)) != 0)
    return;
  while (strcmp(words[0], "stick") == 0)
    pause();
  while (strcmp(words[0], "loop") == 0)
    n++;
  if (strcmp(words[0], "die") == 0)
    abort();
}

/* An answer that is no record at all. */
static gboolean
answer_garbage(int sock, guint32 id, const Letter *letter)
{
  const Packet packet = {WIRE_REPLY, id, 0, 0, STDERR_FILENO};

  return g_str_has_prefix(test_word(letter), "garbage") &&
         wire_send(sock, &packet, NULL, NULL) == 0;
}
#else
static void
obey_stage_test(const Letter *letter, Stage stage)
{
}

static Reply *
obey_test(const Letter *letter)
{
  return NULL;
}

static gboolean
answer_garbage(int sock, guint32 id, const Letter *letter)
{
  return FALSE;
}
#endif

static Reply *
reply_unreadable(const char *reason)
{
  Reply *reply = reply_new();

  reply->verdict = VERDICT_TEMPFAIL;
  g_free(reply->reason);
  reply->reason = g_strdup(reason);
  return reply;
}

/* last: the worker ends after this one. */
static int
send_reply(int sock, guint32 id, const Reply *reply, gboolean last, GError **error)
{
  int fd = reply_to_memfd(reply, error);
  int result;

  if (fd < 0)
    return -1;
  result = wire_send(sock, &(Packet){WIRE_REPLY, id, 0, last, fd}, NULL, error);
  close(fd);
  return result;
}

static Reply *
answer_question(const Letter *letter, const Ruleset *ruleset)
{
  Reply *reply = reply_new();

  reply->apart = !policy_sees_alike(ruleset, letter);
  return reply;
}

/* Everything that a worker works with. */
typedef struct bench {
  int sock;
  const Ruleset *ruleset;
  FileScanner *scanner;
  Slate *slate;
  Broker broker;
  const Letter *letter; /* in hand */
} Bench;

/* A timer that cannot be set leaves the deadline of the whole letter. */
static void
begin_stage(Stage stage, void *data)
{
  Bench *bench = data;
  struct itimerval timer = {.it_value = {0}};

  if (stage != STAGE_NONE)
    timer.it_value.tv_sec = ruleset_settings(bench->ruleset)->stage_deadlines[stage];
  g_atomic_int_set(&bench->slate->stage, stage);
  if (setitimer(ITIMER_REAL, &timer, NULL) != 0)
    g_printerr("stage timer: %s\n", g_strerror(errno));
  obey_stage_test(bench->letter, stage);
}

static int
serve_letter(Bench *bench, const Packet *packet, GError **error)
{
  g_autoptr(GError) unreadable = NULL;
  g_autoptr(Letter) letter = letter_from_memfd(packet->fd, &unreadable);
  g_autoptr(Reply) reply = NULL;

  bench->letter = letter;
  if (letter != NULL)
    reply = letter->question ? answer_question(letter, bench->ruleset) : obey_test(letter);
  if (letter != NULL && answer_garbage(bench->sock, packet->id, letter))
    return 0;
  if (letter == NULL)
    reply = reply_unreadable(unreadable->message);
  else if (reply == NULL)
    reply = pipeline_run(letter, bench->ruleset, bench->scanner, begin_stage, bench);
  return send_reply(bench->sock, packet->id, reply, bench->broker.lost, error);
}

/* What was approved or revoked since the last letter. Only the one that finds the record broken
 * says so. */
static void
follow_exceptions(const Ruleset *ruleset)
{
  const Exceptions *exceptions = ruleset_exceptions(ruleset);
  gboolean sound = exceptions_broken(exceptions) == NULL;

  ruleset_follow(ruleset);
  if (sound && exceptions_broken(exceptions) != NULL)
    log_line(LOG_LEVEL_ERROR, NULL, "no exception holds: %s; see cordon exceptions check",
             exceptions_broken(exceptions));
}

int
serve_letters(int sock, int broker, const Ruleset *ruleset, FileScanner *scanner, Slate *slate)
{
  Bench bench = {
      .sock = sock,
      .ruleset = ruleset,
      .scanner = scanner,
      .slate = slate,
      .broker = {.sock = broker, .timeout_ms = broker_patience(ruleset_settings(ruleset))}};

  if (broker >= 0)
    file_scanner_set_engine(scanner, broker_scan, &bench.broker);
  while (!bench.broker.lost) {
    g_autoptr(GError) error = NULL;
    Packet packet = {.fd = -1};
    int n = wire_receive(sock, &packet, NULL, &error);

    if (n == 0)
      return EX_OK;
    if (n < 0)
      return cordon_error_exit(error);
    if (packet.kind != WIRE_LETTER)
      return EX_PROTOCOL;
    follow_exceptions(ruleset);
    n = serve_letter(&bench, &packet, &error);
    wire_close(&packet.fd);
    if (n != 0)
      return cordon_error_exit(error);
  }
  return EX_OK;
}
