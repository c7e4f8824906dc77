/* tnef_shape.c - the attributes of winmail.dat ([MS-OXTNEF] 2.1.3), and MAPI properties as it has
 * them (2.1.3.4): a count, then of each its tag, the name of one that has its own, and its values,
 * padded to four bytes. */
#include "tnef.h"

#include <string.h>

#include "mapi.h"
#include "octets.h"

#define SIGNATURE  0x223e9f78
#define HEAD       6
#define FRONT      9
#define AROUND     11
#define NAMED      0x8000
#define GUID       16
#define KIND_NAMES 1

/* --- attributes --- */

gboolean
tnef_is(const unsigned char *bytes, size_t len)
{
  return len >= HEAD && le32(bytes) == SIGNATURE;
}

gboolean
tnef_begin(Tnef *tnef, const unsigned char *bytes, size_t len)
{
  *tnef = (Tnef){bytes, len, HEAD};
  return tnef_is(bytes, len);
}

int
tnef_next(Tnef *tnef, TnefAttribute *attribute)
{
  const unsigned char *p = tnef->bytes + tnef->at;
  size_t left = tnef->len - tnef->at, size;

  if (left < AROUND)
    return 0;
  size = le32(p + 5);
  if ((p[0] != 1 && p[0] != 2) || size > left - AROUND)
    return -1;
  attribute->id = le32(p + 1);
  attribute->whole = range_make(tnef->at, AROUND + size);
  attribute->data = range_make(tnef->at + FRONT, size);
  tnef->at += AROUND + size;
  return 1;
}

guint16
tnef_checksum(const unsigned char *data, size_t len)
{
  guint16 sum = 0;

  for (size_t i = 0; i < len; i++)
    sum = (guint16)(sum + data[i]);
  return sum;
}

/* --- properties --- */

static gboolean
skip(TnefProperties *list, guint64 n)
{
  if (n > (guint64)(list->end - list->at))
    return FALSE;
  list->at += n;
  return TRUE;
}

static gboolean
read_number(TnefProperties *list, guint32 *number)
{
  if (list->end - list->at < 4)
    return FALSE;
  *number = le32(list->at);
  list->at += 4;
  return TRUE;
}

static guint64
padded(guint32 len)
{
  return ((guint64)len + 3) & ~(guint64)3;
}

/* Bytes of a value, padding with them; 0 for those that say it themselves, -1 for unknown ones. */
static int
value_size(guint32 tag)
{
  switch (tag & 0xffff & ~(guint32)MAPI_MULTIPLE) {
  case 0x0002: /* integers of 16 and 32 bits, a real of 32, an error, a boolean */
  case MAPI_LONG:
  case 0x0004:
  case 0x000a:
  case 0x000b:
    return 4;
  case 0x0005: /* a real, a sum, times, an integer of 64 bits */
  case 0x0006:
  case 0x0007:
  case 0x0014:
  case 0x0040:
    return 8;
  case 0x0048:
    return GUID;
  case MAPI_TEXT_8:
  case MAPI_TEXT_16:
  case MAPI_BINARY:
  case MAPI_OBJECT:
    return 0;
  default:
    return -1;
  }
}

/* GUID, kind, then a number or a text. */
static gboolean
skip_name(TnefProperties *list)
{
  guint32 kind, id;

  return skip(list, GUID) && read_number(list, &kind) && read_number(list, &id) &&
         (kind != KIND_NAMES || skip(list, padded(id)));
}

gboolean
tnef_properties_begin(TnefProperties *list, const unsigned char *bytes, size_t len)
{
  *list = (TnefProperties){.at = bytes, .end = bytes + len};
  return read_number(list, &list->left);
}

/* To the next property that has values. 1, 0 at the end, -1. */
static int
read_head(TnefProperties *list)
{
  while (list->values == 0) {
    int size;

    if (list->left == 0)
      return 0;
    list->left--;
    if (!read_number(list, &list->tag))
      return -1;
    size = value_size(list->tag);
    if (size < 0 || ((list->tag >> 16) >= NAMED && !skip_name(list)))
      return -1;
    list->values = 1;
    list->index = 0;
    if ((size == 0 || (list->tag & MAPI_MULTIPLE)) && !read_number(list, &list->values))
      return -1;
  }
  return 1;
}

/* The last in a list may lack its padding. */
static gboolean
read_value(TnefProperties *list, TnefProperty *property)
{
  guint32 len = (guint32)value_size(list->tag);

  property->start = list->at;
  if (len == 0) {
    if (!read_number(list, &len))
      return FALSE;
  }
  if (len > (guint64)(list->end - list->at))
    return FALSE;
  property->data = list->at;
  property->size = len;
  list->at += MIN(padded(len), (guint64)(list->end - list->at));
  property->written = (size_t)(list->at - property->start);
  return TRUE;
}

int
tnef_properties_next(TnefProperties *list, TnefProperty *property)
{
  int more = read_head(list);

  *property = (TnefProperty){.tag = list->tag, .index = list->index};
  if (more <= 0)
    return more;
  list->values--;
  list->index++;
  return read_value(list, property) ? 1 : -1;
}

/* --- charsets --- */

static void
add_charsets(GPtrArray *charsets, const unsigned char *bytes, size_t len)
{
  TnefProperties list;
  TnefProperty property;

  if (!tnef_properties_begin(&list, bytes, len))
    return;
  while (tnef_properties_next(&list, &property) > 0)
    if (mapi_is_code_page(property.tag))
      mapi_add_charset(charsets, le32(property.data));
}

GPtrArray *
tnef_charsets(const unsigned char *bytes, size_t len)
{
  GPtrArray *charsets = g_ptr_array_new();
  TnefAttribute attribute;
  Tnef tnef;

  for (int more = tnef_begin(&tnef, bytes, len); more && tnef_next(&tnef, &attribute) > 0;) {
    const unsigned char *data = bytes + attribute.data.off;

    if (attribute.id == TNEF_CODE_PAGE && attribute.data.len >= 4)
      mapi_add_charset(charsets, le32(data));
    else if (attribute.id == TNEF_MESSAGE)
      add_charsets(charsets, data, attribute.data.len);
  }
  if (charsets->len == 0)
    g_ptr_array_add(charsets, NULL);
  return charsets;
}
