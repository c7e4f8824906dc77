/* picture_png.c - libpng's own simple interface: no jumps out of it, memory alone. */
#include <png.h>
#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "picture.h"

gboolean
png_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height)
{
  if (len < 24 || memcmp(bytes + 12, "IHDR", 4) != 0)
    return FALSE;
  *width = be32(bytes + 16);
  *height = be32(bytes + 20);
  return TRUE;
}

/* Rows that were read before an error stay: browsers show them too. */
Picture *
png_read(const unsigned char *bytes, size_t len)
{
  static const png_color white = {255, 255, 255};
  png_image image = {.version = PNG_IMAGE_VERSION};
  Picture *picture = NULL;

  if (!png_image_begin_read_from_memory(&image, bytes, len))
    return NULL;
  if (picture_fits(image.width, image.height, LIMIT_PICTURE)) {
    picture = picture_new(image.width, image.height, picture_channels(image.width, image.height));
    image.format = picture->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    if (!png_image_finish_read(&image, &white, picture->pixels, 0, NULL))
      png_image_free(&image);
  }
  png_image_free(&image);
  return picture;
}
