/* link.c - lists of links, and addresses that hang on a base. */
#include "link.h"

#include <string.h>

#include "bounds.h"
#include "link_private.h"

void
link_clear(Link *link)
{
  g_free(link->target);
  g_free(link->text);
  link->target = link->text = NULL;
}

static void
clear_element(gpointer link)
{
  link_clear(link);
}

GArray *
links_new(void)
{
  GArray *links = g_array_new(FALSE, TRUE, sizeof(Link));

  g_array_set_clear_func(links, clear_element);
  return links;
}

void
links_drop(GArray *links, gboolean (*drop)(const Link *link, const void *data), const void *data)
{
  guint kept = 0;

  for (guint i = 0; i < links->len; i++) {
    Link *link = &g_array_index(links, Link, i), link_kept = *link;

    if (drop(link, data))
      continue;
    *link = g_array_index(links, Link, kept);
    g_array_index(links, Link, kept++) = link_kept;
  }
  g_array_set_size(links, kept);
}

/* Tab and line ends mean nothing anywhere in an address (WHATWG URL, "basic URL parser"). */
static gboolean
is_nothing(char c)
{
  return c == '\t' || c == '\n' || c == '\r';
}

static gboolean
is_slash(char c)
{
  return c == '/' || c == '\\';
}

/* The length of the scheme with its ':', 0 if there is none. */
static size_t
scheme_length(const char *text, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++) {
    if (text[i] == ':')
      return i > 0 ? i + 1 : 0;
    if (!g_ascii_isalpha(text[i]) && !is_nothing(text[i]) &&
        (i == 0 || !(g_ascii_isdigit(text[i]) || strchr("+-.", text[i]))))
      return 0;
  }
  return 0;
}

gboolean
link_is_relative(const char *text, size_t len)
{
  unsigned slashes = 0;
  size_t i;

  if (scheme_length(text, len) > 0)
    return FALSE;
  for (i = 0; i < len && (is_slash(text[i]) || is_nothing(text[i])); i++)
    slashes += is_slash(text[i]) ? 1 : 0;
  return slashes < 2;
}

/* Where the host of an address ends, or 0 if it has none. */
static size_t
authority_end(const char *text, size_t len)
{
  size_t i = scheme_length(text, len), start = i;

  while (i < len && (is_slash(text[i]) || is_nothing(text[i])))
    i++;
  if (i == start)
    return 0;
  while (i < len && !is_slash(text[i]) && text[i] != '?' && text[i] != '#')
    i++;
  return i;
}

static size_t
cut_utf8(const char *text, size_t len)
{
  while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
    len--;
  return len;
}

/* What a data: address holds is no address. */
static size_t
limit_of(const char *text, size_t len)
{
  gboolean data = len > 5 && g_ascii_strncasecmp(text, "data:", 5) == 0;

  return data ? LIMIT_EVIDENCE : LIMIT_ADDRESS;
}

/* Bytes at the front that are none of the address: controls and blanks of ASCII, which browsers
 * skip, all that trim() of web mail takes off, and what stands before it where somebody reads "=="
 * or two quotes as one: no path begins so. */
static size_t
noise_length(const char *text, size_t len)
{
  gunichar c;

  if (len == 0 || (guchar)*text < 0x80)
    return len > 0 && ((guchar)*text <= ' ' || strchr("=\"'", *text) != NULL) ? 1 : 0;
  c = g_utf8_get_char_validated(text, (gssize)len);
  if (c == (gunichar)-1 || c == (gunichar)-2)
    return 0;
  return g_unichar_isspace(c) || g_unichar_iszerowidth(c) ? (size_t)g_utf8_skip[(guchar)*text] : 0;
}

char *
link_target(const char *text, size_t len)
{
  size_t limit, noise;

  for (; (noise = noise_length(text, len)) > 0; len -= noise)
    text += noise;
  while (len > 0 && (unsigned char)text[len - 1] <= ' ')
    len--;
  if (len == 0)
    return NULL;
  if (len > limit_of(text, len)) {
    limit = authority_end(text, len) + LIMIT_EVIDENCE / 2;
    limit = MAX(limit, limit_of(text, len));
    if (limit < len)
      len = cut_utf8(text, limit);
  }
  return g_strndup(text, len);
}

char *
link_resolve(const char *base, const char *target)
{
  size_t len = strlen(base), host = authority_end(base, len), path, end;
  const char *scheme = scheme_length(base, len) ? "" : "https:";

  if (host == 0)
    return NULL;
  end = host + strcspn(base + host, target[0] == '#' ? "#" : "?#");
  if (is_slash(target[0]))
    return g_strdup_printf("%s%.*s%s", scheme, (int)host, base, target);
  if (target[0] == '?' || target[0] == '#')
    return g_strdup_printf("%s%.*s%s", scheme, (int)end, base, target);
  for (path = end; path > host && !is_slash(base[path - 1]);)
    path--;
  return g_strdup_printf("%s%.*s%s%s", scheme, (int)path, base, path > host ? "" : "/", target);
}
