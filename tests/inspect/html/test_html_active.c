/* What acts by itself in HTML, and what is left when it is gone. */
#include "html_active.h"

#include "bounds.h"
#include "error.h"
#include "finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* want: what is left; NULL: nothing changes. */
static const struct {
  const char *html, *want;
} cases[] = {
    {"<p id=a>x</p>", NULL},
    {"a<script>b</script>c", "ac"},
    {"a<SCRIPT SRC=x></SCRIPT\n>c", "ac"},
    {"a<script>b</scriptx></script >c", "ac"},
    {"a<script>b", "a"},
    {"a<script", "a"},
    {"a<script><!--<script></script>--></script>c", "ac"},
    {"a<svg><script>b</script><p>", "a<svg><p>"},
    {"a<svg><script/>b</svg>", "a<svg>b</svg>"},
    {"a<svg><script>b</svg>", "a<svg>b</svg>"},
    {"a<svg:script>b</svg:script>c", "ac"},
    {"a<script></script><script>b</script>", "a"},
    {"<<script></script>a href=x>", "< a href=x>"},
    {"<p onclick=x>", "<p>"},
    {"<p onclick=\"x\" class=y>", "<p class=y>"},
    {"<p/onclick=x /class=y>", "<p/ /class=y>"},
    {"<p ONLOAD='x'>", "<p>"},
    {"<p onclick=x onclick=y>", "<p>"},
    {"<p \"onclick=x>", "<p>"},
    {"<p onclick>", NULL},
    {"<p onclick=>", NULL},
    {"<p on=x no=y>", NULL},
    {"<p title=\"a<b\">", NULL},
    {"<p title='<img src=x onerror=y>'>", "<p>"},
    {"<p class=a><!-- <script>x</script> -->", "<p class=a><!--  -->"},
    {"<!--[if mso]><p onclick=x><![endif]-->", "<!--[if mso]><p><![endif]-->"},
    {"<iframe src=x><p></iframe>b", "b"},
    {"<iframe srcdoc='<p>'></iframe>", ""},
    {"<div srcdoc='<p>'>", "<div>"},
    {"<object data=x><p>b</p></object>c", "c"},
    {"<object data=x><object><br><p></object></object>c", "c"},
    {"<div><object data=x></div></object>c", "<div></div></object>c"},
    {"<object data=x>c", "c"},
    {"<applet code=x>b</applet>c", "c"},
    {"<embed src=x>c", "c"},
    {"<object classid=\"clsid:38481807-CA0E-42D2-BF39-B33AF135CC4D\" id=x></object>", NULL},
    {"<object classid='clsid:38481807-CA0E-42D2-BF39-B33AF135CC4D' data=x></object>", ""},
    {"<form action=x><input name=y></form>", "<form><input disabled name=y></form>"},
    {"<form><input/></form>", "<form><input disabled/></form>"},
    {"<form action=x><input disabled><input type=hidden></form>",
     "<form><input disabled><input type=hidden></form>"},
    {"<input><select><option>a</select>", NULL},
    {"<button formaction=x>a</button>", "<button>a</button>"},
    {"<link rel=stylesheet href=x>", ""},
    {"<link rel='alternate StyleSheet' href=x>", ""},
    {"<link rel=stylesheet onload=x>", ""},
    {"<link rel=icon onload=x>", "<link rel=icon>"},
    {"<link rel=canonical href=x>", NULL},
    {"<link rel=\"dns-prefetch\" href=x>", ""},
    {"<meta http-equiv=refresh content=1>", ""},
    {"<meta http-equiv=X-UA-Compatible content=1>", NULL},
    {"<meta http-equiv=Content-Type content=1>", NULL},
    {"<animate attributeName=href to=x>", ""},
    {"<animate attributeName=width to=x>", NULL},
    {"<set attributeName=onload to=x>", ""},
    {"<p style=\"width:expression(x)\">", "<p>"},
    {"<p style=\"width:calc(1px)\">", NULL},
    {"<p style=\"w:e&#x78;pression(x)\">", "<p>"},
    {"<style>a{b:expression (x)}</style>", "<style>a{b:disabled (x)}</style>"},
    {"<style>v{behavior:url(#default#VML)}</style>", NULL},
    {"<style>v{behavior:url(x.htc)}</style>", "<style>v{disabled:url(x.htc)}</style>"},
    {"<style>@import 'a'</style>", "<style>@disabled 'a'</style>"},
    {"<style>@\\69 mport 'a'</style>", "<style>@disabled 'a'</style>"},
    {"<style><!-- <script>x</script> --></style>", "<style><!--  --></style>"},
    {"<textarea><script>x</script></textarea>", "<textarea></textarea>"},
    {"<title><img onerror=x></title>", "<title><img></title>"},
    {"<noscript><p title=\"</noscript><script>x\">a</noscript>", "<noscript><p>a</noscript>"},
    {"<plaintext><script>x</script>", "<plaintext>"},
    {"<?import namespace=t implementation=x>a", "a"},
    {"<?xml:namespace prefix=o>a", NULL},
};

static void
test_left(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *want = cases[i].want ? cases[i].want : cases[i].html;
    g_autoptr(GBytes) in = g_bytes_new_static(cases[i].html, strlen(cases[i].html));
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = html_disarm(in, &error);
    size_t len = 0;
    const char *got = out ? g_bytes_get_data(out, &len) : error->message;

    if (!out || len != strlen(want) || memcmp(got, want, len) != 0)
      fail_msg("%s\n  got  %.*s\n  want %s", cases[i].html, out ? (int)len : 200, got ? got : "",
               want);
    if (!cases[i].want && out != in)
      fail_msg("%s: changed", cases[i].html);
  }
}

static void
test_nul(void **state)
{
  static const char html[] = "a<scr\0ipt>x</scr\0ipt><p o\0nload=x>";
  g_autoptr(GBytes) in = g_bytes_new_static(html, sizeof html - 1);
  g_autoptr(GBytes) out = html_disarm(in, NULL);

  assert_non_null(out);
  assert_null(g_strstr_len(g_bytes_get_data(out, NULL), (gssize)g_bytes_get_size(out), "load"));
}

/* What closes up behind a cut is found again. */
static void
test_closes_up(void **state)
{
  static const char html[] = "<!-- <scr<script></script>ipt>x</script> -->";
  g_autoptr(GBytes) in = g_bytes_new_static(html, sizeof html - 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) out = html_disarm(in, &error);

  assert_true(out != NULL || g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA));
  if (out)
    assert_null(
        g_strstr_len(g_bytes_get_data(out, NULL), (gssize)g_bytes_get_size(out), "<script"));
}

/* A style sheet to some readers, a frame and text to others: what acts lies across. */
static void
test_overlapping_readings(void **state)
{
  static const char html[] = "<style>@<frame beha/*>*/vior:";
  g_autoptr(GBytes) in = g_bytes_new_static(html, sizeof html - 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) out = html_disarm(in, &error);

  assert_null(out);
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA));
}

static void
test_traits_and_marks(void **state)
{
  static const char html[] = "<p>a<form action=x>b<input></form><iframe src=y></iframe>"
                             "<iframe width=0 src=y></iframe><table><embed><tr><td>c";
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Active));
  static const struct {
    int trait;
    gboolean visible;
    const char *before; /* the mark */
  } want[] = {{TRAIT_ID_FORM, TRUE, "b<input"},
              {TRAIT_ID_FORM, FALSE, ""},
              {TRAIT_ID_EMBEDDED, TRUE, "<iframe width"},
              {TRAIT_ID_EMBEDDED, FALSE, ""},
              {TRAIT_ID_EMBEDDED, TRUE, "c"}};

  assert_true(html_active((const guchar *)html, sizeof html - 1, found));
  assert_int_equal(found->len, G_N_ELEMENTS(want));
  for (guint i = 0; i < found->len; i++) {
    const Active *a = &g_array_index(found, Active, i);

    assert_int_equal(a->trait, want[i].trait);
    assert_int_equal(a->visible, want[i].visible);
    if (a->visible && !g_str_has_prefix(html + a->mark, want[i].before))
      fail_msg("%u: mark before \"%s\", not \"%s\"", i, html + a->mark, want[i].before);
  }
}

static const struct {
  const char *html, *address;
} styles[] = {
    {"<link rel=stylesheet href='//a.example/?a&amp;b' href=//b.example>", "//a.example/?a&amp;b"},
    {"<style>@import url( \"//a.example\" ) screen;</style>", "//a.example"},
    {"<style>@import '//a.example';</style>", "//a.example"},
    {"<!-- <style>@import '//a.example';</style> -->", "//a.example"},
    {"<style>@import/*url(//b.example)*/'//a.example';</style>", ""},
    {"<style>@import;url(//b.example)</style>", ""},
    {"<style>@import</style>", ""},
};

static void
test_style_address(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(styles); i++) {
    const char *html = styles[i].html;
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Active));
    const Active *a;

    assert_true(html_active((const guchar *)html, strlen(html), found));
    assert_int_equal(found->len, 1);
    a = &g_array_index(found, Active, 0);
    if (a->address.len != strlen(styles[i].address) ||
        strncmp(html + a->address.off, styles[i].address, a->address.len) != 0)
      fail_msg("%s: got \"%.*s\"", html, (int)a->address.len, html + a->address.off);
  }
}

static void
test_limit(void **state)
{
  GString *html = g_string_new(NULL);
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Active));

  for (unsigned i = 0; i <= LIMIT_ACTIVE; i++)
    g_string_append(html, "<embed>");
  assert_false(html_active((const guchar *)html->str, html->len, found));
  assert_int_equal(found->len, LIMIT_ACTIVE);
  g_string_free(html, TRUE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_left),
      cmocka_unit_test(test_nul),
      cmocka_unit_test(test_closes_up),
      cmocka_unit_test(test_overlapping_readings),
      cmocka_unit_test(test_traits_and_marks),
      cmocka_unit_test(test_style_address),
      cmocka_unit_test(test_limit),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
