/* picture_webp.c - libwebp; of those that move, each picture on what those before it left. */
#include <string.h>
#include <webp/decode.h>

#include "bounds.h"
#include "headroom.h"
#include "picture.h"

/* What libwebp may take whatever the size is. The tables of a picture without loss grow with the
 * number of codes in it, which nothing but reading it tells. */
#define TABLES MIB(8)

static guint32
le24(const unsigned char *at)
{
  return at[0] | (guint32)at[1] << 8 | (guint32)at[2] << 16;
}

/* The next chunk called `name`: its content. FALSE at the end. */
static gboolean
next_chunk(const unsigned char *bytes, size_t len, const char *name, size_t *at, size_t *size)
{
  while (*at + 8 <= len) {
    const size_t here = *at, all = le24(bytes + here + 4) | (size_t)bytes[here + 7] << 24;

    *size = MIN(all, len - here - 8);
    *at += 8 + all + (all & 1);
    if (memcmp(bytes + here, name, 4) == 0) {
      *at = here + 8;
      return TRUE;
    }
  }
  return FALSE;
}

/* All pixels of what is without loss, be it only how opaque they are. */
static guint64
decoder_memory(const WebPBitstreamFeatures *features)
{
  const guint64 pixels = (guint64)features->width * (guint64)features->height;

  if (features->format == 1 && !features->has_alpha)
    return TABLES;
  return TABLES + pixels * (features->format == 2 ? 4 : 5);
}

/* A file that moves has a canvas, and keeps each picture in a chunk "ANMF" of its own, behind 16
 * bytes of its place (RFC 9649, 2.7.1). */
gboolean
webp_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  WebPBitstreamFeatures features;
  size_t at = 12, chunk;

  if (WebPGetFeatures(bytes, len, &features) != VP8_STATUS_OK || features.width <= 0 ||
      features.height <= 0)
    return FALSE;
  *size = (PictureSize){(unsigned)features.width, (unsigned)features.height, 1, 0};
  size->beside = decoder_memory(&features);
  if (!features.has_animation)
    return TRUE;
  size->beside += (guint64)size->width * size->height * 4; /* a picture of its own */
  for (size->frames = 0; next_chunk(bytes, len, "ANMF", &at, &chunk); at += chunk + (chunk & 1))
    size->frames++;
  return size->frames > 0;
}

/* Into `picture`, whose size it has, or is made to have. */
static gboolean
decode(const unsigned char *bytes, size_t len, Picture *picture, gboolean smaller)
{
  WebPDecoderConfig config;
  gboolean read = FALSE;
  Headroom headroom;

  if (!WebPInitDecoderConfig(&config) ||
      WebPGetFeatures(bytes, len, &config.input) != VP8_STATUS_OK)
    return FALSE;
  /* The chunk that a frame is in has a size of its own, and only that was looked at. */
  if (!smaller && ((unsigned)config.input.width != picture->width ||
                   (unsigned)config.input.height != picture->height))
    return FALSE;
  config.options.use_scaling = smaller;
  config.options.scaled_width = (int)picture->width;
  config.options.scaled_height = (int)picture->height;
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = picture->pixels;
  config.output.u.RGBA.stride = (int)picture->width * 4;
  config.output.u.RGBA.size = (size_t)picture->width * picture->height * 4;
  if (headroom_lower_whole(&headroom, decoder_memory(&config.input)) == 0) {
    read = WebPDecode(bytes, len, &config) == VP8_STATUS_OK;
    headroom_end(&headroom);
  }
  WebPFreeDecBuffer(&config.output);
  return read;
}

static gboolean
play_frame(const unsigned char *bytes, size_t len, Canvas *canvas)
{
  unsigned left, top, width, height;
  g_autoptr(Picture) frame = NULL;

  if (len < 16)
    return FALSE;
  left = 2 * le24(bytes);
  top = 2 * le24(bytes + 3);
  width = 1 + le24(bytes + 6);
  height = 1 + le24(bytes + 9);
  if (!picture_fits(width, height, LIMIT_PICTURE_SEARCHED) || !canvas_holds(canvas, width, height))
    return FALSE;
  frame = picture_new(width, height, 4);
  if (!decode(bytes + 16, len - 16, frame, FALSE))
    return FALSE;
  canvas_draw(canvas, frame, left, top, !(bytes[15] & 2));
  canvas_show(canvas);
  if (bytes[15] & 1)
    canvas_erase(canvas, left, top, width, height);
  return TRUE;
}

gboolean
webp_play(const unsigned char *bytes, size_t len, Canvas *canvas)
{
  WebPBitstreamFeatures features;
  size_t at = 12, size;
  gboolean any = FALSE;

  if (WebPGetFeatures(bytes, len, &features) != VP8_STATUS_OK)
    return FALSE;
  if (!features.has_animation) {
    any = decode(bytes, len, canvas->picture, canvas->step > 1);
    canvas->changed = any ? G_MAXINT32 : 0;
    canvas_show(canvas);
  } else {
    for (; next_chunk(bytes, len, "ANMF", &at, &size); at += size + (size & 1))
      any = play_frame(bytes + at, size, canvas) || any;
  }
  return any;
}
