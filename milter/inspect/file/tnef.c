/* tnef.c - the files in winmail.dat ([MS-OXTNEF]), which libclamav unpacks without names and
 * without the messages among them; and the message's own body, which Outlook shows in place of
 * what is beside it.
 *
 * A flat row of attributes: level (1 byte), id (4), length (4), data, checksum (2). An attachment
 * begins with attAttachRenddata; its name is in attAttachTitle, and a longer one in the MAPI
 * properties of attAttachment, which are searched for the property's tag rather than parsed: each
 * has a format of its own and a mistake in one would hide the rest. */
#include "opened.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "utf16.h"

#define TNEF_SIGNATURE      0x223e9f78
#define ATT_ATTACH_RENDDATA 0x00069002
#define ATT_ATTACH_TITLE    0x00018010
#define ATT_ATTACH_DATA     0x0006800f
#define ATT_ATTACHMENT      0x00069005
#define ATT_MESSAGE         0x00069003

/* PidTagAttachLongFilename as 8-bit and as UTF-16 text. */
#define LONG_NAME_8  "\x1e\x00\x07\x37"
#define LONG_NAME_16 "\x1f\x00\x07\x37"

/* PidTagAttachDataBinary, PidTagAttachDataObject. */
#define DATA_BINARY "\x02\x01\x01\x37"
#define DATA_OBJECT "\x0d\x00\x01\x37"

/* PidTagRtfCompressed, PidTagBodyHtml: count, length, data. */
#define BODY_RTF  "\x02\x01\x09\x10"
#define BODY_HTML "\x02\x01\x13\x10"

#define TNEF_NAME_MAX 4096

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

/* After the tag: number of values (for text), length, text. */
static char *
long_name(const unsigned char *bytes, size_t len)
{
  const unsigned char *wide = memmem(bytes, len, LONG_NAME_16, 4);
  const unsigned char *at = wide ? wide : memmem(bytes, len, LONG_NAME_8, 4);
  size_t left = at ? (size_t)(bytes + len - at) : 0;
  size_t n;

  if (left < 12 || le32(at + 4) != 1)
    return NULL;
  n = MIN(le32(at + 8), left - 12);
  return wide ? text16(at + 12, n) : text8(at + 12, n);
}

/* PidTagAttachDataBinary or PidTagAttachDataObject in the same properties: count, length, data; an
 * object's data follow its interface's id. A message inside is TNEF again. */
static GBytes *
property_data(const unsigned char *bytes, size_t len)
{
  const unsigned char *object = memmem(bytes, len, DATA_OBJECT, 4);
  const unsigned char *at = object ? object : memmem(bytes, len, DATA_BINARY, 4);
  size_t left = at ? (size_t)(bytes + len - at) : 0;
  size_t skip = object ? 12 + 16 : 12;

  if (left <= skip)
    return NULL;
  return g_bytes_new(at + skip, MIN(MAX(le32(at + 8), skip - 12) - (skip - 12), left - skip));
}

static void
set_name(Opened *file, char *name)
{
  if (!file || !name || !*name) {
    g_free(name);
    return;
  }
  g_free(file->name);
  file->name = name;
}

/* The first data count: the attribute stands before the properties, which may repeat it. */
static void
set_content(Opened *file, GBytes *content)
{
  if (file && content && !file->content)
    file->content = g_bytes_ref(content);
  if (content)
    g_bytes_unref(content);
}

/* The body in the properties of the message. Bodies come first, so that no attribute of a file is
 * taken for one of theirs. */
static guint
read_body(GPtrArray *files, const char *tag, const char *name, const unsigned char *bytes,
          size_t len)
{
  const unsigned char *at = memmem(bytes, len, tag, 4);
  size_t left = at ? (size_t)(bytes + len - at) : 0, n;
  GBytes *content;

  if (left < 12 || le32(at + 4) != 1)
    return 0;
  n = MIN(le32(at + 8), left - 12);
  content = strcmp(tag, BODY_RTF) == 0 ? lzfu_open(at + 12, n) : g_bytes_new(at + 12, n);
  if (!content)
    return 0;
  g_ptr_array_insert(files, 0, opened_new(name, content));
  return 1;
}

static void
read_attribute(GPtrArray *files, guint *bodies, guint32 id, const unsigned char *data, size_t size)
{
  Opened *last = files->len > *bodies ? g_ptr_array_index(files, files->len - 1) : NULL;

  switch (id) {
  case ATT_ATTACH_RENDDATA:
    g_ptr_array_add(files, opened_new("", NULL));
    break;
  case ATT_ATTACH_TITLE:
    set_name(last, text8(data, size));
    break;
  case ATT_ATTACH_DATA:
    set_content(last, g_bytes_new(data, size));
    break;
  case ATT_ATTACHMENT:
    set_name(last, long_name(data, size));
    set_content(last, property_data(data, size));
    break;
  case ATT_MESSAGE:
    *bodies += read_body(files, BODY_RTF, "message.rtf", data, size);
    *bodies += read_body(files, BODY_HTML, "message.html", data, size);
    break;
  default:
    break;
  }
}

gboolean
tnef_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  size_t at = 6;
  guint bodies = 0;

  if (len < 6 || le32(bytes) != TNEF_SIGNATURE)
    return FALSE;
  while (at < len && len - at >= 11) {
    size_t size = le32(bytes + at + 5);

    if ((bytes[at] != 1 && bytes[at] != 2) || size > len - at - 11 ||
        files->len >= LIMIT_UNPACK_FILES)
      return FALSE;
    read_attribute(files, &bodies, le32(bytes + at + 1), bytes + at + 9, size);
    at += 11 + size;
  }
  return TRUE;
}
