#include "lists.h"

#include <glib/gstdio.h>
#include <string.h>

#include "feed.h"
#include "hostmap.h"
#include "names.h"
#include "syntax.h"

#define FEED_ENDING   ".cdb"
#define EXEMPT_ENDING ".except.txt"

/* Wrong lines of one list that are shown; a file that is no list at all has thousands. */
#define SHOWN_MAX 20

typedef struct list {
  char *name;      /* "threat-feed" */
  HostMap *hosts;  /* of NAME.txt */
  HostMap *exempt; /* of NAME.except.txt: never in NAME.cdb; or NULL */
  Feed *feed;      /* NAME.cdb, or NULL */
  char *version;   /* of its bytes, or of the feed */
  gint64 time;     /* of the file or feed, Unix seconds */
} List;

/* So that a hundred lists cost an address no more than one: a name is looked up in all of them at
 * once, and those are asked that have something there. */
struct lists {
  GPtrArray *all;   /* List * */
  GPtrArray *names; /* theirs, NULL behind */
  GHashTable *at;   /* names of hosts (the HostMaps' own) ─▶ which list, from 1, or SEVERAL */
};

#define SEVERAL G_MAXUINT

static void
list_free(void *data)
{
  List *list = data;
  hostmap_free(list->hosts);
  hostmap_free(list->exempt);
  feed_free(list->feed);
  g_free(list->name);
  g_free(list->version);
  g_free(list);
}

void
lists_free(Lists *lists)
{
  if (!lists)
    return;
  g_hash_table_unref(lists->at);
  g_ptr_array_unref(lists->names);
  g_ptr_array_unref(lists->all);
  g_free(lists);
}

/* A comment ends a line when it begins it or stands after a blank: "#" may be part of a URL. */
static char *
line_entry(char *line)
{
  for (char *p = line; *p; p++)
    if (*p == '#' && (p == line || g_ascii_isspace(p[-1]))) {
      *p = '\0';
      break;
    }
  return g_strstrip(line);
}

static const char *
add_line(HostMap *hosts, const char *entry)
{
  void *already; /* the same line twice does no harm */
  if (strpbrk(entry, " \t,;\""))
    return "is more than one thing; write one host or URL a line";
  return hostmap_add(hosts, entry, HOST_OR_URL, hosts, &already);
}

static void
read_lines(HostMap *hosts, char *text, const char *file, Problems *problems)
{
  unsigned wrongs = 0;
  char *next = text;
  for (unsigned line = 1; next; line++) {
    char *at = next;
    next = strchr(at, '\n');
    if (next)
      *next++ = '\0';
    char *entry = line_entry(at);
    const char *wrong = *entry ? add_line(hosts, entry) : NULL;
    if (wrong && ++wrongs <= SHOWN_MAX)
      problems_add(problems, (Place){file, line}, "\"%s\" %s", entry, wrong);
  }
  if (wrongs > SHOWN_MAX)
    problems_add(problems, (Place){file, G_MAXUINT}, "%u more lines are wrong; is this a list?",
                 wrongs - SHOWN_MAX);
}

/* Before its lines are cut. */
static void
note_version(List *list, const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autofree char *sum =
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, text != NULL ? text : "", -1);
  GStatBuf info;
  g_free(list->version);
  list->version = g_strndup(sum, 12);
  list->time = g_stat(path, &info) == 0 ? (gint64)info.st_mtime : 0;
}

static List *
list_of(Lists *lists, const char *name, const char *ending)
{
  g_autofree char *base = g_path_get_basename(name);
  base[strlen(base) - strlen(ending)] = '\0';
  for (guint i = 0; i < lists->all->len; i++) {
    List *list = g_ptr_array_index(lists->all, i);
    if (strcmp(list->name, base) == 0)
      return list;
  }
  List *list = g_new0(List, 1);
  list->name = g_steal_pointer(&base);
  list->hosts = hostmap_new();
  list->version = g_strdup("");
  g_ptr_array_add(lists->all, list);
  g_ptr_array_add(lists->names, list->name);
  return list;
}

static void
read_list(Lists *lists, const char *dir, const char *name, GChecksum *checksum, Problems *problems)
{
  gboolean exempts = g_str_has_suffix(name, EXEMPT_ENDING);
  g_autofree char *file = syntax_name(dir, name);
  g_autofree char *text = syntax_load(dir, name, checksum, problems);
  List *list = list_of(lists, name, exempts ? EXEMPT_ENDING : ".txt");
  if (exempts && !list->exempt)
    list->exempt = hostmap_new();
  if (!exempts)
    note_version(list, dir, name, text);
  if (text)
    read_lines(exempts ? list->exempt : list->hosts, text, file, problems);
}

static void
read_feed(Lists *lists, const char *dir, const char *name, GChecksum *checksum, Problems *problems)
{
  g_autofree char *file = syntax_name(dir, name);
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autoptr(GError) error = NULL;
  List *list = list_of(lists, name, FEED_ENDING);
  list->feed = feed_open(path, &error);
  if (!list->feed) {
    problems_add(problems, (Place){file, 0},
                 "is no compiled feed, or cannot be read; make it with cordon feed compile -o %s",
                 file);
    return;
  }
  g_autofree char *version = g_strdup_printf("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, name,
                                             feed_entries(list->feed), feed_time(list->feed));
  g_checksum_update(checksum, (const guchar *)version, -1);
  g_free(list->version);
  list->version = g_compute_checksum_for_string(G_CHECKSUM_SHA256, version, -1);
  list->version[12] = '\0';
  list->time = feed_time(list->feed);
}

typedef struct indexing {
  GHashTable *at;
  guint list;
} Indexing;

static void
note_name(const char *name, void *data)
{
  const Indexing *to = data;
  guint other = GPOINTER_TO_UINT(g_hash_table_lookup(to->at, name));
  g_hash_table_insert(to->at, (char *)name,
                      GUINT_TO_POINTER(other && other != to->list ? SEVERAL : to->list));
}

static void
index_names(Lists *lists)
{
  for (guint i = 0; i < lists->all->len; i++) {
    const List *list = g_ptr_array_index(lists->all, i);
    hostmap_each_name(list->hosts, note_name, &(Indexing){lists->at, i + 1});
  }
}

Lists *
lists_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Lists *lists = g_new0(Lists, 1);
  g_autoptr(GPtrArray) files = syntax_list(dir, "lists", ".txt", problems);
  g_autofree char *folder = g_build_filename(dir, "lists", NULL);
  gboolean there = g_file_test(folder, G_FILE_TEST_IS_DIR); /* one complaint is enough */
  g_autoptr(GPtrArray) feeds = there ? syntax_list(dir, "lists", FEED_ENDING, problems) : NULL;
  lists->all = g_ptr_array_new_with_free_func(list_free);
  lists->names = g_ptr_array_new();
  for (guint i = 0; i < files->len; i++)
    read_list(lists, dir, g_ptr_array_index(files, i), checksum, problems);
  for (guint i = 0; feeds && i < feeds->len; i++)
    read_feed(lists, dir, g_ptr_array_index(feeds, i), checksum, problems);
  names_finish(lists->names);
  lists->at = g_hash_table_new(g_str_hash, g_str_equal);
  index_names(lists);
  return lists;
}

static gboolean
list_holds(const List *list, const Url *url, gboolean own)
{
  if (hostmap_find(list->hosts, url))
    return TRUE;
  return list->feed && !own && !(list->exempt && hostmap_find(list->exempt, url)) &&
         feed_holds(list->feed, url);
}

/* The lists that have something at the host or above it, from 1; NULL: none has. */
static GArray *
find_candidates(const Lists *lists, const Url *url)
{
  GArray *found = NULL;
  for (const char *name = url->host; name && *name;) {
    guint list = GPOINTER_TO_UINT(g_hash_table_lookup(lists->at, name));
    if (list && !found)
      found = g_array_new(FALSE, FALSE, sizeof(guint));
    if (list)
      g_array_append_val(found, list);
    name = (url->flags & URL_IP) ? NULL : strchr(name, '.');
    name = name ? name + 1 : NULL;
  }
  return found;
}

static gboolean
is_candidate(const GArray *candidates, guint list)
{
  for (guint i = 0; candidates && i < candidates->len; i++) {
    guint at = g_array_index(candidates, guint, i);
    if (at == list || at == SEVERAL)
      return TRUE;
  }
  return FALSE;
}

GPtrArray *
lists_find(const Lists *lists, const Url *url, gboolean own)
{
  GPtrArray *names = NULL;
  g_autoptr(GArray) candidates = find_candidates(lists, url);
  for (guint i = 0; i < lists->all->len; i++) {
    const List *list = g_ptr_array_index(lists->all, i);
    if ((!list->feed && !is_candidate(candidates, i + 1)) || !list_holds(list, url, own))
      continue;
    if (!names)
      names = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(names, g_strdup(list->name));
  }
  return names;
}

const char *const *
lists_names(const Lists *lists)
{
  return (const char *const *)lists->names->pdata;
}

unsigned
lists_count(const Lists *lists)
{
  return lists->all->len;
}

char *
lists_sizes(const Lists *lists)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < lists->all->len; i++) {
    const List *list = g_ptr_array_index(lists->all, i);
    guint64 entries = hostmap_count(list->hosts) + (list->feed ? feed_entries(list->feed) : 0);
    g_string_append_printf(text, "%" G_GUINT64_FORMAT " %s\t%s\t%" G_GINT64_FORMAT "\n", entries,
                           list->name, list->version, list->time);
  }
  return g_string_free(text, FALSE);
}
