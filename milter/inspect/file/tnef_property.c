/* tnef_property.c - MAPI properties as winmail.dat has them ([MS-OXTNEF] 2.1.3.4): a count, then of
 * each its tag, the name of one that has its own, and its values, padded to four bytes. */
#include "tnef_property.h"

#include <string.h>

#include "octets.h"

#define MULTIPLE   0x1000
#define NAMED      0x8000
#define GUID       16
#define KIND_NAMES 1

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
value_size(unsigned type)
{
  switch (type & ~(unsigned)MULTIPLE) {
  case 0x0002: /* integers of 16 and 32 bits, a real of 32, an error, a boolean */
  case 0x0003:
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
  case TNEF_TEXT_8:
  case TNEF_TEXT_16:
  case TNEF_BINARY:
  case TNEF_OBJECT:
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

/* The first value is the property's. The last in a list may lack its padding. */
static gboolean
read_values(TnefProperties *list, TnefProperty *property)
{
  guint32 count, len;

  if (!read_number(list, &count))
    return FALSE;
  for (guint32 i = 0; i < count; i++) {
    if (!read_number(list, &len) || len > (guint64)(list->end - list->at))
      return FALSE;
    if (i == 0) {
      property->data = list->at;
      property->size = len;
    }
    list->at += MIN(padded(len), (guint64)(list->end - list->at));
  }
  return TRUE;
}

gboolean
tnef_properties_begin(TnefProperties *list, const unsigned char *bytes, size_t len)
{
  *list = (TnefProperties){bytes, bytes + len, 0};
  return read_number(list, &list->left);
}

int
tnef_properties_next(TnefProperties *list, TnefProperty *property)
{
  guint32 tag, count = 1;
  int size;

  *property = (TnefProperty){0};
  if (list->left == 0)
    return 0;
  list->left--;
  if (!read_number(list, &tag))
    return -1;
  property->tag = tag;
  size = value_size(tag & 0xffff);
  if (size < 0 || ((tag >> 16) >= NAMED && !skip_name(list)))
    return -1;
  if (size == 0)
    return read_values(list, property) ? 1 : -1;
  if ((tag & MULTIPLE) && !read_number(list, &count))
    return -1;
  return skip(list, (guint64)count * (guint64)size) ? 1 : -1;
}
