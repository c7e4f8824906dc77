/* clamd.c - commands in the form "zCOMMAND\0", so that an answer ends in NUL. INSTREAM sends a file
 * as pieces, each behind its length (32 bits, high byte first), and a length of zero.
 *
 * An answer about a file is "stream: OK", "stream: NAME FOUND" or words that end in "ERROR". Only
 * the first, to the letter, is taken for clean. clamd ends a stream that is too long by answering
 * and closing: so a write that fails is no error by itself, the answer may stand there already. */
#include "clamd.h"

#include "dial.h"
#include "error.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PIECE (256 * 1024)

void
clamd_version_clear(ClamdVersion *version)
{
  g_clear_pointer(&version->engine, g_free);
  version->signatures = 0;
  version->time = 0;
}

/* --- addresses --- */

/* "inet:ADDRESS:PORT": the two halves, in new strings. */
static gboolean
split_inet(const char *text, char **host, char **port)
{
  const char *rest = text + strlen("inet:");
  const char *colon = strrchr(rest, ':');
  size_t len = colon != NULL ? (size_t)(colon - rest) : 0;
  guint64 number;

  if (len == 0 || !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &number, NULL))
    return FALSE;
  if (len > 2 && rest[0] == '[' && rest[len - 1] == ']') {
    rest++;
    len -= 2;
  } else if (memchr(rest, ':', len) != NULL) {
    return FALSE;
  }
  *host = g_strndup(rest, len);
  *port = g_strdup(colon + 1);
  return TRUE;
}

gboolean
clamd_is_address(const char *text)
{
  g_autofree char *host = NULL, *port = NULL;

  if (g_str_has_prefix(text, "unix:"))
    return text[5] == '/' && strlen(text + 5) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
  /* A name would be asked for elsewhere. */
  return g_str_has_prefix(text, "inet:") && split_inet(text, &host, &port) &&
         g_hostname_is_ip_address(host);
}

/* --- a connection --- */

typedef struct line {
  const char *address;
  int sock;
  gint64 until;
} Line;

static int
fail(const Line *line, const char *what, GError **error)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "clamd at %s: %s", line->address, what);
  return -1;
}

static int
line_open(Line *line, const char *address, int timeout_ms, GError **error)
{
  g_autofree char *host = NULL, *port = NULL;

  *line = (Line){address, -1, g_get_monotonic_time() + (gint64)timeout_ms * 1000};
  if (!clamd_is_address(address))
    return fail(line, "not an address", error);
  if (g_str_has_prefix(address, "unix:"))
    line->sock = dial_unix(address + strlen("unix:"), line->until);
  else if (split_inet(address, &host, &port))
    line->sock = dial_inet(host, port, TRUE, line->until);
  return line->sock >= 0 ? 0 : fail(line, g_strerror(errno), error);
}

static void
line_close(Line *line)
{
  if (line->sock >= 0)
    close(line->sock);
}

/* 0; 1 if it takes no more; -1. */
static int
line_write(const Line *line, const void *bytes, size_t len, GError **error)
{
  if (dial_send(line->sock, bytes, len, line->until) == 0)
    return 0;
  if (errno == EPIPE || errno == ECONNRESET)
    return 1;
  return fail(line, g_strerror(errno), error);
}

/* One printable line without its end, in a new string. */
static char *
line_read(const Line *line, GError **error)
{
  char answer[CLAMD_ANSWER];
  size_t len = 0;

  while (len < sizeof answer && memchr(answer, '\0', len) == NULL) {
    gssize n = dial_receive(line->sock, answer + len, sizeof answer - len, line->until);

    if (n <= 0) {
      fail(line, n == 0 ? "it hung up" : g_strerror(errno), error);
      return NULL;
    }
    len += (size_t)n;
  }
  if (memchr(answer, '\0', len) == NULL) {
    fail(line, "an answer without an end", error);
    return NULL;
  }
  for (const char *p = answer; *p != '\0'; p++)
    if (!g_ascii_isprint(*p)) {
      fail(line, "an answer that is no text", error);
      return NULL;
    }
  return g_strdup(answer);
}

/* --- VERSION --- */

/* "ClamAV 1.4.6/27412/Sun Nov  2 10:26:03 2026", in the gateway's own time; without the last two
 * where no set of signatures says them. */
static void
read_version(const char *text, ClamdVersion *version)
{
  g_auto(GStrv) words = g_strsplit(text, "/", 3);
  struct tm broken = {.tm_isdst = -1};
  const char *end;

  version->engine = g_strdup(words[0]);
  if (words[1] == NULL || words[2] == NULL)
    return;
  version->signatures = g_ascii_strtoull(words[1], NULL, 10);
  end = strptime(words[2], "%a %b %d %H:%M:%S %Y", &broken);
  version->time = end != NULL && *end == '\0' ? MAX(mktime(&broken), 0) : 0;
}

int
clamd_ask_version(const char *address, int timeout_ms, ClamdVersion *version, GError **error)
{
  g_autofree char *answer = NULL;
  Line line;

  *version = (ClamdVersion){0};
  if (line_open(&line, address, timeout_ms, error) == 0 &&
      line_write(&line, "zVERSION", sizeof "zVERSION", error) >= 0)
    answer = line_read(&line, error);
  if (answer != NULL && !g_str_has_prefix(answer, "ClamAV ")) {
    fail(&line, "it does not answer like clamd", error);
    g_clear_pointer(&answer, g_free);
  }
  line_close(&line);
  if (answer == NULL)
    return -1;
  read_version(answer, version);
  return 0;
}

/* --- INSTREAM --- */

static int
send_stream(const Line *line, const unsigned char *bytes, size_t len, GError **error)
{
  static const unsigned char end[4];
  int result = line_write(line, "zINSTREAM", sizeof "zINSTREAM", error);

  for (size_t at = 0; result == 0 && at < len; at += PIECE) {
    guint32 size = (guint32)MIN(len - at, PIECE), head = GUINT32_TO_BE(size);

    result = line_write(line, &head, sizeof head, error);
    if (result == 0)
      result = line_write(line, bytes + at, size, error);
  }
  return result == 0 ? line_write(line, end, sizeof end, error) : result;
}

static int
judge(const Line *line, const char *answer, char **name, GError **error)
{
  static const char stream[] = "stream: ", found[] = " FOUND";
  const char *words = answer + strlen(stream);

  if (strcmp(answer, "stream: OK") == 0)
    return 0;
  if (g_str_has_prefix(answer, stream) && g_str_has_suffix(words, found) &&
      strlen(words) > strlen(found)) {
    *name = g_strndup(words, strlen(words) - strlen(found));
    return 1;
  }
  if (strstr(answer, "size limit exceeded") != NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "clamd at %s: %s", line->address, answer);
    return -1;
  }
  return fail(line, answer, error);
}

int
clamd_scan(const char *address, int timeout_ms, const unsigned char *bytes, size_t len, char **name,
           GError **error)
{
  g_autofree char *answer = NULL;
  Line line;
  int result = -1;

  if (line_open(&line, address, timeout_ms, error) == 0 &&
      send_stream(&line, bytes, len, error) >= 0)
    answer = line_read(&line, error);
  if (answer != NULL)
    result = judge(&line, answer, name, error);
  line_close(&line);
  return result;
}
