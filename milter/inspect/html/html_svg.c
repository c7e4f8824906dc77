/* html_svg.c - makers of QR codes write them as <rect>s, as one <path> of a thousand corners, as a
 * path of lines, or as one shape that is used again and again. These are drawn, with the colours
 * and the transformations of the groups around them; clips, patterns and style sheets are not. */
#include "html_svg.h"

#include <math.h>
#include <string.h>

#include "bounds.h"
#include "css.h"
#include "html_private.h"

#define DEPTH  32
#define SHAPES 64 /* that have a name, and can be used again */

/* What has no size of its own, or one in per cent, is as large as all there is. */
#define ALL 1e5

/* Points of an arc. */
#define ARC_STEPS 8

#define NO_COLOUR (-1)
#define UNSAID    (-2)

/* What an element hands down. x' = ax + cy + e, y' = bx + dy + f */
typedef struct level {
  double a, b, c, d, e, f, width; /* of lines */
  int fill, stroke;               /* NO_COLOUR: none */
  gboolean hidden;                /* only a shape that is used elsewhere */
} Level;

typedef struct named {
  char *id;
  double width, height;
} Named;

struct html_svg {
  Drawing *drawing;
  Level levels[DEPTH];
  unsigned depth; /* open elements; those beyond DEPTH hand nothing down */
  GArray *named;  /* Named: rectangles */
};

static void
named_clear(void *data)
{
  Named *named = data;

  g_free(named->id);
}

void
html_svg_free(HtmlSvg *svg)
{
  if (!svg)
    return;
  drawing_free(svg->drawing);
  g_array_unref(svg->named);
  g_free(svg);
}

Drawing *
html_svg_take(HtmlSvg *svg)
{
  return g_steal_pointer(&svg->drawing);
}

/* --- numbers --- */

/* The next number of a list, the cursor moved behind it; FALSE at the end or at a letter. */
static gboolean
next_number(const char **p, const char *end, double *number)
{
  const char *at = *p;
  double value = 0, place = 1, sign = 1;
  int power = 0;
  gboolean any = FALSE, point = FALSE;

  while (at < end && (g_ascii_isspace(*at) || *at == ','))
    at++;
  *p = at;
  if (at < end && (*at == '-' || *at == '+'))
    sign = *at++ == '-' ? -1 : 1;
  for (; at < end && (g_ascii_isdigit(*at) || (*at == '.' && !point)); at++) {
    if (*at == '.')
      point = TRUE;
    else
      value = point ? value + (*at - '0') * (place /= 10) : value * 10 + (*at - '0');
    any |= *at != '.';
  }
  if (!any)
    return FALSE;
  if (end - at >= 2 && (*at == 'e' || *at == 'E') && (g_ascii_isdigit(at[1]) || at[1] == '-')) {
    const int minus = at[1] == '-';

    for (at += 1 + minus; at < end && g_ascii_isdigit(*at); at++)
      power = MIN(power * 10 + (*at - '0'), 30);
    power = minus ? -power : power;
  }
  *number = sign * value * pow(10, power);
  *p = at;
  return TRUE;
}

static const HtmlAttribute *
attribute_of(const HtmlToken *token, const char *name)
{
  for (unsigned i = 0; i < token->nattributes; i++)
    if (!token->attributes[i].duplicate && strcmp(token->attributes[i].name, name) == 0)
      return &token->attributes[i];
  return NULL;
}

/* In per cent: `all`. */
static double
number_of(const HtmlToken *token, const char *name, double otherwise, double all)
{
  const HtmlAttribute *a = attribute_of(token, name);
  const char *p = a ? a->value : NULL, *end = a ? a->value + a->value_len : NULL;
  double number;

  if (!p || !next_number(&p, end, &number))
    return otherwise;
  return p < end && *p == '%' ? all : number;
}

/* --- what is handed down --- */

static void
then(Level *level, double a, double b, double c, double d, double e, double f)
{
  const Level m = *level;

  level->a = a * m.a + b * m.c;
  level->b = a * m.b + b * m.d;
  level->c = c * m.a + d * m.c;
  level->d = c * m.b + d * m.d;
  level->e = e * m.a + f * m.c + m.e;
  level->f = e * m.b + f * m.d + m.f;
}

static void
transform(Level *level, const char *p, const char *end)
{
  while (p < end) {
    const char *name = p, *open = memchr(p, '(', (size_t)(end - p));
    double n[6] = {0};
    int count = 0;

    if (!open)
      return;
    while (name < open && !g_ascii_isalpha(*name))
      name++;
    p = open + 1;
    while (count < 6 && next_number(&p, end, &n[count]))
      count++;
    if (g_str_has_prefix(name, "translate"))
      then(level, 1, 0, 0, 1, n[0], n[1]);
    else if (g_str_has_prefix(name, "scale"))
      then(level, n[0], 0, 0, count > 1 ? n[1] : n[0], 0, 0);
    else if (g_str_has_prefix(name, "matrix"))
      then(level, n[0], n[1], n[2], n[3], n[4], n[5]);
    else if (g_str_has_prefix(name, "rotate"))
      then(level, cos(n[0] * G_PI / 180), sin(n[0] * G_PI / 180), -sin(n[0] * G_PI / 180),
           cos(n[0] * G_PI / 180), 0, 0);
    p = memchr(p, ')', (size_t)(end - p));
    if (!p)
      return;
    p++;
  }
}

/* Something that is none of our colours (a gradient) is dark. */
static int
colour_of(const char *text, size_t len)
{
  const int colour = css_colour(text, len);

  if (colour != -1)
    return colour;
  if (len >= 4 && memmem(text, len, "none", 4))
    return NO_COLOUR;
  return len >= 7 && memmem(text, len, "inherit", 7) ? UNSAID : 0;
}

static int
paint_named(const HtmlToken *token, const char *name)
{
  const HtmlAttribute *a = attribute_of(token, name), *style = attribute_of(token, "style");
  g_autofree char *key = g_strconcat(name, ":", NULL);
  const char *found = style ? memmem(style->value, style->value_len, key, strlen(key)) : NULL;

  if (found) {
    const char *end = style->value + style->value_len, *value = found + strlen(key);
    const char *stop = memchr(value, ';', (size_t)(end - value));

    return colour_of(value, (size_t)((stop ? stop : end) - value));
  }
  return a ? colour_of(a->value, a->value_len) : UNSAID;
}

static Level
level_of(const HtmlSvg *svg, const HtmlToken *token)
{
  Level level = svg->levels[MIN(svg->depth, DEPTH) - 1];
  const HtmlAttribute *a = attribute_of(token, "transform");
  const int fill = paint_named(token, "fill"), stroke = paint_named(token, "stroke");

  if (a)
    transform(&level, a->value, a->value + a->value_len);
  level.fill = fill != UNSAID ? fill : level.fill;
  level.stroke = stroke != UNSAID ? stroke : level.stroke;
  level.width = number_of(token, "stroke-width", level.width, 1);
  return level;
}

/* --- shapes --- */

static double
to_x(const Level *level, double x, double y)
{
  return level->a * x + level->c * y + level->e;
}

static double
to_y(const Level *level, double x, double y)
{
  return level->b * x + level->d * y + level->f;
}

static Paint
paint_of(int colour)
{
  return (Paint){
      {(unsigned char)(colour >> 16), (unsigned char)(colour >> 8), (unsigned char)colour}, 255};
}

/* Areas that nobody gave a colour are black, and of no width where lines were meant. */
static void
paint(HtmlSvg *svg, const Level *level)
{
  const gboolean lines = level->stroke != NO_COLOUR;

  if (level->hidden || (level->fill == NO_COLOUR && !lines))
    drawing_drop(svg->drawing);
  else if (level->fill >= 0 || !lines)
    drawing_fill(svg->drawing, paint_of(MAX(level->fill, 0)), FILL_NONZERO, 0);
  else
    drawing_stroke(svg->drawing, paint_of(level->stroke),
                   level->width * sqrt(fabs(level->a * level->d - level->b * level->c)), 0);
}

static void
move(HtmlSvg *svg, const Level *level, double x, double y)
{
  drawing_move(svg->drawing, to_x(level, x, y), to_y(level, x, y));
}

static void
line(HtmlSvg *svg, const Level *level, double x, double y)
{
  drawing_line(svg->drawing, to_x(level, x, y), to_y(level, x, y));
}

static void
rectangle(HtmlSvg *svg, const Level *level, double x, double y, double width, double height)
{
  move(svg, level, x, y);
  line(svg, level, x + width, y);
  line(svg, level, x + width, y + height);
  line(svg, level, x, y + height);
  drawing_close(svg->drawing);
  paint(svg, level);
}

static void
ellipse(HtmlSvg *svg, const Level *level, double x, double y, double rx, double ry)
{
  for (int i = 0; i < 2 * ARC_STEPS; i++) {
    const double angle = G_PI * i / ARC_STEPS;

    (i == 0 ? move : line)(svg, level, x + rx * cos(angle), y + ry * sin(angle));
  }
  drawing_close(svg->drawing);
  paint(svg, level);
}

/* --- paths --- */

typedef struct pen {
  HtmlSvg *svg;
  const Level *level;
  double x, y, from_x, from_y; /* where it is, and where the outline began */
} Pen;

/* An arc of a circle (SVG 1.1, F.6.5), of an ellipse the same made wider or higher. */
static void
arc(Pen *pen, const double n[7])
{
  double rx = fabs(n[0]), ry = fabs(n[1]), dx, dy, half, far, cx, cy, first, turn;

  if (rx == 0 || ry == 0) {
    line(pen->svg, pen->level, n[5], n[6]);
    return;
  }
  dx = (n[5] - pen->x) / rx;
  dy = (n[6] - pen->y) / ry;
  half = MIN(hypot(dx, dy) / 2, 1);
  if (half == 0)
    return;
  far = sqrt(1 - half * half) * ((n[3] != 0) == (n[4] != 0) ? -1 : 1) / (2 * half);
  cx = (pen->x + n[5]) / 2 / rx - dy * far;
  cy = (pen->y + n[6]) / 2 / ry + dx * far;
  first = atan2(pen->y / ry - cy, pen->x / rx - cx);
  turn = atan2(n[6] / ry - cy, n[5] / rx - cx) - first;
  if (n[4] != 0 && turn < 0)
    turn += 2 * G_PI;
  if (n[4] == 0 && turn > 0)
    turn -= 2 * G_PI;
  for (int i = 1; i <= ARC_STEPS; i++)
    line(pen->svg, pen->level, rx * (cx + cos(first + turn * i / ARC_STEPS)),
         ry * (cy + sin(first + turn * i / ARC_STEPS)));
}

static void
curve(Pen *pen, const double *first, const double *second, const double *end)
{
  const Level *l = pen->level;
  const double xy[6] = {to_x(l, first[0], first[1]),   to_y(l, first[0], first[1]),
                        to_x(l, second[0], second[1]), to_y(l, second[0], second[1]),
                        to_x(l, end[0], end[1]),       to_y(l, end[0], end[1])};

  drawing_curve(pen->svg->drawing, xy);
}

/* One step of a path; its numbers are places, not ways. */
static void
step(Pen *pen, char letter, const double *n, unsigned count)
{
  const double x = letter == 'V' ? pen->x : letter == 'H' ? n[0] : n[count - 2];
  const double y = letter == 'V' ? n[0] : letter == 'H' ? pen->y : n[count - 1];

  if (letter == 'M') {
    move(pen->svg, pen->level, x, y);
    pen->from_x = x;
    pen->from_y = y;
  } else if (letter == 'C') {
    curve(pen, n, n + 2, n + 4);
  } else if (letter == 'S' || letter == 'Q') {
    curve(pen, n, n, n + 2);
  } else if (letter == 'A') {
    arc(pen, n);
  } else {
    line(pen->svg, pen->level, x, y);
  }
  pen->x = x;
  pen->y = y;
}

static unsigned
numbers_of(char letter)
{
  static const char letters[] = "MLHVCSQTA";
  static const unsigned counts[] = {2, 2, 1, 1, 6, 4, 4, 2, 7};
  const char *at = strchr(letters, letter);

  return at && *at ? counts[at - letters] : 0;
}

/* Ways become places: in turn along x and y, of an arc only its end. */
static void
add_ways(const Pen *pen, char letter, double *n, unsigned count)
{
  for (unsigned i = letter == 'A' ? 5 : 0; i < count; i++)
    n[i] +=
        letter == 'V' || (letter != 'H' && (letter == 'A' ? i == 6 : i % 2 == 1)) ? pen->y : pen->x;
}

static void
path(HtmlSvg *svg, const Level *level, const char *p, size_t len)
{
  Pen pen = {.svg = svg, .level = level};
  const char *end = p + len;
  char letter = 0;

  while (p < end) {
    double n[7];
    unsigned count = 0, wanted;
    char upper;

    if (g_ascii_isalpha(*p))
      letter = *p++;
    upper = g_ascii_toupper(letter);
    wanted = numbers_of(upper);
    while (count < wanted && next_number(&p, end, &n[count]))
      count++;
    if (upper == 'Z') {
      drawing_close(svg->drawing);
      pen.x = pen.from_x;
      pen.y = pen.from_y;
      letter = 0;
      while (p < end && (g_ascii_isspace(*p) || *p == ','))
        p++;
    } else if (wanted == 0 || count < wanted) {
      p += p < end && !g_ascii_isalpha(*p);
    } else {
      if (letter != upper)
        add_ways(&pen, upper, n, count);
      step(&pen, upper, n, count);
      letter = letter == 'M' ? 'L' : letter == 'm' ? 'l' : letter;
      while (p < end && (g_ascii_isspace(*p) || *p == ','))
        p++;
    }
  }
  paint(svg, level);
}

static void
polygon(HtmlSvg *svg, const Level *level, const char *p, size_t len)
{
  const char *end = p + len;
  double x, y;
  gboolean first = TRUE;

  while (next_number(&p, end, &x) && next_number(&p, end, &y)) {
    (first ? move : line)(svg, level, x, y);
    first = FALSE;
  }
  drawing_close(svg->drawing);
  paint(svg, level);
}

/* --- elements --- */

static void
name_shape(HtmlSvg *svg, const HtmlToken *token)
{
  const HtmlAttribute *id = attribute_of(token, "id");
  Named named = {.width = number_of(token, "width", 1, 1),
                 .height = number_of(token, "height", 1, 1)};

  if (!id || svg->named->len >= SHAPES)
    return;
  named.id = g_strndup(id->value, id->value_len);
  g_array_append_val(svg->named, named);
}

static void
use(HtmlSvg *svg, const Level *level, const HtmlToken *token)
{
  const HtmlAttribute *a = attribute_of(token, "href");

  if (!a)
    a = attribute_of(token, "xlink:href");
  for (guint i = 0; a && a->value_len > 1 && i < svg->named->len; i++) {
    const Named *named = &g_array_index(svg->named, Named, i);

    if (strlen(named->id) != a->value_len - 1 ||
        memcmp(named->id, a->value + 1, a->value_len - 1) != 0)
      continue;
    rectangle(svg, level, number_of(token, "x", 0, 0), number_of(token, "y", 0, 0), named->width,
              named->height);
    return;
  }
}

static void
shape(HtmlSvg *svg, const Level *level, const HtmlToken *token)
{
  const char *name = token->name;
  const HtmlAttribute *a;

  if (html_name_is(name, "rect")) {
    const double width = number_of(token, "width", 0, ALL);
    const double height = number_of(token, "height", 0, ALL);

    name_shape(svg, token);
    rectangle(svg, level, number_of(token, "x", 0, 0), number_of(token, "y", 0, 0), width, height);
  } else if (html_name_is(name, "path") && (a = attribute_of(token, "d")) != NULL) {
    path(svg, level, a->value, a->value_len);
  } else if (html_name_is(name, "polygon") && (a = attribute_of(token, "points")) != NULL) {
    polygon(svg, level, a->value, a->value_len);
  } else if (html_name_is(name, "circle") || html_name_is(name, "ellipse")) {
    const double r = number_of(token, "r", 0, 0);

    ellipse(svg, level, number_of(token, "cx", 0, 0), number_of(token, "cy", 0, 0),
            number_of(token, "rx", r, r), number_of(token, "ry", r, r));
  } else if (html_name_is(name, "use")) {
    use(svg, level, token);
  }
}

HtmlSvg *
html_svg_new(const HtmlToken *token)
{
  HtmlSvg *svg = g_new0(HtmlSvg, 1);

  svg->drawing = drawing_new();
  svg->named = g_array_new(FALSE, FALSE, sizeof(Named));
  g_array_set_clear_func(svg->named, named_clear);
  svg->depth = 1;
  svg->levels[0] = (Level){.a = 1, .d = 1, .width = 1, .fill = UNSAID, .stroke = NO_COLOUR};
  svg->levels[0] = level_of(svg, token);
  return svg;
}

static gboolean
is_group(const char *name)
{
  static const char *const names[] = {"svg", "g", "defs", "symbol", "a", "clippath", "mask", NULL};

  return html_name_in(names, name);
}

gboolean
html_svg_token(HtmlSvg *svg, const HtmlToken *token)
{
  Level level;

  if (token->type == HTML_END_TAG && is_group(token->name))
    return --svg->depth > 0;
  if (token->type != HTML_START_TAG)
    return token->type != HTML_EOF;
  level = level_of(svg, token);
  if (!is_group(token->name)) {
    shape(svg, &level, token);
  } else if (!token->self_closing) {
    level.hidden |= !html_name_is(token->name, "g") && !html_name_is(token->name, "svg") &&
                    !html_name_is(token->name, "a");
    if (svg->depth < DEPTH)
      svg->levels[svg->depth] = level;
    svg->depth++;
  }
  return TRUE;
}
