/* A worker's life: a letter in, a reply out. What cannot be read as a letter is answered with a
 * temporary failure; what cannot be answered ends the worker, and its letter is tried again. */
#include "error.h"
#include "pipeline.h"
#include "wire.h"
#include "worker.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#ifdef CORDON_TEST_HOOKS
#include <stdlib.h>

/* Obeys "X-Cordon-Test: crash|hang|garbage|exit" in the first 4 KiB of a letter. TRUE if it has
 * answered. */
static gboolean
obey_test(int sock, guint32 id, const Letter *letter)
{
  static const char field[] = "X-Cordon-Test: ";
  size_t size;
  const char *raw = g_bytes_get_data(letter->raw, &size);
  const char *at = memmem(raw, MIN(size, 4096), field, strlen(field));
  const char *word = at != NULL ? at + strlen(field) : "";

  if (g_str_has_prefix(word, "crash"))
    abort();
  if (g_str_has_prefix(word, "exit"))
    _exit(EX_UNAVAILABLE);
  while (g_str_has_prefix(word, "hang"))
    pause();
  if (!g_str_has_prefix(word, "garbage"))
    return FALSE;
  return wire_send(sock, &(Packet){WIRE_REPLY, id, 0, 0, STDERR_FILENO}, NULL, NULL) == 0;
}
#else
static gboolean
obey_test(int sock, guint32 id, const Letter *letter)
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

static int
send_reply(int sock, guint32 id, const Reply *reply, GError **error)
{
  int fd = reply_to_memfd(reply, error);
  int result;

  if (fd < 0)
    return -1;
  result = wire_send(sock, &(Packet){WIRE_REPLY, id, 0, 0, fd}, NULL, error);
  close(fd);
  return result;
}

static int
serve_letter(int sock, const Packet *packet, const Ruleset *ruleset, FileScanner *scanner,
             GError **error)
{
  g_autoptr(GError) unreadable = NULL;
  g_autoptr(Letter) letter = letter_from_memfd(packet->fd, &unreadable);
  g_autoptr(Reply) reply = NULL;

  if (letter != NULL && obey_test(sock, packet->id, letter))
    return 0;
  if (letter != NULL)
    reply = pipeline_run(letter, ruleset, scanner);
  else
    reply = reply_unreadable(unreadable->message);
  return send_reply(sock, packet->id, reply, error);
}

int
serve_letters(int sock, const Ruleset *ruleset, FileScanner *scanner)
{
  for (;;) {
    g_autoptr(GError) error = NULL;
    Packet packet = {.fd = -1};
    int n = wire_receive(sock, &packet, NULL, &error);

    if (n == 0)
      return EX_OK;
    if (n < 0)
      return cordon_error_exit(error);
    if (packet.kind != WIRE_LETTER)
      return EX_PROTOCOL;
    n = serve_letter(sock, &packet, ruleset, scanner, &error);
    wire_close(&packet.fd);
    if (n != 0)
      return cordon_error_exit(error);
  }
}
