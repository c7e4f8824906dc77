/* disarm_msg.c - a message that Outlook has saved ([MS-OXMSG]): its bodies, texts and files one by
 * one, in embedded messages too.
 *
 * A stream that changes may grow, so the compound file around all of them is written anew. Its size
 * stands in the list of properties of its storage as well ([MS-OXMSG] 2.4.2.2). What cannot be
 * disarmed stays, for the inspection to find. */
#include "disarming.h"

#include "cfb_write.h"
#include "error.h"
#include "mail_value.h"
#include "msg.h"
#include "octets.h"

typedef struct message {
  Cfb *cfb;
  GPtrArray *streams; /* GBytes, at the places of their entries */
  GHashTable *sizes;  /* storage and tag of what has changed ─▶ its size, as is to be stated */
} Message;

static void
replace(const Message *message, guint index, GBytes *with)
{
  g_bytes_unref(g_ptr_array_index(message->streams, index));
  message->streams->pdata[index] = with;
}

static gint64
size_key(const Message *message, guint index, guint32 tag)
{
  return (gint64)cfb_entry(message->cfb, index)->parent << 32 | tag;
}

/* --- streams --- */

/* A text has a NUL more where its size is stated. */
static void
note_size(const Message *message, guint index, GBytes *value)
{
  const guint32 tag = msg_tag(message->cfb, index), type = tag & 0xffff;
  const gsize nul = type == MAPI_TEXT_16 ? 2 : type == MAPI_TEXT_8 ? 1 : 0;
  gint64 *key = g_new(gint64, 1);

  *key = size_key(message, index, tag);
  g_hash_table_insert(message->sizes, key, GSIZE_TO_POINTER(g_bytes_get_size(value) + nul));
}

/* One of many values has its length in a stream of its own: it stays. */
static void
disarm_stream(const Message *message, guint index, const GPtrArray *charsets, Disarming *disarming)
{
  GBytes *stream = g_ptr_array_index(message->streams, index), *clean;
  const guint32 tag = msg_tag(message->cfb, index);
  MailValue value = {.use = msg_use(message->cfb, index), .wide = mapi_is_wide(tag)};

  value.bytes = stream ? g_bytes_get_data(stream, &value.len) : NULL;
  if (!value.bytes || value.len == 0 || (tag & MAPI_MULTIPLE))
    return;
  clean = mail_value_disarm(&value, charsets, disarming);
  if (!clean)
    return;
  note_size(message, index, clean);
  replace(message, index, clean);
}

/* --- lists of properties --- */

static void
state_sizes(const Message *message, guint list)
{
  GBytes *stream = g_ptr_array_index(message->streams, list);
  gsize len = 0;
  const guint8 *bytes = g_bytes_get_data(stream, &len);
  g_autofree guint8 *copy = g_memdup2(bytes, len);

  for (size_t at = msg_properties_head(message->cfb, list); at + MSG_PROPERTY <= len;
       at += MSG_PROPERTY) {
    const gint64 key = size_key(message, list, le32(bytes + at));
    const gsize size = GPOINTER_TO_SIZE(g_hash_table_lookup(message->sizes, &key));

    if (size > 0)
      put_le32(copy + at + 8, (guint32)size);
  }
  replace(message, list, g_bytes_new_take(g_steal_pointer(&copy), len));
}

static GBytes *
disarm_message(const Message *message, Disarming *disarming, GError **error)
{
  g_autoptr(GPtrArray) charsets = msg_charsets(message->cfb, message->streams);

  for (guint i = 1; i < cfb_count(message->cfb); i++)
    disarm_stream(message, i, charsets, disarming);
  if (g_hash_table_size(message->sizes) == 0)
    return NULL;
  for (guint i = 1; i < cfb_count(message->cfb); i++)
    if (msg_properties_head(message->cfb, i) > 0)
      state_sizes(message, i);
  return cfb_write(message->cfb, message->streams, error);
}

GBytes *
disarm_msg(GBytes *content, Disarming *disarming, GError **error)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  g_autoptr(Cfb) cfb = cfb_open(bytes, len);
  gboolean whole = cfb != NULL && msg_is(cfb);
  g_autoptr(GPtrArray) streams = whole ? msg_streams(cfb, &whole) : NULL;
  g_autoptr(GHashTable) sizes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  const Message message = {cfb, streams, sizes};
  GBytes *clean;

  if (!whole) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "compound file: no message, or damaged");
    return NULL;
  }
  clean = disarm_message(&message, disarming, error);
  return clean || g_hash_table_size(sizes) > 0 ? clean : g_bytes_ref(content);
}
