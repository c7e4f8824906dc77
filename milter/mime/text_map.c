/* text_map.c - the way back from decoded text to the bytes it came from.
 *
 * A segment is a run of units: n characters of to_unit bytes in the result, each from from_unit
 * bytes of the source. Chinese text in Big5 is one segment of 3:2 from one ASCII letter to the
 * next, escaped UTF-8 in quoted-printable one of 1:3. Segments tile the result without a gap; in
 * the source there may be bytes between them. Offsets are 32 bits wide because a segment every few
 * bytes must stay affordable; LIMIT_DECODED is far below. */
#include "text.h"

#include "bounds.h"

G_STATIC_ASSERT(LIMIT_DECODED * 3 < G_MAXUINT32);

typedef struct segment {
  guint32 to, from;
  guint16 to_unit, from_unit;
} Segment;

struct text_map {
  GArray *room;    /* Segment; grown ahead of use, because segments may be many and small */
  guint n;         /* segments in use */
  size_t to, from; /* lengths so far */
  size_t last_end; /* source end of the last segment */
  Segment *last;   /* in room; NULL if there is none */
};

TextMap *
text_map_new(void)
{
  TextMap *map = g_new0(TextMap, 1);
  map->room = g_array_new(FALSE, FALSE, sizeof(Segment));
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
  g_array_free(map->room, TRUE);
  g_free(map);
}

static void
append_segment(TextMap *map, unsigned to_unit, unsigned from_unit)
{
  g_assert(to_unit > 0 && to_unit <= G_MAXUINT16 && from_unit <= G_MAXUINT16);
  if (map->n == map->room->len)
    g_array_set_size(map->room, map->n * 2 + 1);
  map->last = &g_array_index(map->room, Segment, map->n++);
  *map->last =
      (Segment){(guint32)map->to, (guint32)map->from, (guint16)to_unit, (guint16)from_unit};
}

void
text_map_run(TextMap *map, unsigned to_unit, unsigned from_unit, size_t n)
{
  if (n == 0)
    return;
  if (map->last == NULL || map->last_end != map->from || map->last->to_unit != to_unit ||
      map->last->from_unit != from_unit)
    append_segment(map, to_unit, from_unit);
  map->to += n * to_unit;
  map->from += n * from_unit;
  map->last_end = map->from;
  /* A wrapped offset would lead an edit astray: a mail of 4 GiB must not get this far. */
  g_assert(map->to <= G_MAXUINT32 && map->from <= G_MAXUINT32);
}

void
text_map_skip(TextMap *map, size_t from_len)
{
  map->from += from_len;
}

/* The source range of the unit that holds this byte of the result. */
static Range
unit_at(const TextMap *map, size_t off)
{
  const Segment *segments = (const Segment *)(const void *)map->room->data;
  guint low = 0, high = map->n;
  while (high - low > 1) {
    const guint mid = low + (high - low) / 2;
    if (segments[mid].to <= off)
      low = mid;
    else
      high = mid;
  }
  const Segment *s = &segments[low];
  return range_make(s->from + (off - s->to) / s->to_unit * s->from_unit, s->from_unit);
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
