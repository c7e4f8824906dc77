/* What is plain in a PDF, and how objects could hide in one that is not: in streams that another
 * reader unpacks otherwise, or behind what one reader takes for the end and another does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gio/gio.h>

#include "document.h"

/* Two objects, as they stand in a stream: "$" in the cases is that, packed by zlib and with its end
 * of line, "#" the same with a byte of it changed. */
#define OBJECTS "4 0 5 14 <</Type/Page>> <</URI(http://a.example)>>"

/* The length of what "$" stands for, without its end of line. */
#define LENGTH "%LEN%"

#define PACKED "/N 2/First 9/Filter/FlateDecode"

static const struct {
  const char *label, *pdf;
  gboolean plain;
  guint packed, pictures;
} cases[] = {
    {"nothing", "", TRUE, 0, 0},
    {"an object", "%PDF-1.4\n1 0 obj\n<</A 1/B[2 0 R(x\\)()) <00 ff>]>>\nendobj\n", TRUE, 0, 0},
    {"an end",
     "%PDF-1.4\n1 0 obj 5 endobj\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size "
     "1>>\nstartxref\n22\n%%EOF",
     TRUE, 0, 0},
    {"a stream", "1 0 obj <</Length 3>> stream\nabc\nendstream endobj", TRUE, 0, 0},
    {"a length elsewhere", "1 0 obj <</Length 9 0 R>> stream\nabc\nendstream endobj", TRUE, 0, 0},
    {"a length that lies", "1 0 obj <</Length 2>> stream\nabc\nendstream endobj", TRUE, 0, 0},
    {"a picture", "1 0 obj <</Subtype/Image/Length 3>> stream\nabc\nendstream endobj", TRUE, 0, 1},
    {"a picture, escaped", "1 0 obj <</Subtype/Ima#67e/Length 3>> stream\nabc\nendstream endobj",
     TRUE, 0, 1},
    {"a picture, told elsewhere",
     "1 0 obj <</Subtype 8 0 R/Length 3>> stream\nabc\nendstream endobj 8 0 obj /Image endobj",
     TRUE, 0, 1},
    {"a picture, told by a string",
     "1 0 obj <</Subtype(Image)/Length 3>> stream\nabc\nendstream endobj", TRUE, 0, 1},
    {"a form", "1 0 obj <</Subtype/Form/A 8 0 R/Length 3>> stream\nabc\nendstream endobj", TRUE, 0,
     0},
    {"a comment", "1 0 obj [1 % two\n] endobj", TRUE, 0, 0},
    {"a comment before a stream", "1 0 obj <</Length 3>> % x\nstream\nabc\nendstream endobj", FALSE,
     0, 0},
    {"packed objects", "1 0 obj <<" PACKED "/Length " LENGTH ">> stream\n$endstream endobj", TRUE,
     1, 0},
    {"packed objects, a row of filters",
     "1 0 obj <</N 2/First 9/Filter [ /FlateDecode ]/Length " LENGTH ">> stream\n$endstream endobj",
     TRUE, 1, 0},
    {"packed objects, length elsewhere",
     "1 0 obj <<" PACKED "/Length 9 0 R>> stream\n$endstream endobj 9 0 obj " LENGTH " endobj",
     TRUE, 1, 0},
    {"packed objects, length nowhere",
     "1 0 obj <<" PACKED "/Length 9 0 R>> stream\n$endstream endobj", FALSE, 1, 0},
    {"packed objects, length elsewhere lies",
     "1 0 obj <<" PACKED "/Length 9 0 R>> stream\n$endstream endobj 9 0 obj 20 endobj", FALSE, 1,
     0},
    {"packed objects, two lengths elsewhere",
     "1 0 obj <<" PACKED "/Length 9 0 R>> stream\n$endstream endobj 9 0 obj " LENGTH
     " endobj 9 0 obj 20 endobj",
     FALSE, 1, 0},
    {"packed objects, length elsewhere and on",
     "1 0 obj <<" PACKED "/Length 9 0 R>> stream\n$endstream endobj 9 0 obj " LENGTH " 0 R endobj",
     FALSE, 1, 0},
    {"packed objects, length among packed objects",
     "1 0 obj <<" PACKED "/Length 5 0 R>> stream\n$endstream endobj 5 0 obj " LENGTH " endobj",
     FALSE, 1, 0},
    {"packed objects, length lies", "1 0 obj <<" PACKED "/Length 20>> stream\n$endstream endobj",
     FALSE, 0, 0},
    {"packed objects, no length", "1 0 obj <<" PACKED ">> stream\n$endstream endobj", FALSE, 0, 0},
    {"packed objects, two lengths",
     "1 0 obj <<" PACKED "/Length 20/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0, 0},
    {"packed objects, damaged",
     "1 0 obj <<" PACKED "/Length " LENGTH ">> stream\n#endstream endobj", FALSE, 1, 0},
    {"packed objects that are none",
     "1 0 obj <</N 1/First 4/Filter/FlateDecode/Length 13>> stream\n"
     "\x78\x9c\xab\xce\x4e\xad\x05\x00\x03\xb7\x01\x69\nendstream endobj",
     FALSE, 0, 0},
    {"packed objects, how many elsewhere",
     "1 0 obj <</N 7 0 R/First 9/Filter/FlateDecode/Length " LENGTH
     ">> stream\n$endstream endobj 7 0 obj 2 endobj",
     FALSE, 0, 0},
    {"packed objects, how many not told",
     "1 0 obj <</First 9/Filter/FlateDecode/Length " LENGTH ">> stream\n$endstream endobj", FALSE,
     0, 0},
    {"packed objects, told twice",
     "1 0 obj <<" PACKED "/N 1/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0, 0},
    {"packed objects, more than there are",
     "1 0 obj <</N 3/First 9/Filter/FlateDecode/Length " LENGTH ">> stream\n$endstream endobj",
     FALSE, 1, 0},
    {"packed otherwise",
     "1 0 obj <</N 2/First 9/Filter/LZWDecode/Length 3>> stream\nabc\nendstream endobj", FALSE, 0,
     0},
    {"packed twice",
     "1 0 obj <</First 9/Filter[/FlateDecode/LZWDecode]/Length " LENGTH
     ">> stream\n$endstream endobj",
     FALSE, 0, 0},
    {"a filter elsewhere",
     "1 0 obj <</First 9/Filter 7 0 R/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0, 0},
    {"a filter elsewhere in a row",
     "1 0 obj <</First 9/Filter[7 0 R/FlateDecode]/Length " LENGTH ">> stream\n$endstream endobj",
     FALSE, 0, 0},
    {"two filters",
     "1 0 obj <<" PACKED "/Filter 7 0 R/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0,
     0},
    {"a filter by its short name",
     "1 0 obj <<" PACKED "/F/LZW/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0, 0},
    {"parameters of a filter",
     "1 0 obj <<" PACKED "/DecodeParms<<>>/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0,
     0},
    {"a key that is escaped",
     "1 0 obj <</Fi#72st 9/Filter/LZWDecode/Length 3>> stream\nabc\nendstream endobj", FALSE, 0, 0},
    /* pdf.js would skip the inner beginning, a token at a time */
    {"a dictionary that does not end",
     "1 0 obj <</Filter/LZWDecode\n2 0 obj <<" PACKED "/Length " LENGTH
     ">> stream\n$endstream endobj",
     FALSE, 0, 0},
    {"a value that is missing", "1 0 obj <</A>> endobj", FALSE, 0, 0},
    {"a value too many", "1 0 obj <</A 1 2>> endobj", FALSE, 0, 0},
    {"a beginning in a string", "1 0 obj (9 0 obj <<>>) endobj", FALSE, 0, 0},
    {"a beginning in a comment", "%9 0 obj\n1 0 obj 1 endobj", FALSE, 0, 0},
    {"a beginning in a stream", "1 0 obj <</Length 7>> stream\n9 0 obj\nendstream endobj", FALSE, 0,
     0},
    {"a beginning over lines", "1 0 obj <</Length 9>> stream\n9 0 %\nobj\nendstream endobj", FALSE,
     0, 0},
    {"a beginning in a stream, with a point",
     "1 0 obj <</Length 8>> stream\n9 0. obj\nendstream endobj", FALSE, 0, 0},
    {"a beginning in a stream, with a sign",
     "1 0 obj <</Length 7>> stream\n9 0-obj\nendstream endobj", FALSE, 0, 0},
    {"a beginning in a stream, behind what MuPDF leaves out",
     "1 0 obj <</Length 8>> stream\n9 0 )obj\nendstream endobj", FALSE, 0, 0},
    {"a beginning in a stream, with PDFium's blanks",
     "1 0 obj <</Length 7>> stream\n9 0\x80obj\nendstream endobj", FALSE, 0, 0},
    {"a key with PDFium's blanks",
     "1 0 obj <</N 1/First\x80/Length 3>> stream\nabc\nendstream endobj", FALSE, 0, 0},
    {"a key with PDFium's blanks, below", "1 0 obj <</A<</Contents\xff 5>>>> endobj", FALSE, 0, 0},
    {"a key of a value with PDFium's blanks", "1 0 obj <</\xe3\x80\x82/Filter/LZWDecode 1>> endobj",
     FALSE, 0, 0},
    {"a name with PDFium's blanks", "1 0 obj <</Subtype/Image\x80>> endobj", FALSE, 0, 0},
    {"a name in UTF-8", "1 0 obj <</BaseFont/\xe3\x80\x82>> endobj", TRUE, 0, 0},
    {"a colour profile", "1 0 obj <</N 3/Length 6>> stream\n\x01\x02 4 0\nendstream endobj", TRUE,
     0, 0},
    {"numbers where a colour profile may be",
     "1 0 obj <</N 1/Length 9>> stream\n 4 0 <<>>\nendstream endobj", FALSE, 0, 0},
    {"numbers behind a comment", "1 0 obj <</N 1/Length 9>> stream\n%\n4 0 5 \nendstream endobj",
     FALSE, 0, 0},
    {"numbers, packed",
     "1 0 obj <</N 1/Filter/FlateDecode/Length " LENGTH ">> stream\n$endstream endobj", FALSE, 0,
     0},
    {"what may be a colour profile, packed otherwise",
     "1 0 obj <</N 3/Filter/LZWDecode/Length 3>> stream\nabc\nendstream endobj", FALSE, 0, 0},
    {"words of such letters", "1 0 obj [(an object) /Subject] endobj", TRUE, 0, 0},
    {"no end of an object", "1 0 obj 1\n2 0 obj 2 endobj", FALSE, 0, 0},
    {"no end of a stream", "1 0 obj <</Length 3>> stream\nabc", FALSE, 0, 0},
    {"no end of a string", "1 0 obj (abc", FALSE, 0, 0},
    {"an escape at the end", "1 0 obj (abc\\", FALSE, 0, 0},
    {"no end of a line before a stream", "1 0 obj <</Length 3>> stream abc endstream endobj", FALSE,
     0, 0},
    {"something else", "%PDF-1.4\nhello", FALSE, 0, 0},
    {"a page before it", "<html>\n%PDF-1.4\n1 0 obj 1 endobj", FALSE, 0, 0},
};

static GByteArray *
pack(const char *objects)
{
  g_autoptr(GConverter) zlib = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6));
  GByteArray *out = g_byte_array_new();
  gsize in = 0, got = 0;

  g_byte_array_set_size(out, 256);
  assert_int_equal(g_converter_convert(zlib, objects, strlen(objects), out->data, out->len,
                                       G_CONVERTER_INPUT_AT_END, &in, &got, NULL),
                   G_CONVERTER_FINISHED);
  return g_byte_array_set_size(out, (guint)got);
}

static GByteArray *
write_case(const char *pdf)
{
  g_autoptr(GByteArray) packed = pack(OBJECTS);
  g_autofree char *length = g_strdup_printf("%u", packed->len);
  g_auto(GStrv) pieces = g_strsplit(pdf, LENGTH, -1);
  g_autofree char *measured = g_strjoinv(length, pieces);
  GByteArray *out = g_byte_array_new();

  for (const char *p = measured; *p; p++) {
    const gboolean whole = *p == '$', damaged = *p == '#' && p[1] == 'e';

    if (whole || damaged) {
      g_byte_array_append(out, packed->data, packed->len);
      out->data[out->len - packed->len / 2] ^= damaged ? 0xff : 0;
    }
    g_byte_array_append(out, (const guint8 *)(whole || damaged ? "\n" : p), 1);
  }
  return out;
}

static void
test_plain(void **state)
{
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GByteArray) pdf = write_case(cases[i].pdf);
    g_auto(PdfPlain) got = {0};
    const gboolean plain = pdf_plain_read(pdf->data, pdf->len, &got);

    if (plain == cases[i].plain &&
        (!plain || (got.packed->len == cases[i].packed && got.pictures->len == cases[i].pictures)))
      continue;
    print_error("%s\n  got  %d, %u packed, %u pictures\n  want %d, %u, %u\n", cases[i].label, plain,
                got.packed->len, got.pictures->len, cases[i].plain, cases[i].packed,
                cases[i].pictures);
    failed++;
  }
  assert_int_equal(failed, 0);
}

static void
test_unpacked(void **state)
{
  g_autoptr(GByteArray) pdf =
      write_case("7 0 obj <<" PACKED "/Length " LENGTH ">> stream\n$endstream endobj");
  g_auto(PdfPlain) got = {0};
  const GByteArray *objects;

  assert_true(pdf_plain_read(pdf->data, pdf->len, &got));
  objects = g_ptr_array_index(got.packed, 0);
  assert_int_equal(objects->len, strlen(OBJECTS));
  assert_memory_equal(objects->data, OBJECTS, objects->len);
}

/* Objects that a key may lead to, and find a string. */
static void
test_texts(void **state)
{
  static const char pdf[] =
      "1 0 obj (a) endobj 2 0 obj <61> endobj 3 0 obj 1 0 R endobj 6 0 obj 7 "
      "endobj 8 0 obj <</A 1>> endobj 9 0 obj [1] endobj 10 0 obj /A endobj "
      "11 0 obj %\n(a) endobj 7 0 obj <<" PACKED "/Length " LENGTH ">> stream\n$endstream endobj";
  static const guint want[] = {1, 2, 3, 4, 5, 6, 11};
  g_autoptr(GByteArray) bytes = write_case(pdf);
  g_auto(PdfPlain) got = {0};

  assert_true(pdf_plain_read(bytes->data, bytes->len, &got));
  assert_int_equal(g_hash_table_size(got.texts), G_N_ELEMENTS(want));
  for (size_t i = 0; i < G_N_ELEMENTS(want); i++)
    assert_true(g_hash_table_contains(got.texts, GUINT_TO_POINTER(want[i])));
}

/* Which objects stand in a stream tells the beginning of it: numbers, as every reader takes them.
 */
static void
test_headers(void **state)
{
  static const struct {
    const char *label, *objects;
    gboolean plain;
  } headers[] = {
      {"two objects", "4 0 5 5 <<>> (x)", TRUE},
      {"numbers", "4 0 5 2 7 8", TRUE},
      {"on lines", "4 0\r\n5 5\n<<>> (x)", TRUE},
      {"a comment between", "4 0 %\n5 5 <<>> (x)", FALSE},
      {"a sign", "4 0 +5 5 <<>> (x)", FALSE},
      {"a fraction", "4 0 5. 5 <<>> (x)", FALSE},
      {"a long number", "4 0 0000000005 5 <<>> (x)", FALSE},
      {"other words, which PDFium counts as numbers", "/4 /0 5 5 <<>> (x)", FALSE},
      {"one only", "4 0 <<>> (x)", FALSE},
      {"a place is missing", "4 0 5 <<>> (x)", FALSE},
      {"nothing", "", FALSE},
  };
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
    g_autoptr(GByteArray) packed = pack(headers[i].objects);
    g_autoptr(GByteArray) pdf = g_byte_array_new();
    g_autofree char *head =
        g_strdup_printf("1 0 obj <<" PACKED "/Length %u>> stream\n", packed->len);
    static const char end[] = "\nendstream endobj";
    g_auto(PdfPlain) got = {0};
    gboolean plain;

    g_byte_array_append(pdf, (const guint8 *)head, (guint)strlen(head));
    g_byte_array_append(pdf, packed->data, packed->len);
    g_byte_array_append(pdf, (const guint8 *)end, (guint)strlen(end));
    plain = pdf_plain_read(pdf->data, pdf->len, &got);
    if (plain == headers[i].plain &&
        (!plain || g_hash_table_contains(got.texts, GUINT_TO_POINTER(5))))
      continue;
    print_error("%s: got %d, want %d\n", headers[i].label, plain, headers[i].plain);
    failed++;
  }
  assert_int_equal(failed, 0);
}

/* However it is cut, nothing is read beyond its end. */
static void
test_cut(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GByteArray) pdf = write_case(cases[i].pdf);

    for (guint len = 0; len < pdf->len; len++) {
      g_autofree unsigned char *copy = g_memdup2(pdf->data, len);
      g_auto(PdfPlain) got = {0};

      pdf_plain_read(copy, len, &got);
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain), cmocka_unit_test(test_unpacked),
                                     cmocka_unit_test(test_texts), cmocka_unit_test(test_headers),
                                     cmocka_unit_test(test_cut)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
