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

Picture *
webp_read(const unsigned char *bytes, size_t len)
{
  WebPBitstreamFeatures features;
  WebPDecoderConfig config;
  Picture *picture;
  unsigned by;

  if (!find_features(&bytes, &len, &features) || !WebPInitDecoderConfig(&config))
    return NULL;
  by = picture_step((guint64)features.width, (guint64)features.height);
  picture = picture_new((unsigned)features.width / by, (unsigned)features.height / by, 4);
  config.options.use_scaling = by > 1;
  config.options.scaled_width = (int)picture->width;
  config.options.scaled_height = (int)picture->height;
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = picture->pixels;
  config.output.u.RGBA.stride = (int)picture->width * 4;
  config.output.u.RGBA.size = (size_t)picture->width * picture->height * 4;
  if (WebPDecode(bytes, len, &config) != VP8_STATUS_OK)
    g_clear_pointer(&picture, picture_free);
  WebPFreeDecBuffer(&config.output);
  return picture;
}
