/* split_pictures.c - a QR code in two halves, each a picture of its own and without meaning, that a
 * page puts side by side: what looks at one picture at a time sees nothing (Gabagool, 2025).
 *
 * Pictures touch if nothing stands between their tags but tags and blanks: side by side unless one
 * of these begins a row, a line or a block. Each is as large as its tag says, or as it is. */
#include "split_pictures.h"

#include <string.h>

#include "bounds.h"
#include "css.h"
#include "drawing.h"
#include "html.h"
#include "link.h"
#include "picture/picture.h"

/* Pictures in a group; longer rows of icons are no code. */
#define MOST 36

typedef struct piece {
  char *id; /* Content-ID */
  unsigned row;
  int width, height; /* as the tag says; -1 */
} Piece;

struct split_pictures {
  GPtrArray *groups; /* GArray * of Piece */
};

static void
piece_clear(void *data)
{
  Piece *piece = data;

  g_free(piece->id);
}

SplitPictures *
split_pictures_new(void)
{
  SplitPictures *split = g_new0(SplitPictures, 1);

  split->groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  return split;
}

void
split_pictures_free(SplitPictures *split)
{
  if (!split)
    return;
  g_ptr_array_unref(split->groups);
  g_free(split);
}

/* --- which touch --- */

typedef enum step { APART, BESIDE, BELOW } Step;

static gboolean
begins_line(const unsigned char *tag, size_t len)
{
  static const char *const names[] = {"tr", "br", "p", "div", "table", "center"};

  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    const size_t n = strlen(names[i]);

    if (len > n + 1 && g_ascii_strncasecmp((const char *)tag + 1, names[i], n) == 0 &&
        !g_ascii_isalnum(tag[n + 1]))
      return TRUE;
  }
  return FALSE;
}

/* From the end of one tag to the beginning of the next. */
static Step
step_between(const unsigned char *p, const unsigned char *end)
{
  Step step = BESIDE;

  while (p < end) {
    const unsigned char *close;

    if (g_ascii_isspace(*p)) {
      p++;
    } else if (end - p >= 6 && memcmp(p, "&nbsp;", 6) == 0) {
      p += 6;
    } else if (*p == '<' && (close = memchr(p, '>', (size_t)(end - p))) != NULL) {
      if (begins_line(p, (size_t)(end - p)))
        step = BELOW;
      p = close + 1;
    } else {
      return APART;
    }
  }
  return step;
}

static void
read_size(const unsigned char *utf8, const Link *link, Piece *piece)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(utf8 + link->tag.off, link->tag.len);
  const HtmlToken *token = html_tokenizer_next(tokenizer);

  piece->width = piece->height = -1;
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    if (strcmp(a->name, "width") == 0)
      piece->width = css_length(a->value, a->value_len);
    else if (strcmp(a->name, "height") == 0)
      piece->height = css_length(a->value, a->value_len);
  }
}

static gboolean
is_picture(const Link *link)
{
  return link->use == LINK_LOAD && g_strcmp0(link->element, "img") == 0 &&
         g_strcmp0(link->attribute_name, "src") == 0 &&
         g_ascii_strncasecmp(link->target, "cid:", 4) == 0;
}

static GArray *
group_new(void)
{
  GArray *group = g_array_new(FALSE, FALSE, sizeof(Piece));

  g_array_set_clear_func(group, piece_clear);
  return group;
}

static void
end_group(SplitPictures *split, GArray **group)
{
  if ((*group)->len > 1 && (*group)->len <= MOST) {
    g_ptr_array_add(split->groups, *group);
    *group = group_new();
  } else {
    g_array_set_size(*group, 0);
  }
}

void
split_pictures_add(SplitPictures *split, const unsigned char *utf8, const GArray *links)
{
  GArray *group = group_new();
  size_t at = 0;
  unsigned row = 0;

  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    Piece piece;
    Step step;

    if (!is_picture(link) || link->tag.off < at)
      continue;
    step = group->len > 0 ? step_between(utf8 + at, utf8 + link->tag.off) : APART;
    if (step == APART)
      end_group(split, &group);
    row = step == APART ? 0 : row + (step == BELOW);
    read_size(utf8, link, &piece);
    piece.row = row;
    piece.id = g_uri_unescape_string(link->target + 4, NULL);
    if (!piece.id)
      piece.id = g_strdup(link->target + 4);
    g_array_append_val(group, piece);
    at = range_end(link->tag);
  }
  end_group(split, &group);
  g_array_unref(group);
}

/* --- what they show together --- */

/* NULL if there is no such picture. */
static Part *
part_of(const Tree *tree, const Piece *piece)
{
  for (guint i = 0; i < tree->parts->len; i++) {
    Part *part = tree_part(tree, i);

    if (g_strcmp0(part->content_id, piece->id) == 0)
      return part;
  }
  return NULL;
}

/* FALSE if one of them is no picture that is read. */
static gboolean
draw_group(const GArray *group, const Tree *tree, GPtrArray *parts, Drawing *drawing)
{
  double x = 0, y = 0, row_height = 0;

  for (guint i = 0; i < group->len; i++) {
    const Piece *piece = &g_array_index(group, Piece, i);
    Part *part = part_of(tree, piece);
    GBytes *bytes = part ? part_content(tree, part) : NULL;
    PictureSize size;
    double width, height;

    if (!bytes || !picture_size(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &size) ||
        size.width == 0 || size.height == 0)
      return FALSE;
    width = piece->width > 0    ? piece->width
            : piece->height > 0 ? (double)piece->height * size.width / size.height
                                : size.width;
    height = piece->height > 0  ? piece->height
             : piece->width > 0 ? (double)piece->width * size.height / size.width
                                : size.height;
    if (i > 0 && piece->row != g_array_index(group, Piece, i - 1).row) {
      x = 0;
      y += row_height;
      row_height = 0;
    }
    drawing_picture(drawing, (Box){x, y, x + width, y + height}, bytes, i);
    g_ptr_array_add(parts, part);
    x += width;
    row_height = MAX(row_height, height);
  }
  return TRUE;
}

/* Without the quiet zone, which may lie in pictures that have no part in the code. */
static Box
without_zone(Box box)
{
  const double x = (box.right - box.left) / 6, y = (box.bottom - box.top) / 6;

  return (Box){box.left + x, box.top + y, box.right - x, box.bottom - y};
}

static void
tell(const DrawnCode *code, const Drawing *drawing, const GPtrArray *parts, SplitFound *found,
     void *data)
{
  g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(guint));

  drawing_pictures_at(drawing, without_zone(code->box), owners);
  for (guint i = 0; owners->len > 1 && i < owners->len; i++) {
    g_autoptr(GArray) links = links_new();
    const Link link = {.use = LINK_QR,
                       .flags = i > 0 ? LINK_PIECE : 0,
                       .anchor = -1,
                       .target = g_strdup(code->address)};

    g_array_append_val(links, link);
    found(g_ptr_array_index(parts, g_array_index(owners, guint, i)), links, data);
  }
}

gboolean
split_pictures_search(const SplitPictures *split, const Tree *tree, guint64 *pixels,
                      SplitFound *found, void *data)
{
  gboolean whole = TRUE;

  for (guint i = 0; i < split->groups->len; i++) {
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_code_free);
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    g_autoptr(Drawing) drawing = drawing_new();

    if (!draw_group(g_ptr_array_index(split->groups, i), tree, parts, drawing))
      continue;
    whole = drawing_codes(drawing, pixels, codes) && whole;
    for (guint k = 0; k < codes->len; k++)
      tell(g_ptr_array_index(codes, k), drawing, parts, found, data);
  }
  return whole;
}
