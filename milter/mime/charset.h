/* charset.h - charsets behind text.h: how each is decoded, and the tables of its characters. */
#ifndef CORDON_MIME_CHARSET_H
#define CORDON_MIME_CHARSET_H

#include "text.h"

typedef enum charset_kind {
  CHARSET_UTF8,
  CHARSET_UTF16LE,
  CHARSET_UTF16BE,
  CHARSET_UTF32LE,
  CHARSET_UTF32BE,
  CHARSET_UTF7,
  CHARSET_SINGLE,    /* ASCII and 128 characters */
  CHARSET_DOUBLE,    /* ASCII and pairs of bytes */
  CHARSET_GB18030,   /* the same, and quadruples */
  CHARSET_SHIFT_JIS, /* the same, and single half-width katakana */
  CHARSET_EUC_JP,    /* the same, and triples of JIS X 0212 */
  CHARSET_EUC_TW,    /* the same, and quadruples of CNS 11643 */
  CHARSET_ISO2022JP,
  CHARSET_ISO2022KR,
  CHARSET_HZ,
  CHARSET_EBCDIC, /* 256 characters */
} CharsetKind;

/* Tables of double-byte characters. EUC_JP and EUC_TW hold plane 1, the two after them what
 * follows a single shift. */
typedef enum double_table {
  TABLE_NONE,
  TABLE_BIG5,
  TABLE_GB18030,
  TABLE_SHIFT_JIS,
  TABLE_EUC_KR,
  TABLE_EUC_JP,
  TABLE_EUC_TW,
  TABLE_JIS0212,
  TABLE_CNS2,
  N_TABLES,
} DoubleTable;

typedef struct charset {
  const char *name; /* canonical, lower case */
  CharsetKind kind;
  DoubleTable table;
  const char *converter; /* CHARSET_SINGLE, _EBCDIC: the C library's, NULL for x-user-defined */
} Charset;

/* UTF-8 of a character, or of two in four places of Big5, filled up with NULs; all 0 if none. */
typedef struct glyph {
  guint8 utf8[4];
} Glyph;

static inline unsigned
glyph_len(const Glyph *g)
{
  return g->utf8[0] == 0 ? 0 : 2u + (g->utf8[2] != 0) + (g->utf8[3] != 0);
}

/* Tables hold every pair of a high byte and another, so that a look-up needs no bounds. */
enum {
  LEAD_MIN = 0x81,
  LEAD_MAX = 0xfe,
  TRAIL_MIN = 0x40,
  TRAIL_MAX = 0xfe,
  PAIR_MIN = 0x8000,
  PAIRS = 0x8000,
  GB_QUADS = 39420, /* four-byte codes that stand for the BMP: 0x81308130 to 0x8431a439 */
};

static inline unsigned
pair_index(guint8 lead, guint8 trail)
{
  return (unsigned)(lead << 8 | trail) - PAIR_MIN;
}

const Charset *charset_find(const char *label, size_t len);
const Charset *charset_by_index(unsigned i); /* NULL behind the last */
unsigned charset_index(const Charset *charset);

/* Those of charset_ebcdic.c, which the above know too: by a label in lower case, and counted by
 * themselves. */
const Charset *charset_ebcdic_find(const char *label);
const Charset *charset_ebcdic_page(unsigned i); /* NULL behind the last */
unsigned charset_ebcdic_index(const Charset *charset);

/* Tables live as long as the process; each is built when first asked for. */
const Glyph *charset_single_table(const Charset *charset);   /* of 128 */
const Glyph *charset_double_table(DoubleTable table);        /* of PAIRS */
const guint16 *charset_ebcdic_table(const Charset *charset); /* of 256, code points or 0 */
const guint16 *charset_gb_quads(void);                       /* of GB_QUADS, code points or 0 */

/* The code (lead << 8 | trail) of a character, 0 if none. */
unsigned charset_double_code(DoubleTable table, gunichar c);

/* The index in charset_gb_quads of a character of the BMP, -1 if none. */
int charset_gb_quad(gunichar c);

#endif
