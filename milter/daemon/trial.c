#include "trial.h"

#include "error.h"
#include "finish.h"
#include "log.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* Patience for one letter, whatever the deadline of the settings. */
#define MOST_S 60

/* For a worker: a zygote that gives none in 5 s (control.h) gives none at all. */
#define WORKER_S 8

static const struct sample {
  const char *name;
  gboolean ordinary;
  const char *text;
} samples[] = {
    {"an ordinary message", TRUE,
     "From: Selftest <selftest@example.com>\r\nTo: selftest@example.org\r\n"
     "Subject: Minutes of the meeting\r\nDate: Fri, 06 Nov 2026 10:00:00 +0800\r\n"
     "Message-ID: <selftest.1@example.com>\r\nMIME-Version: 1.0\r\n"
     "Content-Type: text/plain; charset=utf-8\r\n\r\n"
     "Dear all,\r\n\r\nthe minutes are in the registry.\r\n"},
    {"a message of many kinds of part", FALSE,
     "From: Selftest <selftest@example.com>\r\nTo: selftest@example.org\r\n"
     "Subject: =?UTF-8?B?5pyD6K2w?=\r\nDate: Fri, 06 Nov 2026 10:00:00 +0800\r\n"
     "Message-ID: <selftest.2@example.com>\r\nMIME-Version: 1.0\r\n"
     "Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
     "--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
     "--inner\r\nContent-Type: text/plain; charset=big5\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
     "=B7|=C4=B3 https://drive.google.com/file/d/selftest\r\n"
     "--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
     "<p>See <a href=\"https://drive.google.com/file/d/selftest\">the file</a>.</p>\r\n"
     "--inner--\r\n"
     "--outer\r\nContent-Type: application/octet-stream; name=notes.bin\r\n"
     "Content-Transfer-Encoding: base64\r\n"
     "Content-Disposition: attachment; filename=notes.bin\r\n\r\n"
     "AAECAwQFBgcICQoLDA0ODw==\r\n--outer--\r\n"},
};

static Letter *
make_letter(const struct sample *sample)
{
  Letter *letter = letter_new();

  letter_set(&letter->queue_id, "selftest");
  letter_set(&letter->origin, sample->name);
  letter->received = g_get_real_time() / G_USEC_PER_SEC;
  letter_set(&letter->ref, "0000-0000-00");
  letter_set(&letter->sender, "selftest@example.com");
  letter_set(&letter->client_addr, "192.0.2.1");
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strsplit("selftest@example.org", " ", -1);
  letter->raw = g_bytes_new_static(sample->text, strlen(sample->text));
  return letter;
}

static int
try_sample(Pool *pool, const struct sample *sample, char **warning, GError **error)
{
  g_autoptr(Letter) letter = make_letter(sample);
  g_autoptr(GError) wrong = NULL;
  g_autoptr(Reply) reply = pool_run(pool, letter, NULL, NULL, &wrong);

  /* A worker may die by chance, as letters may be unlucky: the second time it is no chance. */
  if (g_error_matches(wrong, CORDON_ERROR, CORDON_ERROR_LOST)) {
    g_clear_error(&wrong);
    reply = pool_run(pool, letter, NULL, NULL, &wrong);
  }
  /* clamd may start after us, or be away for a while; rules are no worse for that. */
  if (reply != NULL && reply->verdict == VERDICT_TEMPFAIL && reply->unscanned) {
    log_line(LOG_LEVEL_WARNING, NULL, "self-test: %s", reply->reason);
    return 0;
  }
  if (reply == NULL || reply->verdict == VERDICT_TEMPFAIL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "self-test with %s: %s", sample->name,
                reply == NULL ? wrong->message : reply->reason);
    return -1;
  }
  if (sample->ordinary && (reply->verdict != VERDICT_DELIVER || reply_changes(reply))) {
    g_free(*warning);
    *warning = g_strdup_printf("with these rules %s is %s%s%s", sample->name, reply_outcome(reply),
                               *reply->reason != '\0' ? ": " : "", reply->reason);
  }
  return 0;
}

int
trial_run(int control, const Settings *settings, char **warning, GError **error)
{
  const PoolOptions options = {
      .workers = 1, .deadline_s = MIN(settings->deadline, MOST_S), .queue_deadline_s = WORKER_S};
  int copy = fcntl(control, F_DUPFD_CLOEXEC, 0);
  g_autoptr(Pool) pool = NULL;
  int result = 0;

  if (copy < 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "self-test: %s", g_strerror(errno));
    return -1;
  }
  *warning = g_strdup("");
  pool = pool_new(copy, &options);
  for (guint i = 0; result == 0 && i < G_N_ELEMENTS(samples); i++)
    result = try_sample(pool, &samples[i], warning, error);
  return result;
}
