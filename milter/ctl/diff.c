/* cordon diff: two rules folders, and what differs, in words. */
#include "ctl.h"

#include <stdio.h>
#include <sysexits.h>

#include "policy.h"

static int
print_differences(const char *old, const char *new)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) words = ruleset_compare(old, new, errors);

  if (errors->len > 0) {
    ctl_print_errors(errors);
    return EX_CONFIG;
  }
  for (guint i = 0; i < words->len; i++)
    printf("%s\n", (const char *)g_ptr_array_index(words, i));
  return words->len > 0 ? 1 : EX_OK;
}

int
ctl_diff(int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new("[OLD] NEW");
  g_autoptr(GError) error = NULL;

  g_set_prgname("cordon diff");
  g_option_context_set_summary(context,
                               "Tells in words what differs between two rules folders; OLD is the "
                               "installed one if only one is named. Exit status 0: nothing, 1: "
                               "something, 78: one of them cannot be read.");
  if (!g_option_context_parse(context, &argc, &argv, &error) || argc < 2 || argc > 3) {
    fprintf(stderr, "cordon diff: %s; see cordon diff --help\n",
            error != NULL ? error->message : "name one folder or two");
    return EX_USAGE;
  }
  return print_differences(argc == 3 ? argv[1] : RULESDIR, argv[argc - 1]);
}
