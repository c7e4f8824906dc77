/* odf_active.c - what in OpenDocument (ODF 1.2) acts by itself.
 *
 * Elements are told by their names, whatever prefix stands before them. An event of a slide that
 * turns a page has the same name as one that runs a macro; that one names a language. What merely
 * holds such elements (office:scripts, office:event-listeners) stands in every document. */
#include "document.h"

#include <string.h>

#include "../content.h"
#include "../signs.h"
#include "finding.h"
#include "xml_scan.h"

gboolean
odf_runs_macro(const char *address)
{
  static const char *const schemes[] = {
      "macro:", "script:", "vnd.sun.star.", "javascript:", "service:", ".uno:", "slot:"};

  while (*address && (unsigned char)*address <= ' ')
    address++;
  /* A picture of the document itself, of long ago. */
  if (g_ascii_strncasecmp(address, "vnd.sun.star.graphicobject:", 27) == 0)
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
    if (g_ascii_strncasecmp(address, schemes[i], strlen(schemes[i])) == 0)
      return TRUE;
  return FALSE;
}

BitSet
odf_element_traits(const char *element)
{
  static const char *const dde[] = {"dde-source", "dde-link", "dde-connection-decl", NULL};
  static const char *const macros[] = {"source-code", "library-linked", NULL};
  static const char *const objects[] = {"object-ole", "applet", NULL};

  if (g_strv_contains(dde, element))
    return TRAIT(DDE);
  if (g_strv_contains(macros, element))
    return TRAIT(MACRO);
  return g_strv_contains(objects, element) ? TRAIT(OLE_OBJECT) : 0;
}

BitSet
odf_address_traits(const char *element, const char *address)
{
  static const char *const loading[] = {
      "section-source", "table-source", "cell-range-source",     "object",
      "floating-frame", "include",      "database-source-query", "plugin",
      "object-ole",     "dde-source",   "connection-resource",   NULL};

  if (odf_runs_macro(address))
    return TRAIT(MACRO);
  if (!target_is_elsewhere(address))
    return 0;
  if (strcmp(element, "template") == 0)
    return TRAIT(REMOTE_TEMPLATE);
  return g_strv_contains(loading, element) ? TRAIT(EXTERNAL_RELATIONSHIP) : 0;
}

BitSet
odf_event_traits(const char *attribute, const char *value)
{
  if (strcmp(attribute, "language") == 0)
    return TRAIT(MACRO);
  return strcmp(attribute, "action") == 0 &&
                 (strcmp(value, "execute") == 0 || strcmp(value, "macro") == 0)
             ? TRAIT(MACRO)
             : 0;
}

gboolean
odf_formula_asks_program(const char *formula)
{
  const char *bar = strchr(formula, '|');

  if (bar && strchr(bar, '!'))
    return TRUE;
  for (const char *p = formula; (p = strchr(p, '(')) != NULL; p++) {
    const char *end = p;

    while (end > formula && g_ascii_isspace(end[-1]))
      end--;
    if (end - formula >= 3 && g_ascii_strncasecmp(end - 3, "DDE", 3) == 0 &&
        (end - formula == 3 || !g_ascii_isalnum(end[-4])))
      return TRUE;
  }
  return FALSE;
}

/* --- a part --- */

static BitSet
event_traits(const XmlItem *item)
{
  static const char *const names[] = {"language", "action"};
  BitSet traits = 0;
  char *value;

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    for (unsigned n = 0; (value = xml_item_attribute_at(item, names[i], n)) != NULL; n++) {
      traits |= odf_event_traits(names[i], value);
      g_free(value);
    }
  return traits;
}

/* Could an attribute of that name be there? */
static gboolean
may_have(const XmlItem *item, const char *name)
{
  return item->len > 0 && memmem(item->body, item->len, name, strlen(name)) != NULL;
}

static BitSet
value_traits(const XmlItem *item, const char *element)
{
  BitSet traits = 0;
  char *value;

  for (unsigned n = 0; (value = xml_item_attribute_at(item, "href", n)) != NULL; n++) {
    traits |= odf_address_traits(element, value);
    g_free(value);
  }
  for (unsigned n = 0; (value = xml_item_attribute_at(item, "formula", n)) != NULL; n++) {
    traits |= odf_formula_asks_program(value) ? TRAIT(DDE) : 0;
    g_free(value);
  }
  return traits;
}

/* Elements are many, and names that matter are shorter than this. */
#define NAME 32

static BitSet
item_traits(const XmlItem *item)
{
  char element[NAME] = "";
  BitSet traits;

  if (item->name_len < NAME)
    memcpy(element, item->name, item->name_len);
  traits = odf_element_traits(element);
  if (strcmp(element, "event-listener") == 0)
    traits |= event_traits(item);
  if (may_have(item, "href") || may_have(item, "formula"))
    traits |= value_traits(item, element);
  return traits;
}

/* Most parts have none of these. They are names, which no reference can stand in for. */
static gboolean
may_act(const char *text, size_t len)
{
  static const char *const signs[] = {"event-listener", "source-code", "library-linked",
                                      "object-ole",     "applet",      "dde-",
                                      "href",           "formula",     NULL};

  return signs_any(signs, (const unsigned char *)text, len);
}

BitSet
odf_traits(const char *text, size_t len)
{
  XmlScan scan = {.at = text, .end = text + len};
  BitSet traits = 0;
  XmlItem item;

  if (!may_act(text, len))
    return 0;
  while (xml_scan_next(&scan, &item))
    if (item.kind == XML_START)
      traits |= item_traits(&item);
  return traits;
}
