/* posted.h - a message of Outlook's read, edited and read again, for the fuzzers of its forms.
 *
 * Must hold: what comes out is a file of the same kind with no more files in it, as whole as it
 * was, unless an archive stood in its own bytes (which an edit may tear: the file is removed);
 * what is edited once has not to be edited again; and no address that is to lead nowhere is
 * left in it, unless it has a text in which nothing can be written: such a file is removed. */
#ifndef CORDON_TESTS_POSTED_H
#define CORDON_TESTS_POSTED_H

#include <stdint.h>

#include "check.h"
#include "content.h"
#include "dead.h"
#include "html.h"
#include "opened.h"
#include "rtf.h"

#define POSTED_DEPTH 3

typedef struct posted {
  DocumentLinks *links;
  guint count;    /* of files and texts */
  gboolean whole; /* nothing in it is damaged */
  gboolean holds; /* an archive, in an attachment or in its own bytes */
  gboolean
      fixed; /* a text in it has a charset in which ASCII is something else, or is Rich Text
                with what some readers leave out, or with a page whose addresses are in pieces */
} Posted;

/* Rich Text stores a page in groups; an address that goes over more than one is not edited. */
static inline gboolean
posted_is_torn(const unsigned char *bytes, gsize len)
{
  g_autoptr(RtfView) view = rtf_view_new(bytes, len);
  g_autoptr(RtfPage) page = rtf_page_new(view);
  g_autoptr(GArray) links = links_new();
  Range at;

  if (!page || !html_links((const unsigned char *)page->text->str, page->text->len, links))
    return page != NULL;
  for (guint i = 0; i < links->len; i++)
    if (!rtf_page_view(page, g_array_index(links, Link, i).span, &at))
      return TRUE;
  return FALSE;
}

static inline gboolean
posted_is_fixed(const Opened *shown)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(shown->content, &len);

  if (shown->use == MAPI_RICH_TEXT && posted_is_torn(bytes, len))
    return TRUE;
  if (shown->use == MAPI_RICH_TEXT)
    for (gsize i = 0; i < len; i++)
      if (bytes[i] == 0 || bytes[i] >= 0x7f)
        return TRUE;
  for (guint i = 0; !shown->wide && shown->use != MAPI_RICH_TEXT && i < shown->charsets->len; i++) {
    g_autoptr(MapiText) text = mapi_text_new(bytes, len, FALSE, shown->use == MAPI_PAGE,
                                             g_ptr_array_index(shown->charsets, i));

    if (!charset_is_ascii_based(text->text->charset))
      return TRUE;
  }
  return FALSE;
}

/* All links in a file, and in what is in it. */
static inline void
posted_links(Posted *posted, const char *type, const unsigned char *bytes, size_t len,
             unsigned depth)
{
  gboolean whole;
  g_autoptr(Finding) finding = document_finding(type);
  g_autoptr(GPtrArray) files = opened_read(type, bytes, len, &whole);

  posted->whole = posted->whole && whole;
  posted->holds = posted->holds || appended_has(bytes, len);
  posted->count += files->len;
  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i);
    gsize size = 0;
    const unsigned char *content = file->content ? g_bytes_get_data(file->content, &size) : NULL;
    const char *inner = size > 0 ? signature_type(content, size) : NULL;

    if (file->use != MAPI_OTHER) {
      opened_links(file, posted->links, finding, file->name);
      posted->fixed = posted->fixed || posted_is_fixed(file);
    } else if (inner && opened_is(inner) && depth > 0) {
      posted_links(posted, inner, content, size, depth - 1);
    }
  }
}

static inline GHashTable *
posted_dead(Posted *posted, const char *type, GBytes *file)
{
  g_auto(QrSearch) search = {0};
  g_autoptr(DocumentLinks) links = document_links_new(&search);
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(file, &len);

  *posted = (Posted){.links = links, .whole = TRUE};
  posted_links(posted, type, bytes, len, POSTED_DEPTH);
  return dead_addresses(links);
}

/* Is one of them left? */
static inline gboolean
posted_left(GHashTable *dead, GHashTable *found)
{
  GHashTableIter each;
  gpointer address;

  g_hash_table_iter_init(&each, found);
  while (g_hash_table_iter_next(&each, &address, NULL))
    if (g_hash_table_contains(dead, address)) {
      g_printerr("%s\n", (const char *)address);
      return TRUE;
    }
  return FALSE;
}

static inline void
posted_edit(const char *type, const unsigned char *bytes, size_t len)
{
  g_autoptr(GBytes) file = g_bytes_new(bytes, len);
  Posted before, after;
  g_autoptr(GHashTable) dead = posted_dead(&before, type, file), left = NULL;
  const Orders orders = {FALSE, dead};
  Taken taken = {0}, twice = {0};
  g_autoptr(GBytes) once = before.whole ? disarm_file(file, &orders, &taken, NULL) : NULL;
  g_autoptr(GBytes) second = NULL;

  if (!once)
    return;
  left = posted_dead(&after, type, once);
  check((after.whole || before.holds) && after.count <= before.count, "not as whole as it was");
  check(once != file || taken.links == 0, "counted, and not done");
  check(before.fixed || !posted_left(dead, left), "an address is left");
  second = disarm_file(once, &orders, &twice, NULL);
  check(second == once && twice.links == 0, "edited twice");
}

/* Behind an even first byte of the input is a file, behind an odd one what one is built of. */
static inline void
posted_input(const uint8_t *data, size_t size,
             GByteArray *(*build)(const uint8_t *data, size_t size),
             void (*try)(const unsigned char *bytes, size_t len))
{
  g_autoptr(GByteArray) built = NULL;

  if (size == 0)
    return;
  if (data[0] % 2 == 0) {
    try(data + 1, size - 1);
    return;
  }
  built = build(data + 1, size - 1);
  try(built->data, built->len);
}

#endif
