/* msg.c - the files in a message that Outlook has saved ([MS-OXMSG]), and what it shows itself.
 *
 * An attachment is a storage "__attach_version1.0_#00000000", and its properties are streams
 * (msg_shape.c). One that is a message itself is a storage in turn, with attachments of its own:
 * their names begin with its name, as those in a folder of an archive do. Which of content and
 * message counts where there are both, another property says: so the content always does. Nothing
 * keeps two streams from being the same property, if only by the case of their names, and which of
 * two widths of a name counts yet another property says: each content is a file, under each name.
 */
#include "msg.h"

#include <string.h>

#include "bounds.h"
#include "mapi.h"
#include "opened.h"
#include "utf16.h"

#define NAME_BYTES 4096

/* Names of one attachment, of one kind. */
#define NAMES 4

typedef struct reader {
  Cfb *cfb;
  GPtrArray *streams;     /* GBytes, at the places of their entries */
  GPtrArray *attachments; /* Attachment, at those of their storages */
  gboolean whole;
} Reader;

/* Kinds of names by preference. */
typedef enum rank { RANK_LONG, RANK_SHORT, RANK_DISPLAYED, RANK_NONE } Rank;

typedef struct attachment {
  GPtrArray *names; /* char *, all of that rank, those in UTF-16 first */
  Rank rank;
  GPtrArray *contents; /* GBytes, not its own; NULL: cannot be read */
  gboolean object;
} Attachment;

static Attachment *
attachment_new(void)
{
  Attachment *attachment = g_new0(Attachment, 1);

  attachment->names = g_ptr_array_new_with_free_func(g_free);
  attachment->rank = RANK_NONE;
  attachment->contents = g_ptr_array_new();
  return attachment;
}

static void
attachment_free(void *data)
{
  Attachment *attachment = data;

  if (!attachment)
    return;
  g_ptr_array_unref(attachment->names);
  g_ptr_array_unref(attachment->contents);
  g_free(attachment);
}

static const char *
attachment_name(const Attachment *attachment)
{
  return attachment->names->len > 0 ? g_ptr_array_index(attachment->names, 0) : "";
}

/* --- properties of attachments --- */

static Rank
name_rank(guint32 tag)
{
  switch (tag) {
  case 0x3707001f:
  case 0x3707001e:
    return RANK_LONG;
  case 0x3704001f:
  case 0x3704001e:
    return RANK_SHORT;
  case 0x3001001f:
  case 0x3001001e:
    return RANK_DISPLAYED;
  default:
    return RANK_NONE;
  }
}

/* Of a longer one it is not known how it ends. */
static char *
read_name(Reader *reader, guint index, gboolean wide)
{
  GBytes *bytes = g_ptr_array_index(reader->streams, index);
  gsize len = 0;
  const unsigned char *text = bytes ? g_bytes_get_data(bytes, &len) : NULL;

  reader->whole = reader->whole && len <= NAME_BYTES;
  len = MIN(len, NAME_BYTES);
  return wide ? utf16_decode_lossy(text, len, UTF16_LE)
              : g_strndup(text ? (const char *)text : "", len);
}

static void
take_name(Reader *reader, guint index, Attachment *attachment)
{
  const guint32 tag = msg_tag(reader->cfb, index);
  const gboolean wide = mapi_is_wide(tag);
  const Rank rank = name_rank(tag);
  GPtrArray *names = attachment->names;
  g_autofree char *name =
      rank < RANK_NONE && rank <= attachment->rank ? read_name(reader, index, wide) : NULL;

  if (!name || !*name)
    return;
  if (rank < attachment->rank)
    g_ptr_array_set_size(names, 0);
  attachment->rank = rank;
  if (g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
    return;
  if (names->len < NAMES)
    g_ptr_array_insert(names, wide ? 0 : -1, g_steal_pointer(&name));
  else
    reader->whole = FALSE;
}

/* Most often a second one is the first once more. */
static void
take_content(const Reader *reader, guint index, Attachment *attachment)
{
  GBytes *content = g_ptr_array_index(reader->streams, index);
  GPtrArray *all = attachment->contents;

  if (all->len == 0 || !content || !g_ptr_array_index(all, 0) ||
      !g_bytes_equal(g_ptr_array_index(all, 0), content))
    g_ptr_array_add(all, content);
}

static void
take_property(Reader *reader, guint index, Attachment *attachment)
{
  if (msg_is_message(cfb_entry(reader->cfb, index)))
    attachment->object = TRUE;
  else if (msg_use(reader->cfb, index) == MAPI_FILE)
    take_content(reader, index, attachment);
  else
    take_name(reader, index, attachment);
}

/* One for each storage of an attachment, at its place. */
static void
find_attachments(Reader *reader)
{
  const Cfb *cfb = reader->cfb;
  GPtrArray *all = reader->attachments;

  g_ptr_array_set_size(all, (int)cfb_count(cfb));
  for (guint i = 0; i < cfb_count(cfb); i++)
    if (msg_is_attachment(cfb_entry(cfb, i)))
      all->pdata[i] = attachment_new();
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
    name = g_strconcat(attachment_name(around), *inner ? "/" : "", inner, NULL);
    g_free(inner);
  }
  return name;
}

static gboolean
add_content(const Attachment *attachment, const char *around, GBytes *content, GPtrArray *files)
{
  gboolean whole = TRUE;
  guint at = 0;

  do {
    const char *own = attachment->names->len > 0 ? g_ptr_array_index(attachment->names, at) : "";
    g_autofree char *name = g_strconcat(around, *around ? "/" : "", own, NULL);

    whole = opened_add(files, name, content ? g_bytes_ref(content) : NULL) && whole;
  } while (++at < attachment->names->len);
  return whole;
}

/* FALSE if there are more than are read. One that has no content is there all the same. */
static gboolean
add_attachment(const Reader *reader, guint index, GPtrArray *files)
{
  const Attachment *attachment = g_ptr_array_index(reader->attachments, index);
  g_autofree char *around = names_around(reader, index);
  const GPtrArray *contents = attachment->contents;
  gboolean whole = TRUE;

  if (contents->len == 0 && !attachment->object)
    return add_content(attachment, around, NULL, files);
  for (guint i = 0; i < contents->len; i++)
    whole = add_content(attachment, around, g_ptr_array_index(contents, i), files) && whole;
  return whole;
}

static gboolean
add_shown(const Reader *reader, guint index, GPtrArray *charsets, GPtrArray *files)
{
  const MapiUse use = msg_use(reader->cfb, index);
  GBytes *value = g_ptr_array_index(reader->streams, index);
  g_autofree char *around = NULL;
  gsize len = 0;
  const unsigned char *bytes = value ? g_bytes_get_data(value, &len) : NULL;

  if (!bytes || use == MAPI_OTHER || use == MAPI_NAME || use == MAPI_ALIAS || use == MAPI_FILE)
    return TRUE;
  around = names_around(reader, index);
  return opened_add_shown(files, use, mapi_is_wide(msg_tag(reader->cfb, index)), charsets, around,
                          bytes, len);
}

/* A property may hold a zip: Outlook keeps the theme of a text so. */
static gboolean
add_zip(const Reader *reader, guint index, GPtrArray *files)
{
  GBytes *content = g_ptr_array_index(reader->streams, index);
  gsize len = 0;
  const char *bytes = content ? g_bytes_get_data(content, &len) : NULL;

  if (len <= 4 || memcmp(bytes, "PK\3\4", 4) != 0 || msg_use(reader->cfb, index) == MAPI_FILE)
    return TRUE;
  return opened_add(files, "", g_bytes_ref(content));
}

gboolean
msg_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  g_autoptr(Cfb) cfb = cfb_open(bytes, len);
  gboolean whole = cfb != NULL;
  g_autoptr(GPtrArray) streams = cfb ? msg_streams(cfb, &whole) : NULL;
  g_autoptr(GPtrArray) charsets = cfb ? msg_charsets(cfb, streams) : NULL;
  g_autoptr(GPtrArray) attachments = g_ptr_array_new_with_free_func(attachment_free);
  Reader reader = {cfb, streams, attachments, whole};

  if (!cfb)
    return FALSE;
  find_attachments(&reader);
  whole = reader.whole && charsets->len <= LIMIT_CODE_PAGES;
  for (guint i = 0; i < attachments->len; i++)
    if (g_ptr_array_index(attachments, i))
      whole = add_attachment(&reader, i, files) && whole;
  for (guint i = 0; i < cfb_count(cfb); i++)
    whole = add_shown(&reader, i, charsets, files) && add_zip(&reader, i, files) && whole;
  return whole;
}
