/* fuzz_picture.c - pictures of every format: what comes out has the size that it says, within its
 * bounds; and the search for codes in it, and in it as a text. */
#include "../../milter/inspect/picture/qr.h"

#include <stdint.h>

#include "bounds.h"
#include "link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small enough to be searched many times a second; larger ones are refused by their header. */
#define MOST (300 * 300)

static void
look(const Picture *picture, void *data)
{
  const size_t len = (size_t)picture->width * picture->height * picture->channels;
  unsigned sum = 0;

  g_assert_true(picture->channels == 1 || picture->channels == 3 || picture->channels == 4);
  g_assert_cmpuint((size_t)picture->width * picture->height, <=, LIMIT_PICTURE_SEARCHED);
  for (size_t i = 0; i < len; i++)
    sum += picture->pixels[i];
  g_assert_cmpuint(sum, <=, 255u * len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GArray) links = links_new();
  g_auto(QrSearch) search = {0};
  PictureSize is;

  if (picture_size(data, size, &is) && (guint64)is.width * is.height * is.frames > MOST)
    return 0;
  picture_read(data, size, look, NULL);
  qr_art_links(&search, data, MIN(size, 4096), size % 2, links);
  qr_links(&search, data, size, "image/x", NULL, links);
  for (guint i = 0; i < links->len; i++)
    g_assert_true(*g_array_index(links, Link, i).target != '\0');
  return 0;
}
