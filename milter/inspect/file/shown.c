/* shown.c - what a message of Outlook's shows itself, as it comes out of winmail.dat or a saved
 * message: its bodies, which are files too where they are pages or Rich Text, and other texts. */
#include "opened.h"

#include "bounds.h"
#include "lzfu.h"

/* A wide text is read in one way. */
static guint
readings(gboolean wide, const GPtrArray *charsets)
{
  return wide ? 1 : charsets->len;
}

/* Most properties lead nowhere. */
static gboolean
leads_nowhere(gboolean wide, const GPtrArray *charsets, const unsigned char *value, size_t len)
{
  for (guint i = 0; i < readings(wide, charsets); i++) {
    g_autoptr(MapiText) text =
        mapi_text_new(value, len, wide, FALSE, g_ptr_array_index(charsets, i));
    g_autoptr(GArray) links = links_new();

    if (!mapi_text_links(text, MAPI_NOTE, links) || links->len > 0)
      return FALSE;
  }
  return TRUE;
}

/* Bodies of a message and of those in it are in memory together; a message has one. */
static GBytes *
open_rich_text(const GPtrArray *files, const unsigned char *value, size_t len, gboolean *whole)
{
  size_t room = LIMIT_TEXT;

  for (guint i = 0; i < files->len; i++) {
    const Opened *other = g_ptr_array_index(files, i);

    if (other->use == MAPI_RICH_TEXT)
      room -= MIN(room, g_bytes_get_size(other->content));
  }
  return lzfu_open(value, len, room, whole);
}

gboolean
opened_add_shown(GPtrArray *files, MapiUse use, gboolean wide, GPtrArray *charsets,
                 const char *around, const unsigned char *value, size_t len)
{
  static const char *const names[] = {
      [MAPI_PAGE] = "message.html",    [MAPI_RICH_TEXT] = "message.rtf",
      [MAPI_WORDS] = "message text",   [MAPI_NOTE] = "message properties",
      [MAPI_ELSEWHERE] = "attachment",
  };
  gboolean whole = TRUE;
  g_autofree char *name = g_strconcat(around, *around ? "/" : "", names[use], NULL);
  GBytes *content = NULL;
  Opened *last;

  if (len == 0 || (use == MAPI_NOTE && leads_nowhere(wide, charsets, value, len)))
    return TRUE;
  content =
      use == MAPI_RICH_TEXT ? open_rich_text(files, value, len, &whole) : g_bytes_new(value, len);
  if (!content)
    return whole;
  if (!opened_add(files, name, content))
    return FALSE;
  last = g_ptr_array_index(files, files->len - 1);
  last->use = use;
  last->wide = wide;
  last->charsets = g_ptr_array_ref(charsets);
  return whole;
}

void
opened_links(const Opened *shown, DocumentLinks *links, const Finding *document, const char *part)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(shown->content, &len);

  if (shown->use == MAPI_RICH_TEXT) {
    document_links_rich_text(links, document, bytes, len);
    return;
  }
  for (guint i = 0; i < readings(shown->wide, shown->charsets); i++) {
    g_autoptr(MapiText) text = mapi_text_new(bytes, len, shown->wide, shown->use == MAPI_PAGE,
                                             g_ptr_array_index(shown->charsets, i));

    document_links_message(links, document, part, shown->use, text);
  }
}

gboolean
opened_is_file(const Opened *opened)
{
  return opened->use == MAPI_OTHER || opened->use == MAPI_PAGE || opened->use == MAPI_RICH_TEXT;
}
