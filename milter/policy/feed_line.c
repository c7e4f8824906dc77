#include "feed_line.h"

#include <string.h>

#include "hostmap.h"

typedef struct taker {
  void (*take)(const char *host, const char *path, void *data);
  void *data;
} Taker;

/* Names of the machine itself, which files of hosts begin with. */
static gboolean
is_machine(const char *name)
{
  static const char *const names[] = {"localhost",
                                      "localhost.localdomain",
                                      "local",
                                      "broadcasthost",
                                      "ip6-localhost",
                                      "ip6-loopback",
                                      "ip6-localnet",
                                      "ip6-mcastprefix",
                                      "ip6-allnodes",
                                      "ip6-allrouters",
                                      "ip6-allhosts",
                                      "0.0.0.0",
                                      NULL};
  return g_strv_contains(names, name);
}

/* A host or URL. FALSE if it is none, or would stand for a whole top-level domain. */
static gboolean
take_address(const Taker *taker, const char *text)
{
  g_autoptr(Url) url = url_parse(text, strlen(text), TRUE);
  if (!url || !*url->host || strpbrk(url->host, "*%") ||
      (!(url->flags & URL_IP) && !strchr(url->host, '.')))
    return FALSE;
  g_autofree char *path = hostmap_path(url);
  if (strlen(path) > FEED_PATH_MAX)
    return FALSE;
  taker->take(url->host, strcmp(path, "/") == 0 ? "" : path, taker->data);
  return TRUE;
}

static void
drop_comment(char *line, const char *marks)
{
  for (char *p = line; *p; p++)
    if (strchr(marks, *p) && (p == line || g_ascii_isspace(p[-1]))) {
      *p = '\0';
      return;
    }
}

/* "0.0.0.0 a.example b.example" */
static FeedLine
read_hosts(const Taker *taker, char *line)
{
  char *rest = line + strcspn(line, " \t");
  gboolean all = TRUE;
  if (!*rest)
    return FEED_LINE_WRONG;
  for (char *name = strtok_r(rest, " \t", &rest); name; name = strtok_r(NULL, " \t", &rest))
    all &= is_machine(name) || take_address(taker, name);
  return all ? FEED_LINE_TAKEN : FEED_LINE_WRONG;
}

static gboolean
is_type(const char *word)
{
  static const char *const types[] = {"SOA", "NS", "TXT", "$TTL", "$ORIGIN", NULL};
  g_autofree char *upper = g_ascii_strup(word, -1);
  return g_strv_contains(types, upper);
}

/* "*.a.example. 300 IN CNAME ." Policies that let pass (rpz-passthru) list nothing. */
static FeedLine
read_rpz(const Taker *taker, char *line)
{
  char *rest = NULL, *name = strtok_r(line, " \t", &rest), *target = NULL;
  gboolean alias = FALSE;
  for (char *word = strtok_r(NULL, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
    if (is_type(word))
      return FEED_LINE_EMPTY;
    if (alias)
      target = word;
    alias |= g_ascii_strcasecmp(word, "CNAME") == 0 || g_ascii_strcasecmp(word, "A") == 0;
  }
  if (is_type(name) || (target && g_ascii_strncasecmp(target, "rpz-passthru", 12) == 0))
    return FEED_LINE_EMPTY;
  if (g_str_has_prefix(name, "*."))
    name += 2;
  size_t len = strlen(name);
  if (len && name[len - 1] == '.')
    name[len - 1] = '\0';
  return target && take_address(taker, name) ? FEED_LINE_TAKEN : FEED_LINE_WRONG;
}

/* "a.example", "https://a.example/x", "||a.example^" of ad blockers' lists */
static FeedLine
read_plain(const Taker *taker, char *line)
{
  if (g_str_has_prefix(line, "||")) {
    line += 2;
    line[strcspn(line, "^$")] = '\0';
  } else if (g_str_has_prefix(line, "*.")) {
    line += 2;
  }
  return !strpbrk(line, " \t,;\"") && take_address(taker, line) ? FEED_LINE_TAKEN : FEED_LINE_WRONG;
}

static FeedFormat
format_of(const char *line)
{
  size_t first = strcspn(line, " \t");
  g_autofree char *word = g_strndup(line, first);
  if (*line == '$' || strstr(line, " CNAME ") || strstr(line, "\tCNAME") || strstr(line, " SOA ") ||
      strstr(line, "\tSOA") || strstr(line, " NS ") || strstr(line, "\tNS"))
    return FEED_RPZ;
  if (line[first] && strspn(word, "0123456789.:abcdefABCDEF") == first)
    return FEED_HOSTS;
  return FEED_PLAIN;
}

FeedLine
feed_line_read(char *line, FeedFormat format,
               void (*take)(const char *host, const char *path, void *data), void *data)
{
  const Taker taker = {take, data};
  drop_comment(line, format == FEED_RPZ ? ";" : format == FEED_AUTO ? "#!;" : "#!");
  g_strstrip(line);
  if (!*line || *line == '[')
    return FEED_LINE_EMPTY;
  if (format == FEED_AUTO)
    format = format_of(line);
  if (format == FEED_HOSTS)
    return read_hosts(&taker, line);
  return format == FEED_RPZ ? read_rpz(&taker, line) : read_plain(&taker, line);
}
