/* lost_parts.c - pages that show a part which is gone. A page names parts of its message by
 * Content-ID (RFC 2392) or by Content-Location (RFC 2557); the placeholder has neither, so that
 * readers list it by its name. A reference to what is not there would be a broken frame: it is cut,
 * and what the page says in its stead (alt) is shown. */
#include "rewriter.h"

#include <string.h>

#include "link.h"

static char *
location_of(const Rewriter *r, const Part *part)
{
  const Field *field = part_field(r->tree, part, "Content-Location", 0);
  const char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, NULL);

  return field ? g_strstrip(g_strndup(bytes + field->value.off, field->value.len)) : NULL;
}

GHashTable *
lost_parts_find(const Rewriter *r)
{
  GHashTable *lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < r->works->len; i++) {
    const Work *work = work_at(r, i);
    char *location;

    if (!work->removed && !work->covered)
      continue;
    if (work->part->content_id)
      g_hash_table_add(lost, g_strconcat("cid:", work->part->content_id, NULL));
    location = location_of(r, work->part);
    if (location)
      g_hash_table_add(lost, location);
  }
  return lost;
}

/* The id is percent-encoded in an address, and the scheme is written in any case. */
static gboolean
is_lost(GHashTable *lost, const char *target)
{
  gboolean by_id = g_ascii_strncasecmp(target, "cid:", 4) == 0;
  g_autofree char *id = by_id ? g_uri_unescape_string(target + 4, NULL) : NULL;
  g_autofree char *key = g_strconcat(by_id ? "cid:" : "", id ? id : target, NULL);

  return (!by_id || id) && g_hash_table_contains(lost, key);
}

void
lost_parts_edit(Rewriter *r, Work *work, GHashTable *lost)
{
  g_autoptr(GArray) links = links_new();
  const unsigned char *utf8;
  size_t len;

  work_open(r, work);
  utf8 = g_bytes_get_data(work->text->utf8, &len);
  (void)html_links(utf8, len, links); /* inspection has told of a limit */
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (link->use != LINK_LOAD || !is_lost(lost, link->target))
      continue;
    if (link->attribute.len == 0 || g_strcmp0(link->attribute_name, "style") == 0)
      edits_add_string(work->edits, link->span, "about:blank");
    else
      edits_add_string(work->edits, link->attribute, "");
  }
}
