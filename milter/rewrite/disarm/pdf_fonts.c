/* pdf_fonts.c - the fonts that a PDF's resources name, read once each. */
#include "pdf_graph.h"

#include <string.h>

#include "bounds.h"
#include "font_program.h"
#include "pdf_font.h"

static double
numeric(const Pdf *pdf, qpdf_oh value)
{
  return qpdf_oh_is_number(pdf->qpdf, value) ? qpdf_oh_get_numeric_value(pdf->qpdf, value) : 0;
}

static double
numeric_item(const Pdf *pdf, qpdf_oh array, int i)
{
  qpdf_oh value = qpdf_oh_get_array_item(pdf->qpdf, array, i);
  const double number = numeric(pdf, value);

  qpdf_oh_release(pdf->qpdf, value);
  return number;
}

/* Numbers of a PDF may be anything. */
static unsigned
code_of(double number)
{
  return number >= 0 && number <= 0xffff ? (unsigned)number : 0xffff;
}

static void
read_unicode(Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh stream = qpdf_oh_get_key(pdf->qpdf, dictionary, "/ToUnicode");
  gboolean whole = TRUE;
  g_autoptr(GByteArray) cmap = pdf_stream_content(pdf, stream, &whole);

  if (!pdf_font_set_unicode(font, cmap->data, cmap->len) || !whole)
    pdf->cut = TRUE;
  qpdf_oh_release(pdf->qpdf, stream);
}

/* --- simple fonts --- */

static void
set_own_glyph(void *font, unsigned code, const char *name)
{
  pdf_font_set_own_glyph(font, code, name);
}

/* What an embedded font says itself its codes mean counts where the document says nothing. */
static void
read_program(Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  static const char *const keys[] = {"/FontFile", "/FontFile3"};
  qpdf_oh about = qpdf_oh_get_key(pdf->qpdf, dictionary, "/FontDescriptor");

  for (size_t i = 0; i < G_N_ELEMENTS(keys) && qpdf_oh_is_dictionary(pdf->qpdf, about); i++) {
    qpdf_oh stream = qpdf_oh_get_key(pdf->qpdf, about, keys[i]);

    if (qpdf_oh_is_stream(pdf->qpdf, stream)) {
      gboolean whole = TRUE;
      g_autoptr(GByteArray) program = pdf_stream_content(pdf, stream, &whole);

      font_program_codes(program->data, program->len, set_own_glyph, font);
    }
    qpdf_oh_release(pdf->qpdf, stream);
  }
  qpdf_oh_release(pdf->qpdf, about);
}

/* An encoding by name, or one that differs from a named one, says what each code means. */
static gboolean
is_encoded(const Pdf *pdf, qpdf_oh encoding)
{
  return qpdf_oh_is_name(pdf->qpdf, encoding) ||
         (qpdf_oh_is_dictionary(pdf->qpdf, encoding) &&
          qpdf_oh_has_key(pdf->qpdf, encoding, "/BaseEncoding"));
}

static void
read_differences(const Pdf *pdf, qpdf_oh encoding, PdfFont *font)
{
  qpdf_oh list = qpdf_oh_get_key(pdf->qpdf, encoding, "/Differences");
  const int count =
      qpdf_oh_is_array(pdf->qpdf, list) ? qpdf_oh_get_array_n_items(pdf->qpdf, list) : 0;
  unsigned code = 0;

  for (int i = 0; i < MIN(count, 4096); i++) {
    qpdf_oh item = qpdf_oh_get_array_item(pdf->qpdf, list, i);

    if (qpdf_oh_is_name(pdf->qpdf, item))
      pdf_font_set_glyph(font, code++, qpdf_oh_get_name(pdf->qpdf, item) + 1);
    else
      code = code_of(numeric(pdf, item));
    qpdf_oh_release(pdf->qpdf, item);
  }
  qpdf_oh_release(pdf->qpdf, list);
}

static void
read_missing_width(const Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh about = qpdf_oh_get_key(pdf->qpdf, dictionary, "/FontDescriptor");

  if (qpdf_oh_is_dictionary(pdf->qpdf, about)) {
    qpdf_oh width = qpdf_oh_get_key(pdf->qpdf, about, "/MissingWidth");

    pdf_font_set_default_width(font, numeric(pdf, width));
    qpdf_oh_release(pdf->qpdf, width);
  }
  qpdf_oh_release(pdf->qpdf, about);
}

static void
read_simple_widths(const Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh widths = qpdf_oh_get_key(pdf->qpdf, dictionary, "/Widths");
  const unsigned first = pdf_number(pdf, dictionary, "/FirstChar");

  if (qpdf_oh_is_array(pdf->qpdf, widths)) {
    const int count = qpdf_oh_get_array_n_items(pdf->qpdf, widths);

    read_missing_width(pdf, dictionary, font);
    for (int i = 0; i < MIN(count, 256); i++)
      pdf_font_set_width(font, first + (unsigned)i, numeric_item(pdf, widths, i));
  }
  qpdf_oh_release(pdf->qpdf, widths);
}

/* The unit of a font whose glyphs are drawn by operators. */
static void
read_matrix(const Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh matrix = qpdf_oh_get_key(pdf->qpdf, dictionary, "/FontMatrix");

  if (qpdf_oh_is_array(pdf->qpdf, matrix) && qpdf_oh_get_array_n_items(pdf->qpdf, matrix) == 6)
    pdf_font_set_unit(font, numeric_item(pdf, matrix, 0));
  qpdf_oh_release(pdf->qpdf, matrix);
}

static void
read_simple(Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh encoding = qpdf_oh_get_key(pdf->qpdf, dictionary, "/Encoding");
  qpdf_oh base = qpdf_oh_get_key(pdf->qpdf, dictionary, "/BaseFont");

  if (qpdf_oh_is_name(pdf->qpdf, base))
    pdf_font_set_base(font, qpdf_oh_get_name(pdf->qpdf, base));
  if (!is_encoded(pdf, encoding)) /* even where ToUnicode says what some of its codes mean */
    read_program(pdf, dictionary, font);
  if (qpdf_oh_is_dictionary(pdf->qpdf, encoding))
    read_differences(pdf, encoding, font);
  read_simple_widths(pdf, dictionary, font);
  if (pdf_key_is(pdf, dictionary, "/Subtype", "/Type3"))
    read_matrix(pdf, dictionary, font);
  qpdf_oh_release(pdf->qpdf, encoding);
  qpdf_oh_release(pdf->qpdf, base);
}

/* --- composite fonts --- */

/* c [w ...], or first last w. */
static void
read_composite_widths(const Pdf *pdf, qpdf_oh descendant, PdfFont *font)
{
  qpdf_oh list = qpdf_oh_get_key(pdf->qpdf, descendant, "/W");
  const int count =
      qpdf_oh_is_array(pdf->qpdf, list) ? qpdf_oh_get_array_n_items(pdf->qpdf, list) : 0;
  unsigned steps = 0;

  for (int i = 0; i + 1 < count && steps < 0xffff; i++) {
    unsigned code = code_of(numeric_item(pdf, list, i));
    qpdf_oh next = qpdf_oh_get_array_item(pdf->qpdf, list, ++i);

    if (qpdf_oh_is_array(pdf->qpdf, next)) {
      const int widths = qpdf_oh_get_array_n_items(pdf->qpdf, next);

      for (int k = 0; k < widths && steps++ < 0xffff; k++)
        pdf_font_set_width(font, code++, numeric_item(pdf, next, k));
    } else if (++i < count) {
      const double width = numeric_item(pdf, list, i);

      for (; code <= code_of(numeric(pdf, next)) && steps++ < 0xffff; code++)
        pdf_font_set_width(font, code, width);
    }
    steps++;
    qpdf_oh_release(pdf->qpdf, next);
  }
  qpdf_oh_release(pdf->qpdf, list);
}

static void
read_collection(const Pdf *pdf, qpdf_oh descendant, PdfFont *font)
{
  qpdf_oh system = qpdf_oh_get_key(pdf->qpdf, descendant, "/CIDSystemInfo");

  if (qpdf_oh_is_dictionary(pdf->qpdf, system)) {
    qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, system, "/Ordering");
    g_autofree char *ordering = pdf_text_string(pdf, value);

    if (ordering)
      pdf_font_set_collection(font, ordering);
    qpdf_oh_release(pdf->qpdf, value);
  }
  qpdf_oh_release(pdf->qpdf, system);
}

static void
read_descendant(const Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh descendant = pdf_value_at(pdf, dictionary, "/DescendantFonts", 0);

  if (qpdf_oh_is_dictionary(pdf->qpdf, descendant)) {
    if (qpdf_oh_has_key(pdf->qpdf, descendant, "/DW"))
      pdf_font_set_default_width(font, pdf_number(pdf, descendant, "/DW"));
    read_collection(pdf, descendant, font);
    read_composite_widths(pdf, descendant, font);
  }
  qpdf_oh_release(pdf->qpdf, descendant);
}

static void
read_composite(Pdf *pdf, qpdf_oh dictionary, PdfFont *font)
{
  qpdf_oh encoding = qpdf_oh_get_key(pdf->qpdf, dictionary, "/Encoding");

  if (qpdf_oh_is_name(pdf->qpdf, encoding)) {
    pdf_font_set_encoding(font, qpdf_oh_get_name(pdf->qpdf, encoding) + 1);
  } else if (qpdf_oh_is_stream(pdf->qpdf, encoding)) {
    gboolean whole = TRUE;
    g_autoptr(GByteArray) cmap = pdf_stream_content(pdf, encoding, &whole);

    pdf_font_set_codes(font, cmap->data, cmap->len);
    pdf->cut |= !whole;
  }
  read_descendant(pdf, dictionary, font);
  qpdf_oh_release(pdf->qpdf, encoding);
}

/* --- all --- */

static PdfFont *
read_font(Pdf *pdf, qpdf_oh dictionary)
{
  const gboolean composite = pdf_key_is(pdf, dictionary, "/Subtype", "/Type0");
  PdfFont *font = pdf_font_new(composite, &pdf->room);

  if (composite)
    read_composite(pdf, dictionary, font);
  else
    read_simple(pdf, dictionary, font);
  read_unicode(pdf, dictionary, font);
  return font;
}

/* Fonts are objects of their own, as a rule; one that is not is known by where it stands. */
static char *
font_key(const Pdf *pdf, qpdf_oh dictionary, const char *name, unsigned place)
{
  if (qpdf_oh_is_indirect(pdf->qpdf, dictionary))
    return g_strdup_printf("%d %d", qpdf_oh_get_object_id(pdf->qpdf, dictionary),
                           qpdf_oh_get_generation(pdf->qpdf, dictionary));
  return g_strdup_printf("%u %s", place, name);
}

/* Takes the handle over. */
static PdfFont *
font_of(Pdf *pdf, qpdf_oh dictionary, const char *name, unsigned place)
{
  PdfFont *font = NULL;

  if (qpdf_oh_is_dictionary(pdf->qpdf, dictionary)) {
    g_autofree char *id = font_key(pdf, dictionary, name, place);

    font = g_hash_table_lookup(pdf->fonts, id);
    if (!font) {
      font = read_font(pdf, dictionary);
      g_hash_table_insert(pdf->fonts, g_steal_pointer(&id), font);
    }
  }
  qpdf_oh_release(pdf->qpdf, dictionary);
  return font;
}

/* A resource of that kind and name, or null. */
static qpdf_oh
find_resource(const Pdf *pdf, qpdf_oh resources, const char *kind, const char *name)
{
  g_autofree char *key = g_strconcat("/", name, NULL);
  qpdf_oh all = qpdf_oh_is_dictionary(pdf->qpdf, resources)
                    ? qpdf_oh_get_key(pdf->qpdf, resources, kind)
                    : qpdf_oh_new_null(pdf->qpdf);
  qpdf_oh found = qpdf_oh_is_dictionary(pdf->qpdf, all) ? qpdf_oh_get_key(pdf->qpdf, all, key)
                                                        : qpdf_oh_new_null(pdf->qpdf);

  qpdf_oh_release(pdf->qpdf, all);
  return found;
}

PdfFont *
pdf_fonts_find(Pdf *pdf, qpdf_oh resources, const char *name, unsigned place)
{
  return font_of(pdf, find_resource(pdf, resources, "/Font", name), name, place);
}

PdfFont *
pdf_fonts_of_state(Pdf *pdf, qpdf_oh resources, const char *name, unsigned place, double *size)
{
  qpdf_oh state = find_resource(pdf, resources, "/ExtGState", name), list;
  g_autofree char *key = g_strconcat("gs ", name, NULL);
  PdfFont *font = NULL;

  list = qpdf_oh_is_dictionary(pdf->qpdf, state) ? qpdf_oh_get_key(pdf->qpdf, state, "/Font")
                                                 : qpdf_oh_new_null(pdf->qpdf);
  if (qpdf_oh_is_array(pdf->qpdf, list) && qpdf_oh_get_array_n_items(pdf->qpdf, list) == 2) {
    font = font_of(pdf, qpdf_oh_get_array_item(pdf->qpdf, list, 0), key, place);
    *size = numeric_item(pdf, list, 1);
  }
  qpdf_oh_release(pdf->qpdf, list);
  qpdf_oh_release(pdf->qpdf, state);
  return font;
}
