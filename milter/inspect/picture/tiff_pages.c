/* tiff_pages.c - the directories of a TIFF (TIFF 6.0, section 2), looked at before a library that
 * takes what they say for granted. In an honest file their values lie side by side: where they are
 * more than the file is long, or there are more of them than any writer has, the rest is not read.
 * BigTIFF is no mail program's. */
#include "tiff_pages.h"

#include "bounds.h"
#include "octets.h"

/* Entries of a directory; writers have twenty or thirty. */
#define ENTRIES   200
#define ENTRY_LEN 12

/* Tiles have sides that are multiples of 16. */
#define LEAST_TILE 16
#define MOST_TILE  4096

enum { TAG_WIDTH = 256, TAG_HEIGHT = 257, TAG_TILE_WIDTH = 322, TAG_TILE_HEIGHT = 323 };

typedef struct file {
  const unsigned char *bytes;
  size_t len;
  gboolean big_endian;
  guint64 values; /* bytes of them so far */
} File;

static guint32
number(const File *file, size_t at, unsigned size)
{
  const unsigned char *p = file->bytes + at;

  if (size == 2)
    return file->big_endian ? be16(p) : le16(p);
  return file->big_endian ? be32(p) : le32(p);
}

static unsigned
type_size(guint32 type)
{
  static const unsigned char sizes[] = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  return type < G_N_ELEMENTS(sizes) ? sizes[type] : 8;
}

typedef struct dimensions {
  guint32 width, height, tile_width, tile_height;
} Dimensions;

/* Of two of a kind the first one counts. */
static void
set_once(guint32 *of, guint32 value)
{
  if (*of == 0)
    *of = value;
}

static void
read_entry(const File *file, size_t at, Dimensions *dimensions)
{
  const guint32 tag = number(file, at, 2), type = number(file, at + 2, 2);
  const guint32 value = number(file, at + 8, type == 3 ? 2 : 4);

  if (tag == TAG_WIDTH)
    set_once(&dimensions->width, value);
  else if (tag == TAG_HEIGHT)
    set_once(&dimensions->height, value);
  else if (tag == TAG_TILE_WIDTH)
    set_once(&dimensions->tile_width, value);
  else if (tag == TAG_TILE_HEIGHT)
    set_once(&dimensions->tile_height, value);
}

static gboolean
is_tile_side(guint32 side)
{
  return side >= LEAST_TILE && side <= MOST_TILE;
}

static gboolean
is_sound(const Dimensions *of)
{
  const gboolean tiled = of->tile_width > 0 || of->tile_height > 0;

  return of->width <= TIFF_SIDE && of->height <= TIFF_SIDE &&
         picture_fits(of->width, of->height, LIMIT_PICTURE) &&
         (!tiled || (is_tile_side(of->tile_width) && is_tile_side(of->tile_height)));
}

/* Where the next directory is, 0 at the end. FALSE if this one is none. */
static gboolean
read_directory(File *file, size_t at, Dimensions *dimensions, guint32 *next)
{
  guint32 count;

  if (at < 8 || at > file->len || file->len - at < 6)
    return FALSE;
  count = number(file, at, 2);
  if (count == 0 || count > ENTRIES || file->len - at < 6 + (size_t)count * ENTRY_LEN)
    return FALSE;
  at += 2;
  for (guint32 i = 0; i < count; i++, at += ENTRY_LEN) {
    const guint64 size = (guint64)number(file, at + 4, 4) * type_size(number(file, at + 2, 2));

    file->values += size > 4 ? size : 0;
    read_entry(file, at, dimensions);
  }
  *next = number(file, at, 4);
  return file->values <= file->len;
}

GArray *
tiff_pages(const unsigned char *bytes, size_t len, gboolean *whole)
{
  GArray *pages = g_array_new(FALSE, FALSE, sizeof(TiffPage));
  File file = {bytes, len, len > 0 && bytes[0] == 'M', 0};
  guint32 at = len >= 8 ? number(&file, 4, 4) : 0;
  guint64 pixels = 0;

  *whole = TRUE;
  for (guint32 next; at != 0 && *whole; at = next) {
    Dimensions is = {0};
    TiffPage page = {.at = at};

    *whole =
        pages->len < LIMIT_PICTURE_PAGES && read_directory(&file, at, &is, &next) && is_sound(&is);
    pixels += (guint64)is.width * is.height;
    *whole = *whole && pixels <= LIMIT_PICTURES / 2;
    if (!*whole)
      break;
    page.width = is.width;
    page.height = is.height;
    g_array_append_val(pages, page);
  }
  *whole = *whole && pages->len > 0;
  return pages;
}

gboolean
tiff_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  gboolean whole;
  g_autoptr(GArray) pages = tiff_pages(bytes, len, &whole);
  guint64 all = 0, most = 0;

  for (guint i = 0; i < pages->len; i++) {
    const TiffPage *page = &g_array_index(pages, TiffPage, i);
    const guint64 pixels = (guint64)page->width * page->height;

    if (pixels > most)
      *size = (PictureSize){page->width, page->height, 1, 0};
    most = MAX(most, pixels);
    all += pixels;
  }
  if (most == 0)
    return FALSE;
  size->frames = (unsigned)((all + most - 1) / most);
  return TRUE;
}
