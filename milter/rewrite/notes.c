/* notes.c - the top line and the notes at the end. They stand in the message's own body, in each
 * of its alternatives, once. A part whose reader is told of nothing new stays as it is. */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"
#include "html.h"

/* An archive may hold thousands of flagged files: the first few are named. */
#define FLAG_LINES 5

static gboolean
is_notable(const Work *work)
{
  const Part *part = work->part;
  gboolean shown = (part->flags & PART_HTML) || strcmp(part->type, "text/plain") == 0;
  return (part->flags & PART_BODY) && shown && !work->removed && !work->covered;
}

static const Part *
common_ancestor(const Part *a, const Part *b)
{
  for (const Part *x = a; x != NULL; x = x->parent)
    for (const Part *y = b; y != NULL; y = y->parent)
      if (x == y)
        return x;
  return NULL;
}

/* Of parts that are shown one after the other only the first carries notes. */
static gboolean
is_another_text(const Rewriter *r, const Work *work)
{
  for (guint i = 0; i < work->part->index; i++) {
    const Part *common;
    if (!work_at(r, i)->noted)
      continue;
    common = common_ancestor(work_at(r, i)->part, work->part);
    if (common == NULL || strcmp(common->type, "multipart/alternative") != 0)
      return TRUE;
  }
  return FALSE;
}

void
notes_choose(Rewriter *r)
{
  for (guint i = 0; i < r->works->len; i++) {
    Work *work = work_at(r, i);
    work->noted = is_notable(work) && !is_another_text(r, work);
  }
}

/* What happened outside the parts that carry notes is told in each of them. */
static Summary *
summary_for(const Rewriter *r, const Work *work)
{
  Summary *sum = summary_new();
  summary_join(sum, work->summary);
  for (guint i = 0; i < r->works->len; i++)
    if (!work_at(r, i)->noted)
      summary_join(sum, work_at(r, i)->summary);
  sum->signature = MAX(sum->signature, part_signature(work->part));
  return sum;
}

/* --- flags: files and senders, which have no place in the text ------------------------------- */

static Mark *
flag_new(const Rewriter *r, guint i)
{
  const Finding *finding = finding_at(r, i);
  What what = finding->kind == FINDING_FILE       ? WHAT_FILE
              : finding->kind == FINDING_SENDER   ? WHAT_SENDER
              : finding->kind == FINDING_TEXT     ? WHAT_TEXT
              : decision_kills(decision_at(r, i)) ? WHAT_QR
                                                  : WHAT_CHECK;
  Mark *mark = mark_new(r, i, what);
  if (finding->kind == FINDING_FILE) {
    const char *name = finding->path != NULL ? finding->path : finding->name;
    g_free(mark->host);
    mark->host = name_clean(name != NULL ? name : "", 120);
  }
  if (finding->kind == FINDING_TEXT) {
    g_free(mark->host);
    mark->host = name_clean(finding->cue.words, CUE_WORDS);
  }
  if (finding->kind == FINDING_LINK && fields_is_unseen(&finding->link))
    mark->tier = MIN(mark->tier, TIER_INFORMATION);
  return mark;
}

/* Nothing can stand beside a file, or a link in a file, a header or in data for a program. */
static gboolean
has_no_place(const Rewriter *r, guint i)
{
  const Finding *finding = finding_at(r, i);
  const Part *part = tree_part(r->tree, finding->part);
  if (finding->kind == FINDING_MARKUP || finding->kind == FINDING_RESULTS)
    return FALSE;
  if (finding->kind != FINDING_LINK || finding->link.use == LINK_HEADER || finding->inner)
    return TRUE;
  return (part->flags & PART_HTML) == 0 && strcmp(part->type, "text/plain") != 0;
}

static gboolean
is_flag(const Rewriter *r, guint i)
{
  const Decision *decision = decision_at(r, i);
  if (finding_is_code(r, i) && decision_kills(decision))
    return decision->tier > TIER_INFORMATION;
  return has_no_place(r, i) && decision->action == ACTION_FLAG && decision->tier != TIER_NONE;
}

/* The lines of the flags that this body does not show yet. Those of tier information stand at the
 * end: returned in *below. */
static char *
flag_lines(Rewriter *r, const Work *work, gboolean html, Summary *sum, char **below)
{
  GString *out = g_string_new(NULL), *end = g_string_new(NULL);
  size_t len;
  const char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  unsigned lines = 0;
  for (guint i = 0; i < r->findings->len && lines < FLAG_LINES; i++) {
    if (!is_flag(r, i))
      continue;
    lines++;
    Mark *mark = flag_new(r, i);
    g_autofree char *line = html ? html_flag_line(&r->speech, mark, work->eol)
                                 : text_flag_line(&r->speech, mark, work->eol);
    GString *to = mark->tier > TIER_INFORMATION ? out : end;
    if (memmem(utf8, len, line, strlen(line)) == NULL && strstr(to->str, line) == NULL) {
      g_string_append(to, line);
      summary_add_notice(sum, mark->notice, mark->service);
    }
    mark_free(mark);
  }
  *below = g_string_free(end, FALSE);
  return g_string_free(out, FALSE);
}

/* As in add_text: a part that ends in a line end goes on ending in it. */
static size_t
before_last_line_end(const unsigned char *utf8, size_t len, size_t end, size_t top)
{
  if (end != len || len == 0 || utf8[len - 1] != '\n')
    return end;
  end -= len > 1 && utf8[len - 2] == '\r' ? 2 : 1;
  return MAX(end, top);
}

static void
add_html(Rewriter *r, Work *work, Summary *sum, const char *flags, const char *below)
{
  size_t len, top = 0, end = 0;
  const unsigned char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  g_autofree char *line = html_top(&r->speech, sum, work->eol);
  g_autofree char *notes = html_notes(&r->speech, sum, work->eol);
  html_body_bounds(utf8, len, &top, &end);
  end = before_last_line_end(utf8, len, end, top);
  if (summary_has_top(sum))
    edits_add_string(work->edits, range_make(top, 0), line);
  edits_add_string(work->edits, range_make(top, 0), flags);
  edits_add_string(work->edits, range_make(end, 0), below);
  edits_add_string(work->edits, range_make(end, 0), notes);
}

/* The last line end of the text stays the last thing in it. */
static void
add_text(Rewriter *r, Work *work, Summary *sum, const char *flags, const char *below)
{
  size_t len, tail = strlen(work->eol);
  const char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  g_autofree char *line = text_top(&r->speech, sum, work->eol);
  g_autofree char *notes = text_notes(&r->speech, sum, work->eol);
  gboolean ended = len == 0 || utf8[len - 1] == '\n';
  if (!ended)
    notes[strlen(notes) - tail] = '\0';
  g_autofree char *block = g_strconcat(ended ? "" : work->eol, work->eol, below, notes, NULL);
  if (summary_has_top(sum))
    edits_add_string(work->edits, range_make(0, 0), line);
  edits_add_string(work->edits, range_make(0, 0), flags);
  edits_add_string(work->edits, range_make(len, 0), block);
}

static void
notes_add_to(Rewriter *r, Work *work)
{
  g_autoptr(Summary) sum = summary_for(r, work);
  gboolean html = (work->part->flags & PART_HTML) != 0;
  gboolean any = FALSE;
  for (guint i = 0; i < r->findings->len && !any; i++)
    any = is_flag(r, i);
  if (!any && summary_is_empty(sum))
    return;
  work_open(r, work);
  g_autofree char *below = NULL;
  g_autofree char *flags = flag_lines(r, work, html, sum, &below);
  if (*flags == '\0' && *below == '\0' && summary_is_empty(sum))
    return;
  if (html)
    add_html(r, work, sum, flags, below);
  else
    add_text(r, work, sum, flags, below);
}

void
notes_add(Rewriter *r)
{
  for (guint i = 0; i < r->works->len; i++)
    if (work_at(r, i)->noted)
      notes_add_to(r, work_at(r, i));
}
