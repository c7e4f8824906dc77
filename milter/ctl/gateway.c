/* A question to the running cordond over its control socket. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "error.h"

#define ANSWER_MAX (1024 * 1024)

static int
fail(const char *path, const char *what, GError **error)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s: %s; is cordond running?", path, what);
  return -1;
}

static int
connect_to(const char *path, GError **error)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int sock;

  if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    return fail(path, "the path is too long", error);
  sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (sock < 0 || connect(sock, (struct sockaddr *)&address, sizeof address) != 0) {
    fail(path, g_strerror(errno), error);
    if (sock >= 0)
      close(sock);
    return -1;
  }
  return sock;
}

static char *
converse(int sock, const char *question)
{
  g_autofree char *request = g_strconcat(question, " HTTP/1.0\r\n\r\n", NULL);
  GString *answer = g_string_new(NULL);
  char piece[16 * 1024];
  ssize_t n = send(sock, request, strlen(request), MSG_NOSIGNAL);

  while (n > 0 && answer->len < ANSWER_MAX) {
    n = read(sock, piece, sizeof piece);
    if (n > 0)
      g_string_append_len(answer, piece, n);
  }
  return g_string_free(answer, FALSE);
}

int
ctl_ask_gateway(const char *rules, const char *question, char **body, GError **error)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Settings) settings = settings_load(rules, errors);
  g_autofree char *path = NULL, *answer = NULL;
  const char *rest;
  int sock, status;

  if (settings == NULL) {
    ctl_print_errors(errors);
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "%s says where cordond is", rules);
    return -1;
  }
  path = settings_control(settings);
  sock = connect_to(path, error);
  if (sock < 0)
    return -1;
  answer = converse(sock, question);
  close(sock);
  rest = strstr(answer, "\r\n\r\n");
  if (rest == NULL || sscanf(answer, "HTTP/1.0 %d", &status) != 1)
    return fail(path, "no answer", error);
  *body = g_strdup(rest + 4);
  return status;
}

int
ctl_gateway_options(int argc, char **argv, const GOptionEntry *more, const char *summary,
                    char **rules)
{
  const GOptionEntry own[] = {
      {"rules", 0, 0, G_OPTION_ARG_FILENAME, rules, "The rules folder of cordond", "DIR"},
      G_OPTION_ENTRY_NULL};
  g_autofree char *name = g_strconcat("cordon ", argv[0], NULL);

  if (ctl_parse(name, NULL, summary, own, more, &argc, &argv) != 0)
    return -1;
  if (argc > 1) {
    fprintf(stderr, "%s: it takes no files; see %s --help\n", name, name);
    return -1;
  }
  if (*rules == NULL)
    *rules = g_strdup(RULESDIR);
  return 0;
}
