/* page_active.c - what in a page (HTML, XHTML, SVG) acts by itself, as far as its bytes say it: the
 * charset that a part is labelled with inspect.c knows.
 *
 * A page that is XML can declare entities and attributes of its own, and so have links and handlers
 * that stand nowhere in it as such. Programs for drawings declare the names of namespaces; what
 * else is declared and used is no page that anybody can read here. */
#include "../content.h"
#include "finding.h"
#include "xml_scan.h"

#include <string.h>

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

/* Bytes of a value in front of a reference; nobody's namespace is so long. */
#define VALUE 256

/* Is what stands at p in the value of an attribute that names a namespace? */
static gboolean
names_namespace(const char *text, const char *p)
{
  const char *quote = p, *name;

  text = p - text > VALUE ? p - VALUE : text;
  while (quote > text && !strchr("\"'<>", *quote))
    quote--;
  for (name = quote; name > text && (g_ascii_isspace(name[-1]) || name[-1] == '=');)
    name--;
  while (name > text && !g_ascii_isspace(name[-1]) && !strchr("\"'<>", name[-1]))
    name--;
  return *quote != '<' && *quote != '>' &&
         (g_str_has_prefix(name, "xmlns") || g_str_has_prefix(name, "requiredExtensions"));
}

/* A reference to something that has to be declared: "&ns_svg;". */
static gboolean
is_reference(const char *p)
{
  static const char *const predefined[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
  size_t len = 1;

  for (size_t i = 0; i < G_N_ELEMENTS(predefined); i++)
    if (g_str_has_prefix(p, predefined[i]))
      return FALSE;
  while (len < VALUE && (g_ascii_isalnum(p[len]) || (p[len] & 0x80) || strchr("_:-.", p[len])) &&
         p[len])
    len++;
  return len > 1 && p[len] == ';';
}

/* The text ends with a NUL. */
static gboolean
uses_declared(const char *text)
{
  const char *type = strstr(text, "<!DOCTYPE"), *subset = type ? strpbrk(type, "[>") : NULL;
  const char *entity = subset && *subset == '[' ? strstr(subset, "<!ENTITY") : NULL;

  if (subset && *subset == '[' && strstr(subset, "<!ATTLIST"))
    return TRUE;
  for (const char *p = entity; p && (p = strchr(p, '&')) != NULL; p++)
    if (is_reference(p) && !names_namespace(text, p))
      return TRUE;
  for (; entity; entity = strstr(entity + 1, "<!ENTITY"))
    if (entity[strspn(entity + 8, " \t\r\n") + 8] == '%')
      return TRUE;
  return FALSE;
}

/* --- traits --- */

static BitSet
ascii_traits(const unsigned char *bytes, size_t len)
{
  static const char *const marks[] = {
      "<script", "javascript:", "vbscript:", "<object", "<embed", "<applet"};
  g_autofree char *text =
      memmem(bytes, len, "<!DOCTYPE", 9) ? g_strndup((const char *)bytes, len) : NULL;
  BitSet traits = text && uses_declared(text) ? TRAIT(CORRUPT) : 0;

  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
    if (find_fold(bytes, len, marks[i]))
      return traits | TRAIT(HTML_SCRIPT);
  return has_handler(bytes, len) ? traits | TRAIT(HTML_SCRIPT) : traits;
}

unsigned char *
ascii_of_wide(const unsigned char *bytes, size_t len)
{
  gboolean little = len >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || bytes[1] == 0);
  gboolean big = len >= 2 && ((bytes[0] == 0xfe && bytes[1] == 0xff) || bytes[0] == 0);
  unsigned char *ascii = little || big ? g_malloc(len / 2 + 1) : NULL;

  for (size_t i = 0; ascii && i < len / 2; i++) {
    unsigned char high = bytes[2 * i + little], low = bytes[2 * i + big];

    ascii[i] = high == 0 && low < 0x80 ? low : '?';
  }
  return ascii;
}

/* In UTF-16 only the ASCII matters here, and nothing that is no character may hide it. */
BitSet
page_active_traits(const unsigned char *bytes, size_t len)
{
  g_autofree unsigned char *ascii = ascii_of_wide(bytes, len);

  return ascii_traits(bytes, len) | (ascii ? ascii_traits(ascii, len / 2) : 0);
}

BitSet
xml_page_traits(const char *text, size_t len)
{
  static const char *const names[] = {"script", "iframe", "object", "embed", "applet"};
  XmlScan scan = {text, text + len};
  BitSet traits = page_active_traits((const unsigned char *)text, len);
  XmlItem item;

  while (xml_scan_next(&scan, &item))
    for (size_t i = 0; item.kind == XML_START && i < G_N_ELEMENTS(names); i++)
      if (xml_item_is(&item, names[i]))
        traits |= TRAIT(HTML_SCRIPT);
  return traits;
}
