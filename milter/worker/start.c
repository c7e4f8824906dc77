/* A zygote as seen by the process that starts it. */
#include "error.h"
#include "wire.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define STOP_PATIENCE_MS 5000

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/local/libexec/cordon"
#endif

char *
zygote_program(const Settings *settings)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename(folder, "cordon-worker", NULL) : NULL;

  if (*settings->worker != '\0')
    return g_strdup(settings->worker);
  if (beside != NULL && access(beside, X_OK) == 0)
    return g_steal_pointer(&beside);
  return g_strdup(LIBEXECDIR "/cordon-worker");
}

static void
reset_signals(void)
{
  sigset_t none;

  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
}

/* In the child. Of the descriptors only the standard ones and the control socket go along. */
G_GNUC_NORETURN static void
become_zygote(int control, const char *program, const char *rules)
{
  char *const argv[] = {(char *)program, (char *)rules, NULL};
  g_autofree char *words = NULL;

  if (control != ZYGOTE_CONTROL_FD && dup2(control, ZYGOTE_CONTROL_FD) < 0)
    _exit(EXIT_FAILURE);
  if (fcntl(ZYGOTE_CONTROL_FD, F_SETFD, 0) != 0 ||
      close_range(ZYGOTE_CONTROL_FD + 1, UINT_MAX, 0) != 0)
    _exit(EXIT_FAILURE);
  reset_signals();
  execv(program, argv);
  words = g_strdup_printf("%s: %s; worker in cordon.conf names the program", program,
                          g_strerror(errno));
  wire_send(ZYGOTE_CONTROL_FD, &(Packet){.kind = WIRE_FAILED, .fd = -1}, words, NULL);
  _exit(EXIT_FAILURE);
}

int
zygote_launch(Zygote *zygote, const char *program, const char *rules, GError **error)
{
  int pair[2];
  pid_t pid;

  if (wire_pair(pair, error) != 0)
    return -1;
  pid = fork();
  if (pid == 0)
    become_zygote(pair[1], program, rules);
  close(pair[1]);
  if (pid < 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "fork: %s", g_strerror(errno));
    close(pair[0]);
    return -1;
  }
  *zygote = (Zygote){pid, pair[0]};
  return 0;
}

int
zygote_hear(const Zygote *zygote, int timeout_ms, char **words, GError **error)
{
  g_autofree char *text = NULL;
  Packet packet = {.fd = -1};
  int n = wire_wait(zygote->control, timeout_ms, error);

  if (n == 0)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "cordon-worker: not ready in %d s",
                timeout_ms / 1000);
  if (n <= 0)
    return -1;
  n = wire_receive(zygote->control, &packet, &text, error);
  wire_close(&packet.fd);
  if (n == 0)
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE,
                        "cordon-worker ended before it was ready");
  if (n <= 0)
    return -1;
  if (packet.kind != WIRE_READY) {
    g_set_error_literal(error, CORDON_ERROR,
                        packet.status == EX_TEMPFAIL ? CORDON_ERROR_TEMP : CORDON_ERROR_CONFIG,
                        text);
    return -1;
  }
  if (words != NULL)
    *words = g_steal_pointer(&text);
  return 0;
}

int
zygote_start(Zygote *zygote, const char *program, const char *rules, unsigned timeout_s,
             GError **error)
{
  Zygote new;

  if (zygote_launch(&new, program, rules, error) != 0)
    return -1;
  if (zygote_hear(&new, (int)MIN(timeout_s, INT_MAX / 1000) * 1000, NULL, error) != 0) {
    kill(new.pid, SIGKILL);
    zygote_stop(&new);
    return -1;
  }
  *zygote = new;
  return 0;
}

void
zygote_stop(Zygote *zygote)
{
  int waited = 0, status;

  wire_close(&zygote->control);
  if (zygote->pid <= 0)
    return;
  while (waitpid(zygote->pid, &status, WNOHANG) == 0) {
    if (waited >= STOP_PATIENCE_MS)
      kill(zygote->pid, SIGKILL);
    g_usleep(10 * 1000);
    waited += 10;
  }
  zygote->pid = -1;
}
