/* tnef.c - the files in winmail.dat ([MS-OXTNEF]), which libclamav unpacks without names and
 * without the messages among them; and what the message shows itself, in place of what is beside
 * it.
 *
 * An attachment begins with attAttachRenddata; its name is in attAttachTitle, and others in the
 * MAPI properties of attAttachment, of which most show the long one, and some the one that is
 * displayed. Where they end in different ways the file is there under each. Names count for the
 * attachment wherever they stand in it. Which of two bodies, or two lists of properties, is shown
 * readers differ on: all are read. What can be read of a damaged list counts. */
#include "tnef.h"

#include <string.h>

#include "bounds.h"
#include "mapi.h"
#include "opened.h"
#include "utf16.h"

#define NAME_BYTES 4096

/* Names of one attachment besides the long one. */
#define ALIASES 4

/* What has been read so far. */
typedef struct reader {
  GPtrArray *files;    /* Opened */
  guint first;         /* of them: of the attachment that is read */
  Opened *file;        /* its content, or NULL */
  char *name;          /* its long one, or NULL */
  GPtrArray *aliases;  /* char *: its others, its title first */
  GPtrArray *charsets; /* const char * */
  gboolean whole;
} Reader;

/* --- names --- */

/* Of a longer one it is not known how it ends. */
static char *
read_name(Reader *reader, gboolean wide, const unsigned char *bytes, size_t len)
{
  reader->whole = reader->whole && len <= NAME_BYTES;
  len = MIN(len, NAME_BYTES);
  return wide ? utf16_decode_lossy(bytes, len, UTF16_LE) : g_strndup((const char *)bytes, len);
}

/* Takes name over. With two of them readers differ. */
static void
take_name(Reader *reader, char *name)
{
  if (!*name) {
    g_free(name);
    return;
  }
  if (reader->name && strcmp(reader->name, name) != 0)
    reader->whole = FALSE;
  g_free(reader->name);
  reader->name = name;
}

/* The same. */
static void
take_alias(Reader *reader, char *name, gboolean title)
{
  const gboolean known =
      !*name || g_ptr_array_find_with_equal_func(reader->aliases, name, g_str_equal, NULL);

  if (!known && reader->aliases->len < ALIASES) {
    g_ptr_array_insert(reader->aliases, title ? 0 : -1, name);
    return;
  }
  reader->whole = reader->whole && known;
  g_free(name);
}

/* Does an alias end as the name does? One without an ending is opened by nothing. A short name has
 * three letters of it, which are taken for the same of types that are opened alike. */
static gboolean
ends_alike(const char *name, const char *alias)
{
  static const char shortened[] = " .doc .xls .ppt .vsd .htm .jpe .tif ";
  const char *ending = strrchr(name, '.'), *other = strrchr(alias, '.');
  g_autofree char *lower = other ? g_ascii_strdown(other, -1) : NULL;
  g_autofree char *word = g_strdup_printf(" %s ", lower ? lower : "");

  if (!other)
    return TRUE;
  return ending && g_ascii_strncasecmp(ending, other, strlen(other)) == 0 &&
         (ending[strlen(other)] == '\0' || strstr(shortened, word));
}

/* --- attachments --- */

static void
name_file(Reader *reader, guint index)
{
  Opened *file = g_ptr_array_index(reader->files, index);
  const GPtrArray *aliases = reader->aliases;
  const char *name = reader->name       ? reader->name
                     : aliases->len > 0 ? g_ptr_array_index(aliases, 0)
                                        : "";

  g_free(file->name);
  file->name = g_strdup(name);
  for (guint i = 0; i < aliases->len && file->content; i++) {
    const char *alias = g_ptr_array_index(aliases, i);

    if (!ends_alike(name, alias) && !opened_add(reader->files, alias, g_bytes_ref(file->content)))
      reader->whole = FALSE;
  }
}

/* All that is the content of the attachment has its names. */
static void
end_file(Reader *reader)
{
  const guint end = reader->files->len;

  for (guint i = reader->first; i < end && reader->file; i++)
    if (((const Opened *)g_ptr_array_index(reader->files, i))->use == MAPI_OTHER)
      name_file(reader, i);
  reader->file = NULL;
  g_clear_pointer(&reader->name, g_free);
  g_ptr_array_set_size(reader->aliases, 0);
}

static void
begin_file(Reader *reader)
{
  reader->first = reader->files->len;
  if (opened_add(reader->files, "", NULL))
    reader->file = g_ptr_array_index(reader->files, reader->first);
  else
    reader->whole = FALSE;
}

/* The attribute stands before the properties, which may repeat it. What differs, and what belongs
 * to no attachment that was begun, some readers show: it is a file of its own. */
static void
set_content(Reader *reader, const unsigned char *bytes, size_t len)
{
  g_autoptr(GBytes) content = g_bytes_new(bytes, len);

  if (!reader->file)
    begin_file(reader);
  if (reader->file && !reader->file->content)
    reader->file->content = g_steal_pointer(&content);
  else if (!reader->file || !g_bytes_equal(reader->file->content, content))
    reader->whole = opened_add(reader->files, "", g_steal_pointer(&content)) && reader->whole;
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
      take_name(reader, read_name(reader, wide, property->data, property->size));
    break;
  case MAPI_ALIAS:
    if (property->index == 0 && property->size > 0)
      take_alias(reader, read_name(reader, wide, property->data, property->size), FALSE);
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
    end_file(reader);
    begin_file(reader);
    break;
  case TNEF_ATTACH_TITLE:
    take_alias(reader, read_name(reader, FALSE, data, size), TRUE);
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

static int
read_attributes(Reader *reader, Tnef *tnef)
{
  TnefAttribute attribute;
  int more;

  while ((more = tnef_next(tnef, &attribute)) > 0 && reader->files->len < LIMIT_UNPACK_FILES)
    read_attribute(reader, attribute.id, tnef->bytes + attribute.data.off, attribute.data.len);
  end_file(reader);
  return more;
}

gboolean
tnef_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  g_autoptr(GPtrArray) charsets = NULL, aliases = g_ptr_array_new_with_free_func(g_free);
  Reader reader = {.files = files, .aliases = aliases};
  Tnef tnef;

  if (!tnef_begin(&tnef, bytes, len))
    return FALSE;
  reader.charsets = charsets = tnef_charsets(bytes, len);
  reader.whole = charsets->len <= LIMIT_CODE_PAGES;
  return read_attributes(&reader, &tnef) == 0 && reader.whole;
}
