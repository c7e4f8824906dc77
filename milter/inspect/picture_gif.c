/* picture_gif.c - giflib: the first picture of a GIF, on white. */
#include <gif_lib.h>
#include <string.h>

#include "bounds.h"
#include "picture.h"

typedef struct source {
  const unsigned char *bytes;
  size_t len;
} Source;

static int
source_read(GifFileType *gif, GifByteType *out, int want)
{
  Source *source = gif->UserData;
  size_t n = MIN((size_t)MAX(want, 0), source->len);

  memcpy(out, source->bytes, n);
  source->bytes += n;
  source->len -= n;
  return (int)n;
}

/* Of the screen, which each picture lies within or is cut to by browsers. */
gboolean
gif_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height)
{
  if (len < 13)
    return FALSE;
  *width = bytes[6] | (unsigned)bytes[7] << 8;
  *height = bytes[8] | (unsigned)bytes[9] << 8;
  return TRUE;
}

static int
transparent_index(const GifByteType *extension)
{
  return extension[0] == 4 && (extension[1] & 1) ? extension[4] : -1;
}

/* To where a picture begins; the index that is transparent, or -1. FALSE at the end. */
static gboolean
find_picture(GifFileType *gif, int *transparent)
{
  GifRecordType type;
  GifByteType *extension;
  int code;

  *transparent = -1;
  while (DGifGetRecordType(gif, &type) == GIF_OK && type != TERMINATE_RECORD_TYPE) {
    if (type == IMAGE_DESC_RECORD_TYPE)
      return DGifGetImageDesc(gif) == GIF_OK;
    if (type != EXTENSION_RECORD_TYPE || DGifGetExtension(gif, &code, &extension) != GIF_OK)
      return FALSE;
    while (extension) {
      if (code == GRAPHICS_EXT_FUNC_CODE)
        *transparent = transparent_index(extension);
      if (DGifGetExtensionNext(gif, &extension) != GIF_OK)
        return FALSE;
    }
  }
  return FALSE;
}

static void
put_row(Picture *picture, const ColorMapObject *colors, const GifPixelType *row, unsigned y,
        int transparent)
{
  unsigned char *out = picture->pixels + (size_t)y * picture->width * picture->channels;

  for (unsigned x = 0; x < picture->width; x++, out += picture->channels) {
    const GifColorType *color;

    if (row[x] == transparent || row[x] >= colors->ColorCount)
      continue;
    color = &colors->Colors[row[x]];
    out[0] = color->Red;
    out[1] = color->Green;
    out[2] = color->Blue;
  }
}

static Picture *
read_picture(GifFileType *gif, int transparent)
{
  static const unsigned starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
  const ColorMapObject *colors = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
  guint64 width = (guint64)MAX(gif->Image.Width, 0), height = (guint64)MAX(gif->Image.Height, 0);
  g_autofree GifPixelType *row = NULL;
  gboolean woven = gif->Image.Interlace;
  Picture *picture;

  if (!colors || !picture_fits(width, height, LIMIT_PICTURE))
    return NULL;
  picture = picture_new((unsigned)width, (unsigned)height, 3);
  row = g_malloc(width);
  for (unsigned pass = 0; pass < (woven ? 4 : 1); pass++)
    for (unsigned y = woven ? starts[pass] : 0; y < height; y += woven ? steps[pass] : 1) {
      if (DGifGetLine(gif, row, (int)width) != GIF_OK)
        return picture;
      put_row(picture, colors, row, y, transparent);
    }
  return picture;
}

Picture *
gif_read(const unsigned char *bytes, size_t len)
{
  Source source = {bytes, len};
  int error, transparent;
  GifFileType *gif = DGifOpen(&source, source_read, &error);
  Picture *picture = NULL;

  if (!gif)
    return NULL;
  if (find_picture(gif, &transparent))
    picture = read_picture(gif, transparent);
  DGifCloseFile(gif, &error);
  return picture;
}
