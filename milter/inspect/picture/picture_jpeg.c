/* picture_jpeg.c - libjpeg. It makes large photographs smaller while it decodes, which costs a
 * fraction. Of a file in several scans, a progressive one, it keeps all coefficients. Its errors
 * are jumps: what must outlive one lies in Decoding, not on the stack. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "bounds.h"
#include "picture.h"

typedef struct decoding {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf end;
  Picture *picture;
  unsigned char *row; /* CMYK */
} Decoding;

static void
on_error(j_common_ptr common)
{
  Decoding *decoding = common->client_data;

  longjmp(decoding->end, 1);
}

static void
on_message(j_common_ptr common, int level)
{
  (void)common;
  (void)level;
}

/* A progressive file may be of any number of scans, and each costs a pass over all pixels. */
static void
on_progress(j_common_ptr common)
{
  Decoding *decoding = common->client_data;

  if (common->is_decompressor && decoding->jpeg.input_scan_number > LIMIT_PICTURE_SCANS)
    longjmp(decoding->end, 1);
}

static void
decoding_open(Decoding *decoding, const unsigned char *bytes, size_t len)
{
  decoding->jpeg.err = jpeg_std_error(&decoding->errors);
  decoding->errors.error_exit = on_error;
  decoding->errors.emit_message = on_message;
  decoding->jpeg.client_data = decoding;
  jpeg_create_decompress(&decoding->jpeg);
  decoding->progress.progress_monitor = on_progress;
  decoding->jpeg.progress = &decoding->progress;
  decoding->jpeg.mem->max_memory_to_use = (long)LIMIT_PICTURE_MEMORY;
  jpeg_mem_src(&decoding->jpeg, bytes, len);
  jpeg_read_header(&decoding->jpeg, TRUE);
}

/* Inks, the way Adobe writes them: inverted. */
static void
row_to_grey(Decoding *decoding, unsigned char *out)
{
  const unsigned char *in = decoding->row;

  for (unsigned x = 0; x < decoding->picture->width; x++, in += 4) {
    unsigned light = ((unsigned)in[0] + in[1] + in[2]) / 3 * in[3] / 255;

    out[x] = (unsigned char)(decoding->jpeg.saw_Adobe_marker ? light : 255 - light);
  }
}

static void
read_rows(Decoding *decoding)
{
  struct jpeg_decompress_struct *jpeg = &decoding->jpeg;
  Picture *picture = decoding->picture;
  const size_t row = (size_t)picture->width * picture->channels;
  gboolean inks = jpeg->out_color_space == JCS_CMYK;

  if (inks)
    decoding->row = g_malloc((size_t)picture->width * 4);
  while (jpeg->output_scanline < jpeg->output_height) {
    unsigned char *out = picture->pixels + jpeg->output_scanline * row;
    JSAMPROW into = inks ? decoding->row : out;

    jpeg_read_scanlines(jpeg, &into, 1);
    if (inks)
      row_to_grey(decoding, out);
  }
}

/* Bytes of the coefficients that are kept until the last scan, in blocks of 64. */
static guint64
coefficients(struct jpeg_decompress_struct *jpeg)
{
  guint64 blocks = 0;

  for (int i = 0; jpeg_has_multiple_scans(jpeg) && i < jpeg->num_components; i++) {
    const jpeg_component_info *part = &jpeg->comp_info[i];
    const guint64 across = part->width_in_blocks + (unsigned)part->h_samp_factor;
    const guint64 down = part->height_in_blocks + (unsigned)part->v_samp_factor;

    blocks += across * down;
  }
  return blocks * sizeof(JBLOCK);
}

/* As large as it may be. */
static gboolean
choose_scale(struct jpeg_decompress_struct *jpeg, size_t len)
{
  const guint64 beside = coefficients(jpeg);

  for (jpeg->scale_denom = 1; jpeg->scale_denom <= 8; jpeg->scale_denom *= 2) {
    const guint64 width = jpeg->image_width / jpeg->scale_denom;
    const guint64 height = jpeg->image_height / jpeg->scale_denom;

    if (width * height <= LIMIT_PICTURE_SEARCHED &&
        picture_has_memory(len, width * height, 3, beside))
      return TRUE;
  }
  return FALSE;
}

static void
decode(Decoding *decoding, size_t len)
{
  struct jpeg_decompress_struct *jpeg = &decoding->jpeg;
  gboolean inks = jpeg->num_components == 4;

  if (!picture_fits(jpeg->image_width, jpeg->image_height, LIMIT_PICTURE) ||
      !choose_scale(jpeg, len))
    return;
  jpeg->do_fancy_upsampling = FALSE; /* which is for how colours look */
  jpeg_calc_output_dimensions(jpeg);
  if (inks)
    jpeg->out_color_space = JCS_CMYK;
  else if (jpeg->num_components == 3)
    jpeg->out_color_space = JCS_RGB;
  else
    jpeg->out_color_space = JCS_GRAYSCALE;
  decoding->picture = picture_new(jpeg->output_width, jpeg->output_height,
                                  jpeg->out_color_space == JCS_RGB ? 3 : 1);
  jpeg_start_decompress(jpeg);
  read_rows(decoding);
}

static Decoding *
decoding_run(const unsigned char *bytes, size_t len, gboolean whole)
{
  Decoding *decoding = g_new0(Decoding, 1);

  if (setjmp(decoding->end) == 0) {
    decoding_open(decoding, bytes, len);
    if (whole)
      decode(decoding, len);
  }
  return decoding;
}

static void
decoding_free(Decoding *decoding)
{
  jpeg_destroy_decompress(&decoding->jpeg);
  g_free(decoding->row);
  g_free(decoding);
}

gboolean
jpeg_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  Decoding *decoding = decoding_run(bytes, len, FALSE);

  *size = (PictureSize){decoding->jpeg.image_width, decoding->jpeg.image_height, 1, 0};
  decoding_free(decoding);
  return size->width > 0 && size->height > 0;
}

Picture *
jpeg_read(const unsigned char *bytes, size_t len)
{
  Decoding *decoding = decoding_run(bytes, len, TRUE);
  Picture *picture = decoding->picture;

  /* ended before the first row: beyond LIMIT_PICTURE_SCANS or LIMIT_PICTURE_MEMORY, or broken */
  if (decoding->jpeg.output_scanline == 0)
    g_clear_pointer(&picture, picture_free);
  decoding_free(decoding);
  return picture;
}
