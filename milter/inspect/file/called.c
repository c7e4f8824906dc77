/* called.c - what a file is to a program that is chosen by its name. Its bytes may say something
 * else, or nothing: Excel reads a table from whatever is called .csv or .xls, and readers of PDF
 * look for a header within the first kilobyte, or do without one. */
#include "../content.h"
#include "bounds.h"
#include "file.h"
#include "finding.h"

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
  return 0;
}
