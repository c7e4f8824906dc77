/* qr.c - zbar over the places of a picture where a code could be. A camera's program reads a code
 * by brightness, and so does zbar; but a reader's phone also manages red on green, so coloured
 * pictures are searched by red and by blue too, transparent ones on white and on black, and each
 * place for dark on light or light on dark, as its marks are.
 *
 * zbar looks at every row and column of what it is given, some hundred instructions a pixel: it
 * gets a place alone, made as small as a code can be and still be read well. */
#include "qr.h"

#include <string.h>
#include <zbar.h>

#include "bounds.h"

/* Modules of light around a code that has none, and pixels a module below which zbar reads nothing
 * that is not blown up. */
#define QUIET        4
#define LEAST_MODULE 2

/* What a pixel costs that is searched, and not only looked at: noise takes 0.2 microseconds. */
#define COST 2

typedef struct search {
  const Picture *picture;
  PictureView view;
  const QrPlace *place;
  guint64 *pixels;
  gboolean whole;
} Search;

typedef struct plane {
  unsigned width, height;
  unsigned char *grey;
} Plane;

/* What is outside of the picture is light; what is light on dark comes in negative. */
static unsigned
value_at(const Search *search, int x, int y)
{
  const Picture *picture = search->picture;
  unsigned value;

  if (x < 0 || y < 0 || (unsigned)x >= picture->width || (unsigned)y >= picture->height)
    return 255;
  value = picture_at(picture, search->view, (unsigned)x, (unsigned)y);
  return search->place->dark ? value : 255 - value;
}

static unsigned char
box_mean(const Search *search, int x, int y, unsigned by)
{
  unsigned sum = 0;

  for (unsigned i = 0; i < by * by; i++)
    sum += value_at(search, x + (int)(i % by), y + (int)(i / by));
  return (unsigned char)(sum / (by * by));
}

/* The place, `by` pixels a side made one, or one made `up`, in a frame of so many pixels. */
static Plane
plane_new(const Search *search, unsigned by, unsigned up, unsigned frame)
{
  const QrPlace *place = search->place;
  Plane plane = {(place->width + 2 * frame) / by * up, (place->height + 2 * frame) / by * up, NULL};
  const int left = (int)place->x - (int)frame, top = (int)place->y - (int)frame;
  unsigned char *out = plane.grey = g_malloc(MAX((size_t)plane.width * plane.height, 1));

  for (unsigned y = 0; y < plane.height; y++)
    for (unsigned x = 0; x < plane.width; x++)
      *out++ = box_mean(search, left + (int)(x / up * by), top + (int)(y / up * by), by);
  return plane;
}

static void
add_text(GPtrArray *texts, const char *data, size_t len)
{
  g_autofree char *text = g_utf8_make_valid(data, (gssize)len);

  if (!g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
    g_ptr_array_add(texts, g_steal_pointer(&text));
}

static zbar_image_scanner_t *
scanner_new(void)
{
  zbar_image_scanner_t *scanner = zbar_image_scanner_create();

  zbar_image_scanner_request_dbus(scanner, 0);
  zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_POSITION, 0);
  return scanner;
}

static gboolean
scan_once(const Plane *plane, GPtrArray *texts)
{
  zbar_image_scanner_t *scanner = scanner_new();
  zbar_image_t *image = zbar_image_create();
  int found;

  zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
  zbar_image_set_size(image, plane->width, plane->height);
  zbar_image_set_data(image, plane->grey, (unsigned long)plane->width * plane->height, NULL);
  found = zbar_scan_image(scanner, image);
  if (found > 0)
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol;
         symbol = zbar_symbol_next(symbol))
      add_text(texts, zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
  zbar_image_destroy(image);
  zbar_image_scanner_destroy(scanner);
  return found > 0;
}

static gboolean
scan_place(Search *search, unsigned by, unsigned up, unsigned frame, GPtrArray *texts)
{
  gboolean found = FALSE;
  Plane plane;

  if (*search->pixels > LIMIT_PICTURES) {
    search->whole = FALSE;
    return FALSE;
  }
  plane = plane_new(search, by, up, frame);
  *search->pixels += COST * (guint64)plane.width * plane.height;
  if (qr_crossings(&(Picture){plane.width, plane.height, 1, plane.grey}) <= LIMIT_QR_CROSSINGS)
    found = scan_once(&plane, texts);
  else
    search->whole = FALSE;
  g_free(plane.grey);
  return found;
}

/* As small as a code is read well; where none is, as it is, then larger, and in a frame of light if
 * there is no quiet zone. What frames do to the light around a code makes it hard to read too. */
static void
search_place(Search *search, GPtrArray *texts)
{
  const double module = search->place->module;
  const unsigned by = (unsigned)MAX(module / QR_MODULE, 1), up = module < QR_MODULE ? 3 : 1;
  const unsigned frame = search->place->cut ? (unsigned)(QUIET * module) + 1 : 0;

  if (by > 1 && scan_place(search, by, 1, 0, texts))
    return;
  if (module >= LEAST_MODULE && scan_place(search, 1, 1, 0, texts))
    return;
  if (up > 1 && scan_place(search, 1, up, 0, texts))
    return;
  if (frame > 0)
    scan_place(search, by, up, frame, texts);
}

typedef struct telling {
  QrSaid *said;
  void *data;
} Telling;

/* by: pixels of which each one of the picture was made. */
static gboolean
search_places(Search *search, const GArray *places, unsigned by, const Telling *telling)
{
  gboolean any = FALSE;

  for (guint i = 0; i < places->len; i++) {
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    QrPlace place = g_array_index(places, QrPlace, i);

    search->place = &place;
    search_place(search, texts);
    place = (QrPlace){place.x * by,      place.y * by, place.width * by, place.height * by,
                      place.module * by, place.dark,   place.cut};
    for (guint k = 0; k < texts->len; k++)
      telling->said(g_ptr_array_index(texts, k), &place, telling->data);
    any = any || texts->len > 0;
  }
  return any;
}

/* Each pixel is looked at once more. */
static void
search_dots(Search *search, unsigned pitch, const Telling *telling)
{
  const Picture *picture = search->picture;
  g_autoptr(Picture) joined = NULL;
  g_autoptr(GArray) places = NULL;
  Search again = {.view = VIEW_ON_WHITE, .pixels = search->pixels, .whole = TRUE};
  unsigned by;

  if (*search->pixels > LIMIT_PICTURES) {
    search->whole = FALSE;
    return;
  }
  *search->pixels += (guint64)picture->width * picture->height;
  again.picture = joined = dots_joined(picture, search->view, pitch, &by);
  if (MIN(joined->width, joined->height) < QR_LEAST)
    return;
  places = qr_places(joined, VIEW_ON_WHITE, NULL);
  search_places(&again, places, by, telling);
  search->whole = search->whole && again.whole;
}

/* Codes that are drawn in both ways may stand side by side. */
static void
search_view(Search *search, const Telling *telling)
{
  DotPitches dots;
  g_autoptr(GArray) places = qr_places(search->picture, search->view, &dots);

  search_places(search, places, 1, telling);
  for (unsigned i = 0; i < dots.count; i++)
    search_dots(search, dots.pitch[i], telling);
  search->whole = search->whole && dots.all;
}

gboolean
qr_each(const Picture *picture, guint64 *pixels, QrSaid *said, void *data)
{
  const Telling telling = {said, data};
  Search search = {.picture = picture, .pixels = pixels, .whole = TRUE};
  unsigned views;

  if (MIN(picture->width, picture->height) < QR_LEAST)
    return TRUE;
  views = picture_views(picture);
  for (search.view = 0; search.view < PICTURE_VIEWS; search.view++)
    if (views & 1u << search.view)
      search_view(&search, &telling);
  return search.whole;
}

static void
add_once(const char *text, const QrPlace *place, void *texts)
{
  add_text(texts, text, strlen(text));
}

gboolean
qr_read(const Picture *picture, guint64 *pixels, GPtrArray *texts)
{
  return qr_each(picture, pixels, add_once, texts);
}
