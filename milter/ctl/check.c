#include "ctl.h"

#include <stdio.h>
#include <sysexits.h>

#include "clamd.h"
#include "policy.h"
#include "privileges.h"
#include "signatures.h"

#define CLAMD_PATIENCE_MS 5000

/* ", mark until 2026-10-31, then enforce", or nothing for enforce. New string. */
static char *
mode_words(const ClassView *view)
{
  g_autoptr(GDateTime) last = NULL; /* the first second after its last day */
  g_autofree char *day = NULL;

  if (view->until == 0 && view->mode == MODE_ENFORCE)
    return g_strdup("");
  if (view->until == 0)
    return g_strdup_printf(", mode %s", mode_name(view->mode));
  last = g_date_time_new_from_unix_local(view->until - 1);
  day = g_date_time_format(last, "%Y-%m-%d");
  return g_strdup_printf(", mode %s until %s, then %s", mode_name(view->mode), day,
                         mode_name(view->then));
}

static void
print_class(const ClassView *view, void *data)
{
  g_autofree char *mode = view->rule != NULL ? mode_words(view) : NULL;

  printf("  %-16s %4u services  ", view->name, view->services);
  if (view->rule == NULL)
    printf("off: no rule asks for it; the event says so\n");
  else
    printf("%s%s%s  (%s)\n", action_name(view->action), view->scoped ? " for some mail" : "", mode,
           view->rule);
}

/* NULL if clamd answers, or is not asked for; else a new string. */
static char *
clamd_warning(const Settings *settings)
{
  g_autoptr(GError) error = NULL;
  g_auto(ClamdVersion) version = {0};

  if (*settings->clamd_socket == '\0' ||
      clamd_ask_version(settings->clamd_socket, CLAMD_PATIENCE_MS, &version, &error) == 0)
    return NULL;
  return g_strdup_printf("%s; until it answers, mail with attachments %s", error->message,
                         settings->tempfail_on_engine ? "gets \"try again later\"" : "is held");
}

/* The same of signatures in a folder. */
static char *
signatures_warning(const Settings *settings)
{
  g_autofree char *versions = NULL;

  if (*settings->signatures == '\0' || signatures_newest(settings->signatures, &versions) != 0)
    return NULL;
  return g_strdup_printf("no signatures in %s; cordond does not start without them",
                         settings->signatures);
}

/* A warning is no error, and should be known. How many of those about the rules. */
static guint
say_good(const char *dir, const Ruleset *ruleset, gint64 now)
{
  g_autofree char *warning = privileges_warning(ruleset_settings(ruleset));
  g_autofree char *clamd = clamd_warning(ruleset_settings(ruleset));
  g_autofree char *signatures = signatures_warning(ruleset_settings(ruleset));
  g_autoptr(GPtrArray) lint = g_ptr_array_new_with_free_func(g_free);

  ruleset_lint(ruleset, dir, now, lint);
  if (warning != NULL)
    fprintf(stderr, "warning: %s\n", warning);
  if (clamd != NULL)
    fprintf(stderr, "warning: %s\n", clamd);
  if (signatures != NULL)
    fprintf(stderr, "warning: %s\n", signatures);
  for (guint i = 0; i < lint->len; i++)
    fprintf(stderr, "warning: %s\n", (char *)g_ptr_array_index(lint, i));
  printf("%s: %u rules, %u services, version %s: good\n", dir, ruleset_rule_count(ruleset),
         ruleset_service_count(ruleset), ruleset_version(ruleset));
  if (ruleset_settings(ruleset)->mode != MODE_ENFORCE)
    printf("cordon.conf has mode = %s: so are all rules that name no mode of their own\n",
           mode_name((Mode)ruleset_settings(ruleset)->mode));
  printf("links by class of service:\n");
  ruleset_each_class(ruleset, now, print_class, NULL);
  return lint->len;
}

int
ctl_check(int argc, char **argv)
{
  CtlOptions options = {0};
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = NULL;
  gboolean strict = FALSE;
  const GOptionEntry more[] = {
      {"strict", 0, 0, G_OPTION_ARG_NONE, &strict, "Warnings about the rules are errors", NULL},
      G_OPTION_ENTRY_NULL};
  int status;

  if (ctl_options_parse(&options, more, "[DIR]",
                        "Reads the whole configuration and shows every error with file and line, "
                        "and warns of what can hardly be meant. Exit status 0, or 78.",
                        &argc, &argv, &status) == 0) {
    const char *dir = argc > 1 ? argv[1] : options.rules;

    gint64 now = options.at != 0 ? options.at : g_get_real_time() / G_USEC_PER_SEC;

    ruleset = ruleset_load(dir, errors);
    status = EX_CONFIG;
    if (ruleset == NULL)
      ctl_print_errors(errors);
    else if (say_good(dir, ruleset, now) == 0 || !strict)
      status = EX_OK;
  }
  ctl_options_clear(&options);
  return status;
}
