/* Links of HTML parts: what is cut, what is broken, what stays, and where marks stand. */
#include "rig.h"

typedef struct page_case {
  const char *label, *html, *want;
} PageCase;

/* {M sign title host what} stands for a mark; top line and notes are left out. */
#define KILL(host)     "{M &#8856; Kill &#38642;: " host " &#8211; link disabled " ZH_OFF REF
#define AGAIN(host, n) "{M &#8856; Kill: " host " &#183; " n "}"
#define PIC(host)      "{M &#8856; Kill &#38642;: " host " &#8211; picture blocked " ZH_PIC REF
#define FORM(host)     "{M &#8856; Kill &#38642;: " host " &#8211; form disabled " ZH_FORM REF
#define GONE                                                                                       \
  "{M &#9888; Warning &#35686;&#21578; &#8211; Bad &#38642;: gone[.]example &#8211; link "         \
  "removed " ZH_OUT REF
#define FLAG                                                                                       \
  "{M &#8856; Note &#38642;: flag[.]example &#8211; take care before you open it " ZH_CARE REF
#define REF     " &#8211; Ref K7QF-3M2P-XW}"
#define ZH_OFF  "&#36899;&#32080;&#24050;&#20572;&#29992;"
#define ZH_OUT  "&#36899;&#32080;&#24050;&#31227;&#38500;"
#define ZH_PIC  "&#22294;&#29255;&#24050;&#23553;&#37782;"
#define ZH_FORM "&#34920;&#26684;&#24050;&#20572;&#29992;"
#define ZH_CARE "&#38283;&#21855;&#21069;&#35531;&#20808;&#26680;&#23526;"
#define KE      "kill[.]example"

static const PageCase cases[] = {
    {"anchor", "<p>See <a href=\"https://kill.example/a\">this</a>.</p>",
     "<p>See <a>this</a>" KILL(KE) ".</p>"},
    {"other attributes stay", "<a class=x href='https://kill.example' title=\"t\">x</a>",
     "<a class=x title=\"t\">x</a>" KILL(KE)},
    {"no blank between attributes", "<a title=\"t\"href=\"https://kill.example\"class=\"c\">x</a>",
     "<a title=\"t\"class=\"c\">x</a>" KILL(KE)},
    {"unquoted", "<a href=https://kill.example/ id=i>x</a>", "<a id=i>x</a>" KILL(KE)},
    {"the second of a name would come alive",
     "<a href=https://kill.example/ HREF=https://kill.example/2>x</a>", "<a>x</a>" KILL(KE)},
    {"a second one that is not bad goes too",
     "<a href=https://kill.example/ href=https://ok.example/>x</a>", "<a>x</a>" KILL(KE)},
    {"a subdomain, its end in bold", "<a href=https://a.b.kill.example/>x</a>",
     "<a>x</a>" KILL("a[.]b[.]kill[.]example")},
    {"label that is an address: one mark",
     "<a href=https://kill.example/x>https://kill.example/x</a>",
     "<a>hxxps[:]//kill[.]example/x</a>" KILL(KE)},
    {"label that names another host", "<a href=https://kill.example/x>www.bank.com</a>",
     "<a>www[.]bank[.]com</a>" KILL(KE)},
    {"bad label in an anchor that is not: the mark stands behind",
     "<a href=https://ok.example/>https://kill.example/</a> z",
     "<a href=https://ok.example/>hxxps[:]//kill[.]example/</a>" KILL(KE) " z"},
    {"text", "<p>at https://kill.example/a?b=c&amp;d now</p>",
     "<p>at hxxps[:]//kill[.]example/a?b=c&amp;d" KILL(KE) " now</p>"},
    {"dots as references", "<p>https://kill&#46;example/a&period;b</p>",
     "<p>hxxps[:]//kill[.]example/a[.]b" KILL(KE) "</p>"},
    {"two hosts in one place", "<p>https://kill.example/ https://die.example/</p>",
     "<p>hxxps[:]//kill[.]example/" KILL(KE) " hxxps[:]//die[.]example/" AGAIN("die[.]example",
                                                                               "2") "</p>"},
    {"the first of a class is whole, the others are short",
     "<a href=https://kill.example/1>x</a><p><a href=https://kill.example/2>y</a><p>"
     "<a href=https://die.example/>z</a>",
     "<a>x</a>" KILL(KE) "<p><a>y</a>" AGAIN(KE, "2") "<p><a>z</a>" AGAIN("die[.]example", "3")},
    {"what else happened is told",
     "<a href=https://kill.example/1>x</a><p><img src=https://kill.example/2>",
     "<a>x</a>" KILL(KE) "<p><img>" PIC(KE)},
    {"what stays live has whole marks",
     "<a href=https://flag.example/>x</a><p><a href=https://flag.example/>y</a>",
     "<a href=https://flag.example/>x</a>" FLAG "<p><a href=https://flag.example/>y</a>" FLAG},
    {"removed text", "<p>at https://gone.example/x now</p>", "<p>at " GONE " now</p>"},
    {"removed anchor keeps its words", "<a href=https://gone.example/>bank</a>",
     "<a>bank</a>" GONE},
    {"removed anchor, its address too", "<a href=https://gone.example/>https://gone.example/</a>",
     "<a></a>" GONE},
    {"removed, but glued to a word", "<p>xhttps://gone.example/y</p>", NULL},
    {"flagged stays live", "<a href=https://flag.example/>x</a> z",
     "<a href=https://flag.example/>x</a>" FLAG " z"},
    {"flagged text", "<p>https://flag.example/ z</p>", "<p>https://flag.example/" FLAG " z</p>"},
    {"information: no mark", "<a href=https://info.example/>x</a>", "<a>x</a>"},
    {"what Outlook alone shows has its own mark",
     "<!--[if mso]><v:rect href=https://kill.example/>x</v:rect><![endif]-->"
     "<a href=https://kill.example/>x</a>",
     "<!--[if mso]><v:rect>x</v:rect>" KILL(KE) "<![endif]--><a>x</a>" KILL(KE)},
    {"what Outlook alone shows, flagged",
     "<!--[if gte mso 9]><p><a href=https://flag.example/>x</a></p><![endif]-->",
     "<!--[if gte mso 9]><p><a href=https://flag.example/>x</a>" FLAG "</p><![endif]-->"},
    {"what Outlook does not show", "<!--[if !mso]><a href=https://kill.example/>x</a><![endif]-->",
     "<!--[if !mso]><a>x</a><![endif]-->"},
    {"a comment that nobody shows", "<!-- <a href=https://kill.example/>x</a> -->",
     "<!-- <a>x</a> -->"},
    {"an element that does not end", "<!--[if mso]><a href=https://kill.example/>x<![endif]-->",
     "<!--[if mso]><a>x<![endif]-->"},
    {"no tier: no mark", "<a href=https://quiet.example/>x</a>", "<a>x</a>"},
    {"picture", "<img alt=a src=\"https://kill.example/i.png\" width=200>",
     "<img alt=a width=200>" PIC(KE)},
    {"picture in two ways: one mark",
     "<img src=https://kill.example/1 srcset='https://kill.example/2 2x, https://kill.example/3 "
     "3x'>",
     "<img>" PIC(KE)},
    {"picture in a dead anchor: one mark",
     "<a href=https://kill.example/><img src=https://kill.example/1></a>", "<a><img></a>" KILL(KE)},
    {"picture in a live anchor: the mark stands behind",
     "<a href=https://ok.example/><img src=https://kill.example/1></a>",
     "<a href=https://ok.example/><img></a>" PIC(KE)},
    {"pixel: no mark", "x<img src=https://kill.example/p width=1 height=1>y",
     "x<img width=1 height=1>y"},
    {"background: no mark", "<table><tr><td background=https://kill.example/b>x</td></tr></table>",
     "<table><tr><td>x</td></tr></table>"},
    {"style attribute keeps its other words",
     "<p style=\"color:red;background:url(https://kill.example/b)\">x</p>",
     "<p style=\"color:red;background:url(about:blank)\">x</p>"},
    {"style sheet", "<style>p{background:url(https://kill.example/b)}</style><p>x",
     "<style>p{background:url(about:blank)}</style><p>x"},
    {"import", "<style>@import 'https://kill.example/c.css';</style>x",
     "<style>@import 'about:blank';</style>x"},
    {"style sheet with a string that never ends",
     "<style>@import url(https://kill.example/x.css); p{background:url('https://kill.example/x.pn"
     "><a href=https://kill.example/y>b{background:url(https://kill.example/b)}</style>x",
     NULL},
    {"form", "<form action=https://kill.example/f><input></form>", NULL},
    {"refresh", "<meta http-equiv=refresh content=\"0; url=https://kill.example/\">x",
     "<meta http-equiv=refresh>x"},
    {"base", "<base href=https://kill.example/><p>x", "<base><p>x"},
    {"what stands around stays byte for byte",
     "<P  CLASS = 'q' >&nbsp;\t<a href=https://kill.example/>x</A  ><BR/>\r\n\r\n<?x?><!-- c -->",
     "<P  CLASS = 'q' >&nbsp;\t<a>x</A  >" KILL(KE) "<BR/>\r\n\r\n<?x?><!-- c -->"},
    {"an app", "<a href='javascript:x'>x</a><a href=https://kill.example>y</a>",
     "<a href='javascript:x'>x</a><a>y</a>" KILL(KE)},
    {"a host in Unicode", "<a href='https://idn.中国/'>x</a>",
     "<a>x</a>" KILL("idn[.]xn--fiqs8s (idn[.]&#20013;&#22269;)")},
};

static void
run_case(const Rig *rig, const PageCase *c)
{
  g_autofree char *in = g_strconcat(
      RIG_HEAD "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
      c->html, NULL);
  RigResult result = rig_run(rig, in, -1);
  g_autofree char *plain = rig_plain(body_of(result.text));
  plain = rig_replace(g_steal_pointer(&plain), "\\{(TOP|NOTES|QUIET)\\}", "");
  if (c->want != NULL)
    assert_text(c->label, plain, c->want);
  assert_null(strstr(plain, "https://kill.example"));
  assert_null(strstr(plain, "https://gone.example"));
  rig_result_clear(&result);
}

static void
test_cases(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    run_case(rig, &cases[i]);
  rig_close(rig);
}

/* Top line and notes: only with something to tell, in their places, each notice once. */
static const PageCase notes[] = {
    {"fragment", "<p>x <a href=https://kill.example/>y</a></p>",
     "{TOP}<p>x <a>y</a>{M}</p>{NOTES}"},
    {"document",
     "<html><head><title>t</title></head><body bgcolor=red><p><a "
     "href=https://kill.example/>y</a></p></body></html>",
     "<html><head><title>t</title></head><body "
     "bgcolor=red>{TOP}<p><a>y</a>{M}</p>{NOTES}</body></html>"},
    {"information only: no top line", "<p><a href=https://info.example/>y</a></p>",
     "<p><a>y</a></p>{QUIET}"},
    {"information beside policy",
     "<p><a href=https://info.example/>y</a> <a href=https://kill.example/>y</a></p>",
     "{TOP}<p><a>y</a> <a>y</a>{M}</p>{NOTES}"},
    {"no tier: nothing", "<p><a href=https://quiet.example/>y</a></p>", "<p><a>y</a></p>"},
    {"hidden only: counted", "<p style='background:url(https://kill.example/)'>y</p>",
     "{TOP}<p style='background:url(about:blank)'>y</p>{NOTES}"},
};

static void
test_notes(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
    g_autofree char *in =
        g_strconcat(RIG_HEAD "Content-Type: text/html\r\n\r\n", notes[i].html, NULL);
    RigResult result = rig_run(rig, in, -1);
    g_autofree char *plain = rig_plain(body_of(result.text));
    plain = rig_replace(g_steal_pointer(&plain), "\\{M [^}]*\\}", "{M}");
    assert_text(notes[i].label, plain, notes[i].want);
    rig_result_clear(&result);
  }
  rig_close(rig);
}

/* Every byte that Cordon adds is ASCII, and no line is too long for any mail server. */
static void
test_ascii_and_short(void **state)
{
  Rig *rig = rig_open(NULL);
  g_autoptr(GString) in = g_string_new(RIG_HEAD "Content-Type: text/html\r\n\r\n");
  for (int i = 0; i < 300; i++)
    g_string_append_printf(in, "<a href=https://k%d.kill.example/>y</a>%s", i,
                           i % 20 ? "" : "\r\n");
  RigResult result = rig_run(rig, in->str, -1);
  assert_true(g_str_is_ascii(result.text));
  g_auto(GStrv) lines = g_strsplit(result.text, "\r\n", -1);
  for (char **line = lines; *line != NULL; line++)
    assert_true(strlen(*line) <= 998);
  rig_result_clear(&result);
  rig_close(rig);
}

/* An anchor full of pictures from many hosts does not drown the message. */
static void
test_many_in_one_place(void **state)
{
  Rig *rig = rig_open(NULL);
  g_autoptr(GString) in =
      g_string_new(RIG_HEAD "Content-Type: text/html\r\n\r\n<a href=https://ok.example/>");
  for (int i = 0; i < 500; i++)
    g_string_append_printf(in, "<img src=https://h%d.%s.example/i>", i, i % 2 ? "kill" : "flag");
  g_string_append(in, "</a>");
  RigResult result = rig_run(rig, in->str, -1);
  assert_null(strstr(result.text, ".kill.example"));
  assert_true(strlen(result.text) < 60000);
  rig_result_clear(&result);
  rig_close(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_notes),
      cmocka_unit_test(test_ascii_and_short),
      cmocka_unit_test(test_many_in_one_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
