/* mapi.c - properties of a message of Outlook's that lead somewhere.
 *
 * A text is in UTF-16, or in whatever code page the message names; contradictory messages name
 * several, and each is believed (mapi_add_charset). All texts of a message are looked through,
 * not only those that some version of Outlook is known to make links of: where a meeting is held,
 * the page of a contact, what a request to share leads to, what add-ins keep for themselves. Only
 * the fields of the mail itself are left out, since they are quoted there whole and shown nowhere.
 */
#include "mapi.h"

#include <string.h>

#include "bounds.h"

#define FRONT_WIDE "\xff\xfe\n"

/* Ids of properties, the upper half of a tag. */
enum {
  TRANSPORT_HEADERS = 0x007d,
  BODY = 0x1000,
  RTF_COMPRESSED = 0x1009,
  HTML = 0x1013,
  DISPLAY_NAME = 0x3001,
  ATTACH_DATA = 0x3701,
  ATTACH_EXTENSION = 0x3703,
  ATTACH_FILENAME = 0x3704,
  ATTACH_LONG_FILENAME = 0x3707,
  ATTACH_PATHNAME = 0x3708,
  ATTACH_LONG_PATHNAME = 0x370d,
  ATTACH_MIME_TAG = 0x370e,
  ATTACH_CONTENT_ID = 0x3712,
  ATTACH_CONTENT_LOCATION = 0x3713,
  INTERNET_CODE_PAGE = 0x3fde,
  MESSAGE_CODE_PAGE = 0x3ffd,
};

static gboolean
is_text(guint32 tag)
{
  guint32 type = tag & 0xffff & ~(guint32)MAPI_MULTIPLE;

  return type == MAPI_TEXT_8 || type == MAPI_TEXT_16;
}

static gboolean
is_binary(guint32 tag)
{
  return (tag & 0xffff) == MAPI_BINARY;
}

static MapiUse
use_in_message(guint32 tag)
{
  switch (tag >> 16) {
  case HTML:
    return is_text(tag) || is_binary(tag) ? MAPI_PAGE : MAPI_OTHER;
  case RTF_COMPRESSED:
    return is_binary(tag) ? MAPI_RICH_TEXT : MAPI_OTHER;
  case BODY:
    return is_text(tag) ? MAPI_WORDS : MAPI_OTHER;
  case TRANSPORT_HEADERS:
    return MAPI_OTHER;
  default:
    return is_text(tag) ? MAPI_NOTE : MAPI_OTHER;
  }
}

static MapiUse
use_in_attachment(guint32 tag)
{
  switch (tag >> 16) {
  case ATTACH_DATA:
    return is_binary(tag) || is_text(tag) || (tag & 0xffff) == MAPI_OBJECT ? MAPI_FILE : MAPI_OTHER;
  case ATTACH_PATHNAME:
  case ATTACH_LONG_PATHNAME:
    return is_text(tag) ? MAPI_ELSEWHERE : MAPI_OTHER;
  case ATTACH_LONG_FILENAME:
    return is_text(tag) ? MAPI_NAME : MAPI_OTHER;
  case DISPLAY_NAME:
  case ATTACH_FILENAME:
    return is_text(tag) ? MAPI_ALIAS : MAPI_OTHER;
  case ATTACH_EXTENSION:
  case ATTACH_MIME_TAG:
  case ATTACH_CONTENT_ID:
  case ATTACH_CONTENT_LOCATION:
    return MAPI_OTHER;
  default:
    return is_text(tag) ? MAPI_NOTE : MAPI_OTHER;
  }
}

MapiUse
mapi_use(guint32 tag, gboolean attachment)
{
  return attachment ? use_in_attachment(tag) : use_in_message(tag);
}

gboolean
mapi_is_code_page(guint32 tag)
{
  return (tag & 0xffff) == MAPI_LONG &&
         (tag >> 16 == INTERNET_CODE_PAGE || tag >> 16 == MESSAGE_CODE_PAGE);
}

void
mapi_add_charset(GPtrArray *charsets, guint32 page)
{
  g_autofree char *label = g_strdup_printf("cp%u", page);
  const char *charset = charset_from_label(label, strlen(label));

  if (page == 0)
    return;
  if (!charset)
    charset = page == 1200 ? "utf-16le" : page == 1201 ? "utf-16be" : "windows-1252";
  if (charsets->len <= LIMIT_CODE_PAGES && !g_ptr_array_find(charsets, charset, NULL))
    g_ptr_array_add(charsets, (void *)charset);
}

/* --- texts --- */

/* Half a unit at the end is nobody's, and must not shift what is in front of it. */
static size_t
without_nuls(const unsigned char *value, size_t len, size_t unit)
{
  if (len % unit && value[len - 1] != 0)
    return len;
  len -= len % unit;
  while (len >= unit && value[len - 1] == 0 && value[len - unit] == 0)
    len -= unit;
  return len;
}

MapiText *
mapi_text_new(const unsigned char *value, size_t len, gboolean wide, gboolean page,
              const char *charset)
{
  MapiText *text = g_new0(MapiText, 1);
  g_autoptr(GByteArray) bytes = g_byte_array_new();

  if (wide)
    g_byte_array_append(bytes, (const guint8 *)FRONT_WIDE, sizeof(FRONT_WIDE));
  else if (!page && (!charset || charset_is_ascii_based(charset)))
    g_byte_array_append(bytes, (const guint8 *)"\n", 1);
  text->front = bytes->len;
  text->nuls = len - without_nuls(value, len, wide ? 2 : 1);
  g_byte_array_append(bytes, value, (guint)(len - text->nuls));
  text->bytes = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
  text->text = text_decode(text->bytes, charset);
  if (!wide && !page && !charset && !charset_is_ascii_based(text->text->charset)) {
    text_free(text->text);
    text->text = text_decode(text->bytes, "windows-1252");
  }
  return text;
}

void
mapi_text_free(MapiText *text)
{
  if (!text)
    return;
  g_bytes_unref(text->bytes);
  text_free(text->text);
  g_free(text);
}

/* A mail address in a property is somebody's, and no link. */
static gboolean
is_bare_mail(const Link *link, const void *data)
{
  return (link->flags & LINK_BARE) && g_str_has_prefix(link->target, "mailto:");
}

/* All of the value is an address, and nothing else shows it: it may have blanks. */
static void
add_whole(const unsigned char *utf8, size_t len, GArray *links)
{
  Link link = {.use = LINK_FOLLOW, .element = "attachment", .anchor = -1};
  size_t start = 0;

  while (start < len && utf8[start] <= ' ')
    start++;
  link.target = link_target((const char *)utf8, len);
  link.span = range_make(start, len - start);
  if (link.target)
    g_array_append_val(links, link);
}

gboolean
mapi_text_links(const MapiText *text, MapiUse use, GArray *links)
{
  gsize len = 0;
  const unsigned char *utf8 = g_bytes_get_data(text->text->utf8, &len);
  gboolean whole;

  if (len > LIMIT_TEXT)
    return FALSE;
  if (use == MAPI_PAGE)
    return html_links(utf8, len, links);
  whole = text_links(utf8, len, links);
  if (use == MAPI_NOTE)
    links_drop(links, is_bare_mail, NULL);
  if (use == MAPI_ELSEWHERE)
    add_whole(utf8, len, links);
  return whole;
}

static GBytes *
encode(const MapiText *text, GBytes *with)
{
  gsize len = 0;
  const char *utf8 = g_bytes_get_data(with, &len);

  return text_encode(utf8 ? utf8 : "", len, text->text->charset);
}

/* What is around the value stays. */
static Range
clip(const MapiText *text, Range at)
{
  size_t outside = at.off < text->front ? text->front - at.off : 0;

  return range_make(at.off + outside, at.len - MIN(at.len, outside));
}

static GBytes *
value_of(const MapiText *text, GBytes *bytes)
{
  gsize len = 0;
  const unsigned char *data = g_bytes_get_data(bytes, &len);
  g_autoptr(GByteArray) value = g_byte_array_new();

  g_byte_array_append(value, data + text->front, (guint)(len - text->front));
  for (size_t i = 0; i < text->nuls; i++)
    g_byte_array_append(value, (const guint8 *)"", 1);
  return g_byte_array_free_to_bytes(g_steal_pointer(&value));
}

GBytes *
mapi_text_splice(const MapiText *text, Edits *edits)
{
  g_autoptr(Edits) own = edits_new();
  g_autoptr(GBytes) spliced = NULL;
  const char *charset = text->text->charset;

  if (!charset_is_ascii_based(charset) && strcmp(charset, "utf-16le") != 0)
    return NULL;
  for (unsigned i = 0; i < edits_count(edits); i++) {
    const Edit *edit = edits_get(edits, i);
    GBytes *with = encode(text, edit->with);

    if (!with)
      return NULL;
    edits_take(own, clip(text, text_map_range(text->text->map, edit->at)), with);
  }
  spliced = edits_splice(text->bytes, own, NULL);
  return spliced ? value_of(text, spliced) : NULL;
}
