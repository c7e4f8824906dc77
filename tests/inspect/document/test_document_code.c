/* Addresses in the small languages of documents: fields, formulas, strings of PDF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "document.h"
#include "finding.h"

/* --- codes and formulas --- */

typedef struct code_case {
  const char *label, *code, *want; /* "follow ADDRESS", or "" */
} CodeCase;

static const CodeCase code_cases[] = {
    {"a link", " HYPERLINK \"https://a.example/x\" ", "follow https://a.example/x"},
    {"lower case", "hyperlink \"https://a.example/\"", "follow https://a.example/"},
    {"without quotation marks", "HYPERLINK https://a.example/ \\o tip",
     "follow https://a.example/"},
    {"typographic ones", "HYPERLINK \xe2\x80\x9chttps://a.example/\xe2\x80\x9d",
     "follow https://a.example/"},
    {"a tip first", "HYPERLINK \\o \"https://b.example/\" \"https://a.example/\"",
     "follow https://a.example/"},
    {"a new window first", "HYPERLINK \\n \"https://a.example/\"", "follow https://a.example/"},
    {"a place in the document", "HYPERLINK \\l \"top\"", ""},
    {"a server", "HYPERLINK \"\\\\\\\\server\\\\share\\\\a.doc\"",
     "follow \\\\server\\share\\a.doc"},
    {"a bare server", "HYPERLINK \\\\server\\share", "follow \\server\\share"},
    {"a picture", "INCLUDEPICTURE \"https://a.example/p.png\" \\d", "load https://a.example/p.png"},
    {"a page number", " PAGE \\* MERGEFORMAT ", ""},
    {"cut off", "HYPERLINK \"https://a.example/", "follow https://a.example/"},
    {"nothing", "", ""},
    {"a backslash at the end", "HYPERLINK \\", ""},
    {"a server's coordinates first", "HYPERLINK \\m \"https://a.example/\"",
     "follow https://a.example/"},
    {"another field in the address", "HYPERLINK \"https://a\1.example/\"",
     "follow https://a.example/"},
    {"a picture, its switch first", "INCLUDEPICTURE \\d \"https://a.example/p.png\"",
     "load https://a.example/p.png"},
    {"a class first", "LINK Excel.Sheet.8 \"https://a.example/x\" R1C1 \\a",
     "load Excel.Sheet.8, load https://a.example/x, load R1C1"},
    {"a converter first", "INCLUDETEXT \\c ANSI \"https://a.example/x\"",
     "load ANSI, load https://a.example/x"},
    {"a style sheet", "INCLUDETEXT \"C:\\\\a.xml\" \\t https://a.example/x",
     "load C:\\a.xml, load https://a.example/x"},
};

static void
test_codes(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(code_cases); i++) {
    const CodeCase *c = &code_cases[i];
    LinkUse use;
    g_autoptr(GPtrArray) addresses = field_code_addresses(c->code, &use);
    g_autoptr(GString) got = g_string_new(NULL);

    for (guint n = 0; n < addresses->len; n++)
      g_string_append_printf(got, "%s%s %s", n ? ", " : "", use == LINK_FOLLOW ? "follow" : "load",
                             (char *)g_ptr_array_index(addresses, n));
    if (strcmp(got->str, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got->str, c->want);
  }
}

static const struct {
  const char *label, *code;
  BitSet want;
} trait_cases[] = {
    {"a program", "DDEAUTO cmd x", TRAIT(DDE)},
    {"lower case, a tab", " dde\tcmd x", TRAIT(DDE)},
    {"in quotation marks", "\"DDE\" cmd x", TRAIT(DDE)},
    {"typographic ones",
     "\xe2\x80\x9c"
     "DDE\xe2\x80\x9d cmd x",
     TRAIT(DDE)},
    {"a command that another field makes up", " \1QUOTE 68 68 69 cmd x", TRAIT(DDE)},
    {"half of it", "DD\1 cmd x", TRAIT(DDE)},
    {"another field behind the command", "IF \1 = 1 a b", 0},
    {"the word in an argument", "QUOTE \"DDEAUTO\"", 0},
    {"a linked sheet", "LINK Excel.Sheet.8 \"https://a.example/x\" \\a",
     TRAIT(EXTERNAL_RELATIONSHIP)},
    {"one of this disk", "LINK Excel.Sheet.8 \"C:\\\\x.xls\" \\a", 0},
    {"text of a server", "INCLUDETEXT \"\\\\\\\\a.example\\\\x\"", TRAIT(EXTERNAL_RELATIONSHIP)},
    {"a picture of the web", "INCLUDEPICTURE \"https://a.example/x\"", 0},
    {"a picture of a server", "INCLUDEPICTURE \\d \"file://a.example/x\"",
     TRAIT(EXTERNAL_RELATIONSHIP)},
    {"a link", "HYPERLINK \"file://a.example/x\"", 0},
    {"nothing", "", 0},
};

static void
test_code_traits(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(trait_cases); i++)
    if (field_code_traits(trait_cases[i].code) != trait_cases[i].want)
      fail_msg("%s: got %" G_GINT64_MODIFIER "x", trait_cases[i].label,
               (guint64)field_code_traits(trait_cases[i].code));
}

static const CodeCase formula_cases[] = {
    {"a link", "HYPERLINK(\"https://a.example/\",\"text\")", "https://a.example/"},
    {"blanks, lower case", "if(A1, hyperlink ( \"https://a.example/\" ; B1))",
     "https://a.example/"},
    {"pieces", "HYPERLINK(\"https://a.\"&\"example/\"&A1)", "https://a.example/"},
    {"a function inside", "HYPERLINK(CONCAT(\"https://\",\"a.example\"),1)", "https://a.example"},
    {"doubled quotation marks", "HYPERLINK(\"https://a.example/\"\"x\")", "https://a.example/\"x"},
    {"a picture", "_xlfn.IMAGE(\"https://a.example/p.png\")", "https://a.example/p.png"},
    {"two", "HYPERLINK(\"https://a.example/\")&WEBSERVICE(\"https://b.example/\")",
     "https://a.example/ https://b.example/"},
    {"one of two",
     "HYPERLINK(IF(A1,\"https://a.example/\",\"https://b.example/\"),\"https://c.example/\")",
     "https://a.example/ https://b.example/"},
    {"a call in a call", "HYPERLINK(HYPERLINK(\"https://a.example/\"),1)", "https://a.example/"},
    {"a cell of another document", "of:=['https://a.example/it''s'#$A.A1]+1",
     "https://a.example/it's"},
    {"a sheet with a quotation mark", "'a \" b'!A1+HYPERLINK(\"https://a.example/\")",
     "https://a.example/"},
    {"a quotation mark that nothing ends", "'a+HYPERLINK(\"https://a.example/\")",
     "https://a.example/"},
    {"more of them", "'a''b''+HYPERLINK(\"https://a.example/\")", "https://a.example/"},
    {"a word in a string", "\"HYPERLINK(\"&\"x\"", ""},
    {"another function", "MYHYPERLINK(\"https://a.example/\")", ""},
    {"cut off", "HYPERLINK(\"https://a.example/", "https://a.example/"},
    {"nothing", "", ""},
};

/* Those that no formula by itself has. */
static const CodeCase table_cases[] = {
    {"an apostrophe", "it's,=HYPERLINK(\"https://a.example/\")\n", "https://a.example/"},
    {"an apostrophe on either side", "it's,=HYPERLINK(\"https://a.example/\"),it's\n",
     "https://a.example/"},
    {"an inch", "5\" x,=HYPERLINK(\"https://a.example/\",\"b\")\n", "https://a.example/"},
    {"two", "5\" x,=HYPERLINK(\"https://a.example/\"),=IMAGE(\"https://b.example/\")\n",
     "https://a.example/ https://b.example/"},
    {"none", "it's (so)\n", ""},
};

static void
check_formulas(const CodeCase *cases, size_t count, gboolean tables)
{
  for (size_t i = 0; i < count; i++) {
    const CodeCase *c = &cases[i];
    const char *at = c->code;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *got = NULL;

    if (!tables)
      formula_addresses(c->code, found, NULL);
    while (tables && table_call(c->code, &at, found, NULL))
      continue;
    g_ptr_array_add(found, NULL);
    got = g_strjoinv(" ", (char **)found->pdata);
    if (strcmp(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
  }
}

static void
test_formulas(void **state)
{
  check_formulas(formula_cases, G_N_ELEMENTS(formula_cases), FALSE);
  check_formulas(table_cases, G_N_ELEMENTS(table_cases), TRUE);
}

/* --- strings of PDF --- */

typedef struct pdf_string {
  const char *label;
  const char *in;
  size_t len;
  const char *want;
} PdfString;

#define BYTES(s) s, sizeof s - 1

static const PdfString pdf_strings[] = {
    {"nothing", BYTES(""), ""},
    {"ASCII", BYTES("https://a.example/"), "https://a.example/"},
    {"Latin 1", BYTES("caf\xe9"), "caf\xc3\xa9"},
    {"UTF-8 unmarked", BYTES("caf\xc3\xa9"), "caf\xc3\xa9"},
    {"UTF-8", BYTES("\xef\xbb\xbf\xc3\xa9"), "\xc3\xa9"},
    {"UTF-8 that is none", BYTES("\xef\xbb\xbf\x61\xe9"), "a\xef\xbf\xbd"},
    {"UTF-16", BYTES("\xfe\xff\0a\0b"), "ab"},
    {"UTF-16 of the other order", BYTES("\xff\xfe\x61\0b\0"), "ab"},
    {"a mark alone", BYTES("\xfe\xff"), ""},
    {"half a pair", BYTES("\xfe\xff\xd8\0"), "\xef\xbf\xbd"},
    {"half a unit", BYTES("\xfe\xff\0a\0"), "a\xef\xbf\xbd"},
    {"NUL", BYTES("a\0b"), "a"},
    {"UTF-16 with NUL", BYTES("\xfe\xff\0a\0\0\0b"), "a"},
};

static const PdfString pdf_beyond[] = {
    {"no NUL", BYTES("a"), NULL},
    {"NUL", BYTES("a\0b\0"), "a%00b%00"},
    {"UTF-16", BYTES("\xfe\xff\0a\0b\1\0"), NULL},
    {"UTF-16 with NUL", BYTES("\xfe\xff\0a\0\0\0b"), "a%00b"},
    {"UTF-16 of the other order with NUL", BYTES("\xff\xfe\x61\0\0\0\x62\0"), "a%00b"},
    {"half a unit", BYTES("\xfe\xff\0"), NULL},
};

static void
test_pdf_beyond(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(pdf_beyond); i++) {
    const PdfString *c = &pdf_beyond[i];
    g_autofree char *got = pdf_string_beyond(c->in, c->len);

    if (g_strcmp0(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
  }
}

static void
test_pdf_strings(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(pdf_strings); i++) {
    const PdfString *c = &pdf_strings[i];
    g_autofree char *got = pdf_string_text(c->in, c->len);

    if (!got || strcmp(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pdf_strings), cmocka_unit_test(test_pdf_beyond),
      cmocka_unit_test(test_codes),       cmocka_unit_test(test_code_traits),
      cmocka_unit_test(test_formulas),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
