/* picture_view.c - a picture as grey, a row or a pixel at a time, so that no copy of it is made. */
#include "picture.h"

#include <string.h>

/* A channel that is this far from another shows; counted in one pixel of sixteen. */
#define COLOURED_BY 48
#define SAMPLE_STEP 4

const unsigned char *
picture_raw_row(const Picture *picture, unsigned y)
{
  return picture->pixels + (size_t)y * picture->width * picture->channels;
}

/* Every pixel opaque, as in most pictures that could be otherwise. */
static gboolean
is_opaque(const unsigned char *at, unsigned n)
{
  unsigned all = 255;

  for (unsigned i = 0; i < n; i++)
    all &= at[4 * (size_t)i + 3];
  return all == 255;
}

static void
row_of_values(const unsigned char *at, unsigned step, PictureView view, unsigned n,
              unsigned char *out)
{
  if (view == VIEW_RED || view == VIEW_BLUE)
    for (at += view == VIEW_RED ? 0 : 2; n > 0; n--, at += step)
      *out++ = *at;
  else
    for (; n > 0; n--, at += step)
      *out++ = picture_luma(at);
}

void
picture_row(const Picture *picture, PictureView view, unsigned y, unsigned char *out)
{
  const unsigned char *at = picture_raw_row(picture, y);

  if (picture->channels == 1)
    memcpy(out, at, picture->width);
  else if (picture->channels == 3 || is_opaque(at, picture->width))
    row_of_values(at, picture->channels, view, picture->width, out);
  else
    for (unsigned x = 0; x < picture->width; x++, at += 4)
      *out++ = picture_on_ground(at, view);
}

static gboolean
is_colour(const unsigned char *rgb)
{
  unsigned low = MIN(MIN(rgb[0], rgb[1]), rgb[2]), high = MAX(MAX(rgb[0], rgb[1]), rgb[2]);

  return high - low > COLOURED_BY;
}

/* In colour a code needs 21 x 21 modules to differ: less than that of a picture is not looked at.
 */
unsigned
picture_views(const Picture *picture)
{
  const unsigned step = MIN(picture->width, picture->height) < 200 ? 1 : SAMPLE_STEP;
  const size_t enough = step == 1 ? 21 : 21 * 21 / 8;
  const gboolean may_be_clear = picture->channels == 4;
  size_t coloured = 0, clear = 0;

  for (unsigned y = 0; picture->channels >= 3 && y < picture->height; y += step) {
    const unsigned char *at = picture_raw_row(picture, y), *end = picture_raw_row(picture, y + 1);

    if (coloured >= enough && (!may_be_clear || clear >= enough))
      break;
    for (; at < end; at += (size_t)step * picture->channels) {
      coloured += is_colour(at);
      clear += may_be_clear && at[3] < 255;
    }
  }
  return 1u << VIEW_ON_WHITE | (clear >= enough ? 1u << VIEW_ON_BLACK : 0) |
         (coloured >= enough ? 1u << VIEW_RED | 1u << VIEW_BLUE : 0);
}
