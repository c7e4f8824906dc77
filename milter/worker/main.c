/* cordon-worker: the one program that parses mail. Started by cordond and by cordon, never by
 * hand. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "wire.h"
#include "worker.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

static const char usage[] =
    "Usage: cordon-worker RULESDIR\n"
    "Parses mail for cordond and cordon, which start it; descriptor 3 is their socket.\n";

static gboolean
is_socket(int fd)
{
  int type;
  socklen_t len = sizeof type;

  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

/* Nothing here reads standard input or writes standard output. */
static int
close_standard(void)
{
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  int result = null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0;

  wire_close(&null);
  return result ? 0 : -1;
}

int
main(int argc, char **argv)
{
  if (argc == 2 && strcmp(argv[1], "--help") == 0)
    return fputs(usage, stdout) < 0 ? EX_IOERR : EX_OK;
  if (argc == 2 && strcmp(argv[1], "--version") == 0)
    return printf("cordon-worker %s\n", PACKAGE_VERSION) < 0 ? EX_IOERR : EX_OK;
  if (argc != 2 || !is_socket(ZYGOTE_CONTROL_FD)) {
    fputs(usage, stderr);
    return EX_USAGE;
  }
  if (fcntl(ZYGOTE_CONTROL_FD, F_SETFD, FD_CLOEXEC) != 0 || close_standard() != 0)
    return EX_OSERR;
  setlocale(LC_ALL, "C.UTF-8");
  return zygote_main(argv[1], ZYGOTE_CONTROL_FD);
}
