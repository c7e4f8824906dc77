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

guint64
picture_size(const unsigned char *bytes, size_t len)
{
  const Format *format = format_of(bytes, len);
  unsigned width = 0, height = 0;

  if (!format || !format->size(bytes, len, &width, &height))
    return 0;
  return (guint64)width * height;
}

unsigned
picture_channels(guint64 width, guint64 height)
{
  return picture_fits(width, height, LIMIT_PICTURE_SEARCHED) ? 3 : 1;
}

Picture *
picture_new(unsigned width, unsigned height, unsigned channels)
{
  Picture *picture = g_new0(Picture, 1);
  size_t len = (size_t)width * height * channels;

  picture->width = width;
  picture->height = height;
  picture->channels = channels;
  picture->pixels = g_malloc(len);
  memset(picture->pixels, 0xff, len);
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

static unsigned
box_mean(const Picture *picture, unsigned x, unsigned y, unsigned channel, unsigned by)
{
  const size_t row = (size_t)picture->width * picture->channels;
  const unsigned char *at = picture->pixels + y * row + (size_t)x * picture->channels + channel;
  unsigned sum = 0;

  for (unsigned i = 0; i < by; i++)
    for (unsigned k = 0; k < by; k++)
      sum += at[i * row + (size_t)k * picture->channels];
  return sum / (by * by);
}

/* In place: what is written lies before what is still to be read. */
static void
picture_shrink(Picture *picture)
{
  const guint64 all = (guint64)picture->width * picture->height;
  unsigned by = 1, width, height;
  unsigned char *out = picture->pixels;

  while (all / ((guint64)by * by) > LIMIT_PICTURE_SEARCHED)
    by++;
  width = picture->width / by;
  height = picture->height / by;
  if (by == 1 || width == 0 || height == 0)
    return;
  for (unsigned y = 0; y < height; y++)
    for (unsigned x = 0; x < width; x++)
      for (unsigned c = 0; c < picture->channels; c++)
        *out++ = (unsigned char)box_mean(picture, x * by, y * by, c, by);
  picture->width = width;
  picture->height = height;
}

Picture *
picture_read(const unsigned char *bytes, size_t len)
{
  const Format *format = format_of(bytes, len);
  unsigned width, height;
  Picture *picture;

  if (!format || !format->size(bytes, len, &width, &height) ||
      !picture_fits(width, height, LIMIT_PICTURE))
    return NULL;
  picture = format->read(bytes, len);
  if (picture)
    picture_shrink(picture);
  return picture;
}
