/* picture.c - which reader a picture needs, and how large it may be. */
#include "picture.h"

#include <string.h>

#include "bounds.h"
#include "png_chunk.h"

/* Of what is made smaller than that no code can be read. */
#define STEP_MOST 8

/* Of a RIFF, which may be a sound as well. */
#define KIND_AT  8
#define KIND_LEN 4

/* One that may move is played, on a canvas; pages are shown one by one. */
typedef struct format {
  const char *magic;
  size_t len;
  const char *kind; /* at KIND_AT, or NULL */
  gboolean (*size)(const unsigned char *, size_t, PictureSize *);
  Picture *(*read)(const unsigned char *, size_t);
  gboolean (*play)(const unsigned char *, size_t, Canvas *);
  gboolean (*show)(const unsigned char *, size_t, PictureSeen *, void *);
} Format;

static const Format formats[] = {
    {PNG_SIGNATURE, PNG_SIGNATURE_LEN, NULL, png_size, png_read, apng_play, NULL},
    {"\xff\xd8\xff", 3, NULL, jpeg_size, jpeg_read, NULL, NULL},
    {"GIF8", 4, NULL, gif_size, NULL, gif_play, NULL},
    {"BM", 2, NULL, bmp_size, bmp_read, NULL, NULL},
    {"RIFF", 4, "WEBP", webp_size, NULL, webp_play, NULL},
    {"II*\0", 4, NULL, tiff_size, NULL, NULL, tiff_show},
    {"MM\0*", 4, NULL, tiff_size, NULL, NULL, tiff_show},
    {"\0\0\0\14jP  \r\n", 10, NULL, jpx_size, NULL, NULL, jpx_show},
    {"\xff\x4f\xff\x51", 4, NULL, jpx_size, NULL, NULL, jpx_show},
};

static const Format *
format_of(const unsigned char *bytes, size_t len)
{
  for (const Format *format = formats; format < formats + G_N_ELEMENTS(formats); format++)
    if (len > format->len && memcmp(bytes, format->magic, format->len) == 0 &&
        (!format->kind ||
         (len > KIND_AT + KIND_LEN && memcmp(bytes + KIND_AT, format->kind, KIND_LEN) == 0)))
      return format;
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

/* A search has one plane of its own, and zbar another. */
gboolean
picture_has_memory(size_t len, guint64 pixels, unsigned kept, guint64 beside)
{
  const guint64 meanwhile = MAX(beside, 2 * pixels);

  return meanwhile <= LIMIT_PICTURE_MEMORY &&
         len + pixels * kept + meanwhile <= LIMIT_PICTURE_MEMORY;
}

unsigned
picture_step_within(const PictureSize *size, size_t len, unsigned kept)
{
  for (unsigned by = picture_step(size->width, size->height); by <= STEP_MOST; by++)
    if (picture_has_memory(len, (guint64)(size->width / by) * (size->height / by), kept,
                           size->beside))
      return by;
  return 0;
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

Picture *
picture_new_white(unsigned width, unsigned height, unsigned channels)
{
  const size_t size = (size_t)width * height * channels;
  Picture *picture = g_new0(Picture, 1);

  *picture = (Picture){width, height, channels, g_malloc(MAX(size, 1))};
  memset(picture->pixels, 255, size);
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

/* FALSE where there is not the memory for it. Frames that a decoder reads as they are have no more
 * pixels than are searched. */
static gboolean
canvas_open(Canvas *canvas, const PictureSize *size, size_t len)
{
  canvas->moves = size->frames > 1;
  if (canvas->moves && size->beside > 0 &&
      !picture_fits(size->width, size->height, LIMIT_PICTURE_SEARCHED))
    return FALSE;
  canvas->step = picture_step_within(size, len, canvas->moves ? 8 : 4);
  if (canvas->step == 0)
    return FALSE;
  canvas->picture = picture_new(size->width / canvas->step, size->height / canvas->step, 4);
  return TRUE;
}

static void
canvas_close(Canvas *canvas)
{
  picture_free(canvas->picture);
  g_free(canvas->kept);
}

gboolean
picture_read(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data)
{
  const Format *format = format_of(bytes, len);
  Canvas canvas = {.seen = seen, .data = data};
  g_autoptr(Picture) picture = NULL;
  gboolean any = FALSE, whole = TRUE;
  PictureSize size;

  if (!format || !format->size(bytes, len, &size) ||
      !picture_fits(size.width, size.height, LIMIT_PICTURE))
    return FALSE;
  if (format->show)
    return format->show(bytes, len, seen, data);
  if (format->play && (!format->read || size.frames > 1)) {
    whole = canvas_open(&canvas, &size, len);
    any = whole && format->play(bytes, len, &canvas);
    canvas_close(&canvas);
  }
  picture = format->read ? format->read(bytes, len) : NULL;
  if (picture)
    seen(picture, data);
  return whole && (any || picture);
}
