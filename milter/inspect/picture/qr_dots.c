/* qr_dots.c - codes whose modules do not touch: dots, or squares with gaps between them. A
 * telephone sees them from afar, where they run together. A row through such a code meets many
 * parts of one length, whose beginnings lie in a grid, some of its places being empty: where a few
 * rows near each other do, the picture is looked at again with each pixel the mean of what is as
 * far around as from one dot to the next. Each distance is counted by itself: of other dots in the
 * picture there may be more. */
#include "qr.h"

#include <string.h>

/* Parts of a row that must lie in a grid, and pixels from one to the next at the least. */
#define DOTS        10
#define LEAST_PITCH 6

/* From one dot to the next no more of it than this: thin lines, which would leave no camera enough
 * of their darkness, are in many charts. */
#define THINNEST 8

/* Rows that must have dots; a code of 25 modules has more than twice as many. From one to the next
 * there are no more modules than this. */
#define DOTTED 10
#define NEAR   8

static gboolean
is_near(double a, double b)
{
  return ABS(a - b) <= MAX(1, b / 8);
}

/* What lies between the beginnings of so many parts; 0 if that is no grid, or none of its places is
 * empty, as in a dashed line. */
static unsigned
grid_of(const unsigned *edges)
{
  double pitch = edges[2 * DOTS - 2] - edges[0];
  unsigned places = 0;

  for (unsigned i = 0; i + 1 < DOTS; i++)
    pitch = MIN(pitch, edges[2 * i + 2] - edges[2 * i]);
  for (unsigned i = 0; i + 1 < DOTS; i++)
    places += (unsigned)((edges[2 * i + 2] - edges[2 * i]) / pitch + 0.5);
  pitch = (edges[2 * DOTS - 2] - edges[0]) / (double)places;
  for (unsigned i = 0; i + 1 < DOTS; i++) {
    const double step = edges[2 * i + 2] - edges[2 * i];

    if (!is_near(step, pitch * (int)(step / pitch + 0.5)) || step > 8 * pitch)
      return 0;
  }
  return places >= DOTS && pitch >= LEAST_PITCH ? (unsigned)(pitch + 0.5) : 0;
}

/* Rows of one code may differ, all the more the larger its dots are. */
static unsigned
slack_of(unsigned pitch)
{
  return 1 + pitch / 8;
}

static gboolean
is_about(unsigned pitch, unsigned about)
{
  return pitch + slack_of(about) >= about && pitch <= about + slack_of(about);
}

static void
run_add(DotRun *run, unsigned pitch, unsigned y, unsigned near)
{
  if (run->count > 0 && run->last == y)
    return;
  if (run->count > 0 && y - run->last > near)
    run->count = run->sum = 0;
  run->count++;
  run->sum += pitch;
  run->last = y;
  if (run->count <= run->most)
    return;
  run->most = run->count;
  run->mean = (run->sum + run->count / 2) / run->count;
}

static void
note_pitch(DotRows *rows, unsigned pitch, unsigned y)
{
  if (rows->exactly[pitch].count > 0 && rows->exactly[pitch].last == y)
    return;
  run_add(&rows->exactly[pitch], pitch, y, NEAR * pitch);
  for (unsigned p = LEAST_PITCH; p <= rows->most; p++)
    if (is_about(pitch, p))
      run_add(&rows->about[p], pitch, y, NEAR * pitch);
}

void
dots_note(DotRows *rows, const unsigned *edges, unsigned count, unsigned y)
{
  unsigned alike[2] = {0, 0}; /* parts of one length in a row, of the darker and the lighter ones */

  for (unsigned i = 2; i + 1 < count; i++) {
    const unsigned len = edges[i + 1] - edges[i], before = edges[i - 1] - edges[i - 2];
    unsigned pitch;

    alike[i % 2] = is_near(len, before) ? alike[i % 2] + 1 : 0;
    if (alike[i % 2] + 1 < DOTS)
      continue;
    pitch = grid_of(edges + i - 2 * (DOTS - 1));
    if (pitch > len && pitch <= THINNEST * len && pitch <= rows->most)
      note_pitch(rows, pitch, y);
  }
}

static const DotRun *
longest(const DotRun *runs)
{
  const DotRun *best = &runs[LEAST_PITCH];

  for (unsigned p = LEAST_PITCH; p <= DOT_PITCH_MOST; p++)
    if (runs[p].most > best->most)
      best = &runs[p];
  return best;
}

/* What most rows agree on, or 0 if too few of them do. It is taken off. A pixel more or less, and
 * what is joined may be no code: rows that are about alike count together only when no others are
 * enough. */
static unsigned
take_pitch(DotRows *rows)
{
  const DotRun *exactly = longest(rows->exactly), *about = longest(rows->about);
  const unsigned pitch = exactly->most >= DOTTED ? exactly->mean : about->mean;

  if (MAX(exactly->most, about->most) < DOTTED)
    return 0;
  rows->exactly[pitch].most = 0;
  for (unsigned p = LEAST_PITCH; p <= DOT_PITCH_MOST; p++)
    if (is_about(pitch, p))
      rows->about[p].most = 0;
  return pitch;
}

void
dots_pitches(DotRows *rows, DotPitches *dots)
{
  unsigned pitch;

  *dots = (DotPitches){.all = TRUE};
  while ((pitch = take_pitch(rows)) > 0) {
    if (dots->count == DOT_PITCHES) {
      dots->all = FALSE;
      return;
    }
    dots->pitch[dots->count++] = pitch;
  }
}

/* --- seen from afar --- */

/* Each pixel the mean of a square of them. */
static Picture *
shrink(const Picture *picture, PictureView view, unsigned by)
{
  Picture *small = picture_new(picture->width / by, picture->height / by, 1);
  g_autofree unsigned char *row = g_malloc(picture->width);
  g_autofree guint32 *sums = g_new(guint32, small->width);

  for (unsigned y = 0; y < small->height; y++) {
    memset(sums, 0, small->width * sizeof *sums);
    for (unsigned i = 0; i < by; i++) {
      picture_row(picture, view, y * by + i, row);
      for (unsigned x = 0, at = 0; x < small->width; x++)
        for (unsigned k = 0; k < by; k++)
          sums[x] += row[at++];
    }
    for (unsigned x = 0; x < small->width; x++)
      small->pixels[(size_t)y * small->width + x] = (unsigned char)(sums[x] / (by * by));
  }
  return small;
}

/* Each of n values, a stride apart, becomes the mean of as many as `of` around it: of an even
 * number the two at the ends count half. What is beyond the ends is as they are. copy: room for n
 * and `of` more. */
static void
mix(unsigned char *values, unsigned n, size_t stride, unsigned of, unsigned char *copy)
{
  const unsigned reach = of / 2;
  unsigned sum = 0;

  memset(copy, values[0], reach);
  for (unsigned i = 0; i < n; i++)
    copy[reach + i] = values[i * stride];
  memset(copy + reach + n, copy[reach + n - 1], reach);
  for (unsigned k = 0; k < 2 * reach; k++)
    sum += copy[k];
  for (unsigned i = 0; i < n; i++) {
    const unsigned first = copy[i], last = copy[i + 2 * reach];

    sum += last;
    values[i * stride] = (unsigned char)((2 * sum - (of % 2 == 0 ? first + last : 0)) / (2 * of));
    sum -= first;
  }
}

/* Dots that are small leave little of their darkness. */
static void
stretch(Picture *picture)
{
  const size_t len = (size_t)picture->width * picture->height;
  unsigned low = 255, high = 0;

  for (size_t i = 0; i < len; i++) {
    low = MIN(low, picture->pixels[i]);
    high = MAX(high, picture->pixels[i]);
  }
  for (size_t i = 0; i < len && high > low; i++)
    picture->pixels[i] = (unsigned char)((picture->pixels[i] - low) * 255 / (high - low));
}

Picture *
dots_joined(const Picture *picture, PictureView view, unsigned pitch, unsigned *by)
{
  Picture *joined = shrink(picture, view, *by = MAX(pitch / QR_MODULE, DOTS_LEAST_BY));
  const unsigned width = joined->width, height = joined->height, of = (pitch + *by / 2) / *by;
  g_autofree unsigned char *copy = g_malloc(MAX(width, height) + of + 1);

  if (width == 0 || height == 0)
    return joined;
  for (unsigned y = 0; y < height; y++)
    mix(joined->pixels + (size_t)y * width, width, 1, of, copy);
  for (unsigned x = 0; x < width; x++)
    mix(joined->pixels + x, height, width, of, copy);
  stretch(joined);
  return joined;
}
