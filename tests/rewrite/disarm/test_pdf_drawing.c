/* PdfDrawing streams of PDFs: what is read of them, and what is taken out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/inspect/picture/drawing_private.h"
#include "../../../milter/rewrite/disarm/pdf_drawing.h"

/* "F" is a form that draws itself and a square; "P" a picture. */
static void
on_object(PdfDrawing *page, const char *name, void *resources)
{
  static const unsigned char form[] = "0 0 1 1 re f /F Do";

  if (strcmp(name, "F") == 0)
    pdf_drawing_form(page, form, sizeof form - 1, 1, &(Matrix){2, 0, 0, 2, 0, 0},
                     &(Box){0, 0, 0, 0}, resources);
}

static void
on_picture(PdfDrawing *page, const PdfOperator *operator, const unsigned char * bytes,
           void *resources)
{
}

static gboolean
on_inks(const char *name, void *resources)
{
  return strcmp(name, "Ink") == 0;
}

static gboolean
on_opaque(const char *name, void *resources, unsigned char *opaque)
{
  *opaque = 128;
  return strcmp(name, "Half") == 0;
}

static const PdfNames names = {on_object, on_picture, on_inks, on_opaque};

/* Each shape: its box, its colour and how opaque it is. */
static char *
shapes_text(const Drawing *drawing)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < drawing->shapes->len; i++) {
    const Shape *shape = shape_at(drawing, i);
    const Outline *outline = outline_at(drawing, shape->first);
    const Point *first = point_at(drawing, outline->first), *third = first + 2;

    g_string_append_printf(text, "%s%g %g %g %g %02x%02x%02x", i ? ", " : "", first->x, first->y,
                           third->x, third->y, shape->paint.rgb[0], shape->paint.rgb[1],
                           shape->paint.rgb[2]);
    if (shape->paint.opaque < 255)
      g_string_append_printf(text, "/%u", shape->paint.opaque);
  }
  return g_string_free(text, FALSE);
}

static const struct {
  const char *label, *stream, *want;
} streams[] = {
    {"a square", "1 2 3 4 re f", "1 -2 4 -6 000000"},
    {"lines, closed", "1 1 m 2 1 l 2 2 l 1 2 l h f*", "1 -1 2 -2 000000"},
    {"nothing is painted", "1 2 3 4 re n 1 2 3 4 re W n", ""},
    {"grey, colours, inks", "0.5 g 0 0 1 1 re f 1 0 0 rg 0 0 1 1 re f 0 0 1 0 k 0 0 1 1 re f",
     "0 0 1 -1 808080, 0 0 1 -1 ff0000, 0 0 1 -1 ffff00"},
    {"spaces of colour",
     "/Ink cs 1 scn 0 0 1 1 re f /X cs 1 sc 0 0 1 1 re f /Y /P scn 0 0 1 1 re f",
     "0 0 1 -1 000000, 0 0 1 -1 ffffff, 0 0 1 -1 000000"},
    {"moved and larger", "q 2 0 0 3 10 20 cm 0 0 1 1 re f Q 0 0 1 1 re f",
     "10 -20 12 -23 000000, 0 0 1 -1 000000"},
    {"more Q than q", "Q Q Q 1 g 0 0 1 1 re f", "0 0 1 -1 ffffff"},
    {"half opaque", "/Half gs 0 0 1 1 re f", "0 0 1 -1 000000/128"},
    {"words between",
     "BT (f \\) 0 0 1 1 re f) Tj <00 f> Tj [(x) 3] TJ ET % 9 9 9 9 re f\n0 0 1 1 re f",
     "0 0 1 -1 000000"},
    {"numbers without blanks", "-.5-0.5+1 1re", ""},
    {"numbers", "-.5 +.5 1. 0001 re\nf", "-0.5 -0.5 0.5 -1.5 000000"},
    {"a form in itself, to the depth that there is", "/F Do",
     "0 0 2 -2 000000, 0 0 4 -4 000000, 0 0 8 -8 000000, 0 0 16 -16 000000, 0 0 32 -32 000000, "
     "0 0 64 -64 000000, 0 0 128 -128 000000"},
    {"a picture in the stream", "BI /W 1 /H 1 ID 1 1 9 9 re f EI 0 0 1 1 re f", "0 0 1 -1 000000"},
    {"a line", "2 w 0 0 m 4 0 l S", "0 1 4 -1 000000"},
};

static void
test_streams(void **state)
{
  int bad = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
    g_autofree char *got = NULL;
    PdfDrawing page;

    pdf_drawing_init(&page, &names, 100000);
    pdf_drawing_read(&page, (const guint8 *)streams[i].stream, strlen(streams[i].stream), 0, NULL);
    got = shapes_text(page.drawing);
    if (strcmp(got, streams[i].want) != 0) {
      printf("%s: got %s, want %s\n", streams[i].label, got, streams[i].want);
      bad++;
    }
    pdf_drawing_clear(&page);
  }
  assert_int_equal(bad, 0);
}

static void
test_without(void **state)
{
  static const char stream[] = "q 2 0 0 2 0 0 cm 1 2 3 4 re f* 0 0 m 1 1 l S BI /W 1 ID x EI Q\n";
  const Box cover = {10, 20, 30, 40};
  g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(PdfGone));
  const PdfGone cuts[] = {{2, NULL}, {0, &cover}};
  g_autoptr(GByteArray) out = NULL;
  PdfDrawing page;

  pdf_drawing_init(&page, &names, 1000);
  pdf_drawing_read(&page, (const guint8 *)stream, strlen(stream), 0, NULL);
  g_array_append_vals(gone, cuts, G_N_ELEMENTS(cuts));
  out = pdf_drawing_without(&page, (const guint8 *)stream, strlen(stream), 0, gone);
  g_byte_array_append(out, (const guint8 *)"", 1);
  assert_string_equal(
      (const char *)out->data,
      "q 2 0 0 2 0 0 cm 1 2 3 4 re n q "
      "0.50000 0.00000 0.00000 -0.50000 -0.00000 -0.00000 cm 0.93 g 0.38 G\n"
      "10.00000 20.00000 20.00000 20.00000 re f\n0.66667 w\n"
      "10.00000 20.00000 m 30.00000 40.00000 l 10.00000 40.00000 m 30.00000 20.00000 l S\n"
      "Q\n 0 0 m 1 1 l S  Q\n");
  pdf_drawing_clear(&page);
}

/* What has been read is counted; what is beyond is not read, and told. */
static void
test_bound(void **state)
{
  static const char stream[] = "0 0 1 1 re f ";
  PdfDrawing page;

  pdf_drawing_init(&page, &names, 2 * strlen(stream));
  for (int i = 0; i < 2; i++)
    pdf_drawing_read(&page, (const guint8 *)stream, strlen(stream), 0, NULL);
  assert_false(page.capped);
  pdf_drawing_read(&page, (const guint8 *)stream, strlen(stream), 0, NULL);
  assert_true(page.capped);
  assert_int_equal(page.drawing->shapes->len, 2);
  pdf_drawing_clear(&page);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_streams),
      cmocka_unit_test(test_without),
      cmocka_unit_test(test_bound),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
