/* pdf_graph.c - values in the dictionaries of a PDF. */
#include "pdf_graph.h"

#include <string.h>

#define ANCESTORS 32

PdfType
pdf_type(const Pdf *pdf, qpdf_oh object)
{
  return qpdf_oh_get_type_code(pdf->qpdf, object);
}

gboolean
pdf_type_holds(PdfType type)
{
  return type == ot_dictionary || type == ot_array || type == ot_stream;
}

gboolean
pdf_key_is(const Pdf *pdf, qpdf_oh dictionary, const char *key, const char *name)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  gboolean is = qpdf_oh_is_name_and_equals(pdf->qpdf, value, name);

  qpdf_oh_release(pdf->qpdf, value);
  return is;
}

gboolean
pdf_subtype_is(const Pdf *pdf, qpdf_oh dictionary, const char *name)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, "/Subtype");
  size_t len = 0;
  const char *bytes = pdf_string_bytes(pdf, value, &len);
  const gboolean is = bytes ? len == strlen(name) && memcmp(bytes, name, len) == 0
                            : qpdf_oh_is_name(pdf->qpdf, value) &&
                                  strcmp(qpdf_oh_get_name(pdf->qpdf, value) + 1, name) == 0;

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

gint64
pdf_object_id(const Pdf *pdf, qpdf_oh object)
{
  return (gint64)((guint64)(guint32)qpdf_oh_get_object_id(pdf->qpdf, object) << 32 |
                  (guint32)qpdf_oh_get_generation(pdf->qpdf, object));
}

GPtrArray *
pdf_dictionary_keys(const Pdf *pdf, qpdf_oh dictionary)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  qpdf_oh_begin_dict_key_iter(pdf->qpdf, dictionary);
  while (qpdf_oh_dict_more_keys(pdf->qpdf))
    g_ptr_array_add(names, g_strdup(qpdf_oh_dict_next_key(pdf->qpdf)));
  return names;
}

qpdf_oh
pdf_take(GArray *handles)
{
  const qpdf_oh last = g_array_index(handles, qpdf_oh, handles->len - 1);

  g_array_set_size(handles, handles->len - 1);
  return last;
}

const char *
pdf_string_bytes(const Pdf *pdf, qpdf_oh value, size_t *len)
{
  return qpdf_oh_is_string(pdf->qpdf, value)
             ? qpdf_oh_get_binary_string_value(pdf->qpdf, value, len)
             : NULL;
}

const char *
pdf_address_bytes(const Pdf *pdf, qpdf_oh value, size_t *len)
{
  const char *name;

  if (!qpdf_oh_is_name(pdf->qpdf, value))
    return pdf_string_bytes(pdf, value, len);
  name = qpdf_oh_get_name(pdf->qpdf, value) + 1;
  *len = strlen(name);
  return strchr(name, ':') ? name : NULL;
}

char *
pdf_text_string(const Pdf *pdf, qpdf_oh value)
{
  size_t len = 0;
  const char *bytes = pdf_string_bytes(pdf, value, &len);

  return bytes ? pdf_string_text(bytes, len) : NULL;
}

/* GLib's own takes the lower half, which is the same generation for all. */
static guint
object_hash(gconstpointer key)
{
  return (guint)(*(const guint64 *)key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> 32);
}

GHashTable *
pdf_objects_new(void)
{
  return g_hash_table_new_full(object_hash, g_int64_equal, g_free, NULL);
}

gboolean
pdf_object_add(const Pdf *pdf, GHashTable *set, qpdf_oh object)
{
  gint64 *key = g_new(gint64, 1);

  *key = pdf_object_id(pdf, object);
  return g_hash_table_add(set, key);
}

gboolean
pdf_wants_links(const Pdf *pdf)
{
  return pdf->found || (pdf->disarming && pdf->disarming->orders->dead &&
                        g_hash_table_size(pdf->disarming->orders->dead) > 0);
}

gboolean
pdf_is_dead(Pdf *pdf, LinkUse use, const char *address)
{
  if (!address)
    return FALSE;
  if (pdf->found) {
    g_ptr_array_add(pdf->found->addresses, g_strdup(address));
    g_array_append_val(pdf->found->uses, use);
    return FALSE;
  }
  return disarming_dead(pdf->disarming, address) != NULL;
}

qpdf_oh
pdf_page_resources(const Pdf *pdf, qpdf_oh page)
{
  qpdf_oh at = qpdf_oh_get_key(pdf->qpdf, page, "/Parent");
  qpdf_oh found = qpdf_oh_get_key(pdf->qpdf, page, "/Resources");

  for (int i = 0; i < ANCESTORS && !qpdf_oh_is_dictionary(pdf->qpdf, found) &&
                  qpdf_oh_is_dictionary(pdf->qpdf, at);
       i++) {
    qpdf_oh up = qpdf_oh_get_key(pdf->qpdf, at, "/Parent");

    qpdf_oh_release(pdf->qpdf, found);
    found = qpdf_oh_get_key(pdf->qpdf, at, "/Resources");
    qpdf_oh_release(pdf->qpdf, at);
    at = up;
  }
  qpdf_oh_release(pdf->qpdf, at);
  return found;
}
