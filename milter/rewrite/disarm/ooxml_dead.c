/* ooxml_dead.c - links of Office documents that are to lead nowhere.
 *
 * What a reader sees stays: the words keep their link's looks, and a tip says why a click does
 * nothing. In Word and Excel such a link leads to a place of the document itself, in PowerPoint it
 * has the action that does nothing. Where there is no such form the link goes and its words or
 * picture stay. */
#include "disarming.h"

#include <string.h>

#include "document.h"

/* Excel takes 255 characters for a tip. */
#define TIP_MAX 200

#define PRESENTATION        "http://schemas.openxmlformats.org/presentationml/"
#define PRESENTATION_STRICT "http://purl.oclc.org/ooxml/presentationml/"

static gboolean
keep_not_related(const char *space, const char *name, const char *value, void *data)
{
  return !g_str_has_suffix(space, "/relationships");
}

static void
put_tip(XmlNode *node, gboolean own, const char *words)
{
  g_autofree char *tip = g_utf8_substring(words, 0, MIN(g_utf8_strlen(words, -1), TIP_MAX));

  xml_put_attribute(node, own, "tooltip", tip);
}

/* w:hyperlink leads to the top of the document, which Word knows by that name; x:hyperlink to the
 * first of its own cells. */
static void
kill_hyperlink(XmlNode *node, const char *words)
{
  g_autofree char *cells = xml_attribute(node, "ref");
  gboolean word = strstr(xml_space(node), "wordprocessingml") != NULL;

  xml_filter(node, keep_not_related, NULL);
  if (cells)
    cells[strcspn(cells, ":, ")] = '\0';
  if (word)
    xml_put_attribute(node, TRUE, "anchor", "_top");
  else if (cells)
    xml_put_attribute(node, FALSE, "location", cells);
  put_tip(node, word, words);
}

static gboolean
is_in_slides(XmlNode *node)
{
  while (xml_parent(node))
    node = xml_parent(node);
  return g_str_has_prefix(xml_space(node), PRESENTATION) ||
         g_str_has_prefix(xml_space(node), PRESENTATION_STRICT);
}

gboolean
ooxml_link_kill(XmlNode *node, const char *words)
{
  if (xml_is(node, "hyperlink")) {
    kill_hyperlink(node, words);
    return TRUE;
  }
  if (!g_str_has_prefix(xml_name(node), "hlink") || !is_in_slides(node))
    return FALSE;
  xml_set_attribute(node, "id", "");
  xml_put_attribute(node, FALSE, "action", "ppaction://noaction");
  put_tip(node, FALSE, words);
  return TRUE;
}

/* --- addresses that stand in the part itself --- */

typedef struct look {
  const Disarming *disarming;
  gboolean cell; /* of Visio: its value may be an address */
  gboolean changed;
} Look;

static gboolean
keep_not_dead(const char *space, const char *name, const char *value, void *data)
{
  Look *look = data;
  gboolean address =
      g_strv_contains(office_addresses, name) || (look->cell && strcmp(name, "V") == 0);
  gboolean dead = address && disarming_dead(look->disarming, value);

  look->changed |= dead;
  return !dead;
}

gboolean
ooxml_addresses_kill(XmlNode *node, const Disarming *disarming)
{
  Look look = {disarming, xml_is(node, "Cell"), FALSE};

  xml_filter(node, keep_not_dead, &look);
  if (xml_is(node, "HyperlinkBase")) {
    g_autofree char *base = xml_text(node);

    if (disarming_dead(disarming, base)) {
      xml_empty(node);
      look.changed = TRUE;
    }
  }
  return look.changed;
}

gboolean
formula_is_dead(const char *formula, const Disarming *disarming)
{
  g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);

  formula_addresses(formula, addresses, NULL);
  for (guint i = 0; i < addresses->len; i++)
    if (disarming_dead(disarming, g_ptr_array_index(addresses, i)))
      return TRUE;
  return FALSE;
}
