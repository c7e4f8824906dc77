/* disarm_html.c - a page that came as a file, in whatever charset.
 *
 * What acts is cut out of the page's text. The bytes then stay in their charset where that is sure:
 * where the text, encoded again before the cut, gives the very bytes that came. A wrong label is
 * thereby found out, and what the page's <meta> says or its bytes look like is tried. In a charset
 * in which ASCII bytes can mean something else (UTF-16, UTF-7, ISO-2022) readers may differ on what
 * is a tag, so such a page becomes UTF-8, and says so by a byte order mark, which every browser
 * believes before all else. */
#include <string.h>

#include "../rewriter.h"
#include "bounds.h"
#include "disarming.h"
#include "html_active.h"

#define BOM "\xef\xbb\xbf"

static GBytes *
encode(GBytes *utf8, const char *charset)
{
  gsize len;
  const char *text = g_bytes_get_data(utf8, &len);

  return text_encode(text ? text : "", len, charset);
}

static gboolean
comes_back(GBytes *content, const Text *text)
{
  g_autoptr(GBytes) again = text->replaced ? NULL : encode(text->utf8, text->charset);

  return again && g_bytes_equal(again, content);
}

/* As it is labelled; as its own <meta> says; as its bytes look. */
static Text *
read_page(GBytes *content, const char *label)
{
  gsize len;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  g_autofree char *meta = charset_from_meta(bytes, len);
  const char *labels[] = {label ? label : meta, meta, NULL};
  Text *first = text_decode(content, labels[0]);

  for (guint i = 1; i < G_N_ELEMENTS(labels) && charset_is_ascii_based(first->charset); i++) {
    g_autoptr(Text) other = comes_back(content, first) ? NULL : text_decode(content, labels[i]);

    if (!other)
      return first;
    if (!comes_back(content, other))
      continue;
    text_free(first);
    return g_steal_pointer(&other);
  }
  return first;
}

static GBytes *
as_utf8(GBytes *clean)
{
  g_autoptr(Edits) edits = edits_new();
  gsize len;
  const unsigned char *utf8 = g_bytes_get_data(clean, &len);

  edits_add_string(edits, range_make(0, 0), BOM);
  html_meta_utf8(utf8, len, edits);
  return edits_splice(clean, edits, NULL);
}

GBytes *
disarm_text(GBytes *content, const char *label, GBytes *(*edit)(GBytes *utf8, void *data),
            void *data, gboolean *utf8)
{
  g_autoptr(Text) text = NULL;
  g_autoptr(GBytes) clean = NULL;
  GBytes *bytes = NULL;

  *utf8 = FALSE;
  if (g_bytes_get_size(content) > LIMIT_TEXT)
    return NULL;
  text = read_page(content, label);
  clean = edit(text->utf8, data);
  if (!clean || clean == text->utf8)
    return clean ? g_bytes_ref(content) : NULL;
  if (charset_is_ascii_based(text->charset) && comes_back(content, text))
    bytes = encode(clean, text->charset);
  *utf8 = bytes == NULL;
  return bytes ? bytes : as_utf8(clean);
}

static GBytes *
cut_active(GBytes *utf8, void *data)
{
  return html_disarm(utf8, NULL);
}

GBytes *
disarm_html(GBytes *content, const char *label, gboolean *utf8)
{
  return disarm_text(content, label, cut_active, NULL, utf8);
}

/* --- links that are to lead nowhere ------------------------------------------------------------
 */

/* Leads nowhere in any attribute, list of pictures or style, and has nothing to be quoted. No marks
 * beside it: in a file they would be taken for the page's own words. */
#define NOWHERE "about:blank"

static GBytes *
kill_links(GBytes *utf8, void *data)
{
  Disarming *disarming = data;
  gsize len;
  const unsigned char *text = g_bytes_get_data(utf8, &len);
  g_autoptr(GArray) links = links_new();
  g_autoptr(Edits) edits = edits_new();

  if (!html_links(text, len, links))
    return NULL;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (link->use == LINK_TEXT || !disarming_dead(disarming, link->target))
      continue;
    edits_add_string(edits, link->span, NOWHERE);
    disarming->taken.links++;
  }
  return edits_splice(utf8, edits, NULL);
}

GBytes *
disarm_page(GBytes *content, const char *label, Disarming *disarming, gboolean *utf8)
{
  return disarm_text(content, label, kill_links, disarming, utf8);
}
