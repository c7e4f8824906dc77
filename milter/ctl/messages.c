/* Where messages come from: files, mboxes, folders, Maildirs, standard input. */
#include "ctl.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounds.h"
#include "log.h"

typedef struct walk {
  CtlEach each;
  void *data;
  unsigned failed;
  GHashTable *folders; /* "device inode" of those that were gone into */
} Walk;

void
ctl_message_free(CtlMessage *message)
{
  if (message == NULL)
    return;
  g_free(message->name);
  g_free(message->relative);
  g_clear_pointer(&message->prefix, g_bytes_unref);
  g_clear_pointer(&message->raw, g_bytes_unref);
  g_free(message);
}

static void
give(Walk *walk, char *name, char *relative, GBytes *prefix, GBytes *raw)
{
  CtlMessage *message = g_new0(CtlMessage, 1);

  *message = (CtlMessage){name, relative, prefix, raw};
  walk->each(message, walk->data);
}

/* The start of the next "From " line after an empty line, at or after `at`. */
static size_t
next_from_line(const char *bytes, size_t len, size_t at)
{
  while (at < len) {
    const char *lf = memchr(bytes + at, '\n', len - at);

    if (lf == NULL)
      return len;
    at = (size_t)(lf - bytes) + 1;
    if (len - at >= 5 && memcmp(bytes + at, "From ", 5) == 0 &&
        (at < 2 || bytes[at - 2] == '\n' ||
         (bytes[at - 2] == '\r' && at >= 3 && bytes[at - 3] == '\n')))
      return at;
  }
  return len;
}

static size_t
line_length(const char *bytes, size_t len)
{
  const char *lf = memchr(bytes, '\n', len);

  return lf != NULL ? (size_t)(lf - bytes) + 1 : len;
}

/* Only a file that starts with "From " is an mbox. One message alone keeps its place and its From
 * line; several become NAME/00001.eml and so on. */
static void
split(Walk *walk, const char *name, const char *relative, GBytes *all)
{
  size_t len, at = 0;
  const char *bytes = g_bytes_get_data(all, &len);
  gboolean mbox = len >= 5 && memcmp(bytes, "From ", 5) == 0;
  unsigned n = 0;

  if (!mbox) {
    give(walk, g_strdup(name), g_strdup(relative), NULL, g_bytes_ref(all));
    return;
  }
  while (at < len) {
    size_t head = line_length(bytes + at, len - at);
    size_t end = next_from_line(bytes, len, at + head - 1);
    GBytes *raw = g_bytes_new_from_bytes(all, at + head, end - at - head);
    gboolean alone = at == 0 && end == len;

    n++;
    give(walk, alone ? g_strdup(name) : g_strdup_printf("%s#%u", name, n),
         alone ? g_strdup(relative) : g_strdup_printf("%s/%05u.eml", relative, n),
         alone ? g_bytes_new_from_bytes(all, at, head) : NULL, raw);
    at = end;
  }
}

static void
tell(Walk *walk, const char *path, const char *why)
{
  g_autofree char *name = log_escape(path, -1, LIMIT_EVIDENCE);
  g_autofree char *safe = log_escape(why, -1, LIMIT_EVIDENCE);

  fprintf(stderr, "cordon: %s: %s\n", name, safe);
  walk->failed++;
}

static void
walk_file(Walk *walk, const char *path, const char *relative)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &error);
  g_autoptr(GBytes) bytes = NULL;

  if (file == NULL) {
    tell(walk, path, error->message);
    return;
  }
  bytes = g_mapped_file_get_bytes(file);
  split(walk, path, relative, bytes);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_folder(Walk *walk, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open(path, 0, &error);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  if (dir == NULL)
    tell(walk, path, error->message);
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    if (*name != '.')
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, by_name);
  return names;
}

static gboolean
is_maildir(const char *path)
{
  g_autofree char *cur = g_build_filename(path, "cur", NULL);
  g_autofree char *new = g_build_filename(path, "new", NULL);
  g_autofree char *tmp = g_build_filename(path, "tmp", NULL);

  return g_file_test(cur, G_FILE_TEST_IS_DIR) && g_file_test(new, G_FILE_TEST_IS_DIR) &&
         g_file_test(tmp, G_FILE_TEST_IS_DIR);
}

/* Links can lead to one folder on many ways, and from it to itself. */
static gboolean
is_new_folder(Walk *walk, const struct stat *st)
{
  return g_hash_table_add(walk->folders,
                          g_strdup_printf("%ju %ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino));
}

static void walk_path(Walk *walk, const char *path, const char *relative, unsigned depth);

static void
walk_folder(Walk *walk, const char *path, const char *relative, unsigned depth)
{
  g_autoptr(GPtrArray) names = list_folder(walk, path);
  gboolean maildir = is_maildir(path);

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index(names, i);
    g_autofree char *below = g_build_filename(path, name, NULL);
    g_autofree char *to = g_build_filename(relative, name, NULL);

    if (!maildir || strcmp(name, "tmp") != 0)
      walk_path(walk, below, to, depth + 1);
  }
}

/* A pipe could keep us waiting for ever, so only regular files are opened. */
static void
walk_path(Walk *walk, const char *path, const char *relative, unsigned depth)
{
  struct stat st;

  if (stat(path, &st) != 0)
    tell(walk, path, g_strerror(errno));
  else if (S_ISREG(st.st_mode))
    walk_file(walk, path, relative);
  else if (!S_ISDIR(st.st_mode))
    tell(walk, path, "neither a file nor a folder");
  else if (depth > LIMIT_DEPTH)
    tell(walk, path, "folders nested too deep");
  else if (!is_new_folder(walk, &st))
    tell(walk, path, "a folder that was read already");
  else
    walk_folder(walk, path, relative, depth);
}

static void
walk_stdin(Walk *walk)
{
  GByteArray *bytes = g_byte_array_new();
  guint8 chunk[65536];
  ssize_t n;

  while ((n = read(STDIN_FILENO, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)) {
    if (n > 0)
      g_byte_array_append(bytes, chunk, (guint)n);
    if (bytes->len > LIMIT_MESSAGE + MIB(1))
      break;
  }
  if (n < 0) {
    tell(walk, "-", g_strerror(errno));
    g_byte_array_unref(bytes);
    return;
  }
  give(walk, g_strdup("-"), g_strdup("stdin.eml"), NULL, g_byte_array_free_to_bytes(bytes));
}

unsigned
ctl_messages(char **paths, CtlEach each, void *data)
{
  Walk walk = {each, data, 0, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};

  if (paths == NULL || *paths == NULL)
    walk_stdin(&walk);
  for (; paths != NULL && *paths != NULL; paths++) {
    g_autofree char *base = g_path_get_basename(*paths);

    if (strcmp(*paths, "-") == 0)
      walk_stdin(&walk);
    else if (g_file_test(*paths, G_FILE_TEST_IS_DIR))
      walk_path(&walk, *paths, "", 0);
    else
      walk_path(&walk, *paths, base, 0);
  }
  g_hash_table_unref(walk.folders);
  return walk.failed;
}
