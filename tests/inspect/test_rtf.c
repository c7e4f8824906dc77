/* Addresses in Rich Text, however their letters are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "rtf.h"

/* Links as "target use element|bytes of the source", in order. */
static const struct {
  const char *label, *source, *want;
} cases[] = {
    {"words", "{\\rtf1 see https://a.example/x now}",
     "https://a.example/x text -|https://a.example/x"},
    {"formatted", "{\\rtf1 https://a.{\\b ex}ample/x}",
     "https://a.example/x text -|https://a.{\\b ex}ample/x"},
    {"hyperlink", "{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"https://a.example/x\"}{\\fldrslt b}}}",
     "https://a.example/x follow hyperlink|https://a.example/x"},
    {"hyperlink in groups",
     "{\\rtf1{\\field{\\*\\fldinst{HYPERLINK }{\"https://a.ex}{ample\"}}{\\fldrslt b}}}",
     "https://a.example follow hyperlink|https://a.ex}{ample"},
    {"picture", "{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE \"https://a.example/x\" \\\\d}}}",
     "https://a.example/x load include|https://a.example/x"},
    {"a server", "{\\rtf1{\\field{\\*\\fldinst INCLUDETEXT \"\\\\\\\\files\\\\x\"}}}",
     "\\\\files\\x load include|\\\\\\\\files\\\\x"},
    {"template", "{\\rtf1{\\*\\template https://a.example/x}}",
     "https://a.example/x load template|https://a.example/x"},
    {"hex", "{\\rtf1 \\'68ttps://a.ex\\'61mple}",
     "https://a.example text -|\\'68ttps://a.ex\\'61mple"},
    {"Unicode", "{\\rtf1 http\\u115 s://a.example}",
     "https://a.example text -|http\\u115 s://a.example"},
    {"Unicode, nothing stands for it", "{\\rtf1\\uc0 http\\u115 ://a.example}",
     "https://a.example text -|http\\u115 ://a.example"},
    {"line ends", "{\\rtf1 https://a.ex\r\nample}",
     "https://a.example text -|https://a.ex\r\nample"},
    {"paragraph", "{\\rtf1 https://a.example\\par x}",
     "https://a.example text -|https://a.example"},
    {"unknown destination", "{\\rtf1{\\*\\x https://a.example}}",
     "https://a.example text -|https://a.example"},
    {"data", "{\\rtf1{\\pict 6874}{\\*\\objdata 68747470}}", ""},
    {"data, as bare text", "{\\rtf1{\\pict https://a.example}}",
     "https://a.example text -|https://a.example"},
    {"unclosed", "{\\rtf1{{{ https://a.example", "https://a.example text -|https://a.example"},
    {"a brace too many", "{\\rtf1}} https://a.example",
     "https://a.example text -|https://a.example"},
    {"behind a field", "{\\rtf1{\\field{\\*\\fldinst X}{\\fldrslt Y}} www.a.example",
     "www.a.example text -|www.a.example"},
    {"at the end", "{\\rtf1 https://a.example\\", "https://a.example text -|https://a.example"},
    {"half a hex", "{\\rtf1 https://a.example/\\'6x",
     "https://a.example/6x text -|https://a.example/\\'6x"},
};

static void
test_links(void **state)
{
  static const char *const uses[] = {"follow", "load", "submit", "redirect", "base", "text"};
  int failed = 0;
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GArray) found = links_new();
    g_autoptr(GString) got = g_string_new(NULL);
    const char *source = cases[i].source;
    assert_true(rtf_links((const unsigned char *)source, strlen(source), found));
    for (guint k = 0; k < found->len; k++) {
      const Link *link = &g_array_index(found, Link, k);
      g_string_append_printf(got, "%s%s %s %s|%.*s", k > 0 ? " " : "", link->target,
                             uses[link->use], link->element != NULL ? link->element : "-",
                             (int)link->span.len, source + link->span.off);
    }
    failed += strcmp(got->str, cases[i].want) != 0;
    if (strcmp(got->str, cases[i].want) != 0)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", cases[i].label, got->str, cases[i].want);
  }
  assert_int_equal(failed, 0);
}

/* Groups in groups, more than anybody writes: read on, and told. */
static void
test_deep(void **state)
{
  g_autoptr(GString) source = g_string_new("{\\rtf1");
  g_autoptr(GArray) found = links_new();
  for (unsigned i = 0; i < 100000; i++)
    g_string_append_c(source, '{');
  g_string_append(source, " https://a.example");
  assert_false(rtf_links((const unsigned char *)source->str, source->len, found));
  assert_int_equal(found->len, 1);
}

/* Places, and bytes, more than are read: the same. */
static void
test_limits(void **state)
{
  g_autoptr(GString) fields = g_string_new("{\\rtf1"), blanks = g_string_new("{\\rtf1 ");
  g_autoptr(GArray) found = links_new(), late = links_new();
  g_autoptr(RtfView) view = NULL;

  for (unsigned i = 0; i < LIMIT_RTF_PLACES; i++)
    g_string_append(fields, "{\\fldinst}");
  g_string_append(fields, " https://a.example");
  assert_false(rtf_links((const unsigned char *)fields->str, fields->len, found));
  assert_int_equal(found->len, 1);
  view = rtf_view_new((const unsigned char *)fields->str, fields->len);
  assert_int_equal(view->places->len, LIMIT_RTF_PLACES);
  g_string_set_size(blanks, LIMIT_TEXT);
  memset(blanks->str + 7, '\n', blanks->len - 7);
  assert_true(rtf_links((const unsigned char *)blanks->str, blanks->len, late));
  g_string_append(blanks, "\\'68ttps://a.example");
  assert_false(rtf_links((const unsigned char *)blanks->str, blanks->len, late));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_links), cmocka_unit_test(test_deep),
                                     cmocka_unit_test(test_limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
