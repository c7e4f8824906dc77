/* msg_shape.c - storages and streams of a message of Outlook's by their names
 * ([MS-OXMSG] 2.1, 2.2):
 * "__properties_version1.0" is the list of the properties of a storage; those that do not fit in
 * there are streams "__substg1.0_ppppttttt", property and type in hexadecimal. */
#include "msg.h"

#include <string.h>

#include "octets.h"

#define ATTACHMENT "__attach_version1.0_#"
#define PROPERTY   "__substg1.0_"
#define PROPERTIES "__properties_version1.0"
#define MESSAGE    PROPERTY "3701000D"

gboolean
msg_is(const Cfb *cfb)
{
  for (guint i = 1; i < cfb_count(cfb); i++)
    if (cfb_entry(cfb, i)->parent == 0 && cfb_name_is(cfb_entry(cfb, i)->name, PROPERTIES))
      return TRUE;
  return FALSE;
}

gboolean
msg_is_attachment(const CfbEntry *entry)
{
  return entry->storage && entry->parent >= 0 && cfb_name_after(entry->name, ATTACHMENT) != NULL;
}

gboolean
msg_is_message(const CfbEntry *entry)
{
  return entry->storage && entry->parent >= 0 && cfb_name_is(entry->name, MESSAGE);
}

static gboolean
in_attachment(const Cfb *cfb, guint index)
{
  int parent = cfb_entry(cfb, index)->parent;

  return parent > 0 && msg_is_attachment(cfb_entry(cfb, (guint)parent));
}

/* The list of names of properties has streams of the same kind of name, and recipients show
 * nothing that can be followed. */
static gboolean
in_message(const Cfb *cfb, guint index)
{
  int parent = cfb_entry(cfb, index)->parent;

  return parent == 0 || (parent > 0 && msg_is_message(cfb_entry(cfb, (guint)parent)));
}

/* "1000001F", or with "-00000002" behind it one of many values; the lengths of those are a stream
 * of their own. */
guint32
msg_tag(const Cfb *cfb, guint index)
{
  const CfbEntry *entry = cfb_entry(cfb, index);
  const char *digits = entry->parent >= 0 ? cfb_name_after(entry->name, PROPERTY) : NULL;
  guint32 tag = 0;

  if (!digits || entry->storage)
    return 0;
  for (guint i = 0; i < 8; i++, digits++) {
    if (!g_ascii_isxdigit(*digits))
      return 0;
    tag = tag << 4 | (guint32)g_ascii_xdigit_value(*digits);
  }
  if (*digits != ((tag & MAPI_MULTIPLE) ? '-' : '\0'))
    return 0;
  return tag;
}

MapiUse
msg_use(const Cfb *cfb, guint index)
{
  const guint32 tag = msg_tag(cfb, index);

  if (tag == 0 || (!in_message(cfb, index) && !in_attachment(cfb, index)))
    return MAPI_OTHER;
  return mapi_use(tag, in_attachment(cfb, index));
}

size_t
msg_properties_head(const Cfb *cfb, guint index)
{
  const CfbEntry *entry = cfb_entry(cfb, index);

  if (entry->storage || entry->parent < 0 || !cfb_name_is(entry->name, PROPERTIES))
    return 0;
  return entry->parent == 0 ? 32 : in_message(cfb, index) ? 24 : 8;
}

/* An embedded message has a list of its own; whichever names a code page counts for all. */
GPtrArray *
msg_charsets(const Cfb *cfb, const GPtrArray *streams)
{
  GPtrArray *charsets = g_ptr_array_new();

  for (guint i = 0; i < cfb_count(cfb); i++) {
    size_t at = msg_properties_head(cfb, i);
    GBytes *stream = at > 0 ? g_ptr_array_index(streams, i) : NULL;
    gsize len = 0;
    const unsigned char *bytes = stream ? g_bytes_get_data(stream, &len) : NULL;

    for (; bytes && at + MSG_PROPERTY <= len; at += MSG_PROPERTY)
      if (mapi_is_code_page(le32(bytes + at)))
        mapi_add_charset(charsets, le32(bytes + at + 8));
  }
  if (charsets->len == 0)
    g_ptr_array_add(charsets, NULL);
  return charsets;
}

GPtrArray *
msg_streams(Cfb *cfb, gboolean *whole)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

  g_ptr_array_set_size(streams, (int)cfb_count(cfb));
  for (guint i = 1; i < cfb_count(cfb); i++)
    if (!cfb_entry(cfb, i)->storage && cfb_entry(cfb, i)->parent >= 0 &&
        !(streams->pdata[i] = cfb_read(cfb, i)))
      *whole = FALSE;
  return streams;
}
