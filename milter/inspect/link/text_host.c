/* text_host.c - does the text of an anchor name a site that the link does not lead to?
 *
 * Phishing does that, and so does everyday mail: newsletters count clicks, names of firms end in
 * ".com", pictures say whose they are. So a text counts as an address only if it is written as one,
 * with a scheme, "www." or a path, or is nothing but a host of three labels. What only names a
 * site, and what leads to a counter of mailings, is told as not sure: who imitates a counter
 * escapes to there, since to tell them apart the address would have to be opened. Compared are
 * registrable domains, after what is known to carry the link on, and by who runs them. */
#include "link_traits.h"

#include <string.h>

#include "../text/bidi.h"
#include "link_private.h"

/* Addresses of one text that are looked at. */
#define SHOWN_MAX 8

/* Sites of one house that link to each other under another name. */
static const char *const houses[] = {
    "youtube.com youtu.be google.com goo.gl g.co",
    ("microsoft.com office.com office365.com live.com outlook.com aka.ms microsoftonline.com "
     "sharepoint.com onedrive.com 1drv.ms bing.com msn.com linkedin.com lnkd.in"),
    "facebook.com fb.com fb.me messenger.com m.me instagram.com instagr.am whatsapp.com wa.me",
    "twitter.com x.com t.co",
    "amazon.com amzn.to a.co",
    "apple.com icloud.com apple.co",
    "telegram.org t.me",
    "dropbox.com db.tt",
    "qq.com weixin.qq.com tencent.com url.cn",
    "zoom.us zoom.com",
};

/* Counters of mailing services: where these lead nobody can say. */
static const char *const counters[] = {
    "awstrack.me",         "campaign-archive.com", "cmail19.com",      "cmail20.com",
    "constantcontact.com", "createsend.com",       "exacttarget.com",  "exct.net",
    "getresponse.com",     "hubspotemail.net",     "hubspotlinks.com", "klclick.com",
    "klclick1.com",        "klclick2.com",         "klclick3.com",     "list-manage.com",
    "mailchi.mp",          "mailjet.com",          "mandrillapp.com",  "mjt.lu",
    "mktoweb.com",         "mlsend.com",           "rs6.net",          "sendgrid.net",
    "sendibt2.com",        "sendibt3.com",         "sendibm1.com",     "sparkpostmail.com",
    "substack.com",
};

static const char counter_labels[] =
    "click clicks clickthru clicktrack counter ablink link links lnk t track tracking tracker trk "
    "ct e em email r go newsletter mailing";

static const char *const counter_paths[] = {"/ls/click", "/wf/click", "/track/click", "/tr/cl/",
                                            "/mk/cl/"};

static gboolean
is_word_of(const char *list, const char *word)
{
  size_t len = strlen(word);

  for (const char *p = strstr(list, word); len && p != NULL; p = strstr(p + 1, word))
    if ((p == list || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
      return TRUE;
  return FALSE;
}

/* "url1234", as one mailing service names its customers' hosts. */
static gboolean
is_numbered(const char *label, size_t len)
{
  return len > 3 && strncmp(label, "url", 3) == 0 && strspn(label + 3, "0123456789") == len - 3;
}

/* Or is named as they are: whoever sends mailings may have one of his own. */
static gboolean
is_named_counter(const Url *url)
{
  size_t len = strcspn(url->host, ".");
  g_autofree char *label = g_strndup(url->host, len);

  for (guint i = 0; i < G_N_ELEMENTS(counter_paths); i++)
    if (strstr(url->path, counter_paths[i]) != NULL)
      return TRUE;
  return is_word_of(counter_labels, label) || is_numbered(label, len);
}

static gboolean
is_counter(const Url *url)
{
  if (is_named_counter(url))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(counters); i++)
    if (strcmp(counters[i], url->domain) == 0)
      return TRUE;
  return FALSE;
}

/* "gov.hk" of "www.td.gov.hk", "" if it is no government's. */
static const char *
government_of(const char *host)
{
  static const char *const names[] = {".gov.", ".gob.", ".gouv.", ".go."};
  const char *last = strrchr(host, '.');

  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *at = strstr(host, names[i]);

    if (at != NULL && last != NULL && strlen(last) == 3 && at + strlen(names[i]) == last + 1)
      return at + 1;
  }
  return "";
}

static gboolean
is_under(const char *host, const char *above)
{
  size_t n = strlen(host), m = strlen(above);

  return n > m && host[n - m - 1] == '.' && strcmp(host + n - m, above) == 0;
}

/* Does the same house run both? */
static gboolean
is_same_house(const Url *a, const Url *b)
{
  const char *government = government_of(a->host);

  if (strcmp(a->domain, b->domain) == 0 || is_under(a->host, b->host) || is_under(b->host, a->host))
    return TRUE;
  if (*government != '\0' && strcmp(government, government_of(b->host)) == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
    if (is_word_of(houses[i], a->domain) && is_word_of(houses[i], b->domain))
      return TRUE;
  return FALSE;
}

/* Nothing known carries an address on from there. */
static gboolean
is_last(const GPtrArray *hops, guint i)
{
  for (guint k = i + 1; k < hops->len; k++) {
    const Hop *hop = g_ptr_array_index(hops, k);

    if (hop->known && hop->from == (int)i)
      return FALSE;
  }
  return TRUE;
}

/* Does a link lead to what is shown, by itself or at the end of known wrappers? */
static gboolean
leads_to(const Url *url, const GPtrArray *hops, const Url *shown)
{
  gboolean there = is_same_house(url, shown);

  for (guint i = 0; hops != NULL && i < hops->len && !there; i++) {
    const Hop *hop = g_ptr_array_index(hops, i);

    there = hop->known && is_last(hops, i) && is_same_house(hop->url, shown);
  }
  return there;
}

static guint
count_dots(const char *host)
{
  guint n = 0;

  for (; *host != '\0'; host++)
    n += *host == '.';
  return n;
}

/* Is it written as an address, and not just the name of a site among other words? */
static gboolean
is_address(const char *text, const Link *shown, const Url *url)
{
  const char *address = shown->target;
  gboolean whole = shown->span.off <= 1 && range_end(shown->span) + 1 >= strlen(text);

  if (!(shown->flags & LINK_BARE) || g_ascii_strncasecmp(address, "www.", 4) == 0)
    return TRUE;
  return strchr(address, '/') != NULL || (whole && count_dots(url->host) >= 2);
}

BitSet
text_host_traits(const Link *link, const Url *url, const GPtrArray *hops)
{
  g_autofree char *text = link->text != NULL ? bidi_plain(link->text) : NULL;
  g_autoptr(GArray) shown = links_new();
  gboolean named = FALSE, address = FALSE;

  if (link->use != LINK_FOLLOW || text == NULL || *url->domain == '\0')
    return 0;
  (void)text_links((const unsigned char *)text, strlen(text), shown); /* it is short */
  for (guint i = 0; i < MIN(shown->len, SHOWN_MAX); i++) {
    const Link *one = &g_array_index(shown, Link, i);
    g_autoptr(Url) to = link_url(one, NULL);

    if (to == NULL || *to->domain == '\0' || strcmp(to->scheme, "mailto") == 0)
      continue;
    if (leads_to(url, hops, to))
      return 0;
    named = TRUE;
    address = address || is_address(text, one, to) || (url->flags & URL_IP);
  }
  if (!named)
    return 0;
  address = address && !(link->flags & LINK_ALT) && !is_counter(url);
  return address ? TRAIT(TEXT_HOST_DIFFERS) : TRAIT(TEXT_HOST_UNSURE);
}
