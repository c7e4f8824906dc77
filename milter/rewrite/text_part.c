/* text_part.c - the links of one text part. Nothing here adds or moves a line end: quoting and
 * format=flowed (RFC 3676) stay as they are. Text that is not plain (tables, scripts) is data for a
 * program: its addresses die quietly. */
#include "rewriter.h"

#include <string.h>

#include "code_art.h"
#include "deaden.h"

/* A mark behind an override of direction would be turned round too (UAX 9, U+2066 and U+2069). */
#define ISOLATE        "\xe2\x81\xa6"
#define END_OF_ISOLATE "\xe2\x81\xa9"

typedef struct sheet {
  Rewriter *r;
  Work *work;
  const unsigned char *utf8;
  size_t len;
  GHashTable *seen;
  GHashTable *kinds; /* mark_again */
  gboolean quiet;
  size_t line; /* start of the line that the last link stood in */
} Sheet;

static gboolean
joins(const Sheet *sheet, size_t from, size_t to)
{
  for (; from < to; from++)
    if (sheet->utf8[from] >= 0x80 || sheet->utf8[from] == '\n' || sheet->utf8[from] == '\r')
      return FALSE;
  return TRUE;
}

/* Neighbouring pieces become one edit where only ASCII stands between: it is the same in every
 * charset, and reads better in quoted-printable. */
static void
deaden_span(Sheet *sheet, Range span)
{
  const char *text = (const char *)sheet->utf8 + span.off;
  g_autoptr(GArray) pieces = deaden_pieces(text, span.len);
  g_autoptr(GString) with = g_string_new(NULL);
  size_t start = 0, end = 0;
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    if (i > 0 && joins(sheet, span.off + end, span.off + piece->at.off)) {
      g_string_append_len(with, text + end, (gssize)(piece->at.off - end));
    } else {
      if (i > 0)
        edits_add(sheet->work->edits, range_make(span.off + start, end - start), with->str,
                  with->len);
      g_string_truncate(with, 0);
      start = piece->at.off;
    }
    g_string_append(with, piece->with);
    end = range_end(piece->at);
  }
  if (pieces->len > 0)
    edits_add(sheet->work->edits, range_make(span.off + start, end - start), with->str, with->len);
}

/* A code that is drawn by characters: a dot for each row of them. */
static void
erase_art(Sheet *sheet, Range span)
{
  Range run, rest = span;
  while (art_run(sheet->utf8, rest, FALSE, &run)) {
    edits_add(sheet->work->edits, run, ".", 1);
    rest = range_make(range_end(run), range_end(span) - range_end(run));
  }
}

void
text_deaden(Work *work, Range span)
{
  Sheet sheet = {.work = work};
  sheet.utf8 = g_bytes_get_data(work->text->utf8, &sheet.len);
  deaden_span(&sheet, span);
}

/* Behind the bracket of <https://…>. */
static size_t
mark_place(const Sheet *sheet, const Link *link)
{
  size_t place = MIN(link->mark, sheet->len);
  gboolean opened = link->span.off > 0 && sheet->utf8[link->span.off - 1] == '<';
  return opened && place < sheet->len && sheet->utf8[place] == '>' ? place + 1 : place;
}

/* Links come in order of place, so the search for line starts is linear in all. */
static size_t
line_start(Sheet *sheet, size_t at)
{
  size_t start = at;
  while (start > sheet->line && sheet->utf8[start - 1] != '\n')
    start--;
  return sheet->line = start;
}

static void
count(Sheet *sheet, const Mark *mark)
{
  Count count = mark->what == WHAT_CHECK     ? COUNT_MARKED
                : mark->what == WHAT_QR      ? COUNT_QR
                : mark->what == WHAT_REMOVED ? COUNT_REMOVED
                                             : COUNT_DISABLED;
  summary_count(sheet->work->summary, mark, count);
}

/* FALSE if this mark stands there already, from an earlier pass. */
static gboolean
put_mark(Sheet *sheet, Mark *mark, const Link *link)
{
  size_t place = mark_place(sheet, link);
  gboolean turned = (link->flags & LINK_BIDI) != 0;
  const Speech *speech = &sheet->r->speech;
  mark->again = mark_again(sheet->kinds, mark);
  g_autofree char *words = text_mark(speech, mark);
  g_autofree char *with = g_strconcat(mark->what == WHAT_REMOVED ? "" : " ", turned ? ISOLATE : "",
                                      words, turned ? END_OF_ISOLATE : "", NULL);
  if (mark->what == WHAT_CHECK &&
      mark_stands(with, speech->ref, sheet->utf8 + place, sheet->len - place))
    return FALSE;
  edits_add_string(sheet->work->edits, range_make(place, 0), with);
  return TRUE;
}

/* TRUE if a mark was put there. */
static gboolean
tell(Sheet *sheet, guint finding, const Link *link, const Decision *decision)
{
  gboolean kills = decision_kills(decision), marked = FALSE;
  What what = !kills                              ? WHAT_CHECK
              : link->use == LINK_QR              ? WHAT_QR
              : decision->action == ACTION_REMOVE ? WHAT_REMOVED
                                                  : WHAT_DISABLED;
  size_t line = line_start(sheet, link->span.off);
  Mark *mark = mark_new(sheet->r, finding, what);
  if (!sheet->quiet && !decision_is_quiet(decision) && mark_is_new(sheet->seen, line, mark))
    marked = put_mark(sheet, mark, link);
  if (marked || kills)
    count(sheet, mark);
  mark_free(mark);
  return marked;
}

static void
edit_link(Sheet *sheet, guint finding)
{
  const Link *link = &finding_at(sheet->r, finding)->link;
  const Decision *decision = decision_at(sheet->r, finding);
  gboolean kills = decision_kills(decision), told = FALSE;
  if (range_end(link->span) > sheet->len)
    return;
  if (decision->tier != TIER_NONE && (kills || (decision->action == ACTION_FLAG && !sheet->quiet)))
    told = tell(sheet, finding, link, decision);
  if (kills && link->use == LINK_QR)
    erase_art(sheet, link->span);
  else if (kills && decision->action == ACTION_REMOVE && (told || decision_is_quiet(decision)) &&
      !sheet->quiet && !is_glued(sheet->utf8, sheet->len, link->span))
    edits_add(sheet->work->edits, link->span, "", 0);
  else if (kills)
    deaden_span(sheet, link->span);
}

void
text_part_edit(Rewriter *r, Work *work)
{
  Sheet sheet = {.r = r, .work = work, .quiet = strcmp(work->part->type, "text/plain") != 0};
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  sheet.utf8 = g_bytes_get_data(work->text->utf8, &sheet.len);
  g_autoptr(GHashTable) kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  sheet.seen = seen;
  sheet.kinds = kinds;
  for (guint i = 0; i < work->findings->len; i++) {
    guint finding = g_array_index(work->findings, guint, i);
    if (finding_at(r, finding)->kind == FINDING_LINK)
      edit_link(&sheet, finding);
  }
}
