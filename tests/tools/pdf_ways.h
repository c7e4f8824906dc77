/* pdf_ways.h - a PDF looked at both ways, by its bytes where they tell all and by all its objects:
 * the first finds what the second does. For the fuzzer and the corpora. */
#ifndef CORDON_TESTS_PDF_WAYS_H
#define CORDON_TESTS_PDF_WAYS_H

#include <stdio.h>

#include "document.h"

#include "../../milter/inspect/content.h"
#include "../../milter/inspect/document/document_private.h"
#include "../inspect/traits.h"

typedef struct pdf_way {
  GHashTable *links; /* "use target" */
  BitSet traits;
  gboolean unread, whole;
} PdfWay;

static inline PdfWay
pdf_way_look(const unsigned char *bytes, size_t len, gboolean thorough)
{
  g_autoptr(Finding) document = finding_new(FINDING_FILE, 0);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_auto(QrSearch) search = {0};
  g_autoptr(DocumentLinks) links = document_links_new(&search);
  const Place place = {document, ""};
  PdfWay way = {.links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};

  way.traits = (thorough ? pdf_links_thorough : pdf_links)(links, &place, bytes, len);
  way.traits |= active_pdf_traits(bytes, len);
  way.unread = document_links_unread(links);
  way.whole = document_links_finish(links, findings);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    g_hash_table_add(way.links, g_strdup_printf("%u %s", finding->link.use, finding->link.target));
  }
  return way;
}

/* Is it one whose bytes may tell all? Others are looked at in the same way twice. */
static inline gboolean
pdf_way_is_quick(const unsigned char *bytes, size_t len)
{
  g_auto(PdfPlain) parts = {0};

  return pdf_plain_read(bytes, len, &parts);
}

/* How many things the bytes do not show that the objects do; they are named on standard error. */
static inline unsigned
pdf_ways_differ(const unsigned char *bytes, size_t len, const char *name)
{
  PdfWay quick = pdf_way_look(bytes, len, FALSE), thorough = pdf_way_look(bytes, len, TRUE);
  const BitSet missed = thorough.traits & ~quick.traits;
  unsigned count =
      (missed != 0) + (thorough.unread && !quick.unread) + (!thorough.whole && quick.whole);
  GHashTableIter iter;
  void *link;

  if (count > 0) {
    g_autofree char *traits = traits_text(missed);

    fprintf(stderr, "%s: missed %s, unread %d, whole %d\n", name, traits, thorough.unread,
            thorough.whole);
  }
  g_hash_table_iter_init(&iter, thorough.links);
  while (g_hash_table_iter_next(&iter, &link, NULL))
    if (!g_hash_table_contains(quick.links, link)) {
      fprintf(stderr, "%s: missed %s\n", name, (const char *)link);
      count++;
    }
  g_hash_table_unref(quick.links);
  g_hash_table_unref(thorough.links);
  return count;
}

#endif
