/* html_grid.c - a QR code that no picture shows: the cells of a table, or boxes side by side, dark
 * and light ones as its modules are, or a drawing (html_svg.c). Mails that came so got past all
 * that looks at pictures.
 *
 * A cell is a <td> or <th>, or another element that has a colour behind it and a width. It may also
 * get its colour from its row or table, and from a style sheet by its class. Rows end where lines
 * do. Rows of some cells, one below the other, are a block; whether a row is a <tr> or a table of
 * its own does not matter. A block is drawn twice, as readers may show it: each cell one column
 * wide, and by the widths and heights that it says. */
#include "html_grid.h"

#include <string.h>

#include "bounds.h"
#include "css.h"
#include "drawing.h"
#include "html_private.h"
#include "html_svg.h"
#include "link.h"

/* Cells of a row and rows of a block that could be a code's, and cells of such a block. */
#define LEAST_CELLS 4
#define LEAST_ROWS  15
#define LEAST       120

/* Cells of a block, columns, and classes with a colour that are kept. */
#define CELLS   40000
#define COLUMNS 1000
#define CLASSES 64

/* Pixels that a cell may say it is wide or high, as far as it can be a module or a run of some. */
#define LARGEST 400

#define NO_COLOUR (-1)

/* What a tag or class says of a box; NO_COLOUR, or 0 for no size. */
typedef struct look {
  int paper, width, height;
} Look;

typedef struct cell {
  int paper;
  unsigned width, height; /* pixels; 0: not said */
  unsigned columns, rows;
} Cell;

/* What was found: cells drawn in two ways. */
typedef struct block {
  Drawing *drawings[2];
  Range span;
  size_t mark;
  gboolean alone; /* the page is nothing else, and has no place for a mark */
} Block;

struct html_grid {
  GHashTable *classes; /* names ─▶ Look * */
  GArray *cells;       /* Cell, of all rows */
  GArray *rows;        /* guint: its first cell */
  GArray *heights;     /* guint: of rows, as their tags say */
  GPtrArray *blocks;   /* Block * */
  HtmlSvg *svg;        /* the drawing that is open */
  size_t svg_from;
  Look table, row;
  gboolean in_style, capped;
  gboolean any; /* tag so far */
  gboolean svg_alone;
  size_t from, to, mark;
};

static void
block_free(void *data)
{
  Block *block = data;

  for (guint i = 0; i < G_N_ELEMENTS(block->drawings); i++)
    drawing_free(block->drawings[i]);
  g_free(block);
}

HtmlGrid *
html_grid_new(void)
{
  HtmlGrid *grid = g_new0(HtmlGrid, 1);

  grid->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
  grid->rows = g_array_new(FALSE, FALSE, sizeof(guint));
  grid->heights = g_array_new(FALSE, FALSE, sizeof(guint));
  grid->blocks = g_ptr_array_new_with_free_func(block_free);
  grid->table.paper = grid->row.paper = NO_COLOUR;
  return grid;
}

void
html_grid_free(HtmlGrid *grid)
{
  if (!grid)
    return;
  g_clear_pointer(&grid->classes, g_hash_table_unref);
  g_array_unref(grid->cells);
  g_array_unref(grid->rows);
  g_array_unref(grid->heights);
  g_ptr_array_unref(grid->blocks);
  html_svg_free(grid->svg);
  g_free(grid);
}

/* --- blocks, drawn --- */

static Paint
paint_of(int colour)
{
  return (Paint){
      {(unsigned char)(colour >> 16), (unsigned char)(colour >> 8), (unsigned char)colour}, 255};
}

static guint
row_end(const HtmlGrid *grid, guint row)
{
  return row + 1 < grid->rows->len ? g_array_index(grid->rows, guint, row + 1) : grid->cells->len;
}

/* Each cell in the first column that no cell above reaches down into. */
static void
draw_columns(const HtmlGrid *grid, Drawing *drawing)
{
  g_autofree guint *taken = g_new0(guint, COLUMNS); /* the row that ends it */

  for (guint y = 0; y < grid->rows->len; y++) {
    guint x = 0;

    for (guint i = g_array_index(grid->rows, guint, y); i < row_end(grid, y); i++) {
      const Cell *cell = &g_array_index(grid->cells, Cell, i);

      while (x < COLUMNS && taken[x] > y)
        x++;
      if (cell->paper != NO_COLOUR)
        drawing_area(drawing, (Box){x, y, (double)x + cell->columns, (double)y + cell->rows},
                     paint_of(cell->paper), 0);
      for (guint k = 0; k < cell->columns && x < COLUMNS; k++)
        taken[x++] = y + cell->rows;
    }
  }
}

/* The least width that a cell says, which is that of a module. */
static guint
least_width(const HtmlGrid *grid)
{
  guint least = 0;

  for (guint i = 0; i < grid->cells->len; i++) {
    const guint width = g_array_index(grid->cells, Cell, i).width;

    if (width > 0 && (least == 0 || width < least))
      least = width;
  }
  return least;
}

/* As large as they say. A row is as high as the highest of its cells that stand in it alone. */
static void
draw_sizes(const HtmlGrid *grid, guint module, Drawing *drawing)
{
  double y = 0;

  for (guint row = 0; row < grid->rows->len; row++) {
    guint height = row < grid->heights->len ? g_array_index(grid->heights, guint, row) : 0;
    double x = 0;

    for (guint i = g_array_index(grid->rows, guint, row); i < row_end(grid, row); i++)
      height = MAX(height, g_array_index(grid->cells, Cell, i).height);
    if (height == 0)
      height = module;
    for (guint i = g_array_index(grid->rows, guint, row); i < row_end(grid, row); i++) {
      const Cell *cell = &g_array_index(grid->cells, Cell, i);
      const double right = x + (cell->width ? cell->width : module);

      if (cell->paper != NO_COLOUR)
        drawing_area(drawing, (Box){x, y, right, y + height}, paint_of(cell->paper), 0);
      x = right;
    }
    y += height;
  }
}

static void
end_block(HtmlGrid *grid)
{
  if (grid->rows->len >= LEAST_ROWS && grid->cells->len >= LEAST) {
    Block *block = g_new0(Block, 1);
    const guint module = least_width(grid);

    for (guint i = 0; i < G_N_ELEMENTS(block->drawings); i++)
      block->drawings[i] = drawing_new();
    draw_columns(grid, block->drawings[0]);
    if (module > 0)
      draw_sizes(grid, module, block->drawings[1]);
    block->span = range_make(grid->from, grid->to - grid->from);
    block->mark = grid->mark;
    g_ptr_array_add(grid->blocks, block);
  }
  g_array_set_size(grid->cells, 0);
  g_array_set_size(grid->rows, 0);
  g_array_set_size(grid->heights, 0);
}

/* --- what tags say --- */

/* Of "#000 url(x) no-repeat" the first word that is a colour; commas and blanks in "rgb(0, 0, 0)"
 * do not end one. */
static int
colour_in(const char *value, size_t len)
{
  const char *end = value + len;
  int colour = NO_COLOUR;

  while (colour == NO_COLOUR && value < end) {
    const char *stop = value;
    int depth = 0;

    for (; stop < end && (depth > 0 || *stop != ' '); stop++)
      depth += (*stop == '(') - (*stop == ')');
    colour = css_colour(value, (size_t)(stop - value));
    value = stop + 1;
  }
  return colour;
}

/* Where "background" or "background-color" begins, in any case; NULL. */
static const char *
find_background(const char *style, size_t len)
{
  static const char word[] = "background";
  const char *end = style + len;

  for (const char *p = style; (p = memchr(p, ':', (size_t)(end - p))) != NULL; p++) {
    const char *name = p;

    while (name > style && (g_ascii_isalpha(name[-1]) || name[-1] == '-'))
      name--;
    if (p - name >= (gssize)strlen(word) && g_ascii_strncasecmp(name, word, strlen(word)) == 0)
      return p + 1;
  }
  return NULL;
}

static void
read_declarations(Look *look, const char *style, size_t len)
{
  const char *end = style + len, *paper = find_background(style, len);
  const int width = css_pixels(style, len, "width"), height = css_pixels(style, len, "height");

  if (paper) {
    const char *stop = memchr(paper, ';', (size_t)(end - paper));
    const int colour = colour_in(paper, (size_t)((stop ? stop : end) - paper));

    look->paper = colour != NO_COLOUR ? colour : look->paper;
  }
  look->width = width > 0 ? width : look->width;
  look->height = height > 0 ? height : look->height;
}

static void
read_classes(const HtmlGrid *grid, Look *look, const HtmlAttribute *attribute)
{
  g_autofree char *value = NULL;
  g_auto(GStrv) names = NULL;

  if (!grid->classes)
    return;
  value = g_strndup(attribute->value, attribute->value_len);
  names = g_strsplit_set(value, " \t\r\n\f", 8);
  for (guint i = 0; names[i]; i++) {
    const Look *of = g_hash_table_lookup(grid->classes, names[i]);

    if (!of)
      continue;
    look->paper = of->paper != NO_COLOUR ? of->paper : look->paper;
    look->width = of->width > 0 ? of->width : look->width;
    look->height = of->height > 0 ? of->height : look->height;
  }
}

static Look
look_of(const HtmlGrid *grid, const HtmlToken *token)
{
  Look look = {NO_COLOUR, 0, 0}, own = look;

  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    if (a->duplicate || strchr("bcswh", a->name[0]) == NULL)
      continue;
    if (html_name_is(a->name, "bgcolor"))
      look.paper = css_colour(a->value, a->value_len);
    else if (html_name_is(a->name, "width"))
      look.width = css_length(a->value, a->value_len);
    else if (html_name_is(a->name, "height"))
      look.height = css_length(a->value, a->value_len);
    else if (html_name_is(a->name, "class"))
      read_classes(grid, &look, a);
    else if (html_name_is(a->name, "style"))
      read_declarations(&own, a->value, a->value_len);
  }
  look.paper = own.paper != NO_COLOUR ? own.paper : look.paper;
  look.width = own.width > 0 ? own.width : MAX(look.width, 0);
  look.height = own.height > 0 ? own.height : MAX(look.height, 0);
  return look;
}

static unsigned
number_of(const HtmlToken *token, const char *name)
{
  for (unsigned i = 0; i < token->nattributes; i++)
    if (html_name_is(token->attributes[i].name, name)) {
      const int number = css_length(token->attributes[i].value, token->attributes[i].value_len);

      return (unsigned)CLAMP(number, 1, 200);
    }
  return 1;
}

/* Of ".name { ... }": the last class of a selector says what it is about. */
static void
add_rule(HtmlGrid *grid, const char *selector, size_t len, const Look *look)
{
  const char *end = selector + len, *dot = memrchr(selector, '.', len);
  size_t n = 0;

  while (dot && dot + 1 + n < end && (g_ascii_isalnum(dot[1 + n]) || strchr("-_", dot[1 + n])))
    n++;
  if (n == 0)
    return;
  if (!grid->classes)
    grid->classes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (g_hash_table_size(grid->classes) < CLASSES)
    g_hash_table_replace(grid->classes, g_strndup(dot + 1, n), g_memdup2(look, sizeof *look));
}

static void
read_sheet(HtmlGrid *grid, const char *css, size_t len)
{
  const char *end = css + len, *from = css, *open;

  while ((open = memchr(from, '{', (size_t)(end - from))) != NULL) {
    const char *close = memchr(open, '}', (size_t)(end - open));
    const size_t body = (size_t)((close ? close : end) - open - 1);
    Look look = {NO_COLOUR, 0, 0};

    read_declarations(&look, open + 1, body);
    if (look.paper != NO_COLOUR)
      for (const char *p = from; p < open;) {
        const char *comma = memchr(p, ',', (size_t)(open - p));
        const char *stop = comma ? comma : open;

        add_rule(grid, p, (size_t)(stop - p), &look);
        p = stop + 1;
      }
    if (!close)
      return;
    from = close + 1;
  }
}

/* --- tokens --- */

static void
add_cell(HtmlGrid *grid, const HtmlToken *token, const Look *look)
{
  Cell cell = {.paper = look->paper};

  if (grid->cells->len >= CELLS) {
    grid->capped = TRUE;
    end_block(grid);
  }
  if (grid->rows->len == 0)
    g_array_append_val(grid->rows, grid->cells->len);
  if (grid->heights->len < grid->rows->len) {
    const guint height = (guint)grid->row.height;

    g_array_append_val(grid->heights, height);
  }
  if (cell.paper == NO_COLOUR)
    cell.paper = grid->row.paper != NO_COLOUR ? grid->row.paper : grid->table.paper;
  cell.width = (unsigned)look->width <= LARGEST ? (unsigned)look->width : 0;
  cell.height = (unsigned)look->height <= LARGEST ? (unsigned)look->height : 0;
  cell.columns = number_of(token, "colspan");
  cell.rows = number_of(token, "rowspan");
  if (grid->cells->len == 0)
    grid->from = token->span.off;
  grid->to = grid->mark = range_end(token->span);
  g_array_append_val(grid->cells, cell);
}

/* A row of few cells is none of a code's, and what stands above it is complete. */
static void
end_row(HtmlGrid *grid)
{
  const guint count = grid->rows->len > 0
                          ? grid->cells->len - g_array_index(grid->rows, guint, grid->rows->len - 1)
                          : 0;

  if (count == 0)
    return;
  if (count < LEAST_CELLS) {
    g_array_set_size(grid->cells, grid->cells->len - count);
    g_array_set_size(grid->rows, grid->rows->len - 1);
    g_array_set_size(grid->heights, grid->rows->len);
    end_block(grid);
  } else {
    g_array_append_val(grid->rows, grid->cells->len);
  }
}

/* Could it be a cell: it has a colour behind it, or stands among some that have. */
static gboolean
is_box(const HtmlGrid *grid, const HtmlToken *token)
{
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    if (html_name_is(a->name, "style") || html_name_is(a->name, "class"))
      return grid->cells->len > 0 || find_background(a->value, a->value_len) ||
             (grid->classes && a->name[0] == 'c');
  }
  return FALSE;
}

static gboolean
is_line(const char *name)
{
  static const char *const names[] = {"tr",  "table", "tbody",  "br", "p",  "li",
                                      "pre", "hr",    "center", "h1", "h2", NULL};

  return html_name_in(names, name);
}

static void
start_tag(HtmlGrid *grid, const HtmlToken *token)
{
  static const char *const boxes[] = {"div", "span", "img", "i", "b", "font", "a", NULL};
  const char *name = token->name;
  gboolean cell = html_name_is(name, "td") || html_name_is(name, "th");
  Look look;

  if (is_line(name)) {
    end_row(grid);
    if (html_name_is(name, "table"))
      grid->table = look_of(grid, token);
    if (html_name_is(name, "table") || html_name_is(name, "tr"))
      grid->row = html_name_is(name, "tr") ? look_of(grid, token) : (Look){NO_COLOUR, 0, 0};
  } else if (cell) {
    look = look_of(grid, token);
    add_cell(grid, token, &look);
  } else if (html_name_in(boxes, name)) {
    look = is_box(grid, token) ? look_of(grid, token) : (Look){NO_COLOUR, 0, 0};
    if (look.width > 0 && look.width <= LARGEST && look.height > 0)
      add_cell(grid, token, &look);
    else if (html_name_is(name, "div"))
      end_row(grid);
  }
  grid->in_style = html_name_is(name, "style");
}

/* A mark stands behind the table. */
static void
end_tag(HtmlGrid *grid, const HtmlToken *token)
{
  if (html_name_is(token->name, "tr"))
    end_row(grid);
  if (html_name_is(token->name, "table") && grid->cells->len > 0)
    grid->mark = range_end(token->span);
}

static void
begin_svg(HtmlGrid *grid, const HtmlToken *token)
{
  grid->svg = html_svg_new(token);
  grid->svg_from = token->span.off;
  grid->svg_alone = !grid->any;
}

static void
end_svg(HtmlGrid *grid, const HtmlToken *token)
{
  Block *block = g_new0(Block, 1);

  block->drawings[0] = html_svg_take(grid->svg);
  block->drawings[1] = drawing_new();
  block->mark = range_end(token->span);
  block->alone = grid->svg_alone;
  block->span = range_make(grid->svg_from, block->mark - grid->svg_from);
  g_ptr_array_add(grid->blocks, block);
  g_clear_pointer(&grid->svg, html_svg_free);
}

void
html_grid_token(HtmlGrid *grid, const HtmlToken *token)
{
  if (grid->svg) {
    if (!html_svg_token(grid->svg, token))
      end_svg(grid, token);
  } else if (token->type == HTML_START_TAG && html_name_is(token->name, "svg") &&
             !token->self_closing) {
    begin_svg(grid, token);
  } else if (token->type == HTML_START_TAG) {
    start_tag(grid, token);
  } else if (token->type == HTML_END_TAG) {
    end_tag(grid, token);
  } else if (token->type == HTML_TEXT && token->raw && grid->in_style) {
    read_sheet(grid, token->data, token->data_len);
  } else if (token->type == HTML_EOF) {
    end_row(grid);
    end_block(grid);
  }
  grid->any |= token->type == HTML_START_TAG;
}

/* --- links --- */

static void
add_links(const Block *block, const GPtrArray *codes, GArray *links)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < codes->len; i++) {
    const DrawnCode *code = g_ptr_array_index(codes, i);
    const Link link = {.use = LINK_QR,
                       .flags = block->alone ? LINK_HIDDEN : 0,
                       .anchor = -1,
                       .span = block->span,
                       .mark = block->mark,
                       .target = g_strdup(code->address)};

    if (g_hash_table_add(seen, code->address))
      g_array_append_val(links, link);
    else
      g_free(link.target);
  }
}

gboolean
html_grid_links(const HtmlGrid *grid, guint64 *pixels, GArray *links)
{
  gboolean whole = !grid->capped;

  for (guint i = 0; i < grid->blocks->len; i++) {
    const Block *block = g_ptr_array_index(grid->blocks, i);
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_code_free);

    for (guint k = 0; k < G_N_ELEMENTS(block->drawings); k++)
      whole = drawing_codes(block->drawings[k], pixels, codes) && whole;
    add_links(block, codes, links);
  }
  return whole;
}
