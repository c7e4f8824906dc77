/* disarm_page.c - links of a page that lies in another file, in an archive or a document: each
 * address that is to lead nowhere becomes one that does not, where it stands. No marks: they would
 * be taken for the page's own words. All other bytes stay. */
#include "disarming.h"

#include "bounds.h"
#include "error.h"
#include "html_active.h"

#include <string.h>

/* Leads nowhere in any attribute, list of pictures or style, and has nothing to be quoted. */
#define NOWHERE "about:blank"

GBytes *
disarm_page(GBytes *content, Disarming *disarming, GError **error)
{
  gsize len = 0;
  const char *bytes = g_bytes_get_data(content, &len);
  g_autoptr(GArray) links = links_new();
  g_autoptr(Edits) edits = edits_new();

  /* In another charset the places of addresses are not those of the bytes. */
  if (len > LIMIT_TEXT || memchr(bytes, 0, len) || !g_utf8_validate(bytes, (gssize)len, NULL) ||
      !html_links((const unsigned char *)bytes, len, links)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "page: not in UTF-8, or too long");
    return NULL;
  }
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (link->use == LINK_TEXT || !disarming_dead(disarming, link->target))
      continue;
    edits_add_string(edits, link->span, NOWHERE);
    disarming->taken.links++;
  }
  return edits_splice(content, edits, error);
}
