/* ooxml_links.c - links of Office Open XML (ECMA-376).
 *
 * Most stand in relationships (part 2, 9), one file of them a part, and the part names them by id:
 * around words (w:hyperlink), in front of words (a:hlinkClick in the properties of a run) or in a
 * picture. Others stand in the code of a field, which is often split over runs, in a formula, or
 * as an attribute of old drawings (VML) and connections. */
#include "document_private.h"

#include <string.h>

#include "../signs.h"
#include "bounds.h"
#include "document.h"
#include "word_fields.h"
#include "xml_scan.h"

/* 64 pixels, in EMU (914,400 an inch, 96 pixels an inch). */
#define ICON_EMU (64 * 9525)

/* --- relationships --- */

/* "word/_rels/document.xml.rels" belongs to "word/document.xml"; NULL for any other name. */
static char *
rels_source(const char *member)
{
  const char *slash = strrchr(member, '/');
  size_t front = slash ? (size_t)(slash - member) : 0, name;

  if (!slash || front < 5 || g_ascii_strncasecmp(slash - 5, "_rels", 5) != 0 ||
      (front > 5 && slash[-6] != '/'))
    return NULL;
  name = strlen(slash + 1);
  if (name < 5 || g_ascii_strcasecmp(slash + 1 + name - 5, ".rels") != 0)
    return NULL;
  return g_strdup_printf("%.*s%.*s", (int)(front - 5), member, (int)(name - 5), slash + 1);
}

/* Some programs follow one that leads out of the package whatever its TargetMode says. */
static void
rels_links(DocumentLinks *links, const Place *place, const char *text, size_t len)
{
  XmlScan scan = {.at = text, .end = text + len};
  XmlItem item;

  while (xml_scan_next(&scan, &item)) {
    g_autofree char *type = NULL, *id = NULL;
    const char *kind;
    char *target;

    if (item.kind != XML_START || !xml_item_is(&item, "Relationship"))
      continue;
    type = xml_item_attribute(&item, "Type");
    id = xml_item_attribute(&item, "Id");
    kind = type && strrchr(type, '/') ? strrchr(type, '/') + 1 : "";
    for (unsigned i = 0; (target = xml_item_attribute_at(&item, "Target", i)); i++) {
      document_add(links, place, strcmp(kind, "hyperlink") == 0 ? LINK_FOLLOW : LINK_LOAD,
                   strcmp(kind, "hyperlink") == 0 ? "hyperlink" : "relationship", target, id, NULL);
      g_free(target);
    }
  }
}

/* --- a part --- */

typedef struct reading {
  DocumentLinks *links;
  const Place *place;
  WordFields fields;
  Quote *around;      /* of the w:hyperlink that is open */
  Quote *run;         /* of the run that is open */
  char *simple;       /* code of the fldSimple that is open */
  GString *words;     /* its */
  gboolean large;     /* the last picture is too large for an icon */
  const char *open;   /* element whose text comes; static */
  guint64 attributes; /* those of office_addresses that are anywhere in the part */
  guint64 formulas;   /* those of formula_attributes */
  GString *formula;   /* or base, that is open: comments may stand in it */
} Reading;

/* Every address in a code. */
static void
add_field(Reading *reading, const char *code, const char *text)
{
  LinkUse use;
  g_autoptr(GPtrArray) addresses = field_code_addresses(code, &use);

  for (guint i = 0; i < addresses->len; i++)
    document_add(reading->links, reading->place, use, "field", g_ptr_array_index(addresses, i),
                 NULL, text);
}

static void
field_ended(Reading *reading, WordField *field)
{
  add_field(reading, field->code->str, field->text->str);
  word_field_clear(field);
}

static void
field_mark(Reading *reading, const XmlItem *item)
{
  WordField ended;

  if (word_fields_mark(&reading->fields, item, &ended))
    field_ended(reading, &ended);
}

static void
simple_end(Reading *reading)
{
  if (reading->simple)
    add_field(reading, reading->simple, reading->words->str);
  g_clear_pointer(&reading->simple, g_free);
}

/* One in another ends it here, so that neither is lost. */
static void
simple_begin(Reading *reading, const XmlItem *item)
{
  char *code;

  for (unsigned i = 0; (code = xml_item_attribute_at(item, "instr", i)); i++) {
    simple_end(reading);
    reading->simple = code;
    g_string_truncate(reading->words, 0);
  }
}

/* Words that are shown: of the link, field or run that they stand in. */
static void
add_words(Reading *reading, const char *text)
{
  word_fields_words(&reading->fields, text);
  if (reading->around)
    words_append(reading->around->text, text);
  if (reading->run)
    words_append(reading->run->text, text);
  if (reading->simple)
    words_append(reading->words, text);
}

static Quote *
quote_of(Reading *reading, const XmlItem *item)
{
  g_autofree char *id = xml_item_attribute(item, "id");

  return id && *id ? document_quote(reading->links, reading->place, id) : NULL;
}

/* In a run's properties it is of the words behind, else of a picture or a shape. */
static void
click(Reading *reading, const XmlItem *item)
{
  Quote *quote = quote_of(reading, item);

  if (!quote)
    return;
  if (reading->open && strcmp(reading->open, "rPr") == 0)
    reading->run = quote;
  else
    quote->picture = !reading->large;
}

static void
measure(Reading *reading, const XmlItem *item)
{
  g_autofree char *wide = xml_item_attribute(item, "cx"), *high = xml_item_attribute(item, "cy");

  reading->large = (wide && g_ascii_strtoll(wide, NULL, 10) > ICON_EMU) ||
                   (high && g_ascii_strtoll(high, NULL, 10) > ICON_EMU);
}

/* Cells of Excel say what they show in an attribute. */
static void
hyperlink_begin(Reading *reading, const XmlItem *item)
{
  g_autofree char *display = xml_item_attribute(item, "display");

  reading->around = quote_of(reading, item);
  if (reading->around && display)
    words_append(reading->around->text, display);
  if (item->empty)
    reading->around = NULL;
}

static void
add_attributes(Reading *reading, const XmlItem *item, const char *name, LinkUse use)
{
  char *address;

  for (unsigned n = 0; (address = xml_item_attribute_at(item, name, n)) != NULL; n++) {
    document_add(reading->links, reading->place, use, "attribute", address, NULL, NULL);
    g_free(address);
  }
}

/* Visio keeps it as the value of a cell that is called so ([MS-VSDX] 2.2.6.2.1). */
static void
attribute_links(Reading *reading, const XmlItem *item)
{
  for (size_t i = 0; office_addresses[i]; i++)
    if (reading->attributes & SIGN(i))
      add_attributes(reading, item, office_addresses[i], office_address_uses[i]);
  if (xml_item_is(item, "Cell") && xml_item_has_value(item, "N", "Address"))
    add_attributes(reading, item, "V", LINK_FOLLOW);
}

/* What was gathered of a formula, or a base. */
static void
formula_end(Reading *reading)
{
  if (reading->formula->len == 0)
    return;
  if (strcmp(reading->open, "HyperlinkBase") == 0)
    document_add(reading->links, reading->place, LINK_BASE, "base", reading->formula->str, NULL,
                 NULL);
  else
    document_add_formula(reading->links, reading->place, reading->formula->str);
  g_string_truncate(reading->formula, 0);
}

/* Of OpenDocument, and of Excel's XML of 2003. */
enum { ODF_FORMULA };
static const char *const formula_attributes[] = {[ODF_FORMULA] = "formula", "Formula", NULL};

static void
attribute_formulas(Reading *reading, const XmlItem *item)
{
  char *formula;

  for (size_t i = 0; formula_attributes[i]; i++)
    for (unsigned n = 0; reading->formulas & SIGN(i) &&
                         (formula = xml_item_attribute_at(item, formula_attributes[i], n)) != NULL;
         n++) {
      document_add_formula(reading->links, reading->place, formula);
      g_free(formula);
    }
}

static void
read_start(Reading *reading, const XmlItem *item)
{
  static const char *const texts[] = {"t",       "instrText",    "delInstrText", "f",
                                      "formula", "formula1",     "formula2",     "definedName",
                                      "rPr",     "HyperlinkBase"};

  if (xml_item_is(item, "fldChar"))
    field_mark(reading, item);
  else if (xml_item_is(item, "fldSimple"))
    simple_begin(reading, item);
  else if (xml_item_is(item, "hyperlink"))
    hyperlink_begin(reading, item);
  else if (xml_item_is(item, "hlinkClick") || xml_item_is(item, "hlinkHover") ||
           xml_item_is(item, "hlinkMouseOver"))
    click(reading, item);
  else if (xml_item_is(item, "extent"))
    measure(reading, item);
  attribute_links(reading, item);
  if (reading->formulas)
    attribute_formulas(reading, item);
  for (size_t i = 0; i < G_N_ELEMENTS(texts) && !item->empty; i++)
    if (xml_item_is(item, texts[i])) {
      formula_end(reading);
      reading->open = texts[i];
    }
}

static void
read_close(Reading *reading, const XmlItem *item)
{
  if (xml_item_is(item, "fldSimple"))
    simple_end(reading);
  else if (xml_item_is(item, "hyperlink"))
    reading->around = NULL;
  else if (xml_item_is(item, "r"))
    reading->run = NULL;
  if (reading->open && xml_item_is(item, reading->open)) {
    formula_end(reading);
    reading->open = NULL;
  }
}

static void
read_text(Reading *reading, const XmlItem *item)
{
  g_autofree char *text = reading->open ? xml_item_text(item) : NULL;

  if (!text || strcmp(reading->open, "rPr") == 0)
    return;
  if (strcmp(reading->open, "t") == 0)
    add_words(reading, text);
  else if (g_str_has_suffix(reading->open, "nstrText"))
    word_fields_code(&reading->fields, text);
  else
    g_string_append(reading->formula, text);
}

static void
part_links(DocumentLinks *links, const Place *place, const char *text, size_t len, gboolean odf)
{
  Reading reading = {
      .links = links, .place = place, .words = g_string_new(NULL), .formula = g_string_new(NULL)};
  XmlScan scan = {.at = text, .end = text + len};
  WordField ended;
  XmlItem item;

  reading.attributes = signs_find(office_addresses, (const unsigned char *)text, len);
  reading.formulas = signs_find(formula_attributes, (const unsigned char *)text, len);
  if (odf) {
    reading.attributes &= ~SIGN(OFFICE_HREF);
    reading.formulas &= ~SIGN(ODF_FORMULA);
  }
  while (xml_scan_next(&scan, &item)) {
    if (item.kind == XML_START)
      read_start(&reading, &item);
    else if (item.kind == XML_CLOSE)
      read_close(&reading, &item);
    else
      read_text(&reading, &item);
  }
  while (reading.fields.depth > 0) /* never ended */
    if (word_fields_end(&reading.fields, &ended))
      field_ended(&reading, &ended);
  if (reading.fields.cut)
    document_cap(links);
  simple_end(&reading);
  formula_end(&reading);
  g_string_free(reading.formula, TRUE);
  g_string_free(reading.words, TRUE);
}

/* Relationships and parts are told apart by their elements alone. */
void
ooxml_flat_links(DocumentLinks *links, const Place *place, const char *text, size_t len,
                 gboolean odf)
{
  rels_links(links, place, text, len);
  part_links(links, place, text, len, odf);
}

void
ooxml_links(DocumentLinks *links, const Place *place, const char *text, size_t len, gboolean odf)
{
  g_autofree char *source = rels_source(place->part);
  Place owner = {place->document, source ? source : place->part};

  /* Programs differ about which names are those of relationships: with "\\", with %5F, in pieces. A
   * whole package in one piece may be a part, too. */
  if (source || memmem(text, len, "Relationship", 12))
    rels_links(links, &owner, text, len);
  if (!source && ooxml_may_link(text, len, !odf))
    part_links(links, place, text, len, odf);
}
