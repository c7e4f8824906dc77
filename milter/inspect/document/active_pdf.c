/* active_pdf.c - names in a PDF that make it act (ISO 32000-1 12.6).
 *
 * Not the structure is read but the bytes, since readers repair what is broken: every name counts
 * wherever it stands, also in what is no longer in use. Compressed streams come unpacked, one by
 * one; as they stand in the file they are noise, in which a name of two letters turns up by chance
 * once in sixteen million bytes. So what follows such a name must be what follows it in a PDF. */
#include "../content.h"
#include "document.h"
#include "finding.h"
#include "pdf_content.h"

#include <string.h>

typedef struct name {
  const char *name;
  BitSet traits;
  const char *before; /* what its value can begin with; NULL: anything that ends a name */
} Name;

/* What is everyday by itself, forms and files kept inside, has its traits but is not active. */
static const Name names[] = {
    {"JavaScript", TRAIT(PDF_JAVASCRIPT), NULL},
    {"JS", TRAIT(PDF_JAVASCRIPT), "(<0123456789%"},
    {"Launch", TRAIT(PDF_LAUNCH), NULL},
    {"RichMedia", TRAIT(PDF_MEDIA), NULL},
    {"GoToE", TRAIT(PDF_ACTION), NULL},
    {"ImportData", TRAIT(PDF_ACTION), NULL},
    {"OpenAction", TRAIT(PDF_OPEN_ACTION), NULL},
    {"AA", TRAIT(PDF_OPEN_ACTION), "<0123456789%"},
    {"XFA", TRAIT(XFA), "[0123456789%"},
    {"EmbeddedFile", TRAIT(EMBEDDED_FILE), NULL},
    {"EmbeddedFiles", TRAIT(EMBEDDED_FILE), NULL},
    {"ByteRange", TRAIT(SIGNED), "["},
};

BitSet
pdf_name_traits(const char *name, gboolean key)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(name, names[i].name) == 0 && (key || !names[i].before))
      return names[i].traits;
  return 0;
}

/* Names are compared with #xx undone (7.3.5). */
static gboolean
name_is(const unsigned char *p, const unsigned char *end, const Name *wanted)
{
  for (const char *name = wanted->name; *name; name++) {
    unsigned char c;

    if (p >= end)
      return FALSE;
    p = pdf_read_name_byte(p, end, &c);
    if (c != (unsigned char)*name)
      return FALSE;
  }
  if (p < end && !pdf_ends_name(*p) && !pdf_may_end_name(*p))
    return FALSE;
  while (p < end && (pdf_is_space(*p) || pdf_may_end_name(*p)))
    p++;
  return !wanted->before || p >= end || (*p && strchr(wanted->before, *p));
}

/* Every name of interest begins with one of these, plain or escaped. */
static gboolean
may_begin(unsigned char c)
{
  static const gboolean initials[256] = {
      ['J'] = TRUE, ['L'] = TRUE, ['R'] = TRUE, ['G'] = TRUE, ['I'] = TRUE, ['O'] = TRUE,
      ['A'] = TRUE, ['X'] = TRUE, ['E'] = TRUE, ['B'] = TRUE, ['#'] = TRUE};

  return initials[c];
}

BitSet
active_pdf_traits(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;
  BitSet traits = 0;

  for (const unsigned char *p = bytes; (p = memchr(p, '/', (size_t)(end - p))) != NULL;) {
    p++;
    if (p < end && may_begin(*p))
      for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (name_is(p, end, &names[i]))
          traits |= names[i].traits;
  }
  return traits;
}
