/* What has happened about one exception, from the record and the events. */
#include "desk.h"

#include "ctl.h"
#include "events.h"
#include "originals.h"

#include <stdio.h>
#include <string.h>

/* Uses that are shown one by one. */
#define USES_SHOWN 20

typedef struct step {
  gint64 time;
  char *words;
} Step;

typedef struct thread {
  const Exception *exception;
  char *code; /* of the message that it was asked for, canonical; or NULL */
  GArray *steps;
  guint uses;
} Thread;

static void
step_clear(void *data)
{
  g_free(((Step *)data)->words);
}

/* Takes the words. */
static void
add_step(Thread *thread, gint64 time, char *words)
{
  const Step step = {time, words};

  if (time > 0)
    g_array_append_val(thread->steps, step);
  else
    g_free(words);
}

static char *
text_of(const char *line, const char *member)
{
  g_autofree char *begin = g_strdup_printf("\"%s\":\"", member);
  const char *at = strstr(line, begin), *from = at != NULL ? at + strlen(begin) : "";

  return g_strndup(from, strcspn(from, "\""));
}

static void
look_at_event(const char *line, void *data)
{
  Thread *thread = data;
  g_auto(GStrv) names = event_exceptions(line);
  g_autofree char *ref = text_of(line, "ref"), *outcome = text_of(line, "outcome");

  if (g_strv_contains((const char *const *)names, thread->exception->name)) {
    if (thread->uses++ < USES_SHOWN)
      add_step(thread, event_time(line), g_strdup_printf("used by message %s: %s", ref, outcome));
  } else if (thread->code != NULL && event_is_of(line, thread->code)) {
    add_step(thread, event_time(line), g_strdup_printf("message %s: %s", ref, outcome));
  }
}

static char *
voice_words(const char *person, const char *post, const char *behalf, const char *signature)
{
  return g_strdup_printf("approved by %s, %s%s%s%s", person, post, behalf != NULL ? ", for " : "",
                         behalf != NULL ? behalf : "", signature != NULL ? " (signed)" : "");
}

static void
look_at_record(Thread *thread, gint64 now)
{
  const Exception *e = thread->exception;

  if (e->approver != NULL)
    add_step(thread, e->approved, voice_words(e->approver, e->post, e->behalf, e->signature));
  if (e->second != NULL)
    add_step(thread, e->seconded > 0 ? e->seconded : e->approved,
             voice_words(e->second, e->second_post, e->second_behalf, e->second_signature));
  add_step(thread, e->added,
           g_strdup_printf("entered by %s, asked for by %s", e->implementer, e->requester));
  add_step(thread, e->ratified, g_strdup("ratified"));
  add_step(thread, e->start, g_strdup("holds from then"));
  if (e->revoked > 0)
    add_step(thread, e->revoked,
             g_strdup_printf("revoked by %s: %s", e->revoked_by, e->revoked_why));
  else
    add_step(thread, e->end, g_strdup(now >= e->end ? "ended" : "will end"));
}

static int
by_time(const void *a, const void *b)
{
  const Step *first = a, *second = b;

  return (first->time > second->time) - (first->time < second->time);
}

void
desk_thread(const Desk *desk, const Exception *exception)
{
  Thread thread = {.exception = exception};

  thread.steps = g_array_new(FALSE, FALSE, sizeof(Step));
  g_array_set_clear_func(thread.steps, step_clear);
  thread.code = exception->request != NULL ? ref_canonical(exception->request) : NULL;
  look_at_record(&thread, desk->now);
  events_each(ruleset_settings(desk->ruleset), look_at_event, &thread);
  g_array_sort(thread.steps, by_time);
  for (guint i = 0; i < thread.steps->len; i++) {
    const Step *step = &g_array_index(thread.steps, Step, i);
    g_autofree char *time = desk_time(step->time);

    printf("  %s  ", time);
    ctl_print_safe(step->words);
    printf("\n");
  }
  if (thread.uses > USES_SHOWN)
    printf("  and used by %u messages more\n", thread.uses - USES_SHOWN);
  g_array_unref(thread.steps);
  g_free(thread.code);
}
