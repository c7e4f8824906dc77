#include "watch.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE)

struct watch {
  int fd;
  GHashTable *rules; /* set of watches of the rules' folders; others are of signatures */
};

Watch *
watch_new(void)
{
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  Watch *watch;

  if (fd < 0)
    return NULL;
  watch = g_new0(Watch, 1);
  watch->fd = fd;
  watch->rules = g_hash_table_new(NULL, NULL);
  return watch;
}

void
watch_free(Watch *watch)
{
  if (watch == NULL)
    return;
  close(watch->fd);
  g_hash_table_unref(watch->rules);
  g_free(watch);
}

int
watch_fd(const Watch *watch)
{
  return watch != NULL ? watch->fd : -1;
}

/* A folder that is watched already keeps its number. */
static void
add_rules(Watch *watch, const char *folder, const char *below)
{
  g_autofree char *path = g_build_filename(folder, below, NULL);
  int wd = inotify_add_watch(watch->fd, path, CHANGES | IN_ONLYDIR);

  if (wd >= 0)
    g_hash_table_add(watch->rules, GINT_TO_POINTER(wd));
}

void
watch_add(Watch *watch, const char *rules, const char *signatures)
{
  if (watch == NULL)
    return;
  add_rules(watch, rules, NULL);
  add_rules(watch, rules, "services");
  add_rules(watch, rules, "lists");
  add_rules(watch, rules, "groups");
  if (*signatures != '\0')
    inotify_add_watch(watch->fd, signatures, CHANGES | IN_ONLYDIR);
}

/* A new folder below the rules counts: it may be full already. Editors and freshclam write under
 * other names first. */
static gboolean
matters(const Watch *watch, const struct inotify_event *event)
{
  const char *name = event->name;

  if ((event->mask & IN_Q_OVERFLOW) != 0)
    return TRUE;
  if (event->len == 0 || *name == '.' || g_str_has_suffix(name, "~"))
    return FALSE;
  if (g_str_has_suffix(name, ".jsonl")) /* workers see for themselves what is added to it */
    return (event->mask & ~(uint32_t)IN_CLOSE_WRITE) != 0;
  if (g_hash_table_contains(watch->rules, GINT_TO_POINTER(event->wd)))
    return (event->mask & IN_ISDIR) != 0 || g_str_has_suffix(name, ".conf") ||
           g_str_has_suffix(name, ".txt") || g_str_has_suffix(name, ".cdb");
  return (event->mask & (IN_ISDIR | IN_CREATE)) == 0 && !g_str_has_suffix(name, ".tmp") &&
         !g_str_has_prefix(name, "tmp");
}

gboolean
watch_read(Watch *watch)
{
  char buffer[16 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
  gboolean changed = FALSE;
  ssize_t n;

  while ((n = read(watch->fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    for (ssize_t at = 0; at < n;) {
      const struct inotify_event *event = (const struct inotify_event *)(buffer + at);

      changed = matters(watch, event) || changed;
      at += (ssize_t)(sizeof *event + event->len);
    }
  return changed;
}
