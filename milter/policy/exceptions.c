#include "exceptions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "error.h"
#include "exception_line.h"
#include "hostmap.h"
#include "names.h"

/* Bytes of a record that are read at once, and at most in all. */
#define CHUNK      (256 * 1024)
#define RECORD_MAX (G_GINT64_CONSTANT(1) << 30)

struct exceptions {
  char *path, *base; /* base: as messages call it */
  int fd;            /* -1: there is no file */
  gint64 offset;     /* up to here it has been read, in whole lines */
  guint64 lines;
  char head[EXCEPTION_HASH + 1];
  char *broken;
  gint64 reviewed;
  GHashTable *hashes;  /* of all lines */
  GPtrArray *all;      /* Exception * */
  GHashTable *by_name; /* their names ─▶ Exception */
  GHashTable *by_user; /* their users ─▶ GPtrArray of Exception */
};

/* --- one exception --- */

ExceptionState
exception_state(const Exception *exception, gint64 when)
{
  if (exception->revoked && when >= exception->revoked)
    return EXCEPTION_REVOKED;
  if (when >= exception->end)
    return EXCEPTION_ENDED;
  return when < exception->start ? EXCEPTION_WAITING : EXCEPTION_HOLDS;
}

const char *
exception_state_name(ExceptionState state)
{
  static const char *const names[] = {"waiting", "holds", "ended", "revoked"};
  return names[state];
}

char *
exception_scope(const Exception *exception)
{
  if (exception->service)
    return g_strdup_printf("service %s", exception->service);
  if (exception->class_name)
    return g_strdup_printf("class %s", exception->class_name);
  return g_strdup_printf("host %s", exception->host ? exception->host : "?");
}

static void
exception_free(void *data)
{
  exception_clear(data);
  g_free(data);
}

/* --- what is wrong with one --- */

static gboolean
is_same_person(const char *a, const char *b)
{
  g_autofree char *first = a ? g_utf8_casefold(a, -1) : NULL;
  g_autofree char *second = b ? g_utf8_casefold(b, -1) : NULL;
  return first && second && strcmp(g_strstrip(first), g_strstrip(second)) == 0;
}

static gboolean
is_missing(const char *text)
{
  return !text || !*text || strspn(text, " \t") == strlen(text);
}

/* Nobody has approved in an emergency yet; that is what ratifying is for. */
static gboolean
is_excused(const Exception *exception, const char *name)
{
  static const char *const later[] = {"approver", "post", "approval", NULL};
  return exception->break_glass && !exception->ratified && name_index(later, name) >= 0;
}

static char *
fault_of_texts(const Exception *exception)
{
#define X(member, name, needed)                                                                    \
  if (needed && is_missing(exception->member) && !is_excused(exception, name))                     \
    return g_strdup(name " is missing");
  EXCEPTION_TEXTS(X)
#undef X
  const char *at = strrchr(exception->user, '@');
  if (!at || at == exception->user || !at[1] || strpbrk(exception->user, "* <>,;"))
    return g_strdup_printf("\"%s\" is not one mailbox; an exception is for a person: "
                           "name@dept.example",
                           exception->user);
  if (!!exception->service + !!exception->class_name + !!exception->host != 1)
    return g_strdup("it is for a service, a class or a host: name exactly one");
  if (name_index(direction_names, exception->direction) < 0 &&
      strcmp(exception->direction, "any") != 0)
    return g_strdup("direction is inbound, outbound, internal or any");
  return NULL;
}

static char *
fault_of_people(const Exception *exception)
{
  const struct {
    const char *a, *b, *words;
  } pairs[] = {
      {exception->requester, exception->approver, "the requester cannot be the approver"},
      {exception->implementer, exception->approver, "the implementer cannot be the approver"},
      {exception->requester, exception->implementer, "the requester cannot be the implementer"},
      {exception->second, exception->approver, "the second approver is the first one again"},
      {exception->second, exception->requester, "the requester cannot be the second approver"},
      {exception->second, exception->implementer, "the implementer cannot be the second approver"},
      {exception->user, exception->approver, "nobody approves an exception for themselves"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
    if (is_same_person(pairs[i].a, pairs[i].b))
      return g_strdup(pairs[i].words);
  if (!is_missing(exception->second) && is_missing(exception->second_post))
    return g_strdup("second-post is missing");
  return NULL;
}

static char *
fault_of_times(const Exception *exception, gint64 now)
{
  gboolean excused = exception->break_glass && !exception->ratified;
  if (exception->start <= 0 || exception->end <= 0)
    return g_strdup(exception->end <= 0 ? "end is missing" : "start is missing");
  if (exception->end <= exception->start)
    return g_strdup("the end is not after the start");
  if (exception->end <= now)
    return g_strdup("the end has passed already");
  if (excused && exception->end - exception->start > EXCEPTION_BREAK_GLASS)
    return g_strdup("break-glass ends within 24 hours");
  if (exception->approved <= 0 && !excused)
    return g_strdup("the date of approval is missing");
  if (exception->approved > now)
    return g_strdup("the date of approval lies in the future");
  if (exception->review <= 0 && !excused)
    return g_strdup("the date of review is missing");
  if (exception->review > exception->end)
    return g_strdup("the review comes after the end");
  return NULL;
}

char *
exception_fault(const Exception *exception, gint64 now)
{
  char *fault = fault_of_texts(exception);
  if (!fault)
    fault = fault_of_people(exception);
  return fault ? fault : fault_of_times(exception, now);
}

Exception
exception_ratified(const Exception *kept, const Exception *by, gint64 when)
{
  Exception whole = *kept;
  whole.ratified = when;
  whole.approver = by->approver;
  whole.post = by->post;
  whole.approval = by->approval;
  whole.second = by->second;
  whole.second_post = by->second_post;
  whole.approved = by->approved;
  whole.end = by->end;
  whole.review = by->review;
  return whole;
}

/* --- lines to exceptions --- */

static Exception *
find_named(const Exceptions *exceptions, const char *name)
{
  return name ? g_hash_table_lookup(exceptions->by_name, name) : NULL;
}

static void
keep(Exceptions *exceptions, Exception *exception)
{
  GPtrArray *users = g_hash_table_lookup(exceptions->by_user, exception->user);
  if (!users) {
    users = g_ptr_array_new();
    g_hash_table_insert(exceptions->by_user, g_strdup(exception->user), users);
  }
  g_ptr_array_add(users, exception);
  g_hash_table_insert(exceptions->by_name, exception->name, exception);
  g_ptr_array_add(exceptions->all, exception);
}

static char *
apply_add(Exceptions *exceptions, Line *line)
{
  if (find_named(exceptions, line->exception.name))
    return g_strdup_printf("\"%s\" is there already", line->exception.name);
  char *fault = exception_fault(&line->exception, line->time);
  if (fault)
    return fault;
  Exception *exception = g_new0(Exception, 1);
  *exception = line->exception;
  exception->added = line->time;
  line->exception = (Exception){0};
  keep(exceptions, exception);
  return NULL;
}

static char *
apply_revoke(Exceptions *exceptions, Line *line)
{
  Exception *exception = find_named(exceptions, line->exception.name);
  if (!exception)
    return g_strdup_printf("there is no exception \"%s\"", line->exception.name);
  if (exception->revoked)
    return g_strdup_printf("\"%s\" is revoked already", exception->name);
  if (is_missing(line->by) || is_missing(line->why))
    return g_strdup("who revokes, and why, is missing");
  exception->revoked = line->time;
  exception->revoked_by = g_steal_pointer(&line->by);
  exception->revoked_why = g_steal_pointer(&line->why);
  return NULL;
}

static void
take(char **to, char **from)
{
  g_free(*to);
  *to = g_steal_pointer(from);
}

static char *
apply_ratify(Exceptions *exceptions, Line *line)
{
  Exception *kept = find_named(exceptions, line->exception.name), *by = &line->exception;
  if (!kept || !kept->break_glass || kept->ratified || kept->revoked || line->time >= kept->end)
    return g_strdup_printf("\"%s\" is no break-glass exception that waits for it", by->name);
  Exception whole = exception_ratified(kept, by, line->time);
  char *fault = exception_fault(&whole, line->time);
  if (fault)
    return fault;
  take(&kept->approver, &by->approver);
  take(&kept->post, &by->post);
  take(&kept->approval, &by->approval);
  take(&kept->second, &by->second);
  take(&kept->second_post, &by->second_post);
  kept->ratified = line->time;
  kept->approved = by->approved;
  kept->end = by->end;
  kept->review = by->review;
  return NULL;
}

static char *
apply(Exceptions *exceptions, Line *line)
{
  switch (line->op) {
  case LINE_ADD:
    return apply_add(exceptions, line);
  case LINE_REVOKE:
    return apply_revoke(exceptions, line);
  case LINE_RATIFY:
    return apply_ratify(exceptions, line);
  case LINE_REVIEW:
    exceptions->reviewed = line->time;
    return is_missing(line->by) ? g_strdup("who signs off is missing") : NULL;
  }
  return g_strdup("of no known kind");
}

/* --- reading the record --- */

static void
break_record(Exceptions *exceptions, const char *why)
{
  if (!exceptions->broken)
    exceptions->broken = g_strdup_printf("%s:%" G_GUINT64_FORMAT ": %s", exceptions->base,
                                         exceptions->lines + 1, why);
}

static void
set_head(Exceptions *exceptions, const char *hash)
{
  memcpy(exceptions->head, hash, sizeof exceptions->head);
  g_hash_table_add(exceptions->hashes, g_strdup(hash));
}

static void
take_line(Exceptions *exceptions, const char *text, gsize len)
{
  Line line;
  const char *wrong = line_read(&line, text, len, exceptions->head);
  g_autofree char *fault = NULL;
  if (!wrong && line.seq != (gint64)exceptions->lines + 1)
    wrong = "has the number of another line";
  if (!wrong)
    wrong = fault = apply(exceptions, &line);
  if (wrong)
    break_record(exceptions, wrong);
  else
    set_head(exceptions, line.hash);
  exceptions->lines += wrong == NULL;
  line_clear(&line);
}

/* Takes the whole lines of a chunk; the number of bytes in them. */
static gsize
take_lines(Exceptions *exceptions, const char *chunk, gsize len)
{
  gsize done = 0;
  while (!exceptions->broken) {
    const char *end = memchr(chunk + done, '\n', len - done);
    if (!end)
      break;
    take_line(exceptions, chunk + done, (gsize)(end - chunk) - done);
    done = (gsize)(end - chunk) + 1;
  }
  return done;
}

/* A line without an end is one that is still being written: it counts when it is whole. */
static void
read_on(Exceptions *exceptions)
{
  g_autofree char *chunk = g_malloc(CHUNK);
  while (!exceptions->broken) {
    ssize_t n = pread(exceptions->fd, chunk, CHUNK, exceptions->offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      break_record(exceptions, g_strerror(errno));
    if (n <= 0)
      return;
    gsize done = take_lines(exceptions, chunk, (gsize)n);
    if (done == 0 && n >= EXCEPTION_LINE_MAX)
      break_record(exceptions, "the line has no end");
    if (done == 0)
      return;
    exceptions->offset += (gint64)done;
  }
}

void
exceptions_follow(Exceptions *exceptions)
{
  struct stat info;
  if (exceptions->fd < 0 || exceptions->broken)
    return;
  if (fstat(exceptions->fd, &info) != 0)
    break_record(exceptions, g_strerror(errno));
  else if (info.st_nlink == 0)
    break_record(exceptions, "the record was removed or replaced");
  else if (info.st_size < exceptions->offset || info.st_size > RECORD_MAX)
    break_record(exceptions, info.st_size > RECORD_MAX ? "the record is over 1 GiB"
                                                       : "the record became shorter");
  else if (info.st_size > exceptions->offset)
    read_on(exceptions);
}

int
exceptions_descriptor(const Exceptions *exceptions)
{
  return exceptions->fd;
}

static void
free_users(void *users)
{
  g_ptr_array_unref(users);
}

char *
exceptions_path(const char *dir)
{
  return g_build_filename(dir, "exceptions.jsonl", NULL);
}

Exceptions *
exceptions_open(const char *path)
{
  Exceptions *exceptions = g_new0(Exceptions, 1);
  exceptions->path = g_strdup(path);
  exceptions->base = g_path_get_basename(path);
  exceptions->all = g_ptr_array_new_with_free_func(exception_free);
  exceptions->hashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  exceptions->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  exceptions->by_user = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_users);
  exceptions->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (exceptions->fd < 0 && errno != ENOENT)
    break_record(exceptions, g_strerror(errno));
  exceptions_follow(exceptions);
  return exceptions;
}

void
exceptions_free(Exceptions *exceptions)
{
  if (!exceptions)
    return;
  if (exceptions->fd >= 0)
    close(exceptions->fd);
  g_hash_table_unref(exceptions->by_user);
  g_hash_table_unref(exceptions->by_name);
  g_hash_table_unref(exceptions->hashes);
  g_ptr_array_unref(exceptions->all);
  g_free(exceptions->broken);
  g_free(exceptions->base);
  g_free(exceptions->path);
  g_free(exceptions);
}

/* --- asking --- */

const char *
exceptions_broken(const Exceptions *exceptions)
{
  return exceptions->broken;
}

guint
exceptions_count(const Exceptions *exceptions)
{
  return exceptions->all->len;
}

const Exception *
exceptions_nth(const Exceptions *exceptions, guint n)
{
  return g_ptr_array_index(exceptions->all, n);
}

const Exception *
exceptions_named(const Exceptions *exceptions, const char *name)
{
  return find_named(exceptions, name);
}

guint64
exceptions_lines(const Exceptions *exceptions)
{
  return exceptions->lines;
}

const char *
exceptions_head(const Exceptions *exceptions)
{
  return exceptions->head;
}

gboolean
exceptions_passed(const Exceptions *exceptions, const char *hash)
{
  return g_hash_table_contains(exceptions->hashes, hash);
}

gint64
exceptions_reviewed(const Exceptions *exceptions)
{
  return exceptions->reviewed;
}

static const GPtrArray *
of_user(const Exceptions *exceptions, const char *user)
{
  if (!user || exceptions->broken || exceptions->all->len == 0)
    return NULL;
  g_autofree char *lower = g_ascii_strdown(user, -1);
  return g_hash_table_lookup(exceptions->by_user, lower);
}

gboolean
exceptions_concern(const Exceptions *exceptions, const char *user)
{
  return of_user(exceptions, user) != NULL;
}

static gboolean
is_in_force(const Exception *exception, const char *direction, gint64 when)
{
  return exception_state(exception, when) == EXCEPTION_HOLDS &&
         (strcmp(exception->direction, "any") == 0 || strcmp(exception->direction, direction) == 0);
}

char *
exceptions_granted(const Exceptions *exceptions, const char *user, const char *direction,
                   gint64 when)
{
  const GPtrArray *theirs = of_user(exceptions, user);
  GString *granted = g_string_new(NULL);
  for (guint i = 0; theirs && i < theirs->len; i++) {
    const Exception *exception = g_ptr_array_index(theirs, i);
    g_autofree char *scope = exception_scope(exception);
    if (is_in_force(exception, direction, when))
      g_string_append_printf(granted, "%s\n", scope);
  }
  return g_string_free(granted, FALSE);
}

static gboolean
covers(const Exception *exception, const Hop *at)
{
  if (exception->service)
    return at->service && strcmp(exception->service, at->service) == 0;
  if (exception->class_name)
    return at->class_name && strcmp(exception->class_name, at->class_name) == 0;
  return at->url && host_is_under(at->url->host, exception->host);
}

const Exception *
exceptions_find(const Exceptions *exceptions, const char *user, const char *direction,
                const Hop *at, gint64 when)
{
  const GPtrArray *theirs = of_user(exceptions, user);
  for (guint i = 0; theirs && i < theirs->len; i++) {
    const Exception *exception = g_ptr_array_index(theirs, i);
    if (is_in_force(exception, direction, when) && covers(exception, at))
      return exception;
  }
  return NULL;
}

/* --- appending --- */

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
  struct stat info;
  if (!exceptions->broken && exceptions->fd >= 0 && fstat(exceptions->fd, &info) == 0 &&
      info.st_size != exceptions->offset)
    break_record(exceptions, "the line is cut off");
  if (exceptions->broken)
    return fail(error, CORDON_ERROR_DATA, "the record is broken", exceptions->broken);
  line->seq = (gint64)exceptions->lines + 1;
  g_autofree char *text = line_write(line, exceptions->head);
  g_autofree char *fault =
      strlen(text) <= EXCEPTION_LINE_MAX ? apply(exceptions, line) : g_strdup("it is too long");
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

int
exceptions_add(const char *path, const Exception *exception, GError **error)
{
  Line line = {.op = LINE_ADD, .time = now_seconds()};
  copy_exception(&line.exception, exception);
  int result = append(path, &line, error);
  line_clear(&line);
  return result;
}

int
exceptions_ratify(const char *path, const Exception *ratified, GError **error)
{
  Line line = {.op = LINE_RATIFY, .time = now_seconds()};
  copy_exception(&line.exception, ratified);
  int result = append(path, &line, error);
  line_clear(&line);
  return result;
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
