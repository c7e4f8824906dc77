/* pdf_font.h - what the codes of a PDF's font mean: characters, and how wide they are (ISO 32000-1
 * 9.6, 9.7, 9.10). Inside rewrite/ only. */
#ifndef CORDON_PDF_FONT_H
#define CORDON_PDF_FONT_H

#include <glib.h>

typedef struct pdf_font PdfFont;

/* A simple font has a code a byte; a composite one two bytes until it is told otherwise. room: how
 * much more may be remembered of codes, by all fonts of a document; it outlives the font. */
PdfFont *pdf_font_new(gboolean composite, unsigned *room);
void pdf_font_free(PdfFont *font);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfFont, pdf_font_free)

/* --- what is known of it; names without their slash --- */

/* BaseFont: one of the fonts that need no widths. */
void pdf_font_set_base(PdfFont *font, const char *name);

/* The name of a composite font's Encoding: "Identity-H", "GBK-EUC-H", "UniCNS-UCS2-V" ... */
void pdf_font_set_encoding(PdfFont *font, const char *name);

/* The stream of a composite font's Encoding: how long its codes are. */
void pdf_font_set_codes(PdfFont *font, const unsigned char *cmap, size_t len);

/* ToUnicode. FALSE where there is no room, or LIMIT_PDF_OPERANDS is met. */
gboolean pdf_font_set_unicode(PdfFont *font, const unsigned char *cmap, size_t len);

/* Ordering of the descendant's CIDSystemInfo: "GB1". */
void pdf_font_set_collection(PdfFont *font, const char *ordering);

/* An entry of Differences; and before these one of the font's own encoding, of which only known
 * names count: others are often made up, and then the code tells more. */
void pdf_font_set_glyph(PdfFont *font, unsigned code, const char *name);
void pdf_font_set_own_glyph(PdfFont *font, unsigned code, const char *name);

/* Widths, in the units of the font; the unit is a thousandth of the size unless it says so. */
void pdf_font_set_width(PdfFont *font, unsigned code, double width);
void pdf_font_set_default_width(PdfFont *font, double width);
void pdf_font_set_unit(PdfFont *font, double unit);

/* --- strings --- */

typedef struct pdf_char {
  unsigned code;
  unsigned len;     /* bytes of the code */
  double width;     /* of the size: 0.5; along the line, also where that goes down */
  const char *text; /* UTF-8; "" if nobody knows; valid while the font is, until the next call */
} PdfChar;

/* The character that a string begins with; len > 0. */
PdfChar pdf_font_char(PdfFont *font, const unsigned char *bytes, size_t len);

/* Lines go down. */
gboolean pdf_font_is_vertical(const PdfFont *font);

#endif
