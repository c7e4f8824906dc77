/* pdf_filter.c - streams unpacked as readers do, who stop at an error and show what they have. */
#include "pdf_filter.h"

#include <gio/gio.h>
#include <string.h>

#include "bounds.h"
#include "pdf_content.h"

/* Room that is made at the least; it is doubled. */
#define PIECE KIB(4)

typedef void (*Undo)(const PdfFilter *filter, const unsigned char *p, const unsigned char *end,
                     size_t most, GByteArray *out);

/* How unpacking ended: where its form ends, within it, or at what it cannot be. */
typedef enum ending { WHOLE, CUT, DAMAGED } Ending;

/* *end: bytes that were used. `good` bytes are known to come, and then so many are asked for at a
 * time: what would have come together with an error is lost. */
static Ending
convert(GConverter *converter, const unsigned char *bytes, size_t len, size_t most, size_t good,
        size_t piece, GByteArray *out, size_t *end)
{
  g_autoptr(GError) error = NULL;
  GConverterResult result = G_CONVERTER_CONVERTED;
  size_t used = 0, written = 0;

  while (len > 0 && result == G_CONVERTER_CONVERTED && written < most) {
    const size_t wanted = written < good ? good - written : piece;
    gsize in = 0, got = 0;

    if (written == out->len)
      g_byte_array_set_size(out, (guint)MIN(MAX(2 * written, MAX(4 * len, PIECE)), most));
    result = g_converter_convert(converter, bytes + used, len - used, out->data + written,
                                 MIN(out->len - written, wanted), G_CONVERTER_INPUT_AT_END, &in,
                                 &got, &error);
    if (result == G_CONVERTER_ERROR || (in == 0 && got == 0))
      break;
    written += got;
    used += in;
  }
  g_byte_array_set_size(out, (guint)written);
  *end = used;
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return DAMAGED;
  return result == G_CONVERTER_FINISHED ? WHOLE : CUT;
}

/* --- packed --- */

/* A head or sum that is wrong does not keep readers from what is between them. */
static void
undo_flate(const PdfFilter *filter, const unsigned char *p, const unsigned char *end, size_t most,
           GByteArray *out)
{
  static const size_t pieces[] = {G_MAXSIZE, 64, 1};
  size_t used;
  g_autoptr(GConverter) zlib = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW));

  while (p < end && pdf_is_space(*p)) /* some writers put a line end too many */
    p++;
  for (size_t i = 0; i < G_N_ELEMENTS(pieces) && end - p > 2; i++) {
    if (convert(zlib, p + 2, (size_t)(end - p) - 2, most, out->len, pieces[i], out, &used) !=
        DAMAGED)
      return;
    g_converter_reset(zlib);
  }
}

GByteArray *
pdf_inflate(const unsigned char *bytes, size_t len, size_t most, size_t *used, gboolean *sound)
{
  g_autoptr(GConverter) zlib = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  GByteArray *out = g_byte_array_new();

  *sound = convert(zlib, bytes, len, most, 0, G_MAXSIZE, out, used) == WHOLE;
  return out;
}

static void
add_byte(GByteArray *out, unsigned char c)
{
  g_byte_array_append(out, &c, 1);
}

enum { LZW_CLEAR = 256, LZW_END = 257, LZW_CODES = 4096 };

/* Each code stands for bytes that were written before. */
typedef struct lzw {
  guint32 at[LZW_CODES], len[LZW_CODES];
  unsigned next, width;
} Lzw;

static void
lzw_clear(Lzw *lzw)
{
  lzw->next = LZW_END + 1;
  lzw->width = 9;
}

/* Appends what a code stands for; FALSE if it stands for nothing. */
static gboolean
lzw_write(Lzw *lzw, unsigned code, guint32 before, GByteArray *out)
{
  const guint32 at = out->len;
  guint32 from, len;

  if (code < LZW_CLEAR) {
    add_byte(out, (unsigned char)code);
    return TRUE;
  }
  if (code >= lzw->next && (code > lzw->next || before == G_MAXUINT32))
    return FALSE;
  from = code == lzw->next ? before : lzw->at[code];
  len = code == lzw->next ? at - before + 1 : lzw->len[code];
  g_byte_array_set_size(out, at + len);
  for (guint32 i = 0; i < len; i++) /* it may go on into itself */
    out->data[at + i] = out->data[from + i];
  return TRUE;
}

static void
undo_lzw(const PdfFilter *filter, const unsigned char *p, const unsigned char *end, size_t most,
         GByteArray *out)
{
  g_autofree Lzw *lzw = g_new0(Lzw, 1);
  guint32 bits = 0, before = G_MAXUINT32;
  unsigned held = 0;

  lzw_clear(lzw);
  while (p < end && out->len < most) {
    const guint32 at = out->len;
    unsigned code;

    bits = bits << 8 | *p++;
    held += 8;
    if (held < lzw->width)
      continue;
    held -= lzw->width;
    code = bits >> held & ((1u << lzw->width) - 1);
    if (code == LZW_END)
      return;
    if (code == LZW_CLEAR) {
      lzw_clear(lzw);
      before = G_MAXUINT32;
      continue;
    }
    if (!lzw_write(lzw, code, before, out))
      return;
    if (before != G_MAXUINT32 && lzw->next < LZW_CODES) {
      lzw->at[lzw->next] = before;
      lzw->len[lzw->next++] = at - before + 1;
    }
    before = at;
    while (lzw->width < 12 && lzw->next + !filter->late >= 1u << lzw->width)
      lzw->width++;
  }
}

static void
undo_runs(const PdfFilter *filter, const unsigned char *p, const unsigned char *end, size_t most,
          GByteArray *out)
{
  while (p < end && *p != 128 && out->len < most) {
    unsigned count = *p < 128 ? *p + 1u : 257u - *p;

    if (*p++ < 128) {
      count = MIN(count, (unsigned)(end - p));
      g_byte_array_append(out, p, count);
      p += count;
    } else if (p < end) {
      g_byte_array_set_size(out, out->len + count);
      memset(out->data + out->len - count, *p++, count);
    }
  }
}

/* --- in ASCII --- */

static void
undo_hex(const PdfFilter *filter, const unsigned char *p, const unsigned char *end, size_t most,
         GByteArray *out)
{
  g_autoptr(GString) text = g_string_new(NULL);

  pdf_read_hex(p, end, most, text);
  g_byte_array_append(out, (const guint8 *)text->str, (guint)text->len);
}

static void
add_group(GByteArray *out, const unsigned *digits, unsigned count)
{
  guint32 value = 0;

  for (unsigned i = 0; i < 5; i++)
    value = value * 85 + (i < count ? digits[i] : 84);
  for (unsigned i = 0; i + 1 < count; i++)
    add_byte(out, (unsigned char)(value >> (24 - 8 * i)));
}

static void
undo_85(const PdfFilter *filter, const unsigned char *p, const unsigned char *end, size_t most,
        GByteArray *out)
{
  unsigned digits[5] = {0}, count = 0;

  for (; p < end && *p != '~' && out->len < most; p++) {
    if (*p == 'z' && count == 0)
      g_byte_array_append(out, (const guint8 *)"\0\0\0\0", 4);
    else if (*p >= '!' && *p <= 'u')
      digits[count++] = (unsigned)(*p - '!');
    if (count == 5) {
      add_group(out, digits, count);
      count = 0;
    }
  }
  if (count > 1)
    add_group(out, digits, count);
}

/* --- predictors (7.4.4.4) --- */

static unsigned char
paeth(int left, int up, int corner)
{
  const int all = left + up - corner, l = ABS(all - left), u = ABS(all - up), c = ABS(all - corner);

  return (unsigned char)(l <= u && l <= c ? left : u <= c ? up : corner);
}

/* One row of a PNG; above: the row before, undone. */
static void
undo_row(unsigned how, unsigned char *row, const unsigned char *above, size_t len, size_t pixel)
{
  const size_t first = MIN(pixel, len); /* nothing is left of these */

  if (how == 1) {
    for (size_t i = first; i < len; i++)
      row[i] = (unsigned char)(row[i] + row[i - pixel]);
  } else if (how == 2) {
    for (size_t i = 0; i < len; i++)
      row[i] = (unsigned char)(row[i] + above[i]);
  } else if (how == 3) {
    for (size_t i = 0; i < first; i++)
      row[i] = (unsigned char)(row[i] + above[i] / 2);
    for (size_t i = first; i < len; i++)
      row[i] = (unsigned char)(row[i] + (row[i - pixel] + above[i]) / 2);
  } else if (how == 4) {
    for (size_t i = 0; i < first; i++)
      row[i] = (unsigned char)(row[i] + paeth(0, above[i], 0));
    for (size_t i = first; i < len; i++)
      row[i] = (unsigned char)(row[i] + paeth(row[i - pixel], above[i], above[i - pixel]));
  }
}

/* In place. Predictor 2, of TIFF, is for pictures: only rows of bytes are undone. */
static void
undo_predictor(const PdfFilter *filter, GByteArray *out)
{
  const size_t colors = filter->colors ? MIN(filter->colors, 64) : 1,
               bits = filter->bits ? MIN(filter->bits, 16) : 8,
               columns = filter->columns ? MIN(filter->columns, MIB(1)) : 1,
               row = (colors * bits * columns + 7) / 8, pixel = (colors * bits + 7) / 8,
               mark = filter->predictor >= 10;
  g_autofree unsigned char *above = g_malloc0(row);
  size_t to = 0;

  for (size_t at = 0; at + mark < out->len; at += row + mark) {
    const size_t len = MIN(row, out->len - at - mark);
    const unsigned how = mark ? out->data[at] : 1;

    memmove(out->data + to, out->data + at + mark, len);
    if (!mark)
      memset(above, 0, row);
    undo_row(how, out->data + to, above, len, pixel);
    memcpy(above, out->data + to, len);
    to += len;
  }
  g_byte_array_set_size(out, (guint)to);
}

/* --- all --- */

static const struct {
  const char *name, *abbreviation;
  Undo undo;
} filters[] = {
    {"FlateDecode", "Fl", undo_flate},    {"LZWDecode", "LZW", undo_lzw},
    {"ASCII85Decode", "A85", undo_85},    {"ASCIIHexDecode", "AHx", undo_hex},
    {"RunLengthDecode", "RL", undo_runs},
};

static Undo
undo_of(const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
    if (strcmp(name, filters[i].name) == 0 || strcmp(name, filters[i].abbreviation) == 0)
      return filters[i].undo;
  return NULL;
}

gboolean
pdf_filter_is_known(const char *name)
{
  return undo_of(name) != NULL;
}

gboolean
pdf_filter_is_file(const char *name)
{
  return strcmp(name, "DCTDecode") == 0 || strcmp(name, "DCT") == 0 ||
         strcmp(name, "JPXDecode") == 0;
}

gboolean
pdf_filter_is_fax(const char *name)
{
  return strcmp(name, "CCITTFaxDecode") == 0 || strcmp(name, "CCF") == 0;
}

GByteArray *
pdf_unfilter(const PdfFilter *filter, const unsigned char *bytes, size_t len, size_t most,
             gboolean *whole)
{
  GByteArray *out = g_byte_array_new();
  const Undo undo = undo_of(filter->name);

  if (!undo) {
    *whole = FALSE;
    return out;
  }
  if (len > 0)
    undo(filter, bytes, bytes + len, most, out);
  if (out->len >= most)
    *whole = FALSE;
  if ((undo == undo_flate || undo == undo_lzw) && filter->predictor > 1)
    undo_predictor(filter, out);
  return out;
}
