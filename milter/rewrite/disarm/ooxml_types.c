/* ooxml_types.c - types of members, by name and by ending. */
#include "ooxml_types.h"

#include <string.h>

#include "error.h"
#include "xml.h"

#define TYPES "[Content_Types].xml"

struct ooxml_types {
  Package *package;
  unsigned member;
  Xml *xml;
  GHashTable *by_name;   /* member index + 1 ─▶ content type, lower case */
  GHashTable *by_ending; /* ending ─▶ content type, lower case */
  gboolean changed;
};

const char *
ooxml_ending(const char *name)
{
  const char *dot = strrchr(name, '.');

  return dot && !strchr(dot, '/') ? dot + 1 : "";
}

static int
find_part(const OoxmlTypes *types, const char *name)
{
  return package_find(types->package, *name == '/' ? name + 1 : name);
}

static void
read_types(OoxmlTypes *types)
{
  for (XmlNode *node = xml_root(types->xml); node; node = xml_next(node)) {
    g_autofree char *type = xml_attribute(node, "ContentType");
    g_autofree char *ending = xml_attribute(node, "Extension");
    g_autofree char *name = xml_attribute(node, "PartName");
    int part = name ? find_part(types, name) : -1;

    if (type && ending)
      g_hash_table_insert(types->by_ending, g_ascii_strdown(ending, -1), g_ascii_strdown(type, -1));
    if (type && part >= 0)
      g_hash_table_insert(types->by_name, GINT_TO_POINTER(part + 1), g_ascii_strdown(type, -1));
  }
}

OoxmlTypes *
ooxml_types_read(Package *package, GError **error)
{
  int member = package_find(package, TYPES);
  g_autoptr(GBytes) bytes = member >= 0 ? package_read(package, (unsigned)member, error) : NULL;
  Xml *xml = bytes ? xml_parse(bytes, error) : NULL;
  OoxmlTypes *types;

  if (member < 0)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "OOXML: no content types");
  if (!xml)
    return NULL;
  types = g_new0(OoxmlTypes, 1);
  types->package = package;
  types->member = (unsigned)member;
  types->xml = xml;
  types->by_name = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  types->by_ending = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  read_types(types);
  return types;
}

void
ooxml_types_free(OoxmlTypes *types)
{
  if (!types)
    return;
  xml_free(types->xml);
  g_hash_table_unref(types->by_name);
  g_hash_table_unref(types->by_ending);
  g_free(types);
}

const char *
ooxml_types_by_name(const OoxmlTypes *types, unsigned member)
{
  return g_hash_table_lookup(types->by_name, GUINT_TO_POINTER(member + 1));
}

const char *
ooxml_types_of(const OoxmlTypes *types, unsigned member)
{
  const char *type = ooxml_types_by_name(types, member);
  g_autofree char *ending = g_ascii_strdown(ooxml_ending(package_name(types->package, member)), -1);

  if (!type)
    type = g_hash_table_lookup(types->by_ending, ending);
  return type ? type : "";
}

void
ooxml_types_add(OoxmlTypes *types, const char *name, const char *type)
{
  XmlNode *override = xml_add(xml_root(types->xml), "Override");

  xml_add_attribute(override, "PartName", name);
  xml_add_attribute(override, "ContentType", type);
  types->changed = TRUE;
}

static gboolean
ending_is_used(const OoxmlTypes *types, const char *ending)
{
  for (unsigned i = 0; i < package_count(types->package); i++)
    if (!package_is_dropped(types->package, i) &&
        g_ascii_strcasecmp(ooxml_ending(package_name(types->package, i)), ending) == 0)
      return TRUE;
  return FALSE;
}

/* Some writers give all .bin the type of the macros, and printer settings are .bin too. TRUE if it
 * must go. */
static gboolean
mend_ending(const OoxmlTypes *types, XmlNode *node, gboolean (*acts)(const char *type))
{
  g_autofree char *ending = xml_attribute(node, "Extension");
  g_autofree char *type = xml_attribute(node, "ContentType");

  if (!ending || !type || !acts(type))
    return FALSE;
  if (!ending_is_used(types, ending))
    return TRUE;
  xml_set_attribute(node, "ContentType",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings");
  return FALSE;
}

gboolean
ooxml_types_mend(OoxmlTypes *types, gboolean (*acts)(const char *type), GError **error)
{
  GBytes *bytes;
  XmlNode *next;

  for (XmlNode *node = xml_root(types->xml); node; node = next) {
    g_autofree char *name = xml_attribute(node, "PartName");
    gboolean gone =
        (name && find_part(types, name) < 0) || (acts && mend_ending(types, node, acts));

    next = gone ? xml_after(node) : xml_next(node);
    if (gone && xml_parent(node))
      xml_drop(node);
    types->changed |= gone;
  }
  if (!types->changed && !acts)
    return TRUE;
  bytes = xml_write(types->xml);
  if (bytes && !package_is_dropped(types->package, types->member)) {
    package_replace(types->package, types->member, bytes);
    return TRUE;
  }
  g_clear_pointer(&bytes, g_bytes_unref);
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "OOXML: types cannot be written");
  return FALSE;
}
