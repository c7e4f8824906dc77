/* cordon exceptions unused, review: what the events say about the use of each. */
#include "desk.h"

#include "ctl.h"
#include "error.h"
#include "events.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define SECONDS_A_DAY 86400

typedef struct use {
  guint64 messages;
  gint64 last; /* Unix seconds, or 0 */
} Use;

/* --- reading the events --- */

/* The event names each exception once by which the message came through. */
static void
count_line(const char *line, void *data)
{
  GHashTable *uses = data;
  g_auto(GStrv) names = event_exceptions(line);

  for (char **name = names; *name != NULL; name++) {
    Use *use = g_hash_table_lookup(uses, *name);

    if (use == NULL)
      continue;
    use->messages++;
    use->last = MAX(use->last, event_time(line));
  }
}

/* Name ─▶ Use, for every exception. -1 where the events cannot be read. */
static int
count_uses(const Desk *desk, GHashTable *uses)
{
  for (guint i = 0; i < exceptions_count(desk->exceptions); i++)
    g_hash_table_insert(uses, exceptions_nth(desk->exceptions, i)->name, g_new0(Use, 1));
  return events_each(ruleset_settings(desk->ruleset), count_line, uses);
}

static void
print_row(const Desk *desk, const Exception *exception, const Use *use)
{
  g_autofree char *scope = exception_scope(exception), *subject = exception_subject(exception);
  g_autofree char *end = desk_end(exception->end), *last = desk_time(use->last);

  printf("%-8s %5" G_GINT64_FORMAT " %8" G_GUINT64_FORMAT " %-16s %-16s %-26s %-32s %s\n",
         exception->name, (desk->now - exception->start) / SECONDS_A_DAY, use->messages, last, end,
         subject, scope, exception->approver != NULL ? exception->approver : "(to be ratified)");
}

/* Those that hold, and were not used since `before`. */
static guint
print_uses(const Desk *desk, GHashTable *uses, gint64 before)
{
  guint shown = 0;

  for (guint i = 0; i < exceptions_count(desk->exceptions); i++) {
    const Exception *exception = exceptions_nth(desk->exceptions, i);
    const Use *use = g_hash_table_lookup(uses, exception->name);

    if (exception_state(exception, desk->now) != EXCEPTION_HOLDS || use->last >= before ||
        exception->start >= before)
      continue;
    if (shown++ == 0)
      printf("%-8s %5s %8s %-16s %-16s %-26s %-32s %s\n", "NAME", "DAYS", "MESSAGES", "LAST USE",
             "END", "FOR", "WHAT", "APPROVER");
    print_row(desk, exception, use);
  }
  return shown;
}

static int
print_all(const Desk *desk, gint64 before, const char *none)
{
  g_autoptr(GHashTable) uses = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

  if (exceptions_broken(desk->exceptions) != NULL) {
    fprintf(stderr, "cordon exceptions: none holds: %s\n", exceptions_broken(desk->exceptions));
    return EX_CONFIG;
  }
  if (count_uses(desk, uses) != 0)
    return EX_NOINPUT;
  if (print_uses(desk, uses, before) == 0)
    printf("%s\n", none);
  return EX_OK;
}

/* --- the actions --- */

int
exceptions_run_unused(int argc, char **argv)
{
  Desk desk = {0};
  int days = 30, status;
  const GOptionEntry more[] = {
      {"days", 0, 0, G_OPTION_ARG_INT, &days, "Not used for so many days; 30", "N"},
      G_OPTION_ENTRY_NULL};

  if (desk_open(&desk, &argc, &argv, more, NULL,
                "Those that hold, and that no message has used: candidates for revoking. What the "
                "events file tells, so its rotation bounds how far back it sees.",
                &status) == 0)
    status = print_all(&desk, desk.now - (gint64)MAX(days, 0) * SECONDS_A_DAY,
                       "every exception that holds is in use");
  desk_close(&desk);
  return status;
}

int
exceptions_run_review(int argc, char **argv)
{
  Desk desk = {0};
  g_autofree char *by = NULL, *note = NULL, *last = NULL;
  g_autoptr(GError) error = NULL;
  int status;
  const GOptionEntry more[] = {
      {"sign-off", 0, 0, G_OPTION_ARG_STRING, &by, "Record that this person has reviewed them",
       "NAME"},
      {"note", 0, 0, G_OPTION_ARG_STRING, &note, "What to record with it", "TEXT"},
      G_OPTION_ENTRY_NULL};

  if (desk_open(&desk, &argc, &argv, more, NULL, "All that hold, with age, use and approver.",
                &status) == 0) {
    status = print_all(&desk, G_MAXINT64, "no exception holds");
    last = desk_time(exceptions_reviewed(desk.exceptions));
    if (status == EX_OK)
      printf("last signed off: %s\n", last);
    if (status == EX_OK && by != NULL && exceptions_sign_off(desk.record, by, note, &error) != 0)
      status = desk_refuse("review", error);
  }
  desk_close(&desk);
  return status;
}
