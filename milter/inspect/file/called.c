/* called.c - what a file is to a program that is chosen by its name. Its bytes may say something
 * else, or nothing: Excel reads a table from whatever is called .csv or .xls, browsers a page from
 * what is called .html, and readers of PDF look for a header within the first kilobyte, or do
 * without one. */
#include "../content.h"
#include "../document/xml_scan.h"
#include "../signs.h"
#include "bounds.h"
#include "file.h"
#include "finding.h"
#include "utf16.h"

#include <string.h>

static const char *const tables[] = {"csv", "tsv", "tab", "txt", "prn", "dif", "xls", "xlt", NULL};

static gboolean
is_called(const GPtrArray *names, const char *const *want)
{
  for (guint i = 0; i < names->len; i++) {
    g_autoptr(GPtrArray) endings = filename_endings(g_ptr_array_index(names, i));

    if (endings->len > 0 && g_strv_contains(want, g_ptr_array_index(endings, 0)))
      return TRUE;
  }
  return FALSE;
}

static const char *const pages[] = {"htm", "html", "shtml", "xht", "xhtml", "svg", NULL};
static const char *const markup[] = {"xml", NULL};

static gboolean
is_page_type(const char *type)
{
  return strcmp(type, "text/html") == 0 || strcmp(type, "image/svg+xml") == 0;
}

/* Could there be something in XML that browsers show as a page? Its name may be written in
 * references, or wide. */
static gboolean
may_show_page(const unsigned char *bytes, size_t len)
{
  static const char *const signs[] = {"www.w3.org/1999/xhtml", "www.w3.org/2000/svg", NULL};
  Utf16Order order;

  return utf16_is_xml(bytes, len, &order) || xml_has_references((const char *)bytes, len) ||
         signs_any(signs, bytes, len);
}

gboolean
called_page(const GPtrArray *names, const char *type, const unsigned char *bytes, size_t len)
{
  if (is_page_type(type))
    return FALSE;
  return is_called(names, pages) ||
         ((strcmp(type, "text/xml") == 0 || is_called(names, markup)) && may_show_page(bytes, len));
}

/* Another format in front of it, or no header at all. */
static gboolean
may_be_pdf(const unsigned char *bytes, size_t len)
{
  return len &&
         (memmem(bytes, MIN(len, KIB(1) + 8), "%PDF", 4) || memmem(bytes, len, "startxref", 9));
}

BitSet
called_traits(const GPtrArray *names, const char *type, const unsigned char *bytes, size_t len)
{
  static const char *const pdf[] = {"pdf", NULL};

  if (is_called(names, tables) && table_asks_program(bytes, len))
    return TRAIT(DDE);
  if (strcmp(type, "application/pdf") != 0 && is_called(names, pdf) && may_be_pdf(bytes, len))
    return TRAIT(CORRUPT);
  if (!is_page_type(type) && is_called(names, pages))
    return page_active_traits(bytes, len);
  if (strcmp(type, "text/xml") != 0 && strcmp(type, "application/x-office-xml") != 0 &&
      is_called(names, markup))
    return active_traits("text/xml", "", bytes, len);
  return 0;
}
