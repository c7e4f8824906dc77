/* xml.c - libxml2.
 *
 * Of a document type nothing good can come here: neither Office nor ODF parts have one, and
 * entities are how small files become large and how words hide. So bytes that hold one are refused
 * before the library sees them. It is given UTF-8 only: its own converters would open files. */
#include "xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "bounds.h"
#include "error.h"
#include "utf16.h"

struct xml {
  xmlDoc *doc;
};

void
xml_start(void)
{
  xmlInitParser();
}

static void
refuse(GError **error, const char *why)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "XML: %s", why);
}

/* --- bytes that may be parsed --- */

/* The encoding that a declaration names must be the one that the bytes are in. */
static gboolean
declares_other(const char *text, size_t len, gboolean utf16)
{
  static const char *const known[] = {"utf-8", "utf8"};
  const char *close =
      g_str_has_prefix(text, "<?xml") ? g_strstr_len(text, (gssize)len, "?>") : NULL;
  const char *name = close ? g_strstr_len(text, close - text, "encoding") : NULL;

  if (!name)
    return FALSE;
  for (name += 8; name < close && strchr(" \t\r\n=\"'", *name);)
    name++;
  if (utf16)
    return g_ascii_strncasecmp(name, "utf-16", 6) != 0;
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (g_ascii_strncasecmp(name, known[i], strlen(known[i])) == 0)
      return FALSE;
  /* ASCII is the same in all that begin like it. */
  return !g_str_is_ascii(text) || (g_ascii_strncasecmp(name, "us-ascii", 8) != 0 &&
                                   g_ascii_strncasecmp(name, "iso-8859-1", 10) != 0);
}

/* The library compares each attribute of a tag with each other. */
static gboolean
is_crowded(const char *text, size_t len)
{
  unsigned signs = 0, all = 0;

  for (size_t i = 0; i < len; i++) {
    if (text[i] == '<')
      signs = 0;
    all += text[i] == '<' || text[i] == '=';
    if (all > LIMIT_XML_MARKS || (text[i] == '=' && ++signs > LIMIT_XML_ATTRIBUTES))
      return TRUE;
  }
  return FALSE;
}

static const char *
why_refused(const char *text, size_t len, gboolean utf16)
{
  if (len > LIMIT_XML)
    return "too long";
  if (memchr(text, 0, len) || !g_utf8_validate(text, (gssize)len, NULL))
    return "not UTF-8";
  if (declares_other(text, len, utf16))
    return "another encoding";
  if (memmem(text, len, "<!DOCTYPE", 9) || memmem(text, len, "<!ENTITY", 8))
    return "a document type";
  return is_crowded(text, len) ? "too many tags or attributes" : NULL;
}

static xmlDoc *
parse(const char *text, size_t len)
{
  return xmlReadMemory(text, (int)len, NULL, "UTF-8",
                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

Xml *
xml_parse(GBytes *bytes, GError **error)
{
  gsize len = 0;
  const unsigned char *raw = g_bytes_get_data(bytes, &len);
  g_autofree char *converted = NULL;
  Utf16Order order;
  gboolean utf16 = len <= LIMIT_XML * 2 && utf16_is_xml(raw, len, &order);
  const char *why, *text = (const char *)raw;
  xmlDoc *doc;
  Xml *xml;

  if (utf16 && !(text = converted = utf16_decode(raw, len, order, &len)))
    len = 0;
  if (text && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    len -= 3;
  }
  why = len == 0 ? "nothing" : why_refused(text, len, utf16);
  doc = why ? NULL : parse(text, len);
  if (!doc || doc->intSubset || !xmlDocGetRootElement(doc)) {
    xmlFreeDoc(doc);
    refuse(error, why ? why : "not well-formed");
    return NULL;
  }
  xml = g_new0(Xml, 1);
  xml->doc = doc;
  return xml;
}

void
xml_free(Xml *xml)
{
  if (!xml)
    return;
  xmlFreeDoc(xml->doc);
  g_free(xml);
}

static void
free_xml(void *memory)
{
  xmlFree(memory);
}

GBytes *
xml_write(const Xml *xml)
{
  xmlChar *memory = NULL;
  int len = 0;

  xmlDocDumpMemoryEnc(xml->doc, &memory, &len, "UTF-8");
  if (!memory || len <= 0) {
    xmlFree(memory);
    return NULL;
  }
  return g_bytes_new_with_free_func(memory, (gsize)len, free_xml, memory);
}

/* --- elements --- */

static XmlNode *
element_from(XmlNode *node)
{
  while (node && node->type != XML_ELEMENT_NODE)
    node = node->next;
  return node;
}

XmlNode *
xml_root(const Xml *xml)
{
  return xmlDocGetRootElement(xml->doc);
}

XmlNode *
xml_child(const XmlNode *node)
{
  return element_from(node->children);
}

XmlNode *
xml_parent(const XmlNode *node)
{
  return node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
}

XmlNode *
xml_after(const XmlNode *node)
{
  for (; node; node = xml_parent(node)) {
    XmlNode *next = element_from(node->next);

    if (next)
      return next;
  }
  return NULL;
}

XmlNode *
xml_next(const XmlNode *node)
{
  XmlNode *child = xml_child(node);

  return child ? child : xml_after(node);
}

const char *
xml_name(const XmlNode *node)
{
  return (const char *)node->name;
}

const char *
xml_space(const XmlNode *node)
{
  return node->ns && node->ns->href ? (const char *)node->ns->href : "";
}

gboolean
xml_is(const XmlNode *node, const char *name)
{
  return strcmp((const char *)node->name, name) == 0;
}

static char *
take(xmlChar *text)
{
  char *copy = g_strdup(text ? (const char *)text : "");

  xmlFree(text);
  return copy;
}

char *
xml_text(const XmlNode *node)
{
  return take(xmlNodeGetContent(node));
}

/* --- attributes --- */

static char *
value_of(const XmlNode *node, const xmlAttr *attribute)
{
  return take(xmlNodeListGetString(node->doc, attribute->children, 1));
}

static xmlAttr *
attribute_find(const XmlNode *node, const char *name)
{
  xmlAttr *attribute = node->properties;

  while (attribute && strcmp((const char *)attribute->name, name) != 0)
    attribute = attribute->next;
  return attribute;
}

char *
xml_attribute(const XmlNode *node, const char *name)
{
  const xmlAttr *attribute = attribute_find(node, name);

  return attribute ? value_of(node, attribute) : NULL;
}

void
xml_filter(XmlNode *node, XmlKeep keep, void *data)
{
  xmlAttr *next;

  for (xmlAttr *attribute = node->properties; attribute; attribute = next) {
    g_autofree char *value = value_of(node, attribute);
    const char *space =
        attribute->ns && attribute->ns->href ? (const char *)attribute->ns->href : "";

    next = attribute->next;
    if (!keep(space, (const char *)attribute->name, value, data))
      xmlRemoveProp(attribute);
  }
}

void
xml_set_attribute(XmlNode *node, const char *name, const char *value)
{
  xmlAttr *attribute = attribute_find(node, name);

  if (attribute)
    xmlSetNsProp(node, attribute->ns, attribute->name, (const xmlChar *)value);
}

/* The element's namespace by a prefix: an attribute without one has none, whatever the default is.
 */
static xmlNs *
prefixed_space(XmlNode *node)
{
  xmlNs **all, *found = NULL;

  if (!node->ns || node->ns->prefix)
    return node->ns;
  all = xmlGetNsList(node->doc, node);
  for (xmlNs **space = all; space && *space && !found; space++)
    if ((*space)->prefix && xmlStrEqual((*space)->href, node->ns->href))
      found = *space;
  xmlFree(all);
  return found ? found : xmlNewNs(node, node->ns->href, (const xmlChar *)"own");
}

void
xml_put_attribute(XmlNode *node, gboolean own, const char *name, const char *value)
{
  if (attribute_find(node, name))
    xml_set_attribute(node, name, value);
  else
    xmlNewNsProp(node, own ? prefixed_space(node) : NULL, (const xmlChar *)name,
                 (const xmlChar *)value);
}

/* --- changes --- */

void
xml_empty(XmlNode *node)
{
  while (node->children) {
    XmlNode *child = node->children;

    xmlUnlinkNode(child);
    xmlFreeNode(child);
  }
}

void
xml_drop(XmlNode *node)
{
  if (!xml_parent(node)) {
    xml_empty(node);
    return;
  }
  xmlUnlinkNode(node);
  xmlFreeNode(node);
}

/* A subtree that moves may use prefixes that are declared in what goes. */
static void
move_before(XmlNode *place, XmlNode *node)
{
  xmlUnlinkNode(node);
  xmlAddPrevSibling(place, node);
  if (node->type == XML_ELEMENT_NODE)
    xmlReconciliateNs(node->doc, node);
}

void
xml_unwrap(XmlNode *node)
{
  while (node->children) {
    XmlNode *child = node->children;

    xmlUnlinkNode(child);
    /* Text may be merged into its new neighbour, which frees it. */
    child = xmlAddPrevSibling(node, child);
    if (child && child->type == XML_ELEMENT_NODE)
      xmlReconciliateNs(child->doc, child);
  }
  xml_drop(node);
}

void
xml_replace(XmlNode *node, XmlNode *by)
{
  move_before(node, by);
  xml_drop(node);
}

XmlNode *
xml_add(XmlNode *parent, const char *name)
{
  return xmlNewChild(parent, parent->ns, (const xmlChar *)name, NULL);
}

void
xml_add_attribute(XmlNode *node, const char *name, const char *value)
{
  xmlNewProp(node, (const xmlChar *)name, (const xmlChar *)value);
}
