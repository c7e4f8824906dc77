#include "link_traits.h"
#include "../text/text_scheme.h"

#include <string.h>

#include "../text/bidi.h"
#include "bounds.h"
#include "link_private.h"

static const char *const inner_schemes[] = {"cid", "mid", "about", "x-apple-data-detectors"};
static const char *const script_schemes[] = {"javascript", "vbscript", "livescript", "mocha",
                                             "jscript"};
static const char *const local_schemes[] = {
    "file",  "search-ms", "search", "ldap",   "ms-msdt", "mhtml", "ms-appinstaller", "ms-cxh",
    "shell", "res",       "its",    "ms-its", "mk",      "jar",   "view-source",     "onenote"};

static gboolean
is_one_of(const char *scheme, const char *const *list, guint n)
{
  for (guint i = 0; i < n; i++)
    if (strcmp(scheme, list[i]) == 0)
      return TRUE;
  return FALSE;
}

#define ONE_OF(scheme, list) is_one_of(scheme, list, G_N_ELEMENTS(list))

/* RFC 3986 3.1, with the C0 and blanks that browsers skip before it. The scheme without ':', lower
 * case, or NULL. Tabs and line ends inside count for nothing. */
static char *
scheme_of(const char *target)
{
  GString *scheme = g_string_new(NULL);

  while (*target != '\0' && (guchar)*target <= 0x20)
    target++;
  for (; *target != '\0' && *target != ':' && scheme->len < 64; target++) {
    if (*target == '\t' || *target == '\n' || *target == '\r')
      continue;
    if (!g_ascii_isalnum(*target) && strchr("+-.", *target) == NULL)
      break;
    g_string_append_c(scheme, g_ascii_tolower(*target));
  }
  if (*target == ':' && scheme->len > 0 && g_ascii_isalpha(scheme->str[0]))
    return g_string_free(scheme, FALSE);
  g_string_free(scheme, TRUE);
  return NULL;
}

/* "www.example.com:8080/x" has a dot before its colon, and no scheme has digits after it. */
static gboolean
looks_like_host_and_port(const char *scheme, const char *target)
{
  const char *colon = strchr(target, ':');

  return strchr(scheme, '.') != NULL && colon != NULL && g_ascii_isdigit(colon[1]);
}

static gboolean
is_unc(const char *target)
{
  return target[0] == '\\' && target[1] == '\\';
}

/* "\\\\server@SSL@443\\share" as Windows takes it: not the user of a host "443". */
static Url *
unc_url(const char *target)
{
  size_t host = strcspn(target + 2, "@\\/"), rest = strcspn(target + 2, "\\/");
  g_autofree char *file =
      g_strdup_printf("file://%.*s%s", (int)host, target + 2, target + 2 + rest);

  return url_parse(file, strlen(file), FALSE);
}

Url *
link_url(const Link *link, const Url *near)
{
  g_autofree char *scheme = scheme_of(link->target);
  gboolean base = scheme == NULL || looks_like_host_and_port(scheme, link->target);

  if (is_unc(link->target) && (link->use == LINK_TEXT || link->use == LINK_HEADER))
    return unc_url(link->target);
  g_autoptr(Url) url = url_parse_near(link->target, strlen(link->target), base, near);

  return g_steal_pointer(&url);
}

/* Blanks before it, and tabs and line ends inside, count for nothing (WHATWG Fetch, "data: URL
 * processor"). */
char *
link_data_type(const char *target)
{
  GString *type = g_string_new(NULL);

  for (target = strchr(target, ':') + 1; *target != '\0' && strchr(";,", *target) == NULL; target++)
    if ((guchar)*target > 0x20)
      g_string_append_c(type, g_ascii_tolower(*target));
  return g_string_free(type, FALSE);
}

/* What can run where it is shown. */
static gboolean
is_markup(const char *type)
{
  static const char *const words[] = {"html", "xml", "svg", "script"};

  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (strstr(type, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_only_shown(const char *type)
{
  static const char *const kinds[] = {"image/", "audio/", "video/", "font/", "text/plain"};

  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_has_prefix(type, kinds[i]))
      return TRUE;
  return *type == '\0';
}

/* A drawing shown as a picture runs no scripts and leads nowhere (SVG 2, 2.2.6 "secure static
 * mode"); newsletters are full of them. */
static gboolean
is_drawn(const Link *link, const char *type)
{
  static const char *const elements[] = {"img", "image", "input", "style"};
  static const char *const attributes[] = {"style", "background", "srcset", "poster"};

  if (link->use != LINK_LOAD || !g_str_has_prefix(type, "image/svg"))
    return FALSE;
  return (link->element != NULL && ONE_OF(link->element, elements)) ||
         (link->attribute_name != NULL && ONE_OF(link->attribute_name, attributes));
}

/* A file in a data: address that is clicked is one that no scanner has seen. */
static gboolean
is_active_data(const Link *link, const char *scheme)
{
  g_autofree char *type = strcmp(scheme, "data") == 0 ? link_data_type(link->target) : NULL;

  if (type == NULL)
    return FALSE;
  return (is_markup(type) && !is_drawn(link, type)) ||
         (link->use != LINK_LOAD && !is_only_shown(type));
}

/* Schemes that start no program but the reader's own for mail, calls, news and dates, or lead into
 * the message itself. Those of apps are services: rules know them by class. */
static gboolean
is_known(const Link *link, const char *scheme)
{
  static const char *const known[] = {"http", "https", "ftp",    "ftps", "mailto",  "cid",
                                      "mid",  "tel",   "sms",    "fax",  "about",   "data",
                                      "geo",  "news",  "webcal", "urn",  "webcals", "maps"};

  if (link->element == NULL || link->use == LINK_HEADER || link->use == LINK_LOAD ||
      strchr(scheme, '.') != NULL || strcmp(scheme, "localhost") == 0)
    return TRUE;
  return ONE_OF(scheme, known) ||
         scheme_kind((const unsigned char *)scheme, strlen(scheme)) != SCHEME_NONE;
}

static BitSet
scheme_traits(const Link *link, const char *scheme)
{
  if (is_unc(link->target))
    return TRAIT(LOCAL_SCHEME);
  if (scheme == NULL)
    return 0;
  if (ONE_OF(scheme, script_schemes) || is_active_data(link, scheme))
    return TRAIT(SCRIPT_SCHEME);
  if (ONE_OF(scheme, local_schemes) || g_str_has_prefix(scheme, "ms-"))
    return TRAIT(LOCAL_SCHEME);
  return is_known(link, scheme) ? 0 : TRAIT(LOCAL_SCHEME);
}

static BitSet
url_traits(const Url *url)
{
  static const struct {
    unsigned flag;
    BitSet trait;
  } map[] = {{URL_USERINFO, TRAIT(USERINFO)},
             {URL_IP, TRAIT(NUMERIC_HOST)},
             {URL_NUMERIC, TRAIT(OBFUSCATED_HOST)},
             {URL_OBFUSCATED, TRAIT(OBFUSCATED_HOST)},
             {URL_IDN, TRAIT(IDN)},
             {URL_PORT, TRAIT(PORT)}};
  BitSet traits = 0;

  for (guint i = 0; i < G_N_ELEMENTS(map); i++)
    if (url->flags & map[i].flag)
      traits |= map[i].trait;
  return traits;
}

/* What a reader sees of it, and what not. */
static BitSet
sight_traits(const Link *link)
{
  BitSet traits = 0;

  if ((link->flags & (LINK_UNSEEN | LINK_SALTED)) && link->use != LINK_LOAD &&
      link->use != LINK_BASE)
    traits |= TRAIT(HIDDEN_TEXT);
  if ((link->flags & LINK_BIDI) || bidi_turns(link->target, FALSE))
    traits |= TRAIT(BIDI);
  if (link->text != NULL && bidi_turns(link->text, strchr(link->text, '.') != NULL))
    traits |= TRAIT(BIDI);
  return traits;
}

static gboolean
is_cut(const Link *link)
{
  return strlen(link->target) + 4 > LIMIT_ADDRESS;
}

BitSet
link_traits(const Link *link, const Url *url, const GPtrArray *hops)
{
  g_autofree char *scheme = scheme_of(link->target);
  BitSet traits = scheme_traits(link, scheme);

  if (link->flags & LINK_UNREAD)
    return traits | TRAIT(QR_UNREAD);
  traits |= sight_traits(link);
  if (url == NULL)
    return traits | (scheme != NULL && url_scheme_is_special(scheme) ? TRAIT(MALFORMED) : 0);
  if (url_scheme_is_special(url->scheme))
    traits |= url_traits(url) | (is_cut(link) ? TRAIT(MALFORMED) : 0);
  if (hops != NULL)
    traits |= TRAIT(REDIRECT);
  if (link->flags & LINK_ICON)
    traits |= TRAIT(ICON);
  traits |= address_traits(link, url, hops) | text_host_traits(link, url, hops);
  return traits;
}

gboolean
link_leads_out(const Link *link, const Url *url)
{
  g_autofree char *scheme = scheme_of(link->target);

  if (scheme != NULL && ONE_OF(scheme, inner_schemes))
    return FALSE;
  if (scheme != NULL && strcmp(scheme, "data") == 0)
    return (link->flags & LINK_UNREAD) || is_active_data(link, scheme);
  if (scheme != NULL || !link_is_relative(link->target, strlen(link->target)))
    return TRUE;
  /* without a scheme only what has the shape of a host leads out: "www.example.com/x" */
  return url != NULL && strchr(url->host, '.') != NULL && strchr("#/?.", link->target[0]) == NULL;
}
