/* card_part.c - the links of a calendar or a contact that is a part of the message (card_deaden.c):
 * in words the mark stands behind an address. */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"

typedef struct deck {
  Rewriter *r;
  Work *work;
  const unsigned char *utf8;
  size_t len;
  GHashTable *seen;
  gboolean folds; /* FALSE: vCard 2.1, where a fold is a blank too */
} Deck;

static const Link *
link_of(const Deck *deck, guint finding)
{
  return &finding_at(deck->r, finding)->link;
}

static gboolean
kills(const Deck *deck, guint finding)
{
  return decision_kills(decision_at(deck->r, finding));
}

/* Counts a link that dies; returns its mark if one is to stand there. */
static char *
tell(Deck *deck, const CardLine *line, guint finding)
{
  const Decision *decision = decision_at(deck->r, finding);
  gboolean shown = line != NULL && line->prose && line->kind == CARD_TEXT && !line->quoted &&
                   deck->folds && link_of(deck, finding)->label.off >= line->value;
  char *words = NULL;
  if (decision->tier == TIER_NONE)
    return NULL;
  Mark *mark = mark_new(deck->r, finding, WHAT_DISABLED);
  summary_count(deck->work->summary, mark, COUNT_DISABLED);
  if (shown && mark_is_new(deck->seen, line->whole.off, mark)) {
    g_autofree char *text = text_mark(&deck->r->speech, mark);
    words = g_strconcat(" ", text, NULL);
  }
  mark_free(mark);
  return words;
}

/* findings[from, to) lie in one line. */
static void
edit_line(Deck *deck, guint from, guint to)
{
  const GArray *findings = deck->work->findings;
  size_t at = link_of(deck, g_array_index(findings, guint, from))->tag.off;
  g_autoptr(CardLine) line = card_line_read(deck->utf8, deck->len, at);
  g_autoptr(Edits) edits = edits_new();
  gboolean out = FALSE;
  for (guint i = from; i < to; i++) {
    guint finding = g_array_index(findings, guint, i);
    out |= kills(deck, finding) && card_link_is_line(line, link_of(deck, finding));
  }
  for (guint i = from; i < to; i++) {
    guint finding = g_array_index(findings, guint, i);
    if (kills(deck, finding)) {
      g_autofree char *words = tell(deck, out ? NULL : line, finding);
      if (!out)
        card_line_deaden(line, link_of(deck, finding), words, edits);
    }
  }
  if (out)
    edits_add(deck->work->edits, range_make(at, line->next - at), "", 0);
  else
    card_line_write(line, edits, deck->folds, deck->work->eol, deck->work->edits);
}

static void
edit_bare(Deck *deck, guint finding)
{
  Range span = link_of(deck, finding)->span;
  if (!kills(deck, finding) || range_end(span) > deck->len)
    return;
  g_free(tell(deck, NULL, finding));
  text_deaden(deck->work, span);
}

static gboolean
is_link(const Deck *deck, guint i)
{
  guint finding = g_array_index(deck->work->findings, guint, i);
  return finding_at(deck->r, finding)->kind == FINDING_LINK;
}

void
card_part_edit(Rewriter *r, Work *work)
{
  const GArray *findings = work->findings;
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Deck deck = {.r = r, .work = work, .seen = seen};
  deck.utf8 = g_bytes_get_data(work->text->utf8, &deck.len);
  deck.folds = card_folds(deck.utf8, deck.len);
  for (guint i = 0, end; i < findings->len; i = end) {
    end = i + 1;
    if (!is_link(&deck, i))
      continue;
    const Link *link = link_of(&deck, g_array_index(findings, guint, i));
    if (link->tag.len == 0) {
      edit_bare(&deck, g_array_index(findings, guint, i));
      continue;
    }
    while (end < findings->len && is_link(&deck, end) &&
           link_of(&deck, g_array_index(findings, guint, end))->tag.off == link->tag.off)
      end++;
    edit_line(&deck, i, end);
  }
}
