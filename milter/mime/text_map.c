/* text_map.c - the way back from decoded text to the bytes it came from.
 *
 * A segment is a run of units: n characters of to_unit bytes in the result, each from from_unit
 * bytes of the source. Chinese text in Big5 is one segment of 3:2 from one ASCII letter to the
 * next, escaped UTF-8 in quoted-printable one of 1:3. Segments tile the result without a gap; in
 * the source there may be bytes between them.
 *
 * There may be one every few bytes, so all but the last are packed, most of them into one byte, and
 * every so many have a mark that tells where they begin. Offsets are 32 bits wide; LIMIT_DECODED is
 * far below. */
#include "text.h"

#include "bounds.h"

G_STATIC_ASSERT(LIMIT_DECODED * 3 < G_MAXUINT32);

/* Segments from one mark to the next. */
#define MARK_EVERY 64

/* A packed segment begins with one byte: to_unit - 1 in two bits, from_unit in three, and n in
 * three; n is LONG where it follows as a number, and OTHER where all follow, the bytes before it in
 * the source among them. Numbers are seven bits a byte, the lowest first. */
#define LONG      6
#define OTHER     7
#define TO_MOST   4
#define FROM_MOST 7

/* One byte and four numbers of five. */
#define PACKED_MOST 21

typedef struct segment {
  guint32 to, from, n;
  guint16 to_unit, from_unit;
} Segment;

typedef struct mark {
  guint32 to, from; /* from: where the segment before it ended */
  guint32 at;       /* in packed */
} Mark;

struct text_map {
  GByteArray *packed; /* grown ahead of use */
  guint used;
  GArray *marks; /* Mark */
  guint since;   /* segments since the last of them */
  guint32 ended; /* in the source, of what is packed */
  Segment last;
  size_t to, from; /* lengths so far */
  size_t last_end; /* source end of the last segment */
};

TextMap *
text_map_new(void)
{
  TextMap *map = g_new0(TextMap, 1);

  map->packed = g_byte_array_new();
  map->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
  return map;
}

TextMap *
text_map_identity(size_t len)
{
  TextMap *map = text_map_new();

  text_map_run(map, 1, 1, len);
  return map;
}

void
text_map_free(TextMap *map)
{
  if (map == NULL)
    return;
  g_byte_array_free(map->packed, TRUE);
  g_array_free(map->marks, TRUE);
  g_free(map);
}

/* --- packing --- */

static guint8 *
put_number(guint8 *out, guint32 number)
{
  for (; number > 0x7f; number >>= 7)
    *out++ = (guint8)(number | 0x80);
  *out++ = (guint8)number;
  return out;
}

static guint8 *
put_segment(guint8 *out, const Segment *s, guint32 gap)
{
  const gboolean plain = gap == 0 && s->to_unit <= TO_MOST && s->from_unit <= FROM_MOST;
  const unsigned n = !plain ? OTHER : s->n < LONG ? s->n : LONG;

  *out++ = (guint8)((plain ? (s->to_unit - 1u) | (unsigned)s->from_unit << 2 : 0) | n << 5);
  if (n == OTHER) {
    out = put_number(out, gap);
    out = put_number(out, s->to_unit);
    out = put_number(out, s->from_unit);
  }
  return n >= LONG ? put_number(out, s->n) : out;
}

static void
pack_last(TextMap *map)
{
  const Segment *last = &map->last;

  if (last->n == 0)
    return;
  if (map->packed->len - map->used < PACKED_MOST)
    g_byte_array_set_size(map->packed, map->used * 2 + PACKED_MOST);
  if (map->since++ % MARK_EVERY == 0) {
    const Mark mark = {last->to, map->ended, map->used};

    g_array_append_val(map->marks, mark);
  }
  map->used = (guint)(put_segment(map->packed->data + map->used, last, last->from - map->ended) -
                      map->packed->data);
  map->ended = last->from + last->n * last->from_unit;
}

void
text_map_run(TextMap *map, unsigned to_unit, unsigned from_unit, size_t n)
{
  Segment *last = &map->last;

  if (n == 0)
    return;
  g_assert(to_unit > 0 && to_unit <= G_MAXUINT16 && from_unit <= G_MAXUINT16);
  if (last->n == 0 || map->last_end != map->from || last->to_unit != to_unit ||
      last->from_unit != from_unit) {
    pack_last(map);
    *last =
        (Segment){(guint32)map->to, (guint32)map->from, 0, (guint16)to_unit, (guint16)from_unit};
  }
  map->to += n * to_unit;
  map->from += n * from_unit;
  map->last_end = map->from;
  /* A wrapped offset would lead an edit astray: a mail of 4 GiB must not get this far. */
  g_assert(map->to <= G_MAXUINT32 && map->from <= G_MAXUINT32);
  last->n += (guint32)n;
}

void
text_map_skip(TextMap *map, size_t from_len)
{
  map->from += from_len;
}

/* --- the way back --- */

static const guint8 *
take_number(const guint8 *in, guint32 *number)
{
  *number = 0;
  for (unsigned shift = 0;; shift += 7) {
    *number |= (guint32)(*in & 0x7f) << shift;
    if (!(*in++ & 0x80))
      return in;
  }
}

/* The next segment, where `s` is the one before it. */
static const guint8 *
take_segment(const guint8 *in, Segment *s)
{
  const unsigned head = *in++, n = head >> 5;
  guint32 gap = 0, to_unit = (head & 3) + 1, from_unit = head >> 2 & 7;

  s->to += s->n * s->to_unit;
  s->from += s->n * s->from_unit;
  s->n = n;
  if (n == OTHER) {
    in = take_number(in, &gap);
    in = take_number(in, &to_unit);
    in = take_number(in, &from_unit);
  }
  if (n >= LONG)
    in = take_number(in, &s->n);
  s->from += gap;
  s->to_unit = (guint16)to_unit;
  s->from_unit = (guint16)from_unit;
  return in;
}

static Segment
segment_at(const TextMap *map, size_t off)
{
  const Mark *marks = (const Mark *)(const void *)map->marks->data;
  guint low = 0, high = map->marks->len;
  const guint8 *in;
  Segment s;

  if (high == 0 || off >= map->last.to)
    return map->last;
  while (high - low > 1) {
    const guint mid = low + (high - low) / 2;

    if (marks[mid].to <= off)
      low = mid;
    else
      high = mid;
  }
  s = (Segment){.to = marks[low].to, .from = marks[low].from};
  in = map->packed->data + marks[low].at;
  do
    in = take_segment(in, &s);
  while (off >= s.to + (size_t)s.n * s.to_unit);
  return s;
}

/* The source range of the unit that holds this byte of the result. */
static Range
unit_at(const TextMap *map, size_t off)
{
  const Segment s = segment_at(map, off);

  return range_make(s.from + (off - s.to) / s.to_unit * s.from_unit, s.from_unit);
}

Range
text_map_range(const TextMap *map, Range result)
{
  if (map->to == 0)
    return range_make(map->from, 0);
  const size_t off = MIN(result.off, map->to);
  const size_t len = MIN(result.len, map->to - off);
  if (len == 0)
    return range_make(off == 0 ? unit_at(map, 0).off : range_end(unit_at(map, off - 1)), 0);
  const size_t start = unit_at(map, off).off;
  return range_make(start, range_end(unit_at(map, off + len - 1)) - start);
}
