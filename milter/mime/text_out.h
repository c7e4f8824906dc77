/* text_out.h - where the decoders of charsets write: UTF-8 and its map, in one pass.
 *
 * Every source byte yields at most three bytes (U+FFFD, at worst), so the room is made once. Units
 * of one shape are counted and go to the map as one run. */
#ifndef CORDON_MIME_TEXT_OUT_H
#define CORDON_MIME_TEXT_OUT_H

#include <string.h>

#include "charset.h"

typedef struct text_out {
  guint8 *start, *at;
  TextMap *map;
  unsigned to_unit, from_unit; /* of the run that is not in the map yet */
  size_t n;
  gboolean replaced;
} TextOut;

/* Decoders of whole contents, without byte order mark. */
void decode_utf8(const guint8 *p, size_t len, TextOut *out);
void decode_utf16(const Charset *charset, const guint8 *p, size_t len, TextOut *out);
void decode_utf32(const Charset *charset, const guint8 *p, size_t len, TextOut *out);
void decode_utf7(const guint8 *p, size_t len, TextOut *out);
void decode_single(const Charset *charset, const guint8 *p, size_t len, TextOut *out);
void decode_ebcdic(const Charset *charset, const guint8 *p, size_t len, TextOut *out);
void decode_double(const Charset *charset, const guint8 *p, size_t len, TextOut *out);
void decode_escaped(const Charset *charset, const guint8 *p, size_t len, TextOut *out);

/* Length of the longest prefix that is valid UTF-8, or ASCII, without NUL. */
size_t utf8_prefix(const guint8 *p, size_t len);
size_t ascii_prefix(const guint8 *p, size_t len);

static inline void
out_flush(TextOut *o)
{
  text_map_run(o->map, o->to_unit, o->from_unit, o->n);
  o->n = 0;
}

/* n units whose bytes have been written. */
static inline void
out_units(TextOut *o, unsigned to_unit, unsigned from_unit, size_t n)
{
  if (o->n > 0 && (o->to_unit != to_unit || o->from_unit != from_unit))
    out_flush(o);
  o->to_unit = to_unit;
  o->from_unit = from_unit;
  o->n += n;
}

static inline void
out_skip(TextOut *o, size_t from_len)
{
  out_flush(o);
  text_map_skip(o->map, from_len);
}

static inline void
out_bytes(TextOut *o, const guint8 *p, size_t n)
{
  memcpy(o->at, p, n);
  o->at += n;
  out_units(o, 1, 1, n);
}

static inline void
out_bad(TextOut *o, unsigned from_unit)
{
  memcpy(o->at, "\xef\xbf\xbd", 3);
  o->at += 3;
  o->replaced = TRUE;
  out_units(o, 3, from_unit, 1);
}

static inline void
out_glyph(TextOut *o, const Glyph *g, unsigned from_unit)
{
  const unsigned n = glyph_len(g);
  if (n == 0) {
    out_bad(o, from_unit);
    return;
  }
  memcpy(o->at, g->utf8, 4);
  o->at += n;
  out_units(o, n, from_unit, 1);
}

/* NUL is as bad as what is no character. */
static inline void
out_char(TextOut *o, gunichar c, unsigned from_unit)
{
  if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
    out_bad(o, from_unit);
    return;
  }
  const unsigned n = (unsigned)g_unichar_to_utf8(c, (char *)o->at);
  o->at += n;
  out_units(o, n, from_unit, 1);
}

#endif
