/* pdf_graph.h - a PDF that is looked through, and what the files share that do it. Here alone
 * qpdf's header is included. Inside rewrite/disarm/ only. */
#ifndef CORDON_PDF_GRAPH_H
#define CORDON_PDF_GRAPH_H

#include <glib.h>
#include <qpdf/qpdf-c.h>

#include "disarming.h"

typedef struct pdf {
  qpdf_data qpdf;
  GArray *open;               /* qpdf_oh: containers to look into */
  GHashTable *visited;        /* object and generation, of indirect ones */
  const Disarming *disarming; /* what is to go */
  GPtrArray *addresses;       /* or, with these, what there is (char *); nothing goes then */
  GPtrArray *codes;
  size_t unpacked; /* bytes of streams, at most LIMIT_UNPACK_TOTAL */
  size_t content;  /* bytes of content streams that may still be read */
  gboolean drawn_only; /* the graph is not looked at, only what pages draw */
  guint64 pixels;  /* of pictures that were searched */
  gboolean unread; /* there are some that were not */
  BitSet shown; /* by names, with addresses */
  BitSet removed;
  unsigned links;
  unsigned seen;
  int pages;
  gboolean signature; /* one was there, and what is written breaks it */
} Pdf;

gboolean pdf_key_is(const Pdf *pdf, qpdf_oh dictionary, const char *key, const char *name);

/* 0 if it is none. */
unsigned pdf_number(const Pdf *pdf, qpdf_oh dictionary, const char *key);

/* A value, or the one of an array that has no more. */
qpdf_oh pdf_only_value(const Pdf *pdf, qpdf_oh dictionary, const char *key);

/* The item of an array at that place, or at 0 a value that is none; null beyond. */
qpdf_oh pdf_value_at(const Pdf *pdf, qpdf_oh dictionary, const char *key, unsigned i);

/* What is in a stream, and all that a page paints, its filters undone (pdf_stream.c). *whole
 * becomes FALSE where there is more, or it cannot be read; LIMIT_UNPACK_TOTAL is for all streams of
 * a PDF together. */
GByteArray *pdf_stream_content(Pdf *pdf, qpdf_oh stream, gboolean *whole);
GByteArray *pdf_page_content(Pdf *pdf, qpdf_oh page, gboolean *whole);

/* What tells an indirect object from others; 0 for a direct one. */
gint64 pdf_object_id(const Pdf *pdf, qpdf_oh object);

/* char *, each with its slash. */
GPtrArray *pdf_dictionary_keys(const Pdf *pdf, qpdf_oh dictionary);

/* Is it asked what codes say, or are there addresses that are to lead nowhere? */
gboolean pdf_wants_codes(const Pdf *pdf);

/* What pages draw gives its addresses, or goes if one of them is to lead nowhere (pdf_page.c). */
void pdf_pages_judge(Pdf *pdf);

/* A picture gives its addresses, or goes if one of them is to lead nowhere (pdf_picture.c). */
void pdf_picture_judge(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary);

#endif
