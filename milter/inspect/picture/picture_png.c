/* picture_png.c - libpng, a row at a time. Check sums of the pixels and ancillary chunks are no
 * matter here, and cost a quarter; colours stay as they are stored. Its errors are jumps: what must
 * outlive one lies in Decoding, not on the stack. */
#include <png.h>
#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "picture.h"

typedef struct decoding {
  png_structp png;
  png_infop info;
  const unsigned char *bytes;
  size_t len;
  Picture *picture;
  unsigned char *row; /* of a pass, or of a picture that is made smaller */
  unsigned by;        /* every so many rows and pixels are kept */
  gboolean any;       /* a row was read */
} Decoding;

/* A frame of what moves is read as it is, and there while it is searched. */
gboolean
png_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  unsigned moving;

  if (len < 24 || memcmp(bytes + 12, "IHDR", 4) != 0)
    return FALSE;
  moving = apng_frames(bytes, len);
  *size = (PictureSize){be32(bytes + 16), be32(bytes + 20), 1 + moving, 0};
  if (moving > 0)
    size->beside = (guint64)size->width * size->height * 6 + len;
  return TRUE;
}

static void
read_bytes(png_structp png, png_bytep out, size_t want)
{
  Decoding *decoding = png_get_io_ptr(png);

  if (want > decoding->len)
    png_error(png, "the end");
  memcpy(out, decoding->bytes, want);
  decoding->bytes += want;
  decoding->len -= want;
}

static void
on_warning(png_structp png, png_const_charp text)
{
  (void)png;
  (void)text;
}

static void
on_error(png_structp png, png_const_charp text)
{
  (void)text;
  png_longjmp(png, 1);
}

/* All that is not needed for pixels is not even unpacked. */
static void
ignore_chunks(png_structp png)
{
  static const unsigned char names[] =
      "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0"
      "sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";

  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, sizeof names / 5);
  png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
}

/* To 1, 3 or 4 channels of eight bits. */
static void
choose_format(Decoding *decoding)
{
  png_structp png = decoding->png;
  unsigned type = png_get_color_type(png, decoding->info);
  gboolean clear =
      (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, decoding->info, PNG_INFO_tRNS) != 0;

  png_set_expand(png);
  png_set_strip_16(png);
  if (clear && !(type & PNG_COLOR_MASK_COLOR))
    png_set_gray_to_rgb(png);
  png_read_update_info(png, decoding->info);
}

static void
keep_row(Decoding *decoding, unsigned y, unsigned first, unsigned every, unsigned n)
{
  Picture *picture = decoding->picture;
  const unsigned by = decoding->by, channels = picture->channels;
  unsigned char *out = picture->pixels + (size_t)(y / by) * picture->width * channels;

  if (y % by != 0 || y / by >= picture->height)
    return;
  for (unsigned i = 0, x = first; i < n; i++, x += every)
    if (x % by == 0 && x / by < picture->width)
      memcpy(out + (size_t)(x / by) * channels, decoding->row + (size_t)i * channels, channels);
}

static void
read_passes(Decoding *decoding, unsigned width, unsigned height)
{
  for (unsigned pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
    const unsigned rows = PNG_PASS_ROWS(height, pass), n = PNG_PASS_COLS(width, pass);

    for (unsigned i = 0; n > 0 && i < rows; i++) {
      png_read_row(decoding->png, decoding->row, NULL);
      decoding->any = TRUE;
      keep_row(decoding, PNG_ROW_FROM_PASS_ROW(i, pass), PNG_PASS_START_COL(pass),
               1u << PNG_PASS_COL_SHIFT(pass), n);
    }
  }
}

static void
read_rows(Decoding *decoding, unsigned width, unsigned height)
{
  Picture *picture = decoding->picture;
  const size_t stride = (size_t)picture->width * picture->channels;

  for (unsigned y = 0; y < height; y++) {
    gboolean straight = decoding->by == 1;

    png_read_row(decoding->png, straight ? picture->pixels + y * stride : decoding->row, NULL);
    decoding->any = TRUE;
    if (!straight)
      keep_row(decoding, y, 0, 1, width);
  }
}

static void
decode(Decoding *decoding)
{
  png_structp png = decoding->png;
  unsigned width, height;

  png_set_read_fn(png, decoding, read_bytes);
  ignore_chunks(png);
  png_read_info(png, decoding->info);
  width = png_get_image_width(png, decoding->info);
  height = png_get_image_height(png, decoding->info);
  if (!picture_fits(width, height, LIMIT_PICTURE))
    return;
  choose_format(decoding);
  decoding->by = picture_step_within(&(PictureSize){width, height, 1, 0}, decoding->len,
                                     png_get_channels(png, decoding->info));
  if (decoding->by == 0)
    return;
  decoding->picture = picture_new(width / decoding->by, height / decoding->by,
                                  png_get_channels(png, decoding->info));
  decoding->row = g_malloc(png_get_rowbytes(png, decoding->info));
  if (png_get_interlace_type(png, decoding->info) == PNG_INTERLACE_NONE)
    read_rows(decoding, width, height);
  else
    read_passes(decoding, width, height);
}

/* Rows that were read before an error stay: browsers show them too. */
Picture *
png_read(const unsigned char *bytes, size_t len)
{
  g_autofree Decoding *decoding = g_new0(Decoding, 1);
  Picture *picture;

  decoding->bytes = bytes;
  decoding->len = len;
  decoding->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  decoding->info = decoding->png ? png_create_info_struct(decoding->png) : NULL;
  if (decoding->info && setjmp(png_jmpbuf(decoding->png)) == 0)
    decode(decoding);
  picture = decoding->picture;
  if (!decoding->any)
    g_clear_pointer(&picture, picture_free);
  g_free(decoding->row);
  png_destroy_read_struct(&decoding->png, &decoding->info, NULL);
  return picture;
}
