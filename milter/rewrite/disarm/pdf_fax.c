/* pdf_fax.c - the bytes stay as they are; a directory (TIFF 6.0, section 2) goes before them. */
#include "pdf_fax.h"

#include "bounds.h"

/* What comes before the data: a header of 8 bytes, and the directory. */
#define ENTRIES   10
#define DATA_AT   (8 + 2 + ENTRIES * 12 + 4)
#define TYPE_LONG 4

/* TIFF 6.0, section 8; compression in sections 10 and 11. */
enum { ROWS_ALONE = 2, GROUP_3 = 3, GROUP_4 = 4, T4_OPTIONS = 292, T6_OPTIONS = 293 };

/* A row of Group 3 is announced by at least eleven zeros, with which no code of a run begins. */
static gboolean
announces_rows(const unsigned char *data, size_t len)
{
  return len >= 2 && data[0] == 0 && data[1] < 0x20;
}

/* 0 if a TIFF has none like it. */
static unsigned
compression_of(const PdfFax *fax, const unsigned char *data, size_t len)
{
  if (fax->k < 0)
    return fax->aligned ? 0 : GROUP_4;
  if (announces_rows(data, len))
    return GROUP_3;
  return fax->k == 0 && fax->aligned ? ROWS_ALONE : 0;
}

static void
put(GByteArray *out, guint32 number, guint size)
{
  const guint32 bytes = GUINT32_TO_LE(number);

  g_byte_array_append(out, (const guint8 *)&bytes, size);
}

static void
put_entry(GByteArray *out, unsigned tag, guint32 value)
{
  put(out, tag, 2);
  put(out, TYPE_LONG, 2);
  put(out, 1, 4);
  put(out, value, 4);
}

GBytes *
pdf_fax_tiff(const PdfFax *fax, const unsigned char *data, size_t len)
{
  const unsigned compression = compression_of(fax, data, len);
  GByteArray *out;

  if (compression == 0 || (guint64)fax->columns * fax->rows > LIMIT_PICTURE ||
      len > G_MAXUINT32 / 2)
    return NULL;
  out = g_byte_array_new();
  g_byte_array_append(out, (const guint8 *)"II*\0\10\0\0\0", 8);
  put(out, ENTRIES, 2);
  put_entry(out, 256, fax->columns);
  put_entry(out, 257, fax->rows);
  put_entry(out, 258, 1); /* bits of a sample */
  put_entry(out, 259, compression);
  put_entry(out, 262, fax->black_is_one); /* what is light: 0, or 1 */
  put_entry(out, 273, DATA_AT);
  put_entry(out, 277, 1); /* samples of a pixel */
  put_entry(out, 278, fax->rows);
  put_entry(out, 279, (guint32)len);
  put_entry(out, compression == GROUP_4 ? T6_OPTIONS : T4_OPTIONS,
            compression == GROUP_3 && fax->k > 0);
  put(out, 0, 4); /* no more pages */
  g_byte_array_append(out, data, (guint)len);
  return g_byte_array_free_to_bytes(out);
}
