#include "state.h"

#include "lookup.h"

#include <stdio.h>
#include <string.h>

/* Smaller lists are kept by hand. */
#define LIST_LOSS_FROM 10

struct state {
  GMutex lock;
  GCond answered_one;
  StateView now;
  guint32 asked, answered;
};

void
loaded_clear(Loaded *loaded)
{
  g_free(loaded->words);
  g_free(loaded->signatures);
  g_free(loaded->lists);
  g_free(loaded->lookups);
  *loaded = (Loaded){0};
}

char *
loaded_to_text(const Loaded *loaded)
{
  return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d\n%s\n%s\n%s\n%s",
                         loaded->newest, loaded->stale_at, loaded->tempfail_on_stale,
                         loaded->signatures, loaded->words, loaded->lists,
                         loaded->lookups != NULL ? loaded->lookups : "");
}

/* Lines of lists, and then those of look-ups. */
static void
set_lines(Loaded *loaded, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GString) lists = g_string_new(NULL);
  g_autoptr(GString) lookups = g_string_new(NULL);

  for (char **line = lines; *line != NULL; line++) {
    GString *to = g_str_has_prefix(*line, LOOKUP_WORD) ? lookups : lists;

    if (**line != '\0')
      g_string_append_printf(to, "%s%s", to->len > 0 ? "\n" : "", *line);
  }
  g_free(loaded->lists);
  g_free(loaded->lookups);
  loaded->lists = g_strdup(lists->str);
  loaded->lookups = g_strdup(lookups->str);
}

int
loaded_from_text(Loaded *loaded, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", 4);

  if (g_strv_length(lines) != 4 ||
      sscanf(lines[0], "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d", &loaded->newest,
             &loaded->stale_at, &loaded->tempfail_on_stale) != 3)
    return -1;
  loaded->signatures = g_strdup(lines[1]);
  loaded->words = g_strdup(lines[2]);
  set_lines(loaded, lines[3]);
  return 0;
}

char *
loaded_version(const Loaded *loaded)
{
  static const char before[] = "rules ";
  const char *at = loaded->words != NULL ? strstr(loaded->words, before) : NULL;

  if (at == NULL)
    return g_strdup("");
  at += strlen(before);
  return g_strndup(at, strspn(at, "0123456789abcdef"));
}

guint64
loaded_count(const Loaded *loaded)
{
  const char *at = loaded->words != NULL ? strstr(loaded->words, " signatures") : NULL;

  if (at == NULL)
    return 0;
  while (at > loaded->words && g_ascii_isdigit(at[-1]))
    at--;
  return g_ascii_strtoull(at, NULL, 10);
}

void
loaded_set_words(Loaded *loaded, const char *text)
{
  const char *lists = strchr(text, '\n');
  size_t len = lists != NULL ? (size_t)(lists - text) : strlen(text);

  g_free(loaded->words);
  loaded->words = g_strndup(text, len);
  set_lines(loaded, lists != NULL ? lists + 1 : "");
}

void
loaded_list_clear(LoadedList *list)
{
  g_strfreev(list->words);
  *list = (LoadedList){0};
}

int
loaded_list(const char *line, LoadedList *list)
{
  char *end;
  guint64 entries = g_ascii_strtoull(line, &end, 10);
  guint n;

  if (end == line || *end != ' ')
    return -1;
  *list = (LoadedList){.entries = entries, .words = g_strsplit(end + 1, "\t", 3)};
  n = g_strv_length(list->words);
  list->name = n > 0 ? list->words[0] : "";
  list->version = n > 1 ? list->words[1] : "";
  list->time = n > 2 ? g_ascii_strtoll(list->words[2], NULL, 10) : 0;
  return 0;
}

/* FALSE for a list that is not there. */
static gboolean
find_list(char **lines, const char *name, guint64 *entries)
{
  for (; *lines != NULL; lines++) {
    g_auto(LoadedList) list = {0};

    if (loaded_list(*lines, &list) == 0 && strcmp(list.name, name) == 0) {
      *entries = list.entries;
      return TRUE;
    }
  }
  return FALSE;
}

char *
loaded_shrunk_list(const char *before, const char *now)
{
  g_auto(GStrv) old = g_strsplit(before, "\n", -1), new = g_strsplit(now, "\n", -1);

  for (char **line = old; *line != NULL; line++) {
    g_auto(LoadedList) had = {0};
    guint64 has;

    if (loaded_list(*line, &had) == 0 && had.entries >= LIST_LOSS_FROM &&
        find_list(new, had.name, &has) && has < had.entries - had.entries / 2)
      return g_strdup_printf("lists/%s.txt: %" G_GUINT64_FORMAT
                             " entries, less than half of the %" G_GUINT64_FORMAT
                             " in force; restart cordond if that is right",
                             had.name, has, had.entries);
  }
  return NULL;
}

void
state_view_clear(StateView *view)
{
  loaded_clear(&view->loaded);
  g_free(view->reload_error);
  g_free(view->warning);
  *view = (StateView){0};
}

State *
state_new(void)
{
  State *state = g_new0(State, 1);

  g_mutex_init(&state->lock);
  g_cond_init(&state->answered_one);
  state->now.loaded.words = g_strdup("");
  state->now.loaded.signatures = g_strdup("");
  state->now.loaded.lists = g_strdup("");
  state->now.reload_error = g_strdup("");
  state->now.warning = g_strdup("");
  return state;
}

void
state_free(State *state)
{
  if (state == NULL)
    return;
  state_view_clear(&state->now);
  g_cond_clear(&state->answered_one);
  g_mutex_clear(&state->lock);
  g_free(state);
}

static gint64
now_s(void)
{
  return g_get_real_time() / G_USEC_PER_SEC;
}

static Loaded
loaded_copy(const Loaded *loaded)
{
  Loaded copy = *loaded;

  copy.words = g_strdup(loaded->words);
  copy.signatures = g_strdup(loaded->signatures);
  copy.lists = g_strdup(loaded->lists);
  copy.lookups = g_strdup(loaded->lookups);
  return copy;
}

void
state_set_loaded(State *state, const Loaded *loaded, const char *warning)
{
  g_mutex_lock(&state->lock);
  loaded_clear(&state->now.loaded);
  state->now.loaded = loaded_copy(loaded);
  g_free(state->now.warning);
  state->now.warning = g_strdup(warning);
  state->now.loaded_at = now_s();
  g_mutex_unlock(&state->lock);
}

static gboolean
is_stale(const Loaded *loaded)
{
  return loaded->stale_at != 0 && now_s() >= loaded->stale_at;
}

void
state_view(State *state, StateView *view)
{
  g_mutex_lock(&state->lock);
  *view = state->now;
  view->loaded = loaded_copy(&state->now.loaded);
  view->reload_error = g_strdup(state->now.reload_error);
  view->warning = g_strdup(state->now.warning);
  view->stale = is_stale(&state->now.loaded);
  g_mutex_unlock(&state->lock);
}

char *
state_objection(State *state)
{
  char *why = NULL;

  g_mutex_lock(&state->lock);
  if (state->now.loaded.tempfail_on_stale && is_stale(&state->now.loaded))
    why = g_strdup("signatures are older than signatures-max-age allows");
  g_mutex_unlock(&state->lock);
  return why;
}

guint32
state_ask(State *state)
{
  guint32 number;

  g_mutex_lock(&state->lock);
  number = ++state->asked;
  g_mutex_unlock(&state->lock);
  return number;
}

void
state_answer(State *state, guint32 number, const char *error)
{
  g_mutex_lock(&state->lock);
  g_free(state->now.reload_error);
  state->now.reload_error = g_strdup(error);
  state->now.reload_at = now_s();
  state->answered = number;
  g_cond_broadcast(&state->answered_one);
  g_mutex_unlock(&state->lock);
}

char *
state_await(State *state, guint32 number, unsigned timeout_s)
{
  gint64 until = g_get_monotonic_time() + timeout_s * G_TIME_SPAN_SECOND;
  gboolean in_time = TRUE;
  char *error = NULL;

  g_mutex_lock(&state->lock);
  while (in_time && state->answered < number)
    in_time = g_cond_wait_until(&state->answered_one, &state->lock, until);
  if (state->answered >= number)
    error = g_strdup(state->now.reload_error);
  g_mutex_unlock(&state->lock);
  return error;
}
