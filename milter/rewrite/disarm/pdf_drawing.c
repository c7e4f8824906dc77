/* pdf_drawing.c - a content stream is a list of numbers, names and strings, each ended by an
 * operator that takes those before it (ISO 32000-1, 7.8.2). Here only those count by which areas
 * and lines are drawn, and the space, colour and clip that they are drawn with. Text is none of
 * them, and most streams are nothing else: it is passed over without being kept. What is clipped to
 * many small areas shows as if these were painted. */
#include "pdf_drawing.h"

#include <math.h>
#include <string.h>

#include "bounds.h"

/* Numbers that an operator takes at most. */
#define OPERANDS 6

/* Outlines of a clip that may be what a reader sees. */
#define CLIP_PIECES 20

/* What it costs to look a name up, in bytes read. */
#define NAMED 256

#define STATES 256
#define DEPTH  8

typedef struct state {
  Matrix matrix;
  Paint fill, stroke;
  gboolean inks[2]; /* what colours in use are: of areas, of lines */
  double width;
  Box clip;
  gboolean veiled; /* the clip is what a reader sees, and was painted */
} State;

typedef struct reading {
  PdfDrawing *page;
  const unsigned char *bytes;
  void *resources;
  double numbers[OPERANDS];
  guint count;      /* of numbers, the last of them kept */
  const char *name; /* the last one, or "" */
  double x, y;      /* where the path is */
  gboolean clips;
} Reading;

/* --- spaces --- */

Matrix
matrix_then(Matrix m, Matrix n)
{
  return (Matrix){m.a * n.a + m.b * n.c, m.a * n.b + m.b * n.d,       m.c * n.a + m.d * n.c,
                  m.c * n.b + m.d * n.d, m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f};
}

static State *
state_of(const PdfDrawing *page)
{
  return &g_array_index(page->states, State, page->states->len - 1);
}

static double
to_x(const State *state, double x, double y)
{
  return state->matrix.a * x + state->matrix.c * y + state->matrix.e;
}

static double
to_y(const State *state, double x, double y)
{
  return state->matrix.b * x + state->matrix.d * y + state->matrix.f;
}

void
pdf_drawing_init(PdfDrawing *page, const PdfNames *names, size_t left)
{
  State state = {.matrix = {1, 0, 0, -1, 0, 0}, .width = 1};

  state.fill.opaque = state.stroke.opaque = 255;
  *page = (PdfDrawing){.names = names, .left = left};
  page->drawing = drawing_new();
  page->acts = g_array_new(FALSE, FALSE, sizeof(PdfAct));
  page->states = g_array_new(FALSE, FALSE, sizeof(State));
  state.clip = drawing_clip(page->drawing);
  g_array_append_val(page->states, state);
}

void
pdf_drawing_clear(PdfDrawing *page)
{
  drawing_free(page->drawing);
  g_array_unref(page->acts);
  g_array_unref(page->states);
}

static void
push_state(PdfDrawing *page)
{
  const State state = *state_of(page);

  if (page->states->len < STATES)
    g_array_append_val(page->states, state);
  else
    page->capped = TRUE;
}

static void
pop_state(PdfDrawing *page, guint least)
{
  if (page->states->len > least)
    g_array_set_size(page->states, page->states->len - 1);
  drawing_set_clip(page->drawing, state_of(page)->clip);
}

gboolean
pdf_drawing_unit(const PdfDrawing *page, Box *box)
{
  const Matrix *m = &state_of(page)->matrix;

  *box = (Box){m->e, m->f + m->d, m->e + m->a, m->f};
  return m->a > 0 && m->d < 0 && fabs(m->b) * 100 < m->a && fabs(m->c) * 100 < -m->d;
}

static gboolean
spend(PdfDrawing *page, size_t bytes)
{
  const gboolean enough = bytes <= page->left;

  page->left = enough ? page->left - bytes : 0;
  page->capped |= !enough;
  return enough;
}

static guint
add_act(Reading *reading, Range at)
{
  PdfDrawing *page = reading->page;
  const PdfAct act = {page->stream, at, state_of(page)->matrix};

  g_array_append_val(page->acts, act);
  return page->acts->len - 1;
}

/* --- paths (8.5) --- */

static void
move_to(Reading *reading, double x, double y)
{
  const State *state = state_of(reading->page);

  drawing_move(reading->page->drawing, to_x(state, x, y), to_y(state, x, y));
  reading->x = x;
  reading->y = y;
}

static void
line_to(Reading *reading, double x, double y)
{
  const State *state = state_of(reading->page);

  drawing_line(reading->page->drawing, to_x(state, x, y), to_y(state, x, y));
  reading->x = x;
  reading->y = y;
}

static void
curve_to(Reading *reading, double x1, double y1, double x2, double y2, double x3, double y3)
{
  const State *state = state_of(reading->page);
  const double xy[6] = {to_x(state, x1, y1), to_y(state, x1, y1), to_x(state, x2, y2),
                        to_y(state, x2, y2), to_x(state, x3, y3), to_y(state, x3, y3)};

  drawing_curve(reading->page->drawing, xy);
  reading->x = x3;
  reading->y = y3;
}

static void
rectangle(Reading *reading, double x, double y, double width, double height)
{
  move_to(reading, x, y);
  line_to(reading, x + width, y);
  line_to(reading, x + width, y + height);
  line_to(reading, x, y + height);
  drawing_close(reading->page->drawing);
  reading->x = x;
  reading->y = y;
}

/* FALSE if the operator is none that builds a path. */
static gboolean
build_path(Reading *reading, char op)
{
  const double *n = reading->numbers;
  const guint count = reading->count;

  if (op == 'm' && count >= 2)
    move_to(reading, n[0], n[1]);
  else if (op == 'l' && count >= 2)
    line_to(reading, n[0], n[1]);
  else if (op == 'c' && count >= 6)
    curve_to(reading, n[0], n[1], n[2], n[3], n[4], n[5]);
  else if (op == 'v' && count >= 4)
    curve_to(reading, reading->x, reading->y, n[0], n[1], n[2], n[3]);
  else if (op == 'y' && count >= 4)
    curve_to(reading, n[0], n[1], n[2], n[3], n[2], n[3]);
  else if (op == 'h')
    drawing_close(reading->page->drawing);
  else
    return FALSE;
  return TRUE;
}

static void
clip_path(Reading *reading)
{
  Drawing *drawing = reading->page->drawing;

  if (drawing_path_size(drawing) == 0)
    return;
  drawing_clip_path(drawing);
  state_of(reading->page)->clip = drawing_clip(drawing);
}

static void
paint_path(Reading *reading, const char *op, Range at)
{
  Drawing *drawing = reading->page->drawing;
  State *state = state_of(reading->page);
  const FillRule rule = op[1] == '*' ? FILL_EVEN_ODD : FILL_NONZERO;
  gboolean shows = reading->clips && !state->veiled && drawing_path_size(drawing) >= CLIP_PIECES;

  if (*op == 's' || *op == 'b')
    drawing_close(drawing);
  if (reading->clips)
    clip_path(reading);
  if (drawing_path_size(drawing) == 0 || state->veiled)
    drawing_drop(drawing);
  else if (shows)
    drawing_fill(drawing, (Paint){{0, 0, 0}, 255}, rule, add_act(reading, at));
  else if (strchr("fFbB", *op))
    drawing_fill(drawing, state->fill, rule, add_act(reading, at));
  else if (strchr("sS", *op))
    drawing_stroke(drawing, state->stroke,
                   state->width * sqrt(fabs(state->matrix.a * state->matrix.d -
                                            state->matrix.b * state->matrix.c)),
                   add_act(reading, at));
  else
    drawing_drop(drawing);
  state->veiled |= shows;
  reading->clips = FALSE;
}

/* --- colours (8.6) --- */

static unsigned char
level(double value)
{
  return (unsigned char)(CLAMP(value, 0, 1) * 255 + 0.5);
}

/* A pattern has a name, and is dark. */
static void
set_paint(const Reading *reading, Paint *paint, guint count, gboolean inks)
{
  const double *n = reading->numbers;

  if (count == 0) {
    memset(paint->rgb, 0, 3);
  } else if (count == 3) {
    for (int i = 0; i < 3; i++)
      paint->rgb[i] = level(n[i]);
  } else if (count == 4) {
    for (int i = 0; i < 3; i++)
      paint->rgb[i] = level((1 - n[i]) * (1 - n[3]));
  } else {
    memset(paint->rgb, level(inks ? 1 - n[0] : n[0]), 3);
  }
}

/* FALSE if the operator is none for colours. */
static gboolean
set_colour(Reading *reading, const char *op)
{
  State *state = state_of(reading->page);
  const gboolean lines = g_ascii_isupper(*op);
  Paint *paint = lines ? &state->stroke : &state->fill;
  char lower[4] = "";

  if (strchr("gGrRkKcCsS", *op) == NULL)
    return FALSE;
  for (int i = 0; i < 3 && op[i]; i++)
    lower[i] = g_ascii_tolower(op[i]);
  if (strcmp(lower, "g") == 0 && reading->count >= 1) {
    set_paint(reading, paint, 1, FALSE);
  } else if (strcmp(lower, "rg") == 0 && reading->count >= 3) {
    set_paint(reading, paint, 3, FALSE);
  } else if (strcmp(lower, "k") == 0 && reading->count >= 4) {
    set_paint(reading, paint, 4, FALSE);
  } else if (strcmp(lower, "cs") == 0) {
    state->inks[lines] = spend(reading->page, NAMED) &&
                         reading->page->names->inks(reading->name, reading->resources);
    set_paint(reading, paint, 0, FALSE);
  } else if (strcmp(lower, "sc") == 0 || strcmp(lower, "scn") == 0) {
    set_paint(reading, paint, *reading->name ? 0 : reading->count, state->inks[lines]);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* --- operators --- */

static void
set_opaque(Reading *reading)
{
  State *state = state_of(reading->page);
  unsigned char opaque;

  if (spend(reading->page, NAMED) &&
      reading->page->names->opaque(reading->name, reading->resources, &opaque))
    state->fill.opaque = state->stroke.opaque = opaque;
}

static void
short_operator(Reading *reading, const char *op, Range at, guint least)
{
  PdfDrawing *page = reading->page;

  if (strchr("fFbBsSn", *op))
    paint_path(reading, op, at);
  else if (*op == 'q')
    push_state(page);
  else if (*op == 'Q')
    pop_state(page, least);
  else if (*op == 'W')
    reading->clips = TRUE;
  else if (*op == 'w' && reading->count >= 1)
    state_of(page)->width = reading->numbers[0];
  else if (!build_path(reading, *op))
    set_colour(reading, op);
}

static void
run_operator(Reading *reading, const char *op, Range at, guint least)
{
  PdfDrawing *page = reading->page;
  const double *n = reading->numbers;

  if (op[1] == '\0' || (op[1] == '*' && op[2] == '\0')) {
    short_operator(reading, op, at, least);
  } else if (strcmp(op, "re") == 0 && reading->count >= 4) {
    rectangle(reading, n[0], n[1], n[2], n[3]);
  } else if (strcmp(op, "cm") == 0 && reading->count >= 6) {
    State *state = state_of(page);
    const Matrix matrix = {n[0], n[1], n[2], n[3], n[4], n[5]};

    state->matrix = matrix_then(matrix, state->matrix);
  } else if (strcmp(op, "Do") == 0) {
    if (spend(page, NAMED))
      page->names->object(page, reading->name, reading->resources);
  } else if (strcmp(op, "gs") == 0) {
    set_opaque(reading);
  } else {
    set_colour(reading, op);
  }
}

/* --- reading --- */

/* Operators take their operands from the end. */
static void
read_operands(Reading *reading, const PdfOperator *operator)
{
  reading->count = 0;
  reading->name = "";
  for (unsigned i = operator->count > OPERANDS ? operator->count - OPERANDS : 0;
       i < operator->count; i++) {
    const PdfToken *token = &operator->operands[i];

    if (token->kind == PDF_NUMBER)
      reading->numbers[reading->count++] = token->number;
    else if (token->kind == PDF_NAME)
      reading->name = token->bytes;
  }
}

/* From BI to EI; the operator begins behind the one. */
static Range
picture_range(const Reading *reading, Range at)
{
  size_t from = at.off;

  while (from > 0 && pdf_is_space(reading->bytes[from - 1]))
    from--;
  return from >= 2 && memcmp(reading->bytes + from - 2, "BI", 2) == 0
             ? range_make(from - 2, range_end(at) - from + 2)
             : at;
}

static void
read_operator(Reading *reading, const PdfOperator *operator, guint least)
{
  const size_t len = strlen(operator->name);

  if (strcmp(operator->name, "EI") == 0) {
    add_act(reading, picture_range(reading, operator->at));
    reading->page->names->picture(reading->page, operator, reading->bytes, reading->resources);
  } else if (len > 0 && len <= 3) {
    read_operands(reading, operator);
    run_operator(reading, operator->name, range_make(range_end(operator->at) - len, len), least);
  }
}

void
pdf_drawing_read(PdfDrawing *page, const unsigned char *bytes, size_t len, guint stream,
                 void *resources)
{
  Reading reading = {.page = page, .bytes = bytes, .resources = resources};
  const guint least = page->states->len + 1, around = page->stream;
  g_autoptr(PdfContent) content = NULL;
  const PdfOperator *operator;

  if (len == 0)
    return;
  if (page->depth >= DEPTH || page->states->len >= STATES || !spend(page, len)) {
    page->capped = TRUE;
    return;
  }
  page->depth++;
  page->stream = stream;
  drawing_drop(page->drawing);
  push_state(page);
  content = pdf_content_new(bytes, len);
  while ((operator= pdf_content_next(content)) != NULL)
    read_operator(&reading, operator, least);
  while (page->states->len >= least)
    pop_state(page, least - 1);
  drawing_drop(page->drawing);
  page->stream = around;
  page->depth--;
}

void
pdf_drawing_form(PdfDrawing *page, const unsigned char *bytes, size_t len, guint stream,
                 const Matrix *matrix, const Box *box, void *resources)
{
  const guint states = page->states->len;
  Reading reading = {.page = page};

  push_state(page);
  if (page->states->len == states)
    return;
  state_of(page)->matrix = matrix_then(*matrix, state_of(page)->matrix);
  if (box->left < box->right && box->top < box->bottom) {
    drawing_drop(page->drawing);
    rectangle(&reading, box->left, box->top, box->right - box->left, box->bottom - box->top);
    clip_path(&reading);
    drawing_drop(page->drawing);
  }
  pdf_drawing_read(page, bytes, len, stream, resources);
  pop_state(page, states);
}

/* --- taking out --- */

static void
add_numbers(GByteArray *out, const double *numbers, guint count, const char *op)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < count; i++) {
    g_ascii_formatd(text, sizeof text, "%.5f ", numbers[i]);
    g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
  }
  g_byte_array_append(out, (const guint8 *)op, (guint)strlen(op));
}

/* Drawn in the numbers of the drawing: what the space there does to them is undone first. */
static void
add_cover(GByteArray *out, const Matrix *m, Box box)
{
  const double by = m->a * m->d - m->b * m->c;
  const double back[] = {m->d / by,
                         -m->b / by,
                         -m->c / by,
                         m->a / by,
                         (m->c * m->f - m->d * m->e) / by,
                         (m->b * m->e - m->a * m->f) / by};
  const double area[] = {box.left, box.top, box.right - box.left, box.bottom - box.top};
  const double one[] = {box.left, box.top}, two[] = {box.right, box.bottom};
  const double three[] = {box.left, box.bottom}, four[] = {box.right, box.top};
  const double width = area[2] / 30;

  if (by == 0)
    return;
  add_numbers(out, back, 6, "cm 0.93 g 0.38 G\n");
  add_numbers(out, area, 4, "re f\n");
  add_numbers(out, &width, 1, "w\n");
  add_numbers(out, one, 2, "m ");
  add_numbers(out, two, 2, "l ");
  add_numbers(out, three, 2, "m ");
  add_numbers(out, four, 2, "l S\n");
}

typedef struct cut {
  const PdfAct *act;
  const Box *cover;
} Cut;

static int
compare_cuts(const void *a, const void *b)
{
  const Cut *x = a, *y = b;

  return (x->act->at.off > y->act->at.off) - (x->act->at.off < y->act->at.off);
}

/* In order; a stream that is read twice has each twice. */
static GArray *
cuts_of(const PdfDrawing *page, guint stream, const GArray *gone)
{
  GArray *cuts = g_array_new(FALSE, FALSE, sizeof(Cut));

  for (guint i = 0; i < gone->len; i++) {
    const PdfGone *one = &g_array_index(gone, PdfGone, i);
    const Cut cut = {&g_array_index(page->acts, PdfAct, one->act), one->cover};

    if (cut.act->stream == stream)
      g_array_append_val(cuts, cut);
  }
  g_array_sort(cuts, compare_cuts);
  return cuts;
}

GByteArray *
pdf_drawing_without(const PdfDrawing *page, const unsigned char *bytes, size_t len, guint stream,
                    const GArray *gone)
{
  g_autoptr(GArray) cuts = cuts_of(page, stream, gone);
  GByteArray *out = g_byte_array_new();
  size_t at = 0;

  for (guint i = 0; i < cuts->len; i++) {
    const Cut *cut = &g_array_index(cuts, Cut, i);
    const Range where = cut->act->at;

    if (where.off < at || range_end(where) > len)
      continue;
    g_byte_array_append(out, bytes + at, (guint)(where.off - at));
    add_numbers(out, NULL, 0, where.len > 2 ? "" : "n"); /* a picture ends no path */
    if (cut->cover) {
      add_numbers(out, NULL, 0, " q ");
      add_cover(out, &cut->act->space, *cut->cover);
      add_numbers(out, NULL, 0, "Q\n");
    }
    at = range_end(where);
  }
  g_byte_array_append(out, bytes + at, (guint)(len - at));
  return out;
}
