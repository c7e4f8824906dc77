/* outline.c - what of a layer tells a second reader its structure.
 *
 * A reader makes a record of every field, of which a mail of today has forty, and reads every line
 * of a body for delimiters. Its answer depends on few of them.
 *
 * Left out are fields of the first header whose name is letters, digits and "-" up to the colon and
 * does not begin with "Content-", whose lines end as the message's do, have no NUL, and go on in
 * lines that are not blank: they begin and end at the same places for everybody.
 *
 * Of bodies there stay the headers of parts, the first and the last line, and each line that begins
 * with "--" as a delimiter does (RFC 2046 5.1.1), whatever follows: with the two lines before it
 * (the line end belongs to the delimiter, and may be a line of its own), and with what would be its
 * part's header, to the next empty line. So a reader that takes other lines for delimiters than the
 * lexer does shows it. */
#include "outline.h"

#include <string.h>

#include "lexing.h"

typedef struct piece {
  size_t at;   /* in the outline */
  size_t from; /* in the layer */
} Piece;

typedef struct sketch {
  const Lexed *lexed;
  const unsigned char *bytes;
  size_t size;
  size_t done; /* all before it is kept or left out */
  gboolean full;
  GByteArray *out;
  GArray *pieces; /* Piece */
} Sketch;

static void
add_piece(GArray *pieces, size_t at, size_t from)
{
  Piece piece = {at, from};

  g_array_append_val(pieces, piece);
}

static void
keep(Sketch *s, size_t from, size_t to)
{
  if (from < s->done)
    from = s->done;
  s->full |= to > from && to - from > OUTLINE_MOST - s->out->len;
  if (from >= to || s->full)
    return;
  if (from > s->done || s->pieces->len == 0)
    add_piece(s->pieces, s->out->len, from);
  g_byte_array_append(s->out, s->bytes + from, (guint)(to - from));
  s->done = to;
}

/* --- the first header ------------------------------------------------------------------------ */

static gboolean
is_plain_line(const unsigned char *p, size_t len, gboolean crlf)
{
  const unsigned char *cr = memchr(p, '\r', len);
  size_t blank = 0;

  while (is_blank(p[blank]))
    blank++;
  return memchr(p, 0, len) == NULL && cr == (crlf ? p + len - 2 : NULL) && p[blank] != '\r' &&
         p[blank] != '\n';
}

static gboolean
is_plain_name(const unsigned char *p, size_t len)
{
  static const char content[] = "content-";

  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isalnum(p[i]) && (p[i] != '-' || i == 0))
      return FALSE;
  return len < strlen(content) ||
         g_ascii_strncasecmp((const char *)p, content, strlen(content)) != 0;
}

/* Is it certain that the field says nothing of structure and ends where the lexer says? */
static gboolean
is_idle(const unsigned char *bytes, const Field *field, gboolean crlf)
{
  const unsigned char *p = bytes + field->whole.off, *end = p + field->whole.len;

  if (!is_plain_name(p, field->name.len) || p[field->name.len] != ':' || end[-1] != '\n')
    return FALSE;
  while (p < end) {
    const unsigned char *next = (const unsigned char *)memchr(p, '\n', (size_t)(end - p)) + 1;

    if (!is_plain_line(p, (size_t)(next - p), crlf))
      return FALSE;
    p = next;
  }
  return TRUE;
}

/* The first field stays, so that there is one. */
static void
keep_first_header(Sketch *s, const Entity *entity)
{
  gboolean crlf = strcmp(s->lexed->eol, "\r\n") == 0;
  size_t from = entity->header.off;

  for (guint i = 1; i < entity->nfields; i++) {
    const Field *field = &g_array_index(s->lexed->fields, Field, entity->fields + i);

    if (!is_idle(s->bytes, field, crlf))
      continue;
    keep(s, from, field->whole.off);
    from = range_end(field->whole);
  }
  keep(s, from, range_end(entity->header));
}

/* --- bodies ---------------------------------------------------------------------------------- */

/* Of the line before `pos`, where one begins or all ends. */
static size_t
line_before(const Sketch *s, size_t pos)
{
  const unsigned char *lf = pos > 0 ? memrchr(s->bytes, '\n', pos - 1) : NULL;

  return lf != NULL ? (size_t)(lf - s->bytes) + 1 : 0;
}

static size_t
next_line(const Sketch *s, size_t pos)
{
  const unsigned char *lf = pos < s->size ? memchr(s->bytes + pos, '\n', s->size - pos) : NULL;

  return lf != NULL ? (size_t)(lf - s->bytes) + 1 : s->size;
}

/* The next line from `pos`, where one begins, that begins with "--"; the end if there is none. */
static size_t
next_dash(const Sketch *s, size_t pos)
{
  const unsigned char *p = s->bytes + pos, *end = s->bytes + s->size;

  while (p < end && (p = memchr(p, '-', (size_t)(end - p))) != NULL) {
    if ((p == s->bytes + pos || p[-1] == '\n') && end - p > 1 && p[1] == '-')
      return (size_t)(p - s->bytes);
    while (p < end && *p == '-')
      p++;
  }
  return s->size;
}

static gboolean
is_empty(const Sketch *s, size_t pos)
{
  return s->bytes[pos] == '\n' ||
         (s->bytes[pos] == '\r' && pos + 1 < s->size && s->bytes[pos + 1] == '\n');
}

/* Behind the empty line that ends a header from `pos` on, should one begin there. */
static size_t
header_end(const Sketch *s, size_t pos)
{
  while (pos < s->size && !is_empty(s, pos))
    pos = next_line(s, pos);
  return next_line(s, pos);
}

static void
keep_bodies(Sketch *s)
{
  const GArray *entities = s->lexed->entities;
  const Entity *first = &g_array_index(entities, Entity, 0);
  size_t pos = first->body.off;
  size_t dash = next_dash(s, pos);
  guint next = 1;

  keep(s, range_end(first->header), next_line(s, pos));
  while (!s->full && (dash < s->size || next < entities->len)) {
    const Entity *entity = next < entities->len ? &g_array_index(entities, Entity, next) : NULL;

    if (entity != NULL && entity->header.off <= dash) {
      pos = MAX(pos, entity->body.off);
      keep(s, entity->header.off, next_line(s, entity->body.off));
      next++;
    } else {
      pos = header_end(s, dash);
      keep(s, line_before(s, line_before(s, dash)), pos);
    }
    if (dash < pos)
      dash = next_dash(s, pos);
  }
  keep(s, line_before(s, s->size), s->size);
}

void
outline_make(Outline *outline, const Layer *layer)
{
  const Entity *first = &g_array_index(layer->lexed->entities, Entity, 0);
  Sketch sketch = {.lexed = layer->lexed,
                   .out = g_byte_array_new(),
                   .pieces = g_array_new(FALSE, FALSE, sizeof(Piece))};

  sketch.bytes = g_bytes_get_data(layer->bytes, &sketch.size);
  sketch.done = first->header.off;
  keep_first_header(&sketch, first);
  keep_bodies(&sketch);
  if (!sketch.full) {
    outline->bytes = g_byte_array_free_to_bytes(sketch.out);
  } else {
    size_t from = first->header.off;

    g_byte_array_unref(sketch.out);
    g_array_set_size(sketch.pieces, 0);
    add_piece(sketch.pieces, 0, from);
    outline->bytes = g_bytes_new_from_bytes(layer->bytes, from, sketch.size - from);
  }
  outline->pieces = sketch.pieces;
}

void
outline_clear(Outline *outline)
{
  g_clear_pointer(&outline->bytes, g_bytes_unref);
  g_clear_pointer(&outline->pieces, g_array_unref);
}

size_t
outline_source(const Outline *outline, size_t at)
{
  guint low = 0, high = outline->pieces->len;
  const Piece *piece;

  while (high - low > 1) {
    guint mid = low + (high - low) / 2;

    if (g_array_index(outline->pieces, Piece, mid).at <= at)
      low = mid;
    else
      high = mid;
  }
  piece = &g_array_index(outline->pieces, Piece, low);
  return piece->from + (at - piece->at);
}
