/* disarm_odf.c - OpenDocument (ODF 1.2): .odt .ods .odp and their kin.
 *
 * A zip of XML parts and folders. Basic/ and Scripts/ hold macros, "Object 1" without a folder of
 * its own an OLE object; "Object 1/" is a document inside (a chart, a formula), looked into like
 * the outer one. META-INF/manifest.xml lists every member. Members are not linked to by ids: an
 * element names the path that it shows, so an element goes by what it is or by where its address
 * leads, and an object leaves its picture. Macro signatures go with the macros. A link that is to
 * lead nowhere keeps its words and looks, and leads to a place in the document that there is not.
 */
#include "disarming.h"

#include <string.h>

#include "bounds.h"
#include "document.h"
#include "error.h"

#define MANIFEST "META-INF/manifest.xml"

typedef struct odf {
  Package *package; /* NULL of a flat one */
  Disarming *disarming;
} Odf;

/* --- members --- */

static gboolean
is_in(const char *name, const char *folder)
{
  return g_ascii_strncasecmp(name, folder, strlen(folder)) == 0;
}

static BitSet
member_traits(const Odf *odf, unsigned member)
{
  const char *name = package_name(odf->package, member);
  unsigned char head[8];
  size_t len = package_head(odf->package, member, head, sizeof(head));

  if (is_in(name, "Basic/") || is_in(name, "Scripts/") || is_in(name, "META-INF/macrosignatures"))
    return TRAIT(MACRO);
  if (len == 8 && memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
    return TRAIT(OLE_OBJECT);
  return 0;
}

/* A document in the other format inside: looked into, or dropped. */
static void
look_inside(Odf *odf, unsigned member)
{
  g_autoptr(GBytes) bytes = package_read(odf->package, member, NULL);
  g_autoptr(GBytes) clean = bytes ? disarm_inner(bytes, odf->disarming) : NULL;

  if (!clean && odf->disarming->orders->active) {
    package_drop(odf->package, member);
    odf->disarming->taken.traits |= TRAIT(OLE_OBJECT);
  } else if (clean && clean != bytes) {
    package_replace(odf->package, member, g_steal_pointer(&clean));
  }
}

static void
judge_members(Odf *odf)
{
  for (unsigned i = 0; i < package_count(odf->package); i++) {
    BitSet traits = odf->disarming->orders->active ? member_traits(odf, i) : 0;
    unsigned char head[4];

    odf->disarming->taken.traits |= traits;
    if (traits)
      package_drop(odf->package, i);
    else if (package_head(odf->package, i, head, 4) == 4 && memcmp(head, "PK\3\4", 4) == 0)
      look_inside(odf, i);
    else
      disarm_member_picture(odf->package, i, odf->disarming);
  }
}

/* --- elements --- */

/* What stands around elements that act, and has nothing else in it. */
static BitSet
container_traits(const char *element)
{
  static const char *const macros[] = {"scripts", "script", NULL};
  static const char *const dde[] = {"dde-links", "dde-connection-decls", NULL};

  if (g_strv_contains(macros, element))
    return TRAIT(MACRO);
  return g_strv_contains(dde, element) ? TRAIT(DDE) : 0;
}

typedef struct event {
  gboolean is; /* an event-listener */
  const char *element;
  BitSet traits;
} Event;

static gboolean
look_at_attribute(const char *space, const char *name, const char *value, void *data)
{
  Event *event = data;

  if (event->is)
    event->traits |= odf_event_traits(name, value);
  if (strcmp(name, "href") == 0)
    event->traits |= odf_address_traits(event->element, value);
  return TRUE;
}

/* An object whose member is gone. "./Object 1" */
static gboolean
shows_dropped(const Odf *odf, const char *folder, const XmlNode *node)
{
  g_autofree char *address = odf->package ? xml_attribute(node, "href") : NULL;
  g_autofree char *name = NULL;

  if (!address)
    return FALSE;
  name = g_strconcat(folder, g_str_has_prefix(address, "./") ? address + 2 : address, NULL);
  return package_has_lost(odf->package, name);
}

static gboolean
keep_dde_formula(const char *space, const char *name, const char *value, void *data)
{
  gboolean asks = strcmp(name, "formula") == 0 && odf_formula_asks_program(value);

  *(gboolean *)data |= asks;
  return !asks;
}

/* A link to a macro loses its address and keeps its text. */
static XmlNode *
take_out(XmlNode *node)
{
  XmlNode *after;

  if (xml_is(node, "a") && xml_parent(node)) {
    after = xml_child(node) ? xml_child(node) : xml_after(node);
    xml_unwrap(node);
    return after;
  }
  after = xml_after(node);
  xml_drop(node);
  return after;
}

/* --- links that are to lead nowhere --- */

typedef struct look {
  const Disarming *disarming;
  unsigned dead;
} Look;

static gboolean
keep_live_formula(const char *space, const char *name, const char *value, void *data)
{
  Look *look = data;
  gboolean dead = strcmp(name, "formula") == 0 && formula_is_dead(value, look->disarming);

  look->dead += dead;
  return !dead;
}

/* LibreOffice shows where a link leads: here, why it does not. */
static void
kill_address(XmlNode *node, const char *words)
{
  g_autofree char *address = g_strconcat("#", words, NULL);

  xml_set_attribute(node, "href", g_strdelimit(address, " ", '_'));
}

/* TRUE if the element is to go as a whole: what is loaded, and has nothing to show then. */
static gboolean
kill_links(Odf *odf, XmlNode *node, unsigned *dead)
{
  g_autofree char *address = xml_attribute(node, "href");
  const char *words = address ? disarming_dead(odf->disarming, address) : NULL;
  Look look = {odf->disarming, words != NULL};

  xml_filter(node, keep_live_formula, &look);
  *dead += look.dead;
  if (!words)
    return FALSE;
  if (!xml_is(node, "a") && !xml_is(node, "form") && xml_parent(node))
    return TRUE;
  kill_address(node, words);
  return FALSE;
}

static BitSet
active_traits_of(const Odf *odf, const char *folder, XmlNode *node)
{
  const char *element = xml_name(node);
  Event event = {xml_is(node, "event-listener"), element, 0};

  xml_filter(node, look_at_attribute, &event);
  event.traits |= container_traits(element) | odf_element_traits(element);
  return shows_dropped(odf, folder, node) ? event.traits | TRAIT(OLE_OBJECT) : event.traits;
}

static gboolean
clean_xml(Odf *odf, const char *folder, Xml *xml)
{
  gboolean active = odf->disarming->orders->active, changed = FALSE, asks = FALSE;
  unsigned dead = 0;

  for (XmlNode *node = xml_root(xml); node;) {
    BitSet traits = active && xml_parent(node) ? active_traits_of(odf, folder, node) : 0;

    if (active)
      xml_filter(node, keep_dde_formula, &asks);
    odf->disarming->taken.traits |= traits;
    if (!traits && !kill_links(odf, node, &dead)) {
      node = xml_next(node);
      continue;
    }
    changed = TRUE;
    node = take_out(node);
  }
  odf->disarming->taken.traits |= asks ? TRAIT(DDE) : 0;
  odf->disarming->taken.links += dead;
  return changed || asks || dead > 0;
}

/* --- parts --- */

static gboolean
needs_a_look(const Odf *odf, GBytes *bytes)
{
  gsize len = 0;
  const char *text = g_bytes_get_data(bytes, &len);

  return len > 0 &&
         (odf->disarming->orders->active || memchr(text, 0, len) || odf_may_link(text, len));
}

static gboolean
replace_xml(Odf *odf, unsigned member, const Xml *xml)
{
  GBytes *bytes = xml_write(xml);

  if (bytes)
    package_replace(odf->package, member, bytes);
  return bytes != NULL;
}

static gboolean
clean_parts(Odf *odf, GError **error)
{
  for (unsigned i = 0; i < package_count(odf->package); i++) {
    const char *name = package_name(odf->package, i), *slash = strrchr(name, '/');
    g_autofree char *folder = slash ? g_strndup(name, (gsize)(slash + 1 - name)) : g_strdup("");
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(Xml) xml = NULL;

    if (package_is_dropped(odf->package, i) || !g_str_has_suffix(name, ".xml") ||
        strcmp(name, MANIFEST) == 0)
      continue;
    bytes = package_read(odf->package, i, error);
    if (bytes && !needs_a_look(odf, bytes))
      continue;
    xml = bytes ? xml_parse(bytes, error) : NULL;
    if (!xml || (clean_xml(odf, folder, xml) && !replace_xml(odf, i, xml)))
      return FALSE;
  }
  return TRUE;
}

/* Lines of folders and members that are no more. */
static gboolean
is_listed_in_vain(const Odf *odf, const XmlNode *node)
{
  g_autofree char *path = xml_is(node, "file-entry") ? xml_attribute(node, "full-path") : NULL;

  if (!path || strcmp(path, "/") == 0)
    return FALSE;
  if (is_in(path, "Basic/") || is_in(path, "Scripts/"))
    return TRUE;
  return !g_str_has_suffix(path, "/") && package_find(odf->package, path) < 0;
}

static gboolean
mend_manifest(Odf *odf, GError **error)
{
  int member = package_find(odf->package, MANIFEST);
  g_autoptr(GBytes) bytes =
      member >= 0 ? package_read(odf->package, (unsigned)member, error) : NULL;
  g_autoptr(Xml) xml = bytes ? xml_parse(bytes, error) : NULL;
  gboolean changed = odf->disarming->orders->active;
  XmlNode *next;

  if (!xml)
    return FALSE;
  for (XmlNode *node = xml_root(xml); node; node = next) {
    gboolean gone = xml_parent(node) && is_listed_in_vain(odf, node);

    next = gone ? xml_after(node) : xml_next(node);
    if (gone)
      xml_drop(node);
    changed |= gone;
  }
  return !changed || replace_xml(odf, (unsigned)member, xml);
}

/* The document's own signature would be broken. */
static void
drop_signatures(Odf *odf)
{
  for (unsigned i = 0; i < package_count(odf->package); i++)
    if (is_in(package_name(odf->package, i), "META-INF/documentsignatures")) {
      package_drop(odf->package, i);
      odf->disarming->taken.traits |= TRAIT(SIGNED);
    }
}

GBytes *
disarm_odf(GBytes *content, Disarming *disarming, GError **error)
{
  g_autoptr(Package) package = package_open(content, error);
  Odf odf = {package, disarming};

  if (!package)
    return NULL;
  judge_members(&odf);
  if (!clean_parts(&odf, error)) {
    if (error && !*error)
      g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "ODF: a part that cannot be written");
    return NULL;
  }
  if (!disarming_changes(disarming))
    return g_bytes_ref(content);
  drop_signatures(&odf);
  if (!mend_manifest(&odf, error)) {
    if (error && !*error)
      g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "ODF: no manifest");
    return NULL;
  }
  return package_write(package, error);
}

GBytes *
disarm_flat_odf(GBytes *content, Disarming *disarming, GError **error)
{
  g_autoptr(Xml) xml = xml_parse(content, error);
  Odf odf = {NULL, disarming};
  GBytes *clean = NULL;

  if (!xml)
    return NULL;
  if (!clean_xml(&odf, "", xml))
    return g_bytes_ref(content);
  if (!(clean = xml_write(xml)))
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "ODF: no memory");
  return clean;
}
