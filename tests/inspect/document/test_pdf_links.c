/* Which PDFs may have more than was read of them, and which have it all in their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../tools/pdf_ways.h"

#define HEAD "%PDF-1.5\n"

/* With an entry of the page, and no table: qpdf repairs that. */
#define PAGES(entry)                                                                               \
  HEAD "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"                                          \
       "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"                                    \
       "3 0 obj\n<</Type/Page/Parent 2 0 R" entry ">>\nendobj\ntrailer <</Root 1 0 R>>\n"

static const struct {
  const char *label, *pdf, *traits;
} cases[] = {
    /* what is broken has no pages, and qpdf reads nothing of it */
    {"broken, and packs nothing", HEAD "1 0 obj <</Type/Catalog", ""},
    {"broken, packs objects", HEAD "1 0 obj <</Type/ObjStm", "corrupt"},
    {"broken, packs objects, escaped", HEAD "1 0 obj <</Type/O#62jStm", "corrupt"},
    {"broken, packs objects without a type", HEAD "1 0 obj <</N 1/First 4>> 2 0 obj <</W[1 2 1]",
     "corrupt"},
    {"broken, packs objects for MuPDF", HEAD "1 0 obj <</N 1>> 2 0 obj <</W[1 2 1]", "corrupt"},
    {"broken, an outline", HEAD "1 0 obj <</First 4 0 R", ""},
    {"broken, a colour profile", HEAD "1 0 obj <</N 3", ""},
    {"broken, widths", HEAD "1 0 obj <</W[1[500]]", ""},
    {"broken, names that PDFium ends", HEAD "1 0 obj <</JS\xff\x80(x)/Launch\x80",
     "pdf-javascript pdf-launch"},
    {"broken, a name that goes on", HEAD "1 0 obj <</Launch\x81", ""},
    {"broken, a reference of PDFium's",
     HEAD "1 0 obj <</F 8\x80"
          "0\xffR",
     "corrupt"},
    {"broken, a reference behind a name that PDFium ends", HEAD "1 0 obj <</F\x80 8 0 R",
     "corrupt"},
    {"broken, a number behind one", HEAD "1 0 obj <</F\x80 8 R", ""},
    {"broken, text behind one", HEAD "1 0 obj <</ActualText\xff(x)", "corrupt"},
    {"pages", PAGES("/Contents 3 0 R"), ""},
    {"pages, a key that PDFium ends", PAGES("/Contents\x80 3 0 R"), "corrupt"},
    {"pages, a name that PDFium ends", PAGES("/A<</S/Launch2\xff>>"), "corrupt"},
    {"pages, a name in UTF-8", PAGES("/\xe3\x80\x82/\xe5\x80\x81"), ""},
    {"broken, behind a password", HEAD "1 0 obj <</Encrypt 2 0 R", "corrupt"},
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

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_traits)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
