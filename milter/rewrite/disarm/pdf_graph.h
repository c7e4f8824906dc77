/* pdf_graph.h - a PDF that is looked through, and what the files share that do it. Here alone
 * qpdf's header is included. Inside rewrite/disarm/ only. */
#ifndef CORDON_PDF_GRAPH_H
#define CORDON_PDF_GRAPH_H

#include <glib.h>
#include <qpdf/qpdf-c.h>

#include "disarming.h"
#include "document.h"
#include "pdf_font.h"

typedef struct pdf {
  qpdf_data qpdf;
  gboolean full;              /* there was more than could be read */
  gboolean untagged;          /* its tags are left out (pdf_load.c) */
  GArray *open;               /* qpdf_oh: containers to look into */
  GArray *tags;               /* qpdf_oh: dictionaries that tags begin with */
  GHashTable *visited;        /* object and generation, of indirect ones */
  const Disarming *disarming; /* what is to go */
  PdfFound *found;            /* or, with this, what there is; nothing goes then */
  GHashTable *fonts;          /* pdf_fonts_find() */
  GHashTable *drawn;          /* drawings whose words were looked at */
  unsigned drawings;          /* content streams whose words were looked at */
  unsigned room;              /* LIMIT_PDF_CODES */
  unsigned glyphs;            /* LIMIT_PDF_GLYPHS_ALL, those that may still be read */
  size_t unpacked;            /* bytes of streams, at most LIMIT_UNPACK_TOTAL */
  size_t content;             /* bytes of content streams that may still be read */
  const GArray *pictures; /* PdfId: the graph is not looked at, only these and what pages show */
  guint64 pixels;         /* of pictures that were searched */
  gboolean unread;        /* there are some that were not */
  gboolean cut;           /* there may be words that were not read */
  BitSet shown;           /* by names, with found */
  gboolean doubt;         /* some of these are others to PDFium */
  BitSet removed;
  unsigned links;
  unsigned seen;
  int pages;
  gboolean signature; /* one was there, and what is written breaks it */
} Pdf;

/* What an object is, references followed. One question where qpdf_oh_is_dictionary() and its kin
 * are one each, of a thousand instructions. */
typedef enum qpdf_object_type_e PdfType;

PdfType pdf_type(const Pdf *pdf, qpdf_oh object);

/* Are there objects in it? */
gboolean pdf_type_holds(PdfType type);

gboolean pdf_key_is(const Pdf *pdf, qpdf_oh dictionary, const char *key, const char *name);

/* Is its Subtype that name, or a string of it, which is as good to PDFium? name: without a slash.
 */
gboolean pdf_subtype_is(const Pdf *pdf, qpdf_oh dictionary, const char *name);

/* 0 if it is none. */
unsigned pdf_number(const Pdf *pdf, qpdf_oh dictionary, const char *key);

/* A value, or the one of an array that has no more. */
qpdf_oh pdf_only_value(const Pdf *pdf, qpdf_oh dictionary, const char *key);

/* The item of an array at that place, or at 0 a value that is none; null beyond. */
qpdf_oh pdf_value_at(const Pdf *pdf, qpdf_oh dictionary, const char *key, unsigned i);

/* What is in a stream, and all that a page paints, its filters undone (pdf_stream.c). *whole
 * becomes FALSE where there is more, or it cannot be read: LIMIT_PDF_STREAM is for each, and
 * LIMIT_UNPACK_TOTAL for all of a PDF together. */
GByteArray *pdf_stream_content(Pdf *pdf, qpdf_oh stream, gboolean *whole);
GByteArray *pdf_page_content(Pdf *pdf, qpdf_oh page, gboolean *whole);

/* The same of a picture, up to a filter that is for pictures alone: *left, new, is its name. */
GByteArray *pdf_stream_picture(Pdf *pdf, qpdf_oh stream, char **left, gboolean *whole);

/* What tells an indirect object from others; 0 for a direct one. */
gint64 pdf_object_id(const Pdf *pdf, qpdf_oh object);

/* char *, each with its slash. */
GPtrArray *pdf_dictionary_keys(const Pdf *pdf, qpdf_oh dictionary);

/* The resources of a page: its own, or those of what it is a page of. */
qpdf_oh pdf_page_resources(const Pdf *pdf, qpdf_oh page);

/* Its bytes, valid until the next call into qpdf; NULL if it is no string. */
const char *pdf_string_bytes(const Pdf *pdf, qpdf_oh value, size_t *len);

/* The same of where a link leads, which may be a name, too, with a colon: PDFium follows it. */
const char *pdf_address_bytes(const Pdf *pdf, qpdf_oh value, size_t *len);

/* A string as UTF-8; NULL for what is none. New string. */
char *pdf_text_string(const Pdf *pdf, qpdf_oh value);

/* Reads it: all objects that can be reached, and how many pages there are. NULL, or why not: full
 * is set beyond LIMIT_PDF_ENTRIES and LIMIT_PDF_MEMORY. untagged: its tags are none of them. */
const char *pdf_load(Pdf *pdf, const char *bytes, gsize len);

/* The same of what pages show, and of pdf->pictures, alone. */
const char *pdf_load_shown(Pdf *pdf, const char *bytes, gsize len);

/* Where tags are left out: may they begin with the value of that key? And does a key of that value
 * lead on in them? */
gboolean pdf_is_tag(const Pdf *pdf, const char *key, PdfType type);
gboolean pdf_leads_to_tags(const char *key);

/* The last of an array of handles, which is not in there any more. */
qpdf_oh pdf_take(GArray *handles);

/* A set of indirect objects, by pdf_object_id. */
GHashTable *pdf_objects_new(void);

/* Adds an indirect object to such a set; FALSE if it is there. */
gboolean pdf_object_add(const Pdf *pdf, GHashTable *set, qpdf_oh object);

/* Are addresses looked for, or such as are to lead nowhere? */
gboolean pdf_wants_links(const Pdf *pdf);

/* An address that leads somewhere: it is written down, or TRUE if it is to lead nowhere. address
 * may be NULL. */
gboolean pdf_is_dead(Pdf *pdf, LinkUse use, const char *address);

/* The font of that name in a dictionary of resources, or NULL; place: of the resources, if they
 * are no object of their own (pdf_fonts.c). It lives as long as the PDF. */
PdfFont *pdf_fonts_find(Pdf *pdf, qpdf_oh resources, const char *name, unsigned place);

/* The same of the font that the graphics state of that name sets; NULL where it sets none. */
PdfFont *pdf_fonts_of_state(Pdf *pdf, qpdf_oh resources, const char *name, unsigned place,
                            double *size);

/* Addresses in the words of all pages, and of the drawings on them (pdf_words.c). */
void pdf_words_look(Pdf *pdf);

/* Is there, in the words of a string, an address that is to lead nowhere? */
gboolean pdf_words_are_dead(Pdf *pdf, qpdf_oh value);

/* Addresses in a form in XML, the value of that key (pdf_xfa.c). */
void pdf_xfa_look(Pdf *pdf, qpdf_oh dictionary, const char *key);

/* What pages draw gives its addresses, or goes if one of them is to lead nowhere (pdf_page.c). */
void pdf_pages_judge(Pdf *pdf);

/* A picture as a file of its own; NULL for kinds that are not read, and what is too large. */
GBytes *pdf_picture_bytes(Pdf *pdf, qpdf_oh stream);

/* A grey square with a cross stands for it. */
void pdf_picture_replace(const Pdf *pdf, qpdf_oh stream);

/* A picture gives its addresses, or goes if one of them is to lead nowhere (pdf_picture.c). */
void pdf_picture_judge(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary);

#endif
