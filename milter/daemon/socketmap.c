/* socketmap.c - Postfix's socketmap_table(5): a netstring "name key" out, a netstring with a status
 * and its data in. All within a deadline: a table that hangs must not hang the gateway. */
#include "socketmap.h"

#include "dial.h"
#include "error.h"
#include "log.h"

#include <errno.h>
#include <string.h>

/* Bytes of an answer, as Postfix bounds it. */
#define ANSWER_MAX 100000

static int
fail(GError **error, const char *table, const char *what)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "socketmap:%s: %s", table, what);
  return -1;
}

int
socketmap_connect(const char *table, unsigned seconds, GError **error)
{
  gint64 until = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
  g_auto(GStrv) words = g_strsplit(table, ":", 4);
  gboolean local = strcmp(words[0], "unix") == 0;
  int sock;

  if (g_strv_length(words) != (local ? 3 : 4))
    return fail(error, table, "no such kind of table");
  sock = local ? dial_unix(words[1], until) : dial_inet(words[1], words[2], FALSE, until);
  return sock >= 0 ? sock : fail(error, table, g_strerror(errno));
}

/* The bytes of the netstring that the buffer begins with, and where they begin; 0 if it is not
 * whole yet, -1 if it is none. */
static int
find_netstring(const GString *buffer, const char **data, size_t *len)
{
  size_t digits = strspn(buffer->str, "0123456789");
  guint64 size = 0;

  if (digits > 6 || (digits == 0 && buffer->len > 0))
    return -1;
  if (buffer->len <= digits)
    return 0;
  size = g_ascii_strtoull(buffer->str, NULL, 10);
  if (buffer->str[digits] != ':' || size > ANSWER_MAX)
    return -1;
  if (buffer->len < digits + 1 + size + 1)
    return 0;
  *data = buffer->str + digits + 1;
  *len = (size_t)size;
  return (*data)[size] == ',' && buffer->len == digits + size + 2 ? 1 : -1;
}

/* The answer without its form; NULL with errno (EPROTO if it has none). */
static char *
receive_answer(int sock, gint64 until)
{
  g_autoptr(GString) buffer = g_string_new(NULL);
  const char *data = NULL;
  size_t len = 0;
  int whole = 0;

  while ((whole = find_netstring(buffer, &data, &len)) == 0) {
    char piece[4096];
    gssize n = dial_receive(sock, piece, sizeof piece, until);

    if (n == 0)
      errno = ECONNRESET;
    if (n <= 0)
      return NULL;
    g_string_append_len(buffer, piece, n);
  }
  if (whole > 0)
    return g_strndup(data, len);
  errno = EPROTO;
  return NULL;
}

static gboolean
has_status(const char *answer, const char *status)
{
  size_t len = strlen(status);

  return strncmp(answer, status, len) == 0 && (answer[len] == ' ' || answer[len] == '\0');
}

int
socketmap_ask(int sock, const char *table, const char *key, unsigned seconds, GError **error)
{
  gint64 until = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
  const char *name = strrchr(table, ':') + 1;
  g_autofree char *question =
      g_strdup_printf("%zu:%s %s,", strlen(name) + 1 + strlen(key), name, key);
  g_autofree char *answer = NULL, *words = NULL;

  if (dial_send(sock, question, strlen(question), until) == 0)
    answer = receive_answer(sock, until);
  if (answer == NULL)
    return fail(error, table, g_strerror(errno));
  if (has_status(answer, "OK"))
    return 1;
  if (has_status(answer, "NOTFOUND"))
    return 0;
  words = log_escape(answer, -1, 200);
  return fail(error, table, words);
}
