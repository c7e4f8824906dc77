#include "eventlog.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL 4096

struct event_log {
  GMutex lock;
  char *path;
  int fd;
};

static int
fail(const EventLog *log, const char *what, GError **error)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s: %s: %s", log->path, what,
              g_strerror(errno));
  return -1;
}

static int
lock_file(int fd)
{
  int result;

  do
    result = flock(fd, LOCK_EX);
  while (result != 0 && errno == EINTR);
  return result;
}

/* The length up to and with the last line end. */
static off_t
whole_lines(int fd, off_t size)
{
  char tail[TAIL];

  while (size > 0) {
    size_t len = (size_t)MIN(size, TAIL);
    ssize_t n = pread(fd, tail, len, size - (off_t)len);
    const char *last = n == (ssize_t)len ? memrchr(tail, '\n', len) : NULL;

    if (n != (ssize_t)len)
      return -1;
    if (last != NULL)
      return size - (off_t)len + (last - tail) + 1;
    size -= (off_t)len;
  }
  return 0;
}

static int
drop_cut_line(int fd)
{
  struct stat st;
  off_t whole = fstat(fd, &st) == 0 ? whole_lines(fd, st.st_size) : -1;

  if (whole < 0)
    return -1;
  return whole < st.st_size ? ftruncate(fd, whole) : 0;
}

static int
open_file(EventLog *log, GError **error)
{
  int fd = open(log->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return fail(log, "open", error);
  if (lock_file(fd) != 0 || drop_cut_line(fd) != 0 || flock(fd, LOCK_UN) != 0) {
    fail(log, "recover", error);
    close(fd);
    return -1;
  }
  if (log->fd >= 0)
    close(log->fd);
  log->fd = fd;
  return 0;
}

EventLog *
event_log_open(const char *path, GError **error)
{
  EventLog *log = g_new0(EventLog, 1);

  g_mutex_init(&log->lock);
  log->path = g_strdup(path);
  log->fd = -1;
  if (open_file(log, error) == 0)
    return log;
  event_log_close(log);
  return NULL;
}

void
event_log_close(EventLog *log)
{
  if (log == NULL)
    return;
  if (log->fd >= 0)
    close(log->fd);
  g_mutex_clear(&log->lock);
  g_free(log->path);
  g_free(log);
}

static gboolean
was_rotated(const EventLog *log)
{
  struct stat there, here;

  return stat(log->path, &there) != 0 || fstat(log->fd, &here) != 0 ||
         there.st_ino != here.st_ino || there.st_dev != here.st_dev;
}

/* With both locks held. */
static int
append(EventLog *log, const char *line, size_t len, gboolean sync, GError **error)
{
  struct stat before;
  ssize_t n;

  if (fstat(log->fd, &before) != 0)
    return fail(log, "stat", error);
  n = write(log->fd, line, len);
  if (n == (ssize_t)len && (!sync || fdatasync(log->fd) == 0))
    return 0;
  if (n >= 0 && n < (ssize_t)len)
    errno = ENOSPC;
  fail(log, "write", error);
  if (n > 0 && ftruncate(log->fd, before.st_size) != 0)
    g_prefix_error(error, "half a line was left: ");
  return -1;
}

int
event_log_append(EventLog *log, const char *line, size_t len, gboolean sync, GError **error)
{
  int result = -1;

  if (len == 0 || memchr(line, '\n', len) != line + len - 1) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "an event is not one line");
    return -1;
  }
  g_mutex_lock(&log->lock);
  if (!was_rotated(log) || open_file(log, error) == 0) {
    if (lock_file(log->fd) == 0)
      result = append(log, line, len, sync, error);
    else
      fail(log, "lock", error);
    flock(log->fd, LOCK_UN);
  }
  g_mutex_unlock(&log->lock);
  return result;
}
