/* pdf_stream.c - what is in a stream of a PDF, within bounds.
 *
 * qpdf would unpack a stream whatever it grows to, so it only hands out the packed bytes. */
#include "pdf_graph.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "pdf_filter.h"

/* Filters one after the other; readers give up beyond few. */
#define FILTERS 6

qpdf_oh
pdf_value_at(const Pdf *pdf, qpdf_oh dictionary, const char *key, unsigned i)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key), item;

  if (!qpdf_oh_is_array(pdf->qpdf, value)) {
    if (i == 0)
      return value;
    item = qpdf_oh_new_null(pdf->qpdf);
  } else {
    item = (int)i < qpdf_oh_get_array_n_items(pdf->qpdf, value)
               ? qpdf_oh_get_array_item(pdf->qpdf, value, (int)i)
               : qpdf_oh_new_null(pdf->qpdf);
  }
  qpdf_oh_release(pdf->qpdf, value);
  return item;
}

/* The filter at that place of the list. The name is new. FALSE if there is none. */
static gboolean
read_filter(const Pdf *pdf, qpdf_oh dictionary, unsigned i, PdfFilter *filter, char **name)
{
  qpdf_oh value = pdf_value_at(pdf, dictionary, "/Filter", i);
  qpdf_oh how = pdf_value_at(pdf, dictionary, "/DecodeParms", i);
  gboolean is = qpdf_oh_is_name(pdf->qpdf, value);

  *name = is ? g_strdup(qpdf_oh_get_name(pdf->qpdf, value) + 1) : NULL;
  *filter = (PdfFilter){.name = *name};
  if (is && qpdf_oh_is_dictionary(pdf->qpdf, how)) {
    filter->predictor = pdf_number(pdf, how, "/Predictor");
    filter->colors = pdf_number(pdf, how, "/Colors");
    filter->bits = pdf_number(pdf, how, "/BitsPerComponent");
    filter->columns = pdf_number(pdf, how, "/Columns");
    filter->late = qpdf_oh_has_key(pdf->qpdf, how, "/EarlyChange") &&
                   pdf_number(pdf, how, "/EarlyChange") == 0;
  }
  qpdf_oh_release(pdf->qpdf, value);
  qpdf_oh_release(pdf->qpdf, how);
  return is;
}

/* Bytes that one stream may have: a filter may give a few more than it was asked for. Pictures are
 * bounded by who asks for them. */
static size_t
room(const Pdf *pdf, gboolean picture)
{
  const size_t left = LIMIT_UNPACK_TOTAL - MIN(pdf->unpacked, LIMIT_UNPACK_TOTAL);

  return picture ? left : MIN(left, LIMIT_PDF_STREAM);
}

/* Takes the bytes over. left: where it is not NULL, a filter that is not known ends it. */
static GByteArray *
undo_filters(Pdf *pdf, qpdf_oh dictionary, GByteArray *bytes, char **left, gboolean *whole)
{
  PdfFilter filter;
  char *name;

  for (unsigned i = 0; read_filter(pdf, dictionary, i, &filter, &name); i++) {
    g_autofree char *owned = name;
    GByteArray *undone;

    if (i >= FILTERS) {
      *whole = FALSE;
      return bytes;
    }
    if (strcmp(owned, "Crypt") == 0) /* qpdf has undone it */
      continue;
    if (left && !pdf_filter_is_known(name)) {
      *left = g_steal_pointer(&owned);
      return bytes;
    }
    undone = pdf_unfilter(&filter, bytes->data, bytes->len, room(pdf, left != NULL), whole);
    g_byte_array_unref(bytes);
    bytes = undone;
    pdf->unpacked += bytes->len;
  }
  return bytes;
}

GByteArray *
pdf_stream_picture(Pdf *pdf, qpdf_oh stream, char **left, gboolean *whole)
{
  GByteArray *bytes = g_byte_array_new();
  unsigned char *raw = NULL;
  size_t len = 0;
  qpdf_oh dictionary;

  if (!qpdf_oh_is_stream(pdf->qpdf, stream))
    return bytes;
  /* Packed bytes count too: a page of many pages may be read many times. */
  if (!(qpdf_oh_get_stream_data(pdf->qpdf, stream, qpdf_dl_none, NULL, &raw, &len) & QPDF_ERRORS) &&
      len <= room(pdf, left != NULL)) {
    g_byte_array_append(bytes, raw, (guint)len);
    pdf->unpacked += len;
  } else {
    *whole = FALSE;
  }
  free(raw);
  dictionary = qpdf_oh_get_dict(pdf->qpdf, stream);
  bytes = undo_filters(pdf, dictionary, bytes, left, whole);
  qpdf_oh_release(pdf->qpdf, dictionary);
  return bytes;
}

GByteArray *
pdf_stream_content(Pdf *pdf, qpdf_oh stream, gboolean *whole)
{
  return pdf_stream_picture(pdf, stream, NULL, whole);
}

GByteArray *
pdf_page_content(Pdf *pdf, qpdf_oh page, gboolean *whole)
{
  qpdf_oh contents = qpdf_oh_get_key(pdf->qpdf, page, "/Contents");
  const int listed =
      qpdf_oh_is_array(pdf->qpdf, contents) ? qpdf_oh_get_array_n_items(pdf->qpdf, contents) : 1;
  GByteArray *all = g_byte_array_new();

  qpdf_oh_release(pdf->qpdf, contents);
  for (int i = 0; i < listed; i++) {
    qpdf_oh stream = pdf_value_at(pdf, page, "/Contents", (unsigned)i);
    g_autoptr(GByteArray) bytes = pdf_stream_content(pdf, stream, whole);

    qpdf_oh_release(pdf->qpdf, stream);
    if (bytes->len > LIMIT_PDF_STREAM - MIN(all->len, LIMIT_PDF_STREAM)) {
      *whole = FALSE;
      break;
    }
    if (all->len == 0) { /* most pages have one */
      GByteArray *empty = all;

      all = bytes;
      bytes = empty;
    }
    g_byte_array_append(all, bytes->data, bytes->len);
    g_byte_array_append(all, (const guint8 *)"\n", 1);
  }
  return all;
}
