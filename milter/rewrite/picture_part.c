/* picture_part.c - a picture with a QR code that leads where it must not. What a page shows stays a
 * picture, of the same Content-ID and in the same place, that says so; an attachment becomes a
 * placeholder, which has room for words. Where the code led stands in a line of the message. */
#include "rewriter.h"

#include "disarm/disarming.h"

gboolean
picture_is_shown(const Part *part)
{
  return part->content_id != NULL || !(part->flags & PART_ATTACHMENT);
}

gboolean
finding_is_code(const Rewriter *r, guint i)
{
  const Finding *finding = finding_at(r, i);
  return finding->kind == FINDING_LINK && finding->link.use == LINK_QR && !finding->inner &&
         !(tree_part(r->tree, finding->part)->flags & (PART_HTML | PART_TEXT));
}

void
picture_count(Rewriter *r, Work *work)
{
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    const Decision *decision = decision_at(r, finding);
    if (!finding_is_code(r, finding) || !decision_kills(decision) || decision->tier == TIER_NONE ||
        finding_at(r, finding)->link.flags & LINK_PIECE)
      continue;
    Mark *mark = mark_new(r, finding, WHAT_QR);
    summary_count(work->summary, mark, COUNT_QR);
    mark_free(mark);
  }
}

void
picture_write(Rewriter *r, const Work *work)
{
  const char *name = work->part->names->len > 0 ? g_ptr_array_index(work->part->names, 0) : "qr";
  g_autoptr(GBytes) picture = no_code_picture();
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(picture, &len);
  g_autoptr(GBytes) body = content_encode(bytes, len, ENCODING_BASE64, part_eol(r, work->part));
  placeholder_header(r, work->part, name, PLACEHOLDER_PICTURE, ENCODING_BASE64);
  part_replace_body(r, work->part, body);
}
