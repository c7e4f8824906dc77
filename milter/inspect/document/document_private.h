/* document_private.h - what the finders of links in documents share. */
#ifndef CORDON_DOCUMENT_PRIVATE_H
#define CORDON_DOCUMENT_PRIVATE_H

#include "document_links.h"

/* Where in a document something stands. */
typedef struct place {
  const Finding *document;
  const char *part; /* its member: "word/document.xml"; "" for the document itself */
} Place;

/* What a part shows of a relationship that it names. */
typedef struct quote {
  GString *text;    /* the words that lead there */
  gboolean picture; /* a small picture does, or one of unknown size */
} Quote;

/* An address, as written. id: of the relationship that it is, or NULL. text: what a reader sees of
 * it, or NULL; copied. element: static. */
void document_add(DocumentLinks *links, const Place *place, LinkUse use, const char *element,
                  const char *address, const char *id, const char *text);

/* A link as it was found in a page or a text, with what is to be said of its looks; copied. */
void document_add_link(DocumentLinks *links, const Place *place, const Link *link);

/* A limit was met: there may be more. */
void document_cap(DocumentLinks *links);

/* The addresses in a formula, or in all those of a table as text. */
void document_add_formula(DocumentLinks *links, const Place *place, const char *formula);
void document_add_table(DocumentLinks *links, const Place *place, const char *text);

/* What the part of a place shows of one of its relationships; made when it is first asked for. NULL
 * where LIMIT_LINKS is met. */
Quote *document_quote(DocumentLinks *links, const Place *place, const char *id);

/* TRUE if it leads out of the document: it names a scheme or a server. "chapter2.docx" lies beside
 * it, "#top" in it. */
gboolean document_leads_out(const char *address);

/* There are pictures in it that were not searched for codes. */
void document_unread(DocumentLinks *links);

/* What has been searched for codes of the message. */
QrSearch *document_search(const DocumentLinks *links);

/* --- ooxml_links.c --- */

/* A part of an Office document, by its name: relationships, or any XML. UTF-8. odf: odf_links()
 * has read its hrefs and formulas that are attributes, which are left out. */
void ooxml_links(DocumentLinks *links, const Place *place, const char *text, size_t len,
                 gboolean odf);

/* A whole document that is XML: a package in one piece, or Word's and Excel's of 2003. */
void ooxml_flat_links(DocumentLinks *links, const Place *place, const char *text, size_t len,
                      gboolean odf);

/* --- odf_links.c --- */

/* Any XML part. */
void odf_links(DocumentLinks *links, const Place *place, const char *text, size_t len);

/* --- pdf_links.c --- */

/* A whole file, or a stream of one, unpacked. The traits that its objects show and its bytes may
 * not: what acts; and CORRUPT, ENCRYPTED, LIMIT where there may be links that nobody found. */
BitSet pdf_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len);

/* The same, with all objects of the file whatever its bytes tell: for tests, since it finds no
 * more.
 */
BitSet pdf_links_thorough(DocumentLinks *links, const Place *place, const unsigned char *bytes,
                          size_t len);

/* --- pdf_versions.c --- */

/* What a PDF may be to readers that do not trust its tables, and look for its objects themselves.
 */
typedef struct pdf_versions PdfVersions;

/* NULL where all readers take up the same objects. mended: PdfFound's. The bytes must outlive it.
 */
PdfVersions *pdf_versions_new(const unsigned char *bytes, size_t len, gboolean mended);
void pdf_versions_free(PdfVersions *versions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfVersions, pdf_versions_free)

/* How many there are to be looked at besides the file itself; 0 if they are too many. */
unsigned pdf_versions_count(const PdfVersions *versions);

/* One of them as a file, of which qpdf has to find the objects, too. New. */
GByteArray *pdf_versions_write(const PdfVersions *versions, unsigned i);

/* --- onenote_links.c --- */

/* A section of OneNote. */
void onenote_links(DocumentLinks *links, const Place *place, const unsigned char *bytes,
                   size_t len);

/* --- text_file_links.c --- */

BitSet page_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len);

/* body: of a message; those that stand in words alone count, too. */
void rich_text_links(DocumentLinks *links, const Place *place, const unsigned char *bytes,
                     size_t len, gboolean body);

/* Calendars and contacts, and tables as text with formulas. */
void plain_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len);

#endif
