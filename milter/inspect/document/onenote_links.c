/* onenote_links.c - links on the pages of OneNote ([MS-ONE]): a property of what is clicked, or a
 * field in the text, "HYPERLINK "address"words" behind U+FDDF; and addresses that stand in it. */
#include "document_private.h"

#include <string.h>

#include "../file/onestore.h"
#include "document.h"
#include "utf16.h"

#define FIELD "\xef\xb7\x9f" /* U+FDDF */

typedef struct pages {
  DocumentLinks *links;
  const Place *place;
} Pages;

static void
add_text(const Pages *pages, const char *text)
{
  g_autoptr(GArray) found = links_new();

  for (const char *p = text; (p = strstr(p, FIELD)) != NULL;) {
    LinkUse use;
    const char *end = strchr(p += strlen(FIELD), '\n');
    g_autofree char *code = g_strndup(p, end ? (gsize)(end - p) : strcspn(p, "\v\r"));
    g_autoptr(GPtrArray) addresses = field_code_addresses(code, &use);

    for (guint i = 0; i < addresses->len; i++)
      document_add(pages->links, pages->place, use, "hyperlink", g_ptr_array_index(addresses, i),
                   NULL, NULL);
  }
  if (!text_links((const unsigned char *)text, strlen(text), found))
    document_cap(pages->links);
  for (guint i = 0; i < found->len; i++)
    document_add_link(pages->links, pages->place, &g_array_index(found, Link, i));
}

static void
look_at(guint32 id, const unsigned char *bytes, size_t len, const OneObject *file, void *data)
{
  const Pages *pages = data;
  g_autofree char *text = NULL;

  if (id == ONE_HYPERLINK || id == ONE_TEXT)
    text = utf16_decode_lossy(bytes, len, UTF16_LE);
  else if (id == ONE_TEXT_ANSI)
    text = g_strndup((const char *)bytes, len);
  if (text && id == ONE_HYPERLINK)
    document_add(pages->links, pages->place, LINK_FOLLOW, "hyperlink", text, NULL, NULL);
  else if (text)
    add_text(pages, text);
}

void
onenote_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  static const OneHandler handler = {.property = look_at};
  Pages pages = {links, place};

  if (!onestore_read(bytes, len, &handler, &pages))
    document_cap(links);
}
