/* picture_canvas.c - what a file that moves shows, picture after picture. */
#include "picture.h"

#include <string.h>

#include "qr.h"

/* NULL beyond its edges, and where it is made smaller. */
static unsigned char *
canvas_at(const Canvas *canvas, unsigned x, unsigned y)
{
  const unsigned step = canvas->step;
  const Picture *picture = canvas->picture;

  if (x % step != 0 || y % step != 0 || x / step >= picture->width || y / step >= picture->height)
    return NULL;
  return picture->pixels + ((size_t)(y / step) * picture->width + x / step) * 4;
}

void
canvas_put(Canvas *canvas, unsigned x, unsigned y, const unsigned char rgba[4])
{
  unsigned char *at = canvas_at(canvas, x, y);

  if (!at)
    return;
  canvas->changed += memcmp(at, rgba, 4) != 0;
  memcpy(at, rgba, 4);
}

gboolean
canvas_holds(const Canvas *canvas, unsigned width, unsigned height)
{
  return width <= (canvas->picture->width + 1) * canvas->step &&
         height <= (canvas->picture->height + 1) * canvas->step;
}

static void
canvas_blend(Canvas *canvas, unsigned x, unsigned y, const unsigned char over[4])
{
  const unsigned a = over[3];
  unsigned char *at = canvas_at(canvas, x, y), mixed[4];
  unsigned under;

  if (a == 0 || !at)
    return;
  under = at[3] * (255 - a) / 255;
  for (unsigned i = 0; i < 3; i++)
    mixed[i] = (unsigned char)((over[i] * a + at[i] * under) / (a + under));
  mixed[3] = (unsigned char)(a + under);
  canvas_put(canvas, x, y, mixed);
}

void
canvas_draw(Canvas *canvas, const Picture *picture, unsigned left, unsigned top, gboolean blend)
{
  const unsigned char *at = picture->pixels;

  for (unsigned y = 0; y < picture->height; y++)
    for (unsigned x = 0; x < picture->width; x++, at += picture->channels) {
      const gboolean grey = picture->channels == 1;
      const unsigned char rgba[] = {at[0], at[grey ? 0 : 1], at[grey ? 0 : 2],
                                    picture->channels == 4 ? at[3] : 255};

      if (blend)
        canvas_blend(canvas, left + x, top + y, rgba);
      else
        canvas_put(canvas, left + x, top + y, rgba);
    }
}

/* Where so little has changed that no code can have come is not looked at again. */
void
canvas_show(Canvas *canvas)
{
  if (canvas->changed < QR_LEAST * QR_LEAST)
    return;
  canvas->changed = 0;
  canvas->seen(canvas->picture, canvas->data);
}

void
canvas_erase(Canvas *canvas, unsigned left, unsigned top, unsigned width, unsigned height)
{
  static const unsigned char clear[4];

  for (unsigned y = 0; y < height && canvas_holds(canvas, 0, y); y++)
    for (unsigned x = 0; x < width && canvas_holds(canvas, x, 0); x++)
      canvas_put(canvas, left + x, top + y, clear);
}

void
canvas_keep(Canvas *canvas)
{
  const Picture *picture = canvas->picture;
  const size_t size = (size_t)picture->width * picture->height * 4;

  if (!canvas->moves)
    return;
  if (!canvas->kept)
    canvas->kept = g_malloc(size);
  memcpy(canvas->kept, picture->pixels, size);
}

void
canvas_restore(Canvas *canvas)
{
  const Picture *picture = canvas->picture;

  if (!canvas->kept)
    return;
  memcpy(picture->pixels, canvas->kept, (size_t)picture->width * picture->height * 4);
  canvas->changed = G_MAXINT32;
}
