/* qr_links.c - from what a code says to links. A phone opens a text that is an address whole; in
 * other text, cards and bookmarks it makes links of the addresses that it sees. Codes for networks
 * and one-time passwords lead nowhere. */
#include "qr.h"

#include <string.h>

#include "../link/link_private.h"
#include "../link/link_traits.h"
#include "bounds.h"
#include "decode.h"
#include "document.h"
#include "html.h"
#include "link.h"

/* What is read but no address. */
static gboolean
leads_nowhere(const char *text)
{
  static const char *const schemes[] = {"wifi:", "otpauth:", "otpauth-migration:", "geo:", "tel:"};

  for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
    if (g_ascii_strncasecmp(text, schemes[i], strlen(schemes[i])) == 0)
      return TRUE;
  return FALSE;
}

/* "scheme:" and something, without a blank: opened as it is. */
static gboolean
is_address(const char *text)
{
  static const char *const wrappers[] = {
      "urlto:", "mebkm:", "mecard:", "begin:", "smsto:", "matmsg:"};
  size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-");

  if (n == 0 || text[n] != ':' || text[n + 1] == '\0' || strpbrk(text, " \t\r\n") != NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(wrappers); i++)
    if (g_ascii_strncasecmp(text, wrappers[i], strlen(wrappers[i])) == 0)
      return FALSE;
  return TRUE;
}

static void
add_link(const char *address, size_t len, GArray *links)
{
  Link link = {.use = LINK_QR, .anchor = -1, .target = link_target(address, len)};

  if (link.target != NULL)
    g_array_append_val(links, link);
}

/* NTT Docomo's bookmarks and cards put a backslash before colons. */
static char *
without_escapes(const char *text)
{
  GString *out = g_string_new(NULL);

  for (const char *p = text; *p; p++)
    if (*p != '\\' || p[1] == '\0' || strchr(":;,\\\"", p[1]) == NULL)
      g_string_append_c(out, *p);
    else
      g_string_append_c(out, *++p);
  return g_string_free(out, FALSE);
}

void
qr_text_links(const char *text, GArray *links)
{
  g_autofree char *trimmed = g_strstrip(g_strdup(text));
  g_autoptr(GArray) found = links_new();
  g_autofree char *plain = NULL;

  if (leads_nowhere(trimmed))
    return;
  if (is_address(trimmed)) {
    add_link(trimmed, strlen(trimmed), links);
    return;
  }
  plain = without_escapes(trimmed);
  text_links((const unsigned char *)plain, strlen(plain), found);
  for (guint i = 0; i < found->len; i++) {
    const char *target = g_array_index(found, Link, i).target;

    add_link(target, strlen(target), links);
  }
}

/* Kinds of pictures that are shown but not read here. Drawings (SVG) hold no pixels. */
static gboolean
is_unread(const char *type)
{
  return g_str_has_prefix(type, "image/") && !g_str_has_prefix(type, "image/svg");
}

typedef struct reading {
  QrSearch *search;
  GPtrArray *texts;
  gboolean whole;
} Reading;

static void
read_one(const Picture *picture, void *data)
{
  Reading *reading = data;

  reading->whole = qr_read(picture, &reading->search->pixels, reading->texts) && reading->whole;
}

/* Appends what a picture says; FALSE if not all of it was searched. */
static gboolean
search_picture(QrSearch *search, const unsigned char *bytes, size_t len, GPtrArray *texts)
{
  Reading reading = {search, texts, TRUE};
  PictureSize size;
  guint64 pixels;

  if (!picture_size(bytes, len, &size))
    return FALSE;
  if (MIN(size.width, size.height) < QR_LEAST)
    return TRUE;
  pixels = (guint64)size.width * size.height * size.frames;
  if (search->pixels + pixels > LIMIT_PICTURES)
    return FALSE;
  search->pixels += pixels;
  return picture_read(bytes, len, read_one, &reading) && reading.whole;
}

void
qr_search_clear(QrSearch *search)
{
  g_clear_pointer(&search->seen, g_hash_table_unref);
  search->pixels = 0;
  search->kept = 0;
}

/* --- pictures that come again --- */

/* What a picture says, and if that is all of it: some could not be searched. bytes: itself, where
 * no digest tells it from all others, or NULL. */
typedef struct known {
  GPtrArray *texts;
  gboolean whole;
  GBytes *bytes;
} Known;

static void
known_free(void *data)
{
  Known *known = data;

  g_ptr_array_unref(known->texts);
  if (known->bytes != NULL)
    g_bytes_unref(known->bytes);
  g_free(known);
}

/* Its length and some of its bytes, which is next to nothing beside a digest. Two pictures may have
 * one print. */
static char *
print_of(const unsigned char *bytes, size_t len)
{
  const size_t step = MAX(len / 256, 1);
  guint32 print = 5381;

  for (size_t i = 0; i < len; i += step)
    print = print * 33 + bytes[i];
  return g_strdup_printf("%" G_GSIZE_FORMAT " %" G_GUINT32_FORMAT, len, print);
}

static gboolean
is_that(const Known *known, const unsigned char *bytes, size_t len)
{
  return known->bytes == NULL || (g_bytes_get_size(known->bytes) == len &&
                                  memcmp(g_bytes_get_data(known->bytes, NULL), bytes, len) == 0);
}

/* What is known of a picture: the same one is in a message many times as a rule. */
static const Known *
known_of(QrSearch *search, const unsigned char *bytes, size_t len, const char *digest)
{
  const gboolean sure = digest != NULL && *digest != '\0';
  g_autofree char *key = sure ? g_strdup(digest) : print_of(bytes, len);
  Known *known;

  if (search->seen == NULL)
    search->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);
  known = g_hash_table_lookup(search->seen, key);
  if (known != NULL && is_that(known, bytes, len))
    return known;
  known = g_new0(Known, 1);
  known->texts = g_ptr_array_new_with_free_func(g_free);
  known->whole = search_picture(search, bytes, len, known->texts);
  if (!sure) {
    const gboolean room = len <= LIMIT_PICTURES_KEPT - MIN(search->kept, LIMIT_PICTURES_KEPT);

    known->bytes = g_bytes_new(room ? bytes : NULL, room ? len : 0);
    search->kept += room ? len : 0;
  }
  g_hash_table_replace(search->seen, g_steal_pointer(&key), known);
  return known;
}

gboolean
qr_links(QrSearch *search, const unsigned char *bytes, size_t len, const char *type,
         const char *digest, GArray *links)
{
  const Known *known;

  if (!picture_is(bytes, len))
    return !is_unread(type);
  known = known_of(search, bytes, len, digest);
  for (guint i = 0; i < known->texts->len; i++)
    qr_text_links(g_ptr_array_index(known->texts, i), links);
  return known->whole || !is_unread(type);
}

/* --- for what finds them again, to take them out (document.h) --- */

gboolean
code_picture_is(const unsigned char *head, size_t len)
{
  return picture_is(head, len);
}

GPtrArray *
code_addresses(QrSearch *search, const unsigned char *bytes, size_t len, gboolean *whole)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) alone = {.kept = LIMIT_PICTURES_KEPT};

  *whole = qr_links(search != NULL ? search : &alone, bytes, len, "image/x", NULL, links);
  for (guint i = 0; i < links->len; i++)
    g_ptr_array_add(addresses, g_strdup(g_array_index(links, Link, i).target));
  return addresses;
}

/* --- data: addresses --- */

static GBytes *
data_content(const unsigned char *utf8, Range span)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GBytes) bytes = NULL;
  const char *comma;
  char *plain;
  size_t len;

  html_undo(utf8, span, HTML_UNDO_REFERENCES | HTML_UNDO_IN_ATTRIBUTE, text, NULL);
  comma = strchr(text->str, ',');
  if (comma == NULL)
    return NULL;
  plain = g_uri_unescape_string(comma + 1, NULL);
  if (plain == NULL) /* a stray % or a NUL in it */
    plain = g_strdup(comma + 1);
  len = strlen(plain);
  bytes = g_bytes_new_take(plain, len);
  return content_decode(bytes, ENCODING_BASE64, NULL, NULL);
}

static gboolean
is_data_picture(const Link *link)
{
  const char *target = link->target;

  return g_ascii_strncasecmp(target, "data:", 5) == 0 && link->use == LINK_LOAD;
}

/* Browsers look at the bytes, and at the type only where these say nothing. */
static char *
data_picture_type(const Link *link, const unsigned char *bytes, size_t len)
{
  return picture_is(bytes, len) ? g_strdup("image/x") : link_data_type(link->target);
}

void
qr_data_links(QrSearch *search, const unsigned char *utf8, GArray *links)
{
  guint n = links->len;

  for (guint i = 0; i < n; i++) {
    const Link at = g_array_index(links, Link, i);
    g_autoptr(GBytes) content = is_data_picture(&at) ? data_content(utf8, at.span) : NULL;
    g_autofree char *type = NULL;
    guint first = links->len;
    const unsigned char *bytes;
    size_t len;

    if (content == NULL)
      continue;
    bytes = g_bytes_get_data(content, &len);
    type = data_picture_type(&at, bytes, len);
    if (!qr_links(search, bytes, len, type, NULL, links))
      g_array_index(links, Link, i).flags |= LINK_UNREAD;
    for (guint k = first; k < links->len; k++) {
      Link *link = &g_array_index(links, Link, k);
      char *target = link->target;

      *link = at;
      link->use = LINK_QR;
      link->target = target;
      link->text = NULL;
    }
  }
}
