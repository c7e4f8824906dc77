/* cordon services: the catalogue of services, and which of them an address belongs to. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "log.h"
#include "policy.h"
#include "url.h"

typedef struct catalogue {
  const char *class_name; /* NULL: all */
  const char *file;       /* of the service before */
  guint count;
} Catalogue;

static void
print_names(const ServiceView *view)
{
  for (int i = 0; i < LANGS; i++)
    if (i == LANG_EN || strcmp(view->titles[i], view->titles[i - 1]) != 0)
      printf("%s%s", i == LANG_EN ? "" : " / ", view->titles[i]);
  printf("\n");
}

static void
print_service(const ServiceView *view, void *data)
{
  Catalogue *catalogue = data;

  if (catalogue->class_name != NULL && strcmp(catalogue->class_name, view->class_name) != 0)
    return;
  catalogue->count++;
  printf("%-24s %-16s ", view->id, view->class_name);
  print_names(view);
}

/* All of them; 1 if there are none of the class. */
static int
list(const Ruleset *ruleset, const char *class_name)
{
  Catalogue catalogue = {.class_name = class_name};

  ruleset_each_service(ruleset, print_service, &catalogue);
  if (catalogue.count > 0)
    return EX_OK;
  fprintf(stderr, "cordon services: there is no service of class \"%s\"\n", class_name);
  return 1;
}

/* "clerk@mail.example" is a person's, not the name of a user of a host. */
static Url *
read_address(const char *address)
{
  gboolean mail = strchr(address, '@') && !strpbrk(address, ":/\\?#");
  g_autofree char *link = mail ? g_strconcat("mailto:", address, NULL) : g_strdup(address);

  return url_parse(link, strlen(link), TRUE);
}

/* The service of one address. 1 if it is none's. */
static int
find(const Ruleset *ruleset, const char *address)
{
  g_autoptr(Url) url = read_address(address);
  g_autofree char *shown = log_escape(address, -1, 300);
  ServiceView view;

  if (url == NULL) {
    printf("%s: no address\n", shown);
    return 1;
  }
  if (!ruleset_service_of(ruleset, url, &view)) {
    printf("%s: no service's\n", shown);
    return 1;
  }
  printf("%s: %s, class %s (%s:%u) ", shown, view.id, view.class_name, view.file, view.line);
  print_names(&view);
  return EX_OK;
}

/* A line of standard input is an address. */
static int
find_lines(const Ruleset *ruleset)
{
  g_autoptr(GIOChannel) input = g_io_channel_unix_new(fileno(stdin));
  int status = EX_OK;

  g_io_channel_set_encoding(input, NULL, NULL);
  for (;;) {
    g_autofree char *line = NULL;
    gsize end;
    GIOStatus got = g_io_channel_read_line(input, &line, NULL, &end, NULL);

    if (got == G_IO_STATUS_EOF)
      return status;
    if (got != G_IO_STATUS_NORMAL) {
      fprintf(stderr, "cordon services: standard input cannot be read\n");
      return EX_IOERR;
    }
    line[end] = '\0';
    if (*line != '\0')
      status |= find(ruleset, line);
  }
}

static int
find_all(const Ruleset *ruleset, char **addresses)
{
  int status = EX_OK;

  for (; *addresses != NULL; addresses++) {
    int one = strcmp(*addresses, "-") == 0 ? find_lines(ruleset) : find(ruleset, *addresses);

    status = MAX(status, one);
  }
  return status;
}

int
ctl_services(int argc, char **argv)
{
  g_autofree char *rules = NULL, *class_name = NULL;
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Ruleset) ruleset = NULL;
  const GOptionEntry entries[] = {
      {"rules", 0, 0, G_OPTION_ARG_FILENAME, &rules, "The rules folder", "DIR"},
      {"class", 0, 0, G_OPTION_ARG_STRING, &class_name, "Only services of this class", "CLASS"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("[ADDRESS…]");
  g_autoptr(GError) error = NULL;

  g_set_prgname("cordon services");
  g_option_context_set_summary(context, "Lists the services that rules know, with their classes, "
                                        "or tells which of them each address belongs to (\"-\": a "
                                        "line each on standard input). Exit status 1 if one is "
                                        "none's.");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error)) {
    fprintf(stderr, "cordon services: %s; see cordon services --help\n", error->message);
    return EX_USAGE;
  }
  ruleset = ruleset_load(rules != NULL ? rules : RULESDIR, errors);
  if (ruleset == NULL) {
    ctl_print_errors(errors);
    return EX_CONFIG;
  }
  return argc > 1 ? find_all(ruleset, argv + 1) : list(ruleset, class_name);
}
