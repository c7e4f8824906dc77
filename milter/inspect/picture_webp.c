/* picture_webp.c - libwebp; of those that move, the first picture. */
#include <string.h>
#include <webp/decode.h>

#include "bounds.h"
#include "octets.h"
#include "picture.h"

/* A file that moves keeps each picture in a chunk "ANMF" of its own, behind 16 bytes of its place
 * (RFC 9649, 2.7.1.1). What is in there has the form of a file's content. */
static gboolean
first_frame(const unsigned char *bytes, size_t len, const unsigned char **frame, size_t *frame_len)
{
  size_t at = 12;

  while (at + 8 <= len) {
    guint32 size = le32(bytes + at + 4);

    if (size > len - at - 8)
      return FALSE;
    if (memcmp(bytes + at, "ANMF", 4) == 0 && size > 16) {
      *frame = bytes + at + 24;
      *frame_len = size - 16;
      return TRUE;
    }
    at += 8 + (size_t)size + (size & 1);
  }
  return FALSE;
}

static gboolean
find_features(const unsigned char **bytes, size_t *len, WebPBitstreamFeatures *features)
{
  if (WebPGetFeatures(*bytes, *len, features) != VP8_STATUS_OK)
    return FALSE;
  if (features->has_animation && (!first_frame(*bytes, *len, bytes, len) ||
                                  WebPGetFeatures(*bytes, *len, features) != VP8_STATUS_OK))
    return FALSE;
  return features->width > 0 && features->height > 0;
}

gboolean
webp_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height)
{
  WebPBitstreamFeatures features;

  if (!find_features(&bytes, &len, &features))
    return FALSE;
  *width = (unsigned)features.width;
  *height = (unsigned)features.height;
  return TRUE;
}

/* Alpha that comes by itself is of no use to a search: on white. */
static void
put_rgba(Picture *picture, const unsigned char *in)
{
  unsigned char *out = picture->pixels;
  size_t n = (size_t)picture->width * picture->height;

  for (size_t i = 0; i < n; i++, in += 4, out += 3)
    for (unsigned c = 0; c < 3; c++)
      out[c] = (unsigned char)((in[c] * in[3] + 255u * (255u - in[3])) / 255u);
}

Picture *
webp_read(const unsigned char *bytes, size_t len)
{
  WebPBitstreamFeatures features;
  WebPDecoderConfig config;
  Picture *picture;
  unsigned by = 1;

  if (!find_features(&bytes, &len, &features) || !WebPInitDecoderConfig(&config))
    return NULL;
  while (!picture_fits((guint64)features.width / by, (guint64)features.height / by,
                       LIMIT_PICTURE_SEARCHED))
    by++;
  picture = picture_new((unsigned)features.width / by, (unsigned)features.height / by, 3);
  config.options.use_scaling = by > 1;
  config.options.scaled_width = (int)picture->width;
  config.options.scaled_height = (int)picture->height;
  config.output.colorspace = MODE_RGBA;
  if (WebPDecode(bytes, len, &config) == VP8_STATUS_OK &&
      config.output.width == (int)picture->width &&
      config.output.u.RGBA.stride == (int)picture->width * 4)
    put_rgba(picture, config.output.u.RGBA.rgba);
  else
    g_clear_pointer(&picture, picture_free);
  WebPFreeDecBuffer(&config.output);
  return picture;
}
