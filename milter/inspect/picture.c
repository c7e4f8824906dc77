/* picture.c - which reader a picture needs, and how large it may be. */
#include "picture.h"

#include <string.h>

#include "bounds.h"

typedef struct format {
  const char *magic;
  size_t len;
  gboolean (*size)(const unsigned char *, size_t, unsigned *, unsigned *);
  Picture *(*read)(const unsigned char *, size_t);
} Format;

static const Format formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, png_size, png_read},
    {"\xff\xd8\xff", 3, jpeg_size, jpeg_read},
    {"GIF8", 4, gif_size, gif_read},
    {"BM", 2, bmp_size, bmp_read},
    {"RIFF", 4, webp_size, webp_read},
};

static const Format *
format_of(const unsigned char *bytes, size_t len)
{
  for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
    if (len > formats[i].len && memcmp(bytes, formats[i].magic, formats[i].len) == 0)
      return &formats[i];
  return NULL;
}

gboolean
picture_is(const unsigned char *bytes, size_t len)
{
  return format_of(bytes, len) != NULL;
}

gboolean
picture_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height)
{
  const Format *format = format_of(bytes, len);

  return format != NULL && format->size(bytes, len, width, height);
}

unsigned
picture_step(guint64 width, guint64 height)
{
  unsigned by = 1;

  while (width / by * (height / by) > LIMIT_PICTURE_SEARCHED)
    by++;
  return by;
}

Picture *
picture_new(unsigned width, unsigned height, unsigned channels)
{
  Picture *picture = g_new0(Picture, 1);

  picture->width = width;
  picture->height = height;
  picture->channels = channels;
  picture->pixels = g_malloc0(MAX((size_t)width * height * channels, 1));
  return picture;
}

void
picture_free(Picture *picture)
{
  if (!picture)
    return;
  g_free(picture->pixels);
  g_free(picture);
}

Picture *
picture_read(const unsigned char *bytes, size_t len)
{
  const Format *format = format_of(bytes, len);
  unsigned width, height;

  if (!format || !format->size(bytes, len, &width, &height) ||
      !picture_fits(width, height, LIMIT_PICTURE))
    return NULL;
  return format->read(bytes, len);
}
