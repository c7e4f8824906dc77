/* HTML that is written anew: what stays, and that the result stays as it is. */
#include "html_emit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
  const char *html, *want;
} cases[] = {
    {"<p>a</p>", "<p>a</p>"},
    {"<!DOCTYPE html>\n<p>a", "<!DOCTYPE html>\n<p>a</p>"},
    {"<P ALIGN=left>a", "<p align=\"left\">a</p>"},
    {"<p\n style=\"color:red\"\n>a</p\n>", "<p\n style=\"color:red\"\n>a</p\n>"},
    {"<p style=\"color:red;position:fixed;background:url(x)\">", "<p style=\"color:red;\"></p>"},
    {"<p style='color:re\\64'>", "<p></p>"},
    {"<p>a<p>b", "<p>a</p><p>b</p>"},
    {"<p><b>a<div>b", "<p><b>a</b></p><div>b</div>"},
    {"<b><i>a</b>b</i>", "<b><i>a</i></b>b"},
    {"<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
    {"<a href=http://a.example>a<a href=b>c", "<a href=\"http://a.example\">a</a><a>c</a>"},
    {"<a href='javascript:x'>a</a>", "<a>a</a>"},
    {"<a href=' java\tscript:x'>a</a>", "<a>a</a>"},
    {"<a href=\"http://a.example/?a&b\"b>x</a>", "<a href=\"http://a.example/?a&#38;b\">x</a>"},
    {"<img src=cid:1 onerror=x>", "<img src=\"cid:1\">"},
    {"<img src=\"data:image/svg+xml,x\">", "<img>"},
    {"<table>a<tr>b<td>c<tr><th>d</table>e", "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td>"
                                             "</tr><tr><th>d</th></tr></table>e"},
    {"<table> <tr> <td>a</td> </tr> </table>", "<table> <tr> <td>a</td> </tr> </table>"},
    {"<td>a</td>", "a"},
    {"<p><table><td><p>a</table>b", "<p></p><table><tr><td><p>a</p></td></tr></table>b"},
    {"a<script>b</script>c<style>d</style>e", "ace"},
    {"a<svg><style><b>x</b></style><script>y</script></svg>z", "a<b>x</b>z"},
    {"<noscript><p title=\"</noscript><script>\">a</noscript>",
     "<p title=\"&#60;/noscript&#62;&#60;script&#62;\">a</p>"},
    {"a<!-- b --><![if x]>c<![endif]>", "ac"},
    {"<textarea>a<b>&lt;</textarea>b", "a&lt;b>&lt;b"},
    {"<plaintext>a<b>&lt;", "a&lt;b>&amp;lt;"},
    {"a < b </> c", "a &lt; b  c"},
    {"<pre>\n\na</pre>", "<pre>a</pre>"},
    {"<pre><foo>\n<!-- -->\na</pre>", "<pre>a</pre>"},
    {"<a<b href=x>c</a>", "c"},
    {"<img src=\"http://a.example", ""},
    {"<form action=x><input>a<button>b</button></form>", "ab"},
    {"<div></p></span></div></div>", "<div></div>"},
};

static void
test_emit(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *html = cases[i].html;
    g_autoptr(GBytes) out = html_emit((const guchar *)html, strlen(html));
    size_t len, at;
    const char *got = g_bytes_get_data(out, &len);
    g_autoptr(GBytes) again = html_emit((const guchar *)got, len);

    if (len != strlen(cases[i].want) || memcmp(got, cases[i].want, len) != 0)
      fail_msg("%s\n  got  %.*s\n  want %s", html, (int)len, got, cases[i].want);
    if (!g_bytes_equal(out, again))
      fail_msg("%s: not the same twice", html);
    if (html_doubt((const guchar *)got, len, &at))
      fail_msg("%s: still in doubt", html);
  }
}

/* At the greatest depth too the result is its own result. */
static void
test_depth(void **state)
{
  static const char *const tags[] = {"<table>", "<tr>", "<div>", "<table><td>", "<p><table>x"};

  for (guint i = 0; i < G_N_ELEMENTS(tags); i++) {
    GString *html = g_string_new("<b>");
    g_autoptr(GBytes) out = NULL, again = NULL;

    for (unsigned n = 0; n < 300; n++)
      g_string_append(html, tags[(i + n * i) % G_N_ELEMENTS(tags)]);
    out = html_emit((const guchar *)html->str, html->len);
    again = html_emit(g_bytes_get_data(out, NULL), g_bytes_get_size(out));
    if (!g_bytes_equal(out, again))
      fail_msg("%u: not the same twice", i);
    g_string_free(html, TRUE);
  }
}

static const struct {
  const char *html;
  gboolean doubt;
} doubts[] = {
    {"<P ALIGN=left>a<br/></b></p>", FALSE},
    {"<![if !supportLists]>a<![endif]>", FALSE},
    {"<!--[if !mso]><!-->a<!--<![endif]-->", FALSE},
    {"<!-- a <!-- b -->", FALSE},
    {"<td width=\"50\"\">", FALSE},
    {"<a href=\"x\"title=\"y\">", FALSE},
    {"<a href=x?a=b href=x?a=b>", FALSE},
    {"<a title=\"a<b\">", FALSE},
    {"a<br", FALSE},
    {"<!>", FALSE},
    {"a<p class=x", TRUE},
    {"<a href=x href=y>", TRUE},
    {"<a<b href=x>", TRUE},
    {"<a href=x<b>", TRUE},
    {"<a href=`x`>", TRUE},
    {"<!-- <b>", TRUE},
    {"<!-- a", FALSE},
    {"<!-->", TRUE},
    {"<!--->", TRUE},
    {"<!-- a --!>", TRUE},
    {"<![CDATA[<b>]]>", TRUE},
    {"<svg><style>", TRUE},
    {"<svg><title>a</title>", FALSE},
    {"<svg><![CDATA[<b>]]>", TRUE},
    {"<select><style></style></select>", TRUE},
    {"<select></select><style></style>", FALSE},
    {"<style>", FALSE},
    {"<style>a", TRUE},
    {"<plaintext>", TRUE},
    {"<p title=\"</noscript>\">", TRUE},
};

/* Each in memory of its very size, so that AddressSanitizer sees a byte too many. */
static void
test_doubt(void **state)
{
  size_t at;

  for (guint i = 0; i < G_N_ELEMENTS(doubts); i++) {
    const char *html = doubts[i].html;
    g_autofree guchar *copy = g_memdup2(html, strlen(html));
    const char *doubt = html_doubt(copy, strlen(html), &at);

    if ((doubt != NULL) != doubts[i].doubt)
      fail_msg("%s: %s", html, doubt ? doubt : "no doubt");
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_emit), cmocka_unit_test(test_depth),
                                     cmocka_unit_test(test_doubt)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
