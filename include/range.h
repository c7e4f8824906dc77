/* range.h - a stretch of bytes, by offset and length. Raw bytes never change, so a range stays
 * true for as long as the bytes it was taken from. */
#ifndef CORDON_RANGE_H
#define CORDON_RANGE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct range {
  size_t off; /* bytes from the start */
  size_t len; /* bytes */
} Range;

static inline Range
range_make(size_t off, size_t len)
{
  return (Range){off, len};
}

static inline size_t
range_end(Range r)
{
  return r.off + r.len;
}

static inline bool
range_holds(Range outer, Range inner)
{
  return inner.off >= outer.off && range_end(inner) <= range_end(outer);
}

static inline bool
range_overlaps(Range a, Range b)
{
  return a.off < range_end(b) && b.off < range_end(a);
}

#endif
