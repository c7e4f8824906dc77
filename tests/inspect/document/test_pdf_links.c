/* Which PDFs may have more than was read of them, and which have it all in their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../tools/pdf_ways.h"

#define HEAD "%PDF-1.5\n"

static const struct {
  const char *label, *pdf, *traits;
} cases[] = {
    /* none of these has pages, or an end: qpdf reads none of them */
    {"broken, and packs nothing", HEAD "1 0 obj <</Type/Catalog", ""},
    {"broken, packs objects", HEAD "1 0 obj <</Type/ObjStm", "corrupt"},
    {"broken, packs objects, escaped", HEAD "1 0 obj <</Type/O#62jStm", "corrupt"},
    {"broken, packs objects without a type", HEAD "1 0 obj <</N 1/First 4>> 2 0 obj <</W[1 2 1]",
     "corrupt"},
    {"broken, packs objects for MuPDF", HEAD "1 0 obj <</N 1>> 2 0 obj <</W[1 2 1]", "corrupt"},
    {"broken, an outline", HEAD "1 0 obj <</First 4 0 R", ""},
    {"broken, a colour profile", HEAD "1 0 obj <</N 3", ""},
    {"broken, widths", HEAD "1 0 obj <</W[1[500]]", ""},
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
