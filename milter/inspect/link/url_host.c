/* url_host.c - hosts as a browser reads them (WHATWG URL, section 3).
 *
 * Nearly every host in mail is plain lower-case ASCII, and costs one pass over a table here. The
 * long way is for the rest: percent-decoding, then "domain to ASCII", which is UTS 46 with
 * CheckHyphens, VerifyDnsLength and UseSTD3ASCIIRules off. libidn2 does UTS 46 but always checks
 * hyphens and lengths and refuses symbols (♥.net), so each label goes through it alone, and one
 * that it refuses for these reasons is mapped by GLib's NFKC and encoded here. A host that is ASCII
 * from the start is never checked beyond its code points, A-labels included, as the standard now
 * has it. What remains different from browsers is listed in tests/inspect/link/test_url.c. */
#include "url.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>
#include <string.h>

/* A host that is longer before it is mapped cannot come to the 253 bytes that DNS knows; encoding
 * costs a label's square. */
#define HOST_MAX 1024

typedef enum byte_class {
  BYTE_PLAIN = 0,
  BYTE_UPPER = 1 << 0,
  BYTE_FORBIDDEN = 1 << 1, /* forbidden domain code points, but '%' */
  BYTE_MAPPED = 1 << 2,    /* '%' and all that is not ASCII */
} ByteClass;

static const guint8 byte_class[256] = {
    [0 ... ' '] = BYTE_FORBIDDEN, ['#'] = BYTE_FORBIDDEN,
    ['/'] = BYTE_FORBIDDEN,       [':'] = BYTE_FORBIDDEN,
    ['<'] = BYTE_FORBIDDEN,       ['>' ... '@'] = BYTE_FORBIDDEN,
    ['A' ... 'Z'] = BYTE_UPPER,   ['[' ... '^'] = BYTE_FORBIDDEN,
    ['|'] = BYTE_FORBIDDEN,       [0x7f] = BYTE_FORBIDDEN,
    ['%'] = BYTE_MAPPED,          [0x80 ... 0xff] = BYTE_MAPPED,
};

static unsigned
classes_of(const char *host, size_t len)
{
  unsigned classes = 0;
  for (size_t i = 0; i < len; i++)
    classes |= byte_class[(unsigned char)host[i]];
  return classes;
}

/* --- numbers --- */

/* One part of an IPv4 number: decimal, 0octal or 0xhex; "0x" is 0. Values beyond 32 bits stay
 * beyond. FALSE if it is no number. */
static gboolean
ipv4_part(const char *part, size_t len, guint64 *value)
{
  unsigned base = 10;
  if (len >= 2 && part[0] == '0') {
    gboolean hex = (part[1] | 0x20) == 'x';
    base = hex ? 16 : 8;
    part += hex ? 2 : 1;
    len -= hex ? 2 : 1;
  } else if (len == 0) {
    return FALSE;
  }
  *value = 0;
  for (size_t i = 0; i < len; i++) {
    int digit = g_ascii_xdigit_value(part[i]);
    if (digit < 0 || (unsigned)digit >= base)
      return FALSE;
    *value = MIN(*value * base + (unsigned)digit, G_GUINT64_CONSTANT(1) << 33);
  }
  return TRUE;
}

/* "Ends in a number": the last label, one trailing dot aside, is digits or a number. */
static gboolean
host_ends_in_number(const char *host)
{
  size_t len = strlen(host);
  if (len > 0 && host[len - 1] == '.')
    len--;
  size_t start = len;
  while (start > 0 && host[start - 1] != '.')
    start--;
  if (start == len || !g_ascii_isdigit(host[start]))
    return FALSE;
  gboolean digits = TRUE;
  for (size_t i = start; i < len; i++)
    digits = digits && g_ascii_isdigit(host[i]);
  guint64 value;
  return digits || ipv4_part(host + start, len - start, &value);
}

/* NULL if it is no IPv4 number although it ends in one: a browser refuses it. */
static char *
ipv4_parse(const char *host)
{
  guint64 parts[4], address = 0;
  unsigned count = 0;
  for (const char *p = host;;) {
    size_t len = strcspn(p, ".");
    if (count == 4 || !ipv4_part(p, len, &parts[count]))
      return NULL;
    count++;
    p += len;
    if (p[0] == '\0' || p[1] == '\0')
      break;
    p++;
  }
  for (unsigned i = 0; i + 1 < count; i++) {
    if (parts[i] > 255)
      return NULL;
    address |= parts[i] << (8 * (3 - i));
  }
  if (parts[count - 1] >= G_GUINT64_CONSTANT(1) << (8 * (5 - count)))
    return NULL;
  address |= parts[count - 1];
  return g_strdup_printf("%u.%u.%u.%u", (unsigned)(address >> 24), (unsigned)(address >> 16) & 255,
                         (unsigned)(address >> 8) & 255, (unsigned)address & 255);
}

/* Start and length of the longest run of two or more zero pieces; length 0 if there is none. */
static unsigned
ipv6_zero_run(const guint16 piece[8], unsigned *start)
{
  unsigned best = 1;
  for (unsigned i = 0; i < 8; i++) {
    unsigned n = 0;
    while (i + n < 8 && piece[i + n] == 0)
      n++;
    if (n > best) {
      best = n;
      *start = i;
    }
    i += n;
  }
  return best > 1 ? best : 0;
}

static char *
ipv6_format(const unsigned char address[16])
{
  guint16 piece[8];
  for (unsigned i = 0; i < 8; i++)
    piece[i] = (guint16)(address[2 * i] << 8 | address[2 * i + 1]);
  unsigned start = 8, run = ipv6_zero_run(piece, &start);
  GString *out = g_string_new("[");
  for (unsigned i = 0; i < 8; i++) {
    if (run > 0 && i == start) {
      g_string_append(out, i == 0 ? "::" : ":");
      i += run - 1;
    } else {
      g_string_append_printf(out, "%x%s", piece[i], i < 7 ? ":" : "");
    }
  }
  g_string_append_c(out, ']');
  return g_string_free(out, FALSE);
}

/* host begins with '['. */
static char *
ipv6_parse(const char *host, size_t len, unsigned *flags)
{
  char text[INET6_ADDRSTRLEN + 1];
  unsigned char address[16];
  if (len < 2 || host[len - 1] != ']' || len - 2 >= sizeof text || memchr(host, '\0', len))
    return NULL;
  memcpy(text, host + 1, len - 2);
  text[len - 2] = '\0';
  if (inet_pton(AF_INET6, text, address) != 1)
    return NULL;
  *flags |= URL_IP;
  return ipv6_format(address);
}

/* --- names --- */

static void
punycode_digit(GString *out, guint32 digit)
{
  g_string_append_c(out, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
}

/* RFC 3492 6.1 */
static guint32
punycode_adapt(guint32 delta, guint32 points, gboolean first)
{
  guint32 k = 0;
  delta = first ? delta / 700 : delta / 2;
  for (delta += delta / points; delta > 455; k += 36)
    delta /= 35;
  return k + 36 * delta / (delta + 38);
}

/* RFC 3492 6.3, its inner loop: delta as a number of variable length. */
static void
punycode_number(GString *out, guint32 delta, guint32 bias)
{
  for (guint32 k = 36;; k += 36) {
    guint32 t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
    if (delta < t)
      break;
    punycode_digit(out, t + (delta - t) % (36 - t));
    delta = (delta - t) / (36 - t);
  }
  punycode_digit(out, delta);
}

static void
punycode_encode(GString *out, const gunichar *points, guint32 count)
{
  guint32 n = 128, delta = 0, bias = 72, done = 0;
  for (guint32 i = 0; i < count; i++)
    if (points[i] < 128)
      g_string_append_c(out, (char)points[i]), done++;
  guint32 basic = done;
  if (basic > 0)
    g_string_append_c(out, '-');
  while (done < count) {
    gunichar next = G_MAXUINT32;
    for (guint32 i = 0; i < count; i++)
      next = points[i] >= n ? MIN(next, points[i]) : next;
    delta += (next - n) * (done + 1); /* HOST_MAX keeps it far below 32 bits' end */
    n = next;
    for (guint32 i = 0; i < count; i++) {
      delta += points[i] < n;
      if (points[i] != n)
        continue;
      punycode_number(out, delta, bias);
      bias = punycode_adapt(delta, done + 1, done == basic);
      delta = 0;
      done++;
    }
    delta++;
    n++;
  }
}

/* Characters that UTS 46 maps to nothing, as of Unicode 16: older versions refuse some of them, so
 * ignoring is the reading that some browser has. */
static gboolean
is_ignored(gunichar c)
{
  static const struct {
    gunichar first, last;
  } ranges[] = {
      {0xad, 0xad},       {0x34f, 0x34f},     {0x115f, 0x1160},   {0x17b4, 0x17b5},
      {0x180b, 0x180f},   {0x200b, 0x200b},   {0x2060, 0x2064},   {0x206a, 0x206f},
      {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
      {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0100, 0xe01ef},
  };
  for (unsigned i = 0; i < G_N_ELEMENTS(ranges); i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static void
drop_ignored(GString *host)
{
  const char *in = host->str;
  char *out = host->str;
  while (*in != '\0') {
    size_t n = (size_t)(g_utf8_next_char(in) - in);
    if (n == 1 || !is_ignored(g_utf8_get_char(in))) {
      memmove(out, in, n);
      out += n;
    }
    in += n;
  }
  g_string_truncate(host, (gsize)(out - host->str));
}

/* May it stand in a host, after `before`? Nearly UTS 46's "valid". */
static gboolean
is_valid(gunichar c, gunichar before)
{
  switch (g_unichar_type(c)) {
  case G_UNICODE_FORMAT: /* joiners, where ContextJ's first rule allows them */
    return (c == 0x200c || c == 0x200d) && g_unichar_combining_class(before) == 9;
  case G_UNICODE_CONTROL:
  case G_UNICODE_SURROGATE:
  case G_UNICODE_PRIVATE_USE:
  case G_UNICODE_UNASSIGNED:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
  case G_UNICODE_SPACE_SEPARATOR:
    return FALSE;
  case G_UNICODE_SPACING_MARK:
  case G_UNICODE_ENCLOSING_MARK:
  case G_UNICODE_NON_SPACING_MARK:
    return before != 0;
  default:
    return c != '.' && c != 0x3002 && c != 0xfffd && (c < 0x2ff0 || c > 0x2fff);
  }
}

/* UTS 46's mapping, nearly: lower case and compatibility forms. NULL for what it disallows. */
static char *
label_map(const char *label)
{
  g_autofree char *plain = g_utf8_normalize(label, -1, G_NORMALIZE_NFKC);
  g_autoptr(GString) lower = g_string_new(NULL);
  for (const char *p = plain; *p != '\0'; p = g_utf8_next_char(p))
    g_string_append_unichar(lower, g_unichar_tolower(g_utf8_get_char(p)));
  g_autofree char *mapped = g_utf8_normalize(lower->str, (gssize)lower->len, G_NORMALIZE_NFC);
  gunichar before = 0;
  for (const char *p = mapped; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (!is_valid(c, before))
      return NULL;
    before = c;
  }
  return g_steal_pointer(&mapped);
}

/* A label that libidn2 refuses although browsers may not. */
static gboolean
label_append_lenient(GString *out, const char *label)
{
  g_autofree char *mapped = label_map(label);
  if (mapped == NULL)
    return FALSE;
  if (classes_of(mapped, strlen(mapped)) & BYTE_MAPPED) {
    glong count = 0;
    g_autofree gunichar *points = g_utf8_to_ucs4_fast(mapped, -1, &count);
    g_string_append(out, "xn--");
    punycode_encode(out, points, (guint32)count);
  } else {
    g_string_append(out, mapped);
  }
  return TRUE;
}

static gboolean
label_is_ace(const char *label, size_t len)
{
  return len >= 4 && g_ascii_strncasecmp(label, "xn--", 4) == 0;
}

/* One label of a host that is not all ASCII. */
static gboolean
label_append(GString *out, const char *label, size_t len)
{
  if (!(classes_of(label, len) & BYTE_MAPPED) && !label_is_ace(label, len)) {
    g_autofree char *lower = g_ascii_strdown(label, (gssize)len);
    g_string_append(out, lower);
    return TRUE;
  }
  g_autofree char *source = g_strndup(label, len);
  char *ascii = NULL;
  int rc = idn2_to_ascii_8z(source, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  if (rc == IDN2_OK)
    g_string_append(out, ascii);
  idn2_free(ascii);
  if (rc == IDN2_2HYPHEN || rc == IDN2_HYPHEN_STARTEND || rc == IDN2_TOO_BIG_LABEL ||
      rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_PUNYCODE_BIG_OUTPUT || rc == IDN2_DISALLOWED ||
      rc == IDN2_UNASSIGNED)
    return label_append_lenient(out, source);
  return rc == IDN2_OK;
}

/* Bytes of a label separator at p: '.', U+3002, U+FF0E, U+FF61; else 0. */
static size_t
dot_len(const char *p)
{
  if (*p == '.')
    return 1;
  return memcmp(p, "\xe3\x80\x82", 3) == 0 || memcmp(p, "\xef\xbc\x8e", 3) == 0 ||
                 memcmp(p, "\xef\xbd\xa1", 3) == 0
             ? 3
             : 0;
}

/* "Domain to ASCII" of UTF-8 that is not all ASCII. NULL if it has no such form. */
static char *
domain_to_ascii(const char *domain)
{
  g_autoptr(GString) out = g_string_sized_new(strlen(domain) + 16);
  const char *label = domain;
  for (const char *p = domain;; p++) {
    size_t dot = *p == '\0' ? 0 : (*p == '.' || (unsigned char)*p >= 0xe3) ? dot_len(p) : 0;
    if (*p != '\0' && dot == 0)
      continue;
    if (p > label && !label_append(out, label, (size_t)(p - label)))
      return NULL;
    if (*p == '\0')
      break;
    g_string_append_c(out, '.');
    label = p + dot;
    p = label - 1;
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static GString *
percent_decode(const char *text, size_t len)
{
  GString *out = g_string_sized_new(len);
  for (size_t i = 0; i < len; i++) {
    if (text[i] == '%' && i + 2 < len && g_ascii_isxdigit(text[i + 1]) &&
        g_ascii_isxdigit(text[i + 2])) {
      g_string_append_c(
          out, (char)(g_ascii_xdigit_value(text[i + 1]) << 4 | g_ascii_xdigit_value(text[i + 2])));
      i += 2;
    } else {
      g_string_append_c(out, text[i]);
    }
  }
  return out;
}

/* TRUE if `host` is not `source` with nothing done to it but lower case and Punycode. */
static gboolean
host_was_mapped(const char *source, const char *host)
{
  g_autofree char *display = url_host_display(host);
  g_autofree char *composed = g_utf8_normalize(source, -1, G_NORMALIZE_NFC);
  const char *d = display;
  for (const char *s = composed; *s != '\0'; s = g_utf8_next_char(s)) {
    if (*d == '\0' || g_unichar_tolower(g_utf8_get_char(s)) != g_utf8_get_char(d))
      return TRUE;
    d = g_utf8_next_char(d);
  }
  return *d != '\0';
}

/* A stroke for a slash (U+2044, U+2215, U+29F8 ...) makes "bank.example/login" of a host. */
static gboolean
holds_stroke(const char *host)
{
  for (const char *p = host; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c >= 0x80 && (g_unichar_type(c) == G_UNICODE_MATH_SYMBOL || c == 0x2571))
      return TRUE;
  }
  return FALSE;
}

/* A host with '%' or characters that are not ASCII. */
static char *
host_map(const char *host, size_t len, unsigned *flags)
{
  g_autoptr(GString) decoded = percent_decode(host, len);
  if (decoded->len != len)
    *flags |= URL_OBFUSCATED;
  if (memchr(decoded->str, '\0', decoded->len))
    return NULL;
  if (!(classes_of(decoded->str, decoded->len) & BYTE_MAPPED))
    return g_ascii_strdown(decoded->str, (gssize)decoded->len);
  /* what is no UTF-8 decodes to U+FFFD, which is refused */
  if (!g_utf8_validate(decoded->str, (gssize)decoded->len, NULL))
    return NULL;
  size_t before = decoded->len;
  drop_ignored(decoded);
  if (decoded->len > HOST_MAX)
    return NULL;
  char *ascii = domain_to_ascii(decoded->str);
  if (ascii != NULL && (decoded->len != before || host_was_mapped(decoded->str, ascii) ||
                        holds_stroke(decoded->str)))
    *flags |= URL_OBFUSCATED;
  return ascii;
}

/* Hosts of schemes that are not special: anything without forbidden host code points. */
static char *
host_opaque(const char *host, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if (host[i] == '\0' || strchr("\t\n\r #/:<>?@[\\]^|", host[i]))
      return NULL;
  g_autofree char *copy = g_strndup(host, len);
  if (!(classes_of(copy, len) & BYTE_MAPPED))
    return g_ascii_strdown(copy, -1);
  g_autofree char *lower = g_ascii_strdown(copy, -1);
  return g_uri_escape_string(lower, "!\"$%&'()*+,;=`{}~", FALSE);
}

static gboolean
host_has_ace(const char *host)
{
  for (const char *p = host; (p = strstr(p, "xn--")) != NULL; p += 4)
    if (p == host || p[-1] == '.')
      return TRUE;
  return FALSE;
}

static char *
host_finish(char *host, unsigned *flags)
{
  if (host == NULL || host[0] == '\0' ||
      (classes_of(host, strlen(host)) & (BYTE_FORBIDDEN | BYTE_MAPPED))) {
    g_free(host);
    return NULL;
  }
  if (host_ends_in_number(host)) {
    char *number = ipv4_parse(host);
    *flags |= URL_IP;
    if (number != NULL && strcmp(number, host) != 0)
      *flags |= URL_NUMERIC;
    g_free(host);
    return number;
  }
  size_t len = strlen(host);
  if (len > 1 && host[len - 1] == '.')
    host[len - 1] = '\0';
  if (host_has_ace(host))
    *flags |= URL_IDN;
  return host;
}

char *
url_host_parse(const char *host, size_t len, gboolean special, unsigned *flags)
{
  unsigned unused = 0;
  if (flags == NULL)
    flags = &unused;
  if (len > 0 && host[0] == '[')
    return ipv6_parse(host, len, flags);
  if (!special)
    return host_opaque(host, len);
  unsigned classes = classes_of(host, len);
  if (classes & BYTE_MAPPED) /* '<' may become part of U+226E: what is forbidden is seen after */
    return host_finish(host_map(host, len, flags), flags);
  if (classes & BYTE_FORBIDDEN)
    return NULL;
  return host_finish(g_ascii_strdown(host, (gssize)len), flags);
}

char *
url_domain(const char *host)
{
  if (host[0] == '[' || host_ends_in_number(host))
    return g_strdup(host);
  const char *domain = psl_registrable_domain(psl_builtin(), host);
  return g_strdup(domain != NULL ? domain : host);
}

gboolean
url_is_tld(const char *label, size_t len)
{
  /* nearly all that are asked for */
  static const char *const common[] = {"com", "hk", "org", "net", "gov", "edu"};
  if (len < 2 || len > 252)
    return FALSE;
  for (unsigned i = 0; len <= 3 && i < G_N_ELEMENTS(common); i++)
    if (g_ascii_strncasecmp(label, common[i], len) == 0 && common[i][len] == '\0')
      return TRUE;
  g_autofree char *ascii = url_host_parse(label, len, TRUE, NULL);
  return ascii != NULL && strchr(ascii, '.') == NULL &&
         psl_is_public_suffix2(psl_builtin(), ascii, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

/* TRUE if there is something to see of every character. */
static gboolean
is_visible(const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
    if (!g_unichar_isgraph(g_utf8_get_char(p)))
      return FALSE;
  return TRUE;
}

char *
url_host_display(const char *host)
{
  char *display = NULL;
  if (!host_has_ace(host) || strlen(host) > HOST_MAX)
    return g_strdup(host);
  int rc = idn2_to_unicode_8z8z(host, &display, IDN2_NONTRANSITIONAL);
  char *copy = g_strdup(rc == IDN2_OK && is_visible(display) ? display : host);
  idn2_free(display);
  return copy;
}
