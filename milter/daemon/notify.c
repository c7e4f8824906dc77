#include "notify.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static gint64
watchdog_of(const char *us, const char *pid)
{
  if (us == NULL || (pid != NULL && g_ascii_strtoll(pid, NULL, 10) != getpid()))
    return 0;
  return MAX(g_ascii_strtoll(us, NULL, 10), 0);
}

void
notifier_init(Notifier *notifier)
{
  const char *address = getenv("NOTIFY_SOCKET");

  *notifier = (Notifier){0};
  if (address != NULL && (*address == '/' || *address == '@') && address[1] != '\0')
    notifier->address = g_strdup(address);
  if (notifier->address != NULL)
    notifier->watchdog_us = watchdog_of(getenv("WATCHDOG_USEC"), getenv("WATCHDOG_PID"));
  unsetenv("NOTIFY_SOCKET");
  unsetenv("WATCHDOG_USEC");
  unsetenv("WATCHDOG_PID");
}

void
notifier_clear(Notifier *notifier)
{
  g_free(notifier->address);
}

void
notify(const Notifier *notifier, const char *format, ...)
{
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  g_autofree char *text = NULL;
  size_t len;
  va_list args;
  int sock;

  if (notifier->address == NULL)
    return;
  len = g_strlcpy(to.sun_path, notifier->address, sizeof to.sun_path);
  if (len >= sizeof to.sun_path)
    return;
  if (to.sun_path[0] == '@')
    to.sun_path[0] = '\0';
  va_start(args, format);
  text = g_strdup_vprintf(format, args);
  va_end(args);
  sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sock < 0)
    return;
  sendto(sock, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to,
         (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
  close(sock);
}
