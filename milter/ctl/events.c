#include "events.h"

#include "exceptions.h"
#include "originals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
events_path(const Settings *settings)
{
  return *settings->events != '\0' ? g_strdup(settings->events)
                                   : g_build_filename(settings->state, "events.jsonl", NULL);
}

int
events_each(const Settings *settings, void (*each)(const char *line, void *data), void *data)
{
  g_autofree char *path = events_path(settings);
  FILE *events = fopen(path, "re");
  char *line = NULL;
  size_t room = 0;

  if (events == NULL) {
    perror(path);
    return -1;
  }
  while (getline(&line, &room, events) >= 0)
    each(line, data);
  free(line);
  fclose(events);
  return 0;
}

/* Our own members come first, and no text in front of them holds a bare quote: a search finds them.
 */
static char *
text_behind(const char *line, const char *member, char end)
{
  const char *at = strstr(line, member), *from = at != NULL ? at + strlen(member) : NULL;
  const char *to = from != NULL ? strchr(from, end) : NULL;

  return to != NULL ? g_strndup(from, (gsize)(to - from)) : NULL;
}

/* "2026-11-02T01:15:00.123Z". */
gint64
event_time(const char *line)
{
  g_autofree char *text = text_behind(line, "\"time\":\"", '"');
  g_autofree char *whole = text != NULL ? g_strdup_printf("%.19sZ", text) : NULL;

  return whole != NULL ? MAX(exception_time_read(whole), 0) : 0;
}

gboolean
event_is_of(const char *line, const char *code)
{
  g_autofree char *ref = text_behind(line, "\"ref\":\"", '"');
  g_autofree char *canonical = ref != NULL ? ref_canonical(ref) : NULL;

  return canonical != NULL && strcmp(canonical, code) == 0;
}

gboolean
event_is_delivery(const char *line)
{
  static const char *const outcomes[] = {"delivering", "delivered", "undelivered", NULL};
  g_autofree char *outcome = text_behind(line, "\"outcome\":\"", '"');

  return outcome != NULL && g_strv_contains(outcomes, outcome);
}

char **
event_exceptions(const char *line)
{
  g_autofree char *list = text_behind(line, "\"exceptions\":[", ']');
  g_auto(GStrv) words = g_strsplit(list != NULL ? list : "", "\"", -1);
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (guint i = 1; words[0] != NULL && i < g_strv_length(words); i += 2)
    g_strv_builder_add(names, words[i]);
  return g_strv_builder_end(names);
}

typedef struct find {
  const char *code;
  char *line;
} Find;

static void
look_at(const char *line, void *data)
{
  Find *find = data;

  if (!event_is_of(line, find->code) || event_is_delivery(line))
    return;
  g_free(find->line);
  find->line = g_strchomp(g_strdup(line));
}

char *
event_find(const Settings *settings, const char *code)
{
  Find find = {code, NULL};

  return events_each(settings, look_at, &find) == 0 ? find.line : NULL;
}
