/* pdf_glyphs.c - a content stream's text operators (ISO 32000-1 9.3, 9.4), carried out as far as it
 * takes to know what stands next to what.
 *
 * A string that loses glyphs becomes an array of TJ: what is left of it, and numbers that move on
 * by what is gone. The bytes of the stream around it stay as they are. */
#include "pdf_glyphs.h"

#include <math.h>
#include <string.h>

#include "bounds.h"
#include "document.h"
#include "edit.h"
#include "pdf_content.h"

/* Of graphics states that are kept: readers allow a few dozen, or hundred. */
#define STATES 512

typedef struct matrix {
  double a, b, c, d, e, f;
} Matrix;

typedef struct state {
  Matrix page;
  PdfFont *font;
  double size, spacing, words, scale, leading, rise;
} State;

/* A string that is shown. What stands at a range of the content is the string, or all of its
 * operator. */
typedef struct show {
  Range at;
  gboolean item;      /* of an array of TJ */
  gboolean told;      /* ActualText */
  gboolean next_line; /* ' and " */
  gboolean spaced;    /* " with these */
  double words, spacing;
  guint first, count; /* glyphs */
} Show;

typedef struct reader {
  PdfGlyphs *out;
  GArray *states; /* State; the last one counts */
  Matrix text, line;
  PdfFontFind find;
  void *data;
  PdfFont *other;   /* for what has no font */
  unsigned *left;   /* glyphs that may still be read */
  unsigned skipped; /* states that were too many */
  unsigned marks;   /* marked content that is open, and the one whose words are told: 0 if none */
  unsigned told;
} Reader;

static State *
now(const Reader *reader)
{
  return &g_array_index(reader->states, State, reader->states->len - 1);
}

/* x, then y. */
static Matrix
product(Matrix x, Matrix y)
{
  return (Matrix){x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d,       x.c * y.a + x.d * y.c,
                  x.c * y.b + x.d * y.d, x.e * y.a + x.f * y.c + y.e, x.e * y.b + x.f * y.d + y.f};
}

/* The operand at that place from the end; 0 for none. */
static double
number(const PdfOperator *op, unsigned back)
{
  return op->count >= back && op->operands[op->count - back].kind == PDF_NUMBER
             ? op->operands[op->count - back].number
             : 0;
}

static Matrix
matrix_of(const PdfOperator *op)
{
  return (Matrix){number(op, 6), number(op, 5), number(op, 4),
                  number(op, 3), number(op, 2), number(op, 1)};
}

/* --- one string --- */

/* Which way a line goes, by steps of five degrees: 72 to the turn. */
static gint16
turn_of(double x, double y)
{
  const double turn = atan2(y, x) / G_PI * 36;

  return isfinite(turn) ? (gint16)lround(turn) : 0;
}

/* Of what is written with a matrix: the way along its lines, of length 1, and how long a unit is.
 */
typedef struct direction {
  double x, y, unit;
  gint16 turn;
} Direction;

static Direction
direction_of(Matrix matrix, gboolean down)
{
  const double x = down ? -matrix.c : matrix.a, y = down ? -matrix.d : matrix.b, unit = hypot(x, y);

  if (!(unit > 0) || !isfinite(unit))
    return (Direction){1, 0, 0, 0};
  return (Direction){x / unit, y / unit, unit, turn_of(x, y)};
}

/* Moves the text on along its line. */
static void
move_on(Reader *reader, double by, gboolean down)
{
  reader->text.e += by * (down ? -reader->text.c : reader->text.a);
  reader->text.f += by * (down ? -reader->text.d : reader->text.b);
}

/* Places are compared: a page may be written with numbers that are none. */
static float
place(double at)
{
  return isfinite(at) ? (float)CLAMP(at, -1e30, 1e30) : 0;
}

static void
add_glyph(Reader *reader, const PdfChar *c, const unsigned char *code, const Direction *way,
          gboolean down)
{
  const State *state = now(reader);
  const Matrix all = product(reader->text, state->page);
  const double spaces = (down ? -1 : 1) *
                        (state->spacing + (c->len == 1 && c->code == ' ' ? state->words : 0)),
               step = c->width * state->size + spaces, by = down ? step : step * state->scale;
  PdfGlyph glyph = {.turn = way->turn, .code_len = (guint8)c->len, .covered = reader->told > 0};

  glyph.text = (guint32)reader->out->text->len;
  glyph.text_len = (guint16)MIN(strlen(c->text), G_MAXUINT16);
  g_string_append_len(reader->out->text, c->text, glyph.text_len);
  glyph.code = reader->out->codes->len;
  g_byte_array_append(reader->out->codes, code, c->len);
  glyph.show = reader->out->shows->len;
  glyph.along = place(all.e * way->x + all.f * way->y);
  glyph.across = place(all.f * way->x - all.e * way->y);
  glyph.end = place(glyph.along + by * way->unit);
  glyph.em = place(fabs(state->size * way->unit));
  glyph.gap = place(state->size != 0 ? (down ? 1000 : -1000) * step / state->size : 0);
  g_array_append_val(reader->out->glyphs, glyph);
  move_on(reader, by, down);
}

static void
show(Reader *reader, const PdfToken *string, Show how)
{
  const State *state = now(reader);
  PdfFont *font = state->font ? state->font : reader->other;
  const gboolean down = pdf_font_is_vertical(font);
  const Direction way = direction_of(product(reader->text, state->page), down);
  const unsigned char *bytes = (const unsigned char *)string->bytes;

  how.first = reader->out->glyphs->len;
  for (size_t at = 0; at < string->len;) {
    const PdfChar c = pdf_font_char(font, bytes + at, string->len - at);

    if (reader->out->glyphs->len >= LIMIT_PDF_GLYPHS || *reader->left == 0) {
      reader->out->whole = FALSE;
      break;
    }
    (*reader->left)--;
    add_glyph(reader, &c, bytes + at, &way, down);
    at += c.len;
  }
  how.count = reader->out->glyphs->len - how.first;
  g_array_append_val(reader->out->shows, how);
}

/* --- operators --- */

static void
next_line(Reader *reader, double x, double y)
{
  reader->line = product((Matrix){1, 0, 0, 1, x, y}, reader->line);
  reader->text = reader->line;
}

static void
show_array(Reader *reader, const PdfOperator *op)
{
  unsigned i = op->count;

  if (i == 0 || op->operands[i - 1].kind != PDF_CLOSE)
    return;
  while (i > 0 && op->operands[i - 1].kind != PDF_OPEN)
    i--;
  for (; i < op->count; i++) {
    const PdfToken *item = &op->operands[i];
    const State *state = now(reader);
    const gboolean down = state->font && pdf_font_is_vertical(state->font);
    const double by = item->kind == PDF_NUMBER ? item->number / 1000 * state->size : 0;

    if (item->kind == PDF_STRING)
      show(reader, item, (Show){.at = item->at, .item = TRUE});
    else if (item->kind == PDF_NUMBER)
      move_on(reader, down ? by : -by * state->scale, down);
  }
}

static void
show_string(Reader *reader, const PdfOperator *op)
{
  const PdfToken *last = op->count > 0 ? &op->operands[op->count - 1] : NULL;
  Show how = {.at = op->at, .next_line = *op->name != 'T', .spaced = *op->name == '"'};

  if (how.spaced) {
    now(reader)->words = how.words = number(op, 3);
    now(reader)->spacing = how.spacing = number(op, 2);
  }
  if (how.next_line)
    next_line(reader, 0, -now(reader)->leading);
  if (last && last->kind == PDF_STRING)
    show(reader, last, how);
}

static void
set_font(Reader *reader, const PdfOperator *op)
{
  if (op->count < 2 || op->operands[op->count - 2].kind != PDF_NAME)
    return;
  now(reader)->font = reader->find(reader->data, op->operands[op->count - 2].bytes, NULL);
  now(reader)->size = number(op, 1);
}

/* Most graphics states set no font. */
static void
set_state(Reader *reader, const PdfOperator *op)
{
  double size = 0;
  PdfFont *font;

  if (op->count < 1 || op->operands[op->count - 1].kind != PDF_NAME)
    return;
  font = reader->find(reader->data, op->operands[op->count - 1].bytes, &size);
  if (font) {
    now(reader)->font = font;
    now(reader)->size = size;
  }
}

/* What a program is told that the marked content says. */
static void
tell(Reader *reader, const PdfToken *words)
{
  g_autofree char *text = pdf_string_text(words->bytes, words->len);
  PdfGlyph glyph = {.words = TRUE, .show = reader->out->shows->len};
  const Show how = {.at = words->at, .told = TRUE, .first = reader->out->glyphs->len, .count = 1};
  const Matrix all = product(reader->text, now(reader)->page);
  const Direction way = direction_of(all, FALSE);

  glyph.text = (guint32)reader->out->text->len;
  glyph.text_len = (guint16)MIN(strlen(text), G_MAXUINT16);
  glyph.turn = way.turn;
  glyph.along = glyph.end = place(all.e * way.x + all.f * way.y);
  glyph.across = place(all.f * way.x - all.e * way.y);
  glyph.em = place(fabs(now(reader)->size * way.unit));
  g_string_append_len(reader->out->text, text, glyph.text_len);
  g_array_append_val(reader->out->shows, how);
  g_array_append_val(reader->out->glyphs, glyph);
}

static void
begin_mark(Reader *reader, const PdfOperator *op)
{
  reader->marks++;
  for (unsigned i = 0; i + 1 < op->count && reader->told == 0; i++)
    if (op->operands[i].kind == PDF_NAME && op->operands[i + 1].kind == PDF_STRING &&
        strcmp(op->operands[i].bytes, "ActualText") == 0) {
      tell(reader, &op->operands[i + 1]);
      reader->told = reader->marks;
    }
}

static void
end_mark(Reader *reader)
{
  if (reader->told == reader->marks)
    reader->told = 0;
  if (reader->marks > 0)
    reader->marks--;
}

static void
save_state(Reader *reader)
{
  const State state = *now(reader);

  if (reader->states->len < STATES)
    g_array_append_val(reader->states, state);
  else
    reader->skipped++;
}

static void
restore_state(Reader *reader)
{
  if (reader->skipped > 0)
    reader->skipped--;
  else if (reader->states->len > 1)
    g_array_set_size(reader->states, reader->states->len - 1);
}

typedef enum what {
  SAVE,
  RESTORE,
  PAGE_MATRIX,
  BEGIN,
  FONT,
  GRAPHICS,
  MOVE,
  MOVE_LEADING,
  TEXT_MATRIX,
  LINE,
  SPACING,
  WORDS,
  SCALE,
  LEADING,
  SHOW,
  SHOW_ARRAY,
  MARK,
  MARK_END
} What;

static const struct {
  char name[4];
  What what;
} operators[] = {
    {"q", SAVE},      {"Q", RESTORE},       {"cm", PAGE_MATRIX}, {"BT", BEGIN}, {"Tf", FONT},
    {"Td", MOVE},     {"TD", MOVE_LEADING}, {"Tm", TEXT_MATRIX}, {"T*", LINE},  {"Tc", SPACING},
    {"Tw", WORDS},    {"Tz", SCALE},        {"TL", LEADING},     {"Tj", SHOW},  {"'", SHOW},
    {"\"", SHOW},     {"TJ", SHOW_ARRAY},   {"BDC", MARK},       {"BMC", MARK}, {"EMC", MARK_END},
    {"gs", GRAPHICS},
};

static void
act_on_state(Reader *reader, const PdfOperator *op, What what)
{
  State *state = now(reader);

  if (what == SAVE)
    save_state(reader);
  else if (what == RESTORE)
    restore_state(reader);
  else if (what == PAGE_MATRIX)
    state->page = product(matrix_of(op), state->page);
  else if (what == FONT)
    set_font(reader, op);
  else if (what == GRAPHICS)
    set_state(reader, op);
  else if (what == SPACING)
    state->spacing = number(op, 1);
  else if (what == WORDS)
    state->words = number(op, 1);
  else if (what == SCALE)
    state->scale = number(op, 1) / 100;
  else if (what == LEADING)
    state->leading = number(op, 1);
}

static void
act_on_text(Reader *reader, const PdfOperator *op, What what)
{
  if (what == MOVE_LEADING)
    now(reader)->leading = -number(op, 1);
  if (what == BEGIN)
    reader->line = reader->text = (Matrix){1, 0, 0, 1, 0, 0};
  else if (what == TEXT_MATRIX)
    reader->line = reader->text = matrix_of(op);
  else if (what == MOVE || what == MOVE_LEADING)
    next_line(reader, number(op, 2), number(op, 1));
  else if (what == LINE)
    next_line(reader, 0, -now(reader)->leading);
  else if (what == SHOW)
    show_string(reader, op);
  else if (what == SHOW_ARRAY)
    show_array(reader, op);
  else if (what == MARK)
    begin_mark(reader, op);
  else if (what == MARK_END)
    end_mark(reader);
}

static void
act(Reader *reader, const PdfOperator *op)
{
  for (size_t i = 0; i < G_N_ELEMENTS(operators); i++)
    if (op->name[0] == operators[i].name[0] && strcmp(op->name, operators[i].name) == 0) {
      act_on_state(reader, op, operators[i].what);
      act_on_text(reader, op, operators[i].what);
      return;
    }
}

PdfGlyphs *
pdf_glyphs_read(const unsigned char *content, size_t len, PdfFontFind find, void *data,
                unsigned *left)
{
  g_autoptr(PdfContent) operations = pdf_content_new(content, len);
  unsigned room = 0;
  g_autoptr(PdfFont) other = pdf_font_new(FALSE, &room);
  const Matrix same = {1, 0, 0, 1, 0, 0};
  const State first = {.page = same, .scale = 1};
  Reader reader = {
      .text = same, .line = same, .find = find, .data = data, .other = other, .left = left};
  const PdfOperator *op;

  reader.out = g_new0(PdfGlyphs, 1);
  *reader.out = (PdfGlyphs){.glyphs = g_array_new(FALSE, FALSE, sizeof(PdfGlyph)),
                            .shows = g_array_new(FALSE, FALSE, sizeof(Show)),
                            .text = g_string_new(NULL),
                            .codes = g_byte_array_new(),
                            .whole = TRUE};
  reader.states = g_array_new(FALSE, FALSE, sizeof(State));
  g_array_append_val(reader.states, first);
  while (reader.out->whole && (op = pdf_content_next(operations)) != NULL) {
    reader.out->whole = !op->cut;
    act(&reader, op);
  }
  g_array_unref(reader.states);
  return reader.out;
}

void
pdf_glyphs_free(PdfGlyphs *glyphs)
{
  if (!glyphs)
    return;
  g_array_unref(glyphs->glyphs);
  g_array_unref(glyphs->shows);
  g_string_free(glyphs->text, TRUE);
  g_byte_array_unref(glyphs->codes);
  g_free(glyphs);
}

/* --- writing --- */

static void
write_number(GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf(out, "%s ",
                         g_ascii_formatd(text, sizeof text, "%.2f", CLAMP(value, -1e9, 1e9)));
}

/* What is left of a string, as items of TJ. */
static void
write_items(const PdfGlyphs *glyphs, const Show *show, GString *out)
{
  double gap = 0;
  gboolean open = FALSE;

  for (guint i = 0; i < show->count; i++) {
    const PdfGlyph *glyph = &g_array_index(glyphs->glyphs, PdfGlyph, show->first + i);

    if (open == (glyph->dead != 0)) {
      if (!open && gap != 0)
        write_number(out, gap);
      g_string_append_c(out, open ? '>' : '<');
      open = !open;
      gap = 0;
    }
    if (glyph->dead)
      gap += glyph->gap;
    for (guint k = 0; !glyph->dead && k < glyph->code_len; k++)
      g_string_append_printf(out, "%02x", glyphs->codes->data[glyph->code + k]);
  }
  if (open)
    g_string_append_c(out, '>');
  else if (gap != 0)
    write_number(out, gap);
}

static void
write_show(const PdfGlyphs *glyphs, const Show *show, GString *out)
{
  if (show->told) {
    g_string_append(out, "()");
    return;
  }
  if (show->spaced) {
    write_number(out, show->words);
    g_string_append(out, "Tw ");
    write_number(out, show->spacing);
    g_string_append(out, "Tc ");
  }
  if (show->next_line)
    g_string_append(out, "T* ");
  if (!show->item)
    g_string_append_c(out, '[');
  write_items(glyphs, show, out);
  if (!show->item)
    g_string_append(out, "] TJ");
}

GBytes *
pdf_glyphs_write(const PdfGlyphs *glyphs, GBytes *content)
{
  g_autoptr(Edits) edits = edits_new();
  g_autoptr(GString) out = g_string_new(NULL);
  guint last = G_MAXUINT;

  for (guint i = 0; i < glyphs->glyphs->len; i++) {
    const PdfGlyph *glyph = &g_array_index(glyphs->glyphs, PdfGlyph, i);
    const Show *show = &g_array_index(glyphs->shows, Show, glyph->show);

    if (!glyph->dead || glyph->show == last)
      continue;
    last = glyph->show;
    g_string_truncate(out, 0);
    write_show(glyphs, show, out);
    edits_add_string(edits, show->at, out->str);
  }
  return edits_splice(content, edits, NULL);
}
