/* html_active_part.c - takes out of one HTML part what acts by itself. Nobody is told of a script
 * or a handler, which nobody saw; where a form or a frame was there stands a small mark. */
#include "html_emit.h"
#include "rewriter.h"

/* Tags whose own link is told of already: tag ─▶ TRUE if by a mark, FALSE if it is only counted. */
static GHashTable *
told_tags(const Rewriter *r, const Work *work)
{
  GHashTable *told = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    const Finding *link = finding_at(r, finding);
    const Decision *decision = decision_at(r, finding);
    if (link->kind == FINDING_LINK && decision_kills(decision) && decision->tier != TIER_NONE &&
        link->link.tag.len > 0)
      g_hash_table_insert(told, GSIZE_TO_POINTER(link->link.tag.off),
                          GINT_TO_POINTER(!decision_is_quiet(decision)));
  }
  return told;
}

static void
tell(Rewriter *r, Work *work, guint finding, GHashTable *seen, gboolean counted)
{
  const Active *active = &finding_at(r, finding)->active;
  gboolean form = active->trait == TRAIT_ID_FORM;
  Mark *mark = mark_new(r, finding, form ? WHAT_FORM : WHAT_EMBEDDED);
  if (mark_is_new(seen, active->mark, mark)) {
    g_autofree char *html = html_mark(&r->speech, mark, work->eol);
    edits_add_string(work->edits, range_make(active->mark, 0), html);
    if (!counted)
      summary_count(work->summary, mark, form ? COUNT_FORMS : COUNT_EMBEDDED);
  }
  mark_free(mark);
}

void
html_active_edit(Rewriter *r, Work *work)
{
  g_autoptr(GHashTable) told = told_tags(r, work);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    const Active *active = &finding_at(r, finding)->active;
    const Decision *decision = decision_at(r, finding);
    if (finding_at(r, finding)->kind != FINDING_MARKUP || !decision_kills(decision) ||
        range_end(active->cut) > len || active->mark > len)
      continue;
    if (!work->anew)
      html_active_cut(utf8, len, active, work->edits);
    gpointer tag = GSIZE_TO_POINTER(active->tag.off), marked = NULL;
    gboolean counted = g_hash_table_lookup_extended(told, tag, NULL, &marked);
    if (active->visible && decision->tier != TIER_NONE && !GPOINTER_TO_INT(marked))
      tell(r, work, finding, seen, counted);
  }
}

int
html_anew(Work *work, GError **error)
{
  g_autoptr(GBytes) spliced = edits_splice(work->text->utf8, work->edits, error);
  if (spliced == NULL)
    return -1;
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(spliced, &len);
  GBytes *anew = html_emit(utf8, len);
  edits_free(work->edits);
  work->edits = edits_new();
  edits_take(work->edits, range_make(0, g_bytes_get_size(work->text->utf8)), anew);
  return 0;
}
