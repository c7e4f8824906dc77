/* test_html_links.c - which addresses are found in HTML, where they stand, where marks go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

#include "bounds.h"
#include "html.h"
#include "link.h"

static GArray *
find(const char *html)
{
  GArray *links = links_new();

  assert_true(html_links((const unsigned char *)html, strlen(html), links));
  return links;
}

static const Link *
get(const GArray *links, unsigned i)
{
  assert_true(i < links->len);
  return &g_array_index(links, Link, i);
}

/* "F target" a line: the use's letter, then ~ if hidden, . if relative, then the target. */
static char *
show(const GArray *links)
{
  GString *out = g_string_new(NULL);
  unsigned i;

  for (i = 0; i < links->len; i++) {
    const Link *link = get(links, i);

    g_string_append_printf(out, "%s%c%s%s %s", i ? "\n" : "", "FLSRBT"[link->use],
                           link -> flags &LINK_HIDDEN ? "~" : "",
                           link->flags &LINK_RELATIVE ? "." : "", link->target);
  }
  return g_string_free(out, FALSE);
}

struct found {
  const char *html, *want;
};

static void
check_found(const struct found *cases, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++) {
    g_autoptr(GArray) links = find(cases[i].html);
    g_autofree char *got = show(links);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s\n got:\n%s\n want:\n%s", cases[i].html, got, cases[i].want);
  }
}

/* Pieces of one word are read together too. */
static void
split_words(void **state)
{
  static const struct found cases[] = {
      {"<p>https://wa.<b>me</b>/1", "T https://wa\nT https://wa.me/1"},
      {"<p>wa.<!-- x -->me/1", "T wa.me/1"},
      {"<p>wa&#46;<wbr>me/1", "T wa.me/1"},
      {"<p>wa.<b>me/1</b>23", "T wa.me/123"},
      {"<p>https://wa.me/<b>1</b>", "T https://wa.me/"},
      {"<p>wa.</p>me/1", ""},
      {"<p>wa. <b>me/1</b>", ""},
      {"<p>wa.<a name=x>me/1</a>", ""},
      {"<td>wa.<td>me/1", ""},
      {"<p>wa.<style>p{}</style>me/1 wa.<x>me/2", "T wa.me/1\nT wa.me/2"},
      {"<p>wa.<textarea></textarea>me/1 wa.<br>me/2", ""},
  };

  check_found(cases, G_N_ELEMENTS(cases));
}

static void
attributes(void **state)
{
  static const struct found cases[] = {
      {"", ""},
      {"<a href=http://h.example/>", "F http://h.example/"},
      {"<a name=x href>", ""},
      {"<a href=`http://h.example/` x>", "F http://h.example/"},
      {"<a href='`http://h.example/'>", "F http://h.example/"},
      {"<a href=`>", "F. `"},
      {"<a href=``>", ""},
      {"<a href=' \n'>", ""},
      {"<A HREF='\t http://h.example/a b '>", "F http://h.example/a b"},
      {"<a href=\"&#104;ttp&colon;//h.example?a=1&amp;copy=2&copy=3\">",
       "F http://h.example?a=1&copy=2&copy=3"},
      {"<a href=//h.example/>", "F //h.example/"},
      {"<a href='\\\\h.example\\x'>", "F \\\\h.example\\x"},
      {"<a href=page>", "F. page"},
      {"<a href=/page>", "F. /page"},
      {"<a href=#top>", "F. #top"},
      {"<a href='java\nscript:x'>", "F java\nscript:x"},
      {"<a href=mailto:a@b.example>", "F mailto:a@b.example"},
      {"<area href=http://h.example/>", "F http://h.example/"},
      {"<img src=http://h.example/ longdesc=http://l.example/ lowsrc=http://w.example/>",
       "L http://h.example/\nF http://l.example/\nL http://w.example/"},
      {"<img dynsrc=http://h.example/ usemap=#m alt=x>", "L http://h.example/"},
      {"<p><form action=http://h.example/><button formaction=http://b.example/>",
       "S http://h.example/\nS http://b.example/"},
      {"<td background=http://h.example/>", "L http://h.example/"},
      {"<video poster=http://p.example/ src=http://s.example/>",
       "L http://p.example/\nL http://s.example/"},
      {"<object data=http://d.example/ codebase=http://c.example/ classid=clsid:1 "
       "archive='http://1.example/,http://2.example/ x.jar'>",
       "L http://d.example/\nL http://c.example/\nL http://1.example/\nL http://2.example/\nL. "
       "x.jar"},
      {"<object classid=http://c.example/>", "L http://c.example/"},
      {"<p data=http://no.example/ cite=http://no.example/ data-href=http://no.example/>", ""},
      {"<applet code=http://c.example/>", "L http://c.example/"},
      {"<object><param name=movie value=x.swf><param name=q value=//h.example/>"
       "<param name=q value=plain>",
       "L. x.swf\nL //h.example/"},
      {"<p><a ping='http://1.example/ http://2.example/' href=x>",
       "L http://1.example/\nL http://2.example/\nF. x"},
      {"<html manifest=http://m.example/><head profile=http://p.example/>",
       "L~ http://m.example/\nL~ http://p.example/"},
      {"<link href=http://l.example/><p><link href=http://m.example/>",
       "L~ http://l.example/\nL http://m.example/"},
      {"<svg><image xlink:href=http://i.example/ /><use href=#x>", "F http://i.example/\nF. #x"},
      {"<svg><animate attributeName=xlink:href values='http://1.example/;http://2.example/' "
       "to=http://3.example/>",
       "F http://1.example/\nF http://2.example/\nF http://3.example/"},
      {"<svg><animate attributeName=x values='1;2' to=3>", ""},
      {"<svg><rect fill='url(http://f.example/#x)'>", "L http://f.example/#x"},
      {"<p><v:roundrect href=http://v.example/><v:fill src=http://f.example/>",
       "F http://v.example/\nL http://f.example/"},
      {"<p><x q:href=http://h.example/>", "F http://h.example/"},
      {"<a href=http://1.example/ href=http://2.example/>",
       "F http://1.example/\nF http://2.example/"},
      {"<a hr\xef\xbf\xbd\x65"
       "f=http://h.example/>",
       "F http://h.example/"},
      {"<a x=\"1\"\"href=http://h.example/>", "F http://h.example/"},
      {"</a href=http://h.example/>", "F~ http://h.example/"},
      {"<p>x<a href='http://h.example/", "F~ http://h.example/"},
  };

  check_found(cases, G_N_ELEMENTS(cases));
}

static void
values(void **state)
{
  static const struct found cases[] = {
      {"<img srcset='a 1x,b 2x, c'>", "L. a\nL. b\nL. c"},
      {"<img srcset=', a,b 1x, c (1,2) d, e,'>", "L. a,b\nL. c\nL. e"},
      {"<img srcset='http://a.example/?x&amp;y 2x'>", "L http://a.example/?x&y"},
      {"<link imagesrcset='http://a.example/ 2x'>", "L~ http://a.example/"},
      {"<meta http-equiv=refresh content='0;url=http://r.example/'>", "R~ http://r.example/"},
      {"<meta content=' 1.5 , URL = \"http://r.example/\" x' http-equiv=' REFRESH'>",
       "R~ http://r.example/"},
      {"<meta http-equiv=refresh content='0;http://r.example/'>", "R~ http://r.example/"},
      {"<p><meta http-equiv=refresh content='0; url=r'>", "R. r"},
      {"<meta http-equiv=refresh content=5>", ""},
      {"<meta name=x content='0;url=http://no.example/'>", ""},
      {"<p style='background:url(http://s.example/)'>", "L http://s.example/"},
      {"<p style=\"background:URL( 'http://s.example/' );x:url(&quot;b&quot;)\">",
       "L http://s.example/\nL. b"},
      {"<p style='background:u\\72l(http://\\73.example/)'>", "L http://s.example/"},
      {"<p style='a:/* url(http://c.example/) */url/**/(x)'>", "L http://c.example/"},
      {"<p style='a:image-set(\"http://1.example/\" 1x, url(b) "
       "2x);content:\"http://no.example/\"'>",
       "L http://1.example/\nL. b"},
      {"<p style='filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src=\"x.png\")'>",
       "L. x.png"},
      {"<p style='a:url(b c);d:url(e'>", "L. b\nL. e"},
      {"<style>@import 'http://1.example/';@import url(http://2.example/);</style>",
       "L~ http://1.example/\nL~ http://2.example/"},
      {"<style>@font-face{src:url(f.woff)} a::after{content:'url(no)'}</style>", "L~. f.woff"},
      {"<svg><style>@import &quot;http://1.example/&quot;;</style>", "L~ http://1.example/"},
      {"<p><iframe srcdoc='&lt;a href=http://s.example/&gt;'>", "F~ http://s.example/"},
  };

  check_found(cases, G_N_ELEMENTS(cases));
}

static void
hidden_places(void **state)
{
  static const struct found cases[] = {
      {"<p><!--[if mso]><v:rect href=http://c.example/><![endif]-->", "F~ http://c.example/"},
      {"<p><!-- > <a href=http://c.example/> -->", "F~ http://c.example/"},
      {"<p><!-- <!-- <!-- <a href=http://c.example/>", "F~ http://c.example/"},
      {"<p><!-- see http://c.example/ -->", "T~ http://c.example/"},
      {"<title>http://t.example/</title>", "T~ http://t.example/"},
      {"<textarea><a href=http://t.example/>http://u.example/</a><http://v.example/></textarea>",
       "F~ http://t.example/\nT~ http://u.example/\nT~ http://v.example/"},
      {"<xmp><img src=http://t.example/></xmp>", "L~ http://t.example/"},
      {"<noframes><a href=http://t.example/></noframes>", "F~ http://t.example/"},
      {"<iframe><a href=http://t.example/></iframe>", "F~ http://t.example/"},
      {"<plaintext><a href=http://t.example/>", "F~ http://t.example/"},
      {"<style><a href=http://t.example/></style>", "F~ http://t.example/"},
      {"<script>x='<a href=http://no.example/>http://no.example/'</script>", ""},
      {"<script><a href=http://t.example/>", "F~ http://t.example/"},
      {"<svg><title><a href=http://t.example/>", "F http://t.example/"},
      {"<p><svg><![CDATA[<a href=http://t.example/>]]></svg>", "F~ http://t.example/"},
      {"<noscript><p title='</noscript><a href=http://n.example/>'>", "F~ http://n.example/"},
      {"<svg><style><p title='</style><a href=http://n.example/>'>", "F~ http://n.example/"},
      {"<p title='<a href=http://n.example/>'>", "F~ http://n.example/"},
      {"<p title='<p title=\"<p title=&#39;<a href=http://n.example/>\">'>",
       "F~ http://n.example/"},
      {"<![if mso]><a href=http://n.example/><![endif]>", "F http://n.example/"},
      {"<p title='x><a href=http://n.example/>", "F~ http://n.example/"},
  };

  check_found(cases, G_N_ELEMENTS(cases));
}

static void
bases(void **state)
{
  static const struct found cases[] = {
      {"<base href=https://b.example/d/f?q#h><a href=x><a href=/x><a href=?x><a href=#x>"
       "<a href=//h.example/><a href=mailto:x>",
       "B~ https://b.example/d/f?q#h\nF. https://b.example/d/x\nF. https://b.example/x\n"
       "F. https://b.example/d/f?x\nF. https://b.example/d/f?q#x\nF //h.example/\nF mailto:x"},
      {"<a href=x><base href=https://b.example><base href=https://c.example/>",
       "F. https://b.example/x\nB https://b.example\nB https://c.example/"},
      {"<base href=//b.example/y><a href=x>", "B~ //b.example/y\nF. https://b.example/x"},
      {"<base href=y><a href=x>", "B~. y\nF. x"},
      {"<!-- <base href=http://b.example/> --><a href=x>", "B~ http://b.example/\nF. x"},
  };

  check_found(cases, G_N_ELEMENTS(cases));
}

static void
text(void **state)
{
  static const char html[] = "<p>see h&#116;tp://t.example/?a&amp;b=c now</p>\r\n"
                             "<a href=http://a.example/>go\r\nto http://u.example/</a>";
  g_autoptr(GArray) links = find(html);
  const Link *plain = get(links, 0), *anchor = get(links, 1), *inside = get(links, 2);
  g_autofree char *span = g_strndup(html + plain->span.off, plain->span.len);

  assert_string_equal(span, "h&#116;tp://t.example/?a&amp;b=c");
  assert_string_equal(plain->target, "http://t.example/?a&b=c");
  assert_int_equal(plain->mark, range_end(plain->span));
  assert_int_equal(plain->anchor, -1);
  assert_int_equal(plain->tag.len, 0);
  assert_int_equal(anchor->anchor, -1);
  assert_string_equal(anchor->text, "go to http://u.example/");
  assert_int_equal(inside->use, LINK_TEXT);
  assert_int_equal(inside->flags & LINK_IN_ANCHOR, LINK_IN_ANCHOR);
  assert_int_equal(inside->anchor, 1);
  assert_int_equal(inside->mark, sizeof html - 1);
}

/* Its first half stands before the anchor, and only what is hidden lies between. */
static void
text_before_anchor(void **state)
{
  static const char html[] = "l<n>.google<n style=font-size:0>p<a href=h>x</a>";
  g_autoptr(GArray) links = find(html);
  guint words = 0;

  for (guint i = 0; i < links->len; i++) {
    const Link *link = get(links, i);

    if (link->use != LINK_TEXT)
      continue;
    words++;
    assert_int_equal(link->flags & LINK_IN_ANCHOR, 0);
    assert_int_equal(link->anchor, -1);
  }
  assert_true(words > 0);
}

static void
fields(void **state)
{
  static const char html[] =
      "<p><a class=x href='http://a.example/'> <b>The</b>&nbsp;\n label<br>x </a>"
      "<a href=b><img src=i alt='  An image '></a><area href=c alt=Area>";
  g_autoptr(GArray) links = find(html);
  const Link *a = get(links, 0), *b = get(links, 1), *img = get(links, 2), *area = get(links, 3);
  g_autofree char *attribute = g_strndup(html + a->attribute.off, a->attribute.len);
  g_autofree char *tag = g_strndup(html + a->tag.off, a->tag.len);
  g_autofree char *label = g_strndup(html + a->label.off, a->label.len);

  assert_string_equal(attribute, "href='http://a.example/'");
  assert_string_equal(tag, "<a class=x href='http://a.example/'>");
  assert_string_equal(label, " <b>The</b>&nbsp;\n label<br>x ");
  assert_string_equal(a->text, "The label x");
  assert_string_equal(a->element, "a");
  assert_string_equal(a->attribute_name, "href");
  assert_string_equal(b->text, "An image");
  assert_int_equal(img->anchor, 1);
  assert_null(img->text);
  assert_string_equal(area->text, "Area");
  assert_int_equal(area->label.len, 0);
}

/* Each '^' is the mark of a link that is not hidden. */
static void
marks(void **state)
{
  static const char *const cases[] = {
      "<p><a href=x>text</a>^ more",
      "<p><img src=x>^ more",
      "<p><a href=x><img src=y></a>^",
      "<p><a href=x href=y>t</a>^",
      "<p><a href=x>one^ <a href=y>two</a>^",
      "<p><a href=x>^<a href=y>two</a>^",
      "<p><a href=x>text^",
      "<body><a href=x>text^</body>",
      "<body><a href=x>^</body>",
      "<table><tr><td><a href=x>text^ </td><td>more</td></tr></table>",
      "<table><tr><td><a href=x>text^<td>more</table>",
      "<table><tr><td><a href=x><table><tr><td>in</td></tr></table></a>^</td></tr></table>",
      "<a href=x><table><tr><td>in</td></tr></table></a>^",
      "<table background=x><tr><td>^text",
      "<table><form action=x><tr><td>^<input></table>",
      "<table background=x></table>^",
      "<body><table background=x>^</body></html>\n",
      "<p><object data=x><a href=y>t</a>^ more",
      "<table><tr><a href=x></a><td>^",
      "<table><tr><td background=x>^text",
      "<p><svg><a href=x>text</a><image href=y /></svg>^",
      "<p><iframe src=x><b></iframe>^",
      "<p>^<iframe src=x><b>",
      "<p><video src=x><source src=y>no</video>^",
      "<p><a href=x><b>text</b></a>^<!-- <a href=z> -->",
      "<p><a href=x>text^<!-- </a>",
      "<p><a href=x>text^<a title='</a>",
      "<title><a href=x></title><link href=y>",
      "<p><link href=y>^",
  };
  size_t i;
  unsigned k;

  for (i = 0; i < G_N_ELEMENTS(cases); i++) {
    GString *html = g_string_new(NULL);
    g_autoptr(GArray) links = NULL;
    const char *p;
    size_t last = G_MAXSIZE;

    for (p = cases[i]; *p; p++)
      if (*p != '^')
        g_string_append_c(html, *p);
    links = find(html->str);
    for (k = links->len; k-- > 0;) {
      const Link *link = get(links, k);

      if (!(link->flags & LINK_HIDDEN) && link->mark != last)
        g_string_insert_c(html, (gssize)link->mark, '^');
      if (!(link->flags & LINK_HIDDEN))
        last = link->mark;
    }
    if (strcmp(html->str, cases[i]) != 0)
      fail_msg("got:  %s\n want: %s", html->str, cases[i]);
    g_string_free(html, TRUE);
  }
}

static void
long_addresses(void **state)
{
  g_autofree char *filler = g_strnfill(20000, 'x');
  g_autofree char *path = g_strdup_printf("<a href='http://h.example/%s'>", filler);
  g_autofree char *user = g_strdup_printf("<a href='http://%s@h.example/'>", filler);
  g_autoptr(GArray) first = find(path), second = find(user);

  assert_int_equal(strlen(get(first, 0)->target), LIMIT_ADDRESS);
  assert_true(g_str_has_suffix(get(second, 0)->target, "@h.example/"));
  assert_int_equal(get(first, 0)->span.len, 20017);
}

static void
too_many(void **state)
{
  GString *html = g_string_new(NULL);
  g_autoptr(GArray) links = links_new();
  unsigned i;

  for (i = 0; i < LIMIT_LINKS + 10; i++)
    g_string_append(html, "<!--<a href=x>--><a href=x>y");
  assert_false(html_links((const unsigned char *)html->str, html->len, links));
  assert_int_equal(links->len, LIMIT_LINKS);

  g_string_assign(html, "<a");
  for (i = 0; i < LIMIT_ATTRIBUTES; i++)
    g_string_append(html, " x");
  g_string_append(html, " href=http://h.example/>");
  g_array_set_size(links, 0);
  assert_false(html_links((const unsigned char *)html->str, html->len, links));
  g_string_free(html, TRUE);
}

#define ICON(size, n) "<a href=https://s" n ".example/><img src=cid:i " size "></a>"

/* Targets of the links that are icons, "1" for https://s1.example/. */
static void
icons(void **state)
{
  static const struct {
    const char *label, *html, *want;
  } cases[] = {
      {"a row of small ones", ICON("width=24", "1") " | " ICON("width=32", "2"), "12"},
      {"one alone", "<p>Follow us</p>" ICON("width=24", "1"), ""},
      {"sizes unknown: three", ICON("", "1") ICON("", "2") "&nbsp;&bull;" ICON("", "3"), "123"},
      {"sizes unknown: two", ICON("", "1") ICON("", "2"), ""},
      {"sizes in styles", ICON("style='width:24px'", "1") ICON("style='height: 32px;'", "2"), "12"},
      {"a border is no size", ICON("style='border-width:1px'", "1") ICON("", "2"), ""},
      {"large pictures", ICON("width=600", "1") ICON("width=600", "2") ICON("width=600", "3"), ""},
      {"percent says nothing", ICON("width=100%", "1") ICON("width=100%", "2"), ""},
      {"words between", ICON("width=24", "1") "and" ICON("width=24", "2"), ""},
      {"Chinese between", ICON("width=24", "1") "\345\217\212" ICON("width=24", "2"), ""},
      {"cells between",
       "<table><tr><td>" ICON("width=24", "1") "</td>\n<td>" ICON("width=24", "2") "</table>",
       "12"},
      {"words in one",
       ICON("width=24", "1") "<a href=https://s2.example/><img src=cid:i width=24> Us</a>", ""},
      {"a link of words ends the row",
       ICON("width=24", "1")
           ICON("width=24", "2") "<a href=https://s3.example/>x</a>" ICON("width=24", "4"),
       "12"},
      {"never closed",
       "<a href=https://s1.example/><img src=cid:i width=9><a href=https://s2.example/>"
       "<img src=cid:i width=9>",
       "12"},
      {"in a comment nobody sees", "<!--" ICON("width=24", "1") ICON("width=24", "2") "-->", ""},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GArray) links = find(cases[i].html);
    g_autoptr(GString) got = g_string_new(NULL);

    for (guint k = 0; k < links->len; k++)
      if (get(links, k)->flags & LINK_ICON)
        g_string_append_c(got, get(links, k)->target[strlen("https://s")]);
    if (strcmp(got->str, cases[i].want) != 0)
      fprintf(stderr, "%s: %s\n", cases[i].label, got->str);
    assert_string_equal(got->str, cases[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(split_words),        cmocka_unit_test(attributes), cmocka_unit_test(values),
      cmocka_unit_test(hidden_places),      cmocka_unit_test(bases),      cmocka_unit_test(text),
      cmocka_unit_test(text_before_anchor), cmocka_unit_test(fields),     cmocka_unit_test(marks),
      cmocka_unit_test(long_addresses),     cmocka_unit_test(too_many),   cmocka_unit_test(icons),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
