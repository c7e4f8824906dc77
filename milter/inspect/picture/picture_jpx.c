/* picture_jpx.c - OpenJPEG: JPEG 2000, which scanners put into PDFs. It holds four bytes of each
 * number of a pixel; a large picture is decoded at half or a quarter of its size, which costs as
 * much less. Only the code stream is shown to it: what the boxes around say of colours is no matter
 * for a code, but for a table of them, and that is not read (jpx_header.c). */
#include <openjpeg.h>
#include <string.h>

#include "bounds.h"
#include "headroom.h"
#include "jpx_header.h"

/* What it takes for blocks, besides four bytes of each number and a copy of the file. */
#define TABLES MIB(8)

/* Bytes that it reads at once. */
#define CHUNK KIB(64)

typedef struct source {
  const unsigned char *bytes;
  size_t len, at;
} Source;

/* --- a file in memory --- */

static OPJ_SIZE_T
source_read(void *out, OPJ_SIZE_T want, void *data)
{
  Source *source = data;
  const size_t n = MIN(want, source->len - source->at);

  if (n == 0)
    return (OPJ_SIZE_T)-1;
  memcpy(out, source->bytes + source->at, n);
  source->at += n;
  return n;
}

static OPJ_OFF_T
source_skip(OPJ_OFF_T by, void *data)
{
  Source *source = data;

  if (by < 0)
    return -1;
  source->at += MIN((size_t)by, source->len - source->at);
  return by;
}

static OPJ_BOOL
source_seek(OPJ_OFF_T to, void *data)
{
  Source *source = data;

  if (to < 0 || (guint64)to > source->len)
    return OPJ_FALSE;
  source->at = (size_t)to;
  return OPJ_TRUE;
}

static opj_stream_t *
source_open(Source *source)
{
  opj_stream_t *stream = opj_stream_create(CHUNK, OPJ_TRUE);

  if (!stream)
    return NULL;
  opj_stream_set_user_data(stream, source, NULL);
  opj_stream_set_user_data_length(stream, source->len);
  opj_stream_set_read_function(stream, source_read);
  opj_stream_set_skip_function(stream, source_skip);
  opj_stream_set_seek_function(stream, source_seek);
  return stream;
}

/* --- decoding --- */

static guint64
pixels_at(const JpxHeader *header, unsigned halved)
{
  return (guint64)(header->width >> halved) * (header->height >> halved);
}

/* Of a picture that is made of so many components: a grey one with opacity has them all. */
static unsigned
most_channels(unsigned components)
{
  return components == 2 ? 4 : components;
}

/* How many times it is to be made half as large; -1 if it cannot be made small enough. */
static int
reduction_of(const JpxHeader *header, size_t len)
{
  for (unsigned halved = 0; halved <= header->levels; halved++) {
    const guint64 pixels = pixels_at(header, halved);

    if (pixels <= LIMIT_PICTURE_SEARCHED &&
        picture_has_memory(len, pixels, most_channels(header->components),
                           4 * pixels * header->components + len + TABLES))
      return (int)halved;
  }
  return -1;
}

static opj_image_t *
decode_with(opj_codec_t *codec, opj_stream_t *stream, unsigned reduce)
{
  opj_dparameters_t how;
  opj_image_t *image = NULL;

  opj_set_default_decoder_parameters(&how);
  how.cp_reduce = reduce;
  if (opj_setup_decoder(codec, &how) && opj_read_header(stream, codec, &image) &&
      opj_decode(codec, stream, image))
    return image;
  opj_image_destroy(image);
  return NULL;
}

/* NULL, too, where it breaks off. */
static opj_image_t *
decode(Source *source, unsigned reduce)
{
  opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_stream_t *stream = codec ? source_open(source) : NULL;
  opj_image_t *image = stream ? decode_with(codec, stream, reduce) : NULL;

  if (stream)
    opj_stream_destroy(stream);
  if (codec)
    opj_destroy_codec(codec);
  return image;
}

/* --- pixels --- */

static gboolean
is_sound(const opj_image_t *image)
{
  if (image->numcomps == 0)
    return FALSE;
  for (unsigned c = 0; c < image->numcomps; c++) {
    const opj_image_comp_t *component = &image->comps[c];

    if (!component->data || component->prec == 0 || component->prec > 16 ||
        !picture_fits(component->w, component->h, LIMIT_PICTURE_SEARCHED))
      return FALSE;
  }
  return TRUE;
}

static unsigned char
to_byte(const opj_image_comp_t *component, OPJ_INT32 value)
{
  const gint64 most = (1 << component->prec) - 1;
  const gint64 level = (gint64)value + (component->sgnd ? 1 << (component->prec - 1) : 0);

  return (unsigned char)(CLAMP(level, 0, most) * 255 / most);
}

/* One of its channels; a component may have fewer samples than the first. */
static void
put_component(const opj_image_comp_t *component, Picture *picture, unsigned channel)
{
  unsigned char *out = picture->pixels + channel;

  for (size_t y = 0; y < picture->height; y++) {
    const OPJ_INT32 *row = component->data + y * component->h / picture->height * component->w;

    for (size_t x = 0; x < picture->width; x++, out += picture->channels)
      *out = to_byte(component, row[x * component->w / picture->width]);
  }
}

/* A grey one is all three colours. */
static unsigned
component_of(const opj_image_t *image, unsigned channel)
{
  if (channel == 3)
    return image->numcomps - 1;
  return image->numcomps < 3 ? 0 : channel;
}

static void
show(const opj_image_t *image, unsigned channels, PictureSeen *seen, void *data)
{
  g_autoptr(Picture) picture = picture_new(image->comps[0].w, image->comps[0].h, channels);

  for (unsigned c = 0; c < channels; c++)
    put_component(&image->comps[component_of(image, c)], picture, c);
  seen(picture, data);
}

/* A second component is opacity; a fourth one is that or black ink, and either way what is dark and
 * has none of it is not seen. Those before it may show something by themselves. */
gboolean
jpx_show(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data)
{
  JpxHeader header;
  Headroom headroom;
  Source source;
  opj_image_t *image = NULL;
  gboolean sound;
  guint64 kept;
  int reduce;

  if (!jpx_header_read(bytes, len, &header) || (reduce = reduction_of(&header, len)) < 0)
    return FALSE;
  source = (Source){bytes + header.at, len - header.at, 0};
  kept = len + pixels_at(&header, (unsigned)reduce) * most_channels(header.components);
  if (headroom_lower_whole(&headroom, LIMIT_PICTURE_MEMORY - kept) == 0) {
    image = decode(&source, (unsigned)reduce);
    headroom_end(&headroom);
  }
  sound = image && is_sound(image);
  if (sound)
    show(image, image->numcomps >= 3 ? 3 : 1, seen, data);
  if (sound && image->numcomps % 2 == 0)
    show(image, 4, seen, data);
  opj_image_destroy(image);
  return sound;
}
