/* exceptions.c - the record: its lines to exceptions, filed by whom they are for. */
#include "exceptions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exceptions_record.h"
#include "people.h"

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
  GHashTable *hashes;    /* of all lines */
  GPtrArray *all;        /* Exception * */
  GHashTable *by_name;   /* their names ─▶ Exception */
  GHashTable *by_holder; /* address or group key ─▶ GPtrArray of Exception */
  GHashTable *by_use;    /* use_key ─▶ GPtrArray of Exception */
  GHashTable *targets;   /* exception_target of each */
  GHashTable *by_signed; /* signed_text ─▶ Exception */
  ExceptionVet vet;
  const void *vet_data;
  GHashTable *groups; /* names of those that any is for, as subject or computers */
};

static void
exception_free(void *data)
{
  exception_clear(data);
  g_free(data);
}

/* --- lines to exceptions --- */

static Exception *
find_named(const Exceptions *exceptions, const char *name)
{
  return name ? g_hash_table_lookup(exceptions->by_name, name) : NULL;
}

/* `target` as exception_target says it. */
static char *
use_key(const char *holder, const char *target)
{
  return g_strconcat(holder, "\n", target, NULL);
}

char *
exceptions_group_key(const char *group)
{
  return g_strconcat("\n", group, NULL);
}

/* A mailbox and a person are asked for by the same thing, an address. */
static char *
holder_key(const Exception *exception)
{
  return exception->group ? exceptions_group_key(exception->group)
                          : g_strdup(exception_address(exception));
}

/* Takes the key. */
static void
file_under(GHashTable *table, char *key, Exception *exception)
{
  GPtrArray *filed = g_hash_table_lookup(table, key);
  if (!filed)
    g_hash_table_insert(table, g_strdup(key), filed = g_ptr_array_new());
  g_ptr_array_add(filed, exception);
  g_free(key);
}

static void
keep(Exceptions *exceptions, Exception *exception)
{
  g_autofree char *target = exception_target(exception);
  g_autofree char *holder = holder_key(exception);
  file_under(exceptions->by_holder, g_strdup(holder), exception);
  file_under(exceptions->by_use, use_key(holder, target), exception);
  g_hash_table_add(exceptions->targets, g_strdup(target));
  if (exception->group)
    g_hash_table_add(exceptions->groups, exception->group);
  if (exception->computer_group)
    g_hash_table_add(exceptions->groups, exception->computer_group);
  if (exception->signed_text)
    g_hash_table_insert(exceptions->by_signed, exception->signed_text, exception);
  g_hash_table_insert(exceptions->by_name, exception->name, exception);
  g_ptr_array_add(exceptions->all, exception);
}

static char *
apply_add(Exceptions *exceptions, Line *line)
{
  if (find_named(exceptions, line->exception.name))
    return g_strdup_printf("\"%s\" is there already", line->exception.name);
  if (line->exception.signed_text && exceptions_signed(exceptions, line->exception.signed_text))
    return g_strdup("the same approval is there already");
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
  if (exception_lacks(line->by) || exception_lacks(line->why))
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
#define X(member) take(&kept->member, &by->member);
  EXCEPTION_APPROVAL(X)
#undef X
  kept->two_person |= by->two_person;
  kept->ratified = line->time;
  kept->approved = by->approved;
  kept->end = by->end;
  kept->review = by->review;
  kept->vetted = 0;
  return NULL;
}

static char *
apply_second(Exceptions *exceptions, Line *line)
{
  Exception *kept = find_named(exceptions, line->exception.name), *by = &line->exception;
  if (!kept || exception_state(kept, line->time) != EXCEPTION_PENDING)
    return g_strdup_printf("\"%s\" does not wait for a second approver", by->name);
  if (exception_lacks(by->second))
    return g_strdup("second is missing");
  Exception whole = exception_seconded(kept, by, line->time);
  char *fault = exception_fault(&whole, line->time);
  if (fault)
    return fault;
#define X(member) take(&kept->member, &by->member);
  EXCEPTION_SECOND(X)
#undef X
  kept->seconded = line->time;
  kept->vetted = 0;
  return NULL;
}

char *
exceptions_take(Exceptions *exceptions, Line *line)
{
  switch (line->op) {
  case LINE_ADD:
    return apply_add(exceptions, line);
  case LINE_REVOKE:
    return apply_revoke(exceptions, line);
  case LINE_RATIFY:
    return apply_ratify(exceptions, line);
  case LINE_SECOND:
    return apply_second(exceptions, line);
  case LINE_REVIEW:
    exceptions->reviewed = line->time;
    return exception_lacks(line->by) ? g_strdup("who signs off is missing") : NULL;
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
    wrong = fault = exceptions_take(exceptions, &line);
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

void
exceptions_require_end(Exceptions *exceptions)
{
  struct stat info;
  if (exceptions->fd >= 0 && fstat(exceptions->fd, &info) == 0 &&
      info.st_size != exceptions->offset)
    break_record(exceptions, "the line is cut off");
}

static void
free_filed(void *filed)
{
  g_ptr_array_unref(filed);
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
  exceptions->groups = g_hash_table_new(g_str_hash, g_str_equal);
  exceptions->by_signed = g_hash_table_new(g_str_hash, g_str_equal);
  exceptions->targets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  exceptions->by_holder = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_filed);
  exceptions->by_use = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_filed);
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
  g_hash_table_unref(exceptions->by_use);
  g_hash_table_unref(exceptions->by_holder);
  g_hash_table_unref(exceptions->groups);
  g_hash_table_unref(exceptions->by_signed);
  g_hash_table_unref(exceptions->targets);
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

const Exception *
exceptions_prolonged(const Exceptions *exceptions, const Exception *exception)
{
  g_autofree char *holder = holder_key(exception), *target = exception_target(exception);
  g_autofree char *key = use_key(holder, target);
  const GPtrArray *filed = g_hash_table_lookup(exceptions->by_use, key);
  for (guint i = 0; filed && i < filed->len; i++) {
    const Exception *before = g_ptr_array_index(filed, i);
    if (g_strcmp0(before->name, exception->name) == 0)
      return NULL;
    if (before->approval && names_agree(before->approval, exception->approval) &&
        g_strcmp0(before->sender, exception->sender) == 0 && before->end < exception->end)
      return before;
  }
  return NULL;
}

const Exception *
exceptions_signed(const Exceptions *exceptions, const char *text)
{
  return g_hash_table_lookup(exceptions->by_signed, text);
}

void
exceptions_set_vet(Exceptions *exceptions, ExceptionVet vet, const void *data)
{
  exceptions->vet = vet;
  exceptions->vet_data = data;
}

gboolean
exceptions_vouch(const Exceptions *exceptions, Exception *exception)
{
  if (exceptions->vet && !exception->vetted)
    exception->vetted = exceptions->vet(exception, exceptions->vet_data) ? 1 : -1;
  return exception->vetted >= 0;
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

const char *
exceptions_group(const Exceptions *exceptions, const char *group)
{
  return g_hash_table_lookup(exceptions->groups, group);
}

gboolean
exceptions_cover(const Exceptions *exceptions, const char *target)
{
  return g_hash_table_contains(exceptions->targets, target);
}

const GPtrArray *
exceptions_of(const Exceptions *exceptions, const char *holder)
{
  return exceptions->broken ? NULL : g_hash_table_lookup(exceptions->by_holder, holder);
}

const GPtrArray *
exceptions_for(const Exceptions *exceptions, const char *holder, const char *target)
{
  g_autofree char *key = use_key(holder, target);
  return exceptions->broken ? NULL : g_hash_table_lookup(exceptions->by_use, key);
}
