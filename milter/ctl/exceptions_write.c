/* cordon exceptions add, second, ratify: what gives. */
#include "desk.h"

#include "ctl.h"
#include "error.h"
#include "log.h"
#include "originals.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* Times as they were typed. */
typedef struct times {
  char *approved, *start, *end, *review;
} Times;

#define OPTION_COUNT 32

typedef struct options {
  GOptionEntry entries[OPTION_COUNT];
  guint len;
} Options;

static void
add_option(Options *options, const char *name, GOptionArg kind, void *to, const char *words)
{
  g_assert(options->len + 1 < OPTION_COUNT);
  options->entries[options->len++] =
      (GOptionEntry){name, 0, 0, kind, to, words, kind == G_OPTION_ARG_STRING ? "TEXT" : NULL};
}

static void
add_text(Options *options, const char *name, char **to, const char *words)
{
  add_option(options, name, G_OPTION_ARG_STRING, to, words);
}

static void
add_second(Options *options, Exception *exception)
{
  add_text(options, "second", &exception->second, "Second approver, for what is wide or needs two");
  add_text(options, "second-post", &exception->second_post, "Post of the second approver");
}

static void
add_approval(Options *options, Exception *exception, Times *times)
{
  add_text(options, "approver", &exception->approver, "Name of the person who approved it");
  add_text(options, "post", &exception->post, "Post of the approver, one of exceptions.conf");
  add_text(options, "approval", &exception->approval, "Reference of the approval: file, minute");
  add_text(options, "approved", &times->approved, "Date of the approval");
  add_second(options, exception);
  add_text(options, "end", &times->end, "Last day, 2026-12-31, or a time");
  add_text(options, "review", &times->review, "Day by which somebody looks at it again");
}

static void
add_scope(Options *options, Exception *exception, Times *times)
{
  add_text(options, "name", &exception->name, "Name; E-0001 and so on if not given");
  add_text(options, "user", &exception->user, "Mailbox of the person it is for; or");
  add_text(options, "mailbox", &exception->mailbox, "Mailbox that several share; or");
  add_text(options, "group", &exception->group, "Group: whoever is in it when a message comes");
  add_text(options, "service", &exception->service, "A service by its id: google-drive");
  add_text(options, "class", &exception->class_name, "A whole class: cloud-storage");
  add_text(options, "host", &exception->host, "A host and all below: vendor.sharepoint.com");
  add_text(options, "sender", &exception->sender,
           "Only in mail from name@vendor.example or @vendor.example, if DMARC passes");
  add_text(options, "direction", &exception->direction, "inbound, outbound, internal or any");
  add_text(options, "computers", &exception->computers, "Where it is to be used: room, group");
  add_text(options, "computer-group", &exception->computer_group,
           "Only while the person is in this group, too");
  add_text(options, "reason", &exception->reason, "Why it is needed");
  add_text(options, "request", &exception->request,
           "Reference code of the message that it is asked for");
  add_text(options, "requester", &exception->requester, "Name of the person who asked for it");
  add_text(options, "implementer", &exception->implementer, "Name of the person who enters it");
  add_text(options, "start", &times->start, "First day; now if not given");
  add_option(options, "break-glass", G_OPTION_ARG_NONE, &exception->break_glass,
             "An emergency: at most 24 hours, to be ratified");
}

/* 0 where nothing was typed; -1 for what is no time. */
static int
read_time(const char *name, const char *text, gboolean through, gint64 *when)
{
  if (text == NULL)
    return 0;
  *when = ctl_time(text, through);
  if (*when >= 0)
    return 0;
  fprintf(stderr,
          "cordon exceptions: --%s is a date, 2026-12-31, or a time, "
          "2026-12-31T18:00:00+08:00\n",
          name);
  return -1;
}

static int
read_times(Exception *exception, const Times *times)
{
  if (read_time("approved", times->approved, FALSE, &exception->approved) != 0 ||
      read_time("start", times->start, FALSE, &exception->start) != 0 ||
      read_time("end", times->end, TRUE, &exception->end) != 0 ||
      read_time("review", times->review, FALSE, &exception->review) != 0)
    return -1;
  return 0;
}

static void
times_clear(Times *times)
{
  g_free(times->approved);
  g_free(times->start);
  g_free(times->end);
  g_free(times->review);
}

/* What was left to us. */
static void
complete(Exception *exception, const Desk *desk)
{
  if (exception->name == NULL)
    exception->name = g_strdup_printf("E-%04u", exceptions_count(desk->exceptions) + 1);
  if (exception->start == 0)
    exception->start = desk->now;
  exception->added = desk->now;
  if (exception->break_glass && exception->end == 0)
    exception->end = exception->start + EXCEPTION_BREAK_GLASS;
  exception_lower(exception);
}

int
desk_fault(const char *action, const char *fault)
{
  fprintf(stderr, "cordon exceptions %s: %s\n", action, fault);
  return EX_DATAERR;
}

/* A cordond that found no record when it read the rules has none to follow. Where none runs there
 * is nobody to tell. */
static void
tell_gateway(const Desk *desk)
{
  g_autofree char *body = NULL;
  int status = ctl_ask_gateway(desk->rules, "POST /reload", &body, NULL);

  if (status >= 0 && status != 200)
    fprintf(stderr,
            "%scordon exceptions: cordond does not see the new record before a reload that it "
            "takes\n",
            body);
}

/* Nobody has approved it yet, and somebody must hear of it at once. */
static void
alert(const Desk *desk, const Exception *exception)
{
  g_autofree char *scope = exception_scope(exception), *end = desk_end(exception->end);
  g_autofree char *subject = exception_subject(exception);

  log_open("cordon", ruleset_settings(desk->ruleset)->log, LOG_LEVEL_INFO);
  log_line(LOG_LEVEL_ERROR, NULL,
           "break-glass: exception %s, %s for %s until %s, entered by %s, waits to be ratified: %s",
           exception->name, scope, subject, end, exception->implementer, exception->reason);
}

/* What the operator did not type and should know. */
static void
tell_approval(const Desk *desk, const Exception *exception)
{
  const struct {
    const char *person, *behalf, *delegation;
  } voices[] = {{exception->approver, exception->behalf, exception->delegation},
                {exception->second, exception->second_behalf, exception->second_delegation}};

  for (guint i = 0; i < G_N_ELEMENTS(voices); i++)
    if (voices[i].delegation != NULL)
      fprintf(stderr, "%s: approved by %s for %s, by delegation \"%s\"\n", exception->name,
              voices[i].person, voices[i].behalf, voices[i].delegation);
  if (exception_state(exception, desk->now) == EXCEPTION_PENDING)
    fprintf(stderr, "%s is pending: it holds when a second approver is recorded (second)\n",
            exception->name);
}

static char *
fault_of_request(const Exception *exception)
{
  g_autofree char *code = exception->request != NULL ? ref_canonical(exception->request) : NULL;

  if (exception->request == NULL || code != NULL)
    return NULL;
  return g_strdup_printf("\"%s\" is no reference code of a message", exception->request);
}

int
desk_add(const Desk *desk, const char *action, Exception *exception)
{
  gboolean first = !g_file_test(desk->record, G_FILE_TEST_EXISTS);
  g_autoptr(GError) error = NULL;
  g_autofree char *fault = NULL;

  complete(exception, desk);
  fault = fault_of_request(exception);
  if (fault != NULL)
    return desk_fault(action, fault);
  ruleset_complete_approval(desk->ruleset, exception);
  fault = ruleset_exception_fault(desk->ruleset, exception, desk->now);
  if (fault != NULL)
    return desk_fault(action, fault);
  if (exceptions_add(desk->record, exception, &error) != 0)
    return desk_refuse(action, error);
  desk_hand_over(desk);
  if (first)
    tell_gateway(desk);
  if (exception->break_glass)
    alert(desk, exception);
  tell_approval(desk, exception);
  printf("%s\n", exception->name);
  return EX_OK;
}

int
exceptions_run_add(int argc, char **argv)
{
  Desk desk = {0};
  Exception exception = {0};
  Times times = {0};
  Options options = {0};
  int status;

  add_scope(&options, &exception, &times);
  add_approval(&options, &exception, &times);
  if (desk_open(&desk, &argc, &argv, options.entries, NULL,
                "Adds an exception and prints its name. It holds from the next message on. Who may "
                "approve what, and for how long, stands in exceptions.conf.",
                &status) == 0)
    status = read_times(&exception, &times) == 0 ? desk_add(&desk, "add", &exception) : EX_USAGE;
  times_clear(&times);
  exception_clear(&exception);
  desk_close(&desk);
  return status;
}

/* What it would be once ratified must stand by itself. */
static int
ratify(const Desk *desk, Exception *by, const char *name)
{
  const Exception *kept = name != NULL ? exceptions_named(desk->exceptions, name) : NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *fault = NULL;
  Exception whole;

  if (kept == NULL)
    return desk_fault("ratify", "name an exception; cordon exceptions list has them");
  whole = exception_ratified(kept, by, desk->now);
  ruleset_complete_approval(desk->ruleset, &whole);
#define X(member) by->member = whole.member;
  EXCEPTION_APPROVAL(X)
#undef X
  by->two_person = whole.two_person;
  fault = ruleset_exception_fault(desk->ruleset, &whole, desk->now);
  if (fault != NULL)
    return desk_fault("ratify", fault);
  by->name = g_strdup(name);
  return exceptions_ratify(desk->record, by, &error) == 0 ? EX_OK : desk_refuse("ratify", error);
}

int
exceptions_run_ratify(int argc, char **argv)
{
  Desk desk = {0};
  Exception exception = {0};
  Times times = {0};
  Options options = {0};
  int status;

  add_approval(&options, &exception, &times);
  if (desk_open(&desk, &argc, &argv, options.entries, "NAME",
                "Gives a break-glass exception its approval, and with it an end of its own.",
                &status) == 0)
    status = read_times(&exception, &times) == 0
                 ? ratify(&desk, &exception, argc > 1 ? argv[1] : NULL)
                 : EX_USAGE;
  times_clear(&times);
  exception_clear(&exception);
  desk_close(&desk);
  return status;
}

/* With its second approver it must stand by itself. */
int
desk_second(const Desk *desk, const char *action, const Exception *kept, Exception *by)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *fault = NULL;
  Exception whole = exception_seconded(kept, by, desk->now);

  ruleset_complete_approval(desk->ruleset, &whole);
#define X(member) by->member = whole.member;
  EXCEPTION_SECOND(X)
#undef X
  fault = ruleset_exception_fault(desk->ruleset, &whole, desk->now);
  if (fault != NULL)
    return desk_fault(action, fault);
  by->name = g_strdup(kept->name);
  return exceptions_second(desk->record, by, &error) == 0 ? EX_OK : desk_refuse(action, error);
}

static int
second(const Desk *desk, Exception *by, const char *name)
{
  const Exception *kept = name != NULL ? exceptions_named(desk->exceptions, name) : NULL;

  if (kept == NULL)
    return desk_fault("second", "name an exception; cordon exceptions list has them");
  return desk_second(desk, "second", kept, by);
}

int
exceptions_run_second(int argc, char **argv)
{
  Desk desk = {0};
  Exception exception = {0};
  Options options = {0};
  int status;

  add_second(&options, &exception);
  if (desk_open(&desk, &argc, &argv, options.entries, "NAME",
                "Gives one that is pending its second approver: it holds from the next message on.",
                &status) == 0)
    status = second(&desk, &exception, argc > 1 ? argv[1] : NULL);
  exception_clear(&exception);
  desk_close(&desk);
  return status;
}
