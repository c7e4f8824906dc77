/* text_domain.c - where a host begins and ends in running text.
 *
 * In scripts that put no blanks between words both ends need care: in "請到drive.google.com下載"
 * the host begins after the last ideograph and ends where a top level domain is followed by one. */
#include "text_domain.h"

#include <string.h>

#include "url.h"

/* A label of a host cannot be longer, and a host cannot have more of them. */
#define LABEL_CHARS 63
#define HOST_LABELS 127

gboolean
text_is_tld(const Scan *scan, size_t from, size_t to)
{
  return url_is_tld((const char *)scan->s + from, to - from);
}

/* An ideographic full stop at i, in a host: text goes on in the same address after it? */
static gboolean
stop_is_dot(const Scan *scan, const Host *host, size_t i, Character next, gboolean bare)
{
  Character before = scan_char_before(scan, i, host->start);
  if (before.class == CHAR_PLAIN && next.class == CHAR_PLAIN)
    return TRUE;
  return !bare && !(host->labels > 0 && text_is_tld(scan, host->last, i));
}

size_t
host_ideo_end(const Scan *scan, const Host *host)
{
  size_t i = host->last, best = 0;
  for (unsigned n = 1; n <= 6 && i < host->end; n++) {
    Character ch = scan_char(scan, i);
    if (ch.class != CHAR_IDEO)
      break;
    i += ch.n;
    if (n >= 2 && text_is_tld(scan, host->last, i))
      best = i;
  }
  return best;
}

/* "%67" in "goo%67le.com", but not "%20". */
static gboolean
is_escape(const Scan *scan, size_t i)
{
  int high = scan_byte(scan, i + 1), low = scan_byte(scan, i + 2);
  if (scan_byte(scan, i) != '%' || !g_ascii_isxdigit(high) || !g_ascii_isxdigit(low))
    return FALSE;
  int c = g_ascii_xdigit_value((char)high) * 16 + g_ascii_xdigit_value((char)low);
  return c >= 0x80 || g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
}

/* Does the host go on with `ch`, other than by a dot? */
static gboolean
is_host_char(Character ch, gboolean bare)
{
  return char_is_word(ch.class) || (!bare && (ch.class == CHAR_SYMBOL || ch.c == '%'));
}

/* "www.example.com。Please": the full stop that ended the host of `until` was none of its dots if
 * what follows does not end in a top level domain. */
static Host
host_or_sentence(const Scan *scan, Host host, Host until)
{
  return until.labels > 0 && !text_is_tld(scan, host.last, host.end) ? until : host;
}

/* What a browser drops from a host, such as a soft hyphen. */
static gboolean
is_nothing(Character ch)
{
  return ch.class == CHAR_SYMBOL && g_unichar_type(ch.c) == G_UNICODE_FORMAT;
}

/* A letter that no label of a host has beside ASCII ones. */
static gboolean
is_other_script(Character ch)
{
  return ch.class == CHAR_IDEO ||
         (ch.class == CHAR_LETTER && ch.c >= 0x370 && (ch.c < 0x1e00 || ch.c >= 0x1f00));
}

Host
host_read(const Scan *scan, size_t start, gboolean bare)
{
  Host host = {start, start, start, 0}, until = {0};
  Character ch, before = {0, 0, CHAR_DOT};
  gboolean plain = TRUE; /* the label so far */
  unsigned chars = 0;    /* in it */
  for (size_t i = start; (ch = scan_char(scan, i)).n > 0; i += ch.n, before = ch) {
    if (ch.class == CHAR_DOT || ch.class == CHAR_STOP) {
      Character next = scan_char(scan, i + ch.n);
      if (plain && next.class != CHAR_PLAIN && !is_nothing(next) && !is_escape(scan, i + ch.n) &&
          host.labels > 1 && text_is_tld(scan, host.last, i))
        break; /* "drive.google.com.下載": a full stop, and no blank after it */
      if (chars == 0 || host.labels >= HOST_LABELS || !is_host_char(next, bare) ||
          (ch.class == CHAR_STOP && !stop_is_dot(scan, &host, i, next, bare)))
        break;
      if (ch.class == CHAR_STOP && until.labels == 0 && text_is_tld(scan, host.last, i))
        until = host;
      host.last = i + ch.n;
      plain = TRUE;
      chars = 0;
      continue;
    }
    gboolean foreign = ch.class != CHAR_PLAIN && !is_escape(scan, i) && plain && chars > 0 &&
                       host.last > host.start;
    if (!is_host_char(ch, bare) || (bare && chars >= LABEL_CHARS) ||
        (foreign && text_is_tld(scan, host.last, i)))
      break;
    if (bare && ch.class == CHAR_PLAIN && is_other_script(before)) {
      host = (Host){i, i, i, 0};
      until.labels = 0;
      plain = TRUE;
      chars = 0;
    }
    plain = plain && ch.class == CHAR_PLAIN;
    host.labels += chars++ == 0;
    host.end = i + ch.n;
  }
  return host_or_sentence(scan, host, until);
}

/* Four decimal numbers below 256. */
static gboolean
host_is_ipv4(const Scan *scan, const Host *host)
{
  unsigned value = 0, digits = 0, parts = 0;
  for (size_t i = host->start; i <= host->end; i++) {
    int c = i < host->end ? scan->s[i] : '.';
    if (c == '.') {
      if (digits == 0 || digits > 3 || value > 255)
        return FALSE;
      parts++;
      value = digits = 0;
    } else if (g_ascii_isdigit(c)) {
      value = MIN(value * 10 + (unsigned)(c - '0'), 1000);
      digits++;
    } else {
      return FALSE;
    }
  }
  return parts == 4;
}

/* "end.Next sentence": no top level domain is written so, unless the rest looks the same. */
static gboolean
host_is_sentence_end(const Scan *scan, const Host *host)
{
  static const char *const common[] = {"com", "net", "org", "hk", "cn", "tw", "mo",
                                       "me",  "io",  "co",  "ms", "gg", "gov"};
  int first = scan->s[host->last], second = scan_byte(scan, host->last + 1);
  if (!g_ascii_isupper(first) || !g_ascii_islower(second))
    return FALSE;
  for (unsigned i = 0; i < G_N_ELEMENTS(common); i++)
    if (host->end - host->last == strlen(common[i]) && scan_has(scan, host->last, common[i]))
      return FALSE;
  return TRUE;
}

/* Names of files whose ending is a top level domain too, and no service's of note. */
static gboolean
host_is_file_name(const Scan *scan, const Host *host)
{
  size_t n = host->end - host->last;
  return host->labels == 2 && n == 2 &&
         (scan_has(scan, host->last, "py") || scan_has(scan, host->last, "md"));
}

gboolean
host_may_begin(const Scan *scan, size_t i)
{
  while (scan_char(scan, i).class == CHAR_DOT)
    i += scan_char(scan, i).n;
  Character ch = scan_char(scan, i);
  return is_host_char(ch, FALSE) || ch.c == '[' || ch.c == '@';
}

/* Is what stands before the '@' at i the name of a mailbox, and not a host before any word
 * ("a.example@SSL")? */
static gboolean
is_local_part(const Scan *scan, size_t i)
{
  Host behind = host_read(scan, i + 1, TRUE);
  return host_is_known(scan, &behind, TRUE);
}

gboolean
host_is_known(const Scan *scan, Host *host, gboolean mail)
{
  int next = scan_byte(scan, host->end);
  gboolean tail = next == '/' || next == ':' || next == '?' || next == '#';
  if (host->labels < 2 || host->last == host->start)
    return FALSE;
  if (!mail && next == '@' && is_local_part(scan, host->end))
    return FALSE;
  if (scan_has(scan, host->start, "www.") && !mail)
    return TRUE;
  if (g_ascii_isdigit(scan->s[host->last]))
    return host_is_ipv4(scan, host) && (next == '/' || next == ':') && !mail;
  while (host->end > host->last && strchr("-_", scan->s[host->end - 1]))
    host->end--; /* "_drive.google.com_" */
  if (!text_is_tld(scan, host->last, host->end)) {
    host->end = host_ideo_end(scan, host);
    return host->end > 0;
  }
  return mail || tail || !(host_is_sentence_end(scan, host) || host_is_file_name(scan, host));
}

size_t
host_label_start(const Scan *scan, size_t dot)
{
  size_t start = dot;
  gboolean ideo = scan_char_before(scan, dot, scan->read).class == CHAR_IDEO;
  for (unsigned n = 0; n < LABEL_CHARS; n++) {
    Character ch = scan_char_before(scan, start, scan->read);
    if (!char_is_word(ch.class) || (ch.class == CHAR_IDEO && !ideo))
      break;
    start -= ch.n;
  }
  while (start < dot && (scan->s[start] == '-' || scan->s[start] == '_'))
    start++;
  return start;
}
