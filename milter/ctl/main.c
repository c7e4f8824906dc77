/* The administrator's command: a table of subcommands. */
#include "ctl.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "log.h"

static const struct command {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
} commands[] = {
    {"check", ctl_check, "the configuration: every error with file and line"},
    {"sanitize", ctl_sanitize, "messages through the gateway's pipeline, on files"},
    {"explain", ctl_explain, "what was found in a message and which rule decided"},
    {"test", ctl_test, "the rules' own tests: messages, and what must come of each"},
    {"services", ctl_services, "which services rules know, and whose an address is"},
    {"feed", ctl_feed, "compile large lists that others publish, and look them up"},
    {"diff", ctl_diff, "two rules folders: what differs, in words"},
    {"replay", ctl_replay, "what new rules would change, over stored mail"},
    {"status", ctl_status, "how the running daemon is: health, counts, versions, times"},
    {"exceptions", ctl_exceptions, "what has been approved, for whom and until when"},
    {"reload", ctl_reload, "have it read rules and signatures again"},
};

static void
print_usage(FILE *out)
{
  fprintf(out, "Usage: cordon COMMAND [OPTION…] [FILE…]\n\n");
  for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
    fprintf(out, "  cordon %-10s %s\n", commands[i].name, commands[i].summary);
  fprintf(out, "\ncordon COMMAND --help tells more; cordon --version tells the version.\n");
}

int
main(int argc, char **argv)
{
  setlocale(LC_CTYPE, "C.UTF-8");
  log_open("cordon", "stderr", LOG_LEVEL_WARNING);
  if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
    printf("cordon %s\n", PACKAGE_VERSION);
    return EX_OK;
  }
  if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
    print_usage(stdout);
    return EX_OK;
  }
  for (guint i = 0; argc >= 2 && i < G_N_ELEMENTS(commands); i++)
    if (strcmp(argv[1], commands[i].name) == 0)
      return commands[i].run(argc - 1, argv + 1);
  if (argc >= 2)
    fprintf(stderr, "cordon: there is no command \"%s\"\n\n", argv[1]);
  print_usage(stderr);
  return EX_USAGE;
}
