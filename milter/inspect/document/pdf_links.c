/* pdf_links.c - links of PDF (ISO 32000-1 12.6.4.7): annotations and other actions that lead to an
 * address, the base of such addresses, and files that are addresses.
 *
 * As in active_pdf.c the bytes are read and not the structure: what stands in an update that is no
 * longer in use counts too. Compressed streams come unpacked, one by one. The graph of objects is
 * asked as well (pdf_addresses): strings may be encrypted, or stand elsewhere than behind their
 * key, and what a page shows are codes of its fonts. */
#include "document_private.h"

#include <string.h>

#include "bounds.h"
#include "document.h"
#include "pdf_content.h"

static const struct {
  const char *name;
  LinkUse use;
  const char *element;
} keys[] = {{"URI", LINK_FOLLOW, "annotation"},
            {"Base", LINK_BASE, "base"},
            {"F", LINK_SUBMIT, "file"},
            {"UF", LINK_SUBMIT, "file"}};

/* Behind a name of that text, #xx undone (7.3.5); NULL for another name. */
static const unsigned char *
skip_name(const unsigned char *p, const unsigned char *end, const char *name)
{
  for (; *name; name++) {
    unsigned char c;

    if (p >= end)
      return NULL;
    p = pdf_read_name_byte(p, end, &c);
    if (c != (unsigned char)*name)
      return NULL;
  }
  return p >= end || pdf_ends_name(*p) ? p : NULL;
}

/* --- keys --- */

/* What is being read. Strings, and comments in front of them, are read where they seem to begin, so
 * they may overlap; together they are at most a few times as long as the file. */
typedef struct reading {
  DocumentLinks *links;
  const Place *place;
  const unsigned char *end;
  size_t left; /* bytes of them that may still be read */
} Reading;

/* FALSE where that is too much: then the reading ends here. */
static gboolean
take(Reading *reading, const unsigned char *here, size_t len)
{
  if (len > reading->left) {
    document_cap(reading->links);
    reading->end = here;
    return FALSE;
  }
  reading->left -= len;
  return TRUE;
}

/* FALSE where there is a value that cannot be read here: a reference. */
static gboolean
add_value(Reading *reading, const unsigned char *p, size_t key)
{
  const unsigned char *end = reading->end;
  g_autoptr(GString) raw = g_string_new(NULL);
  g_autofree char *address = NULL, *beyond = NULL;
  const unsigned char *from = p;

  p = pdf_skip_space(p, end);
  if (!take(reading, from, (size_t)(p - from)))
    return TRUE;
  if (p >= end || (*p != '(' && *p != '<') || (*p == '<' && p + 1 < end && p[1] == '<'))
    return p >= end || !g_ascii_isdigit(*p);
  if (*p == '(')
    pdf_read_literal(p + 1, end, 2 * LIMIT_ADDRESS, raw);
  else
    pdf_read_hex(p + 1, end, 2 * LIMIT_ADDRESS, raw);
  if (!take(reading, p, raw->len))
    return TRUE;
  address = pdf_string_text(raw->str, raw->len);
  document_add(reading->links, reading->place, keys[key].use, keys[key].element, address, NULL,
               NULL);
  beyond = pdf_string_beyond(raw->str, raw->len);
  if (beyond)
    document_add(reading->links, reading->place, keys[key].use, keys[key].element, beyond, NULL,
                 NULL);
  return TRUE;
}

/* FALSE if there is more to it than the bytes tell. *elsewhere becomes TRUE if there are values
 * that stand elsewhere, of which most are no address. */
static gboolean
read_bytes(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len,
           gboolean *elsewhere)
{
  Reading reading = {links, place, bytes + len, 4 * len + 64 * LIMIT_ADDRESS};
  const unsigned char *p = bytes, *after;
  gboolean whole = TRUE;

  while (p < reading.end && (p = memchr(p, '/', (size_t)(reading.end - p))) != NULL) {
    p++;
    for (size_t i = 0; p < reading.end && *p && strchr("UBF#", *p) && i < G_N_ELEMENTS(keys); i++)
      if ((after = skip_name(p, reading.end, keys[i].name)) && !add_value(&reading, after, i))
        *elsewhere = TRUE, whole = whole && keys[i].use != LINK_FOLLOW;
  }
  return whole;
}

/* Is there a name that begins so, #xx undone? */
static gboolean
has_name(const unsigned char *bytes, size_t len, const char *name)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = memchr(p, '/', (size_t)(end - p))) != NULL;) {
    const unsigned char *q = ++p;
    const char *wanted = name;
    unsigned char c;

    while (*wanted && q < end) {
      q = pdf_read_name_byte(q, end, &c);
      if (c != (unsigned char)*wanted)
        break;
      wanted++;
    }
    if (!*wanted)
      return TRUE;
  }
  return FALSE;
}

static const char *
element_of(LinkUse use)
{
  return use == LINK_FOLLOW   ? "annotation"
         : use == LINK_BASE   ? "base"
         : use == LINK_SUBMIT ? "file"
         : use == LINK_QR     ? "image"
                              : "text";
}

BitSet
pdf_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  gboolean all = FALSE, plain = read_bytes(links, place, bytes, len, &all);
  PdfFound found = {.search = document_search(links)};

  if (len < 5 || !memmem(bytes, MIN(len, 1024), "%PDF-", 5))
    return 0;
  /* Objects in a stream come unpacked here, but not out of each filter that readers know. */
  plain = plain && !has_name(bytes, len, "Encrypt") && !has_name(bytes, len, "ObjStm");
  /* The dictionary of a picture is never packed, nor is then that of words that are meant. */
  all = all || !plain || has_name(bytes, len, "Im") || has_name(bytes, len, "ActualText") ||
        has_name(bytes, len, "XFA");
  found.addresses = g_ptr_array_new_with_free_func(g_free);
  found.uses = g_array_new(FALSE, FALSE, sizeof(LinkUse));
  pdf_addresses(bytes, len, all, &found);
  for (guint i = 0; i < found.addresses->len; i++) {
    const LinkUse use = g_array_index(found.uses, LinkUse, i);

    document_add(links, place, use, element_of(use), g_ptr_array_index(found.addresses, i), NULL,
                 NULL);
  }
  if (found.unread)
    document_unread(links);
  if (found.cut)
    document_cap(links);
  g_ptr_array_unref(found.addresses);
  g_array_unref(found.uses);
  return plain ? found.traits & ~(TRAIT(CORRUPT) | TRAIT(ENCRYPTED) | TRAIT(LIMIT)) : found.traits;
}
