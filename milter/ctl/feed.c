/* cordon feed: large lists that others publish, compiled for the workers. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "error.h"
#include "feed.h"

static const char *const formats[] = {
#define X(id, name) name,
    FEED_FORMATS(X)
#undef X
        NULL};

/* At least half of what there was: a feed that lost more is a broken download. */
static guint64
fewest_of(const char *path)
{
  g_autoptr(Feed) old = feed_open(path, NULL);

  return old != NULL ? (feed_entries(old) + 1) / 2 : 1;
}

static void
tell_counts(const char *path, const FeedCount *counts)
{
  printf("%s: %" G_GUINT64_FORMAT " entries", path, counts->entries);
  if (counts->twice > 0)
    printf(", %" G_GUINT64_FORMAT " more than once", counts->twice);
  if (counts->own > 0)
    printf(", %" G_GUINT64_FORMAT " of own domains left out", counts->own);
  if (counts->unread > 0)
    printf(", %" G_GUINT64_FORMAT " lines not understood, such as %s", counts->unread,
           counts->unread_at);
  printf("\n");
}

static int
compile(const char *rules, FeedSource *source, const char *out, char **files)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Settings) settings = settings_load(rules, errors);
  g_autoptr(GError) error = NULL;
  FeedCount counts;
  int result;

  if (settings == NULL) {
    ctl_print_errors(errors);
    return EX_CONFIG;
  }
  source->own_domains = settings->own_domains;
  result = feed_compile(files, source, out, &counts, &error);
  if (result == 0)
    tell_counts(out, &counts);
  else
    fprintf(stderr, "cordon feed: %s; %s stays as it is\n", error->message, out);
  g_free(counts.unread_at);
  return result == 0 ? EX_OK : cordon_error_exit(error);
}

static int
show(char **files)
{
  int status = EX_OK;

  for (; *files != NULL; files++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Feed) feed = feed_open(*files, &error);
    g_autoptr(GDateTime) time =
        feed != NULL ? g_date_time_new_from_unix_local(feed_time(feed)) : NULL;
    g_autofree char *when = time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M") : NULL;

    if (feed != NULL) {
      printf("%s: %" G_GUINT64_FORMAT " entries, compiled %s\n", *files, feed_entries(feed),
             when != NULL ? when : "-");
    } else {
      fprintf(stderr, "cordon feed: %s\n", error->message);
      status = EX_CONFIG;
    }
  }
  return status;
}

/* Whether each of some addresses is in a feed: 0 if all are, 1 if one is not. */
static int
find(const char *path, char **addresses)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Feed) feed = feed_open(path, &error);
  int status = EX_OK;

  if (feed == NULL) {
    fprintf(stderr, "cordon feed: %s\n", error->message);
    return EX_CONFIG;
  }
  for (; *addresses != NULL; addresses++) {
    g_autoptr(Url) url = url_parse(*addresses, strlen(*addresses), TRUE);
    gboolean held = url != NULL && feed_holds(feed, url);

    printf("%s: %s\n", *addresses, url == NULL ? "no address" : held ? "listed" : "not listed");
    status = held ? status : 1;
  }
  return status;
}

static int
usage(const char *fault)
{
  fprintf(stderr, "cordon feed: %s; see cordon feed --help\n", fault);
  return EX_USAGE;
}

static int
run(const char *rules, const char *format, gboolean force, const char *out, int argc, char **argv)
{
  FeedSource source = {0};
  int kind = 0;

  while (format != NULL && formats[kind] != NULL && strcmp(formats[kind], format) != 0)
    kind++;
  if (formats[kind] == NULL)
    return usage("--format is auto, plain, hosts or rpz");
  source.format = (FeedFormat)kind;
  if (argc > 2 && strcmp(argv[1], "compile") == 0 && out != NULL) {
    source.fewest = force ? 1 : fewest_of(out);
    return compile(rules, &source, out, argv + 2);
  }
  if (argc > 2 && strcmp(argv[1], "show") == 0)
    return show(argv + 2);
  if (argc > 3 && strcmp(argv[1], "find") == 0)
    return find(argv[2], argv + 3);
  return usage("say what to do: compile -o LIST.cdb FILE…, show LIST.cdb…, find LIST.cdb ADDRESS…");
}

int
ctl_feed(int argc, char **argv)
{
  g_autofree char *rules = NULL, *format = NULL, *out = NULL;
  gboolean force = FALSE;
  const GOptionEntry entries[] = {
      {"rules", 0, 0, G_OPTION_ARG_FILENAME, &rules,
       "The rules folder: its own domains are left out", "DIR"},
      {"format", 0, 0, G_OPTION_ARG_STRING, &format, "auto, plain, hosts or rpz", "FORMAT"},
      {"force", 0, 0, G_OPTION_ARG_NONE, &force, "Also when less than half is left of it", NULL},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "The compiled feed: lists/NAME.cdb", "FILE"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("compile|show|find FILE…");
  g_autoptr(GError) error = NULL;

  g_set_prgname("cordon feed");
  g_option_context_set_summary(
      context, "Compiles large lists of hosts and addresses, tells of compiled ones, "
               "and looks addresses up in one.");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error))
    return usage(error->message);
  return run(rules != NULL ? rules : RULESDIR, format, force, out, argc, argv);
}
