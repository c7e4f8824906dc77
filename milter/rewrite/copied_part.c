/* copied_part.c - words in front of each notice that came with the message
 * (inspect/text/cue_notice.c says why). Nothing of it goes: it may be history that somebody needs.
 */
#include "rewriter.h"

gboolean
decision_labels(const Finding *finding, const Decision *decision)
{
  return finding->kind == FINDING_TEXT && finding->cue.id == CUE_ID_IMITATED_NOTICE &&
         decision->action == ACTION_FLAG;
}

void
copied_edit(Rewriter *r, Work *work)
{
  size_t len = g_bytes_get_size(work->text->utf8);
  g_autofree char *words = copied_words(&r->speech);
  g_autofree char *html = html_text(words);
  const char *label = work->part->flags & PART_HTML ? html : words;
  for (guint i = 0; i < work->findings->len; i++) {
    guint n = g_array_index(work->findings, guint, i);
    const Finding *finding = finding_at(r, n);
    if (decision_labels(finding, decision_at(r, n)) && finding->cue.span.off <= len)
      edits_add_string(work->edits, range_make(finding->cue.span.off, 0), label);
  }
}
