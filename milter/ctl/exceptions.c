/* cordon exceptions: a table of actions, and those that only read the record. */
#include "desk.h"

#include "ctl.h"
#include "error.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define SECONDS_A_DAY 86400

/* Days before an end at which people are told. */
static const unsigned warning_days[] = {3, 14};

/* --- the desk --- */

int
desk_open(Desk *desk, int *argc, char ***argv, const GOptionEntry *more, const char *usage,
          const char *summary, int *status)
{
  const GOptionEntry shared[] = {
      {"rules", 0, 0, G_OPTION_ARG_FILENAME, &desk->rules, "The rules folder", "DIR"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *name = g_strconcat("cordon exceptions ", (*argv)[0], NULL);

  *status = EX_USAGE;
  if (ctl_parse(name, usage, summary, shared, more, argc, argv) != 0)
    return -1;
  if (desk->rules == NULL)
    desk->rules = g_strdup(RULESDIR);
  *status = EX_CONFIG;
  desk->ruleset = ruleset_load(desk->rules, errors);
  if (desk->ruleset == NULL) {
    ctl_print_errors(errors);
    return -1;
  }
  desk->exceptions = ruleset_exceptions(desk->ruleset);
  desk->record = exceptions_path(desk->rules);
  desk->now = g_get_real_time() / G_USEC_PER_SEC;
  return 0;
}

void
desk_close(Desk *desk)
{
  g_clear_pointer(&desk->ruleset, ruleset_free);
  g_free(desk->record);
  g_free(desk->rules);
}

void
desk_hand_over(const Desk *desk)
{
  const char *user = ruleset_settings(desk->ruleset)->user;
  const struct passwd *account = geteuid() == 0 && *user != '\0' ? getpwnam(user) : NULL;

  if (account != NULL && chown(desk->record, (uid_t)-1, account->pw_gid) != 0)
    fprintf(stderr, "cordon exceptions: %s: %s; cordond must be able to read it\n", desk->record,
            g_strerror(errno));
}

int
desk_refuse(const char *action, GError *error)
{
  fprintf(stderr, "cordon exceptions %s: %s\n", action, error->message);
  return cordon_error_exit(error);
}

/* --- showing --- */

char *
desk_end(gint64 end)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(end);
  g_autoptr(GDateTime) last = g_date_time_new_from_unix_local(end - 1);

  if (time == NULL || last == NULL || g_date_time_get_hour(time) != 0 ||
      g_date_time_get_minute(time) != 0 || g_date_time_get_second(time) != 0)
    return desk_time(end);
  return g_date_time_format(last, "%Y-%m-%d");
}

char *
desk_time(gint64 when)
{
  g_autoptr(GDateTime) time = when > 0 ? g_date_time_new_from_unix_local(when) : NULL;

  return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M") : g_strdup("-");
}

static void
show_text(const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    printf("  %-13s %s\n", name, text);
}

static void
show_time(const char *name, gint64 when)
{
  g_autofree char *text = desk_time(when);

  if (when > 0)
    printf("  %-13s %s\n", name, text);
}

/* Shown otherwise, or too long. */
static gboolean
is_elsewhere(const char *name)
{
  static const char *const names[] = {"name", "signed", "signature", "second-signature", NULL};

  return g_strv_contains(names, name);
}

void
desk_show(const Exception *exception, gint64 now)
{
  printf("%s: %s%s\n", exception->name, exception_state_name(exception_state(exception, now)),
         exception->break_glass
             ? exception->ratified ? ", break-glass, ratified" : ", break-glass, not ratified"
             : "");
#define X(member, name, needed)                                                                    \
  if (!is_elsewhere(name))                                                                         \
    show_text(name, exception->member);
  EXCEPTION_TEXTS(X)
#undef X
#define X(member, name) show_time(name, exception->member);
  EXCEPTION_TIMES(X)
#undef X
  show_time("added", exception->added);
  show_time("revoked", exception->revoked);
  show_text("revoked by", exception->revoked_by);
  show_text("because", exception->revoked_why);
}

void
desk_list(const GPtrArray *exceptions, gint64 now)
{
  if (exceptions->len > 0)
    printf("%-8s %-8s %-16s %-26s %-32s %s\n", "NAME", "STATE", "END", "FOR", "WHAT", "APPROVER");
  for (guint i = 0; i < exceptions->len; i++) {
    const Exception *exception = g_ptr_array_index(exceptions, i);
    g_autofree char *scope = exception_scope(exception);
    g_autofree char *subject = exception_subject(exception);
    g_autofree char *end = desk_end(exception->end);

    printf("%-8s %-8s %-16s %-26s %-32s %s\n", exception->name,
           exception_state_name(exception_state(exception, now)), end, subject, scope,
           exception->approver != NULL ? exception->approver : "(to be ratified)");
  }
}

/* --- list, show --- */

/* All, or those that reach a person; and where that cannot be known here, words. */
static GPtrArray *
those_of(const Desk *desk, const char *user, char **members)
{
  char *const nobody[] = {NULL};
  g_autoptr(Memberships) memberships = NULL;
  g_autofree char *lookups = ruleset_lookups(desk->ruleset);

  if (user == NULL) {
    GPtrArray *all = g_ptr_array_new();

    for (guint i = 0; i < exceptions_count(desk->exceptions); i++)
      g_ptr_array_add(all, (gpointer)exceptions_nth(desk->exceptions, i));
    return all;
  }
  if (*lookups != '\0' && members == NULL)
    fprintf(stderr,
            "cordon exceptions list: the mail server knows who is in some of the groups; "
            "say it with --member GROUP=%s\n",
            user);
  memberships = ctl_memberships(members, user, (char **)nobody);
  return ruleset_exceptions_of(desk->ruleset, memberships, user);
}

static void
list_some(const Desk *desk, const GPtrArray *exceptions, gboolean all)
{
  g_autoptr(GPtrArray) shown = g_ptr_array_new();

  for (guint i = 0; i < exceptions->len; i++) {
    const Exception *exception = g_ptr_array_index(exceptions, i);

    if (all || exception_state(exception, desk->now) <= EXCEPTION_HOLDS)
      g_ptr_array_add(shown, (gpointer)exception);
  }
  desk_list(shown, desk->now);
}

static int
list(int argc, char **argv)
{
  Desk desk = {0};
  gboolean all = FALSE;
  g_autofree char *user = NULL;
  g_auto(GStrv) members = NULL;
  int status;
  const GOptionEntry more[] = {
      {"user", 0, 0, G_OPTION_ARG_STRING, &user,
       "Those that reach this address, by itself or a group", "ADDRESS"},
      {"member", 0, 0, G_OPTION_ARG_STRING_ARRAY, &members,
       "A member of a group that is looked up; may be repeated", "GROUP=ADDRESS"},
      {"all", 0, 0, G_OPTION_ARG_NONE, &all, "Those that ended or were revoked too", NULL},
      G_OPTION_ENTRY_NULL};

  if (desk_open(&desk, &argc, &argv, more, NULL,
                "Those that hold, wait for their start or are pending.", &status) == 0) {
    g_autoptr(GPtrArray) some = NULL;

    if (!ctl_members_are_good(members)) {
      fprintf(stderr, "cordon exceptions list: --member is GROUP=user@example.com or "
                      "GROUP=@example.com\n");
      desk_close(&desk);
      return EX_USAGE;
    }
    some = those_of(&desk, user, members);
    list_some(&desk, some, all);
    status = EX_OK;
    if (exceptions_broken(desk.exceptions) != NULL) {
      fprintf(stderr, "cordon exceptions: none holds: %s\n", exceptions_broken(desk.exceptions));
      status = EX_CONFIG;
    }
  }
  desk_close(&desk);
  return status;
}

static int
show(int argc, char **argv)
{
  Desk desk = {0};
  int status;

  if (desk_open(&desk, &argc, &argv, NULL, "NAME…",
                "Every field of an exception, and what has happened about it.", &status) == 0) {
    status = argc > 1 ? EX_OK : EX_USAGE;
    if (argc == 1)
      fprintf(stderr, "cordon exceptions show: name one; cordon exceptions list has them\n");
    for (int i = 1; i < argc; i++) {
      const Exception *exception = exceptions_named(desk.exceptions, argv[i]);

      if (exception != NULL) {
        desk_show(exception, desk.now);
        desk_thread(&desk, exception);
      } else {
        fprintf(stderr, "cordon exceptions show: there is no exception \"%s\"\n", argv[i]);
      }
      status = exception != NULL ? status : EX_DATAERR;
    }
  }
  desk_close(&desk);
  return status;
}

/* --- check --- */

/* The smallest of the warning days that it ends within, or 0. */
static unsigned
ends_within(const Exception *exception, gint64 now)
{
  for (guint i = 0; i < G_N_ELEMENTS(warning_days); i++)
    if (exception->end - now <= (gint64)warning_days[i] * SECONDS_A_DAY)
      return warning_days[i];
  return 0;
}

static guint
warn(const Desk *desk, const Exception *exception)
{
  g_autofree char *end = desk_end(exception->end);
  g_autofree char *scope = exception_scope(exception);
  g_autofree char *subject = exception_subject(exception);
  g_autofree char *beyond = NULL;
  unsigned days = ends_within(exception, desk->now);
  guint warnings = 0;

  if (exception_state(exception, desk->now) > EXCEPTION_HOLDS)
    return 0;
  if (days != 0 && ++warnings)
    printf("%s ends within %u days, on %s: %s for %s\n", exception->name, days, end, scope,
           subject);
  if (exception->break_glass && !exception->ratified && ++warnings)
    printf("%s is break-glass and waits to be ratified\n", exception->name);
  if (exception_state(exception, desk->now) == EXCEPTION_PENDING && ++warnings)
    printf("%s is pending: it lacks its second approver\n", exception->name);
  if (exception->review > 0 && exception->review <= desk->now && ++warnings)
    printf("%s was to be reviewed by now\n", exception->name);
  beyond = ruleset_exception_fault(desk->ruleset, exception, exception->added);
  if (beyond != NULL && ++warnings)
    printf("%s goes beyond exceptions.conf as it is now: %s\n", exception->name, beyond);
  return warnings;
}

static int
check(int argc, char **argv)
{
  Desk desk = {0};
  g_autofree char *head = NULL;
  int status;
  const GOptionEntry more[] = {{"head", 0, 0, G_OPTION_ARG_STRING, &head,
                                "What was the last hash once: it must still be in the record",
                                "HASH"},
                               G_OPTION_ENTRY_NULL};

  if (desk_open(&desk, &argc, &argv, more, NULL,
                "Verifies every line of the record, and tells what ends soon. Exit status 0, or 78 "
                "for a record that does not hold together.",
                &status) == 0) {
    const char *broken = exceptions_broken(desk.exceptions);
    guint warnings = 0;

    status = EX_OK;
    if (broken == NULL && head != NULL && !exceptions_passed(desk.exceptions, head))
      broken = "the record does not have that hash: lines were taken from its end";
    if (broken != NULL) {
      fprintf(stderr, "%s; no exception holds until the record is restored\n", broken);
      status = EX_CONFIG;
    }
    for (guint i = 0; broken == NULL && i < exceptions_count(desk.exceptions); i++)
      warnings += warn(&desk, exceptions_nth(desk.exceptions, i));
    if (broken == NULL)
      printf("%s: %" G_GUINT64_FORMAT " lines, %u exceptions, %u warnings; last hash %s\n",
             desk.record, exceptions_lines(desk.exceptions), exceptions_count(desk.exceptions),
             warnings, *exceptions_head(desk.exceptions) ? exceptions_head(desk.exceptions) : "-");
  }
  desk_close(&desk);
  return status;
}

/* --- the table --- */

static const struct verb {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
} verbs[] = {
    {"list", list, "those that hold, by end and approver"},
    {"show", show, "every field of one"},
    {"request", exceptions_run_request, "what asking for one for a message's code says already"},
    {"add", exceptions_run_add, "a new one; every field must be given"},
    {"import", exceptions_run_import, "one whose approval is a signed file"},
    {"deliver", exceptions_run_deliver, "the message that one was asked for, to whom it is for"},
    {"second", exceptions_run_second, "the second approver of one that is pending"},
    {"ratify", exceptions_run_ratify, "the approval of one that was granted in an emergency"},
    {"revoke", exceptions_run_revoke, "end one now"},
    {"check", check, "verify the record; what ends soon"},
    {"unused", exceptions_run_unused, "those that nobody has used for some time"},
    {"review", exceptions_run_review, "all that hold, with their use; sign it off"},
};

static void
print_usage(FILE *out)
{
  fprintf(out, "Usage: cordon exceptions ACTION [OPTION…]\n\n");
  for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
    fprintf(out, "  cordon exceptions %-8s %s\n", verbs[i].name, verbs[i].summary);
  fprintf(out, "\ncordon exceptions ACTION --help tells more.\n");
}

int
ctl_exceptions(int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : "";

  for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
    if (strcmp(name, verbs[i].name) == 0)
      return verbs[i].run(argc - 1, argv + 1);
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
    print_usage(stdout);
    return EX_OK;
  }
  if (*name != '\0')
    fprintf(stderr, "cordon exceptions: there is no action \"%s\"\n\n", name);
  print_usage(stderr);
  return EX_USAGE;
}
