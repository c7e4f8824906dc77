/* page_active.c - what in a page (HTML, XHTML, SVG) acts by itself, as far as its bytes say it: the
 * charset that a part is labelled with inspect.c knows.
 *
 * A page that is XML can declare entities and attributes of its own, and so have links and handlers
 * that stand nowhere in it as such. Programs for drawings declare the names of namespaces; what
 * else is declared and used is no page that anybody can read here. */
#include "../content.h"
#include "bounds.h"
#include "finding.h"
#include "xml_scan.h"

#include <string.h>

/* What is looked at at a time of a text in UTF-16; a piece begins so far before the end of the one
 * before it. */
#define PIECE   ((size_t)MIB(4))
#define OVERLAP KIB(4)

/* An attribute on…= in a tag: onload, onclick. */
static gboolean
has_handler(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = find_fold(p, (size_t)(end - p), "on")) != NULL;
       p += 2) {
    const unsigned char *q = p + 2;

    if (p == bytes || !strchr(" \t\r\n\f/\"'", p[-1]) || !p[-1])
      continue;
    while (q < end && g_ascii_isalpha(*q) && q - p < 24)
      q++;
    if (q > p + 3 && q < end && *q == '=')
      return TRUE;
  }
  return FALSE;
}

/* --- declarations --- */

/* A reference to something that has to be declared: "&ns_svg;". */
static gboolean
is_reference(const char *p)
{
  static const char *const predefined[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
  size_t len = 1;

  for (size_t i = 0; i < G_N_ELEMENTS(predefined); i++)
    if (g_str_has_prefix(p, predefined[i]))
      return FALSE;
  while (p[len] && (g_ascii_isalnum(p[len]) || (p[len] & 0x80) || strchr("_:-.", p[len])))
    len++;
  return len > 1 && p[len] == ';';
}

/* Behind the comment, the instruction or the section of mere text that begins at p, in which no
 * reference counts; p where there is none. */
static const char *
skip_inert(const char *p)
{
  static const char *const inert[][2] = {{"<!--", "-->"}, {"<?", "?>"}, {"<![CDATA[", "]]>"}};

  for (size_t i = 0; i < G_N_ELEMENTS(inert); i++)
    if (g_str_has_prefix(p, inert[i][0])) {
      const char *end = strstr(p + strlen(inert[i][0]), inert[i][1]);

      return end ? end + strlen(inert[i][1]) : p + strlen(p);
    }
  return p;
}

/* Where declarations of a page's own begin: "[" of its document type, in front of which stands
 * nothing but what is inert (XML 1.0, 2.8). NULL if there are none. */
static const char *
own_declarations(const char *text)
{
  const char *p = text, *next;

  p += g_str_has_prefix(p, "\xef\xbb\xbf") ? 3 : 0;
  for (p += strspn(p, " \t\r\n"); (next = skip_inert(p)) != p;)
    p = next + strspn(next, " \t\r\n");
  if (!g_str_has_prefix(p, "<!DOCTYPE"))
    return NULL;
  while (*p && *p != '[' && *p != '>') {
    const char *close = *p == '"' || *p == '\'' ? strchr(p + 1, *p) : p;

    if (!close)
      return NULL;
    p = close + 1;
  }
  return *p == '[' ? p : NULL;
}

/* Is that the value of an attribute that names a namespace? quote: where it begins; the text, or
 * what is behind an earlier value, begins before it. */
static gboolean
names_namespace(const char *quote)
{
  const char *name = quote;

  while (g_ascii_isspace(name[-1]))
    name--;
  if (name[-1] != '=')
    return FALSE;
  for (name--; g_ascii_isspace(name[-1]);)
    name--;
  while (!g_ascii_isspace(name[-1]) && !strchr("\"'<>[=", name[-1]))
    name--;
  return g_str_has_prefix(name, "xmlns") || g_str_has_prefix(name, "requiredExtensions");
}

/* Is any of them, from p on, used for more than the name of a namespace? A "<" ends whatever is
 * open, so that what is no XML leads astray no further than to the next tag. */
static gboolean
uses_references(const char *p)
{
  const char *quote = NULL; /* of the value that is open */
  gboolean tag = FALSE, named = FALSE;

  while (*p) {
    const char *next = *p == '<' ? skip_inert(p) : p;

    if (*p == '<') {
      tag = next == p;
      quote = NULL;
    } else if (quote && *p == *quote) {
      quote = NULL;
    } else if (!quote && tag && (*p == '"' || *p == '\'')) {
      quote = p;
      named = names_namespace(quote);
    } else if (!quote && *p == '>') {
      tag = FALSE;
    } else if (*p == '&' && is_reference(p) && !(quote && named)) {
      return TRUE;
    }
    p = next > p ? next : p + 1;
  }
  return FALSE;
}

/* The text ends with a NUL. */
static gboolean
uses_declared(const char *text)
{
  const char *subset = own_declarations(text);
  const char *entity = subset ? strstr(subset, "<!ENTITY") : NULL;

  if (subset && strstr(subset, "<!ATTLIST"))
    return TRUE;
  if (entity && uses_references(subset))
    return TRUE;
  for (; entity; entity = strstr(entity + 1, "<!ENTITY"))
    if (entity[strspn(entity + 8, " \t\r\n") + 8] == '%')
      return TRUE;
  return FALSE;
}

/* --- traits --- */

/* Where a page says what its entities are: what uses them is looked for in a copy, which may not
 * be of any length. more: it goes on elsewhere. */
static BitSet
declared_traits(const unsigned char *bytes, size_t len, gboolean more)
{
  g_autofree char *text = NULL;

  if (len == 0 || !memmem(bytes, len, "<!DOCTYPE", 9) ||
      (!memmem(bytes, len, "<!ENTITY", 8) && !memmem(bytes, len, "<!ATTLIST", 9)))
    return 0;
  if (more || len > PIECE)
    return TRAIT(LIMIT);
  text = g_strndup((const char *)bytes, len);
  return uses_declared(text) ? TRAIT(CORRUPT) : 0;
}

static BitSet
ascii_traits(const unsigned char *bytes, size_t len, gboolean more)
{
  static const char *const marks[] = {
      "<script", "javascript:", "vbscript:", "<object", "<embed", "<applet"};
  BitSet traits = declared_traits(bytes, len, more);

  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
    if (find_fold(bytes, len, marks[i]))
      return traits | TRAIT(HTML_SCRIPT);
  return has_handler(bytes, len) ? traits | TRAIT(HTML_SCRIPT) : traits;
}

/* '?' for what is no ASCII. */
static void
narrow(const unsigned char *wide, size_t count, unsigned high, unsigned low, unsigned char *ascii)
{
  for (size_t i = 0; i < count; i++)
    ascii[i] = wide[2 * i + high] == 0 && wide[2 * i + low] < 0x80 ? wide[2 * i + low] : '?';
}

BitSet
wide_traits(const unsigned char *bytes, size_t len, WideLook look)
{
  const gboolean little = len >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || bytes[1] == 0);
  const gboolean big = len >= 2 && ((bytes[0] == 0xfe && bytes[1] == 0xff) || bytes[0] == 0);
  g_autofree unsigned char *ascii = little || big ? g_malloc(MIN(len / 2, PIECE) + 1) : NULL;
  const size_t count = len / 2;
  BitSet traits = 0;

  for (size_t at = 0; ascii && at < count; at += PIECE - OVERLAP) {
    const size_t n = MIN(count - at, PIECE);

    narrow(bytes + 2 * at, n, little, big, ascii);
    traits |= look(ascii, n, count > PIECE);
    if (at + n == count)
      break;
  }
  return traits;
}

BitSet
page_active_traits(const unsigned char *bytes, size_t len)
{
  return ascii_traits(bytes, len, FALSE) | wide_traits(bytes, len, ascii_traits);
}

BitSet
xml_page_traits(const char *text, size_t len)
{
  static const char *const names[] = {"script", "iframe", "object", "embed", "applet"};
  XmlScan scan = {.at = text, .end = text + len};
  BitSet traits = page_active_traits((const unsigned char *)text, len);
  XmlItem item;

  while (xml_scan_next(&scan, &item))
    for (size_t i = 0; item.kind == XML_START && i < G_N_ELEMENTS(names); i++)
      if (xml_item_is(&item, names[i]))
        traits |= TRAIT(HTML_SCRIPT);
  return traits;
}
