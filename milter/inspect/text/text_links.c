/* text_links.c - addresses in running text, as mail readers make links of them.
 *
 * No two readers agree on what an address in plain text is, so this finds what any of the common
 * ones would link. Rules act on known hosts and schemes: an address too many costs nothing, one
 * too few stays live. Every address has a ':', an '@', a dot or two backslashes in it. These are
 * looked for with memchr(), and only around them is the text read. A look to the left never crosses
 * what an earlier one has read, a look to the right is either taken or skipped as a whole, so time
 * is linear.
 *
 * Scripts that put no blanks between words need care: where a host begins and ends in them says
 * text_domain.c; in a path an ideograph after an ASCII letter ends the address, and one after '/'
 * or
 * '=' does not (".../wiki/香港").
 *
 * What Cordon has defanged ("hxxps[:]//drive[.]google[.]com/x") has no ':' or dot that begins
 * anything; bare file names in the rest of such an address are passed over. */
#include "link.h"

#include <string.h>

#include "bidi.h"
#include "bounds.h"
#include "text_char.h"
#include "text_domain.h"
#include "text_scheme.h"
#include "text_view.h"

/* A scheme or the part of a mail address before '@' is not looked for further back; bytes. */
#define SCHEME_BYTES     24
#define LOCAL_PART_BYTES 256
/* How far ahead is looked for a character that decides what something is; bytes. */
#define NEAR_BYTES ((size_t)256)

/* --- the rest of an address --- */

/* May an ideograph stand here in a path? Not directly after an ASCII letter or digit. */
static gboolean
ideo_goes_on(const Scan *scan, size_t i, size_t start)
{
  Character before = scan_char_before(scan, i, start);
  return before.c >= 0x80 || !g_ascii_isalnum(before.c);
}

/* Reads on to where an address ends, before any trimming; `start` is where it began. A bracket
 * that it did not open ends it. */
static size_t
tail_read(const Scan *scan, size_t start, size_t i)
{
  static const char brackets[] = "([{)]}";
  unsigned open[3] = {0};
  for (;;) {
    Character ch = scan_char(scan, i);
    if (ch.class == CHAR_END || ch.class == CHAR_STOP || ch.c == 0xff0e)
      return i;
    if (ch.class == CHAR_IDEO && !ideo_goes_on(scan, i, start))
      return i;
    const char *bracket = ch.c < 0x80 ? strchr(brackets, (int)ch.c) : NULL;
    if (bracket != NULL && bracket - brackets < 3)
      open[bracket - brackets]++;
    else if (bracket != NULL && open[bracket - brackets - 3]-- == 0)
      return i;
    i += ch.n;
  }
}

/* Drops punctuation of the sentence around it. */
static size_t
tail_trim(const Scan *scan, size_t keep, size_t end)
{
  while (end > keep && strchr(".,;:!?'*([{", scan->s[end - 1]))
    end--;
  return end;
}

/* After a host: port, path, query, fragment. Untrimmed. */
static size_t
after_host(const Scan *scan, const Host *host, gboolean backslash)
{
  size_t i = host->end;
  if (scan_byte(scan, i) == ':') {
    size_t port = i + 1;
    while (port < scan->len && g_ascii_isdigit(scan->s[port]))
      port++;
    if (port == i + 1 || port > i + 6 || char_is_word(scan_char(scan, port).class))
      return i;
    i = port;
  }
  int c = scan_byte(scan, i);
  if (c == '/' || c == '?' || c == '#' || (backslash && c == '\\'))
    return tail_read(scan, host->start, i);
  return i;
}

/* --- what was found --- */

/* Bytes of [from, to) that are kept of an address: LIMIT_ADDRESS, unless its host needs more. */
static size_t
evidence_end(const Scan *scan, size_t from, size_t to, size_t host_end)
{
  size_t end = MAX(host_end, from + LIMIT_ADDRESS);
  if (end >= to)
    return to;
  while (end < to && (scan->s[end] & 0xc0) == 0x80)
    end++;
  return end;
}

static void
link_found(Scan *scan, size_t from, size_t to, unsigned flags, char *target)
{
  Link link = {.use = LINK_TEXT,
               .flags = flags,
               .span = range_make(from, to - from),
               .mark = to,
               .anchor = -1,
               .target = target};
  g_array_append_val(scan->links, link);
  scan->pos = scan->read = scan->taken = to;
}

static void
link_found_as_written(Scan *scan, size_t from, size_t to, size_t host_end, unsigned flags)
{
  size_t end = evidence_end(scan, from, to, host_end);
  link_found(scan, from, to, flags, g_strndup((const char *)scan->s + from, end - from));
}

static gboolean
is_in_angles(const Scan *scan, size_t from)
{
  return from > 0 && (scan->s[from - 1] == '<' || (from >= 5 && scan_has(scan, from - 5, "<url:")));
}

/* "<https://a.example/b", a line end, "c>" is one address (RFC 3986 appendix C). TRUE if that was
 * found; `end` is where its first line ended. */
static gboolean
joined_found(Scan *scan, size_t from, size_t end)
{
  if (!is_in_angles(scan, from))
    return FALSE;
  g_autoptr(GString) target = g_string_new_len((const char *)scan->s + from, (gssize)(end - from));
  unsigned breaks = 0;
  size_t first = target->len, last = end;
  for (size_t i = end; i < scan->len && target->len < first + LIMIT_EVIDENCE; i++) {
    int c = scan->s[i];
    if (c == '>') {
      if (target->len == first || breaks == 0)
        return FALSE;
      g_string_truncate(target, MIN(target->len, MAX(first, LIMIT_EVIDENCE)));
      link_found(scan, from, last, 0, g_strndup(target->str, target->len));
      return TRUE;
    }
    if (c == '<' || c == '"' || (c == '\n' && i > last && memchr(scan->s + last, '\n', i - last)))
      return FALSE;
    breaks += c == '\n';
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
      continue;
    if (last < i && !memchr(scan->s + last, '\n', i - last))
      return FALSE; /* a blank within a line: words, no address */
    g_string_append_c(target, (char)c);
    last = i + 1;
  }
  return FALSE;
}

/* --- schemes --- */

static gboolean
is_scheme_char(int c)
{
  return g_ascii_isalnum(c) || c == '-' || c == '+' || c == '.';
}

/* The known scheme that ends before the ':' at `colon`; *from is where it begins. "xhttps:" is
 * taken for https, since some readers do. */
static SchemeKind
scheme_before(const Scan *scan, size_t colon, size_t *from)
{
  size_t start = colon;
  while (start > scan->taken && colon - start < SCHEME_BYTES && is_scheme_char(scan->s[start - 1]))
    start--;
  for (size_t i = start; i < colon; i++) {
    if (i > start && g_ascii_isalnum(scan->s[i - 1]))
      continue;
    SchemeKind kind = scheme_kind(scan->s + i, colon - i);
    *from = i;
    if (kind != SCHEME_NONE)
      return kind;
  }
  static const char *const anywhere[] = {"https", "http", "ftp"};
  for (unsigned i = 0; i < G_N_ELEMENTS(anywhere); i++) {
    size_t n = strlen(anywhere[i]);
    *from = colon - n;
    if (colon - start >= n && scan_has(scan, *from, anywhere[i]))
      return SCHEME_HOST;
  }
  return SCHEME_NONE;
}

/* End of "user:password@" after i, or i. */
static size_t
userinfo_end(const Scan *scan, size_t i)
{
  size_t end = i;
  unsigned open = 0;
  for (; i < scan->len; i++) {
    int c = scan->s[i];
    if (c <= ' ' || c >= 0x7f || strchr("/\\?#<>\"", c) || (strchr(")]}", c) && open-- == 0))
      break;
    open += strchr("([{", c) != NULL;
    if (c == '@' && host_may_begin(scan, i + 1))
      end = i + 1;
  }
  return end;
}

/* A host in brackets, or none. */
static Host
ipv6_read(const Scan *scan, size_t start)
{
  size_t i = start + 1;
  while (i < scan->len && (g_ascii_isxdigit(scan->s[i]) || scan->s[i] == ':' || scan->s[i] == '.'))
    i++;
  if (i == start + 1 || scan_byte(scan, i) != ']')
    return (Host){start, start, start, 0};
  return (Host){start, i + 1, start, 1};
}

/* https:// and its kin; `i` is after the slashes. */
static gboolean
host_url_found(Scan *scan, size_t from, size_t i)
{
  size_t start = userinfo_end(scan, i);
  while (scan_char(scan, start).class == CHAR_DOT)
    start += scan_char(scan, start).n;
  Host host =
      scan_byte(scan, start) == '[' ? ipv6_read(scan, start) : host_read(scan, start, FALSE);
  if (host.labels == 0)
    return FALSE;
  if (host.labels > 1 && host.last > start && !text_is_tld(scan, host.last, host.end)) {
    size_t end = host_ideo_end(scan, &host);
    host.end = end > 0 ? end : host.end;
  }
  size_t end = after_host(scan, &host, TRUE);
  if (joined_found(scan, from, end))
    return TRUE;
  link_found_as_written(scan, from, tail_trim(scan, host.end, end), host.end, 0);
  return TRUE;
}

/* Does `c` follow at i soon? Further off it is no part of an address that is read on demand. */
static gboolean
is_near(const Scan *scan, size_t i, int c)
{
  return i < scan->len && memchr(scan->s + i, c, MIN(scan->len - i, NEAR_BYTES)) != NULL;
}

/* May what begins at i follow this scheme? */
static gboolean
app_is_good(const Scan *scan, size_t i, SchemeKind kind, gboolean slashes)
{
  int c = scan_byte(scan, i);
  if (kind == SCHEME_MAIL)
    return is_near(scan, i, '@');
  if (kind == SCHEME_NUMBER)
    return slashes || g_ascii_isdigit(c) || c == '+' || c == '(' || is_near(scan, i, '@');
  if (kind == SCHEME_CONTACT)
    return slashes || is_near(scan, i, '@') || is_near(scan, i, '?');
  return TRUE;
}

/* Where another address begins within one that is no web address: a reader that does not know the
 * scheme in front makes a link of the rest ("market://x,https://wa.me/1"). Or the end. */
static size_t
inner_start(const Scan *scan, size_t i, size_t end)
{
  static const char *const starts[] = {"http:", "https:", "www."};
  for (; i < end; i++) {
    if (!strchr("hHwW", scan->s[i]) || g_ascii_isalnum(scan->s[i - 1]))
      continue;
    for (unsigned k = 0; k < G_N_ELEMENTS(starts); k++)
      if (end - i > strlen(starts[k]) && scan_has(scan, i, starts[k]))
        return i;
  }
  return end;
}

/* Anything else that begins with a scheme. */
static gboolean
app_url_found(Scan *scan, size_t from, size_t i, SchemeKind kind)
{
  gboolean slashes = scan->s[i - 1] == '/';
  if (!app_is_good(scan, i, kind, slashes))
    return FALSE;
  size_t end = tail_trim(scan, i, inner_start(scan, i, tail_read(scan, from, i)));
  /* what was near may lie after the end; then this is short, and reading it again is cheap */
  if (end == i ||
      (end - i < NEAR_BYTES && !app_is_good(&(Scan){.s = scan->s, .len = end}, i, kind, slashes)))
    return FALSE;
  link_found_as_written(scan, from, end, i, 0);
  return TRUE;
}

static gboolean
try_colon(Scan *scan, size_t colon)
{
  int next = scan_byte(scan, colon + 1);
  size_t from;
  SchemeKind kind = scheme_before(scan, colon, &from);
  if (kind == SCHEME_NONE)
    return FALSE;
  size_t i = colon + 1;
  gboolean slashes = scan_has(scan, i, "//") || scan_has(scan, i, "\\\\");
  while ((slashes || kind == SCHEME_HOST) &&
         (scan_byte(scan, i) == '/' || scan_byte(scan, i) == '\\'))
    i++;
  if (kind == SCHEME_HOST)
    return i > colon + 1 && host_url_found(scan, from, i);
  if (kind == SCHEME_FILE)
    return next == '/' || next == '\\' ? app_url_found(scan, from, i, kind) : FALSE;
  if (kind == SCHEME_APP && !slashes && next != '/')
    return FALSE;
  return app_url_found(scan, from, i, kind);
}

/* --- without a scheme --- */

/* "[.]" of an address that is defanged: passes over the rest of it. */
static gboolean
is_defanged(Scan *scan, size_t dot)
{
  if (dot == 0 || scan->s[dot - 1] != '[' || scan_byte(scan, dot + 1) != ']')
    return FALSE;
  size_t end = MAX(scan->defanged, dot + 2);
  while (scan_char(scan, end).class != CHAR_END)
    end += scan_char(scan, end).n;
  scan->defanged = end;
  return TRUE;
}

/* `after` is behind the dot. Whatever is read is never read again. */
static gboolean
try_dot(Scan *scan, size_t dot, size_t after)
{
  if (is_defanged(scan, dot) || !char_is_word(scan_char(scan, after).class))
    return FALSE;
  size_t start = host_label_start(scan, dot);
  if (start == dot)
    return FALSE;
  Host host = host_read(scan, start, TRUE);
  size_t read = MAX(host.end, after);
  if (host_is_known(scan, &host, FALSE)) {
    size_t end = after_host(scan, &host, FALSE);
    if (host.start >= scan->defanged || end > host.end || scan_has(scan, host.start, "www.")) {
      link_found_as_written(scan, host.start, tail_trim(scan, host.end, end), host.end, LINK_BARE);
      return TRUE;
    }
  }
  scan->pos = scan->read = read;
  return TRUE;
}

static size_t
local_part_start(const Scan *scan, size_t at)
{
  size_t start = at;
  while (start > scan->taken && at - start < LOCAL_PART_BYTES &&
         (g_ascii_isalnum(scan->s[start - 1]) || strchr(".!#$%&'*+-/=?^_{|}~", scan->s[start - 1])))
    start--;
  while (start < at && !g_ascii_isalnum(scan->s[start]) && scan->s[start] != '_')
    start++;
  return start;
}

static gboolean
try_at(Scan *scan, size_t at)
{
  Character next = scan_char(scan, at + 1);
  size_t start = char_is_word(next.class) ? local_part_start(scan, at) : at;
  if (start == at)
    return FALSE;
  Host host = host_read(scan, at + 1, TRUE);
  if (!host_is_known(scan, &host, TRUE))
    return FALSE; /* the host's own dots may begin something yet */
  if (scan_byte(scan, host.end) == '/' && !is_near(scan, host.end, '@')) {
    /* "user@host/path" is an address of the web, with a user name */
    for (size_t i = start; i < at; i++)
      start = strchr("/?#", scan->s[i]) ? i + 1 : start;
    start += start == at;
    size_t end = tail_trim(scan, host.end, after_host(scan, &host, FALSE));
    link_found_as_written(scan, start, end, host.end, LINK_BARE);
    return TRUE;
  }
  g_autofree char *address = g_strndup((const char *)scan->s + start, host.end - start);
  link_found(scan, start, host.end, LINK_BARE, g_strconcat("mailto:", address, NULL));
  return TRUE;
}

/* --- the search --- */

/* A dot of more bytes than one, around its byte at `at`. */
static gboolean
try_wide_dot(Scan *scan, size_t at, unsigned before)
{
  if (at < scan->read + before)
    return FALSE;
  Character ch = scan_char(scan, at - before);
  /* without a scheme, ideographic full stops are dots between plain characters only */
  if (ch.class == CHAR_STOP &&
      (scan_char_before(scan, at - before, scan->read).class != CHAR_PLAIN ||
       scan_char(scan, at - before + ch.n).class != CHAR_PLAIN))
    return FALSE;
  return try_dot(scan, at - before, at - before + 3);
}

/* A path of a file server. */
static gboolean
try_backslash(Scan *scan, size_t at)
{
  size_t host = unc_host_end(scan, at);
  if (host == 0 || at < scan->taken)
    return FALSE;
  size_t end = tail_trim(scan, host + 1, tail_read(scan, at, host));
  link_found_as_written(scan, at, end, host, 0);
  return TRUE;
}

static gboolean
try_trigger(Scan *scan, int trigger, size_t at)
{
  switch (trigger) {
  case TRIGGER_COLON:
    return try_colon(scan, at);
  case TRIGGER_AT:
    return try_at(scan, at);
  case TRIGGER_DOT:
    return try_dot(scan, at, at + 1);
  case TRIGGER_BACKSLASH:
    return try_backslash(scan, at);
  case TRIGGER_STOP:
    return try_wide_dot(scan, at, 1);
  default:
    return try_wide_dot(scan, at, 2);
  }
}

static gboolean
finish(const unsigned char *utf8, size_t len, GArray *links, guint first)
{
  guint found = links->len;
  gboolean whole = text_links_across_nothing(utf8, len, links, first);
  for (; found < links->len; found++)
    g_array_index(links, Link, found).flags |= LINK_SALTED;
  bidi_flag_links(utf8, len, links, first);
  return whole;
}

gboolean
text_links(const unsigned char *utf8, size_t len, GArray *links)
{
  Scan scan = {.s = utf8, .len = len, .links = links};
  guint first = links->len;
  for (;;) {
    size_t at;
    int trigger = scan_next(&scan, &at);
    if (trigger < 0)
      return finish(utf8, len, links, first);
    if (links->len >= LIMIT_LINKS)
      return FALSE;
    if (!try_trigger(&scan, trigger, at))
      scan.pos = at + 1;
  }
}
