/* Tables of PDFs as they should be, and all that makes one reader mend them and another not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/inspect/document/document_private.h"

/* An object, a table, and an update with another version of the object; "@" in what a case puts in
 * their places is where the object of that part stands, "^" where its table does. */
typedef struct parts {
  const char *label;
  const char *head, *entry, *trailer, *end; /* of the update; NULL: as they should be */
  gboolean agree, mended;
} Parts;

#define ENTRY   "1 1\n@ 00000 n \n"
#define FREE    "0 1\n0000000000 65535 f \n"
#define LESS    "/Root 1 0 R/Prev %s>>"
#define MORE    "/Size 2" LESS
#define TRAILER "<<" MORE

static const Parts cases[] = {
    {"as it should be", NULL, NULL, NULL, NULL, TRUE, FALSE},
    {"as it should be, whatever else was mended", NULL, NULL, NULL, NULL, TRUE, TRUE},
    {"ends of lines", "xref\r\n", "1 1 \r\n@ 00000 n\r\n", NULL, NULL, TRUE, FALSE},
    {"no size", NULL, NULL, "<</Root 1 0 R/Prev %s>>", NULL, FALSE, FALSE},
    {"a size that is none", NULL, NULL, "<</Size 2.0/Root 1 0 R/Prev %s>>", NULL, FALSE, FALSE},
    {"a size elsewhere", NULL, NULL, "<</Size 2 0 R/Root 1 0 R/Prev %s>>", NULL, FALSE, FALSE},
    {"too small a size", NULL, NULL, "<</Size 1/Root 1 0 R/Prev %s>>", NULL, FALSE, FALSE},
    {"two sizes", NULL, NULL, "<</Size 2/Size 2/Root 1 0 R/Prev %s>>", NULL, FALSE, FALSE},
    {"an escape", NULL, NULL, "<</Size 2/#50rev 9/Root 1 0 R/Prev %s>>", NULL, FALSE, FALSE},
    {"no table before", NULL, NULL, "<</Size 2/Root 1 0 R/Prev 7>>", NULL, FALSE, FALSE},
    {"a table far off", NULL, NULL, "<</Size 2/Root 1 0 R/Prev 999999>>", NULL, FALSE, FALSE},
    {"a table that is itself", NULL, NULL, "<</Size 2/Root 1 0 R/Prev ^>>", NULL, FALSE, FALSE},
    {"a string for a table", NULL, NULL, "<</Size 2/Root 1 0 R/Prev (x)>>", NULL, FALSE, FALSE},
    {"a short entry", NULL, "1 1\n@ 00000 n\n", NULL, NULL, FALSE, FALSE},
    {"a short number", NULL, "1 1\n@ 0000 n  \n", NULL, NULL, FALSE, FALSE},
    {"another number", NULL, "0 1\n@ 00000 n \n", NULL, NULL, FALSE, FALSE},
    {"another generation", NULL, "1 1\n@ 00001 n \n", NULL, NULL, FALSE, FALSE},
    {"no object there", NULL, "1 1\n0000000003 00000 n \n", NULL, NULL, FALSE, FALSE},
    {"far off", NULL, "1 1\n9999999999 00000 n \n", NULL, NULL, FALSE, FALSE},
    {"more entries than there are", NULL, "1 3\n@ 00000 n \n", NULL, NULL, FALSE, FALSE},
    {"a comment", "xref\n%\n", NULL, NULL, NULL, FALSE, FALSE},
    {"a blank behind xref", "xref \n", NULL, NULL, NULL, FALSE, FALSE},
    {"an empty line before the trailer", NULL, ENTRY "\n", NULL, NULL, TRUE, FALSE},
    {"blanks before the trailer", NULL, ENTRY " \r\n\n ", NULL, NULL, TRUE, FALSE},
    {"a comment before the trailer", NULL, ENTRY "%\n", NULL, NULL, FALSE, FALSE},
    {"an empty line before a subsection", NULL, FREE "\n" ENTRY, NULL, NULL, FALSE, FALSE},
    {"an empty line behind xref", "xref\n\n", NULL, NULL, NULL, FALSE, FALSE},
    {"signs in strings", NULL, NULL, "<</ID[(#/Size>>\\)%)<44 45>]" MORE, NULL, TRUE, FALSE},
    {"a comment in a trailer", NULL, NULL, "<<%#(/Size 9\n" MORE, NULL, TRUE, FALSE},
    {"something behind the trailer", NULL, NULL, TRAILER "\n%#iText", NULL, TRUE, FALSE},
    {"an escape behind a string", NULL, NULL, "<</X(\\\\)/#50rev 9(x)" MORE, NULL, FALSE, FALSE},
    {"an escape further in", NULL, NULL, "<</X<</#50rev 9>>" MORE, NULL, FALSE, FALSE},
    {"a string without an end", NULL, NULL, "<</ID[(]" MORE, NULL, FALSE, FALSE},
    {"an end in a string", NULL, NULL, "<</ID[(startxref)]" MORE, NULL, FALSE, FALSE},
    {"an end in a comment", NULL, NULL, "<<% startxref\n" MORE, NULL, FALSE, FALSE},
    {"digits that are none", NULL, NULL, "<</ID[<44%>\n>]" MORE, NULL, FALSE, FALSE},
    {"an array without an end", NULL, NULL, "<</ID[<44>" MORE, NULL, FALSE, FALSE},
    {"an array without a beginning", NULL, NULL, "<</ID <44>]" MORE, NULL, FALSE, FALSE},
    {"no dictionary", NULL, NULL, "/Size 2", NULL, FALSE, FALSE},
    {"a size in a string", NULL, NULL, "<</X(/Size 2/)" LESS, NULL, FALSE, FALSE},
    {"a size in a comment", NULL, NULL, "<<%/Size 2\n" LESS, NULL, FALSE, FALSE},
    {"a size in an array", NULL, NULL, "<</X[/Size 2/]" LESS, NULL, FALSE, FALSE},
    {"a size further in", NULL, NULL, "<</X<</Size 2>>" LESS, NULL, FALSE, FALSE},
    {"a string and a size", NULL, NULL, "<</Size(x)2" LESS, NULL, FALSE, FALSE},
    {"begins elsewhere", NULL, NULL, NULL, "startxref\n5\n%%EOF\n", FALSE, FALSE},
    {"begins with nothing", NULL, NULL, NULL, "startxref\n\n%%EOF\n", FALSE, FALSE},
    {"does not end", NULL, NULL, NULL, "startxref\n^\n", FALSE, FALSE},
    {"goes on", NULL, NULL, NULL, "startxref\n^\n%%EOF\n%\n", FALSE, FALSE},
    {"begins with a stream", NULL, NULL, NULL, "startxref\n9\n%%EOF\n", TRUE, FALSE},
    {"begins with a stream that was mended", NULL, NULL, NULL, "startxref\n9\n%%EOF\n", FALSE,
     TRUE},
};

static void
add(GString *out, const char *text, gsize object, gsize table)
{
  for (; *text; text++)
    if (*text == '@')
      g_string_append_printf(out, "%010zu", object);
    else if (*text == '^')
      g_string_append_printf(out, "%zu", table);
    else
      g_string_append_c(out, *text);
}

static GString *
write_case(const Parts *parts)
{
  GString *out = g_string_new("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n");
  const gsize before = out->len;
  g_autofree char *place = g_strdup_printf("%zu", before);
  g_auto(GStrv) pieces = g_strsplit(parts->trailer ? parts->trailer : TRAILER, "%s", -1);
  g_autofree char *trailer = g_strjoinv(place, pieces);
  gsize object, table;

  add(out,
      "xref\n0 2\n0000000000 65535 f \n@ 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n"
      "^\n%%EOF\n",
      9, before);
  object = out->len;
  add(out, "1 0 obj\n<</A 1>>\nendobj\n", 0, 0);
  table = out->len;
  add(out, parts->head ? parts->head : "xref\n", object, table);
  add(out, parts->entry ? parts->entry : ENTRY, object, table);
  add(out, "trailer\n", object, table);
  add(out, trailer, object, table);
  add(out, "\n", object, table);
  add(out, parts->end ? parts->end : "startxref\n^\n%%EOF\n", object, table);
  return out;
}

static gboolean
agree(const void *bytes, size_t len, gboolean mended)
{
  g_autoptr(PdfVersions) versions = pdf_versions_new(bytes, len, mended);

  return !versions;
}

static void
test_tables(void **state)
{
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GString *pdf = write_case(&cases[i]);
    const gboolean got = agree(pdf->str, pdf->len, cases[i].mended);

    if (got != cases[i].agree) {
      print_error("%s: got %d, want %d\n%s\n", cases[i].label, got, cases[i].agree, pdf->str);
      failed++;
    }
    for (gsize len = 0; len < pdf->len; len++) { /* cut anywhere, nothing is read beyond the end */
      g_autofree unsigned char *copy = g_memdup2(pdf->str, len);

      agree(copy, len, FALSE);
    }
    g_string_free(pdf, TRUE);
  }
  assert_int_equal(failed, 0);
}

/* The only object and its table once for each of `before`, which says what table that one leads to,
 * 0 for none; the tables count from 1. */
static gboolean
agree_chain(const unsigned *before, unsigned count, unsigned start)
{
  g_autofree gsize *places = g_new0(gsize, count + 1);
  g_autoptr(GString) out = g_string_new(NULL);

  for (unsigned pass = 0; pass < 2; pass++) { /* first to learn where they stand */
    g_string_assign(out, "%PDF-1.4\n");
    for (unsigned i = 1; i <= count; i++) {
      const gsize object = out->len;

      g_string_append(out, "1 0 obj\n<<>>\nendobj\n");
      places[i] = out->len;
      g_string_append_printf(out, "xref\n" FREE "1 1\n%010zu 00000 n \ntrailer\n", object);
      g_string_append_printf(out, "<</Size 2/Root 1 0 R/Prev %08zu>>\nstartxref\n%08zu\n%%%%EOF\n",
                             places[before[i - 1]], places[start]);
    }
  }
  return agree(out->str, out->len, FALSE);
}

static void
test_chains(void **state)
{
  static const struct {
    const char *label;
    unsigned before[4], count, start;
    gboolean agree;
  } chains[] = {
      {"back", {0, 1, 2}, 3, 3, TRUE},
      {"linearized", {2, 0}, 2, 1, TRUE},
      {"linearized, and saved twice", {2, 0, 1, 3}, 4, 4, TRUE},
      {"forward twice", {2, 3, 0}, 3, 1, FALSE},
      {"to and fro", {2, 1}, 2, 1, FALSE},
      {"round", {3, 1, 2}, 3, 3, FALSE},
  };
  unsigned saves[1001];

  for (size_t i = 0; i < G_N_ELEMENTS(chains); i++)
    if (agree_chain(chains[i].before, chains[i].count, chains[i].start) != chains[i].agree)
      fail_msg("%s: want %d", chains[i].label, chains[i].agree);
  for (unsigned i = 0; i < G_N_ELEMENTS(saves); i++)
    saves[i] = i;
  assert_true(agree_chain(saves, 1000, 1000));
  assert_false(agree_chain(saves, 1001, 1001));
}

/* Without two versions of anything the tables do not matter. */
static void
test_versions(void **state)
{
  static const struct {
    const char *pdf;
    gboolean agree;
  } files[] = {
      {"", TRUE},
      {"%PDF-1.4\n", TRUE},
      {"%PDF-1.4\n1 0 obj\n5\nendobj\n11 0 obj\n6\nendobj\ntrailer <</Root 1 0 R>>", TRUE},
      {"%PDF-1.4\n1 0 obj\n5\nendobj\n1 0 obj\n6\nendobj\n", FALSE},
      {"%PDF-1.4\n1 0 obj\n5\nendobj\n01\n1\robj\n6\nendobj\n", FALSE},
      {"%PDF-1.4\n1 0 obj\n(1 0 object)\nendobj\n", FALSE},
      {"%PDF-1.4\n1 0 obj\n(an object, 1 obj, x1obj)\nendobj\n", TRUE},
      {"trailer <</Root 1 0 R>> trailer <</Root 1 0 R>>", TRUE},
      {"trailer <</Root 1 0 R>> trailer <</Root 2 0 R>>", FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
    if (agree(files[i].pdf, strlen(files[i].pdf), FALSE) != files[i].agree)
      fail_msg("%s: want %d", files[i].pdf, files[i].agree);
}

/* Each version is the last of its number once, under each root. */
static void
test_written(void **state)
{
  static const char pdf[] =
      "%PDF-1.4\n1 0 obj\n(a)\nendobj\n2 0 obj\n(b)\nendobj\n1 0 obj\n(c)\nendobj\n"
      "trailer <</Root 2 0 R>> trailer <</R#6fot 1 0 R>>";
  static const char *const want[] = {"(a)", "(c)", "(a)", "(c)"}, *const roots[] = {"2", "2", "1",
                                                                                    "1"};
  g_autoptr(PdfVersions) versions =
      pdf_versions_new((const unsigned char *)pdf, strlen(pdf), FALSE);

  assert_non_null(versions);
  assert_int_equal(pdf_versions_count(versions), G_N_ELEMENTS(want));
  for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
    g_autoptr(GByteArray) bytes = pdf_versions_write(versions, i);
    g_autofree char *text = g_strndup((const char *)bytes->data, bytes->len);
    g_autofree char *head =
        g_strdup_printf("%%PDF-1.7\ntrailer\n<</Root %s 0 R>>\n1 0 obj\n(a)", roots[i]);
    const char *last = g_strrstr(text, "\n1 0 obj\n");

    assert_true(g_str_has_prefix(text, head));
    assert_non_null(strstr(text, "2 0 obj\n(b)"));
    assert_true(g_str_has_prefix(last + strlen("\n1 0 obj\n"), want[i]));
    assert_true(g_str_has_suffix(text, "startxref\n0\n%%EOF\n"));
  }
}

/* Too many, and such as differ in more. */
static void
test_uncounted(void **state)
{
  static const char *const files[] = {
      "1 0 obj 1 0 obj", /* no root */
      "1 0 obj 1 1 obj trailer <</Root 1 0 R>>",
      "1 0 obj 1 0 obj /Root 1 0 R /Root 2 0 R /Root 3 0 R",
      "1 0 obj 1 0 obj 1 0 obj 1 0 obj 1 0 obj 1 0 obj 1 0 obj 1 0 obj 1 0 obj /Root 1 0 R",
  };

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autoptr(PdfVersions) versions =
        pdf_versions_new((const unsigned char *)files[i], strlen(files[i]), FALSE);

    assert_non_null(versions);
    assert_int_equal(pdf_versions_count(versions), 0);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tables), cmocka_unit_test(test_chains), cmocka_unit_test(test_versions),
      cmocka_unit_test(test_written), cmocka_unit_test(test_uncounted)};

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
