/* pdf_graph.c - values in the dictionaries of a PDF. */
#include "pdf_graph.h"

gboolean
pdf_key_is(const Pdf *pdf, qpdf_oh dictionary, const char *key, const char *name)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  gboolean is = qpdf_oh_is_name_and_equals(pdf->qpdf, value, name);

  qpdf_oh_release(pdf->qpdf, value);
  return is;
}

unsigned
pdf_number(const Pdf *pdf, qpdf_oh dictionary, const char *key)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  unsigned number = 0;

  if (qpdf_oh_is_integer(pdf->qpdf, value))
    number = qpdf_oh_get_uint_value_as_uint(pdf->qpdf, value);
  qpdf_oh_release(pdf->qpdf, value);
  return number;
}

qpdf_oh
pdf_only_value(const Pdf *pdf, qpdf_oh dictionary, const char *key)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key), only = value;

  if (qpdf_oh_is_array(pdf->qpdf, value) && qpdf_oh_get_array_n_items(pdf->qpdf, value) == 1) {
    only = qpdf_oh_get_array_item(pdf->qpdf, value, 0);
    qpdf_oh_release(pdf->qpdf, value);
  }
  return only;
}
