/* Content streams: which operators they have, with what operands, and where those stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "pdf_content.h"

/* want: operators, one behind the other; strings as (text), names as /name, images as {bytes}. */
static const struct {
  const char *label, *content, *want;
} cases[] = {
    {"text", "BT /F1 12 Tf 72 720.5 Td (Hello) Tj ET",
     "BT; /F1 12 Tf; 72 720.5 Td; (Hello) Tj; ET; "},
    {"kerning", "[(a)-20(b) 3.5<63>]TJ", "[ (a) -20 (b) 3.5 (c) ] TJ; "},
    {"escapes", "(a\\(b\\)\\101\\\nc(d)e)'", "(a(b)Ac(d)e) '; "},
    {"hexadecimal, odd and with blanks", "<48 65\n6>Tj", "(He`) Tj; "},
    {"a name that hides", "/F#31 1 Tf", "/F1 1 Tf; "},
    {"comments", "1 % 2 (x\n 3 Td", "1 3 Td; "},
    {"numbers of all kinds", "-.5 +2 4. --3 1.2.3 12-3 re", "-0.5 2 4 -3 1.2 12 re; "},
    {"a dictionary", "/Span <</ActualText(x)/N null>> BDC",
     "/Span [ /ActualText (x) /N null ] BDC; "},
    {"operators without blanks", "q[]0 d(a)Tj/F gs", "q; [ ] 0 d; (a) Tj; /F gs; "},
    {"an image", "q BI /W 2 /H 1 ID ab EI Q", "q; /W 2 /H 1 {ab } EI; Q; "},
    {"an image with EI in it", "BI ID a EI\x01 b\nEI\nQ", "{a EI\x01 b\n} EI; Q; "},
    {"an image without an end", "BI ID abc", "{abc} EI; "},
    {"an end without an image", "1 EI 2 w EI Q", "2 w; Q; "},
    {"a string without an end", "(abc Tj", ""},
    {"strange signs", ") } { ] 1 w", "] 1 w; "},
    {"nothing", " % x", ""},
};

static void
print_token(GString *out, const PdfToken *token, const char *content)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (token->kind == PDF_NUMBER)
    g_string_append_printf(out, "%s ", g_ascii_formatd(number, sizeof number, "%g", token->number));
  else if (token->kind == PDF_OPEN || token->kind == PDF_CLOSE)
    g_string_append(out, token->kind == PDF_OPEN ? "[ " : "] ");
  else if (token->kind == PDF_IMAGE)
    g_string_append_printf(out, "{%.*s} ", (int)token->at.len, content + token->at.off);
  else
    g_string_append_printf(out,
                           token->kind == PDF_STRING ? "(%s) "
                           : token->kind == PDF_NAME ? "/%s "
                                                     : "%s ",
                           token->bytes);
}

static void
test_operators(void **state)
{
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(PdfContent) content =
        pdf_content_new((const unsigned char *)cases[i].content, strlen(cases[i].content));
    g_autoptr(GString) got = g_string_new(NULL);
    const PdfOperator *op;

    while ((op = pdf_content_next(content)) != NULL) {
      for (unsigned k = 0; k < op->count; k++)
        print_token(got, &op->operands[k], cases[i].content);
      g_string_append_printf(got, "%s; ", op->name);
    }
    if (strcmp(got->str, cases[i].want) == 0)
      continue;
    printf("%s\n  got  %s\n  want %s\n", cases[i].label, got->str, cases[i].want);
    failed++;
  }
  assert_int_equal(failed, 0);
}

static void
test_places(void **state)
{
  static const char text[] = "q 1 (a) Tj\n";
  g_autoptr(PdfContent) content = pdf_content_new((const unsigned char *)text, strlen(text));
  const PdfOperator *op;

  assert_non_null(pdf_content_next(content));
  op = pdf_content_next(content);
  assert_non_null(op);
  assert_int_equal(op->at.off, 2);
  assert_int_equal(op->at.len, strlen("1 (a) Tj"));
  assert_int_equal(op->operands[1].at.off, 4);
  assert_int_equal(op->operands[1].at.len, strlen("(a)"));
  assert_null(pdf_content_next(content));
}

static void
test_bound(void **state)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(PdfContent) content = NULL;
  const PdfOperator *op;

  for (unsigned i = 0; i < LIMIT_PDF_OPERANDS + 10; i++)
    g_string_append_printf(text, "%u ", i);
  g_string_append(text, "Td 5 w");
  content = pdf_content_new((const unsigned char *)text->str, text->len);
  op = pdf_content_next(content);
  assert_true(op->cut);
  assert_true(op->count < LIMIT_PDF_OPERANDS);
  assert_true(op->operands[op->count - 1].number == LIMIT_PDF_OPERANDS + 9);
  op = pdf_content_next(content);
  assert_false(op->cut);
  assert_int_equal(op->count, 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_operators),
      cmocka_unit_test(test_places),
      cmocka_unit_test(test_bound),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
