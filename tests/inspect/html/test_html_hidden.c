#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "html_hidden.h"

/* What is shown of a page, by inline styles alone. */
static const struct {
  const char *label, *html, *want;
} cases[] = {
    {"nothing hidden", "<p style=\"margin:0\">a</p>b", "ab"},
    {"display", "<div style=\"DISPLAY : none\">a</div>b", "b"},
    {"important", "<div style=\"display:none!important\">a</div>b", "b"},
    {"nested of the same name", "<div style=display:none>a<div>b</div>c</div>d", "d"},
    {"nested of another", "<div style=display:none>a<b style=display:inline>b</b>c</div>d", "d"},
    {"paragraphs end each other", "<p style=display:none>a<p>b", "b"},
    {"cells end each other", "<td style=display:none>a<td>b", "b"},
    {"attribute", "<span hidden>a</span>b", "b"},
    {"size", "<span style=\"font-size:0\">a</span><span style='font-size:1px'>b</span>c", "c"},
    {"size of a word", "<span style=\"font-size:small\">a</span>", "a"},
    {"relative size", "<span style=\"font-size:.8em\">a</span><i style=font-size:.01em>b</i>", "a"},
    {"points", "<span style=\"font-size:1pt\">a</span><i style=font-size:2pt>b</i>", "b"},
    {"size set anew", "<td style=font-size:0px>a<div style=font-size:13px>b</div>c</td>d", "bd"},
    {"visibility set anew", "<td style=visibility:hidden>a<b style=visibility:visible>b</b></td>c",
     "bc"},
    {"opacity", "<i style=opacity:0>a</i><i style=opacity:0.0>b</i><i style=opacity:.5>c</i>", "c"},
    {"Outlook", "<i style=mso-hide:all>a</i>b", "b"},
    {"indent", "<i style=text-indent:-9999px>a</i><i style=text-indent:-2em>b</i>", "b"},
    {"no size, cut off", "<div style=\"max-height:0;overflow:hidden\">a</div>b", "b"},
    {"no size alone", "<div style=\"height:0\">a</div>", "a"},
    {"colours", "<i style=\"color:#FFF;background:#ffffff\">a</i>b", "b"},
    {"white on white", "<i style=color:white>a</i>b", "b"},
    {"white on blue", "<td bgcolor=#003366><i style=color:rgb(255,255,255)>a</i></td>", "a"},
    {"on the colour of a cell", "<td bgcolor=#003366><i style=color:#036>a</i></td>b", "b"},
    {"unknown paper", "<td style=\"background:url(x)\"><i style=color:#fff>a</i></td>", "a"},
    {"void", "<br style=display:none>a<img hidden>b", "ab"},
    {"misnested", "<b style=display:none>a<i>b</b>c</i>d", "cd"},
    {"never closed", "<b style=display:none>a", ""},
    {"closed and never opened", "</b></div>a", "a"},
    {"the second of one name counts for nothing", "<b style=color:red style=display:none>a", "a"},
};

static void
test_cases(void **state)
{
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *html = cases[i].html;
    g_autoptr(HtmlTokenizer) t = html_tokenizer_new((const unsigned char *)html, strlen(html));
    g_autoptr(GString) shown = g_string_new(NULL);
    HtmlHidden hidden = {.depth = 0};
    const HtmlToken *token;

    while ((token = html_tokenizer_next(t))->type != HTML_EOF) {
      if (token->type == HTML_START_TAG)
        html_hidden_start(&hidden, token);
      else if (token->type == HTML_END_TAG)
        html_hidden_end(&hidden, token);
      else if (!html_hidden_now(&hidden))
        g_string_append_len(shown, token->data, (gssize)token->data_len);
    }
    if (strcmp(shown->str, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, shown->str, cases[i].want);
  }
}

/* What is deeper than the stack costs no more and is forgotten. */
static void
test_deep(void **state)
{
  g_autoptr(GString) html = g_string_new(NULL);
  HtmlHidden hidden = {.depth = 0};
  const HtmlToken *token;

  (void)state;
  for (int i = 0; i < 100000; i++)
    g_string_append(html, "<div style=\"color:red\">");
  g_autoptr(HtmlTokenizer) t = html_tokenizer_new((const unsigned char *)html->str, html->len);
  while ((token = html_tokenizer_next(t))->type != HTML_EOF)
    html_hidden_start(&hidden, token);
  assert_int_equal(hidden.depth, HTML_HIDDEN_DEPTH);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_deep)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
