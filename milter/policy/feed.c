#include "feed.h"

#include <cdb.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "feed_line.h"
#include "hostmap.h"
#include "log.h"
#include "octets.h"

/* Of a host: names longer than that are none. */
#define KEY_HOST_MAX 256

/* Of a line that means nothing: a feed is somebody else's text, and a terminal may show it. */
#define SHOWN_MAX 60

struct feed {
  struct cdb cdb;
  int fd;
  guint64 entries;
  gint64 time;
};

static int
fail(GError **error, int code, const char *path, const char *why)
{
  g_set_error(error, CORDON_ERROR, code, "%s: %s", path, why);
  return -1;
}

/* --- looking up --- */

/* The file begins with the place and the number of slots (of 8 bytes) of each of its tables, and
 * ends with the last of them: one that was cut off does not. */
static gboolean
is_whole(Feed *feed)
{
  struct stat info;
  const guint8 *tables = cdb_get(&feed->cdb, 256 * 8, 0);
  guint64 end = 0;
  if (!tables || fstat(feed->fd, &info) != 0)
    return FALSE;
  for (int i = 0; i < 256; i++)
    end = MAX(end, le32(tables + i * 8) + G_GUINT64_CONSTANT(8) * le32(tables + i * 8 + 4));
  return end == (guint64)info.st_size;
}

static gboolean
read_header(Feed *feed)
{
  char text[80] = "";
  unsigned version;
  if (cdb_find(&feed->cdb, "", 0) <= 0 || cdb_datalen(&feed->cdb) >= sizeof text ||
      cdb_read(&feed->cdb, text, cdb_datalen(&feed->cdb), cdb_datapos(&feed->cdb)) != 0)
    return FALSE;
  return sscanf(text, "cordon-feed %u %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, &version,
                &feed->entries, &feed->time) == 3 &&
         version == 1 && feed->entries > 0;
}

Feed *
feed_open(const char *path, GError **error)
{
  g_autofree Feed *feed = g_new0(Feed, 1);
  feed->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (feed->fd < 0) {
    fail(error, CORDON_ERROR_CONFIG, path, g_strerror(errno));
    return NULL;
  }
  gboolean mapped = cdb_init(&feed->cdb, feed->fd) == 0;
  if (mapped && is_whole(feed) && read_header(feed))
    return g_steal_pointer(&feed);
  if (mapped)
    cdb_free(&feed->cdb);
  close(feed->fd);
  fail(error, CORDON_ERROR_CONFIG, path,
       "is no compiled feed, or is cut off or empty; make it with cordon feed compile");
  return NULL;
}

void
feed_free(Feed *feed)
{
  if (!feed)
    return;
  cdb_free(&feed->cdb);
  close(feed->fd);
  g_free(feed);
}

guint64
feed_entries(const Feed *feed)
{
  return feed->entries;
}

gint64
feed_time(const Feed *feed)
{
  return feed->time;
}

static gboolean
has_path(Feed *feed, const char *host, const Url *url)
{
  unsigned len = cdb_datalen(&feed->cdb), pos = cdb_datapos(&feed->cdb);
  const guint8 *lengths = cdb_get(&feed->cdb, len, pos);
  g_autofree char *path = hostmap_path(url);
  size_t have = strlen(path);
  g_autoptr(GString) key = g_string_new("u");
  g_string_append(key, host);
  gsize head = key->len;
  for (unsigned i = 0; lengths && i + 1 < len; i += 2) {
    unsigned want = lengths[i] | (unsigned)lengths[i + 1] << 8;
    if (want > have)
      continue;
    g_string_truncate(key, head);
    g_string_append_len(key, path, (gssize)want);
    if (cdb_find(&feed->cdb, key->str, (unsigned)key->len) > 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
holds_name(Feed *feed, const char *name, const Url *url)
{
  char key[KEY_HOST_MAX + 1];
  size_t len = strlen(name);
  if (len >= KEY_HOST_MAX)
    return FALSE;
  memcpy(key + 1, name, len);
  key[0] = 'h';
  if (cdb_find(&feed->cdb, key, (unsigned)len + 1) > 0)
    return TRUE;
  key[0] = 'p';
  return cdb_find(&feed->cdb, key, (unsigned)len + 1) > 0 && has_path(feed, name, url);
}

gboolean
feed_holds(Feed *feed, const Url *url)
{
  const char *name = url->host;
  while (*name) {
    if (holds_name(feed, name, url))
      return TRUE;
    const char *dot = (url->flags & URL_IP) ? NULL : strchr(name, '.');
    name = dot ? dot + 1 : "";
  }
  return FALSE;
}

/* --- compiling --- */

typedef struct compiler {
  const FeedSource *source;
  FeedCount *counts;
  GStringChunk *texts;
  GPtrArray *keys; /* const char *: "h" and a host, or "u", a host and a path */
  guint64 lines;   /* that are neither empty nor a comment */
} Compiler;

static gboolean
is_own(const Compiler *compiler, const char *host)
{
  for (char **own = compiler->source->own_domains; own && *own; own++)
    if (host_is_under(host, *own) || host_is_under(*own, host))
      return TRUE;
  return FALSE;
}

static void
take_entry(const char *host, const char *path, void *data)
{
  Compiler *compiler = data;
  if (is_own(compiler, host)) {
    compiler->counts->own++;
    return;
  }
  g_autofree char *key = g_strconcat(*path ? "u" : "h", host, path, NULL);
  g_ptr_array_add(compiler->keys, g_string_chunk_insert(compiler->texts, key));
}

static void
take_line(Compiler *compiler, char *line, const char *file, guint64 number)
{
  FeedLine kind = feed_line_read(line, compiler->source->format, take_entry, compiler);
  compiler->lines += kind != FEED_LINE_EMPTY;
  if (kind != FEED_LINE_WRONG)
    return;
  if (compiler->counts->unread++ > 0)
    return;
  g_autofree char *shown = log_escape(line, -1, SHOWN_MAX);
  compiler->counts->unread_at =
      g_strdup_printf("%s:%" G_GUINT64_FORMAT ": \"%s\"", file, number, shown);
}

static int
take_file(Compiler *compiler, const char *file, GError **error)
{
  FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
  char *line = NULL;
  size_t room = 0;
  if (!in)
    return fail(error, CORDON_ERROR_DATA, file, g_strerror(errno));
  for (guint64 number = 1; getline(&line, &room, in) >= 0; number++)
    take_line(compiler, line, file, number);
  gboolean broken = ferror(in);
  free(line);
  if (in != stdin)
    fclose(in);
  return broken ? fail(error, CORDON_ERROR_DATA, file, g_strerror(errno)) : 0;
}

static int
compare_keys(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once. */
static void
order_keys(Compiler *compiler)
{
  GPtrArray *keys = compiler->keys;
  guint kept = 0;
  g_ptr_array_sort(keys, compare_keys);
  for (guint i = 0; i < keys->len; i++)
    if (kept == 0 || strcmp(keys->pdata[kept - 1], keys->pdata[i]) != 0)
      keys->pdata[kept++] = keys->pdata[i];
  compiler->counts->twice = keys->len - kept;
  compiler->counts->entries = kept;
  g_ptr_array_set_size(keys, (int)kept);
}

static int
compare_lengths(gconstpointer a, gconstpointer b)
{
  return (int)*(const guint16 *)b - (int)*(const guint16 *)a;
}

static int
put_lengths(struct cdb_make *make, const char *host, GArray *lengths)
{
  g_autoptr(GByteArray) value = g_byte_array_new();
  g_autofree char *key = g_strconcat("p", host, NULL);
  g_array_sort(lengths, compare_lengths);
  for (guint i = 0; i < lengths->len; i++) {
    guint16 length = g_array_index(lengths, guint16, i);
    guint8 bytes[] = {(guint8)length, (guint8)(length >> 8)};
    if (i == 0 || length != g_array_index(lengths, guint16, i - 1))
      g_byte_array_append(value, bytes, 2);
  }
  return cdb_make_add(make, key, (unsigned)strlen(key), value->data, value->len);
}

/* Keys of one host stand together, as they are sorted: their lengths make its "p". */
static int
put_keys(struct cdb_make *make, const GPtrArray *keys)
{
  g_autoptr(GArray) lengths = g_array_new(FALSE, FALSE, sizeof(guint16));
  g_autofree char *host = NULL;
  for (guint i = 0; i < keys->len; i++) {
    const char *key = keys->pdata[i], *path = strpbrk(key, "/?#");
    if (cdb_make_add(make, key, (unsigned)strlen(key), "", 0) != 0)
      return -1;
    if (*key != 'u' || !path)
      continue;
    g_autofree char *name = g_strndup(key + 1, (gsize)(path - key - 1));
    if (host && strcmp(host, name) != 0) {
      if (put_lengths(make, host, lengths) != 0)
        return -1;
      g_array_set_size(lengths, 0);
    }
    g_free(host);
    host = g_steal_pointer(&name);
    guint16 length = (guint16)strlen(path);
    g_array_append_val(lengths, length);
  }
  return host ? put_lengths(make, host, lengths) : 0;
}

static int
write_database(int fd, const GPtrArray *keys)
{
  struct cdb_make make;
  g_autofree char *header = g_strdup_printf("cordon-feed 1 %u %" G_GINT64_FORMAT, keys->len,
                                            g_get_real_time() / G_USEC_PER_SEC);
  if (cdb_make_start(&make, fd) != 0)
    return -1;
  int result = put_keys(&make, keys);
  if (cdb_make_add(&make, "", 0, header, (unsigned)strlen(header)) != 0)
    result = -1;
  if (cdb_make_finish(&make) != 0)
    result = -1;
  return result == 0 ? fsync(fd) : -1;
}

/* Beside it first, then in its place: whoever has the old one mapped keeps it. */
static int
write_feed(const char *path, const GPtrArray *keys, GError **error)
{
  g_autofree char *beside = g_strdup_printf("%s.XXXXXX", path);
  int fd = g_mkstemp_full(beside, O_RDWR | O_CLOEXEC, 0644);
  if (fd < 0)
    return fail(error, CORDON_ERROR_TEMP, path, g_strerror(errno));
  int result = write_database(fd, keys);
  if (result == 0)
    result = rename(beside, path);
  int why = errno;
  close(fd);
  if (result == 0)
    return 0;
  unlink(beside);
  return fail(error, CORDON_ERROR_TEMP, path, g_strerror(why));
}

static int
check_counts(const Compiler *compiler, GError **error)
{
  const FeedCount *counts = compiler->counts;
  g_autofree char *why = NULL;
  if (counts->entries == 0)
    why = g_strdup("nothing is left of the feed");
  else if (counts->unread * 2 > compiler->lines)
    why = g_strdup_printf("less than half of the feed can be read, such as %s", counts->unread_at);
  else if (counts->entries < compiler->source->fewest)
    why = g_strdup_printf("the feed has only %" G_GUINT64_FORMAT
                          " entries, and at least %" G_GUINT64_FORMAT " are wanted",
                          counts->entries, compiler->source->fewest);
  if (!why)
    return 0;
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, why);
  return -1;
}

static int
compile(Compiler *compiler, char **files, const char *path, GError **error)
{
  for (char **file = files; *file; file++)
    if (take_file(compiler, *file, error) != 0)
      return -1;
  order_keys(compiler);
  if (check_counts(compiler, error) != 0)
    return -1;
  return write_feed(path, compiler->keys, error);
}

int
feed_compile(char **files, const FeedSource *source, const char *path, FeedCount *counts,
             GError **error)
{
  *counts = (FeedCount){0};
  Compiler compiler = {.source = source,
                       .counts = counts,
                       .texts = g_string_chunk_new(1024 * 1024),
                       .keys = g_ptr_array_new()};
  int result = compile(&compiler, files, path, error);
  g_ptr_array_unref(compiler.keys);
  g_string_chunk_free(compiler.texts);
  return result;
}
