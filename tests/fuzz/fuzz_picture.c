/* fuzz_picture.c - pictures of every format, faxes of PDFs, and pixels as they are: what comes out
 * has the size that it says, within its bounds; where a code could be lies in the picture; and the
 * search for codes in it, and in it as a text.
 *
 * "FAX", how it is coded and two numbers of two bytes begin a fax; "PIX", channels and a width
 * begin pixels. */
#include "../../milter/inspect/picture/qr.h"
#include "../../milter/rewrite/disarm/pdf_fax.h"

#include <stdint.h>
#include <string.h>

#include "bounds.h"
#include "link.h"
#include "octets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small enough to be searched many times a second; larger ones are refused by their header. */
#define MOST (300 * 300)

static void
look_for_places(const Picture *picture)
{
  for (PictureView view = 0; view < PICTURE_VIEWS; view++) {
    DotPitches dots;
    g_autoptr(GArray) places = qr_places(picture, view, &dots);

    g_assert_cmpuint(dots.count, <=, DOT_PITCHES);
    for (guint i = 0; i < places->len; i++) {
      const QrPlace *place = &g_array_index(places, QrPlace, i);

      g_assert_true(place->x < picture->width && place->width <= picture->width - place->x);
      g_assert_true(place->y < picture->height && place->height <= picture->height - place->y);
      g_assert_true(place->module > 0);
    }
  }
}

static void
look(const Picture *picture, void *data)
{
  const size_t len = (size_t)picture->width * picture->height * picture->channels;
  unsigned sum = 0;

  (void)data;
  g_assert_true(picture->channels == 1 || picture->channels == 3 || picture->channels == 4);
  g_assert_cmpuint((size_t)picture->width * picture->height, <=, LIMIT_PICTURE_SEARCHED);
  for (size_t i = 0; i < len; i++)
    sum += picture->pixels[i];
  g_assert_cmpuint(sum, <=, 255u * len);
  if (MIN(picture->width, picture->height) >= QR_LEAST)
    look_for_places(picture);
}

static void
look_at_pixels(const uint8_t *data, size_t size)
{
  static const unsigned channels[] = {1, 3, 4};
  const unsigned n = channels[data[3] % 3], width = MAX(data[4], 1);
  const size_t height = MIN((size - 5) / (width * n), MOST / width);
  g_autoptr(Picture) picture = picture_new(width, (unsigned)height, n);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  guint64 pixels = 0;

  if (height == 0)
    return;
  memcpy(picture->pixels, data + 5, width * height * n);
  look(picture, NULL);
  qr_read(picture, &pixels, texts);
}

static void
look_at_fax(const uint8_t *data, size_t size)
{
  const PdfFax fax = {(int)(data[3] % 3) - 1, be16(data + 4) % 1000, be16(data + 6) % 200,
                      data[3] & 64, data[3] & 128};
  g_autoptr(GBytes) tiff = pdf_fax_tiff(&fax, data + 8, size - 8);

  if (tiff)
    picture_read(g_bytes_get_data(tiff, NULL), g_bytes_get_size(tiff), look, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) search = {0};
  PictureSize is;

  if (size > 8 && memcmp(data, "PIX", 3) == 0)
    look_at_pixels(data, size);
  if (size > 8 && memcmp(data, "FAX", 3) == 0)
    look_at_fax(data, size);
  if (picture_size(data, size, &is) && (guint64)is.width * is.height * is.frames > MOST)
    return 0;
  picture_read(data, size, look, NULL);
  qr_art_links(&search, data, MIN(size, 4096), size % 2, links);
  qr_links(&search, data, size, "image/x", NULL, links);
  for (guint i = 0; i < links->len; i++)
    g_assert_true(*g_array_index(links, Link, i).target != '\0');
  return 0;
}
