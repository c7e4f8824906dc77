#include "lists.h"

#include <glib/gstdio.h>
#include <string.h>

#include "hostmap.h"
#include "syntax.h"

/* Wrong lines of one list that are shown; a file that is no list at all has thousands. */
#define SHOWN_MAX 20

typedef struct list {
  char *name; /* "threat-feed" */
  HostMap *hosts;
  unsigned entries;
  char *version; /* of its bytes */
  gint64 time;   /* of the file, unix seconds */
} List;

struct lists {
  GPtrArray *all;   /* List * */
  GPtrArray *names; /* theirs, NULL behind */
};

static void
list_free(void *data)
{
  List *list = data;
  hostmap_free(list->hosts);
  g_free(list->name);
  g_free(list->version);
  g_free(list);
}

void
lists_free(Lists *lists)
{
  if (!lists)
    return;
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
add_line(List *list, const char *entry)
{
  void *already; /* the same line twice does no harm */
  if (strpbrk(entry, " \t,;\""))
    return "is more than one thing; write one host or URL a line";
  return hostmap_add(list->hosts, entry, HOST_OR_URL, list, &already);
}

static void
read_lines(List *list, char *text, const char *file, Problems *problems)
{
  unsigned wrongs = 0;
  char *next = text;
  for (unsigned line = 1; next; line++) {
    char *at = next;
    next = strchr(at, '\n');
    if (next)
      *next++ = '\0';
    char *entry = line_entry(at);
    const char *wrong = *entry ? add_line(list, entry) : NULL;
    list->entries += *entry != '\0';
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
  list->version = g_strndup(sum, 12);
  list->time = g_stat(path, &info) == 0 ? (gint64)info.st_mtime : 0;
}

static void
read_list(Lists *lists, const char *dir, const char *name, GChecksum *checksum, Problems *problems)
{
  g_autofree char *file = syntax_name(dir, name);
  g_autofree char *base = g_path_get_basename(name);
  g_autofree char *text = syntax_load(dir, name, checksum, problems);
  List *list = g_new0(List, 1);
  list->name = g_strndup(base, strlen(base) - strlen(".txt"));
  list->hosts = hostmap_new();
  g_ptr_array_add(lists->all, list);
  g_ptr_array_add(lists->names, list->name);
  note_version(list, dir, name, text);
  if (text)
    read_lines(list, text, file, problems);
}

Lists *
lists_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Lists *lists = g_new0(Lists, 1);
  g_autoptr(GPtrArray) files = syntax_list(dir, "lists", ".txt", problems);
  lists->all = g_ptr_array_new_with_free_func(list_free);
  lists->names = g_ptr_array_new();
  for (guint i = 0; i < files->len; i++)
    read_list(lists, dir, g_ptr_array_index(files, i), checksum, problems);
  g_ptr_array_add(lists->names, NULL);
  return lists;
}

GPtrArray *
lists_find(const Lists *lists, const Url *url)
{
  GPtrArray *names = NULL;
  for (guint i = 0; i < lists->all->len; i++) {
    const List *list = g_ptr_array_index(lists->all, i);
    if (!hostmap_find(list->hosts, url))
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
    g_string_append_printf(text, "%u %s\t%s\t%" G_GINT64_FORMAT "\n", list->entries, list->name,
                           list->version, list->time);
  }
  return g_string_free(text, FALSE);
}
