/* qr_finder.c - where in a picture could a QR code be? A line through the middle of one of its
 * three corner marks, at any angle, meets dark, light, dark, light and dark in the widths 1 : 1 : 3
 * : 1 : 1 (ISO/IEC 18004, 6.3.3). Every few rows are cut into runs by the mean around each pixel;
 * where five runs fit, the column through their middle and sixteen ways out of it are asked, which
 * letters do not pass. Three marks of about one size that stand like corners of a square, seen at a
 * slant, then tell where each of their modules must be, and those are looked at: of 64, a code has
 * all but a few, and text has 50 at the most.
 *
 * It costs a hundredth of a search, and is to let no code through that is found by one. Linear in
 * the pixels: columns are followed no further than twice the width of the five runs, and those lie
 * side by side in the row. Where there are more marks or places than are kept, the whole picture is
 * a place. */
#include "qr.h"

#include <string.h>

#define RUNS 5

/* Hundredths of a module that a pair of runs may be off. */
#define ROW_SLACK    55
#define COLUMN_SLACK 60

/* How much broader than high a mark may be, or the other way round: a fax has half as many rows as
 * columns an inch. Letters of text are such, but with fewer pixels a module. */
#define SQUASHED       2.6
#define SQUASHED_LEAST 2

/* Ways out of a mark that may be damaged, of sixteen. */
#define BROKEN 2

/* Ways on which it must have an end: towards the code there is always a light module, on the other
 * sides there may be no quiet zone. */
#define ENDED 7

/* Modules of a mark and beside it that must be right, of 64. */
#define RIGHT 52

/* Marks that are told apart, how often three of them are tried, and places beyond which their size
 * counts. */
#define MARKS  600
#define TRIED  (500 * 1000)
#define PLACES 16

/* Of large pictures one row in so many is looked at, and half as many in colour: the middle of a
 * mark is three modules high. */
#define ROW_STEP 3
#define SMALL    200

/* Difference in brightness between a module and what is half way to the next, below which no camera
 * would tell them apart. */
#define CONTRAST 4

/* How far around a pixel light is measured: a part of the width, and pixels at the least. */
#define REACH_PART 12
#define REACH      16

/* Pixels beyond the reach that are read with the last ones. */
#define SPARE 24

typedef struct mark {
  double x, y;
  double across, down; /* pixels a module, along rows and along columns */
  unsigned seen;       /* rows that it was met in */
  unsigned level;      /* between dark and light */
  gboolean dark;       /* in the middle */
} Mark;

typedef struct finder {
  const Picture *picture;
  PictureView view;
  unsigned char *row; /* with `reach` pixels more on both sides, and some */
  unsigned *edges;    /* where a run begins; the first at 0, one more at the width */
  unsigned reach;
  GArray *marks;      /* Mark; NULL where they are only counted */
  unsigned crossings; /* rows that meet a column, both of which could lead through a mark */
  DotRows *dots;      /* NULL where they are not asked for */
  guint64 tried;      /* three marks */
  gboolean full;
} Finder;

/* Widths of five runs. What blurs or bleeds widens dark runs as much as it narrows light ones, so
 * pairs are measured, from edge to like edge, as zbar does; `slack` in hundredths of a module. */
static gboolean
fits_pattern(const unsigned len[RUNS], unsigned slack)
{
  static const int pairs[RUNS - 1] = {2, 4, 4, 2};
  int total = 0;

  for (unsigned i = 0; i < RUNS; i++)
    total += (int)len[i];
  if (total < 7)
    return FALSE;
  for (unsigned i = 0; i < RUNS - 1; i++) {
    int off = (int)(len[i] + len[i + 1]) * 7 - pairs[i] * total;

    if (ABS(off) * 100 > (int)slack * total + 490) /* and seven tenths of a pixel */
      return FALSE;
  }
  for (unsigned i = 0; i < RUNS; i++)
    if ((int)len[i] * 21 < total) /* a third of a module */
      return FALSE;
  return len[2] > len[1] && len[2] > len[3];
}

/* A mark at the edge of the picture, or of something of its own colour, has no end: as long as its
 * neighbour. */
static gboolean
cap_ends(unsigned len[RUNS])
{
  unsigned first = MAX(len[1], (len[2] + 2) / 3), last = MAX(len[3], (len[2] + 2) / 3);
  gboolean ends = 2 * len[0] <= 3 * first + 1 || 2 * len[4] <= 3 * last + 1;

  len[0] = MIN(len[0], first);
  len[4] = MIN(len[4], last);
  return ends;
}

static unsigned
sum_of(const unsigned len[RUNS])
{
  return len[0] + len[1] + len[2] + len[3] + len[4];
}

/* A way out of a pixel, in halves of a pixel a step. */
typedef struct way {
  int dx, dy;
} Way;

typedef struct walk {
  unsigned x, y, level, most; /* where it is, in halves; what is dark; pixels of one colour */
} Walk;

/* As far as the way is of one colour; the walk moves on. */
static unsigned
follow(const Finder *finder, Walk *walk, Way way, gboolean dark)
{
  const Picture *picture = finder->picture;
  unsigned n = 0;

  while (n < walk->most && walk->x / 2 < picture->width && walk->y / 2 < picture->height &&
         (picture_at(picture, finder->view, walk->x / 2, walk->y / 2) < walk->level) == dark) {
    n++;
    walk->x += (unsigned)way.dx; /* before the first pixel it is beyond the last */
    walk->y += (unsigned)way.dy;
  }
  return n;
}

/* The five runs of the column through a pixel; returns how many of the middle one lie above, its
 * own included, or 0 where a run has no end in sight. */
static unsigned
column_through(const Finder *finder, Walk from, gboolean dark, unsigned len[RUNS])
{
  static const Way up = {0, -2}, down = {0, 2};
  Walk walk = from;
  unsigned above = follow(finder, &walk, up, dark);

  len[1] = above < from.most ? follow(finder, &walk, up, !dark) : 0;
  if (above == 0 || len[1] == 0 || len[1] > above + 1)
    return 0;
  len[0] = follow(finder, &walk, up, dark);
  walk = from;
  len[2] = above + follow(finder, &walk, down, dark) - 1; /* its own pixel was counted twice */
  len[3] = len[2] < from.most ? follow(finder, &walk, down, !dark) : 0;
  if (len[3] == 0 || len[3] > len[2])
    return 0;
  len[4] = follow(finder, &walk, down, dark);
  return above;
}

/* On every way out of its middle a mark is dark, light all around, and dark all around again: what
 * letters are not. At a slant it is as much longer one way as shorter another. */
static gboolean
is_ringed(const Finder *finder, const Walk *from, const Mark *mark)
{
  static const Way ways[] = {{2, 0},  {2, 1},  {2, 2},  {1, 2},   {0, 2},   {-1, 2},
                             {-2, 2}, {-2, 1}, {-2, 0}, {-2, -1}, {-2, -2}, {-1, -2},
                             {0, -2}, {1, -2}, {2, -2}, {2, -1}};
  const double most = MAX(mark->across, mark->down);
  const double least = MAX(MIN(mark->across, mark->down), MIN(most, SQUASHED_LEAST));
  unsigned broken = 0, ended = 0;

  for (unsigned i = 0; i < G_N_ELEMENTS(ways) && broken <= BROKEN; i++) {
    Walk walk = *from;
    unsigned in = follow(finder, &walk, ways[i], mark->dark);
    unsigned light = follow(finder, &walk, ways[i], !mark->dark);
    unsigned ring = follow(finder, &walk, ways[i], mark->dark);

    broken += in == 0 || light == 0 || ring == 0 || in > 2.5 * most + 1 || light > 1.8 * most + 1 ||
              in + light < 1.2 * least;
    ended += ring <= 2 * most + 1;
  }
  return broken <= BROKEN && ended >= ENDED;
}

static gboolean
of_one_size(double a, double b, double by)
{
  return a <= by * b && b <= by * a;
}

static void
add_mark(Finder *finder, const Mark *new)
{
  for (guint i = 0; i < finder->marks->len; i++) {
    Mark *mark = &g_array_index(finder->marks, Mark, i);
    double n = mark->seen;

    if (mark->dark != new->dark || ABS(mark->x - new->x) > 2 * MAX(mark->across, new->across) ||
        ABS(mark->y - new->y) > 2 * MAX(mark->down, new->down) ||
        !of_one_size(mark->across, new->across, 1.5))
      continue;
    mark->x = (mark->x * n + new->x) / (n + 1);
    mark->y = (mark->y * n + new->y) / (n + 1);
    mark->across = (mark->across * n + new->across) / (n + 1);
    mark->down = (mark->down * n + new->down) / (n + 1);
    mark->seen++;
    return;
  }
  if (finder->marks->len == MARKS)
    finder->full = TRUE;
  else
    g_array_append_val(finder->marks, *new);
}

/* Five runs of a row that fit: whether what is above, below and all around fits as well. */
static void
judge_runs(Finder *finder, const unsigned len[RUNS], double middle, unsigned y, unsigned level,
           gboolean dark)
{
  const unsigned total = sum_of(len), x = (unsigned)middle;
  unsigned column[RUNS], above;
  Walk walk = {2 * x, 2 * y, level, total + 2};
  Mark mark = {.x = middle, .across = total / 7.0, .seen = 1, .level = level, .dark = dark};

  above = column_through(finder, walk, dark, column);
  if (above == 0 || !cap_ends(column) || !fits_pattern(column, COLUMN_SLACK) ||
      !of_one_size(total, sum_of(column), SQUASHED))
    return;
  finder->crossings++;
  if (!finder->marks)
    return;
  mark.down = sum_of(column) / 7.0;
  mark.y = y - above + 1 + (column[2] - 1) / 2.0;
  walk.y = 2 * (unsigned)mark.y;
  if (is_ringed(finder, &walk, &mark))
    add_mark(finder, &mark);
}

/* Between what is dark and what is light in five runs; 0 if that is about the same. */
static unsigned
level_of(const unsigned char *row, const unsigned *edges)
{
  const unsigned in = row[(edges[2] + edges[3]) / 2], left = row[(edges[1] + edges[2]) / 2],
                 right = row[(edges[3] + edges[4]) / 2], level = (2 * in + left + right + 2) / 4;

  return (in > level ? in - level : level - in) < CONTRAST ? 0 : level;
}

static void
judge_edges(Finder *finder, unsigned count, unsigned y, gboolean first_dark)
{
  const unsigned char *row = finder->row + finder->reach;

  for (unsigned i = 0; i + RUNS < count; i++) {
    const unsigned *edges = finder->edges + i;
    const unsigned middle = edges[3] - edges[2];
    unsigned len[RUNS], level;

    if (middle <= edges[2] - edges[1] || middle <= edges[4] - edges[3]) /* most */
      continue;
    for (unsigned k = 0; k < RUNS; k++)
      len[k] = edges[k + 1] - edges[k];
    if (cap_ends(len) && fits_pattern(len, ROW_SLACK) && (level = level_of(row, edges)) > 0)
      judge_runs(finder, len, (edges[2] + edges[3] - 1) / 2.0, y, level,
                 (i % 2 == 0) == first_dark);
  }
}

/* --- eight pixels at a time --- */

#define EIGHT   8
#define TOPS    G_GUINT64_CONSTANT(0x8080808080808080)
#define ONES    G_GUINT64_CONSTANT(0x0101010101010101)
#define EVEN    G_GUINT64_CONSTANT(0x00ff00ff00ff00ff)
#define QUARTET G_GUINT64_CONSTANT(0x0001000100010001)

/* The first of them lowest. */
static guint64
eight_at(const unsigned char *p)
{
  guint64 eight;

  memcpy(&eight, p, sizeof eight);
  return GUINT64_FROM_LE(eight);
}

static unsigned
sum_of_eight(guint64 eight)
{
  return (unsigned)((((eight & EVEN) + (eight >> 8 & EVEN)) * QUARTET) >> 48);
}

/* The top bit of each that is below the level. */
static guint64
below(guint64 eight, unsigned level)
{
  const guint64 levels = level * ONES, rest = (eight | TOPS) - (levels & ~TOPS);

  return ((~eight & levels) | (~(eight ^ levels) & ~rest)) & TOPS;
}

/* Where a row turns from light to dark and back: the mean of what lies around each eight pixels
 * tells which they are. Returns the number of edges, its two ends among them. */
static unsigned
find_edges(const unsigned char *padded, unsigned width, unsigned reach, unsigned *edges,
           gboolean *first_dark)
{
  const unsigned char *row = padded + reach, *ahead = row + reach + 1;
  const unsigned n = 2 * reach + 1;
  unsigned sum = 0, count = 0;
  guint64 dark = 0; /* the pixel before: its top bit, or none */

  for (unsigned i = 0; i < n; i++)
    sum += padded[i + EIGHT / 2];
  edges[count++] = 0;
  for (unsigned x = 0; x < width; x += EIGHT) {
    const guint64 darks = below(eight_at(row + x), (sum + n - 1) / n);
    guint64 turns;

    if (x == 0) {
      *first_dark = (darks & 0x80) != 0;
      dark = darks & 0x80;
    }
    turns = darks ^ (darks << 8 | dark);
    for (unsigned i = 0; turns != 0 && i < EIGHT && x + i < width; i++, turns >>= 8)
      if (turns & 0x80)
        edges[count++] = x + i;
    dark = darks >> 56;
    sum += sum_of_eight(eight_at(ahead + x + EIGHT / 2));
    sum -= sum_of_eight(eight_at(padded + x + EIGHT / 2));
  }
  edges[count++] = width;
  return count;
}

static void
judge_row(Finder *finder, unsigned y)
{
  const unsigned width = finder->picture->width, reach = finder->reach;
  unsigned char *row = finder->row + reach;
  gboolean first_dark;
  unsigned count;

  picture_row(finder->picture, finder->view, y, row);
  memset(finder->row, row[0], reach);
  memset(row + width, row[width - 1], reach + SPARE);
  count = find_edges(finder->row, width, reach, finder->edges, &first_dark);
  if (!finder->full)
    judge_edges(finder, count, y, first_dark);
  if (finder->dots)
    dots_note(finder->dots, finder->edges, count, y);
}

/* --- three marks --- */

/* Modules from one mark to another: a row that meets a mark askew measures it longer by as much as
 * the way between them is longer than its part along the row. */
static double
modules_between(const Mark *a, const Mark *b)
{
  double dx = ABS(a->x - b->x), dy = ABS(a->y - b->y);
  double size = dx > dy ? a->across + b->across : a->down + b->down;

  return (dx * dx + dy * dy) / (MAX(dx, dy) + 0.01) / (size / 2);
}

/* Middles of marks are 14 to 170 modules apart. */
static gboolean
is_side(const Mark *a, const Mark *b, double *modules)
{
  if (a->dark != b->dark || !of_one_size(a->across, b->across, 1.7) ||
      !of_one_size(a->down, b->down, 1.7))
    return FALSE;
  *modules = modules_between(a, b);
  return *modules >= 11 && *modules <= 200;
}

static gboolean
is_corner(const Mark *corner, const Mark *b, const Mark *c)
{
  double ux = b->x - corner->x, uy = b->y - corner->y, vx = c->x - corner->x, vy = c->y - corner->y;
  double dot = ux * vx + uy * vy;

  /* the cosine is a half at most */
  return dot * dot * 4 <= (ux * ux + uy * uy) * (vx * vx + vy * vy);
}

/* The length of a module of a mark towards (dx, dy). What a row measures of a square at a slant is
 * longer than its side by the same. */
typedef struct vector {
  double x, y;
} Vector;

static Vector
module_towards(const Mark *mark, double dx, double dy)
{
  gboolean flat = ABS(dx) > ABS(dy);
  double part = flat ? ABS(dx) : ABS(dy), size = flat ? mark->across : mark->down;
  double by = size * part / (dx * dx + dy * dy + 0.01);

  return (Vector){dx * by, dy * by};
}

/* A mark may be drawn as circles: the corners of its ring are cut, and those in it are filled. */
static gboolean
is_rounded(int i, int j)
{
  return MIN(ABS(i), ABS(j)) >= 2 && MAX(ABS(i), ABS(j)) <= 3;
}

/* How many of the modules of a mark and of the light ones beside it, towards the two others, are as
 * they must be, in a square or a round one. */
static unsigned
modules_right(const Finder *finder, const Mark *mark, Vector u, Vector v)
{
  const Picture *picture = finder->picture;
  unsigned square = 0, round = 0;

  for (int j = -3; j <= 4; j++)
    for (int i = -3; i <= 4; i++) {
      const int far = MAX(ABS(i), ABS(j));
      const double x = mark->x + i * u.x + j * v.x + 0.5, y = mark->y + i * u.y + j * v.y + 0.5;
      gboolean wanted = far <= 1 || far == 3 ? mark->dark : !mark->dark;

      if (x >= 0 && y >= 0 && x < picture->width && y < picture->height) {
        const gboolean right =
            (picture_at(picture, finder->view, (unsigned)x, (unsigned)y) < mark->level) == wanted;

        square += right;
        round += right != is_rounded(i, j);
      }
    }
  return MAX(square, round);
}

static gboolean
are_marks(const Finder *finder, const Mark *corner, const Mark *b, const Mark *c)
{
  const double ux = b->x - corner->x, uy = b->y - corner->y;
  const double vx = c->x - corner->x, vy = c->y - corner->y;

  return modules_right(finder, corner, module_towards(corner, ux, uy),
                       module_towards(corner, vx, vy)) >= RIGHT &&
         modules_right(finder, b, module_towards(b, -ux, -uy), module_towards(b, vx, vy)) >=
             RIGHT &&
         modules_right(finder, c, module_towards(c, ux, uy), module_towards(c, -vx, -vy)) >= RIGHT;
}

/* The square around three marks and the fourth corner, with a quiet zone and what perspective may
 * add, as far as there is a picture. */
static QrPlace
place_of(const Finder *finder, const Mark *corner, const Mark *b, const Mark *c, double modules)
{
  const double fx = b->x + c->x - corner->x, fy = b->y + c->y - corner->y;
  const double across = (corner->across + b->across + c->across) / 3;
  const double down = (corner->down + b->down + c->down) / 3, spare = 8 + modules / 8;
  const double left = MIN(MIN(corner->x, fx), MIN(b->x, c->x)) - spare * across;
  const double right = MAX(MAX(corner->x, fx), MAX(b->x, c->x)) + spare * across;
  const double top = MIN(MIN(corner->y, fy), MIN(b->y, c->y)) - spare * down;
  const double bottom = MAX(MAX(corner->y, fy), MAX(b->y, c->y)) + spare * down;
  QrPlace place = {.module = MIN(across, down), .dark = corner->dark};

  place.x = (unsigned)MAX(left, 0);
  place.y = (unsigned)MAX(top, 0);
  place.width = (unsigned)MIN(right, finder->picture->width) - place.x;
  place.height = (unsigned)MIN(bottom, finder->picture->height) - place.y;
  place.cut =
      left < 0 || top < 0 || right > finder->picture->width || bottom > finder->picture->height;
  return place;
}

static gboolean
is_known(const GArray *places, const QrPlace *place)
{
  const double most = 4 * place->module;

  for (guint i = 0; i < places->len; i++) {
    const QrPlace *known = &g_array_index(places, QrPlace, i);

    if (known->dark == place->dark && known->x <= place->x + most && known->y <= place->y + most &&
        known->x + known->width + most >= place->x + place->width &&
        known->y + known->height + most >= place->y + place->height &&
        of_one_size(known->module, place->module, 1.5))
      return TRUE;
  }
  return FALSE;
}

static void
add_places(Finder *finder, guint corner, GArray *places)
{
  const Mark *marks = (const Mark *)finder->marks->data;

  for (guint i = 0; i < finder->marks->len && finder->tried <= TRIED; i++) {
    double first, second;

    if (i == corner || !is_side(&marks[corner], &marks[i], &first))
      continue;
    finder->tried += finder->marks->len - i;
    for (guint k = i + 1; k < finder->marks->len; k++) {
      QrPlace place;

      if (k == corner || !is_side(&marks[corner], &marks[k], &second) ||
          !of_one_size(first, second, 1.6) || !is_corner(&marks[corner], &marks[i], &marks[k]) ||
          !are_marks(finder, &marks[corner], &marks[i], &marks[k]))
        continue;
      place = place_of(finder, &marks[corner], &marks[i], &marks[k], MAX(first, second));
      if (!is_known(places, &place))
        g_array_append_val(places, place);
    }
  }
}

static gboolean
are_many(const Picture *picture, const GArray *places)
{
  guint64 pixels = 0;

  for (guint i = 0; i < places->len; i++) {
    const QrPlace *place = &g_array_index(places, QrPlace, i);

    pixels += (guint64)place->width * place->height;
  }
  return places->len >= PLACES && pixels > 2 * (guint64)picture->width * picture->height;
}

static void
set_whole(const Picture *picture, GArray *places)
{
  g_array_set_size(places, 0);
  for (int dark = 0; dark < 2; dark++) {
    QrPlace all = {0, 0, picture->width, picture->height, QR_MODULE, dark != 0, FALSE};

    g_array_append_val(places, all);
  }
}

/* Rows that are like the last one have its marks. */
static void
scan_rows(Finder *finder, unsigned step)
{
  const size_t stride = (size_t)finder->picture->width * finder->picture->channels;
  const unsigned reach = MAX(finder->picture->width / REACH_PART, REACH);
  g_autofree unsigned char *row = g_malloc(finder->picture->width + 2 * (size_t)reach + SPARE);
  g_autofree unsigned *edges = g_new(unsigned, (size_t)finder->picture->width + 2);

  finder->row = row;
  finder->edges = edges;
  finder->reach = reach;
  for (unsigned y = step / 2;
       y < finder->picture->height && (finder->dots || !finder->full); y += step) {
    const unsigned char *raw = picture_raw_row(finder->picture, y);

    if (y < step || memcmp(raw, raw - step * stride, stride) != 0)
      judge_row(finder, y);
  }
}

static unsigned
row_step(const Picture *picture, PictureView view)
{
  if (MIN(picture->width, picture->height) < SMALL)
    return 1;
  return view == VIEW_RED || view == VIEW_BLUE ? ROW_STEP * 2 : ROW_STEP;
}

unsigned
qr_crossings(const Picture *picture)
{
  Finder finder = {.picture = picture, .view = VIEW_ON_WHITE};

  scan_rows(&finder, row_step(picture, VIEW_ON_WHITE));
  return finder.crossings;
}

GArray *
qr_places(const Picture *picture, PictureView view, DotPitches *dots)
{
  g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(Mark));
  DotRows rows = {.most = MIN(MIN(picture->width, picture->height) / QR_LEAST, DOT_PITCH_MOST)};
  Finder finder = {.picture = picture, .view = view, .marks = marks, .dots = dots ? &rows : NULL};
  GArray *places = g_array_new(FALSE, FALSE, sizeof(QrPlace));

  scan_rows(&finder, row_step(picture, view));
  for (guint i = 0; i < marks->len && !finder.full; i++) {
    add_places(&finder, i, places);
    finder.full = finder.tried > TRIED || are_many(picture, places);
  }
  if (finder.full)
    set_whole(picture, places);
  if (dots)
    dots_pitches(&rows, dots);
  return places;
}
