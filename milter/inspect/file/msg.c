/* msg.c - the files in a message that Outlook has saved ([MS-OXMSG]), and its body.
 *
 * An attachment is a storage "__attach_version1.0_#00000000", and its properties are streams
 * "__substg1.0_ppppttttt": property and type in hexadecimal. One that is a message itself is a
 * storage "__substg1.0_3701000D" in turn, with attachments of its own: their names begin with its
 * name, as those in a folder of an archive do. Which of content and message counts where there are
 * both, another property says: so the content always does. */
#include <string.h>

#include "bounds.h"
#include "cfb.h"
#include "opened.h"
#include "utf16.h"

#define ATTACHMENT "__attach_version1.0_#"
#define PROPERTY   "__substg1.0_"

#define NAME_BYTES 4096

/* The names by preference: long, short, displayed, each in UTF-16 or 8-bit. */
static const char *const name_properties[] = {"3707001F", "3707001E", "3704001F",
                                              "3704001E", "3001001F", "3001001E"};

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
read_text(Cfb *cfb, guint index)
{
  const char *name = cfb_entry(cfb, index)->name;
  gboolean wide = cfb_name_is(name + MAX(strlen(name), 2) - 2, "1F");
  g_autoptr(GBytes) bytes = cfb_entry(cfb, index)->size <= NAME_BYTES ? cfb_read(cfb, index) : NULL;
  gsize len = 0;
  const unsigned char *text = bytes ? g_bytes_get_data(bytes, &len) : NULL;

  if (!text)
    return NULL;
  return wide ? utf16_decode_lossy(text, len, UTF16_LE) : g_strndup((const char *)text, len);
}

static void
take_name(Cfb *cfb, guint index, const char *property, Attachment *attachment)
{
  for (guint rank = 0; rank < G_N_ELEMENTS(name_properties); rank++) {
    g_autofree char *name = NULL;

    if (!cfb_name_is(property, name_properties[rank]) || rank >= attachment->rank)
      continue;
    name = read_text(cfb, index);
    if (!name || !*name)
      return;
    g_free(attachment->name);
    attachment->name = g_steal_pointer(&name);
    attachment->rank = rank;
  }
}

static void
take_property(Cfb *cfb, guint index, Attachment *attachment)
{
  const CfbEntry *entry = cfb_entry(cfb, index);
  const char *property = cfb_name_after(entry->name, PROPERTY);

  if (!property)
    return;
  if (cfb_name_is(property, "37010102") && !entry->storage)
    attachment->data = (int)index;
  else if (cfb_name_is(property, "3701000D") && entry->storage)
    attachment->object = TRUE;
  else if (!entry->storage)
    take_name(cfb, index, property, attachment);
}

/* One for each storage of an attachment, at its place. */
static GPtrArray *
find_attachments(Cfb *cfb)
{
  GPtrArray *all = g_ptr_array_new_with_free_func(attachment_free);

  g_ptr_array_set_size(all, (int)cfb_count(cfb));
  for (guint i = 0; i < cfb_count(cfb); i++) {
    const CfbEntry *entry = cfb_entry(cfb, i);
    Attachment *attachment;

    if (!entry->storage || entry->parent < 0 || !cfb_name_after(entry->name, ATTACHMENT))
      continue;
    attachment = g_new0(Attachment, 1);
    attachment->name = g_strdup("");
    attachment->rank = G_N_ELEMENTS(name_properties);
    attachment->data = -1;
    all->pdata[i] = attachment;
  }
  for (guint i = 0; i < cfb_count(cfb); i++)
    if (cfb_entry(cfb, i)->parent >= 0 && all->pdata[cfb_entry(cfb, i)->parent])
      take_property(cfb, i, all->pdata[cfb_entry(cfb, i)->parent]);
  return all;
}

/* With the names of the messages around it, each of which is two storages. */
static char *
full_name(const Cfb *cfb, const GPtrArray *all, guint index)
{
  char *name = g_strdup(((const Attachment *)all->pdata[index])->name);

  for (int step = 0, at = cfb_entry(cfb, index)->parent; step < 2 * LIMIT_OPEN_DEPTH && at > 0;
       at = cfb_entry(cfb, (guint)at)->parent, step++) {
    const Attachment *around = all->pdata[at];
    char *inner = name;

    if (!around)
      continue;
    name = g_strconcat(around->name, "/", inner, NULL);
    g_free(inner);
  }
  return name;
}

/* What the reader of the message is shown. FALSE if it cannot be read, or there are too many files.
 */
static gboolean
read_body(Cfb *cfb, guint index, GPtrArray *files)
{
  const CfbEntry *entry = cfb_entry(cfb, index);
  gboolean rtf = cfb_name_is(entry->name, PROPERTY "10090102"), whole = TRUE;
  g_autoptr(GBytes) stored = NULL;
  GBytes *content;
  gsize len;
  const unsigned char *bytes;

  if (entry->storage || entry->size == 0 || (!rtf && !cfb_name_after(entry->name, PROPERTY "1013")))
    return TRUE;
  stored = cfb_read(cfb, index);
  if (!stored)
    return FALSE;
  bytes = g_bytes_get_data(stored, &len);
  content = rtf ? lzfu_open(bytes, len, &whole) : g_bytes_ref(stored);
  if (content && !opened_add(files, rtf ? "message.rtf" : "message.html", content))
    return FALSE;
  return whole;
}

gboolean
msg_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  g_autoptr(Cfb) cfb = cfb_open(bytes, len);
  g_autoptr(GPtrArray) all = cfb ? find_attachments(cfb) : NULL;
  gboolean whole = cfb != NULL;

  for (guint i = 0; all && i < all->len; i++) {
    const Attachment *attachment = all->pdata[i];
    g_autofree char *name = attachment ? full_name(cfb, all, i) : NULL;
    GBytes *content;

    if (!attachment || (attachment->object && attachment->data < 0))
      continue;
    content = attachment->data >= 0 ? cfb_read(cfb, (guint)attachment->data) : NULL;
    whole = whole && (content || attachment->data < 0);
    whole = opened_add(files, name, content) && whole;
  }
  for (guint i = 0; cfb && i < cfb_count(cfb); i++)
    whole = read_body(cfb, i, files) && whole;
  return whole;
}
