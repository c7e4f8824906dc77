/* qr_finder.c - are there the three corner marks of a QR code? A line through its middle, at any
 * angle, meets dark, light, dark, light and dark in the widths 1 : 1 : 3 : 1 : 1 (ISO/IEC
 * 18004, 6.3.3); across it the same is met again. Each second row is cut into runs by the mean
 * around each pixel; where five runs fit, the column through their middle is asked too. A code has
 * three of them, of about one size. Linear in the pixels: a column is followed no further than a
 * few times the width of its five runs. */
#include "qr.h"

#include <string.h>

#define RUNS 5

/* Marks that are told apart: a picture with more is searched. */
#define MARKS 64

typedef struct mark {
  unsigned x, y, size;
  gboolean dark; /* in the middle */
} Mark;

typedef struct plane {
  const unsigned char *grey;
  unsigned width, height;
  Mark marks[MARKS];
  unsigned count;
} Plane;

typedef struct runs {
  unsigned len[RUNS], end; /* the last ones, oldest first, and where they end */
  unsigned count;
} Runs;

/* In parts of a module: half a module off is allowed, more where a module is a pixel or two. */
static gboolean
fits_pattern(const unsigned len[RUNS])
{
  static const unsigned wanted[RUNS] = {1, 1, 3, 1, 1};
  unsigned total = 0;

  for (unsigned i = 0; i < RUNS; i++)
    total += len[i];
  if (total < 7)
    return FALSE;
  for (unsigned i = 0; i < RUNS; i++) {
    unsigned is = len[i] * 7 * 4, want = wanted[i] * total * 4,
             off = is > want ? is - want : want - is;

    if (len[i] == 0 || off > wanted[i] * total * 2 + 14)
      return FALSE;
  }
  return TRUE;
}

/* The column through (x, y), cut at a level: up from the middle, then down. */
static unsigned
follow(const Plane *plane, unsigned x, unsigned *y, int step, unsigned level, gboolean dark,
       unsigned most)
{
  unsigned n = 0;

  while (n < most && *y < plane->height &&
         (plane->grey[(size_t)*y * plane->width + x] < level) == dark) {
    n++;
    *y += (unsigned)step; /* above the first row it is beyond the last */
  }
  return n;
}

static gboolean
fits_across(const Plane *plane, unsigned x, unsigned y, unsigned level, unsigned most)
{
  gboolean dark = plane->grey[(size_t)y * plane->width + x] < level;
  unsigned len[RUNS], up = y, down = y + 1;

  len[2] = follow(plane, x, &up, -1, level, dark, most);
  len[1] = follow(plane, x, &up, -1, level, !dark, most);
  len[0] = follow(plane, x, &up, -1, level, dark, most);
  len[2] += follow(plane, x, &down, 1, level, dark, most);
  len[3] = follow(plane, x, &down, 1, level, !dark, most);
  len[4] = follow(plane, x, &down, 1, level, dark, most);
  /* what is outside may be of its colour: a row of text beneath, no quiet zone */
  len[0] = MIN(len[0], MAX(len[1], len[2] / 3));
  len[4] = MIN(len[4], MAX(len[3], len[2] / 3));
  return fits_pattern(len);
}

static void
runs_add(Runs *runs, unsigned len, unsigned end)
{
  memmove(runs->len, runs->len + 1, sizeof *runs->len * (RUNS - 1));
  runs->len[RUNS - 1] = len;
  runs->end = end;
  runs->count++;
}

static unsigned
distance(unsigned a, unsigned b)
{
  return a > b ? a - b : b - a;
}

static gboolean
of_one_size(unsigned a, unsigned b)
{
  return a <= 2 * b && b <= 2 * a;
}

/* Whether with this one there are three of one size, in different places. */
static gboolean
is_third(Plane *plane, unsigned x, unsigned y, unsigned size, gboolean dark)
{
  unsigned others = 0;

  for (unsigned i = 0; i < plane->count; i++) {
    const Mark *mark = &plane->marks[i];

    if (mark->dark != dark || !of_one_size(mark->size, size))
      continue;
    if (distance(mark->x, x) < size && distance(mark->y, y) < size)
      return FALSE;
    others++;
  }
  if (others >= 2 || plane->count == MARKS)
    return TRUE;
  plane->marks[plane->count++] = (Mark){x, y, size, dark};
  return FALSE;
}

/* A mark at the edge of the picture, or of something dark, has no end: as long as its neighbour.
 * `dark`: of the last run. Returns which codes there are by it, QR_DARK or QR_LIGHT, or 0. */
static unsigned
judge_runs(Plane *plane, const Runs *runs, unsigned y, unsigned level, gboolean dark)
{
  unsigned len[RUNS], total = 0, x;

  if (runs->count < RUNS)
    return 0;
  memcpy(len, runs->len, sizeof len);
  x = runs->end - len[4] - len[3] - (len[2] + 1) / 2;
  len[0] = MIN(len[0], MAX(len[1], len[2] / 3));
  len[4] = MIN(len[4], MAX(len[3], len[2] / 3));
  for (unsigned i = 0; i < RUNS; i++)
    total += len[i];
  if (!fits_pattern(len) || !fits_across(plane, x, y, level, total) ||
      !is_third(plane, x, y, total, dark))
    return 0;
  return dark ? QR_DARK : QR_LIGHT;
}

/* The mean of what lies around each pixel of a row tells dark from light. */
static unsigned
judge_row(Plane *plane, unsigned y, guint32 *sums)
{
  const unsigned char *row = plane->grey + (size_t)y * plane->width;
  const unsigned reach = MAX(plane->width / 12, 16);
  gboolean dark = FALSE;
  Runs runs = {{0}, 0, 0};
  unsigned start = 0, level = 0, found = 0;

  sums[0] = 0;
  for (unsigned x = 0; x < plane->width; x++)
    sums[x + 1] = sums[x] + row[x];
  for (unsigned x = 0; x < plane->width; x++) {
    unsigned from = x > reach ? x - reach : 0, to = MIN(x + reach + 1, plane->width);
    unsigned mean = (sums[to] - sums[from]) / (to - from);
    gboolean now = row[x] < mean;

    if (x > 0 && now != dark) {
      runs_add(&runs, x - start, x);
      found |= judge_runs(plane, &runs, y, level, dark);
      start = x;
    }
    dark = now;
    level = mean;
  }
  runs_add(&runs, plane->width - start, plane->width);
  return found | judge_runs(plane, &runs, y, level, dark);
}

unsigned
qr_finders(const unsigned char *grey, unsigned width, unsigned height)
{
  Plane plane = {.grey = grey, .width = width, .height = height};
  unsigned found = 0;
  g_autofree guint32 *sums = g_new(guint32, (size_t)width + 1);

  for (unsigned y = 0; y < height && found != (QR_DARK | QR_LIGHT); y += 2)
    found |= judge_row(&plane, y, sums);
  return found;
}
