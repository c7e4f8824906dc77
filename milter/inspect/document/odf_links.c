/* odf_links.c - links of OpenDocument (ODF 1.2): xlink:href wherever it stands, and formulas of
 * tables. What a reader clicks is text:a and draw:a; all else is loaded, or led to by itself. */
#include "document_private.h"

#include <string.h>

#include "document.h"
#include "xml_scan.h"

static LinkUse
use_of(const XmlItem *item)
{
  static const struct {
    const char *name;
    LinkUse use;
  } uses[] = {{"a", LINK_FOLLOW}, {"form", LINK_SUBMIT}, {"auto-reload", LINK_REDIRECT}};

  for (size_t i = 0; i < G_N_ELEMENTS(uses); i++)
    if (xml_item_is(item, uses[i].name))
      return uses[i].use;
  return LINK_LOAD;
}

typedef struct reading {
  DocumentLinks *links;
  const Place *place;
  char *address; /* of the text:a that is open */
  GString *words;
} Reading;

static void
read_close(Reading *reading)
{
  if (reading->address)
    document_add(reading->links, reading->place, LINK_FOLLOW, "a", reading->address, NULL,
                 reading->words->str);
  g_clear_pointer(&reading->address, g_free);
}

/* One that is open ends here, as programs take it. */
static void
read_address(Reading *reading, const XmlItem *item, char *address)
{
  LinkUse use = use_of(item);

  if (use != LINK_FOLLOW || item->empty) {
    document_add(reading->links, reading->place, use, use == LINK_LOAD ? "load" : "a", address,
                 NULL, NULL);
    g_free(address);
    return;
  }
  read_close(reading);
  reading->address = address;
  g_string_truncate(reading->words, 0);
}

static void
read_start(Reading *reading, const XmlItem *item)
{
  char *value;

  for (unsigned i = 0; (value = xml_item_attribute_at(item, "formula", i)); i++) {
    document_add_formula(reading->links, reading->place, value);
    g_free(value);
  }
  for (unsigned i = 0; (value = xml_item_attribute_at(item, "href", i)); i++)
    if (odf_runs_macro(value)) /* that has a trait of its own */
      g_free(value);
    else
      read_address(reading, item, value);
}

void
odf_links(DocumentLinks *links, const Place *place, const char *text, size_t len)
{
  Reading reading = {.links = links, .place = place, .words = g_string_new(NULL)};
  XmlScan scan = {.at = text, .end = text + len};
  gboolean may_link = odf_may_link(text, len);
  XmlItem item;

  while (may_link && xml_scan_next(&scan, &item)) {
    if (item.kind == XML_START) {
      read_start(&reading, &item);
    } else if (item.kind == XML_CLOSE && xml_item_is(&item, "a")) {
      read_close(&reading);
    } else if (item.kind == XML_TEXT && reading.address) {
      g_autofree char *words = xml_item_text(&item);

      g_string_append(reading.words, words);
    }
  }
  read_close(&reading);
  g_string_free(reading.words, TRUE);
}
