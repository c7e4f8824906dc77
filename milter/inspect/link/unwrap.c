/* unwrap.c - the addresses that an address carries.
 *
 * One list grows while it is walked: from each address, the link's own first, all that it carries
 * are put behind, until nothing is added. So decoys do not hide a target, and nesting is followed
 * without recursion. Two kinds of carrying are told apart. A known wrapper leads on for certain,
 * so its target may be written loosely (without a scheme, say). For any other address a path
 * segment or the value of a parameter counts only if it is an absolute http or https address once
 * its encodings are undone, or a host under a top level domain in a parameter that is named as
 * those of redirectors are; that it leads there is a guess, good enough to ask the rules about it.
 *
 * Each address is looked through a fixed number of times, each that it carries is shorter, and
 * there are at most LIMIT_HOPS_ALL: linear. */
#include "unwrap.h"

#include <string.h>

#include "bounds.h"
#include "encodings.h"
#include "wrappers.h"

/* How often a value may have been percent-encoded. */
#define PERCENT_MAX 3

typedef struct unwrapper {
  const Url *url; /* being looked at */
  int from;       /* its place in hops, -1 the link's own */
  gboolean known; /* all of the way to it */
  unsigned depth;
  GPtrArray *hops; /* Hop * */
  gboolean full;
} Unwrapper;

/* --- taking --- */

static gboolean
is_same(const Url *a, const Url *b)
{
  return strcmp(a->host, b->host) == 0 && strcmp(a->path, b->path) == 0 &&
         g_strcmp0(a->query, b->query) == 0 && g_strcmp0(a->fragment, b->fragment) == 0 &&
         strcmp(a->scheme, b->scheme) == 0;
}

static gboolean
is_there(const Unwrapper *u, const Url *url)
{
  for (guint i = 0; i < u->hops->len; i++)
    if (is_same(((const Hop *)g_ptr_array_index(u->hops, i))->url, url))
      return TRUE;
  return FALSE;
}

/* TRUE if it could be read, also if it is not new. */
static gboolean
take(Unwrapper *u, const char *text, gboolean known)
{
  g_autoptr(Url) url = url_parse(text, strlen(text), TRUE);

  if (url == NULL || (url_scheme_is_special(url->scheme) && strpbrk(url->host, ".[") == NULL))
    return FALSE;
  if (is_there(u, url))
    return TRUE;
  if (u->depth >= LIMIT_HOPS || u->hops->len >= LIMIT_HOPS_ALL)
    u->full = TRUE;
  else
    g_ptr_array_add(u->hops, hop_new(g_steal_pointer(&url), u->from, known && u->known));
  return TRUE;
}

static gboolean
is_slash(char c)
{
  return c == '/' || c == '\\';
}

/* "http:", "https:" or "//" of either slash, behind blanks that browsers skip. */
static gboolean
is_absolute(const char *text)
{
  while (*text != '\0' && (guchar)*text <= ' ')
    text++;
  if (is_slash(text[0]) && is_slash(text[1]))
    return TRUE;
  if (g_ascii_strncasecmp(text, "http", 4) != 0)
    return FALSE;
  text += g_ascii_tolower(text[4]) == 's' ? 5 : 4;
  return *text == ':';
}

static gboolean
take_absolute(Unwrapper *u, const char *text, gboolean known)
{
  return is_absolute(text) && take(u, text, known);
}

/* Without a scheme or with an app's, as a known wrapper may lead on to. */
static gboolean
take_loose(Unwrapper *u, const char *text)
{
  return !is_slash(text[0]) && strpbrk(text, " <>\"{}") == NULL && strpbrk(text, ".:") != NULL &&
         take(u, text, TRUE);
}

/* --- values --- */

/* An address that may still be percent-encoded. */
static gboolean
take_encoded(Unwrapper *u, const char *text, gboolean known)
{
  g_autofree char *now = g_strdup(text);

  for (int i = 0; i <= PERCENT_MAX; i++) {
    char *next;

    if (take_absolute(u, now, known))
      return TRUE;
    if (strchr(now, '%') == NULL)
      return FALSE;
    next = percent_decode(now, strlen(now));
    g_free(now);
    now = next;
  }
  return FALSE;
}

static gboolean
take_packed(Unwrapper *u, char *unpacked, gboolean known)
{
  g_autofree char *text = unpacked;

  return text != NULL && take_encoded(u, text, known);
}

static gboolean
has_one_of(const char *text, const char *const *prefixes, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix(text, prefixes[i]))
      return TRUE;
  return FALSE;
}

/* "http" in base64 and in hex begins with one of these. */
static gboolean
take_alphabet(Unwrapper *u, const char *text, gboolean known)
{
  static const char *const base64[] = {"aHR0", "SFRU", "SHR0", "aFRU"};
  static const char *const hex[] = {"687474", "485454", "487474"};
  size_t len = strlen(text);

  if ((known || has_one_of(text, base64, G_N_ELEMENTS(base64))) &&
      take_packed(u, address_from_base64(text, len), known))
    return TRUE;
  return (known || has_one_of(text, hex, G_N_ELEMENTS(hex))) &&
         take_packed(u, address_from_hex(text, len), known);
}

/* Most values of most addresses end here. */
static gboolean
may_be_address(const char *text, size_t len)
{
  return len >= 7 && strchr("hH%/\\aS64", text[0] <= ' ' ? '%' : text[0]) != NULL;
}

/* A value of a query or a path segment: it is decoded once by whoever reads it, so that reading
 * comes first. */
static gboolean
take_value(Unwrapper *u, const char *value, size_t len, gboolean known)
{
  g_autofree char *raw = NULL, *decoded = NULL;

  if (!known && !may_be_address(value, len))
    return FALSE;
  raw = g_strndup(value, len);
  decoded = percent_decode(value, len);
  return take_encoded(u, decoded, known) || take_absolute(u, raw, known) ||
         take_alphabet(u, decoded, known) || (known && take_loose(u, decoded));
}

/* The first address in plain sight in a text, and what follows it. What only looks like one is
 * tried so many times and no more, as each try reads to the end. */
static gboolean
take_inside(Unwrapper *u, const char *text, gboolean known)
{
  unsigned tries = 0;

  for (const char *p = text; *p != '\0' && tries < LIMIT_HOPS_ALL; p++) {
    if ((*p != 'h' && *p != 'H') || (p != text && g_ascii_isalnum(p[-1])) || !is_absolute(p))
      continue;
    if (take(u, p, known))
      return TRUE;
    tries++;
  }
  u->full = u->full || tries >= LIMIT_HOPS_ALL;
  return FALSE;
}

/* --- the places of an address --- */

/* Path from `skip` on, query and fragment. */
static char *
rest_of(const Url *url, size_t skip)
{
  return g_strconcat(url->path + MIN(skip, strlen(url->path)), url->query != NULL ? "?" : "",
                     url->query != NULL ? url->query : "", url->fragment != NULL ? "#" : "",
                     url->fragment != NULL ? url->fragment : "", NULL);
}

/* Is it one of the words? `words` is lower case with a blank between. */
static gboolean
is_word_of(const char *name, size_t len, const char *words)
{
  for (const char *p = words; *p != '\0'; p += *p == ' ') {
    size_t n = strcspn(p, " ");

    if (n == len && g_ascii_strncasecmp(p, name, n) == 0)
      return TRUE;
    p += n;
  }
  return FALSE;
}

/* Parameters that tell where a reader comes from or what a page shows. */
static const char no_target[] = "ref referer referrer source origin from text title body "
                                "description subject message via img image "
                                "images media picture pic logo icon avatar thumb thumbnail";

typedef gboolean (*Taker)(Unwrapper *u, const char *value, size_t len);

/* Each parameter, or only those that are named, and the part of it behind '='. `ends` are the
 * characters that end one. */
static void
each_value(Unwrapper *u, const char *query, const char *ends, const char *names, Taker taker)
{
  for (const char *p = query; p != NULL && *p != '\0';) {
    size_t len = strcspn(p, ends);
    const char *equals = memchr(p, '=', len);
    size_t name = equals != NULL ? (size_t)(equals - p) : len;
    size_t at = equals != NULL ? name + 1 : 0;
    const char *word = p;

    if (g_ascii_strncasecmp(word, "amp;", 4) == 0 && name >= 4)
      word += 4;
    name -= at > 0 ? (size_t)(word - p) : 0;
    if (names != NULL ? at > 0 && is_word_of(word, name, names)
                      : at == 0 || (g_ascii_strncasecmp(word, "utm_", 4) != 0 &&
                                    !is_word_of(word, name, no_target)))
      taker(u, p + at, len - at);
    p += len + (p[len] != '\0');
  }
}

static gboolean
guess_value(Unwrapper *u, const char *value, size_t len)
{
  return take_value(u, value, len, FALSE);
}

static gboolean
known_value(Unwrapper *u, const char *value, size_t len)
{
  return take_value(u, value, len, TRUE);
}

static gboolean
domain_value(Unwrapper *u, const char *value, size_t len)
{
  g_autofree char *domain = percent_decode(value, len);

  return take_loose(u, domain);
}

static gboolean
bing_value(Unwrapper *u, const char *value, size_t len)
{
  if (len < 2 || value[0] != 'a' || value[1] != '1')
    return take_value(u, value, len, TRUE);
  return take_packed(u, address_from_base64(value + 2, len - 2), TRUE);
}

static gboolean
proofpoint2_value(Unwrapper *u, const char *value, size_t len)
{
  return take_packed(u, address_from_proofpoint2(value, len), TRUE);
}

/* {"u":...,"p":"{\"url\":\"https:\\\/\\\/a.example\\\/\"...}"} */
static gboolean
json_value(Unwrapper *u, const char *value, size_t len)
{
  g_autofree char *encoded = percent_decode(value, len);
  g_autofree char *json = address_from_base64(encoded, strlen(encoded));
  char *to = json, *start;

  if (json == NULL)
    return FALSE;
  for (const char *p = json; *p != '\0'; p++)
    if (*p != '\\')
      *to++ = *p;
  *to = '\0';
  start = strstr(json, "\"url\":\"");
  if (start == NULL)
    return FALSE;
  start += strlen("\"url\":\"");
  start[strcspn(start, "\"")] = '\0';
  return take_absolute(u, start, TRUE);
}

/* --- known wrappers --- */

static void
take_behind(Unwrapper *u, size_t skip)
{
  g_autofree char *rest = rest_of(u->url, skip);

  if (!take_encoded(u, rest, TRUE))
    take_loose(u, rest);
}

/* The segment that begins with `prefix`, without it. */
static void
take_segment(Unwrapper *u, const char *prefix, gboolean packed)
{
  const char *start = strstr(u->url->path, prefix);
  size_t len;

  if (start == NULL)
    return;
  start += strlen(prefix);
  len = strcspn(start, "/");
  if (packed)
    take_packed(u, address_from_base64(start, len), TRUE);
  else
    take_value(u, start, len, TRUE);
}

static void
take_underlined(Unwrapper *u)
{
  g_autofree char *rest = rest_of(u->url, 0);
  char *start = strstr(rest, "___"), *end = start != NULL ? g_strrstr(start + 3, "___") : NULL;

  if (end == NULL)
    return;
  *end = '\0';
  take_encoded(u, start + 3, TRUE);
}

static void
take_label(Unwrapper *u)
{
  size_t label = strcspn(u->url->host, ".");
  g_autofree char *host = host_from_label(u->url->host, label);
  g_autofree char *rest = rest_of(u->url, 0);
  g_autofree char *address = g_strconcat("https://", host, rest, NULL);

  if (strchr(host, '.') != NULL)
    take(u, address, TRUE);
}

static void
take_everywhere(Unwrapper *u)
{
  g_autofree char *rest = rest_of(u->url, 0);

  for (int i = 0; i <= PERCENT_MAX && !take_inside(u, rest, TRUE); i++) {
    char *next = percent_decode(rest, strlen(rest));

    g_free(rest);
    rest = next;
  }
}

static void
take_proofpoint3(Unwrapper *u)
{
  g_autofree char *rest = rest_of(u->url, 0);

  take_packed(u, address_from_proofpoint3(rest, strlen(rest)), TRUE);
}

static void
open_wrapper(Unwrapper *u, const Wrapper *wrapper)
{
  static const Taker takers[] = {[FORM_VALUE] = known_value,
                                 [FORM_DOMAIN] = domain_value,
                                 [FORM_PROOFPOINT2] = proofpoint2_value,
                                 [FORM_BING] = bing_value,
                                 [FORM_JSON] = json_value};
  size_t prefix = strlen(wrapper->path);

  if (wrapper->form < G_N_ELEMENTS(takers) && takers[wrapper->form] != NULL)
    each_value(u, u->url->query, "&", wrapper->params, takers[wrapper->form]);
  else if (wrapper->form == FORM_TAIL && u->url->query != NULL)
    take_value(u, u->url->query, strlen(u->url->query), TRUE);
  else if (wrapper->form == FORM_PATH)
    take_behind(u, prefix);
  else if (wrapper->form == FORM_SECOND)
    take_behind(u, prefix + strcspn(u->url->path + prefix, "/") + 1);
  else if (wrapper->form == FORM_INSIDE)
    take_everywhere(u);
  else if (wrapper->form == FORM_PROOFPOINT3)
    take_proofpoint3(u);
  else if (wrapper->form == FORM_LABEL)
    take_label(u);
  else if (wrapper->form == FORM_UNDERLINES)
    take_underlined(u);
  else if (wrapper->form == FORM_RU || wrapper->form == FORM_SHARE)
    take_segment(u, wrapper->form == FORM_RU ? "/RU=" : "/u!", wrapper->form == FORM_SHARE);
}

static void
open_wrappers(Unwrapper *u, const char *name)
{
  for (const Wrapper *wrapper = wrappers_find(name); wrapper; wrapper = wrappers_next(wrapper))
    if (g_ascii_strncasecmp(u->url->path, wrapper->path, strlen(wrapper->path)) == 0)
      open_wrapper(u, wrapper);
}

static void
open_known(Unwrapper *u)
{
  if (g_str_has_prefix(u->url->domain, "google."))
    open_wrappers(u, "google.*");
  for (const char *name = u->url->host; name != NULL; name = strchr(name, '.')) {
    name += *name == '.';
    open_wrappers(u, name);
  }
}

/* --- all others --- */

/* "/go=https%3A%2F%2Fa.example", "/go;to=https:%2F%2Fa.example": in a segment, and encoded. */
static void
guess_encoded(Unwrapper *u)
{
  g_autofree char *path = g_strdup(u->url->path);

  for (int i = 0; i < PERCENT_MAX && strchr(path, '%') != NULL; i++) {
    char *next = percent_decode(path, strlen(path));

    g_free(path);
    path = next;
    if (take_inside(u, path, FALSE))
      return;
  }
}

static void
guess_path(Unwrapper *u)
{
  g_autofree char *rest = NULL;

  for (const char *p = u->url->path; *p != '\0'; p += *p == '/') {
    size_t len = strcspn(p, "/");

    guess_value(u, p, len);
    p += len;
  }
  if (strcasestr(u->url->path, "http") == NULL)
    return;
  rest = rest_of(u->url, 0);
  if (!take_inside(u, rest, FALSE))
    guess_encoded(u);
}

/* Parameters whose value need not have a scheme to be an address. */
static const char targets[] = "u url uri to target dest destination redirect redirect_url "
                              "redirect_to redirect_uri redirecturl redir goto";

/* "a.example/b", under a top level domain. */
static gboolean
target_value(Unwrapper *u, const char *value, size_t len)
{
  g_autofree char *text = percent_decode(value, len);
  size_t host = strcspn(text, "/?#:");
  const char *dot = g_strrstr_len(text, (gssize)host, ".");

  return dot != NULL && url_is_tld(dot + 1, host - (size_t)(dot + 1 - text)) &&
         strpbrk(text, " <>\"{}@") == NULL && take(u, text, FALSE);
}

static void
guess_query(Unwrapper *u, const char *query)
{
  if (query == NULL)
    return;
  guess_value(u, query, strlen(query));
  each_value(u, query, "&", NULL, guess_value);
  each_value(u, query, "&;", targets, target_value);
  if (strchr(query, ';') != NULL)
    each_value(u, query, "&;", NULL, guess_value);
}

static gboolean
is_opened(const Url *url)
{
  static const char *const not [] = {"mailto", "tel", "sms", "data", "cid", "javascript", NULL};

  return !g_strv_contains(not, url->scheme);
}

/* Android's "intent://send/?text=x#Intent;package=p;scheme=whatsapp;end". */
static void
open_intent(Unwrapper *u)
{
  const char *p = u->url->fragment != NULL ? strstr(u->url->fragment, ";scheme=") : NULL;
  g_autofree char *scheme = NULL, *target = NULL;

  if (strcmp(u->url->scheme, "intent") != 0 || p == NULL)
    return;
  p += strlen(";scheme=");
  scheme = g_strndup(p, strcspn(p, ";"));
  target = g_strconcat(scheme, "://", u->url->host, u->url->path, u->url->query != NULL ? "?" : "",
                       u->url->query, NULL);
  take(u, target, TRUE);
}

static void
look_through(Unwrapper *u)
{
  if (!is_opened(u->url))
    return;
  if (url_scheme_is_special(u->url->scheme)) {
    open_known(u);
    guess_path(u);
  } else {
    open_intent(u);
    guess_value(u, u->url->path, strlen(u->url->path)); /* "microsoft-edge:https://a.example/" */
  }
  guess_query(u, u->url->query);
  guess_query(u, u->url->fragment);
}

/* Turns to the next address of the list. */
static void
turn_to(Unwrapper *u, guint i)
{
  const Hop *hop = g_ptr_array_index(u->hops, i);

  u->url = hop->url;
  u->from = (int)i;
  u->known = hop->known;
  u->depth = 1;
  for (int above = hop->from; above >= 0; u->depth++)
    above = ((const Hop *)g_ptr_array_index(u->hops, (guint)above))->from;
}

GPtrArray *
unwrap(const Url *url, gboolean *whole)
{
  g_autoptr(GPtrArray) hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);
  Unwrapper u = {.url = url, .from = -1, .known = TRUE, .hops = hops};

  look_through(&u);
  for (guint i = 0; i < hops->len; i++) {
    turn_to(&u, i);
    look_through(&u);
  }
  *whole = !u.full;
  return hops->len > 0 ? g_steal_pointer(&hops) : NULL;
}
