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

/* Where a code ends: at the end of its line, but not within quotation marks, or where the next
 * field begins. */
static const char *
code_end(const char *p)
{
  for (gboolean quoted = FALSE; *p && !g_str_has_prefix(p, FIELD); p++) {
    quoted ^= *p == '"';
    if (!quoted && strchr("\n\v\r", *p))
      break;
  }
  return p;
}

static void
add_text(const Pages *pages, const char *text)
{
  g_autoptr(GArray) found = links_new();

  for (const char *p = text, *end; (p = strstr(p, FIELD)) != NULL; p = end) {
    g_autofree char *code = NULL;
    g_autoptr(GPtrArray) addresses = NULL;
    LinkUse use;

    p += strlen(FIELD);
    end = code_end(p);
    code = g_strndup(p, (gsize)(end - p));
    addresses = field_code_addresses(code, &use);
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
add_address(const Pages *pages, const char *address)
{
  document_add(pages->links, pages->place, LINK_FOLLOW, "hyperlink", address, NULL, NULL);
}

static size_t
length_to_nul(const unsigned char *bytes, size_t len, size_t unit)
{
  size_t at = 0;

  while (len - at >= unit && (bytes[at] != 0 || bytes[at + unit - 1] != 0))
    at += unit;
  return len - at < unit ? len : at;
}

/* What stands behind a NUL some show, too. */
static void
look_at(guint32 id, const unsigned char *bytes, size_t len, const OneObject *file, void *data)
{
  const size_t unit = id == ONE_TEXT_ANSI ? 1 : 2;

  if (id != ONE_TEXT_ANSI && id != ONE_TEXT && id != ONE_HYPERLINK)
    return;
  for (size_t at = 0, size; at < len; at += MIN(size + unit, len - at)) {
    g_autofree char *text = NULL;

    size = length_to_nul(bytes + at, len - at, unit);
    text = unit == 1 ? g_strndup((const char *)bytes + at, size)
                     : utf16_decode_lossy(bytes + at, size, UTF16_LE);
    (id == ONE_HYPERLINK ? add_address : add_text)(data, text);
  }
}

void
onenote_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  static const OneHandler handler = {.property = look_at};
  Pages pages = {links, place};

  if (!onestore_read(bytes, len, &handler, &pages))
    document_cap(links);
}
