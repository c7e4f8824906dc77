/* document.h - addresses in the small languages that documents hold: codes of Word's fields,
 * formulas of tables, QR codes in pictures. What inspection finds by these functions, a disarmer
 * finds again. */
#ifndef CORDON_DOCUMENT_H
#define CORDON_DOCUMENT_H

#include <glib.h>

#include "bitset.h"
#include "link.h"

/* What has been searched for codes of a message (inspect/picture/qr.h). */
typedef struct qr_search QrSearch;

/* Stands in the code of a field where another field does: what comes of that is not known. */
#define FIELD_INSIDE "\1"

/* The addresses in the code of a field: of HYPERLINK (*use LINK_FOLLOW), or of one that loads
 * something, INCLUDEPICTURE and its kin (LINK_LOAD); of these every argument, since which it is
 * depends on the command. char *, as written, with names of files among them; none for any other
 * field. */
GPtrArray *field_code_addresses(const char *code, LinkUse *use);

/* DDE of a field that asks another program, and of one whose command another field makes up;
 * EXTERNAL_RELATIONSHIP of one that takes its content from elsewhere, or a picture from a file
 * server. */
BitSet field_code_traits(const char *code);

/* Does a path or an address lead off the reader's own machine? "\\server", any scheme but file:,
 * file: with a server. "c:" is a disk; programs take blanks in front. */
gboolean target_is_elsewhere(const char *target);

/* The same, and not to the web: to a machine of the reader's own network, or one that is told who
 * looks. */
gboolean target_is_file_server(const char *target);

/* Does an action of a slide (a:hlinkClick and its kin) start a program? */
gboolean slide_action_runs(const char *action);

/* --- OpenDocument: what acts by itself (odf_active.c) --- */

/* Whatever it holds: DDE, MACRO, OLE_OBJECT. Local name. */
BitSet odf_element_traits(const char *element);

/* By where an xlink:href of that element leads: MACRO; EXTERNAL_RELATIONSHIP and REMOTE_TEMPLATE of
 * what is loaded from elsewhere with the document. */
BitSet odf_address_traits(const char *element, const char *address);

/* MACRO, by an attribute (local name) of an event-listener. */
BitSet odf_event_traits(const char *attribute, const char *value);

/* An address that starts something. */
gboolean odf_runs_macro(const char *address);

/* DDE(…), or application|topic!item. */
gboolean odf_formula_asks_program(const char *formula);

/* --- formulas, texts, pictures --- */

/* Appends the addresses that a formula leads to (HYPERLINK) or loads (IMAGE, WEBSERVICE), what is
 * written out of its first argument, and those of documents of which it takes cells; char *, new
 * strings; uses (LinkUse) are in step with it, and may be NULL. A call whose argument has no words
 * of its own adds "". */
void formula_addresses(const char *formula, GPtrArray *addresses, GArray *uses);

/* The same of the next call in a table as text, from *at (at first text itself), which moves behind
 * it; FALSE if there is none. Of a table each cell is a formula or words, and which cell ends where
 * depends on who reads it: a quotation mark in words, 5" or it's, opens nothing. So each call
 * counts, wherever it stands. It ends where the next one begins, which keeps this linear. */
gboolean table_call(const char *text, const char **at, GPtrArray *addresses, GArray *uses);

/* Is any of these functions called in a text? Most call none, and need not be read. */
gboolean formula_may_call(const char *text, size_t len);

/* A string of a PDF as valid UTF-8: UTF-16 where it begins so (of the order that the standard
 * leaves out, too), UTF-8 where it is that, else Latin 1 (PDFDocEncoding but for a few signs). What
 * is no character becomes U+FFFD. Ends before a NUL. New string, never NULL. */
char *pdf_string_text(const char *bytes, size_t len);

/* The same of a string with a NUL, for readers that go on behind it: with "%00" in its place, as
 * browsers write it. NULL where there is none. */
char *pdf_string_beyond(const char *bytes, size_t len);

/* The traits that a name in a PDF (without its slash, #xx undone) has wherever it stands; `key`: it
 * has a value, which some need. active_pdf.c */
BitSet pdf_name_traits(const char *name, gboolean key);

/* What a look at a PDF found. */
typedef struct pdf_found {
  GPtrArray *addresses; /* char * */
  GArray *uses;         /* LinkUse, in step */
  QrSearch *search;     /* of its message, or NULL */
  BitSet traits;        /* what the names in it show; CORRUPT, ENCRYPTED or LIMIT where there may be
                           more because it could not be read, is behind a password, has too many */
  gboolean doubt;       /* there are names that PDFium reads otherwise (pdf_name_may_end) */
  gboolean mended;      /* it is damaged, in ways that others may mend otherwise */
  gboolean unseen;      /* it could not be read, so nobody knows what its pages show */
  gboolean unread;      /* there is something that was not searched for codes */
  gboolean cut;         /* pages may have words that were not read: too many, or packed strangely */
} PdfFound;

/* A key of a PDF's dictionaries with an address: its value is one, or is text that may have some.
 * Inspection looks for these names in the bytes, and the disarmer in the objects. pdf_links.c */
typedef struct pdf_key {
  const char *name; /* without its slash */
  LinkUse use;
  const char *element;
  gboolean text;
} PdfKey;

/* NULL for others. */
const PdfKey *pdf_key_find(const char *name);

/* Number and generation of an object. */
typedef struct pdf_id {
  int number, generation;
} PdfId;

/* What is not in the bytes of a PDF as they are, and what of them is looked for. */
typedef struct pdf_plain {
  GPtrArray *packed; /* GByteArray *: objects that stand in streams, unpacked */
  size_t unpacked;   /* bytes of these, at most LIMIT_PDF_STREAM */
  GArray *pictures;  /* PdfId */
  GHashTable *texts; /* numbers of objects that may be strings, or lead to one */
} PdfPlain;

/* FALSE unless every object that any reader could find in the file, but for what is encrypted,
 * stands in its bytes or in `packed`: damaged files, and those that are written strangely. To be
 * cleared in either case. pdf_plain.c */
gboolean pdf_plain_read(const unsigned char *bytes, size_t len, PdfPlain *plain);
void pdf_plain_clear(PdfPlain *plain);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdfPlain, pdf_plain_clear)

/* Appends the addresses that the objects of a PDF lead to, those in the QR codes of its pictures,
 * and of what its pages draw, and those in the words of its pages (LINK_TEXT); of a file that needs
 * no password too. disarm_pdf.c */
void pdf_addresses(const unsigned char *bytes, size_t len, PdfFound *found);

/* The same of what its pages show and of these pictures (PdfId) alone. */
void pdf_shown_addresses(const unsigned char *bytes, size_t len, const GArray *pictures,
                         PdfFound *found);

/* Attributes (local names) of Office documents that hold addresses themselves; ends with NULL. In
 * step with it how they are used. */
enum { OFFICE_HREF };
extern const char *const office_addresses[];
extern const LinkUse office_address_uses[];

/* Could a part of an Office document, XML in UTF-8, hold an address of its own? (Relationships
 * aside.) Most hold none, and need not be taken apart. hrefs: those that are called so count. */
gboolean ooxml_may_link(const char *text, size_t len, gboolean hrefs);

/* By its first 16 bytes: could it be a picture that is searched for QR codes? */
gboolean code_picture_is(const unsigned char *head, size_t len);

/* The addresses in the QR codes of a picture (char *, as in Link.target). search: of a message,
 * whose pictures it knows again, or NULL. *whole is FALSE where some of it could not be searched.
 */
GPtrArray *code_addresses(QrSearch *search, const unsigned char *bytes, size_t len,
                          gboolean *whole);

/* The same of one of OpenDocument. */
gboolean odf_may_link(const char *text, size_t len);

#endif
