/* picture_tiff.c - libtiff: the pages of a TIFF, scans and faxes most of them. A page is decoded a
 * row or a tile at a time; what is decoded is no more than the file has, so that strips that share
 * their bytes cannot multiply the work. Methods that no mail program reads are not tried. */
#include <string.h>

#include <tiffio.h>

#include "bounds.h"
#include "headroom.h"
#include "tiff_pages.h"

/* Numbers of a pixel. */
#define SAMPLES 8

/* What libtiff may take at once, and in all while it decodes: a colour JPEG as a strip of its own
 * has a few rows, and all coefficients if it is progressive, which none is. */
#define MOST    MIB(16)
#define DECODER MIB(20)

typedef struct source {
  const unsigned char *bytes;
  size_t len;
  guint64 at;
} Source;

typedef struct page {
  TIFF *tiff;
  unsigned width, height; /* as stored */
  uint16_t bits, samples, photometric, compression, planes;
  uint16_t *palette[3];
  unsigned step;
  unsigned colours;  /* numbers of a pixel that say its colour; others come after them */
  unsigned opacity;  /* the one that says how opaque it is; 0: none */
  unsigned channels; /* of its picture */
  Picture *picture;
  unsigned char *row; /* or tile */
} Page;

/* --- a file in memory --- */

static tmsize_t
source_read(thandle_t handle, void *out, tmsize_t want)
{
  Source *source = handle;
  const guint64 left = source->at < source->len ? source->len - source->at : 0;
  const size_t n = (size_t)MIN((guint64)MAX(want, 0), left);

  if (n > 0)
    memcpy(out, source->bytes + source->at, n);
  source->at += n;
  return (tmsize_t)n;
}

static tmsize_t
source_write(thandle_t handle, void *bytes, tmsize_t len)
{
  (void)handle;
  (void)bytes;
  (void)len;
  return 0;
}

static toff_t
source_seek(thandle_t handle, toff_t to, int from)
{
  Source *source = handle;

  source->at = to + (from == SEEK_CUR ? source->at : from == SEEK_END ? source->len : 0);
  return source->at;
}

static int
source_close(thandle_t handle)
{
  (void)handle;
  return 0;
}

static toff_t
source_size(thandle_t handle)
{
  return ((const Source *)handle)->len;
}

/* libtiff only reads what it maps. */
static int
source_map(thandle_t handle, void **base, toff_t *size)
{
  const Source *source = handle;

  *base = (void *)(guintptr)source->bytes;
  *size = source->len;
  return 1;
}

static void
source_unmap(thandle_t handle, void *base, toff_t size)
{
  (void)handle;
  (void)base;
  (void)size;
}

static int
on_message(TIFF *tiff, void *data, const char *module, const char *format, va_list ap)
{
  (void)tiff;
  (void)data;
  (void)module;
  (void)format;
  (void)ap;
  return 1;
}

/* Without its first directory. */
static TIFF *
source_open(Source *source)
{
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  TIFF *tiff;

  if (!options)
    return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, MOST);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_message, NULL);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_message, NULL);
  tiff = TIFFClientOpenExt("", "rh", source, source_read, source_write, source_seek, source_close,
                           source_size, source_map, source_unmap, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

/* --- pixels --- */

/* One of a row, of 8 bits; of more the upper ones, in the machine's order. */
static unsigned
sample(const Page *page, size_t i)
{
  const unsigned bits = page->bits, most = (1u << MIN(bits, 8)) - 1;
  uint16_t wide;

  if (bits == 16) {
    memcpy(&wide, page->row + 2 * i, 2);
    return wide >> 8;
  }
  return (page->row[i * bits / 8] >> (8 - bits - i * bits % 8) & most) * 255 / most;
}

/* Which of the table. */
static unsigned
entry(const Page *page, size_t i)
{
  const unsigned bits = page->bits;

  return page->row[i * bits / 8] >> (8 - bits - i * bits % 8) & ((1u << bits) - 1);
}

static unsigned
grey(const Page *page, size_t i)
{
  return page->photometric == PHOTOMETRIC_MINISWHITE ? 255 - sample(page, i) : sample(page, i);
}

/* The pixel whose first number is the i-th of the row. Inks darken. */
static void
put_pixel(const Page *page, size_t i, unsigned char *out)
{
  const unsigned seen = MIN(page->channels, 3);

  if (page->photometric == PHOTOMETRIC_PALETTE)
    for (unsigned c = 0; c < seen; c++)
      out[c] = (unsigned char)(page->palette[c][entry(page, i)] >> 8);
  else if (page->photometric == PHOTOMETRIC_SEPARATED)
    for (unsigned c = 0; c < seen; c++)
      out[c] = (unsigned char)((255 - sample(page, i + c)) * (255 - sample(page, i + 3)) / 255);
  else if (page->colours == 1)
    memset(out, (int)grey(page, i), seen);
  else
    for (unsigned c = 0; c < seen; c++)
      out[c] = (unsigned char)sample(page, i + c);
  if (page->opacity > 0)
    out[3] = (unsigned char)sample(page, i + page->opacity);
}

/* The same of a number that comes in a plane of its own. */
static void
put_sample(const Page *page, size_t i, unsigned plane, unsigned char *out)
{
  if (page->opacity > 0 && plane == page->opacity)
    out[3] = (unsigned char)sample(page, i);
  else if (page->colours == 1)
    memset(out, (int)grey(page, i), MIN(page->channels, 3));
  else
    out[plane] = (unsigned char)sample(page, i);
}

/* Each bit a byte, 0 or 255, the top one first. */
static void
put_eight(unsigned char bits, unsigned char *out)
{
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), sevens = 0x7f * ones;
  const guint64 each = bits * ones & G_GUINT64_CONSTANT(0x0102040810204080);
  const guint64 eight = GUINT64_TO_LE(((each + sevens) >> 7 & ones) * 255);

  memcpy(out, &eight, sizeof eight);
}

/* All of so many bits are as the first: most rows of a fax are blank. */
static gboolean
are_alike(const unsigned char *bits, size_t first, size_t count)
{
  const unsigned char *from = bits + first / 8, *last = bits + (first + count - 1) / 8;

  return (*from == 0 || *from == 0xff) && memcmp(from, from + 1, (size_t)(last - from)) == 0;
}

/* Scans in black and white are most of all pixels. */
static void
put_bits(const Page *page, size_t first, unsigned n, unsigned step, unsigned char *out)
{
  const unsigned char clear = page->photometric == PHOTOMETRIC_MINISWHITE ? 255 : 0;

  if (n > 0 && are_alike(page->row, first, (size_t)(n - 1) * step + 1)) {
    memset(out, page->row[first / 8] ^ clear, n);
    return;
  }
  for (; step == 1 && first % 8 == 0 && n >= 8; first += 8, out += 8, n -= 8)
    put_eight(page->row[first / 8] ^ clear, out);
  for (size_t i = first; n > 0; i += step, n--)
    *out++ = page->row[i / 8] >> (7 - i % 8) & 1 ? 255 - clear : clear;
}

/* So many pixels from x on, of which the first is the first of row `from` of what was read; of a
 * plane, one number of each. */
static void
put_row(const Page *page, unsigned x, unsigned y, unsigned n, size_t from, unsigned plane)
{
  Picture *picture = page->picture;
  const unsigned channels = page->channels, step = page->step;
  unsigned char *out;

  if (y % step != 0 || y / step >= picture->height)
    return;
  out = picture->pixels + (size_t)(y / step) * picture->width * channels;
  if (page->bits == 1 && page->samples == 1 && channels == 1) {
    const unsigned to = (x + step - 1) / step, end = MIN((x + n + step - 1) / step, picture->width);

    if (to < end)
      put_bits(page, from + (size_t)to * step - x, end - to, step, out + to);
    return;
  }
  for (unsigned i = 0; i < n; i++)
    if ((x + i) % step == 0 && (x + i) / step < picture->width) {
      unsigned char *at = out + (size_t)((x + i) / step) * channels;

      if (page->planes == PLANARCONFIG_SEPARATE)
        put_sample(page, from + i, plane, at);
      else
        put_pixel(page, from + (size_t)i * page->samples, at);
    }
}

/* What comes before an error stays. */
static gboolean
read_plane(const Page *page, unsigned plane)
{
  for (unsigned y = 0; y < page->height; y++) {
    if (TIFFReadScanline(page->tiff, page->row, y, (uint16_t)plane) < 0)
      return FALSE;
    put_row(page, 0, y, page->width, 0, plane);
  }
  return TRUE;
}

static gboolean
read_tiles(const Page *page, unsigned plane)
{
  const size_t row = (size_t)TIFFTileRowSize(page->tiff) * 8 / page->bits;
  uint32_t width = 0, height = 0;
  gboolean whole = TRUE;

  TIFFGetField(page->tiff, TIFFTAG_TILEWIDTH, &width);
  TIFFGetField(page->tiff, TIFFTAG_TILELENGTH, &height);
  if (width == 0 || height == 0 || row == 0)
    return FALSE;
  for (unsigned y = 0; y < page->height; y += height)
    for (unsigned x = 0; x < page->width; x += width) {
      if (TIFFReadTile(page->tiff, page->row, x, y, 0, (uint16_t)plane) < 0) {
        whole = FALSE;
        continue;
      }
      for (unsigned i = 0; i < height && y + i < page->height; i++)
        put_row(page, x, y + i, MIN(width, page->width - x), i * row, plane);
    }
  return whole;
}

/* --- pages --- */

static gboolean
is_known(const Page *page)
{
  static const uint16_t methods[] = {
      COMPRESSION_NONE,      COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3,
      COMPRESSION_CCITTFAX4, COMPRESSION_LZW,      COMPRESSION_JPEG,
      COMPRESSION_DEFLATE,   COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE};
  static const uint16_t bits[] = {1, 2, 4, 8, 16};
  gboolean method = FALSE, sized = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
    method |= page->compression == methods[i];
  for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
    sized |= page->bits == bits[i];
  return method && sized && page->samples >= 1 && page->samples <= SAMPLES;
}

/* Numbers of a pixel that say its colour; 0 if that is not known. CIELAB shows in one what it hides
 * in another. */
static unsigned
colours_of(Page *page)
{
  const gboolean apart = page->planes == PLANARCONFIG_SEPARATE;

  switch (page->photometric) {
  case PHOTOMETRIC_MINISWHITE:
  case PHOTOMETRIC_MINISBLACK:
    return 1;
  case PHOTOMETRIC_RGB:
    return 3;
  case PHOTOMETRIC_YCBCR:
    return page->samples == 3 && page->compression == COMPRESSION_JPEG && !apart ? 3 : 0;
  case PHOTOMETRIC_SEPARATED:
    return apart ? 0 : 4;
  case PHOTOMETRIC_PALETTE:
    return page->bits <= 8 && !apart &&
                   TIFFGetField(page->tiff, TIFFTAG_COLORMAP, &page->palette[0], &page->palette[1],
                                &page->palette[2])
               ? 1
               : 0;
  default:
    return 0;
  }
}

/* Of the last numbers, of which something is said, the first that is said to be it. Where nothing
 * is readers take that for it which comes after the colour. */
static unsigned
opacity_of(const Page *page)
{
  const unsigned after = page->samples - page->colours;
  uint16_t count = 0;
  uint16_t *kinds = NULL;

  if (after == 0)
    return 0;
  if (TIFFGetField(page->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count <= after)
    for (unsigned i = 0; i < count; i++)
      if (kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA)
        return page->samples - count + i;
  return page->colours;
}

/* FALSE if its colours are not known. */
static gboolean
choose_channels(Page *page)
{
  page->colours = colours_of(page);
  if (page->colours == 0 || page->colours > page->samples)
    return FALSE;
  page->opacity = opacity_of(page);
  if (page->opacity > 0)
    page->channels = 4;
  else
    page->channels = page->colours == 1 && page->photometric != PHOTOMETRIC_PALETTE ? 1 : 3;
  return TRUE;
}

/* All that is to be unpacked lies in the file once, or little more. */
static gboolean
fits_file(const Page *page, size_t len)
{
  const uint32_t count =
      TIFFIsTiled(page->tiff) ? TIFFNumberOfTiles(page->tiff) : TIFFNumberOfStrips(page->tiff);
  guint64 sum = 0;

  for (uint32_t i = 0; i < count && sum <= 2 * (guint64)len; i++) {
    const guint64 at = TIFFGetStrileOffset(page->tiff, i);
    const guint64 size = TIFFGetStrileByteCount(page->tiff, i);

    sum += at < len ? MIN(size, len - at) : 0;
  }
  return sum <= 2 * (guint64)len;
}

static gboolean
page_describe(Page *page, size_t len)
{
  TIFF *tiff = page->tiff;
  uint16_t format = SAMPLEFORMAT_UINT;
  uint32_t width = 0, height = 0;
  tmsize_t row;

  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &page->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &page->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &page->planes);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &page->compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &page->photometric))
    page->photometric = PHOTOMETRIC_MINISWHITE; /* faxes that do not say */
  if (width != page->width || height != page->height || format > SAMPLEFORMAT_INT ||
      !is_known(page))
    return FALSE;
  if (page->samples == 1)
    page->planes = PLANARCONFIG_CONTIG;
  if (!choose_channels(page) || !fits_file(page, len))
    return FALSE;
  if (page->photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  row = TIFFIsTiled(tiff) ? TIFFTileSize(tiff) : TIFFScanlineSize(tiff);
  return row > 0 && row <= (tmsize_t)MOST;
}

/* Before there is less memory, for GLib would end the process. FALSE where there is not enough. */
static gboolean
page_allocate(Page *page, size_t len)
{
  const size_t row =
      (size_t)(TIFFIsTiled(page->tiff) ? TIFFTileSize(page->tiff) : TIFFScanlineSize(page->tiff));
  const PictureSize size = {page->width, page->height, 1, row + DECODER};

  page->step = picture_step_within(&size, len, page->channels);
  if (page->step == 0)
    return FALSE;
  page->picture = picture_new(page->width / page->step, page->height / page->step, page->channels);
  page->row = g_malloc0(row);
  return TRUE;
}

static gboolean
page_decode(const Page *page)
{
  const gboolean apart = page->planes == PLANARCONFIG_SEPARATE;
  gboolean (*const read)(const Page *, unsigned) =
      TIFFIsTiled(page->tiff) ? read_tiles : read_plane;
  gboolean whole = TRUE;

  for (unsigned plane = 0; plane < (apart ? page->colours : 1); plane++)
    whole = read(page, plane) && whole;
  if (apart && page->opacity > 0)
    whole = read(page, page->opacity) && whole;
  return whole;
}

/* Many readers show what is clear like all else. */
static void
show_opaque(Picture *picture, PictureSeen *seen, void *data)
{
  const size_t size = (size_t)picture->width * picture->height * 4;
  gboolean clear = FALSE;

  for (size_t i = 3; i < size; i += 4) {
    clear |= picture->pixels[i] < 255;
    picture->pixels[i] = 255;
  }
  if (clear)
    seen(picture, data);
}

/* FALSE if it could not be read to its end; what there is of it is shown. */
static gboolean
page_show(TIFF *tiff, const TiffPage *at, size_t len, PictureSeen *seen, void *data)
{
  Page page = {.tiff = tiff, .width = at->width, .height = at->height};
  gboolean whole = FALSE;
  Headroom headroom;

  if (!TIFFSetSubDirectory(tiff, at->at) || !page_describe(&page, len) ||
      !page_allocate(&page, len))
    return FALSE;
  if (headroom_lower_whole(&headroom, DECODER) == 0) {
    whole = page_decode(&page);
    headroom_end(&headroom);
  }
  seen(page.picture, data);
  if (page.opacity > 0)
    show_opaque(page.picture, seen, data);
  picture_free(page.picture);
  g_free(page.row);
  return whole;
}

gboolean
tiff_show(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data)
{
  gboolean whole;
  g_autoptr(GArray) pages = tiff_pages(bytes, len, &whole);
  Source source = {bytes, len, 0};
  TIFF *tiff = source_open(&source);

  if (!tiff)
    return FALSE;
  for (guint i = 0; i < pages->len; i++)
    whole = page_show(tiff, &g_array_index(pages, TiffPage, i), len, seen, data) && whole;
  TIFFClose(tiff);
  return whole;
}
