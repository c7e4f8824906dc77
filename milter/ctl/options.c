#include "ctl.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "bounds.h"
#include "log.h"

static gboolean
direction_is_known(const char *direction)
{
  return direction == NULL || strcmp(direction, "inbound") == 0 ||
         strcmp(direction, "outbound") == 0 || strcmp(direction, "internal") == 0;
}

gboolean
ctl_members_are_good(char **members)
{
  for (; members != NULL && *members != NULL; members++) {
    const char *equals = strchr(*members, '=');

    if (equals == NULL || equals == *members || strchr(equals, '@') == NULL)
      return FALSE;
  }
  return TRUE;
}

gint64
ctl_time(const char *text, gboolean through)
{
  g_autoptr(GTimeZone) here = g_time_zone_new_local();
  g_autofree char *day = g_strconcat(text, "T00:00:00", NULL);
  gboolean is_day = strchr(text, 'T') == NULL;
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(is_day ? day : text, here);
  g_autoptr(GDateTime) after = NULL;

  if (time == NULL)
    return -1;
  after = g_date_time_add_days(time, is_day && through ? 1 : 0);
  return g_date_time_to_unix(after);
}

int
ctl_parse(const char *name, const char *usage, const char *summary, const GOptionEntry *own,
          const GOptionEntry *more, int *argc, char ***argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new(usage);
  g_autoptr(GError) error = NULL;

  g_set_prgname(name);
  g_option_context_set_summary(context, summary);
  if (more != NULL)
    g_option_context_add_main_entries(context, more, NULL);
  g_option_context_add_main_entries(context, own, NULL);
  if (g_option_context_parse(context, argc, argv, &error))
    return 0;
  fprintf(stderr, "%s: %s; see %s --help\n", name, error->message, name);
  return -1;
}

int
ctl_options_parse(CtlOptions *options, const GOptionEntry *more, const char *usage,
                  const char *summary, int *argc, char ***argv, int *status)
{
  g_autofree char *at = NULL;
  const GOptionEntry shared[] = {
      {"rules", 0, 0, G_OPTION_ARG_FILENAME, &options->rules, "The rules folder", "DIR"},
      {"from", 0, 0, G_OPTION_ARG_STRING, &options->from, "Envelope sender", "ADDRESS"},
      {"rcpt", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->rcpts,
       "Envelope recipient; may be repeated", "ADDRESS"},
      {"direction", 0, 0, G_OPTION_ARG_STRING, &options->direction,
       "inbound, outbound or internal; worked out from the addresses otherwise", "D"},
      {"client", 0, 0, G_OPTION_ARG_STRING, &options->client, "Address of the SMTP client", "IP"},
      {"member", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->members,
       "A member of a group that is looked up; may be repeated, and all others are none",
       "GROUP=ADDRESS"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &at,
       "As if the message had come at that time: 2026-12-31 or 2026-12-31T18:00:00+08:00", "TIME"},
      {"report", 0, 0, G_OPTION_ARG_FILENAME, &options->report,
       "Write one JSON line a message to FILE", "FILE"},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &options->jobs, "Workers; one a processor otherwise", "N"},
      G_OPTION_ENTRY_NULL};
  g_autofree char *name = g_strconcat("cordon ", (*argv)[0], NULL);

  *status = EX_USAGE;
  if (ctl_parse(name, usage, summary, shared, more, argc, argv) != 0)
    return -1;
  if (!direction_is_known(options->direction)) {
    fprintf(stderr, "%s: --direction is inbound, outbound or internal\n", name);
    return -1;
  }
  if (at != NULL && (options->at = ctl_time(at, FALSE)) < 0) {
    fprintf(stderr, "%s: --at is a date, 2026-12-31, or a time, 2026-12-31T18:00:00+08:00\n", name);
    return -1;
  }
  if (!ctl_members_are_good(options->members)) {
    fprintf(stderr, "%s: --member is GROUP=user@example.com or GROUP=@example.com\n", name);
    return -1;
  }
  if (options->jobs < 0 || options->jobs > 256) {
    fprintf(stderr, "%s: --jobs is a number from 0 to 256\n", name);
    return -1;
  }
  if (options->rules == NULL)
    options->rules = g_strdup(RULESDIR);
  return 0;
}

void
ctl_options_clear(CtlOptions *options)
{
  g_free(options->rules);
  g_free(options->from);
  g_strfreev(options->rcpts);
  g_strfreev(options->members);
  g_free(options->direction);
  g_free(options->client);
  g_free(options->report);
}

void
ctl_print_safe(const char *text)
{
  g_autofree char *safe = log_escape(text, -1, LIMIT_EVIDENCE);

  fputs(safe, stdout);
}

void
ctl_print_errors(const GPtrArray *errors)
{
  for (guint i = 0; i < errors->len; i++)
    fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(errors, i));
  fprintf(stderr, "%u error%s; the configuration is refused\n", errors->len,
          errors->len == 1 ? "" : "s");
}
