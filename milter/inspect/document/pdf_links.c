/* pdf_links.c - links of PDF (ISO 32000-1 12.6.4.7): annotations and other actions that lead to an
 * address, the base of such addresses, and files that are addresses.
 *
 * As in active_pdf.c the bytes are read and not the structure: what stands in an update that is no
 * longer in use counts too. Compressed streams come unpacked, one by one. What a page shows are
 * codes of its fonts, and the page is asked (pdf_shown_addresses). The graph of all objects is
 * asked (pdf_addresses) where bytes do not tell: strings may be encrypted, or stand elsewhere than
 * behind their key, and the file may not be plain (pdf_plain_read). */
#include "document_private.h"

#include <string.h>

#include "../content.h"
#include "bounds.h"
#include "document.h"
#include "pdf_content.h"

/* may_begin() has what their names begin with, plain or escaped. */
static const PdfKey keys[] = {
    {"URI", LINK_FOLLOW, "annotation", FALSE}, {"Base", LINK_BASE, "base", FALSE},
    {"F", LINK_SUBMIT, "file", FALSE},         {"UF", LINK_SUBMIT, "file", FALSE},
    {"ActualText", LINK_TEXT, "text", TRUE},   {"XFA", LINK_TEXT, "text", TRUE}};

static gboolean
may_begin(unsigned char c)
{
  return c == 'U' || c == 'B' || c == 'F' || c == 'A' || c == 'X' || c == '#';
}

const PdfKey *
pdf_key_find(const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
    if (strcmp(name, keys[i].name) == 0)
      return &keys[i];
  return NULL;
}

/* --- keys --- */

/* What the bytes do not tell. */
typedef struct untold {
  GArray *references; /* guint: objects that are values of keys */
  gboolean elsewhere; /* there are values that stand elsewhere, of which most are no address, or
                         text that may have some */
  gboolean doubt;     /* such a value stands there for PDFium alone */
} Untold;

/* What is being read. Strings, and comments in front of them, are read where they seem to begin, so
 * they may overlap; together they are at most a few times as long as the file. */
typedef struct reading {
  DocumentLinks *links;
  const Place *place;
  const unsigned char *end;
  size_t left; /* bytes of them that may still be read */
  Untold *untold;
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

/* Could what begins here, no string, stand for one: a reference, or something that readers mend? */
static gboolean
may_lead_to_string(const unsigned char *p, const unsigned char *end)
{
  static const char *const words[] = {"true", "false", "null"};

  if (*p == '/' || *p == '[' || *p == '<' || *p == '>')
    return FALSE; /* "/S /URI>>" */
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    const size_t len = strlen(words[i]);

    if ((size_t)(end - p) > len && memcmp(p, words[i], len) == 0 && pdf_ends_name(p[len]))
      return FALSE;
  }
  if (!g_ascii_isdigit(*p) && *p != '-')
    return TRUE;
  for (p++; p < end && (g_ascii_isdigit(*p) || *p == '.'); p++)
    ;
  while (p < end && pdf_is_space(*p))
    p++;
  return p < end && strchr("/>]e", *p) == NULL; /* "4 /Rect", "4 endobj"; "4 0 R" */
}

/* Most references are to no string: "/F 7 0 R" may be a font. What they lead to is told later. */
static gboolean
add_reference(const Reading *reading, const unsigned char *p)
{
  const unsigned char *end = reading->end;
  guint number = 0;

  for (int i = 0; i < 2; i++) {
    const unsigned char *from = p;

    for (; p < end && g_ascii_isdigit(*p) && p - from < 9; p++)
      number = i == 0 ? number * 10 + (guint)(*p - '0') : number;
    if (p == from || p >= end || !pdf_is_space(*p))
      return FALSE;
    while (p < end && pdf_is_space(*p))
      p++;
  }
  if (p >= end || *p != 'R' || (p + 1 < end && !pdf_ends_name(p[1])))
    return FALSE;
  g_array_append_val(reading->untold->references, number);
  return TRUE;
}

/* Behind what is blank to any reader, and comments. */
static const unsigned char *
skip_blanks(const unsigned char *p, const unsigned char *end)
{
  const unsigned char *from;

  do {
    from = p;
    p = pdf_skip_space(p, end);
    while (p < end && pdf_may_end_name(*p))
      p++;
  } while (p > from);
  return p;
}

/* A reference, to PDFium alone. */
static gboolean
is_doubtful(const unsigned char *p, const unsigned char *end)
{
  gboolean doubt = FALSE;

  for (unsigned numbers = 0;; numbers++) {
    for (; p < end && (pdf_is_space(*p) || pdf_may_end_name(*p)); p++)
      doubt |= pdf_may_end_name(*p);
    if (numbers == 2 || p >= end || !g_ascii_isdigit(*p))
      return doubt && numbers == 2 && p < end && *p == 'R';
    while (p < end && g_ascii_isdigit(*p))
      p++;
  }
}

/* A name, which PDFium follows as well as a string; FALSE if it is no address but the next key. */
static gboolean
read_name(const unsigned char *p, const unsigned char *end, GString *raw)
{
  gboolean colon = FALSE;

  for (p++; p < end && !pdf_ends_name(*p) && raw->len < 2 * LIMIT_ADDRESS;) {
    unsigned char c;

    p = pdf_read_name_byte(p, end, &c);
    g_string_append_c(raw, (char)c);
    colon |= c == ':';
  }
  return colon;
}

/* FALSE where there is a value that cannot be read here: a reference. */
static gboolean
add_value(Reading *reading, const unsigned char *p, size_t key)
{
  const unsigned char *end = reading->end;
  g_autoptr(GString) raw = g_string_new(NULL);
  g_autofree char *address = NULL, *beyond = NULL;
  const unsigned char *from = p;

  reading->untold->doubt |= is_doubtful(p, end);
  p = skip_blanks(p, end);
  if (!take(reading, from, (size_t)(p - from)))
    return TRUE;
  if (p < end && *p == '(')
    pdf_read_literal(p + 1, end, 2 * LIMIT_ADDRESS, raw);
  else if (p < end && *p == '<' && (p + 1 >= end || p[1] != '<'))
    pdf_read_hex(p + 1, end, 2 * LIMIT_ADDRESS, raw);
  else if (p >= end || *p != '/' || keys[key].use != LINK_FOLLOW || !read_name(p, end, raw))
    return p >= end || !may_lead_to_string(p, end) ||
           (keys[key].use != LINK_FOLLOW && add_reference(reading, p));
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

/* FALSE if there is more to it than the bytes tell. */
static gboolean
read_bytes(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len,
           Untold *untold)
{
  Reading reading = {links, place, bytes + len, 4 * len + 64 * LIMIT_ADDRESS, untold};
  const unsigned char *p = bytes, *after;
  gboolean whole = TRUE;

  while (p < reading.end && (p = memchr(p, '/', (size_t)(reading.end - p))) != NULL) {
    p++;
    if (p >= reading.end || !may_begin(*p))
      continue;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
      if ((after = pdf_skip_name(p, reading.end, keys[i].name)) &&
          (keys[i].text || !add_value(&reading, after, i))) {
        untold->elsewhere = TRUE;
        untold->doubt |= keys[i].text && after < reading.end && pdf_may_end_name(*after);
        whole = whole && keys[i].use != LINK_FOLLOW;
      }
  }
  return whole;
}

/* Is there a name of that text, #xx undone? */
static gboolean
has_name(const unsigned char *bytes, size_t len, const char *name)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = memchr(p, '/', (size_t)(end - p))) != NULL;)
    if (++p < end && (*p == (unsigned char)*name || *p == '#') && pdf_skip_name(p, end, name))
      return TRUE;
  return FALSE;
}

/* May objects stand in streams? Some readers do without the Type of these, and MuPDF without First,
 * but none finds such a stream unless a cross-reference stream tells it, which has W. */
static gboolean
may_pack(const unsigned char *bytes, size_t len)
{
  return has_name(bytes, len, "ObjStm") ||
         (has_name(bytes, len, "W") &&
          (has_name(bytes, len, "First") || has_name(bytes, len, "N")));
}

/* All that a page shows stands in streams. */
static gboolean
may_show(const unsigned char *bytes, size_t len)
{
  return memmem(bytes, len, "stream", strlen("stream")) != NULL;
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

/* The objects that stand in streams; those come unpacked too, but nobody says by which filters.
 * FALSE as above. */
static gboolean
read_packed(DocumentLinks *links, const Place *place, const PdfPlain *plain, Untold *untold)
{
  gboolean whole = TRUE;

  for (guint i = 0; i < plain->packed->len; i++) {
    const GByteArray *packed = g_ptr_array_index(plain->packed, i);

    whole = read_bytes(links, place, packed->data, packed->len, untold) && whole;
  }
  return whole;
}

/* Are some of the references to strings? */
static gboolean
are_texts(const PdfPlain *plain, const GArray *references)
{
  for (guint i = 0; i < references->len; i++)
    if (g_hash_table_contains(plain->texts, GUINT_TO_POINTER(g_array_index(references, guint, i))))
      return TRUE;
  return FALSE;
}

static BitSet
packed_traits(const PdfPlain *plain)
{
  BitSet traits = 0;

  for (guint i = 0; i < plain->packed->len; i++) {
    const GByteArray *packed = g_ptr_array_index(plain->packed, i);

    traits |= active_pdf_traits(packed->data, packed->len);
  }
  return traits;
}

/* What its objects show, and its pages. */
static void
add_found(DocumentLinks *links, const Place *place, const PdfFound *found)
{
  for (guint i = 0; i < found->addresses->len; i++) {
    const LinkUse use = g_array_index(found->uses, LinkUse, i);

    document_add(links, place, use, element_of(use), g_ptr_array_index(found->addresses, i), NULL,
                 NULL);
  }
  if (found->unread)
    document_unread(links);
  if (found->cut)
    document_cap(links);
}

static void
found_init(PdfFound *found, const DocumentLinks *links)
{
  *found = (PdfFound){.addresses = g_ptr_array_new_with_free_func(g_free),
                      .uses = g_array_new(FALSE, FALSE, sizeof(LinkUse)),
                      .search = document_search(links)};
}

static void
found_clear(PdfFound *found)
{
  g_ptr_array_unref(found->addresses);
  g_array_unref(found->uses);
}

/* All its objects. FALSE if not all could be looked at. */
static gboolean
look_at_version(DocumentLinks *links, const Place *place, const GByteArray *version)
{
  PdfFound found;

  found_init(&found, links);
  pdf_addresses(version->data, version->len, &found);
  add_found(links, place, &found);
  found_clear(&found);
  return (found.traits & (TRAIT(CORRUPT) | TRAIT(ENCRYPTED) | TRAIT(LIMIT))) == 0;
}

/* Where readers may take up other objects than qpdf does: what each may show. FALSE as above. */
static gboolean
look_at_versions(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len,
                 gboolean mended)
{
  g_autoptr(PdfVersions) versions = pdf_versions_new(bytes, len, mended);
  gboolean whole = TRUE;

  if (!versions)
    return TRUE;
  if (pdf_versions_count(versions) == 0 || has_name(bytes, len, "Encrypt"))
    return FALSE;
  for (unsigned i = 0; i < pdf_versions_count(versions); i++) {
    g_autoptr(GByteArray) version = pdf_versions_write(versions, i);

    whole = look_at_version(links, place, version) && whole;
  }
  return whole;
}

static BitSet
look(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len,
     gboolean thorough)
{
  const BitSet unread = TRAIT(CORRUPT) | TRAIT(ENCRYPTED) | TRAIT(LIMIT);
  g_autoptr(GArray) references = g_array_new(FALSE, FALSE, sizeof(guint));
  Untold untold = {.references = references};
  gboolean whole = read_bytes(links, place, bytes, len, &untold), open;
  PdfFound found;
  g_auto(PdfPlain) plain = {0};

  if (len < 5 || !memmem(bytes, MIN(len, 1024), "%PDF-", 5))
    return 0;
  found_init(&found, links);
  whole = whole && !has_name(bytes, len, "Encrypt");
  open = whole; /* if it packs nothing its bytes show all but what its pages show */
  whole = whole && pdf_plain_read(bytes, len, &plain) && read_packed(links, place, &plain, &untold);
  open = open && (whole || !may_pack(bytes, len));
  if (whole && !untold.elsewhere && !are_texts(&plain, references) && !thorough)
    pdf_shown_addresses(bytes, len, plain.pictures, &found);
  else
    pdf_addresses(bytes, len, &found);
  add_found(links, place, &found);
  found_clear(&found);
  if (whole)
    found.traits |= packed_traits(&plain);
  if (!open && found.mended)
    found.traits |= TRAIT(CORRUPT);
  if (open && (found.traits & TRAIT(LIMIT)) && !thorough)
    document_unread(links);
  if (open)
    found.traits &= ~unread;
  if (untold.doubt || found.doubt || (found.unseen && may_show(bytes, len)) ||
      !look_at_versions(links, place, bytes, len, found.mended))
    found.traits |= TRAIT(CORRUPT);
  return found.traits;
}

BitSet
pdf_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  return look(links, place, bytes, len, FALSE);
}

BitSet
pdf_links_thorough(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  return look(links, place, bytes, len, TRUE);
}
