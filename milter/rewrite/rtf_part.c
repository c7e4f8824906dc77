/* rtf_part.c - the links of Rich Text: each character that must change is written anew where it
 * stands, so groups, escapes and formatting around it stay. Marks have no place in it; the notes of
 * the message tell. */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"
#include "rtf.h"

/* Plain text as RTF. */
static char *
escape(const char *text)
{
  GString *out = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c >= 0x80)
      g_string_append_printf(out, "\\u%d?", (int)(gint16)MIN(c, 0xffff));
    else
      g_string_append_printf(out, "%s%c", strchr("\\{}", (int)c) != NULL ? "\\" : "", (char)c);
  }
  return g_string_free(out, FALSE);
}

static void
deaden_link(Work *work, const RtfView *view, Range at)
{
  if (range_end(at) > view->text->len)
    return;
  g_autoptr(GArray) pieces = deaden_pieces(view->text->str + at.off, at.len);
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    Range view_at = {at.off + piece->at.off, piece->at.len};
    g_autofree char *with = escape(piece->with);
    edits_add_string(work->edits, rtf_view_source(view, view_at), with);
  }
}

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
      deaden_link(work, view, link->label);
    else if (range_end(link->span) <= len)
      text_deaden(work, link->span);
  }
}
