/* disarm_ooxml.c - Office Open XML (ECMA-376): .docx .xlsx .pptx and their kin.
 *
 * A document is a zip of parts. [Content_Types].xml says what each part is, and files named
 * _rels/X.rels say which other parts, or addresses, part X uses, each under an id that X quotes.
 * So three things must agree when a part goes: its type, the relationships that lead to it, and the
 * quotes. In order:
 *   1. each member is judged by its type, its name and its first bytes;
 *   2. all relationships are read: some drop what they lead to, those to dropped parts go, and so
 *      do those that lead outside, but for hyperlinks that may live;
 *   3. in each XML part the quotes of ids that are gone go with what they stand in, and so does
 *      what acts by itself (ooxml_markup.c); links keep their words (ooxml_dead.c);
 *   4. the types of what is gone go.
 * Where only links are to die, all else stays: 1 is left out, and of 2 what is no such link.
 * A macro sheet of Excel leaves an empty sheet of its name behind, because formulas, names and
 * settings count sheets (of a binary workbook, too: xlsb.c). The name and the type of the document
 * stay: Word and Excel refuse a document whose ending is not its type's, and a .docm without macros
 * is an ordinary document. Signatures over the package go too: they would be broken. */
#include "disarming.h"

#include <string.h>

#include "bounds.h"
#include "document.h"
#include "error.h"
#include "ooxml_rels.h"
#include "ooxml_types.h"
#include "xlsb.h"

#define RELATIONSHIPS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

typedef struct ooxml {
  Package *package;
  OoxmlTypes *types;
  GPtrArray *rels; /* Rels * */
  unsigned sheets;
  gboolean formulas; /* a cell has lost its own */
  Disarming *disarming;
} Ooxml;

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "OOXML: %s", why);
  return FALSE;
}

static void
ooxml_clear(Ooxml *ooxml)
{
  package_free(ooxml->package);
  ooxml_types_free(ooxml->types);
  g_ptr_array_unref(ooxml->rels);
}

static Xml *
read_xml(Ooxml *ooxml, unsigned member, GError **error)
{
  g_autoptr(GBytes) bytes = package_read(ooxml->package, member, error);

  return bytes ? xml_parse(bytes, error) : NULL;
}

static gboolean
write_xml(Ooxml *ooxml, unsigned member, const Xml *xml, GError **error)
{
  GBytes *bytes = xml_write(xml);

  if (!bytes)
    return refuse(error, "no memory");
  package_replace(ooxml->package, member, bytes);
  return TRUE;
}

/* --- 1. members --- */

typedef struct sign {
  const char *text;
  BitSet traits;
} Sign;

/* In content types, and at the end of relationship types. */
static const Sign type_signs[] = {
    {"vbaproject", TRAIT(MACRO)},         {"vbadata", TRAIT(MACRO)},
    {"keymapcustom", TRAIT(MACRO)},       {"attachedtoolbars", TRAIT(MACRO)},
    {"extensibility", TRAIT(MACRO)},      {"activex", TRAIT(ACTIVEX)},
    {"webextension", TRAIT(HTML_SCRIPT)}, {"oleobject", TRAIT(OLE_OBJECT)},
};

/* In names of members. */
static const Sign name_signs[] = {
    {"vbaproject", TRAIT(MACRO)},           {"customui/", TRAIT(MACRO)},
    {"/activex/", TRAIT(ACTIVEX)},          {"/embeddings/oleobject", TRAIT(OLE_OBJECT)},
    {"webextensions/", TRAIT(HTML_SCRIPT)},
};

static BitSet
sign_traits(const char *text, const Sign *signs, size_t count)
{
  g_autofree char *lower = g_ascii_strdown(text, -1);

  for (size_t i = 0; i < count; i++)
    if (strstr(lower, signs[i].text))
      return signs[i].traits;
  return 0;
}

static gboolean
is_zip(const unsigned char *head, size_t len)
{
  return len >= 4 && memcmp(head, "PK\3\4", 4) == 0;
}

/* What is no zip and no XML, yet a program to some reader. */
static BitSet
head_traits(const unsigned char *head, size_t len)
{
  if (len >= 8 && memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
    return TRAIT(OLE_OBJECT);
  if (len >= 8 && (memcmp(head, "ActiveMi", 8) == 0 || memcmp(head, "MIME-Ver", 8) == 0))
    return TRAIT(MACRO);
  return 0;
}

static void
drop(Ooxml *ooxml, unsigned member, BitSet traits)
{
  package_drop(ooxml->package, member);
  ooxml->disarming->taken.traits |= traits;
}

/* A document inside: its own macros go, the rest of it stays. */
static void
look_inside(Ooxml *ooxml, unsigned member)
{
  g_autoptr(GBytes) bytes = package_read(ooxml->package, member, NULL);
  g_autoptr(GBytes) clean = bytes ? disarm_inner(bytes, ooxml->disarming) : NULL;

  if (!clean && ooxml->disarming->orders->active)
    drop(ooxml, member, TRAIT(OLE_OBJECT));
  else if (clean && clean != bytes)
    package_replace(ooxml->package, member, g_steal_pointer(&clean));
}

static gboolean
is_macro_sheet(const Ooxml *ooxml, unsigned member)
{
  return strstr(ooxml_types_of(ooxml->types, member), "macrosheet") != NULL;
}

/* A type by ending says nothing: with macros in it a workbook may call all .bin macros, its printer
 * settings too. */
static BitSet
member_traits(const Ooxml *ooxml, unsigned member, const unsigned char *head, size_t len)
{
  const char *type = ooxml_types_by_name(ooxml->types, member);
  BitSet traits = type ? sign_traits(type, type_signs, G_N_ELEMENTS(type_signs)) : 0;

  if (!traits)
    traits =
        sign_traits(package_name(ooxml->package, member), name_signs, G_N_ELEMENTS(name_signs));
  return traits ? traits : head_traits(head, len);
}

/* A page that is shown as a piece of the document (w:altChunk). */
static gboolean
is_page_name(const char *name)
{
  static const char *const endings[] = {"htm", "html", "xhtml"};

  for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
    if (g_ascii_strcasecmp(ooxml_ending(name), endings[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
judge_members(Ooxml *ooxml)
{
  for (unsigned i = 0; i < package_count(ooxml->package); i++) {
    unsigned char head[8];
    size_t len = package_head(ooxml->package, i, head, sizeof(head));
    BitSet traits = ooxml->disarming->orders->active ? member_traits(ooxml, i, head, len) : 0;

    if (traits)
      drop(ooxml, i, traits);
    else if (is_zip(head, len) || is_page_name(package_name(ooxml->package, i)))
      look_inside(ooxml, i);
    else
      disarm_member_picture(ooxml->package, i, ooxml->disarming);
  }
}

/* --- 2. relationships --- */

static gboolean
read_rels(Ooxml *ooxml, GError **error)
{
  for (unsigned i = 0; i < package_count(ooxml->package); i++) {
    const char *name = package_name(ooxml->package, i);
    Xml *xml;

    if (!rels_is_name(name))
      continue;
    if (!(xml = read_xml(ooxml, i, error)))
      return FALSE;
    g_ptr_array_add(ooxml->rels, rels_new(i, name, xml));
  }
  return TRUE;
}

/* What this relationship takes with it: the traits, or 0. */
static BitSet
judge_inside(Ooxml *ooxml, const Rels *rels, const char *type, const char *target)
{
  g_autofree char *name = rels_resolve(rels, target);
  int part = package_find(ooxml->package, name);
  const char *kind = rels_kind(type);
  BitSet traits = sign_traits(kind, type_signs, G_N_ELEMENTS(type_signs));
  unsigned char head[4];

  if (strcmp(kind, "control") == 0)
    traits = TRAIT(ACTIVEX);
  if ((strcmp(kind, "package") == 0 || strcmp(kind, "aFChunk") == 0) && part >= 0 &&
      !is_zip(head, package_head(ooxml->package, (unsigned)part, head, sizeof(head))))
    traits = TRAIT(OLE_OBJECT);
  if (traits && part >= 0)
    drop(ooxml, (unsigned)part, traits);
  return traits;
}

static gboolean
is_signature(const char *type)
{
  return strstr(type, "/digital-signature/") != NULL;
}

/* The parts of a binary workbook (.xlsb) quote ids where we do not look. */
static gboolean
has_binary_source(const Rels *rels)
{
  return *rels->source && g_ascii_strcasecmp(ooxml_ending(rels->source), "bin") == 0;
}

/* A relationship that leads out: TRUE if it is a hyperlink, or something loaded, that is to lead
 * nowhere. */
static gboolean
dies(Ooxml *ooxml, Rels *rels, const char *id, const char *type, const char *target)
{
  const char *words = disarming_dead(ooxml->disarming, target);

  if (!words)
    return FALSE;
  ooxml->disarming->taken.links++;
  rels->stuck |= has_binary_source(rels);
  if (strcmp(rels_kind(type), "hyperlink") == 0)
    g_hash_table_insert(rels->dead, g_strdup(id), (gpointer)words);
  else
    g_hash_table_add(rels->gone, g_strdup(id));
  return TRUE;
}

/* First look at a relationship: what it drops. */
static void
judge_relationship(Ooxml *ooxml, Rels *rels, XmlNode *node)
{
  g_autofree char *id = xml_attribute(node, "Id");
  g_autofree char *type = xml_attribute(node, "Type");
  g_autofree char *target = xml_attribute(node, "Target");
  g_autofree char *mode = xml_attribute(node, "TargetMode");
  gboolean outside = (mode && g_ascii_strcasecmp(mode, "External") == 0) ||
                     (target && target_is_elsewhere(target));
  BitSet traits = 0;

  if (!id || !type || !target || (outside && dies(ooxml, rels, id, type, target)) ||
      !ooxml->disarming->orders->active)
    return;
  traits = outside ? rels_outside_traits(type, target) : judge_inside(ooxml, rels, type, target);
  if (!traits)
    return;
  ooxml->disarming->taken.traits |= traits;
  rels->stuck |= has_binary_source(rels) && !strstr(type, "vbaProject");
  g_hash_table_add(rels->gone, g_steal_pointer(&id));
}

/* Second look: what leads to dropped parts. */
static gboolean
is_gone(const Ooxml *ooxml, Rels *rels, XmlNode *node)
{
  g_autofree char *id = xml_attribute(node, "Id");
  g_autofree char *target = xml_attribute(node, "Target");
  g_autofree char *mode = xml_attribute(node, "TargetMode");
  g_autofree char *name = target ? rels_resolve(rels, target) : NULL;

  if (!id || !name)
    return FALSE;
  if (g_hash_table_contains(rels->gone, id) || g_hash_table_contains(rels->dead, id))
    return TRUE;
  if ((mode && g_ascii_strcasecmp(mode, "External") == 0) ||
      !package_has_lost(ooxml->package, name))
    return FALSE;
  g_hash_table_add(rels->gone, g_steal_pointer(&id));
  return TRUE;
}

static gboolean
is_relationship(const XmlNode *node)
{
  return xml_is(node, "Relationship");
}

static void
judge_rels(Ooxml *ooxml)
{
  for (guint i = 0; i < ooxml->rels->len; i++) {
    Rels *rels = g_ptr_array_index(ooxml->rels, i);

    for (XmlNode *node = xml_root(rels->xml); node; node = xml_next(node))
      if (is_relationship(node))
        judge_relationship(ooxml, rels, node);
  }
}

/* A part that is dropped takes its own relationships along. */
static gboolean
has_lost_source(const Ooxml *ooxml, const Rels *rels)
{
  return *rels->source && package_find(ooxml->package, rels->source) < 0;
}

static gboolean
mend_rels(Ooxml *ooxml, GError **error)
{
  for (guint i = 0; i < ooxml->rels->len; i++) {
    Rels *rels = g_ptr_array_index(ooxml->rels, i);
    XmlNode *next;
    gboolean changed = FALSE;

    if (has_lost_source(ooxml, rels)) {
      package_drop(ooxml->package, rels->member);
      continue;
    }
    if (rels->stuck)
      return refuse(error, "an object in a binary workbook");
    for (XmlNode *node = xml_root(rels->xml); node; node = next) {
      gboolean gone = is_relationship(node) && is_gone(ooxml, rels, node);

      next = gone ? xml_after(node) : xml_next(node);
      if (gone)
        xml_drop(node);
      changed |= gone;
    }
    if (changed && !write_xml(ooxml, rels->member, rels->xml, error))
      return FALSE;
  }
  return TRUE;
}

/* --- macro sheets --- */

/* What stands in the place of one. */
typedef struct sheet_form {
  const char *ending, *type;
  GBytes *(*empty)(void);
} SheetForm;

static GBytes *
empty_xml_sheet(void)
{
  static const char sheet[] =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
      "<sheetData/></worksheet>";

  return g_bytes_new_static(sheet, strlen(sheet));
}

static const SheetForm xml_sheet = {
    "xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    empty_xml_sheet};
static const SheetForm binary_sheet = {"bin", "application/vnd.ms-excel.worksheet",
                                       xlsb_empty_sheet};

/* Each becomes an empty sheet; the relationship and the type follow. */
static void
empty_sheet(Ooxml *ooxml, const Rels *rels, XmlNode *node, unsigned member)
{
  const SheetForm *form = has_binary_source(rels) ? &binary_sheet : &xml_sheet;
  g_autofree char *name = NULL;

  do {
    g_free(name);
    name = g_strdup_printf("/xl/worksheets/emptied%u.%s", ++ooxml->sheets, form->ending);
  } while (package_find(ooxml->package, name + 1) >= 0);
  package_add(ooxml->package, name + 1, form->empty());
  xml_set_attribute(node, "Type", RELATIONSHIPS "/worksheet");
  xml_set_attribute(node, "Target", name);
  ooxml_types_add(ooxml->types, name, form->type);
  drop(ooxml, member, TRAIT(MACRO) | TRAIT(XLM));
}

/* In XML names that run a macro go as other elements do. */
static gboolean
empty_names(Ooxml *ooxml, const Rels *rels, GError **error)
{
  int member = package_find(ooxml->package, rels->source);
  g_autoptr(GBytes) bytes =
      member >= 0 ? package_read(ooxml->package, (unsigned)member, error) : NULL;
  GBytes *clean = bytes ? xlsb_empty_names(bytes, error) : NULL;

  if (clean)
    package_replace(ooxml->package, (unsigned)member, clean);
  return clean || (member < 0 && refuse(error, "sheets of no workbook"));
}

/* The macro sheets that one part uses. A workbook that has no other sheets is a program. */
static gboolean
empty_sheets_of(Ooxml *ooxml, Rels *rels, GError **error)
{
  unsigned emptied = 0, others = 0;

  for (XmlNode *node = xml_root(rels->xml); node; node = xml_next(node)) {
    g_autofree char *target = is_relationship(node) ? xml_attribute(node, "Target") : NULL;
    g_autofree char *type = target ? xml_attribute(node, "Type") : NULL;
    g_autofree char *name = target ? rels_resolve(rels, target) : NULL;
    int part = name ? package_find(ooxml->package, name) : -1;
    gboolean macros = part >= 0 && is_macro_sheet(ooxml, (unsigned)part);

    if (macros)
      empty_sheet(ooxml, rels, node, (unsigned)part);
    emptied += macros;
    others += !macros && type && g_str_has_suffix(rels_kind(type), "sheet");
  }
  if (emptied == 0)
    return TRUE;
  if (others == 0)
    return refuse(error, "a workbook of macro sheets alone");
  return (!has_binary_source(rels) || empty_names(ooxml, rels, error)) &&
         write_xml(ooxml, rels->member, rels->xml, error);
}

/* Beside a macro sheet of a binary workbook lies an index of its rows. */
static gboolean
lies_with_macro_sheets(const Ooxml *ooxml, unsigned member)
{
  return g_ascii_strncasecmp(package_name(ooxml->package, member), "xl/macrosheets/", 15) == 0;
}

static gboolean
empty_sheets(Ooxml *ooxml, GError **error)
{
  for (guint i = 0; i < ooxml->rels->len; i++)
    if (!empty_sheets_of(ooxml, g_ptr_array_index(ooxml->rels, i), error))
      return FALSE;
  /* Without a relationship nothing opens it. */
  for (unsigned i = 0; i < package_count(ooxml->package); i++)
    if (!package_is_dropped(ooxml->package, i) &&
        (is_macro_sheet(ooxml, i) || lies_with_macro_sheets(ooxml, i)))
      drop(ooxml, i, TRAIT(MACRO) | TRAIT(XLM));
  return TRUE;
}

/* --- 3. XML parts --- */

static gboolean
is_xml_part(const Ooxml *ooxml, unsigned member)
{
  const char *name = package_name(ooxml->package, member),
             *type = ooxml_types_of(ooxml->types, member);

  return strcmp(name, "[Content_Types].xml") != 0 && !rels_is_name(name) &&
         (g_str_has_suffix(type, "+xml") || g_str_has_suffix(type, "/xml") ||
          g_str_has_suffix(type, "vmldrawing") ||
          g_ascii_strcasecmp(ooxml_ending(name), "xml") == 0 ||
          g_ascii_strcasecmp(ooxml_ending(name), "vml") == 0);
}

static const Rels *
rels_of(const Ooxml *ooxml, unsigned member)
{
  for (guint i = 0; i < ooxml->rels->len; i++) {
    const Rels *rels = g_ptr_array_index(ooxml->rels, i);

    if (g_ascii_strcasecmp(rels->source, package_name(ooxml->package, member)) == 0)
      return rels;
  }
  return NULL;
}

/* Could ooxml_markup_clean find anything but quotes in it? Names of elements and attributes cannot
 * be written in another way in UTF-8; sheets are long, and most have none of these. */
static gboolean
may_act(const char *bytes, size_t len)
{
  static const char *const signs[] = {
      "fldChar",      "fldSimple", "ddeLink", "refreshOnLoad", "oleLink",
      "scriptAnchor", "action",    "acro",    "definedName",   "|",
      "&#",           "<!DOCTYPE"};

  if (memchr(bytes, 0, len))
    return TRUE;
  for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
    if (memmem(bytes, len, signs[i], strlen(signs[i])))
      return TRUE;
  return FALSE;
}

static gboolean
needs_a_look(const Ooxml *ooxml, const Rels *rels, GBytes *bytes)
{
  const Orders *orders = ooxml->disarming->orders;
  gsize len = 0;
  const char *text = g_bytes_get_data(bytes, &len);

  if (rels && g_hash_table_size(rels->gone) + g_hash_table_size(rels->dead) > 0)
    return TRUE;
  if (orders->active && may_act(text, len))
    return TRUE;
  return orders->dead && g_hash_table_size(orders->dead) > 0 &&
         (memchr(text, 0, len) || ooxml_may_link(text, len, TRUE));
}

static gboolean
clean_part(Ooxml *ooxml, unsigned member, GError **error)
{
  g_autoptr(GBytes) bytes = package_read(ooxml->package, member, error);
  const Rels *rels = rels_of(ooxml, member);
  g_autoptr(Xml) xml = NULL;
  OoxmlChange change = {FALSE, FALSE};

  if (bytes && !needs_a_look(ooxml, rels, bytes))
    return TRUE;
  xml = bytes ? xml_parse(bytes, error) : NULL;
  if (!xml)
    return FALSE;
  if (!ooxml_markup_clean(xml, rels, ooxml->disarming, &change))
    return refuse(error, "a part that cannot do without what acts");
  ooxml->formulas |= change.formula;
  return !change.changed || write_xml(ooxml, member, xml, error);
}

static gboolean
clean_parts(Ooxml *ooxml, GError **error)
{
  unsigned count = package_count(ooxml->package);

  for (unsigned i = 0; i < count; i++)
    if (!package_is_dropped(ooxml->package, i) && is_xml_part(ooxml, i) &&
        !clean_part(ooxml, i, error))
      return FALSE;
  return TRUE;
}

/* --- 4. types --- */

static gboolean
type_acts(const char *type)
{
  return sign_traits(type, type_signs, G_N_ELEMENTS(type_signs)) != 0;
}

/* --- signatures, and the order of calculation --- */

/* It lists cells with formulas, and a cell may have lost its own. Excel makes it anew. */
static void
drop_calculation(Ooxml *ooxml)
{
  for (unsigned i = 0; ooxml->formulas && i < package_count(ooxml->package); i++)
    if (strstr(ooxml_types_of(ooxml->types, i), "calcchain"))
      package_drop(ooxml->package, i);
}

static void
drop_signatures(Ooxml *ooxml)
{
  for (unsigned i = 0; i < package_count(ooxml->package); i++)
    if (g_ascii_strncasecmp(package_name(ooxml->package, i), "_xmlsignatures/", 15) == 0)
      drop(ooxml, i, TRAIT(SIGNED));
  for (guint i = 0; i < ooxml->rels->len; i++) {
    Rels *rels = g_ptr_array_index(ooxml->rels, i);

    for (XmlNode *node = xml_root(rels->xml); node; node = xml_next(node)) {
      g_autofree char *type = xml_attribute(node, "Type");
      g_autofree char *id = xml_attribute(node, "Id");

      if (type && id && is_signature(type))
        g_hash_table_add(rels->gone, g_steal_pointer(&id));
    }
  }
}

/* --- the whole --- */

static GBytes *
disarm_package(Ooxml *ooxml, GBytes *content, GError **error)
{
  gboolean (*acts)(const char *type) = ooxml->disarming->orders->active ? type_acts : NULL;

  ooxml->types = ooxml_types_read(ooxml->package, error);
  if (!ooxml->types)
    return NULL;
  judge_members(ooxml);
  if (!read_rels(ooxml, error))
    return NULL;
  judge_rels(ooxml);
  if ((ooxml->disarming->orders->active && !empty_sheets(ooxml, error)) ||
      !mend_rels(ooxml, error) || !clean_parts(ooxml, error))
    return NULL;
  if (!disarming_changes(ooxml->disarming))
    return g_bytes_ref(content);
  drop_calculation(ooxml);
  drop_signatures(ooxml);
  if (!mend_rels(ooxml, error) || !ooxml_types_mend(ooxml->types, acts, error))
    return NULL;
  return package_write(ooxml->package, error);
}

GBytes *
disarm_ooxml(GBytes *content, Disarming *disarming, GError **error)
{
  Ooxml ooxml = {.package = package_open(content, error), .disarming = disarming};
  GBytes *clean;

  if (!ooxml.package)
    return NULL;
  ooxml.rels = g_ptr_array_new_with_free_func(rels_free);
  clean = disarm_package(&ooxml, content, error);
  ooxml_clear(&ooxml);
  return clean;
}
