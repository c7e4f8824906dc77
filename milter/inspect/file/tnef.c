/* tnef.c - the files in winmail.dat ([MS-OXTNEF]), which libclamav unpacks without names and
 * without the messages among them; and the message's own body, which Outlook shows in place of
 * what is beside it.
 *
 * A flat row of attributes: level (1 byte), id (4), length (4), data, checksum (2). An attachment
 * begins with attAttachRenddata; its name is in attAttachTitle, and a longer one in the MAPI
 * properties of attAttachment. What can be read of a damaged list of those counts. */
#include "opened.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "tnef_property.h"
#include "utf16.h"

#define TNEF_SIGNATURE      0x223e9f78
#define ATT_ATTACH_RENDDATA 0x00069002
#define ATT_ATTACH_TITLE    0x00018010
#define ATT_ATTACH_DATA     0x0006800f
#define ATT_ATTACHMENT      0x00069005
#define ATT_MESSAGE         0x00069003

/* Ids of properties, the upper half of a tag: PidTagAttachLongFilename, PidTagAttachDataBinary or
 * -Object, PidTagRtfCompressed, PidTagBodyHtml. */
#define LONG_NAME   0x3707
#define ATTACH_DATA 0x3701
#define BODY_RTF    0x1009
#define BODY_HTML   0x1013

/* In front of an object: the id of its interface. */
#define INTERFACE 16

#define TNEF_NAME_MAX 4096

/* What has been read so far. */
typedef struct tnef {
  GPtrArray *files; /* Opened */
  guint bodies;     /* of them, in front: so that no attribute of a file is taken for theirs */
  gboolean named;   /* the last has its long name, which counts */
  gboolean whole;
} Tnef;

static char *
text8(const unsigned char *bytes, size_t len)
{
  return g_strndup((const char *)bytes, MIN(len, TNEF_NAME_MAX));
}

static char *
text16(const unsigned char *bytes, size_t len)
{
  return utf16_decode_lossy(bytes, MIN(len, TNEF_NAME_MAX), UTF16_LE);
}

static Opened *
last_file(const Tnef *tnef)
{
  return tnef->files->len > tnef->bodies ? g_ptr_array_index(tnef->files, tnef->files->len - 1)
                                         : NULL;
}

static void
set_name(const Tnef *tnef, char *name)
{
  Opened *file = last_file(tnef);

  if (!file || !name || !*name) {
    g_free(name);
    return;
  }
  g_free(file->name);
  file->name = name;
}

/* With two of them readers differ. */
static void
set_long_name(Tnef *tnef, char *name)
{
  if (tnef->named && last_file(tnef) && strcmp(last_file(tnef)->name, name) != 0)
    tnef->whole = FALSE;
  tnef->named = TRUE;
  set_name(tnef, name);
}

/* The first data count: the attribute stands before the properties, which may repeat it. */
static void
set_content(Tnef *tnef, const unsigned char *bytes, size_t len)
{
  Opened *file = last_file(tnef);

  if (file && !file->content)
    file->content = g_bytes_new(bytes, len);
}

/* --- properties --- */

static void
read_file_property(Tnef *tnef, const TnefProperty *property)
{
  const unsigned type = property->tag & 0xffff;
  const size_t skip = type == TNEF_OBJECT ? INTERFACE : 0;

  switch (property->tag >> 16) {
  case LONG_NAME:
    if (type == TNEF_TEXT_16)
      set_long_name(tnef, text16(property->data, property->size));
    else if (type == TNEF_TEXT_8)
      set_long_name(tnef, text8(property->data, property->size));
    break;
  case ATTACH_DATA: /* a message in an object is TNEF again */
    if ((type == TNEF_BINARY || type == TNEF_OBJECT) && property->size > skip)
      set_content(tnef, property->data + skip, property->size - skip);
    break;
  default:
    break;
  }
}

static void
read_body_property(Tnef *tnef, const TnefProperty *property)
{
  const gboolean rtf = property->tag >> 16 == BODY_RTF;
  GBytes *content;

  if (!rtf && property->tag >> 16 != BODY_HTML)
    return;
  content = rtf ? lzfu_open(property->data, property->size, &tnef->whole)
                : g_bytes_new(property->data, property->size);
  if (!content)
    return;
  g_ptr_array_insert(tnef->files, 0, opened_new(rtf ? "message.rtf" : "message.html", content));
  tnef->bodies++;
}

static void
read_properties(Tnef *tnef, const unsigned char *bytes, size_t len,
                void (*take)(Tnef *, const TnefProperty *))
{
  TnefProperties list;
  TnefProperty property;
  int more = tnef_properties_begin(&list, bytes, len) ? 1 : -1;

  while (more > 0 && (more = tnef_properties_next(&list, &property)) > 0)
    if (property.data && property.size > 0)
      take(tnef, &property);
  if (more < 0)
    tnef->whole = FALSE;
}

/* --- attributes --- */

static void
read_attribute(Tnef *tnef, guint32 id, const unsigned char *data, size_t size)
{
  switch (id) {
  case ATT_ATTACH_RENDDATA:
    g_ptr_array_add(tnef->files, opened_new("", NULL));
    tnef->named = FALSE;
    break;
  case ATT_ATTACH_TITLE:
    if (!tnef->named)
      set_name(tnef, text8(data, size));
    break;
  case ATT_ATTACH_DATA:
    if (last_file(tnef) && last_file(tnef)->content) /* which one counts, readers differ */
      tnef->whole = FALSE;
    set_content(tnef, data, size);
    break;
  case ATT_ATTACHMENT:
    read_properties(tnef, data, size, read_file_property);
    break;
  case ATT_MESSAGE:
    read_properties(tnef, data, size, read_body_property);
    break;
  default:
    break;
  }
}

gboolean
tnef_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  Tnef tnef = {files, 0, FALSE, TRUE};
  size_t at = 6;

  if (len < 6 || le32(bytes) != TNEF_SIGNATURE)
    return FALSE;
  while (at < len && len - at >= 11) {
    size_t size = le32(bytes + at + 5);

    if ((bytes[at] != 1 && bytes[at] != 2) || size > len - at - 11 ||
        files->len >= LIMIT_UNPACK_FILES)
      return FALSE;
    read_attribute(&tnef, le32(bytes + at + 1), bytes + at + 9, size);
    at += 11 + size;
  }
  return tnef.whole;
}
