/* document_links.c - links in documents, gathered part by part.
 *
 * A document comes in parts and in no order: an address stands in one, the words that lead there in
 * another. So all is written down as it comes and put together at the end. Parts are looked at as
 * they come out of the unpacker, not as a program would read the whole: what stands in a part that
 * nothing refers to counts too, and what is off its format only looks like less of a link. */
#include "document_private.h"

#include <string.h>

#include "../fields.h"
#include "../link/link_traits.h"
#include "bounds.h"
#include "document.h"
#include "utf16.h"
#include "xml_scan.h"

#define STEP " \xe2\x80\xba " /* › */

/* Bytes of text that are kept of one link. */
#define TEXT_KEPT 200

/* Of the flags of a link in a page, those about what a reader sees of it. */
#define LOOKS                                                                                      \
  (LINK_HIDDEN | LINK_UNSEEN | LINK_SALTED | LINK_ICON | LINK_ALT | LINK_OUTLOOK | LINK_BIDI)

typedef struct found {
  Link link;
  unsigned part;
  char *path;
  char *quote;     /* key of its Quote, or NULL */
  gboolean server; /* "//server/share": a document has no scheme of its own but file: */
} Found;

/* What a document calls a file, inside it or not. */
typedef struct file {
  const Finding *document;
  char *name;
} File;

struct document_links {
  QrSearch *search;
  GPtrArray *found;   /* Found * */
  GPtrArray *files;   /* File * */
  GHashTable *named;  /* document and name of a file */
  GHashTable *seen;   /* path, use, id and address ─▶ Found, not owned */
  GHashTable *quotes; /* path and id ─▶ Quote */
  gboolean capped;
  gboolean unread;
};

/* --- gathering --- */

static void
file_free(void *data)
{
  File *file = data;

  g_free(file->name);
  g_free(file);
}

static void
found_free(void *data)
{
  Found *found = data;

  link_clear(&found->link);
  g_free(found->path);
  g_free(found->quote);
  g_free(found);
}

static void
quote_free(void *data)
{
  Quote *quote = data;

  g_string_free(quote->text, TRUE);
  g_free(quote);
}

DocumentLinks *
document_links_new(QrSearch *search)
{
  DocumentLinks *links = g_new0(DocumentLinks, 1);

  links->search = search;
  links->found = g_ptr_array_new_with_free_func(found_free);
  links->files = g_ptr_array_new_with_free_func(file_free);
  links->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  links->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  links->quotes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, quote_free);
  return links;
}

void
document_links_free(DocumentLinks *links)
{
  if (!links)
    return;
  g_ptr_array_unref(links->found);
  g_ptr_array_unref(links->files);
  g_hash_table_unref(links->named);
  g_hash_table_unref(links->seen);
  g_hash_table_unref(links->quotes);
  g_free(links);
}

static char *
place_path(const Place *place)
{
  return *place->part ? g_strconcat(place->document->path, STEP, place->part, NULL)
                      : g_strdup(place->document->path);
}

static char *
quote_key(const Place *place, const char *id)
{
  return g_strdup_printf("%u\n%s\n%s\n%s", place->document->part, place->document->path,
                         place->part, id);
}

Quote *
document_quote(DocumentLinks *links, const Place *place, const char *id)
{
  g_autofree char *key = quote_key(place, id);
  Quote *quote = g_hash_table_lookup(links->quotes, key);

  if (quote)
    return quote;
  if (g_hash_table_size(links->quotes) >= LIMIT_LINKS) {
    links->capped = TRUE;
    return NULL;
  }
  quote = g_new0(Quote, 1);
  quote->text = g_string_new(NULL);
  g_hash_table_insert(links->quotes, g_steal_pointer(&key), quote);
  return quote;
}

gboolean
document_leads_out(const char *address)
{
  size_t i = 0;

  while (*address && (unsigned char)*address <= ' ')
    address++;
  if ((address[0] == '\\' || address[0] == '/') && (address[1] == '\\' || address[1] == '/'))
    return TRUE;
  if (g_ascii_strncasecmp(address, "www.", 4) == 0)
    return TRUE;
  while (g_ascii_isalnum(address[i]) || (address[i] && strchr("+-.\t\r\n", address[i])))
    i++;
  return i > 1 && address[i] == ':'; /* "C:" is a disk */
}

QrSearch *
document_search(const DocumentLinks *links)
{
  return links->search;
}

void
document_unread(DocumentLinks *links)
{
  links->unread = TRUE;
}

gboolean
document_links_unread(const DocumentLinks *links)
{
  return links->unread;
}

void
document_cap(DocumentLinks *links)
{
  links->capped = TRUE;
}

/* One that stands in a place twice looks like the better of the two. NULL if it is none, or known.
 */
static Found *
add(DocumentLinks *links, const Place *place, const Link *link, const char *id)
{
  g_autofree char *target = link_target(link->target, strlen(link->target));
  g_autofree char *path = place_path(place);
  g_autofree char *key = NULL;
  Found *found;

  /* Of words it is known that they are an address. */
  if (!target || (link->use != LINK_QR && link->use != LINK_TEXT && !document_leads_out(target)))
    return NULL;
  if (links->found->len >= LIMIT_LINKS) {
    links->capped = TRUE;
    return NULL;
  }
  key = g_strdup_printf("%u %s %u\n%s\n%s", place->document->part, path, link->use, id ? id : "",
                        target);
  found = g_hash_table_lookup(links->seen, key);
  if (found) {
    found->link.flags &= link->flags;
    return NULL;
  }
  found = g_new0(Found, 1);
  found->part = place->document->part;
  found->path = g_steal_pointer(&path);
  found->link = (Link){.use = link->use, .anchor = -1, .flags = link->flags & LOOKS};
  found->link.element = link->element;
  found->link.target = g_steal_pointer(&target);
  found->link.text = g_strdup(link->text);
  found->quote = id ? quote_key(place, id) : NULL;
  g_ptr_array_add(links->found, found);
  g_hash_table_insert(links->seen, g_steal_pointer(&key), found);
  return found;
}

static void
add_file(DocumentLinks *links, const Finding *document, const char *name)
{
  File *file;

  if (!*name ||
      !g_hash_table_add(links->named, g_strdup_printf("%p %s", (const void *)document, name)))
    return;
  if (links->files->len >= LIMIT_UNPACK_FILES) {
    document_cap(links);
    return;
  }
  file = g_new0(File, 1);
  file->document = document;
  file->name = g_strdup(name);
  g_ptr_array_add(links->files, file);
}

void
document_links_files(const DocumentLinks *links,
                     void (*handler)(const Finding *document, const char *name, void *data),
                     void *data)
{
  for (guint i = 0; i < links->files->len; i++) {
    const File *file = g_ptr_array_index(links->files, i);

    handler(file->document, file->name, data);
  }
}

void
document_add(DocumentLinks *links, const Place *place, LinkUse use, const char *element,
             const char *address, const char *id, const char *text)
{
  const Link link = {
      .use = use, .element = element, .target = (char *)address, .text = (char *)text};
  Found *found = add(links, place, &link, id);

  if (strcmp(element, "file") == 0)
    add_file(links, place->document, address);
  if (found)
    found->server = strspn(found->link.target, "/\\") > 1;
}

void
document_add_link(DocumentLinks *links, const Place *place, const Link *link)
{
  Link named = *link;

  if (!named.element)
    named.element = "text";
  add(links, place, &named, NULL);
}

static void
add_addresses(DocumentLinks *links, const Place *place, const GPtrArray *addresses,
              const GArray *uses)
{
  for (guint i = 0; i < addresses->len; i++)
    document_add(links, place, g_array_index(uses, LinkUse, i), "formula",
                 g_ptr_array_index(addresses, i), NULL, NULL);
}

void
document_add_formula(DocumentLinks *links, const Place *place, const char *formula)
{
  g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) uses = g_array_new(FALSE, FALSE, sizeof(LinkUse));

  formula_addresses(formula, addresses, uses);
  add_addresses(links, place, addresses, uses);
}

void
document_add_table(DocumentLinks *links, const Place *place, const char *text)
{
  g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) uses = g_array_new(FALSE, FALSE, sizeof(LinkUse));
  const char *at = text;

  document_add_formula(links, place, text);
  while (table_call(text, &at, addresses, uses)) {
    add_addresses(links, place, addresses, uses);
    g_ptr_array_set_size(addresses, 0);
    g_array_set_size(uses, 0);
  }
}

/* By the namespaces of the outermost tag. */
static gboolean
is_odf_markup(const char *text, size_t len)
{
  static const char sign[] = ":opendocument:xmlns:";
  XmlScan scan = {.at = text, .end = text + len};
  XmlItem item;

  while (xml_scan_next(&scan, &item))
    if (item.kind == XML_START)
      return memmem(item.body, item.len, sign, strlen(sign)) != NULL;
  return FALSE;
}

/* By what it is made of: a package can say that it is OpenDocument, and be opened by Office. What a
 * part says of itself decides no more than which of two readers takes what both know. */
static void
xml_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len,
          void (*office)(DocumentLinks *, const Place *, const char *, size_t, gboolean))
{
  gsize written = len;
  gboolean wide, odf;
  g_autofree char *utf8 = xml_from_utf16(bytes, len, &written, &wide);
  const char *text = wide ? utf8 : (const char *)bytes;

  if (!text) {
    document_cap(links);
    return;
  }
  odf = is_odf_markup(text, written);
  if (odf || g_str_has_prefix(place->document->content_type, "application/vnd.oasis"))
    odf_links(links, place, text, written);
  office(links, place, text, written, odf);
}

gboolean
document_links_part(DocumentLinks *links, const Finding *document, const char *member,
                    const unsigned char *bytes, size_t len)
{
  Place place = {document, member};

  if (!xml_is_part(member, bytes, len))
    return FALSE;
  xml_links(links, &place, bytes, len, ooxml_links);
  return TRUE;
}

static gboolean
is_page_type(const char *type)
{
  static const char *const pages[] = {"text/html", "application/xhtml+xml", "image/svg+xml"};

  for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
    if (strcmp(type, pages[i]) == 0)
      return TRUE;
  return FALSE;
}

BitSet
document_links_file(DocumentLinks *links, const Finding *document, const char *type,
                    const unsigned char *bytes, size_t len)
{
  Place place = {document, ""};

  if (strcmp(type, "application/pdf") == 0)
    return pdf_links(links, &place, bytes, len);
  if (strcmp(type, "application/x-office-xml") == 0)
    xml_links(links, &place, bytes, len, ooxml_flat_links);
  else if (strcmp(type, "text/rtf") == 0)
    rich_text_links(links, &place, bytes, len, FALSE);
  else if (is_page_type(type))
    return page_links(links, &place, bytes, len);
  else if (strcmp(type, "application/onenote") == 0)
    onenote_links(links, &place, bytes, len);
  else if (g_str_has_prefix(type, "text/"))
    plain_links(links, &place, bytes, len);
  return 0;
}

BitSet
document_links_page(DocumentLinks *links, const Finding *document, const unsigned char *bytes,
                    size_t len)
{
  const Place place = {document, ""};

  return page_links(links, &place, bytes, len);
}

gboolean
document_links_picture(DocumentLinks *links, const Finding *document, const char *member,
                       const char *type, const unsigned char *bytes, size_t len)
{
  g_autoptr(GArray) found = links_new();
  Place place = {document, member};
  gboolean searched;

  searched =
      qr_links(links->search, bytes, len, picture_is(bytes, len) ? "image/x" : type, NULL, found);
  for (guint i = 0; i < found->len; i++)
    document_add(links, &place, LINK_QR, "image", g_array_index(found, Link, i).target, NULL, NULL);
  return searched;
}

/* --- at the end --- */

/* The words of a link, with blanks folded. */
static char *
fold(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  GString *out = g_string_new(NULL);

  for (const char *p = valid; *p && out->len < TEXT_KEPT; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (!g_unichar_isspace(c))
      g_string_append_unichar(out, c);
    else if (out->len && out->str[out->len - 1] != ' ')
      g_string_append_c(out, ' ');
  }
  return g_string_free(out, FALSE);
}

/* Links of small pictures alone, by the place that they stand in: two make a row. */
static GHashTable *
count_pictures(const DocumentLinks *links)
{
  GHashTable *rows = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < links->found->len; i++) {
    const Found *found = g_ptr_array_index(links->found, i);
    const Quote *quote = found->quote ? g_hash_table_lookup(links->quotes, found->quote) : NULL;
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(rows, found->path));

    if (quote && quote->picture && quote->text->len == 0)
      g_hash_table_insert(rows, found->path, GUINT_TO_POINTER(n + 1));
  }
  return rows;
}

static void
add_looks(const DocumentLinks *links, Found *found, GHashTable *rows)
{
  const Quote *quote = found->quote ? g_hash_table_lookup(links->quotes, found->quote) : NULL;
  const char *words = quote ? quote->text->str : found->link.text;
  char *text = words && *words ? fold(words) : NULL;

  g_free(found->link.text);
  found->link.text = text;
  if (quote && quote->picture && !text &&
      GPOINTER_TO_UINT(g_hash_table_lookup(rows, found->path)) > 1)
    found->link.flags |= LINK_ICON;
}

static Url *
found_url(const Found *found)
{
  g_autofree char *file = found->server ? g_strconcat("file:", found->link.target, NULL) : NULL;

  return file ? url_parse(file, strlen(file), FALSE) : link_url(&found->link, NULL);
}

gboolean
document_links_finish(DocumentLinks *links, GPtrArray *findings)
{
  g_autoptr(GHashTable) rows = count_pictures(links);

  for (guint i = 0; i < links->found->len; i++) {
    Found *found = g_ptr_array_index(links->found, i);
    Part part = {.index = found->part};
    Finding *finding;
    g_autoptr(Url) url = NULL;

    add_looks(links, found, rows);
    url = found_url(found);
    if (!link_leads_out(&found->link, url))
      continue;
    finding = link_finding(&found->link, g_steal_pointer(&url), &part);
    finding->inner = TRUE;
    finding->traits |= found->server ? TRAIT(LOCAL_SCHEME) : 0;
    g_free(finding->path);
    finding->path = g_strdup(found->path);
    g_ptr_array_add(findings, finding);
  }
  return !links->capped;
}
