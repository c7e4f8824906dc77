/* stale_fields.c - fields that tell something of a body which is true no more once it has changed:
 * sums and sizes of it, of the bodies around it, and whether there are attachments. What is signed
 * stays signed (DKIM-Signature, ARC): RFC 6376 section 6.1 has a broken signature mean no more than
 * none, and a verifier further on may want to know that there was one. */
#include "rewriter.h"

#include <string.h>

void
stale_fields_drop(Rewriter *r, const Part *part)
{
  static const char *const names[] = {"Content-MD5", "Content-Digest", "Content-Length", "Lines"};

  for (const Part *at = part; at != NULL; at = at->parent)
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
      header_delete(r, at, names[i]);
}

/* The size that a disposition gives (RFC 2183 2.7). */
void
stale_fields_drop_size(Rewriter *r, const Part *part)
{
  const Field *field = part_field(r->tree, part, "Content-Disposition", 0);
  const unsigned char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, NULL);
  g_autofree char *value = NULL;
  g_autoptr(GBytes) changed = NULL;

  if (!field)
    return;
  value = field_without_param(bytes + field->value.off, field->value.len, "size");
  if (!value)
    return;
  changed = g_bytes_new(value, strlen(value));
  header_change_field(r, part, field, changed);
}

static gboolean
is_kept_file(const Work *work)
{
  return (work->part->flags & PART_ATTACHMENT) && !(work->part->flags & PART_MULTIPART) &&
         !work->removed && !work->covered;
}

void
stale_fields_drop_has_attach(Rewriter *r)
{
  gboolean lost = FALSE;

  for (guint i = 0; i < r->works->len; i++) {
    if (is_kept_file(work_at(r, i)))
      return;
    lost = lost || work_at(r, i)->removed;
  }
  if (lost)
    header_delete(r, tree_layer(r->tree, 0)->root, "X-MS-Has-Attach");
}
