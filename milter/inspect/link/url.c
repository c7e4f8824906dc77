/* url.c - addresses as a browser reads them.
 *
 * The WHATWG parser is a state machine over one code point at a time; what it comes to is a few
 * cuts, done here in order: trim, drop tabs and line ends, take the scheme, skip slashes of
 * either kind, find where the authority ends, cut user (last '@') and port (first ':' outside
 * brackets) off it, then path, query and fragment. Only "file:" needs cases of its own. */
#include "url.h"

#include <string.h>

typedef struct cut {
  const char *text;
  size_t len;
} Cut;

static const struct {
  const char *name;
  unsigned port;
} special_schemes[] = {
    {"http", 80}, {"https", 443}, {"ftp", 21}, {"ws", 80}, {"wss", 443}, {"file", 0},
};

/* Index in special_schemes, or -1. */
static int
special_index(const char *scheme)
{
  for (unsigned i = 0; i < G_N_ELEMENTS(special_schemes); i++)
    if (strcmp(scheme, special_schemes[i].name) == 0)
      return (int)i;
  return -1;
}

gboolean
url_scheme_is_special(const char *scheme)
{
  return special_index(scheme) >= 0;
}

static Cut
cut_advance(Cut cut, size_t n)
{
  return (Cut){cut.text + n, cut.len - n};
}

static gboolean
is_slash(char c)
{
  return c == '/' || c == '\\';
}

static gboolean
starts_with_slashes(Cut in)
{
  return in.len >= 2 && is_slash(in.text[0]) && is_slash(in.text[1]);
}

/* --- the pieces of it --- */

static Cut
trim(Cut in)
{
  while (in.len > 0 && (unsigned char)in.text[0] <= ' ')
    in = cut_advance(in, 1);
  while (in.len > 0 && (unsigned char)in.text[in.len - 1] <= ' ')
    in.len--;
  return in;
}

static gboolean
is_dropped(char c)
{
  return c == '\t' || c == '\n' || c == '\r';
}

/* The input without tabs and line ends; `owned` is what to free if there were any, `first` where
 * the first one was. */
static Cut
drop_blanks(Cut in, char **owned, size_t *first)
{
  size_t i = 0;
  while (i < in.len && !is_dropped(in.text[i]))
    i++;
  *first = i;
  if (i == in.len)
    return in;
  char *copy = *owned = g_malloc(in.len);
  size_t out = 0;
  for (i = 0; i < in.len; i++)
    if (!is_dropped(in.text[i]))
      copy[out++] = in.text[i];
  return (Cut){copy, out};
}

/* Length of the scheme without its ':', or 0. */
static size_t
scheme_len(Cut in)
{
  if (in.len == 0 || !g_ascii_isalpha(in.text[0]))
    return 0;
  for (size_t i = 1; i < in.len; i++) {
    char c = in.text[i];
    if (c == ':')
      return i;
    if (!g_ascii_isalnum(c) && c != '+' && c != '-' && c != '.')
      return 0;
  }
  return 0;
}

/* "host.example:8080/x" has no scheme, although it looks so. */
static gboolean
scheme_is_host(Cut in, size_t len)
{
  size_t i = len + 1;
  while (i < in.len && g_ascii_isdigit(in.text[i]))
    i++;
  return i > len + 1 && memchr(in.text, '.', len) != NULL &&
         (i == in.len || strchr("/\\?#", in.text[i]) != NULL);
}

/* Text of a path, query or fragment: NUL must not end it. */
static void
append_text(GString *out, const char *text, size_t len)
{
  const char *nul;
  while ((nul = memchr(text, '\0', len)) != NULL) {
    size_t n = (size_t)(nul - text);
    g_string_append_len(out, text, (gssize)n);
    g_string_append(out, "%00");
    text += n + 1;
    len -= n + 1;
  }
  g_string_append_len(out, text, (gssize)len);
}

static char *
text_dup(Cut cut)
{
  GString *out = g_string_sized_new(cut.len);
  append_text(out, cut.text, cut.len);
  return g_string_free(out, FALSE);
}

/* Cuts fragment and query off the end. */
static Cut
take_query(Url *url, Cut in)
{
  const char *hash = memchr(in.text, '#', in.len);
  if (hash != NULL) {
    size_t at = (size_t)(hash - in.text);
    url->fragment = text_dup(cut_advance(in, at + 1));
    in.len = at;
  }
  const char *question = memchr(in.text, '?', in.len);
  if (question != NULL) {
    size_t at = (size_t)(question - in.text);
    url->query = text_dup(cut_advance(in, at + 1));
    in.len = at;
  }
  return in;
}

/* "." and "..", also written %2e: how many dots, or 0. */
static unsigned
segment_dots(const char *segment, size_t len)
{
  unsigned dots = 0;
  for (size_t i = 0; i < len; dots++) {
    if (segment[i] == '.')
      i++;
    else if (len - i >= 3 && g_ascii_strncasecmp(segment + i, "%2e", 3) == 0)
      i += 3;
    else
      return 0;
  }
  return dots <= 2 ? dots : 0;
}

static gboolean
is_unreserved(int c)
{
  return g_ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* One segment, with the escapes undone that no writer needs. */
static void
append_segment(GString *out, const char *segment, size_t len)
{
  while (len > 0) {
    const char *percent = memchr(segment, '%', len);
    size_t n = percent != NULL ? (size_t)(percent - segment) : len;
    append_text(out, segment, n);
    segment += n;
    len -= n;
    if (len == 0)
      break;
    int high = len >= 3 ? g_ascii_xdigit_value(segment[1]) : -1;
    int low = len >= 3 ? g_ascii_xdigit_value(segment[2]) : -1;
    gboolean undo = high >= 0 && low >= 0 && is_unreserved(high << 4 | low);
    g_string_append_c(out, undo ? (char)(high << 4 | low) : '%');
    segment += undo ? 3 : 1;
    len -= undo ? 3 : 1;
  }
}

/* Path of a special scheme; it begins with a slash or is empty. */
static char *
take_path(Cut in)
{
  GString *out = g_string_sized_new(in.len + 1);
  while (in.len > 0) {
    in = cut_advance(in, is_slash(in.text[0]));
    size_t n = 0;
    while (n < in.len && !is_slash(in.text[n]))
      n++;
    unsigned dots = segment_dots(in.text, n);
    if (dots == 2) {
      const char *up = strrchr(out->str, '/');
      g_string_truncate(out, up != NULL ? (gsize)(up - out->str) : 0);
    } else if (dots == 0) {
      g_string_append_c(out, '/');
      append_segment(out, in.text, n);
    }
    if (dots > 0 && n == in.len)
      g_string_append_c(out, '/');
    in = cut_advance(in, n);
  }
  if (out->len == 0)
    g_string_append_c(out, '/');
  return g_string_free(out, FALSE);
}

/* --- authority --- */

/* A port after its ':'. FALSE if a browser refuses it. */
static gboolean
take_port(Url *url, Cut in, unsigned own)
{
  unsigned port = 0;
  for (size_t i = 0; i < in.len; i++) {
    if (!g_ascii_isdigit(in.text[i]))
      return FALSE;
    port = port * 10 + (unsigned)(in.text[i] - '0');
    if (port > 65535)
      return FALSE;
  }
  if (in.len > 0 && port != own) {
    url->port = port;
    url->flags |= URL_PORT;
  }
  return TRUE;
}

/* Where the host ends: at the first ':' outside brackets. */
static size_t
host_len(Cut in)
{
  gboolean inside = FALSE;
  for (size_t i = 0; i < in.len; i++) {
    if (in.text[i] == '[')
      inside = TRUE;
    else if (in.text[i] == ']')
      inside = FALSE;
    else if (in.text[i] == ':' && !inside)
      return i;
  }
  return in.len;
}

static gboolean
take_authority(Url *url, Cut in, int special)
{
  const char *at = memrchr(in.text, '@', in.len);
  if (at != NULL) {
    url->flags |= URL_USERINFO;
    in = cut_advance(in, (size_t)(at - in.text) + 1);
  }
  size_t n = host_len(in);
  if (n == 0 && special >= 0)
    return FALSE;
  if (n < in.len &&
      !take_port(url, cut_advance(in, n + 1), special >= 0 ? special_schemes[special].port : 0))
    return FALSE;
  url->host = url_host_parse(in.text, n, special >= 0, &url->flags);
  return url->host != NULL;
}

static gboolean
take_special(Url *url, Cut in, int special)
{
  while (in.len > 0 && is_slash(in.text[0])) {
    if (in.text[0] == '\\')
      url->flags |= URL_OBFUSCATED;
    in = cut_advance(in, 1);
  }
  size_t n = 0;
  while (n < in.len && !is_slash(in.text[n]) && in.text[n] != '?' && in.text[n] != '#')
    n++;
  if (!take_authority(url, (Cut){in.text, n}, special))
    return FALSE;
  if (n < in.len && in.text[n] == '\\')
    url->flags |= URL_OBFUSCATED;
  url->path = take_path(take_query(url, cut_advance(in, n)));
  return TRUE;
}

static gboolean
is_drive_letter(Cut in)
{
  return in.len >= 2 && g_ascii_isalpha(in.text[0]) && (in.text[1] == ':' || in.text[1] == '|') &&
         (in.len == 2 || strchr("/\\?#", in.text[2]) != NULL);
}

/* file: has a host only after exactly two slashes, and a drive letter is none. */
static gboolean
take_file(Url *url, Cut in)
{
  size_t n = 0;
  if (starts_with_slashes(in)) {
    in = cut_advance(in, 2);
    while (n < in.len && !is_slash(in.text[n]) && in.text[n] != '?' && in.text[n] != '#')
      n++;
    n = is_drive_letter(in) ? 0 : n;
  }
  if (n > 0) {
    url->host = url_host_parse(in.text, n, TRUE, &url->flags);
    if (url->host == NULL)
      return FALSE;
    if (strcmp(url->host, "localhost") == 0)
      url->host[0] = '\0';
  }
  url->path = take_path(take_query(url, cut_advance(in, n)));
  return TRUE;
}

/* --- schemes that are not special --- */

/* The domain of one mail address, percent-encoded as in mailto:, or NULL. */
static char *
mail_domain(const char *address, size_t len)
{
  g_autofree char *copy = g_strndup(address, len);
  g_autofree char *decoded = g_uri_unescape_string(copy, NULL);
  const char *text = decoded != NULL ? decoded : copy;
  const char *at = strrchr(text, '@');
  if (at == NULL)
    return NULL;
  size_t n = strcspn(at + 1, "> \t,;?\"");
  return n > 0 ? url_host_parse(at + 1, n, TRUE, NULL) : NULL;
}

/* Domains of a list of addresses. An escaped comma separates too: readers decode first. */
static void
mail_domains_add(GPtrArray *domains, const char *list)
{
  g_autofree char *decoded = g_uri_unescape_string(list, NULL);
  const char *text = decoded != NULL ? decoded : list;
  for (const char *p = text;;) {
    size_t n = strcspn(p, ",;");
    char *domain = mail_domain(p, n);
    if (domain != NULL)
      g_ptr_array_add(domains, domain);
    if (p[n] == '\0')
      break;
    p += n + 1;
  }
}

GPtrArray *
url_mail_domains(const Url *url)
{
  GPtrArray *domains = g_ptr_array_new_with_free_func(g_free);
  if (strcmp(url->scheme, "mailto") != 0)
    return domains;
  mail_domains_add(domains, url->path);
  for (const char *p = url->query; p != NULL;) {
    size_t n = strcspn(p, "&");
    size_t name = strcspn(p, "=&");
    if (p[name] == '=' && ((name == 2 && (g_ascii_strncasecmp(p, "to", 2) == 0 ||
                                          g_ascii_strncasecmp(p, "cc", 2) == 0)) ||
                           (name == 3 && g_ascii_strncasecmp(p, "bcc", 3) == 0))) {
      g_autofree char *value = g_strndup(p + name + 1, n - name - 1);
      mail_domains_add(domains, value);
    }
    p = p[n] == '&' ? p + n + 1 : NULL;
  }
  return domains;
}

/* Host of a scheme that is not special, where it has one and it is good; else none. */
static Cut
take_opaque_host(Url *url, Cut in)
{
  Cut rest = cut_advance(in, 2);
  size_t n = 0;
  while (n < rest.len && rest.text[n] != '/')
    n++;
  if (!take_authority(url, (Cut){rest.text, n}, -1)) {
    url->port = 0;
    url->flags &= ~(unsigned)(URL_PORT | URL_USERINFO);
    return in;
  }
  return cut_advance(rest, n);
}

static void
take_opaque(Url *url, Cut in)
{
  in = take_query(url, in);
  if (in.len >= 2 && in.text[0] == '/' && in.text[1] == '/')
    in = take_opaque_host(url, in);
  url->path = text_dup(in);
  if (strcmp(url->scheme, "mailto") == 0) {
    g_autoptr(GPtrArray) domains = url_mail_domains(url);
    g_free(url->host);
    url->host = domains->len > 0 ? g_strdup(g_ptr_array_index(domains, 0)) : NULL;
  }
}

/* --- the whole --- */

static gboolean
take_all(Url *url, Cut in, gboolean base_https)
{
  size_t n = scheme_len(in);
  if (n == 0 || (base_https && scheme_is_host(in, n))) {
    if (!base_https || (in.len > 0 && is_slash(in.text[0]) && !starts_with_slashes(in)))
      return FALSE;
    url->scheme = g_strdup("https");
    return take_special(url, in, special_index("https"));
  }
  url->scheme = g_ascii_strdown(in.text, (gssize)n);
  in = cut_advance(in, n + 1);
  int special = special_index(url->scheme);
  if (strcmp(url->scheme, "file") == 0)
    return take_file(url, in);
  if (special >= 0)
    return take_special(url, in, special);
  take_opaque(url, in);
  return TRUE;
}

/* How far scheme and authority reach, roughly: to the first slash after those before the host. */
static size_t
authority_end(Cut in)
{
  size_t i = scheme_len(in);
  while (i < in.len && (in.text[i] == ':' || is_slash(in.text[i])))
    i++;
  while (i < in.len && !is_slash(in.text[i]) && in.text[i] != '?' && in.text[i] != '#')
    i++;
  return i;
}

static void
fill_names(Url *url, const Url *near)
{
  if (url->host == NULL)
    url->host = g_strdup("");
  if (near != NULL && strcmp(near->host, url->host) == 0) {
    url->domain = g_strdup(near->domain);
    url->display = g_strdup(near->display);
    return;
  }
  url->domain = url_domain(url->host);
  url->display = url_host_display(url->host);
}

Url *
url_parse(const char *text, size_t len, gboolean base_https)
{
  return url_parse_near(text, len, base_https, NULL);
}

Url *
url_parse_near(const char *text, size_t len, gboolean base_https, const Url *near)
{
  g_autoptr(Url) url = g_new0(Url, 1);
  g_autofree char *owned = NULL;
  size_t first;
  Cut in = drop_blanks(trim((Cut){text, len}), &owned, &first);
  if (!take_all(url, in, base_https))
    return NULL;
  if (owned != NULL && first < authority_end(in))
    url->flags |= URL_OBFUSCATED;
  fill_names(url, near);
  return g_steal_pointer(&url);
}

void
url_free(Url *url)
{
  if (url == NULL)
    return;
  g_free(url->scheme);
  g_free(url->host);
  g_free(url->domain);
  g_free(url->display);
  g_free(url->path);
  g_free(url->query);
  g_free(url->fragment);
  g_free(url);
}
