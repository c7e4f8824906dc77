/* content.h - what bytes and names say by themselves, without a library. Inside inspect/ only. */
#ifndef CORDON_CONTENT_H
#define CORDON_CONTENT_H

#include <glib.h>

#include "bitset.h"

/* --- signature.c: types by their first bytes --- */

/* The type where our own table knows it for certain, else NULL: then libmagic is asked. Static. */
const char *signature_type(const unsigned char *bytes, size_t len);

/* TRUE if the bytes read as text in any common charset (no control characters). */
gboolean signature_is_text(const unsigned char *bytes, size_t len);

/* --- compound.c: Microsoft's compound files (OLE2) --- */

gboolean compound_is(const unsigned char *bytes, size_t len);
/* "application/msword", "application/x-msi" …; "application/x-ole-storage" if nothing fits. */
const char *compound_type(const unsigned char *bytes, size_t len);
/* ENCRYPTED, MACRO, OLE_OBJECT, EQUATION, ACTIVEX, DDE */
BitSet compound_traits(const unsigned char *bytes, size_t len);

/* --- active.c: what in a document acts by itself --- */

/* The traits with ACTIVE_CONTENT, where one of them means it. */
BitSet active_umbrella(BitSet traits);

/* Traits that a file's bytes show, of those from MACRO to EMBEDDED_FILE, and ENCRYPTED. `type` is
 * its content type, `name` its name in a package ("word/settings.xml.rels") or "". */
BitSet active_traits(const char *type, const char *name, const unsigned char *bytes, size_t len);

/* Traits that the mere name of a package's member shows: vbaProject.bin, oleObject1.bin. */
BitSet active_member_traits(const char *member);

/* Does the source of a macro begin by itself? */
gboolean active_macro_runs_itself(const unsigned char *source, size_t len);

/* The first place of text (lower case), ASCII case ignored, or NULL. Linear. */
const unsigned char *find_fold(const unsigned char *bytes, size_t len, const char *text);

/* --- page_active.c --- */

/* HTML_SCRIPT, and CORRUPT where entities or attributes are declared that a reader would see the
 * effect of: what stands there is not what is read. */
BitSet page_active_traits(const unsigned char *bytes, size_t len);

/* Where bytes seem to be UTF-16 (what they begin with tells), its ASCII piece by piece, '?' for all
 * else: nothing that is no character may hide it. more: there is more than one piece. */
typedef BitSet (*WideLook)(const unsigned char *ascii, size_t len, gboolean more);
BitSet wide_traits(const unsigned char *bytes, size_t len, WideLook look);

/* As page_active_traits, of XML (UTF-8) that has pages or drawings in it, under any prefix. */
BitSet xml_page_traits(const char *text, size_t len);

/* --- odf_active.c --- */

/* The same for XML (UTF-8) with OpenDocument in it. */
BitSet odf_traits(const char *text, size_t len);

/* --- table_active.c --- */

/* A formula that asks another program, in a table as text (CSV) or as a page. */
gboolean table_asks_program(const unsigned char *bytes, size_t len);

/* --- active_pdf.c --- */

/* The same for a PDF, or a stream of one, unpacked. */
BitSet active_pdf_traits(const unsigned char *bytes, size_t len);

/* --- filename.c --- */

/* DOUBLE_EXTENSION, NAME_DECEPTIVE for one name; TYPE_DIFFERS for a name against the content's
 * type and the declared one ("" where there is none). */
BitSet filename_traits(const char *name);
BitSet filename_type_traits(const char *name, const char *content_type, const char *declared);

/* --- called.c --- */

/* DDE for what a program for tables reads as one by its name; CORRUPT for what one for PDF does,
 * and nobody else; what acts in a page that is one by its name. */
BitSet called_traits(const GPtrArray *names, const char *type, const unsigned char *bytes,
                     size_t len);

/* Does a browser show it as a page though its type does not say so, by its name or as XML with a
 * page in it? */
gboolean called_page(const GPtrArray *names, const char *type, const unsigned char *bytes,
                     size_t len);

/* --- zip.c --- */

/* FALSE if readers could disagree on what the archive holds: entries outside of the central
 * directory, names, sizes, flags or methods that differ between the two headers, bytes between
 * or around the entries (THREATS ). */
gboolean zip_is_plain(const unsigned char *bytes, size_t len);

/* The mark of the first central directory entry (APPNOTE 4.3.12) in [p, end), or NULL. */
const unsigned char *zip_find_listed(const unsigned char *p, const unsigned char *end);

/* Are there more than so many central directory entries (APPNOTE 4.3.12), wherever they stand? An
 * archive may stand in the midst of any file. */
gboolean zip_lists_more(const unsigned char *bytes, size_t len, size_t most);

/* --- sealed.c: CMS (S/MIME), OpenPGP, encrypted RAR --- */

/* NULL for anything else. */
const char *sealed_type(const unsigned char *bytes, size_t len);

/* ENCRYPTED; CORRUPT for CMS that cannot be opened. */
BitSet sealed_traits(const unsigned char *bytes, size_t len);

/* CORRUPT for what is declared to be S/MIME and is not: nobody knows what a reader makes of it. */
BitSet sealed_declared_traits(const char *declared, const unsigned char *bytes, size_t len);

/* --- stream.c: gzip, bzip2, xz --- */

/* FALSE if a compressed stream of that type ends too early or does not give `unpacked` bytes. */
gboolean stream_is_whole(const char *type, const unsigned char *bytes, size_t len, size_t unpacked);

/* TRUE if another stream follows the first that libclamav does not unpack; others do, and join what
 * is in both. */
gboolean stream_goes_on(const char *type, const unsigned char *bytes, size_t len);

/* The name inside a gzip header, in a new string, or NULL. */
char *stream_name(const char *type, const unsigned char *bytes, size_t len);

#endif
