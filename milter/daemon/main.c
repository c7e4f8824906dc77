/* cordond: the milter. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "log.h"
#include "settings.h"
#include "supervisor.h"

#include <locale.h>
#include <stdio.h>
#include <sysexits.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif
#ifndef RULESDIR
#define RULESDIR "/etc/cordon"
#endif

typedef struct options {
  char *rules, *pid_file;
  gboolean foreground, version;
} Options;

static void
options_clear(Options *options)
{
  g_free(options->rules);
  g_free(options->pid_file);
}

static gboolean
options_parse(Options *options, int argc, char **argv)
{
  const GOptionEntry entries[] = {
      {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->rules, "Rules folder (" RULESDIR ")",
       "RULESDIR"},
      {"foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground,
       "Stay in the foreground; always so", NULL},
      {"pidfile", 'p', 0, G_OPTION_ARG_FILENAME, &options->pid_file, "Write the process id there",
       "PIDFILE"},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, "Show the version", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("- the Cordon milter");
  g_autoptr(GError) error = NULL;

  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error)) {
    fprintf(stderr, "cordond: %s\n", error->message);
    return FALSE;
  }
  if (argc > 1)
    fprintf(stderr, "cordond: unexpected argument \"%s\"; the rules folder goes with -c\n",
            argv[1]);
  return argc == 1;
}

static int
serve(const Options *options)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Settings) settings =
      settings_load(options->rules != NULL ? options->rules : RULESDIR, errors);

  for (guint i = 0; i < errors->len; i++)
    fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(errors, i));
  if (settings == NULL)
    return EX_CONFIG;
  log_open("cordond", settings->log, LOG_LEVEL_INFO);
  return supervisor_run(settings, options->pid_file);
}

int
main(int argc, char **argv)
{
  Options options = {0};
  int status = EX_USAGE;

  setlocale(LC_ALL, "C.UTF-8");
  if (options_parse(&options, argc, argv)) {
    if (options.version)
      status = printf("cordond %s\n", PACKAGE_VERSION) < 0 ? EX_IOERR : EX_OK;
    else
      status = serve(&options);
  }
  options_clear(&options);
  return status;
}
