/* text_file_links.c - links of files that are text: pages, Rich Text, tables, calendars. (Where
 * such a file is a part of the message its links are edited as those of a body are: inspect.c.)
 *
 * What counts is what the program that opens such a file makes a link of by itself. Browsers make
 * none of bare words, and no editor of plain text is known that leads anywhere without being asked.
 */
#include "../document/document_private.h"

#include <string.h>

#include "bounds.h"
#include "card.h"
#include "document.h"
#include "html_active.h"
#include "html_page.h"
#include "rtf.h"
#include "text.h"

/* words: those that stand in words alone, too. */
static void
add_links(DocumentLinks *links, const Place *place, GArray *found, gboolean words)
{
  for (guint i = 0; i < found->len; i++) {
    const Link *link = &g_array_index(found, Link, i);

    if (words || link->use != LINK_TEXT)
      document_add_link(links, place, link);
  }
}

/* NULL if it is longer than LIMIT_TEXT. It lives no longer than the bytes. */
static Text *
decode(const unsigned char *bytes, size_t len, gboolean page)
{
  g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);
  g_autofree char *meta = page ? charset_from_meta(bytes, len) : NULL;
  Text *text = len <= LIMIT_TEXT ? text_decode(content, meta) : NULL;

  if (text && g_bytes_get_size(text->utf8) > LIMIT_TEXT)
    g_clear_pointer(&text, text_free);
  return text;
}

BitSet
page_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  g_autoptr(Text) text = decode(bytes, len, TRUE);
  g_autoptr(GArray) found = links_new();
  g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(Active));
  HtmlPage page = {.links = found, .active = active};
  const unsigned char *utf8;
  gsize size = 0;

  if (text) {
    utf8 = g_bytes_get_data(text->utf8, &size);
    html_page_read(utf8, size, &page);
  }
  if (!page.all_links || !page.all_active)
    document_cap(links);
  add_links(links, place, found, FALSE);
  return html_active_traits(active);
}

/* Outlook shows the page that is stored in Rich Text ([MS-OXRTFEX]). FALSE if there is none. */
static gboolean
stored_page_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  g_autoptr(RtfView) view = NULL;
  g_autoptr(RtfPage) page = NULL;
  g_autoptr(GArray) found = NULL;

  /* the word that tells of one: most have none */
  if (!memmem(bytes, len, "fromhtml", strlen("fromhtml")))
    return FALSE;
  view = rtf_view_new(bytes, MIN(len, LIMIT_TEXT));
  if ((page = rtf_page_new(view)) == NULL)
    return FALSE;
  found = links_new();
  if (!html_links((const unsigned char *)page->text->str, page->text->len, found))
    document_cap(links);
  add_links(links, place, found, TRUE);
  return TRUE;
}

/* Nobody reads the source of a body; and tags are read as those of the page. */
static gboolean
is_unread(const Link *link, const void *body)
{
  return (*(const gboolean *)body && link->label.len == 0) || g_strcmp0(link->element, "tag") == 0;
}

void
rich_text_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len,
                gboolean body)
{
  g_autoptr(GArray) found = links_new();
  const gboolean page = stored_page_links(links, place, bytes, len);

  if (!rtf_links(bytes, len, found))
    document_cap(links);
  if (body || page)
    links_drop(found, is_unread, &body);
  add_links(links, place, found, body || page);
}

void
document_links_rich_text(DocumentLinks *links, const Finding *document, const unsigned char *bytes,
                         size_t len)
{
  const Place place = {document, ""};

  rich_text_links(links, &place, bytes, len, TRUE);
}

void
document_links_message(DocumentLinks *links, const Finding *document, const char *part, MapiUse use,
                       const MapiText *text)
{
  g_autoptr(GArray) found = links_new();
  const Place place = {document, part};

  if (!mapi_text_links(text, use, found))
    document_cap(links);
  add_links(links, &place, found, TRUE);
}

static gboolean
begins_with(const char *text, size_t len, const char *word)
{
  return len >= strlen(word) && g_ascii_strncasecmp(text, word, strlen(word)) == 0;
}

/* A program for dates makes links of words, too. */
static void
card_file_links(DocumentLinks *links, const Place *place, const unsigned char *utf8, size_t len)
{
  g_autoptr(GArray) found = links_new();

  if (!card_links(utf8, len, found))
    document_cap(links);
  add_links(links, place, found, TRUE);
}

/* A cell in quotation marks has its own doubled; one without has them as they are. */
static void
undo_doubled(char *text)
{
  char *out = text;

  for (const char *p = text; *p; p++) {
    const gboolean doubled = p[0] == '"' && p[1] == '"';

    if (*p != '"' || doubled)
      *out++ = *p;
    p += doubled;
  }
  *out = '\0';
}

static void
table_links(DocumentLinks *links, const Place *place, const char *utf8, size_t len)
{
  g_autofree char *plain = g_strndup(utf8, len);

  document_add_table(links, place, plain);
  if (!strchr(plain, '"'))
    return;
  undo_doubled(plain);
  document_add_table(links, place, plain);
}

void
plain_links(DocumentLinks *links, const Place *place, const unsigned char *bytes, size_t len)
{
  g_autoptr(Text) text = NULL;
  const char *utf8;
  gsize size = 0;

  /* Of all the text in archives few files are one of these; in UTF-16 what is ASCII has NULs. */
  if (!begins_with((const char *)bytes, len, "BEGIN:V") &&
      !formula_may_call((const char *)bytes, len) && !memchr(bytes, 0, len))
    return;
  text = decode(bytes, len, FALSE);
  if (!text) {
    document_cap(links);
    return;
  }
  utf8 = g_bytes_get_data(text->utf8, &size);
  if (begins_with(utf8, size, "BEGIN:V")) {
    card_file_links(links, place, (const unsigned char *)utf8, size);
  } else {
    table_links(links, place, utf8, size);
  }
}
