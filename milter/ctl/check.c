#include "ctl.h"

#include <stdio.h>
#include <sysexits.h>

#include "policy.h"
#include "privileges.h"

/* A warning is no error, and should be known. How many of those about the rules. */
static guint
say_good(const char *dir, const Ruleset *ruleset, gint64 now)
{
  g_autofree char *warning = privileges_warning(ruleset_settings(ruleset));
  g_autoptr(GPtrArray) lint = g_ptr_array_new_with_free_func(g_free);

  ruleset_lint(ruleset, dir, now, lint);
  if (warning != NULL)
    fprintf(stderr, "warning: %s\n", warning);
  for (guint i = 0; i < lint->len; i++)
    fprintf(stderr, "warning: %s\n", (char *)g_ptr_array_index(lint, i));
  printf("%s: %u rules, %u services, version %s: good\n", dir, ruleset_rule_count(ruleset),
         ruleset_service_count(ruleset), ruleset_version(ruleset));
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
