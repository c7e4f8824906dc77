/* document_links.h - links in documents: addresses that their program lets a reader follow, or
 * loads by itself. Inside inspect/ only. */
#ifndef CORDON_DOCUMENT_LINKS_H
#define CORDON_DOCUMENT_LINKS_H

#include <glib.h>

#include "../picture/qr.h"
#include "finding.h"
#include "mapi.h"

/* Those of one attachment, with all that is in it. */
typedef struct document_links DocumentLinks;

/* search: what has been searched for codes of its message, which outlives it. */
DocumentLinks *document_links_new(QrSearch *search);
void document_links_free(DocumentLinks *links);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DocumentLinks, document_links_free)

/* Looks at a part of a document that is a package: `member` is its name there ("word/document.xml")
 * and `document` the finding of the package. FALSE if it is none of its XML parts. */
gboolean document_links_part(DocumentLinks *links, const Finding *document, const char *member,
                             const unsigned char *bytes, size_t len);

/* The same of a file that is no package, or of a nameless piece of one, by its type: PDF and its
 * streams, pages, Rich Text, calendars and contacts, tables as text. The traits that turned up,
 * which its bytes alone may not show. */
BitSet document_links_file(DocumentLinks *links, const Finding *document, const char *type,
                           const unsigned char *bytes, size_t len);

/* The same of a file that somebody takes for a page, whatever its type. */
BitSet document_links_page(DocumentLinks *links, const Finding *document,
                           const unsigned char *bytes, size_t len);

/* What a message of Outlook's shows itself: `part` of a document that is one, or "". All words that
 * look like an address count. */
void document_links_message(DocumentLinks *links, const Finding *document, const char *part,
                            MapiUse use, const MapiText *text);
void document_links_rich_text(DocumentLinks *links, const Finding *document,
                              const unsigned char *bytes, size_t len);

/* The QR codes of a picture: a file of its own of that type, or `member` of a document (type: "").
 * FALSE if it is one that could not be searched. */
gboolean document_links_picture(DocumentLinks *links, const Finding *document, const char *member,
                                const char *type, const unsigned char *bytes, size_t len);

/* Calls back for each name that a PDF gives to a file, which may be one inside it. */
void document_links_files(const DocumentLinks *links,
                          void (*handler)(const Finding *document, const char *name, void *data),
                          void *data);

/* Were there pictures, in PDFs, that could not be searched? */
gboolean document_links_unread(const DocumentLinks *links);

/* Appends a FINDING_LINK (inner, with its path) for each address, once for each place. Its text and
 * looks come from the other parts that name it. FALSE if LIMIT_LINKS,
 * LIMIT_UNPACK_FILES or LIMIT_TEXT was met. */
gboolean document_links_finish(DocumentLinks *links, GPtrArray *findings);

#endif
