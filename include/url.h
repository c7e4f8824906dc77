/* url.h - an address as a browser reads it (WHATWG URL standard, https://url.spec.whatwg.org/). */
#ifndef CORDON_URL_H
#define CORDON_URL_H

#include <glib.h>

typedef enum url_flags {
  URL_USERINFO = 1 << 0, /* user@host */
  URL_IP = 1 << 1,       /* the host is a number */
  URL_NUMERIC = 1 << 2,  /* ... written in another way than four decimals or [IPv6] */
  URL_IDN = 1 << 3,      /* the host has an xn-- label after mapping */
  URL_PORT = 1 << 4,     /* a port that is not the scheme's own */
  URL_OBFUSCATED = 1 << 5, /* tabs, backslashes, percent-encoded or mapped characters in the host,
                              or strokes that look like a slash */
} UrlFlags;

typedef struct url {
  char *scheme;  /* lower case, without ':' */
  char *host;    /* as a browser would connect to it: ASCII, lower case, one trailing dot removed,
                    an IPv6 number in brackets; "" for schemes without one ("weixin:x"); that of
                    whatsapp://send is "send"; that of mailto: is the first address's domain */
  char *domain;  /* registrable domain by the public suffix list; the host itself if it is a number
                    or a public suffix; "" without host */
  char *display; /* host in Unicode (UTS 46) if that is what it decodes to, else the host */
  unsigned port; /* 0 if the scheme's own or none */
  char *path;    /* special schemes: "/a/b" with dot segments resolved, backslashes turned and
                    needless escapes undone (%61 is "a"; RFC 3986 6.2.2.2), as given otherwise;
                    other schemes: what follows the host as given, or, without "//", all of it */
  char *query;   /* without '?', as given, or NULL */
  char *fragment; /* without '#', as given, or NULL. NUL is %00 in these three */
  unsigned flags; /* UrlFlags */
} Url;

/* Parses an absolute address, or with base_https one that has no scheme ("drive.google.com/x",
 * "//host/x", "host.example:8080/x") as if https:// stood before it. NULL if a browser would
 * refuse it or it is relative. Schemes that are not special are never refused: what has no good
 * host has host "", since the app behind the scheme may take it all the same. `text` is UTF-8;
 * leading and trailing C0 and blanks, tab and line ends inside are dropped. */
Url *url_parse(const char *text, size_t len, gboolean base_https);

/* The same, and cheaper where the host is that of `near` (NULL: none), as it mostly is that of the
 * address before. */
Url *url_parse_near(const char *text, size_t len, gboolean base_https, const Url *near);
void url_free(Url *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Url, url_free)

/* http, https, ftp, ws, wss, file */
gboolean url_scheme_is_special(const char *scheme);

/* WHATWG host parser alone: ASCII host, or NULL. For tests and for lists in rules. */
char *url_host_parse(const char *host, size_t len, gboolean special, unsigned *flags);

/* Registrable domain of an ASCII host by libpsl; a new string. */
char *url_domain(const char *host);

/* Is this one label, in UTF-8, a top level domain ("com", "HK", "香港", "xn--j6w193g")? */
gboolean url_is_tld(const char *label, size_t len);

/* An ASCII host in Unicode, or as it is where it does not decode; a new string. */
char *url_host_display(const char *host);

/* Domains of all addresses of a mailto: address, in order: path, then to, cc and bcc of the query.
 * New array of new strings, ASCII, lower case; what is no domain is left out. */
GPtrArray *url_mail_domains(const Url *url);

#endif
