/* Which PDFs may have more than was read of them, and which have it all in their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../tools/pdf_ways.h"

#define HEAD "%PDF-1.5\n"

/* With an entry of the page, and no table: qpdf repairs that. It is not plain. */
#define PAGES(entry)                                                                               \
  HEAD "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"                                          \
       "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"                                    \
       "3 0 obj\n<</Type/Page/Parent 2 0 R" entry ">>\nendobj\nx\ntrailer <</Root 1 0 R>>\n"

static const struct {
  const char *label, *pdf, *traits;
} cases[] = {
    /* what packs nothing hides nothing, though qpdf may warn */
    {"pages", PAGES("/Contents 3 0 R"), ""},
    {"packs objects", PAGES("/Type/ObjStm"), "corrupt"},
    {"packs objects, escaped", PAGES("/Type/O#62jStm"), "corrupt"},
    {"packs objects without a type", PAGES("/N 1/First 4/W[1 2 1]"), "corrupt"},
    {"packs objects for MuPDF", PAGES("/N 1/W[1 2 1]"), "corrupt"},
    {"an outline", PAGES("/First 3 0 R"), ""},
    {"a colour profile", PAGES("/N 3"), ""},
    {"widths", PAGES("/W[1[500]]"), ""},
    {"names that PDFium ends", PAGES("/JS\xff\x80(x)/A/Launch\x80"),
     "corrupt pdf-javascript pdf-launch"},
    {"a name that goes on", PAGES("/Launch\x81(x)"), ""},
    {"a reference of PDFium's",
     PAGES("/F 8\x80"
           "0\xffR"),
     "corrupt"},
    {"a reference behind a name that PDFium ends", PAGES("/F\x80 3 0 R"), "corrupt"},
    {"text behind one", PAGES("/ActualText\xff(x)"), "corrupt"},
    {"a key that PDFium ends", PAGES("/Contents\x80 3 0 R"), "corrupt"},
    {"a name that PDFium ends", PAGES("/A<</S/Launch2\xff>>"), "corrupt"},
    {"a name in UTF-8", PAGES("/\xe3\x80\x82/\xe5\x80\x81"), ""},
    /* nobody saw what is on their pages */
    {"broken", HEAD "1 0 obj <</Type/Catalog>> endobj 2 0 obj <<>> stream", "corrupt"},
    {"broken, and shows nothing", HEAD "1 0 obj <</Type/Catalog", ""},
    {"behind a password", HEAD "1 0 obj <</Encrypt 2 0 R", "corrupt"},
    {"pages in a loop",
     HEAD "1 0 obj\n<</Pages 2 0 R>>\nendobj\n2 0 obj\n<</Kids[2 0 R]>>\nendobj\n3 0 "
          "obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n"
          "trailer <</Root 1 0 R>>\n",
     "corrupt"},
    {"no pages",
     HEAD "1 0 obj\n<</Pages 2 0 R>>\nendobj\n2 0 obj\n<</Kids[]/Count 0>>\nendobj\n"
          "trailer <</Root 1 0 R>>\n",
     ""},
};

static void
test_traits(void **state)
{
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    PdfWay way = pdf_way_look((const unsigned char *)cases[i].pdf, strlen(cases[i].pdf), FALSE);
    g_autofree char *got = traits_text(way.traits);

    g_hash_table_unref(way.links);
    if (strcmp(got, cases[i].traits) == 0)
      continue;
    print_error("%s\n  got  %s\n  want %s\n", cases[i].label, got, cases[i].traits);
    failed++;
  }
  assert_int_equal(failed, 0);
}

/* With an entry of the page, and all that qpdf wants; a name in UTF-8 makes it not plain. */
static GString *
write_sound(const char *entry)
{
  const char *const objects[] = {"<</Type/Catalog/Pages 2 0 R>>",
                                 "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                                 "<</Type/Page/Parent 2 0 R/\xe3\x80\x82/ObjStm"};
  GString *out = g_string_new(HEAD);
  g_autoptr(GString) table = g_string_new("xref\n0 4\n0000000000 65535 f \n");
  gsize start;

  for (guint i = 0; i < G_N_ELEMENTS(objects); i++) {
    g_string_append_printf(table, "%010zu 00000 n \n", out->len);
    g_string_append_printf(out, "%u 0 obj\n%s%s\nendobj\n", i + 1, objects[i], i == 2 ? entry : "");
  }
  start = out->len;
  g_string_append_printf(out, "%strailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
                         table->str, start);
  return out;
}

/* What qpdf warns of counts where the bytes do not tell all, and not what it says on the way. */
static void
test_warnings(void **state)
{
  static const struct {
    const char *entry, *traits;
  } warnings[] = {
      {">>", ""},
      {"/A 1>>\nendobj 5", ""}, /* "expected endobj" */
      {"/A 1/A 2>>", "corrupt"},
      {"/expected#20endobj 1/expected#20endobj 2>>", "corrupt"},
      {"/A 8\xff"
       "0>>",
       "corrupt"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(warnings); i++) {
    GString *pdf = write_sound(warnings[i].entry);
    PdfWay way = pdf_way_look((const unsigned char *)pdf->str, pdf->len, FALSE);
    g_autofree char *got = traits_text(way.traits);

    g_hash_table_unref(way.links);
    g_string_free(pdf, TRUE);
    if (strcmp(got, warnings[i].traits) != 0)
      fail_msg("%s: got %s, want %s", warnings[i].entry, got, warnings[i].traits);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_traits),
                                     cmocka_unit_test(test_warnings)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
