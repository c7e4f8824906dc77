/* exceptions_append.c - lines put behind the record, each only to a record that is sound. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "descriptor.h"
#include "error.h"
#include "exceptions_record.h"

static int
fail(GError **error, int code, const char *what, const char *why)
{
  g_set_error(error, CORDON_ERROR, code, "%s: %s", what, why);
  return -1;
}

static int
write_line(int fd, const char *text)
{
  return descriptor_write(fd, text, strlen(text)) == 0 ? fsync(fd) : -1;
}

/* The record as it is under the lock; a line that was never finished is no sound record. */
static int
append_locked(int fd, const char *path, Line *line, GError **error)
{
  g_autoptr(Exceptions) exceptions = exceptions_open(path);
  exceptions_require_end(exceptions);
  if (exceptions_broken(exceptions))
    return fail(error, CORDON_ERROR_DATA, "the record is broken", exceptions_broken(exceptions));
  line->seq = (gint64)exceptions_lines(exceptions) + 1;
  g_autofree char *text = line_write(line, exceptions_head(exceptions));
  g_autofree char *fault = strlen(text) <= EXCEPTION_LINE_MAX ? exceptions_take(exceptions, line)
                                                              : g_strdup("it is too long");
  if (fault) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, fault);
    return -1;
  }
  return write_line(fd, text) == 0 ? 0 : fail(error, CORDON_ERROR_TEMP, path, g_strerror(errno));
}

static int
append(const char *path, Line *line, GError **error)
{
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640), result = -1;
  if (fd < 0)
    return fail(error, CORDON_ERROR_TEMP, path, g_strerror(errno));
  if (flock(fd, LOCK_EX) != 0)
    fail(error, CORDON_ERROR_TEMP, path, g_strerror(errno));
  else
    result = append_locked(fd, path, line, error);
  close(fd);
  return result;
}

static gint64
now_seconds(void)
{
  return g_get_real_time() / G_USEC_PER_SEC;
}

/* A copy that the line owns. */
static void
copy_exception(Exception *to, const Exception *from)
{
  *to = *from;
#define X(member, name, needed) to->member = g_strdup(from->member);
  EXCEPTION_TEXTS(X)
#undef X
  to->revoked_by = to->revoked_why = NULL;
}

static int
append_exception(const char *path, LineOp op, const Exception *exception, GError **error)
{
  Line line = {.op = op, .time = now_seconds()};
  copy_exception(&line.exception, exception);
  int result = append(path, &line, error);
  line_clear(&line);
  return result;
}

int
exceptions_add(const char *path, const Exception *exception, GError **error)
{
  return append_exception(path, LINE_ADD, exception, error);
}

int
exceptions_second(const char *path, const Exception *seconded, GError **error)
{
  return append_exception(path, LINE_SECOND, seconded, error);
}

int
exceptions_ratify(const char *path, const Exception *ratified, GError **error)
{
  return append_exception(path, LINE_RATIFY, ratified, error);
}

static int
append_words(const char *path, LineOp op, const char *name, const char *by, const char *why,
             GError **error)
{
  Line line = {.op = op, .time = now_seconds(), .by = g_strdup(by), .why = g_strdup(why)};
  line.exception.name = g_strdup(name);
  int result = append(path, &line, error);
  line_clear(&line);
  return result;
}

int
exceptions_revoke(const char *path, const char *name, const char *by, const char *why,
                  GError **error)
{
  return append_words(path, LINE_REVOKE, name, by, why, error);
}

int
exceptions_sign_off(const char *path, const char *by, const char *note, GError **error)
{
  return append_words(path, LINE_REVIEW, NULL, by, note, error);
}
