/* picture_gif.c - giflib: the pictures of a GIF, each on what those before it left. */
#include <gif_lib.h>
#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "picture.h"

typedef struct source {
  const unsigned char *bytes;
  size_t len;
} Source;

/* What stands before a picture about it. */
typedef struct frame {
  int transparent; /* an index, or -1 */
  int disposal;
} Frame;

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

/* --- sizes: without decoding --- */

static size_t
colors_len(unsigned flags)
{
  return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Behind blocks that each tell their length, of which the last is empty. */
static size_t
after_blocks(const unsigned char *bytes, size_t len, size_t at)
{
  while (at < len && bytes[at] != 0)
    at += 1 + (size_t)bytes[at];
  return at + 1;
}

/* A screen as large as each of its pictures needs: some readers make it so. */
gboolean
gif_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  size_t at;

  if (len < 13)
    return FALSE;
  *size = (PictureSize){le16(bytes + 6), le16(bytes + 8), 0, 0};
  at = 13 + colors_len(bytes[10]);
  while (at + 1 < len && bytes[at] != 0x3b) {
    const unsigned char *block = bytes + at;

    if (block[0] == 0x21) {
      at = after_blocks(bytes, len, at + 2);
    } else if (block[0] == 0x2c && at + 10 < len) {
      size->width = MAX(size->width, le16(block + 1) + le16(block + 5));
      size->height = MAX(size->height, le16(block + 3) + le16(block + 7));
      size->frames++;
      at = after_blocks(bytes, len, at + 11 + colors_len(block[9]));
    } else {
      break;
    }
  }
  return size->frames > 0;
}

/* --- pictures --- */

/* To where a picture begins. FALSE at the end. */
static gboolean
find_picture(GifFileType *gif, Frame *frame)
{
  GifRecordType type;
  GifByteType *extension;
  int code;

  *frame = (Frame){-1, 0};
  while (DGifGetRecordType(gif, &type) == GIF_OK && type != TERMINATE_RECORD_TYPE) {
    if (type == IMAGE_DESC_RECORD_TYPE)
      return DGifGetImageDesc(gif) == GIF_OK;
    if (type != EXTENSION_RECORD_TYPE || DGifGetExtension(gif, &code, &extension) != GIF_OK)
      return FALSE;
    while (extension) {
      if (code == GRAPHICS_EXT_FUNC_CODE && extension[0] == 4) {
        frame->transparent = extension[1] & 1 ? extension[4] : -1;
        frame->disposal = extension[1] >> 2 & 7;
      }
      if (DGifGetExtensionNext(gif, &extension) != GIF_OK)
        return FALSE;
    }
  }
  return FALSE;
}

static void
put_row(Canvas *canvas, const GifImageDesc *desc, const ColorMapObject *colors,
        const GifPixelType *row, unsigned y, int transparent)
{
  for (unsigned x = 0; x < (unsigned)desc->Width; x++)
    if (row[x] != transparent && row[x] < colors->ColorCount) {
      const GifColorType *color = &colors->Colors[row[x]];
      const unsigned char rgba[] = {color->Red, color->Green, color->Blue, 255};

      canvas_put(canvas, (unsigned)desc->Left + x, (unsigned)desc->Top + y, rgba);
    }
}

/* FALSE where it breaks off before its first row. */
static gboolean
draw_picture(GifFileType *gif, Canvas *canvas, int transparent)
{
  static const unsigned starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
  const GifImageDesc *desc = &gif->Image;
  const ColorMapObject *colors = desc->ColorMap ? desc->ColorMap : gif->SColorMap;
  g_autofree GifPixelType *row = g_malloc(MAX((size_t)desc->Width, 1));
  gboolean woven = desc->Interlace, any = FALSE;

  for (unsigned pass = 0; colors && pass < (woven ? 4 : 1); pass++)
    for (unsigned y = woven ? starts[pass] : 0; y < (unsigned)desc->Height;
         y += woven ? steps[pass] : 1) {
      if (DGifGetLine(gif, row, desc->Width) != GIF_OK)
        return any;
      put_row(canvas, desc, colors, row, y, transparent);
      any = TRUE;
    }
  return any;
}

static gboolean
play(GifFileType *gif, Canvas *canvas)
{
  gboolean any = FALSE;
  Frame frame;

  while (find_picture(gif, &frame)) {
    const GifImageDesc desc = gif->Image;

    if (desc.Left < 0 || desc.Top < 0 || desc.Width <= 0 || desc.Height <= 0)
      break;
    if (frame.disposal == 3)
      canvas_keep(canvas);
    if (!draw_picture(gif, canvas, frame.transparent))
      break;
    any = TRUE;
    canvas_show(canvas);
    if (frame.disposal == 3)
      canvas_restore(canvas);
    else if (frame.disposal == 2)
      canvas_erase(canvas, (unsigned)desc.Left, (unsigned)desc.Top, (unsigned)desc.Width,
                   (unsigned)desc.Height);
  }
  return any;
}

gboolean
gif_play(const unsigned char *bytes, size_t len, Canvas *canvas)
{
  Source source = {bytes, len};
  int error;
  GifFileType *gif = DGifOpen(&source, source_read, &error);
  gboolean any;

  if (!gif)
    return FALSE;
  any = play(gif, canvas);
  DGifCloseFile(gif, &error);
  return any;
}
