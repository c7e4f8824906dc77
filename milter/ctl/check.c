#include "ctl.h"

#include <stdio.h>
#include <sysexits.h>

#include "policy.h"
#include "privileges.h"

/* A warning is no error, and should be known. */
static void
say_good(const char *dir, const Ruleset *ruleset)
{
  g_autofree char *warning = privileges_warning(ruleset_settings(ruleset));

  if (warning != NULL)
    fprintf(stderr, "warning: %s\n", warning);
  printf("%s: %u rules, %u services, version %s: good\n", dir, ruleset_rule_count(ruleset),
         ruleset_service_count(ruleset), ruleset_version(ruleset));
}

int
ctl_check(int argc, char **argv)
{
  CtlOptions options = {0};
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = NULL;
  int status;

  if (ctl_options_parse(&options, NULL, "[DIR]",
                        "Reads the whole configuration and shows every error with file and line. "
                        "Exit status 0, or 78.",
                        &argc, &argv, &status) == 0) {
    const char *dir = argc > 1 ? argv[1] : options.rules;

    ruleset = ruleset_load(dir, errors);
    if (ruleset == NULL)
      ctl_print_errors(errors);
    else
      say_good(dir, ruleset);
    status = ruleset != NULL ? EX_OK : EX_CONFIG;
  }
  ctl_options_clear(&options);
  return status;
}
