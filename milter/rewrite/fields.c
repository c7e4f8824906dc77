/* fields.c - links in header fields. No mark can stand there: an address in shown text is broken,
 * one that is followed as it stands is taken out, and the notes at the end of the body tell. The
 * text of a field is spliced where it is plain; else that text, and nothing else of the field, is
 * written anew as encoded-words. */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"
#include "field_place.h"

typedef struct header {
  Rewriter *r;
  const Work *work;
  const Field *field;
  char *name;
  const unsigned char *value;
  guint next, end; /* findings of this field in work->fields, from the next text on */
  Edits *edits;    /* of the value */
} Header;

/* The findings of a text follow those of the one before it. Their number; `first` is where they
 * begin in work->fields. */
static guint
findings_of(Header *header, const FieldText *text, guint *first)
{
  const GArray *fields = header->work->fields;
  *first = header->next;
  while (header->next < header->end &&
         finding_at(header->r, g_array_index(fields, guint, header->next))->link.tag.off ==
             text->at.off)
    header->next++;
  return header->next - *first;
}

static void
deaden_text(Edits *edits, const FieldText *text, Range span)
{
  g_autoptr(GArray) pieces = deaden_pieces(text->text + span.off, span.len);
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    edits_add_string(edits, range_make(span.off + piece->at.off, piece->at.len), piece->with);
  }
}

/* Edits of a text, for what is to die in it. */
static Edits *
text_edits(Header *header, const FieldText *text)
{
  Edits *edits = edits_new();
  size_t len = strlen(text->text);
  guint first, n = findings_of(header, text, &first);
  for (guint i = first; i < first + n; i++) {
    guint finding = g_array_index(header->work->fields, guint, i);
    Range span = finding_at(header->r, finding)->link.span;
    if (decision_kills(decision_at(header->r, finding)) && range_end(span) <= len)
      deaden_text(edits, text, span);
  }
  return edits;
}

/* Characters before this place on its line. */
static size_t
column_of(const Header *header, size_t at)
{
  size_t start = at;
  while (start > 0 && header->value[start - 1] != '\n')
    start--;
  return at - start + (start == 0 ? strlen(header->name) + 1 : 0);
}

static int
edit_text(Header *header, const FieldText *text, GError **error)
{
  g_autoptr(Edits) edits = text_edits(header, text);
  if (edits_count(edits) == 0)
    return 0;
  if (text->plain) {
    if (edits_sort(edits, error) != 0)
      return -1;
    for (guint i = 0; i < edits_count(edits); i++) {
      const Edit *edit = edits_get(edits, i);
      size_t from = text->at.off + text->shift + edit->at.off;
      edits_take(header->edits, range_make(from, edit->at.len), g_bytes_ref(edit->with));
    }
    return 0;
  }
  g_autoptr(GBytes) bytes = g_bytes_new(text->text, strlen(text->text));
  g_autoptr(GBytes) edited = edits_splice(bytes, edits, error);
  if (edited == NULL)
    return -1;
  size_t len;
  const char *data = g_bytes_get_data(edited, &len);
  g_autofree char *dead = g_strndup(data, len);
  g_autofree char *words = encoded_words_encode(dead, column_of(header, text->at.off));
  edits_add_string(header->edits, text->at, words);
  return 0;
}

/* --- addresses that are followed as they stand --- */

static gboolean
is_killed(Header *header, const FieldText *text)
{
  guint first, n = findings_of(header, text, &first);
  for (guint i = first; i < first + n; i++)
    if (decision_kills(decision_at(header->r, g_array_index(header->work->fields, guint, i))))
      return TRUE;
  return FALSE;
}

/* An entry goes with the comma and the blanks behind it; the last one with those before it. Returns
 * how many entries stay. */
static guint
cut_entries(Header *header, const GArray *texts)
{
  guint kept = 0;
  size_t end = 0; /* of the last one that stays */
  for (guint i = 0; i < texts->len; i++) {
    const FieldText *text = &g_array_index(texts, FieldText, i);
    size_t next = i + 1 < texts->len ? g_array_index(texts, FieldText, i + 1).at.off
                                     : header->field->value.len;
    if (!is_killed(header, text)) {
      kept++;
      end = range_end(text->at);
    } else if (i + 1 < texts->len) {
      edits_add_string(header->edits, range_make(text->at.off, next - text->at.off), "");
    } else if (kept > 0) {
      edits_add_string(header->edits, range_make(end, next - end), "");
    }
  }
  return kept;
}

static void
delete_field(Header *header)
{
  header_delete_field(header->r, header->work->part, header->field);
  if (g_ascii_strcasecmp(header->name, "List-Unsubscribe") == 0)
    header_delete(header->r, header->work->part, "List-Unsubscribe-Post");
}

static int
edit_field(Header *header, GError **error)
{
  g_autoptr(GArray) texts = field_texts(header->name, header->value, header->field->value.len);
  FieldPlace place = field_place(header->name);
  gboolean shown = place == PLACE_TEXT || place == PLACE_NAMES;
  for (guint i = 0; shown && i < texts->len; i++)
    if (edit_text(header, &g_array_index(texts, FieldText, i), error) != 0)
      return -1;
  if (!shown && (cut_entries(header, texts) == 0 || place != PLACE_LIST)) {
    delete_field(header);
    return 0;
  }
  g_autoptr(GBytes) value = g_bytes_new(header->value, header->field->value.len);
  g_autoptr(GBytes) edited = edits_splice(value, header->edits, error);
  if (edited == NULL)
    return -1;
  header_change_field(header->r, header->work->part, header->field, edited);
  return 0;
}

/* --- counting --- */

/* What a reader does not see is not worth a line on top. */
gboolean
fields_is_unseen(const Link *link)
{
  FieldPlace place = link->use == LINK_HEADER ? field_place(link->element) : PLACE_TEXT;
  return place != PLACE_TEXT && place != PLACE_NAMES;
}

static void
count(Rewriter *r, Work *work, guint finding)
{
  const Decision *decision = decision_at(r, finding);
  Mark *mark = mark_new(r, finding, WHAT_DISABLED);
  if (fields_is_unseen(&finding_at(r, finding)->link))
    mark->tier = MIN(mark->tier, TIER_INFORMATION);
  if (decision->tier != TIER_NONE)
    summary_count(work->summary, mark, COUNT_FIELDS);
  mark_free(mark);
}

static int
edit_one(Rewriter *r, Work *work, Header *header, GError **error)
{
  gboolean kills = FALSE;
  for (guint i = header->next; i < header->end; i++) {
    guint finding = g_array_index(work->fields, guint, i);
    if (!decision_kills(decision_at(r, finding)))
      continue;
    kills = TRUE;
    count(r, work, finding);
  }
  if (!kills)
    return 0;
  const unsigned char *bytes =
      g_bytes_get_data(tree_layer(r->tree, work->part->layer)->bytes, NULL);
  g_autoptr(Edits) edits = edits_new();
  g_autofree char *name =
      g_strndup((const char *)bytes + header->field->name.off, header->field->name.len);
  header->edits = edits;
  header->name = name;
  header->value = bytes + header->field->value.off;
  return edit_field(header, error);
}

/* Authentication-Results that are not to be believed go without a word: nobody reads them. */
void
fields_drop_results(Rewriter *r, const Work *work)
{
  const GArray *fields = tree_layer(r->tree, work->part->layer)->lexed->fields;
  guint next = work->part->fields;
  for (guint i = 0; i < work->findings->len; i++) {
    guint n = g_array_index(work->findings, guint, i);
    const Finding *finding = finding_at(r, n);
    if (finding->kind != FINDING_RESULTS || !decision_kills(decision_at(r, n)))
      continue;
    while (next < fields->len && g_array_index(fields, Field, next).whole.off != finding->at.off)
      next++;
    if (next < fields->len)
      header_delete_field(r, work->part, &g_array_index(fields, Field, next));
  }
}

/* Findings come in the order of fields. */
int
fields_edit(Rewriter *r, Work *work, GError **error)
{
  const GArray *fields = tree_layer(r->tree, work->part->layer)->lexed->fields;
  guint next = 0;
  for (guint i = work->part->fields;
       i < work->part->fields + work->part->nfields && i < fields->len; i++) {
    const Field *field = &g_array_index(fields, Field, i);
    Header header = {.r = r, .work = work, .field = field, .next = next};
    while (next < work->fields->len &&
           finding_at(r, g_array_index(work->fields, guint, next))->at.off == field->whole.off)
      next++;
    header.end = next;
    if (edit_one(r, work, &header, error) != 0)
      return -1;
  }
  return 0;
}
