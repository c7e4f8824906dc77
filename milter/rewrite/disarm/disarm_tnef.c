/* disarm_tnef.c - winmail.dat ([MS-OXTNEF]): its bodies, texts and files one by one.
 *
 * A flat row of attributes, so any of them may grow: one with a change is written anew, with its
 * length and checksum, and all others stay byte for byte. So does what cannot be disarmed, for
 * the inspection to find. */
#include "disarming.h"

#include <string.h>

#include "bounds.h"
#include "error.h"
#include "mail_value.h"
#include "octets.h"
#include "tnef.h"

/* Of an attribute's head: level and id. */
#define KIND 5

typedef struct writer {
  GPtrArray *charsets;
  Disarming *disarming;
} Writer;

static void
put_size(GByteArray *out, gsize size)
{
  guint8 bytes[4];

  put_le32(bytes, (guint32)size);
  g_byte_array_append(out, bytes, sizeof(bytes));
}

/* --- properties --- */

/* With its length in front, padded. */
static GBytes *
written(const unsigned char *head, size_t head_len, GBytes *value)
{
  GByteArray *out = g_byte_array_new();
  gsize len = 0;
  const guint8 *bytes = g_bytes_get_data(value, &len);

  put_size(out, head_len + len);
  g_byte_array_append(out, head, (guint)head_len);
  g_byte_array_append(out, bytes, (guint)len);
  while (out->len % 4)
    g_byte_array_append(out, (const guint8 *)"", 1);
  return g_byte_array_free_to_bytes(out);
}

static GBytes *
disarm_property(const Writer *writer, const TnefProperty *property, gboolean attachment)
{
  const size_t head = (property->tag & 0xffff) == MAPI_OBJECT ? TNEF_INTERFACE : 0;
  const MailValue value = {mapi_use(property->tag, attachment), mapi_is_wide(property->tag),
                           property->data + head, property->size - MIN(head, property->size)};
  g_autoptr(GBytes) clean = NULL;

  if (property->size <= head)
    return NULL;
  clean = mail_value_disarm(&value, writer->charsets, writer->disarming);
  return clean ? written(property->data, head, clean) : NULL;
}

/* NULL where nothing changes, or the list cannot be read to its end. */
static GBytes *
disarm_properties(const Writer *writer, const unsigned char *bytes, size_t len, gboolean attachment)
{
  g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);
  g_autoptr(Edits) edits = edits_new();
  TnefProperties list;
  TnefProperty property;
  int more = tnef_properties_begin(&list, bytes, len) ? 1 : -1;

  while (more > 0 && (more = tnef_properties_next(&list, &property)) > 0) {
    GBytes *with = disarm_property(writer, &property, attachment);

    if (with)
      edits_take(edits, range_make((size_t)(property.start - bytes), property.written), with);
  }
  return more == 0 && edits_count(edits) > 0 ? edits_splice(content, edits, NULL) : NULL;
}

/* --- attributes --- */

/* The new data, or NULL where it stays. */
static GBytes *
disarm_attribute(const Writer *writer, guint32 id, const unsigned char *data, size_t len)
{
  MailValue value = {MAPI_OTHER, FALSE, data, len};

  switch (id) {
  case TNEF_ATTACHMENT:
  case TNEF_MESSAGE:
    return disarm_properties(writer, data, len, id == TNEF_ATTACHMENT);
  case TNEF_ATTACH_DATA:
    value.use = MAPI_FILE;
    break;
  case TNEF_BODY:
    value.use = MAPI_WORDS;
    break;
  case TNEF_SUBJECT:
    value.use = MAPI_NOTE;
    break;
  default:
    return NULL;
  }
  return mail_value_disarm(&value, writer->charsets, writer->disarming);
}

static void
put_attribute(GByteArray *out, const unsigned char *head, GBytes *data)
{
  gsize len = 0;
  const guint8 *bytes = g_bytes_get_data(data, &len);
  guint8 sum[2];

  g_byte_array_append(out, head, KIND);
  put_size(out, len);
  g_byte_array_append(out, bytes, (guint)len);
  put_le16(sum, tnef_checksum(bytes, len));
  g_byte_array_append(out, sum, sizeof(sum));
}

/* FALSE if it cannot be read to its end. */
static gboolean
disarm_attributes(const Writer *writer, Tnef *tnef, GByteArray *out)
{
  TnefAttribute attribute;
  int more;

  g_byte_array_append(out, tnef->bytes, (guint)tnef->at);
  while ((more = tnef_next(tnef, &attribute)) > 0) {
    const unsigned char *whole = tnef->bytes + attribute.whole.off;
    g_autoptr(GBytes) data = disarm_attribute(writer, attribute.id,
                                              tnef->bytes + attribute.data.off, attribute.data.len);

    if (data)
      put_attribute(out, whole, data);
    else
      g_byte_array_append(out, whole, (guint)attribute.whole.len);
    if (out->len > LIMIT_UNPACK_TOTAL)
      return FALSE;
  }
  g_byte_array_append(out, tnef->bytes + tnef->at, (guint)(tnef->len - tnef->at));
  return more == 0;
}

GBytes *
disarm_tnef(GBytes *content, Disarming *disarming, GError **error)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  g_autoptr(GByteArray) out = g_byte_array_new();
  g_autoptr(GPtrArray) charsets = NULL;
  Writer writer = {NULL, disarming};
  Tnef tnef;

  if (!tnef_begin(&tnef, bytes, len)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "TNEF: no signature");
    return NULL;
  }
  writer.charsets = charsets = tnef_charsets(bytes, len);
  if (!disarm_attributes(&writer, &tnef, out)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "TNEF: cannot be read to its end");
    return NULL;
  }
  if (out->len == len && memcmp(out->data, bytes, len) == 0)
    return g_bytes_ref(content);
  return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
