/* qr_art.c - QR codes that are written. A line of block elements (U+2580 to U+259F) or of squares
 * is a row of modules, or two where they are halved; a telephone reads it off the screen like a
 * picture. Lines that draw, one below the other, are painted and searched like one: once in the
 * cells of a terminal, twice as high as wide, and once in square ones. In HTML a line also ends
 * with a line break or a block. */
#include "code_art.h"

#include <string.h>

#include "bounds.h"
#include "html.h"
#include "link.h"
#include "qr.h"

/* Characters of a line that draw, and such lines, that could be the least code: 21 modules, two in
 * a character. */
#define LEAST_ROW  10
#define LEAST_ROWS 10

/* Rows that are painted at once, and cells of each; half of the rows come again with the next. */
#define ROWS  256
#define CELLS 256

/* Bytes of a reference: "&FilledVerySmallSquare;", or zeros before a number. */
#define LONGEST_REFERENCE 32

/* Pixels of a cell, and around all of them. */
#define CELL  8
#define QUIET (4 * CELL)

enum { UPPER_LEFT = 1, UPPER_RIGHT = 2, LOWER_LEFT = 4, LOWER_RIGHT = 8, WHOLE = 15 };

/* What is drawn of each block element. Eighths count as the half or the whole that is nearer. */
static const unsigned char elements[32] = {3, 0, 0, 12, 12, 12, 15, 15, 15, 15, 15,
                                           5, 5, 5, 0,  0,  10, 0,  15, 15, 0,  0,
                                           4, 8, 1, 13, 9,  7,  11, 2,  6,  14};

static const gunichar squares[] = {0x25a0, 0x25aa, 0x25fc, 0x25fe, 0x2b1b};
static const gunichar clear_squares[] = {0x25a1, 0x25ab, 0x25fb, 0x25fd, 0x2b1c};

typedef struct glyph {
  gunichar c;
  size_t len;          /* bytes that it is written in */
  gboolean draws;      /* it is one of those */
  unsigned char drawn; /* quarters */
} Glyph;

static gboolean
is_among(gunichar c, const gunichar *list, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (list[i] == c)
      return TRUE;
  return FALSE;
}

/* &#9608; &#x2588; &block; and, as readers take them, without the semicolon. */
static void
read_reference(const unsigned char *at, size_t len, Glyph *glyph)
{
  const size_t most = MIN(len, LONGEST_REFERENCE);
  g_autoptr(GString) undone = NULL;
  size_t n = 1;

  n += n < most && at[n] == '#';
  while (n < most && g_ascii_isalnum(at[n]))
    n++;
  n += n < most && at[n] == ';';
  undone = g_string_new(NULL);
  html_undo(at, range_make(0, n), HTML_UNDO_REFERENCES, undone, NULL);
  if (g_utf8_validate(undone->str, (gssize)undone->len, NULL) &&
      g_utf8_strlen(undone->str, (gssize)undone->len) == 1 && *undone->str != '&')
    *glyph = (Glyph){.c = g_utf8_get_char(undone->str), .len = n};
}

/* As wide as what draws or a part of that. */
static gboolean
is_blank(gunichar c)
{
  return c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
         c == 0x2800 || c == 0x3000;
}

static Glyph
glyph_at(const unsigned char *at, size_t len, gboolean references)
{
  Glyph glyph = {.c = *at, .len = 1};

  if (*at == '&' && references)
    read_reference(at, len, &glyph);
  if (*at >= 0xc0) {
    glyph.len = MIN((size_t)g_utf8_skip[*at], len);
    glyph.c = g_utf8_get_char_validated((const char *)at, (gssize)glyph.len);
  }
  if (glyph.c >= 0x2580 && glyph.c <= 0x259f)
    glyph.drawn = elements[glyph.c - 0x2580];
  else if (is_among(glyph.c, squares, G_N_ELEMENTS(squares)) ||
           (glyph.c >= 0x1f7e5 && glyph.c <= 0x1f7eb))
    glyph.drawn = WHOLE;
  glyph.draws = glyph.drawn != 0 || (glyph.c >= 0x2580 && glyph.c <= 0x259f) ||
                is_among(glyph.c, clear_squares, G_N_ELEMENTS(clear_squares));
  return glyph;
}

gboolean
art_run(const unsigned char *utf8, Range within, gboolean references, Range *run)
{
  size_t at = within.off, end = range_end(within), from = end, to = end;

  while (at < end) {
    const Glyph glyph = glyph_at(utf8 + at, end - at, references);

    if (glyph.draws && from == end)
      from = at;
    else if (!glyph.draws && from < end && !is_blank(glyph.c))
      break;
    at += glyph.len;
    if (glyph.draws)
      to = at;
  }
  *run = range_make(from, to - from);
  return from < end;
}

/* --- a block of lines that draw --- */

typedef struct art {
  QrSearch *search;
  GArray *links;
  GPtrArray *rows; /* GByteArray *: what is drawn of each cell */
  GByteArray *row; /* that is being read */
  unsigned draws;  /* characters of it that draw */
  gboolean words;  /* it has others */
  size_t row_from, row_to, from, to;
  gboolean whole;
} Art;

static gboolean
is_drawn(const Art *art, unsigned x, unsigned y, unsigned wide)
{
  const GByteArray *row = g_ptr_array_index(art->rows, y / CELL);
  const gboolean lower = y % CELL >= CELL / 2, right = x % wide >= wide / 2;
  const unsigned left_one = lower ? LOWER_LEFT : UPPER_LEFT;

  return x / wide < row->len && (row->data[x / wide] & (left_one << right)) != 0;
}

/* With a quiet zone, which blank lines and the ends of others are. */
static Picture *
paint(const Art *art, unsigned cells, unsigned wide)
{
  const unsigned width = cells * wide, height = art->rows->len * CELL;
  Picture *picture = picture_new_white(width + 2 * QUIET, height + 2 * QUIET, 1);

  for (unsigned y = 0; y < height; y++)
    for (unsigned x = 0; x < width; x++)
      if (is_drawn(art, x, y, wide))
        picture->pixels[(size_t)(y + QUIET) * picture->width + x + QUIET] = 0;
  return picture;
}

static void
add_links(Art *art, const char *text)
{
  guint first = art->links->len;

  qr_text_links(text, art->links);
  for (guint i = first; i < art->links->len; i++) {
    Link *link = &g_array_index(art->links, Link, i);

    link->span = range_make(art->from, art->to - art->from);
    link->mark = art->to;
  }
}

static void
search_block(Art *art)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  unsigned cells = 0;

  for (guint i = 0; i < art->rows->len; i++)
    cells = MAX(cells, ((const GByteArray *)g_ptr_array_index(art->rows, i))->len);
  art->search->pixels += (guint64)cells * CELL * art->rows->len * CELL * 3 / 2;
  if (art->search->pixels > LIMIT_PICTURES) {
    art->whole = FALSE;
    return;
  }
  for (unsigned wide = CELL / 2; wide <= CELL; wide *= 2) {
    g_autoptr(Picture) picture = paint(art, cells, wide);

    art->whole = qr_read(picture, &art->search->pixels, texts) && art->whole;
  }
  for (guint i = 0; i < texts->len; i++)
    add_links(art, g_ptr_array_index(texts, i));
}

static void
end_block(Art *art)
{
  if (art->rows->len >= LEAST_ROWS)
    search_block(art);
  g_ptr_array_set_size(art->rows, 0);
}

static void
end_row(Art *art)
{
  /* within a code a row may have few that are dark */
  if (art->draws >= LEAST_ROW || (art->rows->len > 0 && art->draws > 0 && !art->words)) {
    if (art->rows->len == 0)
      art->from = art->row_from;
    art->to = art->row_to;
    g_ptr_array_add(art->rows, g_byte_array_ref(art->row));
    g_byte_array_unref(art->row);
    art->row = g_byte_array_new();
    if (art->rows->len == ROWS) {
      search_block(art);
      g_ptr_array_remove_range(art->rows, 0, ROWS / 2);
    }
  } else if (art->words) {
    end_block(art);
  }
  g_byte_array_set_size(art->row, 0);
  art->draws = 0;
  art->words = FALSE;
}

static void
take(Art *art, const Glyph *glyph, size_t at)
{
  if (glyph->c == 0xfe0f) /* "as an emoji" */
    return;
  if (art->row->len < CELLS)
    g_byte_array_append(art->row, &glyph->drawn, 1);
  if (glyph->draws) {
    art->row_from = art->draws++ == 0 ? at : art->row_from;
    art->row_to = at + glyph->len;
  } else {
    art->words |= glyph->c > ' ' && glyph->c != '>' && !is_blank(glyph->c);
  }
}

/* Behind a tag; *breaks if a new line begins with it. */
static size_t
after_tag(const unsigned char *utf8, size_t len, size_t at, gboolean *breaks)
{
  static const char *const names[] = {"br", "p", "div", "tr", "li", "pre", "table", "h"};
  const unsigned char *end = memchr(utf8 + at, '>', len - at);
  size_t name = at + 1 + (at + 1 < len && utf8[at + 1] == '/');

  *breaks = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    size_t n = strlen(names[i]);

    *breaks |= name + n < len && g_ascii_strncasecmp((const char *)utf8 + name, names[i], n) == 0 &&
               !g_ascii_isalpha(utf8[name + n]);
  }
  return end ? (size_t)(end - utf8) + 1 : len;
}

/* Few texts have any. */
static gboolean
may_draw(const unsigned char *utf8, size_t len, gboolean html)
{
  const unsigned char *end = utf8 + len;
  unsigned found = 0;

  for (const unsigned char *p = utf8; (p = memchr(p, 0xe2, (size_t)(end - p))) != NULL; p++)
    found += end - p > 1 && (p[1] == 0x96 || p[1] == 0x97 || p[1] == 0xac);
  for (const unsigned char *p = utf8; (p = memchr(p, 0xf0, (size_t)(end - p))) != NULL; p++)
    found += end - p > 2 && p[1] == 0x9f && p[2] == 0x9f;
  for (const unsigned char *p = utf8; html && (p = memchr(p, '&', (size_t)(end - p))) != NULL; p++)
    found += end - p > 4 && strchr("#bsSulFE", p[1]) != NULL; /* as their names begin */
  return found >= LEAST_ROW * LEAST_ROWS;
}

gboolean
qr_art_links(QrSearch *search, const unsigned char *utf8, size_t len, gboolean html, GArray *links)
{
  Art art = {.search = search, .links = links, .whole = TRUE};
  size_t at = 0;

  if (!may_draw(utf8, len, html))
    return TRUE;
  art.rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  art.row = g_byte_array_new();
  while (at < len) {
    gboolean breaks = utf8[at] == '\n';

    if (html && utf8[at] == '<') {
      at = after_tag(utf8, len, at, &breaks);
    } else {
      const Glyph glyph = glyph_at(utf8 + at, len - at, html);

      if (glyph.c != '\n' && glyph.c != '\r')
        take(&art, &glyph, at);
      at += glyph.len;
    }
    if (breaks)
      end_row(&art);
  }
  end_row(&art);
  end_block(&art);
  g_ptr_array_unref(art.rows);
  g_byte_array_unref(art.row);
  return art.whole;
}
