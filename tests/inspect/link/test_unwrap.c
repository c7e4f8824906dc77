/* Addresses within addresses: a vector for each wrapper, nested ones, malformed ones. */
#include "unwrap.h"

#include "bounds.h"
#include "deaden.h"
#include "encodings.h"
#include "wrappers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Hosts of all hops with a blank between, each once; a '~' before those that are a guess. */
static char *
hosts_of(const char *address)
{
  g_autoptr(Url) url = url_parse(address, strlen(address), TRUE);
  gboolean whole;
  g_autoptr(GPtrArray) hops = url != NULL ? unwrap(url, &whole) : NULL;
  GString *out = g_string_new(NULL);

  for (guint i = 0; hops != NULL && i < hops->len; i++) {
    const Hop *hop = g_ptr_array_index(hops, i);
    const char *host = *hop->url->host != '\0' ? hop->url->host : hop->url->scheme;
    g_autofree char *word = g_strconcat(" ", hop->known ? "" : "~", host, " ", NULL);
    g_autofree char *sure = g_strconcat(" ", host, " ", NULL);
    g_autofree char *so_far = g_strconcat(" ", out->str, " ", NULL);

    assert_true(hop->from < (int)i);
    if (strstr(so_far, word) == NULL && strstr(so_far, sure) == NULL)
      g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", g_strstrip(word));
  }
  return g_string_free(out, FALSE);
}

static const struct {
  const char *label, *address, *want;
} cases[] = {
#define D "drive.google.com"
    {"nothing", "https://www.example.com/a?b=c#d", ""},
    {"a target without a scheme", "https://a.example/r?url=drive.google.com%2Fx", "~" D},
    {"no target, no address", "https://a.example/r?q=drive.google.com&url=plan.pdf&to=a%40b.com",
     ""},
    {"behind a sign in a segment", "https://a.example/go;to=https:%2F%2Fdrive.google.com%2Fx",
     "~" D},
    {"Safe Links",
     "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdrive.google.com%2Ffile%2F1"
     "&data=05%7C01&sdata=x%3D&reserved=0",
     D},
    {"Safe Links, China's and the US government's",
     "https://usg01.safelinks.protection.office365.us/?url=https%3A%2F%2Fdrive.google.com%2F", D},
    {"Safe Links in Teams",
     "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url="
     "https%3A%2F%2Fdrive.google.com%2F&locale=en",
     D},
    {"a host that only looks like it",
     "https://eur01.safelinks.protection.outlook.com.evil.example/"
     "?url=https%3A%2F%2Fdrive.google.com",
     "~" D},
    {"URL Defense v1",
     "https://urldefense.proofpoint.com/v1/url?u=https://drive.google.com/"
     "x&k=oIvRg1%2BdGAgOoM1BIlLLqw"
     "%3D%3D%0A&r=A",
     D},
    {"URL Defense v2",
     "https://urldefense.proofpoint.com/v2/"
     "url?u=https-3A__drive.google.com_file-3Fid-3D1&d=DwMF&c=x",
     D},
    {"URL Defense v3", "https://urldefense.com/v3/__https://drive.google.com/file/x__;!!ABC!token$",
     D},
    {"URL Defense v3, one slash",
     "https://urldefense.com/v3/__https:/drive.google.com/file/x__;!!ABC!token$", D},
    {"URL Defense v3, replaced bytes", /* the dots are in the base64 */
     "https://urldefense.com/v3/__https://drive*google*com/x__;Li4!!ABC!token$", D},
    {"URL Defense v3, a run",
     "https://urldefense.com/v3/__https://drive**Gcom/x__;Lmdvb2dsZS4!!ABC!t$", D},
    {"Mimecast", "https://protect-eu.mimecast.com/s/AbC?domain=drive.google.com", D},
    {"Mimecast's other host", "https://url.uk.m.mimecastprotect.com/s/AbC?domain=drive.google.com",
     D},
    {"Barracuda",
     "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fdrive.google.com%2fx&c=E,1,a", D},
    {"Cisco", "https://secure-web.cisco.com/1abc-D_e/https%3A%2F%2Fdrive.google.com%2Fx", D},
    {"Trend Micro",
     "https://ca-1234.ctp.trendmicro.com/wis/clicktime/v1/"
     "query?url=https%3a%2f%2fdrive.google.com&u=1",
     D},
    {"Sophos",
     "https://us-west-2.protection.sophos.com/"
     "?d=google.com&u=aHR0cHM6Ly9kcml2ZS5nb29nbGUuY29tLw==&i=N",
     D " google.com"},
    {"Symantec", "https://clicktime.symantec.com/3AbC?u=https%3A%2F%2Fdrive.google.com%2Fx", D},
    {"Postoffice",
     "https://clicktime.cloud.postoffice.net/clicktime.php?U=https://drive.google.com/", D},
    {"FireEye",
     "https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u=https%3A%2F%2Fdrive.google.com%2F", D},
    {"Avanan", "https://url.avanan.click/v2/___https:/drive.google.com/x___.YXAzOmE6Yjpj", D},
    {"Check Point", "https://eu.url-protection.com/v1/url?o=https%3A//drive.google.com/x&g=1", D},
    {"EdgePilot", "https://link.edgepilot.com/s/1a2b/AbC?u=https://drive.google.com/", D},
    {"Trustwave", "https://scanmail.trustwave.com/?c=1&d=a&u=https%3a%2f%2fdrive.google.com", D},
    {"Libraesva", "https://urlsand.esvalabs.com/?u=https%3A%2F%2Fdrive.google.com&e=1", D},
    {"Google", "https://www.google.com/url?q=https://drive.google.com/file&sa=D&ust=1", D},
    {"Google, url=", "https://www.google.com.hk/url?sa=t&url=https%3A%2F%2Fdrive.google.com%2F", D},
    {"Google, without a scheme", "https://google.com/url?q=drive.google.com/file", D},
    {"Google, a search is none", "https://www.google.com/search?q=drive.google.com", ""},
    {"Google AMP", "https://www.google.com/amp/s/drive.google.com/x", D},
    {"Google AMP, its cache", "https://a-b.cdn.ampproject.org/c/s/drive.google.com/x", D},
    {"Google translate", "https://translate.google.com/translate?sl=en&u=drive.google.com", D},
    {"Google translate's proxy", "https://drive-google-com.translate.goog/x?_x_tr_sl=en", D},
    {"a label with a hyphen", "https://my--site-example.translate.goog/", "my-site.example"},
    {"Google viewer", "https://docs.google.com/viewer?url=https%3A%2F%2Fdrive.google.com", D},
    {"Google ads",
     "https://www.googleadservices.com/pagead/aclk?sa=L&adurl=https://drive.google.com/", D},
    {"DoubleClick", "https://ad.doubleclick.net/ddm/clk/1;2;p?https://drive.google.com/x", D},
    {"Google Logout", "https://accounts.google.com/Logout?continue=https://drive.google.com/",
     "~" D},
    {"Bing", "https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9kcml2ZS5nb29nbGUuY29tL3g&ntb=1", D},
    {"Yahoo",
     "https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=https%3a%2f%2fdrive.google.com%2fx/"
     "RK=2/RS=x-",
     D},
    {"DuckDuckGo", "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fdrive.google.com%2F&rut=1", D},
    {"Baidu, encrypted", "https://www.baidu.com/link?url=Ab3_dE", ""},
    {"Baidu, given", "https://www.baidu.com/link?url=https://drive.google.com/", "~" D},
    {"YouTube", "https://www.youtube.com/redirect?event=d&q=https%3A%2F%2Fdrive.google.com", D},
    {"LinkedIn", "https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fdrive.google.com", D},
    {"Facebook", "https://l.facebook.com/l.php?u=https%3A%2F%2Fdrive.google.com%2F&h=AT0", D},
    {"Instagram", "https://l.instagram.com/?u=https%3A%2F%2Fdrive.google.com%2F&e=AT", D},
    {"VK", "https://vk.com/away.php?to=https%3A%2F%2Fdrive.google.com%2F&post=1", D},
    {"Telegram", "https://t.me/iv?url=https%3A%2F%2Fdrive.google.com%2F&rhash=1", D},
    {"Telegram share", "https://t.me/share/url?url=https://drive.google.com/x", D},
    {"WhatsApp", "https://l.wl.co/l?u=https%3A%2F%2Fdrive.google.com%2F", D},
    {"Slack", "https://slack-redir.net/link?url=https%3A%2F%2Fdrive.google.com", D},
    {"GMX",
     "https://deref-gmx.net/mail/client/Ab/dereferrer/?redirectUrl=https%3A%2F%2Fdrive.google.com",
     D},
    {"Office viewer",
     "https://view.officeapps.live.com/op/view.aspx?src=https%3A%2F%2Fdrive.google.com%2Fx.docx",
     D},
    {"OneDrive share",
     "https://api.onedrive.com/v1.0/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL3gvMQ/root/content", "1drv.ms"},
    {"archive", "https://web.archive.org/web/2024id_/https://drive.google.com/x", D},
    {"archive, no scheme", "https://web.archive.org/web/2024/drive.google.com/x", D},
    {"SES", "https://x.r.us-east-1.awstrack.me/L0/https:%2F%2Fdrive.google.com%2Fx/1/010-0/abc=1",
     D},
    {"Mandrill",
     "https://mandrillapp.com/track/click/1/"
     "a?p=eyJwIjoie1widVwiOjEsXCJ1cmxcIjpcImh0dHBzOlxcXC9cXFwvZHJpd"
     "mUuZ29vZ2xlLmNvbVxcXC94XCJ9In0",
     D},
    {"anonymisers", "https://href.li/?https://drive.google.com/x?a=1&b=2", D},
    {"readers", "https://r.jina.ai/https://drive.google.com/x", D},

    {"any host, plain", "https://t.example/c?id=1&url=https://drive.google.com/x", "~" D},
    {"any host, encoded", "https://t.example/c?dest=https%3A%2F%2Fdrive.google.com%2Fx", "~" D},
    {"any host, encoded twice", "https://t.example/c?goto=https%253A%252F%252Fdrive.google.com",
     "~" D},
    {"any host, every letter encoded",
     "https://t.example/c?u=%68%74%74%70%73%3A%2F%2Fdrive.google.com", "~" D},
    {"any host, base64", "https://t.example/c?link=aHR0cHM6Ly9kcml2ZS5nb29nbGUuY29tL3g%3D", "~" D},
    {"any host, hex", "https://t.example/c/68747470733a2f2f64726976652e676f6f676c652e636f6d",
     "~" D},
    {"any host, two slashes", "https://t.example/c?next=//drive.google.com/x", "~" D},
    {"any host, backslashes", "https://t.example/c?next=%5C%5Cdrive.google.com/x", "~" D},
    {"any host, upper case", "https://t.example/c?next=HTTPS:%5c%5cDRIVE.google.com/x", "~" D},
    {"any host, a name escaped", "https://t.example/c?%75rl=https://drive.google.com/x", "~" D},
    {"any host, & doubly escaped", "https://t.example/c?a=1&amp;url=https://drive.google.com/x",
     "~" D},
    {"any host, parts behind ;", "https://t.example/c?a=1;url=https://drive.google.com/x", "~" D},
    {"any host, the fragment", "https://t.example/#url=https://drive.google.com/x", "~" D},
    {"any host, the path", "https://t.example/go/https://drive.google.com/x", "~" D},
    {"any host, the path encoded", "https://t.example/go/https%3A%2F%2Fdrive.google.com%2Fx/1",
     "~" D},
    {"any host, base64 in the path", "https://t.example/go/aHR0cHM6Ly9kcml2ZS5nb29nbGUuY29tL3g",
     "~" D},
    {"any host, decoys first",
     "https://t.example/?a=https://a.example&b=https://b.example&u=https://drive.google.com",
     "~a.example ~b.example ~" D},
    {"an app that opens a browser", "microsoft-edge:https://drive.google.com/x", "~" D},
    {"an app by its name", "intent://send/?text=x#Intent;package=p;scheme=whatsapp;end", "send"},
    {"an app without a name", "intent://send/?text=x#Intent;package=p;end", ""},

    {"where a reader comes from", "https://t.example/?ref=https://drive.google.com/", ""},
    {"a text that begins so", "https://t.example/?text=https://drive.google.com/", ""},
    {"a relative target", "https://t.example/?url=%2Fnext%2Fpage", ""},
    {"a word", "https://t.example/?url=httpd", ""},
    {"a single label", "https://t.example/?url=https://intranet/", ""},
    {"a refused host", "https://t.example/?url=https://a%20b/", ""},
    {"base64 of something else", "https://t.example/?u=aHR0aG91Z2g", ""},
    {"a mail address", "mailto:a@b.example?body=https://drive.google.com/", ""},
    {"no base64", "https://www.bing.com/ck/a?u=a1***", ""},
    {"v3 without an end", "https://urldefense.com/v3/__https://drive.google.com/x", D},
    {"v3 without its bytes", "https://urldefense.com/v3/__https://a**_b*/x__;!!t$", ""},
    {"v3 of nothing", "https://urldefense.com/v3/__", ""},
    {"Mandrill's JSON cut",
     "https://mandrillapp.com/track/click/1/a?p=eyJwIjoie1widVwiOjEsXCJ1cmxc", ""},
    {"no value", "https://www.google.com/url?q", ""},
    {"% at the end", "https://www.google.com/url?q=https://drive.google.com/%", D},

    {"Safe Links around URL Defense around Google",
     "https://nam02.safelinks.protection.outlook.com/"
     "?url=https%3A%2F%2Furldefense.proofpoint.com%2Fv2%2F"
     "url%3Fu%3Dhttps-3A__www.google.com_url-3Fq-3Dhttps-3A__drive.google.com_x%26d%3DDw&data=1",
     "urldefense.proofpoint.com www.google.com " D},
    {"YouTube, Google, a target",
     "https://www.youtube.com/"
     "logout?continue=https%3A%2F%2Fgoogle.com%2Famp%2Fs%2Fdrive.google.com",
     "google.com " D},
    {"a guess behind a wrapper",
     "https://www.google.com/url?q=https://t.example/?u%3Dhttps://drive.google.com",
     "t.example ~" D},
    {"itself", "https://t.example/?u=https://t.example/?u=https://t.example/", "~t.example"},
};

static void
test_cases(void **state)
{
  int failed = 0;

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = hosts_of(cases[i].address);

    if (strcmp(got, cases[i].want) != 0) {
      print_error("%s: got \"%s\", want \"%s\"\n", cases[i].label, got, cases[i].want);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

/* Nothing in the dead form of any of them is a link again. */
static void
test_dead(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *dead = deaden(cases[i].address, -1);
    g_autofree char *live = undeaden(dead, -1);
    g_autoptr(GArray) links = links_new();

    assert_string_equal(live, cases[i].address);
    text_links((const unsigned char *)dead, strlen(dead), links);
    if (links->len > 0 && !g_str_has_prefix(cases[i].address, "microsoft-edge:"))
      fail_msg("%s: still a link: %s", cases[i].label, dead);
  }
}

static gboolean
is_whole(const char *address, guint *count)
{
  g_autoptr(Url) url = url_parse(address, strlen(address), TRUE);
  gboolean whole;
  g_autoptr(GPtrArray) hops = unwrap(url, &whole);

  *count = hops != NULL ? hops->len : 0;
  return whole;
}

/* One more than the limit is not followed, and said so. */
static void
test_limits(void **state)
{
  g_autoptr(GString) deep = g_string_new(NULL), wide = g_string_new("https://t.example/?");
  guint count;

  for (int i = 0; i < LIMIT_HOPS; i++)
    g_string_append_printf(deep, "https://h%d.example/r/", i);
  g_string_append(deep, "https://end.example/");
  assert_true(is_whole(deep->str, &count));
  assert_int_equal(count, LIMIT_HOPS);
  g_string_prepend(deep, "https://first.example/r/");
  assert_false(is_whole(deep->str, &count));
  assert_int_equal(count, LIMIT_HOPS);

  for (int i = 0; i < LIMIT_HOPS_ALL; i++)
    g_string_append_printf(wide, "&u=https://h%d.example/", i);
  assert_true(is_whole(wide->str, &count));
  assert_int_equal(count, LIMIT_HOPS_ALL);
  g_string_append(wide, "&u=https://end.example/");
  assert_false(is_whole(wide->str, &count));
}

static void
test_order(void **state)
{
  assert_true(wrappers_in_order());
  assert_non_null(wrappers_find("12ft.io"));
  assert_non_null(wrappers_find("youtube.com"));
  assert_null(wrappers_find("zzz.example"));
}

/* The examples of the vendor's own decoder. */
static void
test_proofpoint(void **state)
{
  static const char v2[] = "http-3A__www.bouncycastle.org_-23a-2Db";
  static const char v3[] =
      "/v3/__https://google.com:443/search?q=a*test&gs=ps__;Kw!!-612Flbf0JvQ3kNJkRi5Jg";
  static const char runs[] = "/v3/__https://a.example/**Ab__;YWJj!!x";
  g_autofree char *two = address_from_proofpoint2(v2, strlen(v2));
  g_autofree char *three = address_from_proofpoint3(v3, strlen(v3));
  g_autofree char *run = address_from_proofpoint3(runs, strlen(runs));

  assert_string_equal(two, "http://www.bouncycastle.org/#a-b");
  assert_string_equal(three, "https://google.com:443/search?q=a+test&gs=ps");
  assert_string_equal(run, "https://a.example/abb");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_dead),
                                     cmocka_unit_test(test_limits), cmocka_unit_test(test_order),
                                     cmocka_unit_test(test_proofpoint)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
