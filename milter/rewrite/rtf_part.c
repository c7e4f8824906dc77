/* rtf_part.c - the links of Rich Text: each character that must change is written anew where it
 * stands, so groups, escapes and formatting around it stay. Marks have no place in it; the notes of
 * the message tell. */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"
#include "disarm/disarming.h"
#include "rtf.h"

void
rtf_part_edit(Rewriter *r, Work *work)
{
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  g_autoptr(RtfView) view = rtf_view_new(utf8, len);
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    const Decision *decision = decision_at(r, finding);
    if (finding_at(r, finding)->kind != FINDING_LINK || !decision_kills(decision))
      continue;
    if (decision->tier != TIER_NONE) {
      Mark *mark = mark_new(r, finding, WHAT_DISABLED);
      summary_count(work->summary, mark, COUNT_DISABLED);
      mark_free(mark);
    }
    const Link *link = &finding_at(r, finding)->link;
    if (link->label.len > 0)
      rtf_deaden(view, link->label, work->edits);
    else if (range_end(link->span) <= len)
      text_deaden(work, link->span);
  }
}
