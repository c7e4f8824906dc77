/* utf16.h - UTF-16 of either byte order (RFC 2781) in files: names, properties, XML. Text parts,
 * which need a way back to their bytes, go through text_decode. */
#ifndef CORDON_UTF16_H
#define CORDON_UTF16_H

#include <glib.h>

typedef enum utf16_order { UTF16_LE, UTF16_BE } Utf16Order;

static inline gboolean
utf16_is_high(gunichar unit)
{
  return unit >= 0xd800 && unit <= 0xdbff;
}

static inline gboolean
utf16_is_low(gunichar unit)
{
  return unit >= 0xdc00 && unit <= 0xdfff;
}

static inline gunichar
utf16_join(gunichar high, gunichar low)
{
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static inline gunichar
utf16_unit(const unsigned char *p, Utf16Order order)
{
  return order == UTF16_BE ? (gunichar)(p[0] << 8 | p[1]) : (gunichar)(p[1] << 8 | p[0]);
}

/* The character at p and the bytes that it takes: 4 if it is a pair, else 2. A surrogate without
 * its other half is given as it is. There are two bytes at least (len >= 2). */
static inline size_t
utf16_next(const unsigned char *p, size_t len, Utf16Order order, gunichar *c)
{
  const gunichar next = len >= 4 ? utf16_unit(p + 2, order) : 0;

  *c = utf16_unit(p, order);
  if (!utf16_is_high(*c) || !utf16_is_low(next))
    return 2;
  *c = utf16_join(*c, next);
  return 4;
}

/* Do these bytes begin like XML in UTF-16 (XML 1.0, F.1): with a byte order mark or a '<'? */
gboolean utf16_is_xml(const unsigned char *bytes, size_t len, Utf16Order *order);

/* As UTF-8, in a new string; a byte order mark is a character like others.
 *
 * utf16_decode takes all or nothing: NULL where there is half a pair or half a unit. U+0000 is kept
 * as a NUL: *written says how many bytes there are, without the NUL behind them.
 *
 * utf16_decode_lossy makes U+FFFD of each such half and ends before U+0000; never NULL. */
char *utf16_decode(const unsigned char *bytes, size_t len, Utf16Order order, gsize *written);
char *utf16_decode_lossy(const unsigned char *bytes, size_t len, Utf16Order order);

#endif
