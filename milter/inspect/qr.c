/* qr.c - zbar over the planes of a picture. A camera's program reads a code by brightness, and so
 * does zbar; but a reader's phone also manages red on green, so coloured pictures are searched by
 * red and by blue too, made smaller, and every plane in negative. Codes of a few pixels a module,
 * which HTML can blow up, are blown up here too. */
#include "qr.h"

#include <string.h>
#include <zbar.h>

#include "bounds.h"

/* Luma counted for a picture to be called coloured: distance between its channels, and one pixel
 * in so many. */
#define COLOURED_BY   48
#define COLOURED_PART 64

/* Pictures with a side below this are blown up by so much. */
#define SMALL    160
#define SMALL_BY 3

/* Version 1 has 21 modules. */
#define LEAST 21

typedef struct plane {
  unsigned width, height;
  unsigned char *grey;
} Plane;

typedef enum part_of { BRIGHTNESS, RED, BLUE } PartOf;

static unsigned char
value_of(const unsigned char *rgb, PartOf part)
{
  if (part == BRIGHTNESS)
    return (unsigned char)((77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2]) / 256);
  return rgb[part == RED ? 0 : 2];
}

/* Every by-th pixel, or each of them `up` times. */
static Plane
plane_new(const Picture *picture, PartOf part, unsigned by, unsigned up)
{
  Plane plane = {picture->width / by * up, picture->height / by * up, NULL};
  unsigned char *out = plane.grey = g_malloc(MAX((size_t)plane.width * plane.height, 1));

  for (unsigned y = 0; y < plane.height; y++) {
    size_t row = (size_t)(y / up * by) * picture->width;

    for (unsigned x = 0; x < plane.width; x++) {
      const unsigned char *at = picture->pixels + (row + x / up * by) * picture->channels;

      *out++ = picture->channels == 3 ? value_of(at, part) : *at;
    }
  }
  return plane;
}

static gboolean
is_coloured(const Picture *picture)
{
  size_t n = (size_t)picture->width * picture->height, coloured = 0;

  for (size_t i = 0; picture->channels == 3 && i < n; i++) {
    const unsigned char *rgb = picture->pixels + i * 3;
    unsigned low = MIN(MIN(rgb[0], rgb[1]), rgb[2]), high = MAX(MAX(rgb[0], rgb[1]), rgb[2]);

    coloured += high - low > COLOURED_BY;
  }
  return coloured * COLOURED_PART > n;
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
  guint before = texts->len;

  zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
  zbar_image_set_size(image, plane->width, plane->height);
  zbar_image_set_data(image, plane->grey, (unsigned long)plane->width * plane->height, NULL);
  if (zbar_scan_image(scanner, image) > 0)
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol;
         symbol = zbar_symbol_next(symbol))
      add_text(texts, zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
  zbar_image_destroy(image);
  zbar_image_scanner_destroy(scanner);
  return texts->len > before;
}

/* As it is and in negative; both, as a picture may hold one code of each. */
static void
scan_plane(const Picture *picture, PartOf part, unsigned by, unsigned up, GPtrArray *texts)
{
  Plane plane = plane_new(picture, part, by, up);
  size_t n = (size_t)plane.width * plane.height;
  unsigned found = qr_finders(plane.grey, plane.width, plane.height);

  if (found & QR_DARK)
    scan_once(&plane, texts);
  for (size_t i = 0; (found & QR_LIGHT) && i < n; i++)
    plane.grey[i] = (unsigned char)~plane.grey[i];
  if (found & QR_LIGHT)
    scan_once(&plane, texts);
  g_free(plane.grey);
}

void
qr_read(const Picture *picture, GPtrArray *texts)
{
  const unsigned side = MIN(picture->width, picture->height);
  unsigned by = 1;

  if (side < LEAST)
    return;
  scan_plane(picture, BRIGHTNESS, 1, side < SMALL ? SMALL_BY : 1, texts);
  if (!is_coloured(picture))
    return;
  while (!picture_fits(picture->width / by, picture->height / by, LIMIT_PICTURE_COLOURED))
    by++;
  scan_plane(picture, RED, by, side < SMALL ? SMALL_BY : 1, texts);
  scan_plane(picture, BLUE, by, side < SMALL ? SMALL_BY : 1, texts);
}
