/* address_traits.c - what an address by itself says of what is behind it: a program, a host of a
 * network of one's own, a login for another device, a network that nobody answers for. */
#include "link_traits.h"

#include <arpa/inet.h>
#include <string.h>

/* Endings of what Windows, macOS or Android run when it is opened. Without those that are the
 * source of programs more often than not (js, py, sh, pl), and "com", the end of many a host in a
 * path. */
static const char runs[] =
    " exe scr pif bat cmd msi msp msix msixbundle appx appxbundle appinstaller application cpl hta "
    "vbs vbe jse wsf wsh wsc sct lnk url scf inf reg chm xll iso img vhd vhdx wim dmg pkg mpkg apk "
    "xapk jar jnlp ps1 psm1 msc gadget ppam xlam rdp settingcontent-ms library-ms search-ms ";

/* Longer than any that a person reads, and than most that machines make. */
#define PADDED_BYTES    2000
#define PADDED_FRAGMENT 600
#define PADDED_SCHEMES  5
#define PADDED_RUN      16 /* of the same filler */

/* A text that somebody else wrote into one's own message. */
#define MAIL_TEXT 600

static gboolean
is_word_of(const char *list, const char *word, size_t len)
{
  g_autofree char *key = g_strdup_printf(" %.*s ", (int)len, word);

  return len > 0 && strstr(list, key) != NULL;
}

/* Does this end in one of them? Escapes need not be undone: none of these letters needs any. */
static gboolean
ends_in_program(const char *text, size_t len)
{
  g_autofree char *lower = g_ascii_strdown(text, (gssize)len);
  const char *dot = strrchr(lower, '.');

  return dot != NULL && dot > lower && is_word_of(runs, dot + 1, strlen(dot + 1));
}

/* "setup.exe" at the end of a path; not "/cgi-bin/shop.exe", which is a server's own program. */
static gboolean
is_program_path(const Url *url)
{
  const char *name = strrchr(url->path, '/');
  size_t len = name != NULL ? strcspn(name, ";") : 0;

  if (name == NULL || !ends_in_program(name, len))
    return FALSE;
  return strstr(url->path, "/cgi") == NULL && strstr(url->path, "/scripts/") == NULL;
}

/* "file=invoice.iso" */
static gboolean
is_program_query(const char *query)
{
  while (query != NULL && *query != '\0') {
    size_t len = strcspn(query, "&;");
    const char *value = memchr(query, '=', len);

    if (value != NULL && ends_in_program(value + 1, len - (size_t)(value + 1 - query)))
      return TRUE;
    query += len + (query[len] != '\0');
  }
  return FALSE;
}

/* RFC 1918, RFC 6598, loopback, link-local. */
static gboolean
is_private_ipv4(guint32 ip)
{
  return ip >> 24 == 10 || ip >> 24 == 127 || ip >> 24 == 0 || ip >> 20 == 0xac1 ||
         ip >> 16 == 0xc0a8 || ip >> 16 == 0xa9fe || ip >> 22 == 0x191;
}

static gboolean
is_private_ipv6(const guint8 ip[16])
{
  static const guint8 nothing[15] = {0}, mapped[12] = {[10] = 0xff, [11] = 0xff};

  if (memcmp(ip, mapped, sizeof mapped) == 0)
    return is_private_ipv4((guint32)ip[12] << 24 | (guint32)ip[13] << 16 | (guint32)ip[14] << 8 |
                           ip[15]);
  return (memcmp(ip, nothing, sizeof nothing) == 0 && ip[15] <= 1) || (ip[0] & 0xfe) == 0xfc ||
         (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80);
}

static gboolean
is_private_number(const char *host)
{
  g_autofree char *number = g_strdup(host);
  guint8 six[16];
  struct in_addr four;
  size_t len = strlen(number);

  if (number[0] != '[')
    return inet_pton(AF_INET, number, &four) == 1 && is_private_ipv4(ntohl(four.s_addr));
  number[len - 1] = '\0';
  return inet_pton(AF_INET6, number + 1, six) == 1 && is_private_ipv6(six);
}

static gboolean
is_private_host(const Url *url)
{
  static const char locals[] = " localhost local internal intranet lan home corp localdomain ";
  const char *dot = strrchr(url->host, '.'), *last = dot != NULL ? dot + 1 : url->host;

  if (*url->host == '\0')
    return FALSE;
  if (url->flags & URL_IP)
    return is_private_number(url->host);
  return dot == NULL || is_word_of(locals, last, strlen(last)) ||
         g_str_has_suffix(url->host, ".home.arpa");
}

/* Pages where a code is typed that logs in another device: somebody else's (THREATS L-097). */
static gboolean
is_device_code(const Url *url)
{
  static const struct {
    const char *host, *path;
  } pages[] = {{"microsoft.com", "/devicelogin"},
               {"aka.ms", "/devicelogin"},
               {"login.microsoftonline.com", "/common/oauth2/deviceauth"},
               {"login.microsoft.com", "/device"},
               {"google.com", "/device"},
               {"github.com", "/login/device"}};
  const char *host = g_str_has_prefix(url->host, "www.") ? url->host + 4 : url->host;

  for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
    size_t len = strlen(pages[i].path);

    if (strcmp(host, pages[i].host) == 0 &&
        g_ascii_strncasecmp(url->path, pages[i].path, len) == 0 &&
        (url->path[len] == '\0' || url->path[len] == '/'))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_shadow_net(const Url *url)
{
  static const char *const ends[] = {".onion",    ".onion.ly", ".onion.ws",      ".onion.pet",
                                     ".onion.to", ".i2p",      ".eth",           ".eth.limo",
                                     ".eth.link", ".bit",      ".ipfs.dweb.link"};
  static const char schemes[] = " ipfs ipns dweb magnet ";

  for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
    if (g_str_has_suffix(url->host, ends[i]))
      return TRUE;
  return is_word_of(schemes, url->scheme, strlen(url->scheme)) ||
         g_str_has_prefix(url->path, "/ipfs/") || g_str_has_prefix(url->path, "/ipns/");
}

static BitSet
web_traits(const Url *url)
{
  BitSet traits = is_shadow_net(url) ? TRAIT(SHADOW_NET) : 0;

  if (!url_scheme_is_special(url->scheme) || strcmp(url->scheme, "file") == 0)
    return traits;
  return traits | (is_private_host(url) ? TRAIT(PRIVATE_HOST) : 0) |
         (is_device_code(url) ? TRAIT(DEVICE_CODE) : 0) |
         (is_program_path(url) || is_program_query(url->query) ? TRAIT(DIRECT_DOWNLOAD) : 0);
}

static gboolean
is_mail_extra(const Url *url)
{
  static const char *const names[] = {"attach=", "attachment=", "cc=", "bcc="};

  if (url->query == NULL)
    return FALSE;
  if (strlen(url->query) > MAIL_TEXT)
    return TRUE;
  for (const char *at = url->query; at != NULL; at = strchr(at, '&')) {
    at += *at == '&';
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
      if (g_ascii_strncasecmp(at, names[i], strlen(names[i])) == 0)
        return TRUE;
  }
  return FALSE;
}

/* The same filler over and over pushes the rest out of sight: "%20%20%20", "------". */
static gboolean
has_filler(const char *text)
{
  guint run = 0;

  for (const char *p = text; *p != '\0'; p++) {
    size_t step = *p == '%' && p[1] != '\0' && p[2] != '\0' ? 3 : 1;
    gboolean again = p >= text + step && strncmp(p, p - step, step) == 0;
    gboolean filler = step == 3 || strchr("-_.~", *p) != NULL;

    run = again && filler ? run + 1 : 0;
    if (run >= PADDED_RUN)
      return TRUE;
    p += step - 1;
  }
  return FALSE;
}

static gboolean
is_padded(const char *target, const Url *url)
{
  guint schemes = 0;

  for (const char *p = target; (p = strstr(p, "http")) != NULL; p += 4)
    schemes++;
  return strlen(target) > PADDED_BYTES || schemes > PADDED_SCHEMES || has_filler(target) ||
         (url->fragment != NULL && strlen(url->fragment) > PADDED_FRAGMENT);
}

BitSet
address_traits(const Link *link, const Url *url, const GPtrArray *hops)
{
  BitSet traits = web_traits(url);

  if (link->use == LINK_LOAD || link->use == LINK_BASE)
    return traits & ~(TRAIT(DIRECT_DOWNLOAD) | TRAIT(DEVICE_CODE));
  for (guint i = 0; hops != NULL && i < hops->len; i++)
    traits |= web_traits(((const Hop *)g_ptr_array_index(hops, i))->url);
  if (strcmp(url->scheme, "mailto") == 0)
    return traits | (is_mail_extra(url) ? TRAIT(MAIL_EXTRA) : 0);
  if (url_scheme_is_special(url->scheme) && is_padded(link->target, url))
    traits |= TRAIT(PADDED);
  return traits;
}
