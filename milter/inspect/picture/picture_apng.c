/* picture_apng.c - PNGs that move (W3C PNG, third edition, 4.9): a chunk "fcTL" tells the place of
 * a picture, and its pixels are those of the file (IDAT) or come in chunks "fdAT". Each is made a
 * PNG of its own, for picture_png.c. */
#include "picture.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "png_chunk.h"

typedef struct chunk {
  const unsigned char *name, *content;
  size_t len;
} Chunk;

/* A picture that is being put together. */
typedef struct frame {
  GByteArray *png;
  size_t head; /* bytes that all have in common: header, palette, transparency */
  gboolean any;
  unsigned width, height, left, top;
  unsigned char disposal, blend;
} Frame;

static gboolean
next_chunk(const unsigned char *bytes, size_t len, size_t *at, Chunk *chunk)
{
  if (len < 12 || *at > len - 12)
    return FALSE;
  chunk->name = bytes + *at + 4;
  chunk->content = chunk->name + 4;
  chunk->len = MIN(be32(bytes + *at), len - *at - 8);
  *at += 12 + chunk->len;
  return TRUE;
}

static gboolean
is_chunk(const Chunk *chunk, const char *name)
{
  return memcmp(chunk->name, name, 4) == 0;
}

unsigned
apng_frames(const unsigned char *bytes, size_t len)
{
  size_t at = PNG_SIGNATURE_LEN;
  unsigned frames = 0;
  Chunk chunk;

  while (next_chunk(bytes, len, &at, &chunk))
    frames += is_chunk(&chunk, "fcTL");
  return frames;
}

static void
set_size(Frame *frame)
{
  const guint32 size[] = {GUINT32_TO_BE(frame->width), GUINT32_TO_BE(frame->height)};

  memcpy(frame->png->data + PNG_SIGNATURE_LEN + 8, size, sizeof size);
}

/* What has been put together so far is drawn, and the next begins. */
static gboolean
finish(Frame *frame, Canvas *canvas)
{
  g_autoptr(Picture) picture = NULL;

  if (!frame->any)
    return FALSE;
  if (picture_fits(frame->width, frame->height, LIMIT_PICTURE_SEARCHED) &&
      canvas_holds(canvas, frame->width, frame->height)) {
    set_size(frame);
    picture = png_read(frame->png->data, frame->png->len);
  }
  g_byte_array_set_size(frame->png, (guint)frame->head);
  frame->any = FALSE;
  if (!picture)
    return FALSE;
  if (frame->disposal == 2)
    canvas_keep(canvas);
  canvas_draw(canvas, picture, frame->left, frame->top, frame->blend == 1);
  canvas_show(canvas);
  if (frame->disposal == 2)
    canvas_restore(canvas);
  else if (frame->disposal == 1)
    canvas_erase(canvas, frame->left, frame->top, frame->width, frame->height);
  return TRUE;
}

static void
place(Frame *frame, const Chunk *chunk)
{
  frame->width = be32(chunk->content + 4);
  frame->height = be32(chunk->content + 8);
  frame->left = be32(chunk->content + 12);
  frame->top = be32(chunk->content + 16);
  frame->disposal = chunk->content[24];
  frame->blend = chunk->content[25];
}

/* One chunk; TRUE if a picture was finished by it. */
static gboolean
take(Frame *frame, const Chunk *chunk, Canvas *canvas)
{
  gboolean done = FALSE;

  if (is_chunk(chunk, "fcTL") && chunk->len >= 26) {
    done = finish(frame, canvas);
    place(frame, chunk);
  } else if (is_chunk(chunk, "IDAT")) {
    png_chunk_add(frame->png, "IDAT", chunk->content, chunk->len);
    frame->any = TRUE;
  } else if (is_chunk(chunk, "fdAT") && chunk->len > 4) {
    png_chunk_add(frame->png, "IDAT", chunk->content + 4, chunk->len - 4);
    frame->any = TRUE;
  } else if (!frame->any && frame->head == frame->png->len &&
             (is_chunk(chunk, "PLTE") || is_chunk(chunk, "tRNS"))) {
    png_chunk_add(frame->png, is_chunk(chunk, "PLTE") ? "PLTE" : "tRNS", chunk->content,
                  chunk->len);
    frame->head = frame->png->len;
  }
  return done;
}

gboolean
apng_play(const unsigned char *bytes, size_t len, Canvas *canvas)
{
  g_autoptr(GByteArray) png = g_byte_array_new();
  Frame frame = {.png = png};
  size_t at = PNG_SIGNATURE_LEN;
  gboolean any = FALSE;
  Chunk chunk;

  if (!next_chunk(bytes, len, &at, &chunk) || !is_chunk(&chunk, "IHDR") || chunk.len != 13)
    return FALSE;
  g_byte_array_append(png, bytes, PNG_SIGNATURE_LEN);
  png_chunk_add(png, "IHDR", chunk.content, chunk.len);
  frame.head = png->len;
  frame.width = be32(chunk.content);
  frame.height = be32(chunk.content + 4);
  while (next_chunk(bytes, len, &at, &chunk))
    any = take(&frame, &chunk, canvas) || any;
  return finish(&frame, canvas) || any;
}
