/* picture.c - which reader a picture needs, and how large it may be. */
#include "picture.h"

#include <string.h>

#include "bounds.h"
#include "png_chunk.h"

/* One that may move is played, on a canvas; pages are shown one by one. */
typedef struct format {
  const char *magic;
  size_t len;
  gboolean (*size)(const unsigned char *, size_t, PictureSize *);
  Picture *(*read)(const unsigned char *, size_t);
  gboolean (*play)(const unsigned char *, size_t, Canvas *);
  gboolean (*show)(const unsigned char *, size_t, PictureSeen *, void *);
} Format;

static const Format formats[] = {
    {PNG_SIGNATURE, PNG_SIGNATURE_LEN, png_size, png_read, apng_play, NULL},
    {"\xff\xd8\xff", 3, jpeg_size, jpeg_read, NULL, NULL},
    {"GIF8", 4, gif_size, NULL, gif_play, NULL},
    {"BM", 2, bmp_size, bmp_read, NULL, NULL},
    {"RIFF", 4, webp_size, NULL, webp_play, NULL},
    {"II*\0", 4, tiff_size, NULL, NULL, tiff_show},
    {"MM\0*", 4, tiff_size, NULL, NULL, tiff_show},
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
picture_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  const Format *format = format_of(bytes, len);

  return format != NULL && format->size(bytes, len, size);
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

static gboolean
play(const Format *format, const unsigned char *bytes, size_t len, const PictureSize *size,
     Canvas *canvas)
{
  gboolean any;

  canvas->step = picture_step(size->width, size->height);
  canvas->picture = picture_new(size->width / canvas->step, size->height / canvas->step, 4);
  any = format->play(bytes, len, canvas);
  picture_free(canvas->picture);
  g_free(canvas->kept);
  return any;
}

gboolean
picture_read(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data)
{
  const Format *format = format_of(bytes, len);
  Canvas canvas = {.seen = seen, .data = data};
  g_autoptr(Picture) picture = NULL;
  gboolean any = FALSE;
  PictureSize size;

  if (!format || !format->size(bytes, len, &size) ||
      !picture_fits(size.width, size.height, LIMIT_PICTURE))
    return FALSE;
  if (format->show)
    return format->show(bytes, len, seen, data);
  if (format->play && (!format->read || size.frames > 1))
    any = play(format, bytes, len, &size, &canvas);
  picture = format->read ? format->read(bytes, len) : NULL;
  if (picture)
    seen(picture, data);
  return any || picture;
}
