/* card_part.c - the links of a calendar or a contact. A property that is nothing but an address is
 * left out, and so is a page that says in HTML what DESCRIPTION says in words: Outlook and Google
 * import what is left, where they would refuse or keep an address that is none. In words the
 * address is broken and the mark stands behind it, escaped and folded as the rest (RFC 5545 3.1,
 * 3.3.11). Only lines with something to change are written anew. */
#include "rewriter.h"

#include <string.h>

#include "card.h"
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

/* --- words --- */

/* RFC 5545 3.3.11; parameters and quoted-printable have no such escapes. */
static char *
escape(const CardLine *line, size_t view, const char *text)
{
  GString *out = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p++) {
    if (view >= line->value && !line->quoted && strchr("\\;,", *p) != NULL)
      g_string_append_c(out, '\\');
    g_string_append_c(out, *p);
  }
  return g_string_free(out, FALSE);
}

static void
edit_view(const CardLine *line, Edits *edits, Range view, const char *with)
{
  g_autofree char *escaped = escape(line, view.off, with);
  edits_add_string(edits, card_line_raw(line, view), escaped);
}

static void
deaden_words(Deck *deck, const CardLine *line, guint finding, Edits *edits)
{
  Range at = link_of(deck, finding)->label;
  g_autofree char *words = tell(deck, line, finding);
  if (range_end(at) > line->view->len)
    return;
  g_autoptr(GArray) pieces = deaden_pieces(line->view->str + at.off, at.len);
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    edit_view(line, edits, range_make(at.off + piece->at.off, piece->at.len), piece->with);
  }
  if (words != NULL)
    edit_view(line, edits, range_make(range_end(at), 0), words);
}

/* --- lines --- */

static gboolean
can_be_left_out(const CardLine *line, const Link *link)
{
  gboolean value = link->label.off >= line->value;
  return value && (line->kind == CARD_ADDRESS || line->kind == CARD_HTML);
}

static void
write_line(Deck *deck, const CardLine *line, Edits *edits)
{
  g_autoptr(GBytes) raw = g_bytes_new(line->raw->str, line->raw->len);
  g_autoptr(GBytes) edited = edits_splice(raw, edits, NULL);
  g_autoptr(GString) out = g_string_new(NULL);
  size_t len;
  if (edited == NULL)
    return; /* what is left is found again, and holds the letter */
  const char *data = g_bytes_get_data(edited, &len);
  if (deck->folds || line->quoted)
    card_line_fold(out, data, len, line->quoted, deck->work->eol);
  else
    g_string_append_len(out, data, (gssize)len);
  edits_add(deck->work->edits, line->whole, out->str, out->len);
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
    out |= kills(deck, finding) && can_be_left_out(line, link_of(deck, finding));
  }
  for (guint i = from; i < to; i++) {
    guint finding = g_array_index(findings, guint, i);
    if (kills(deck, finding) && out)
      g_free(tell(deck, NULL, finding));
    else if (kills(deck, finding))
      deaden_words(deck, line, finding, edits);
  }
  if (out)
    edits_add(deck->work->edits, range_make(at, line->next - at), "", 0);
  else if (edits_count(edits) > 0)
    write_line(deck, line, edits);
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

static gboolean
is_old(const Deck *deck)
{
  static const char *const versions[] = {"VERSION:2.1", "VERSION:1.0"};
  for (guint i = 0; i < G_N_ELEMENTS(versions); i++)
    if (memmem(deck->utf8, deck->len, versions[i], strlen(versions[i])) != NULL)
      return TRUE;
  return FALSE;
}

void
card_part_edit(Rewriter *r, Work *work)
{
  const GArray *findings = work->findings;
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Deck deck = {.r = r, .work = work, .seen = seen};
  deck.utf8 = g_bytes_get_data(work->text->utf8, &deck.len);
  deck.folds = !is_old(&deck);
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
