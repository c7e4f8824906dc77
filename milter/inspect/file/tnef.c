/* tnef.c - the files in winmail.dat ([MS-OXTNEF]), which libclamav unpacks without names and
 * without the messages among them; and what the message shows itself, in place of what is beside
 * it.
 *
 * An attachment begins with attAttachRenddata; its name is in attAttachTitle, and a longer one in
 * the MAPI properties of attAttachment. Which of two bodies, or two lists of properties, is shown
 * readers differ on: all are read. What can be read of a damaged list counts. */
#include "tnef.h"

#include <string.h>

#include "bounds.h"
#include "mapi.h"
#include "opened.h"
#include "utf16.h"

#define TNEF_NAME_MAX 4096

/* What has been read so far. */
typedef struct reader {
  GPtrArray *files;    /* Opened */
  Opened *file;        /* the last one that is a file, or NULL */
  gboolean named;      /* it has its long name, which counts */
  GPtrArray *charsets; /* const char * */
  gboolean whole;
} Reader;

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

static void
add_file(Reader *reader)
{
  reader->named = FALSE;
  reader->whole = opened_add(reader->files, "", NULL) && reader->whole;
  reader->file = g_ptr_array_index(reader->files, reader->files->len - 1);
}

static void
set_name(const Reader *reader, char *name)
{
  if (!reader->file || !name || !*name) {
    g_free(name);
    return;
  }
  g_free(reader->file->name);
  reader->file->name = name;
}

/* With two of them readers differ. */
static void
set_long_name(Reader *reader, char *name)
{
  if (reader->named && reader->file && strcmp(reader->file->name, name) != 0)
    reader->whole = FALSE;
  reader->named = TRUE;
  set_name(reader, name);
}

/* The attribute stands before the properties, which may repeat it. What differs, and what belongs
 * to no attachment that was begun, some readers show: it is a file of its own. */
static void
set_content(Reader *reader, const unsigned char *bytes, size_t len)
{
  g_autoptr(GBytes) content = g_bytes_new(bytes, len);

  if (!reader->file)
    add_file(reader);
  if (!reader->file->content)
    reader->file->content = g_steal_pointer(&content);
  else if (!g_bytes_equal(reader->file->content, content))
    reader->whole =
        opened_add(reader->files, reader->file->name, g_steal_pointer(&content)) && reader->whole;
}

static void
add_shown(Reader *reader, MapiUse use, gboolean wide, const unsigned char *bytes, size_t len)
{
  reader->whole =
      opened_add_shown(reader->files, use, wide, reader->charsets, "", bytes, len) && reader->whole;
}

/* --- properties --- */

static void
read_property(Reader *reader, const TnefProperty *property, gboolean attachment)
{
  const MapiUse use = mapi_use(property->tag, attachment);
  const gboolean wide = mapi_is_wide(property->tag);
  const size_t skip = (property->tag & 0xffff) == MAPI_OBJECT ? TNEF_INTERFACE : 0;

  switch (use) {
  case MAPI_OTHER:
    break;
  case MAPI_NAME:
    if (property->index == 0 && property->size > 0)
      set_long_name(reader, (wide ? text16 : text8)(property->data, property->size));
    break;
  case MAPI_FILE: /* a message in an object is TNEF again */
    if (property->index == 0 && property->size > skip)
      set_content(reader, property->data + skip, property->size - skip);
    break;
  default:
    add_shown(reader, use, wide, property->data, property->size);
    break;
  }
}

static void
read_properties(Reader *reader, const unsigned char *bytes, size_t len, gboolean attachment)
{
  TnefProperties list;
  TnefProperty property;
  int more = tnef_properties_begin(&list, bytes, len) ? 1 : -1;

  while (more > 0 && (more = tnef_properties_next(&list, &property)) > 0)
    read_property(reader, &property, attachment);
  if (more < 0)
    reader->whole = FALSE;
}

/* --- attributes --- */

static void
read_attribute(Reader *reader, guint32 id, const unsigned char *data, size_t size)
{
  switch (id) {
  case TNEF_ATTACH_RENDDATA:
    add_file(reader);
    break;
  case TNEF_ATTACH_TITLE:
    if (!reader->named)
      set_name(reader, text8(data, size));
    break;
  case TNEF_ATTACH_DATA:
    if (reader->file && reader->file->content) /* which one counts, readers differ */
      reader->whole = FALSE;
    set_content(reader, data, size);
    break;
  case TNEF_ATTACHMENT:
  case TNEF_MESSAGE:
    read_properties(reader, data, size, id == TNEF_ATTACHMENT);
    break;
  case TNEF_BODY:
  case TNEF_SUBJECT:
    add_shown(reader, id == TNEF_BODY ? MAPI_WORDS : MAPI_NOTE, FALSE, data, size);
    break;
  default:
    break;
  }
}

gboolean
tnef_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  g_autoptr(GPtrArray) charsets = NULL;
  Reader reader = {.files = files, .whole = TRUE};
  TnefAttribute attribute;
  Tnef tnef;
  int more;

  if (!tnef_begin(&tnef, bytes, len))
    return FALSE;
  reader.charsets = charsets = tnef_charsets(bytes, len);
  reader.whole = charsets->len <= LIMIT_CODE_PAGES;
  while ((more = tnef_next(&tnef, &attribute)) > 0) {
    if (files->len >= LIMIT_UNPACK_FILES)
      return FALSE;
    read_attribute(&reader, attribute.id, bytes + attribute.data.off, attribute.data.len);
  }
  return more == 0 && reader.whole;
}
