/* msg.c - the files in a message that Outlook has saved ([MS-OXMSG]), and what it shows itself.
 *
 * An attachment is a storage "__attach_version1.0_#00000000", and its properties are streams
 * "__substg1.0_ppppttttt": property and type in hexadecimal. One that is a message itself is a
 * storage "__substg1.0_3701000D" in turn, with attachments of its own: their names begin with its
 * name, as those in a folder of an archive do. Which of content and message counts where there are
 * both, another property says: so the content always does. */
#include "msg.h"

#include <string.h>

#include "bounds.h"
#include "mapi.h"
#include "opened.h"
#include "utf16.h"

#define PROPERTY "__substg1.0_"

#define NAME_BYTES 4096

/* The names by preference: long, short, displayed, each in UTF-16 or 8-bit. */
static const char *const name_properties[] = {"3707001F", "3707001E", "3704001F",
                                              "3704001E", "3001001F", "3001001E"};

typedef struct reader {
  Cfb *cfb;
  GPtrArray *streams;     /* GBytes, at the places of their entries */
  GPtrArray *attachments; /* Attachment, at those of their storages */
} Reader;

typedef struct attachment {
  char *name;
  guint rank; /* of the name, in name_properties */
  int data;   /* entry of its content, or -1 */
  gboolean object;
} Attachment;

static void
attachment_free(void *data)
{
  Attachment *attachment = data;

  if (attachment)
    g_free(attachment->name);
  g_free(attachment);
}

static char *
read_text(const Reader *reader, guint index)
{
  GBytes *bytes = g_ptr_array_index(reader->streams, index);
  gsize len = 0;
  const unsigned char *text = bytes ? g_bytes_get_data(bytes, &len) : NULL;

  if (!text || len > NAME_BYTES)
    return NULL;
  return mapi_is_wide(msg_tag(reader->cfb, index)) ? utf16_decode_lossy(text, len, UTF16_LE)
                                                   : g_strndup((const char *)text, len);
}

static void
take_name(const Reader *reader, guint index, const char *property, Attachment *attachment)
{
  for (guint rank = 0; rank < G_N_ELEMENTS(name_properties); rank++) {
    g_autofree char *name = NULL;

    if (!cfb_name_is(property, name_properties[rank]) || rank >= attachment->rank)
      continue;
    name = read_text(reader, index);
    if (!name || !*name)
      return;
    g_free(attachment->name);
    attachment->name = g_steal_pointer(&name);
    attachment->rank = rank;
  }
}

static void
take_property(const Reader *reader, guint index, Attachment *attachment)
{
  const CfbEntry *entry = cfb_entry(reader->cfb, index);
  const char *property = cfb_name_after(entry->name, PROPERTY);

  if (!property)
    return;
  if (cfb_name_is(property, "37010102") && !entry->storage)
    attachment->data = (int)index;
  else if (cfb_name_is(property, "3701000D") && entry->storage)
    attachment->object = TRUE;
  else if (!entry->storage)
    take_name(reader, index, property, attachment);
}

/* One for each storage of an attachment, at its place. */
static void
find_attachments(Reader *reader)
{
  const Cfb *cfb = reader->cfb;
  GPtrArray *all = reader->attachments;

  g_ptr_array_set_size(all, (int)cfb_count(cfb));
  for (guint i = 0; i < cfb_count(cfb); i++) {
    Attachment *attachment;

    if (!msg_is_attachment(cfb_entry(cfb, i)))
      continue;
    attachment = g_new0(Attachment, 1);
    attachment->name = g_strdup("");
    attachment->rank = G_N_ELEMENTS(name_properties);
    attachment->data = -1;
    all->pdata[i] = attachment;
  }
  for (guint i = 0; i < cfb_count(cfb); i++)
    if (cfb_entry(cfb, i)->parent >= 0 && all->pdata[cfb_entry(cfb, i)->parent])
      take_property(reader, i, all->pdata[cfb_entry(cfb, i)->parent]);
}

/* The names of the attachments that an entry is in, each of which is two storages where it is a
 * message. */
static char *
names_around(const Reader *reader, guint index)
{
  char *name = g_strdup("");

  for (int step = 0, at = cfb_entry(reader->cfb, index)->parent;
       step < 2 * LIMIT_OPEN_DEPTH && at > 0;
       at = cfb_entry(reader->cfb, (guint)at)->parent, step++) {
    const Attachment *around = g_ptr_array_index(reader->attachments, at);
    char *inner = name;

    if (!around)
      continue;
    name = *inner ? g_strconcat(around->name, "/", inner, NULL) : g_strdup(around->name);
    g_free(inner);
  }
  return name;
}

/* FALSE if it is there and cannot be read. */
static gboolean
add_attachment(const Reader *reader, guint index, GPtrArray *files)
{
  const Attachment *attachment = g_ptr_array_index(reader->attachments, index);
  g_autofree char *around = names_around(reader, index);
  g_autofree char *name = g_strconcat(around, *around ? "/" : "", attachment->name, NULL);
  GBytes *content =
      attachment->data >= 0 ? g_ptr_array_index(reader->streams, attachment->data) : NULL;

  if (attachment->object && attachment->data < 0)
    return TRUE;
  return opened_add(files, name, content ? g_bytes_ref(content) : NULL);
}

static gboolean
add_shown(const Reader *reader, guint index, GPtrArray *charsets, GPtrArray *files)
{
  const MapiUse use = msg_use(reader->cfb, index);
  GBytes *value = g_ptr_array_index(reader->streams, index);
  g_autofree char *around = NULL;
  gsize len = 0;
  const unsigned char *bytes = value ? g_bytes_get_data(value, &len) : NULL;

  if (!bytes || use == MAPI_OTHER || use == MAPI_NAME || use == MAPI_FILE)
    return TRUE;
  around = names_around(reader, index);
  return opened_add_shown(files, use, mapi_is_wide(msg_tag(reader->cfb, index)), charsets, around,
                          bytes, len);
}

gboolean
msg_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  g_autoptr(Cfb) cfb = cfb_open(bytes, len);
  gboolean whole = cfb != NULL;
  g_autoptr(GPtrArray) streams = cfb ? msg_streams(cfb, &whole) : NULL;
  g_autoptr(GPtrArray) charsets = cfb ? msg_charsets(cfb, streams) : NULL;
  g_autoptr(GPtrArray) attachments = g_ptr_array_new_with_free_func(attachment_free);
  Reader reader = {cfb, streams, attachments};

  if (!cfb)
    return FALSE;
  whole = whole && charsets->len <= LIMIT_CODE_PAGES;
  find_attachments(&reader);
  for (guint i = 0; i < attachments->len; i++)
    if (g_ptr_array_index(attachments, i))
      whole = add_attachment(&reader, i, files) && whole;
  for (guint i = 0; i < cfb_count(cfb); i++)
    whole = add_shown(&reader, i, charsets, files) && whole;
  return whole;
}
