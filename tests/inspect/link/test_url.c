/* test_url.c - addresses: a table of our own, and the web platform's tests where they are. */
#include "url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* "scheme|host|domain|port|path|query|fragment|flags", flags as letters; "refused" for NULL */
static char *
summary(const Url *url)
{
  if (url == NULL)
    return g_strdup("refused");
  char flags[8] = "", *f = flags;
  static const char letters[] = "uinxpo";
  for (unsigned i = 0; letters[i] != '\0'; i++)
    if (url->flags & (1u << i))
      *f++ = letters[i];
  return g_strdup_printf("%s|%s|%s|%u|%s|%s|%s|%s", url->scheme, url->host, url->domain, url->port,
                         url->path, url->query ? url->query : "-",
                         url->fragment ? url->fragment : "-", flags);
}

typedef struct url_case {
  const char *label, *input;
  gboolean base_https;
  const char *want;
} UrlCase;

static const UrlCase url_cases[] = {
    {"plain", "https://drive.google.com/file/d/1?usp=sharing#x", FALSE,
     "https|drive.google.com|google.com|0|/file/d/1|usp=sharing|x|"},
    {"no path", "http://example.com.hk", FALSE, "http|example.com.hk|example.com.hk|0|/|-|-|"},
    {"upper case", "HTTPS://WWW.Example.COM/A", FALSE,
     "https|www.example.com|example.com|0|/A|-|-|"},
    {"blanks around", " \r\n https://a.example/x y \t", FALSE,
     "https|a.example|a.example|0|/x y|-|-|"},
    {"tab in host", "https://dri\tve.google.com/", FALSE,
     "https|drive.google.com|google.com|0|/|-|-|o"},
    {"line end in path", "https://drive.google.com/a\r\nb", FALSE,
     "https|drive.google.com|google.com|0|/ab|-|-|"},
    {"tab in scheme", "ht\ntps://wa.me/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|o"},
    {"backslashes", "https:\\\\wa.me\\1", FALSE, "https|wa.me|wa.me|0|/1|-|-|o"},
    {"one slash", "https:/wa.me/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|"},
    {"no slash", "https:wa.me/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|"},
    {"many slashes", "https://////wa.me/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|"},
    {"backslash ends the host", "https://good.example\\@wa.me/", FALSE,
     "https|good.example|good.example|0|/@wa.me/|-|-|o"},
    {"user", "https://www.gov.hk@evil.example/x", FALSE,
     "https|evil.example|evil.example|0|/x|-|-|u"},
    {"last @ counts", "https://a@b@evil.example/x", FALSE,
     "https|evil.example|evil.example|0|/x|-|-|u"},
    {"port", "https://wa.me:8443/1", FALSE, "https|wa.me|wa.me|8443|/1|-|-|p"},
    {"own port", "https://wa.me:443/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|"},
    {"own port with zeros", "http://wa.me:00080/1", FALSE, "http|wa.me|wa.me|0|/1|-|-|"},
    {"empty port", "https://wa.me:/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|"},
    {"port too high", "https://wa.me:65536/1", FALSE, "refused"},
    {"port no number", "https://wa.me:80x/1", FALSE, "refused"},
    {"percent in host", "https://%64rive.google%2ecom/", FALSE,
     "https|drive.google.com|google.com|0|/|-|-|o"},
    {"full width", "https://ｄｒｉｖｅ．ｇｏｏｇｌｅ．ｃｏｍ/", FALSE,
     "https|drive.google.com|google.com|0|/|-|-|o"},
    {"ideographic full stop", "https://drive。google。com/", FALSE,
     "https|drive.google.com|google.com|0|/|-|-|o"},
    {"halfwidth ideographic full stop", "https://drive｡google｡com/", FALSE,
     "https|drive.google.com|google.com|0|/|-|-|o"},
    {"soft hyphens", "https://wa\u00ad.me/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|o"},
    {"zero width space", "https://w\u200ba.me/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|o"},
    {"mathematical letters", "https://𝐰𝐚.𝐦𝐞/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|o"},
    {"circled letters", "https://ⓦⓐ.ⓜⓔ/1", FALSE, "https|wa.me|wa.me|0|/1|-|-|o"},
    {"IDN", "https://Bücher.example/", FALSE,
     "https|xn--bcher-kva.example|xn--bcher-kva.example|0|/|-|-|x"},
    {"IDN, decomposed", "https://bu\u0308cher.example/", FALSE,
     "https|xn--bcher-kva.example|xn--bcher-kva.example|0|/|-|-|x"},
    {"IDN under a Hong Kong suffix", "https://www.例子.公司.香港/", FALSE,
     "https|www.xn--fsqu00a.xn--55qx5d.xn--j6w193g|xn--fsqu00a.xn--55qx5d.xn--j6w193g|0|/|-|-|x"},
    {"hyphens where UTS 46 has them off", "https://-é--.example/", FALSE,
     "https|xn------bma.example|xn------bma.example|0|/|-|-|x"},
    {"not mapped: sharp s", "https://faß.example/", FALSE,
     "https|xn--fa-hia.example|xn--fa-hia.example|0|/|-|-|x"},
    {"a stroke for a slash", "https://bank.example\u2215login.evil.example/", FALSE,
     "https|bank.xn--examplelogin-ni5g.evil.example|evil.example|0|/|-|-|xo"},
    {"trailing dot", "https://drive.google.com./x", FALSE,
     "https|drive.google.com|google.com|0|/x|-|-|"},
    {"underscore", "https://my_host.example/", FALSE,
     "https|my_host.example|my_host.example|0|/|-|-|"},
    {"blank in host", "https://wa .me/", FALSE, "refused"},
    {"escaped blank in host", "https://wa%20.me/", FALSE, "refused"},
    {"escaped NUL in host", "https://wa.me%00.example/", FALSE, "refused"},
    {"broken UTF-8 in host", "https://wa\xff.me/", FALSE, "refused"},
    {"no host", "https:///", FALSE, "refused"},
    {"no host but user", "https://user@/", FALSE, "refused"},
    {"only ignored characters", "https://\u00ad/", FALSE, "refused"},
    {"IPv4", "http://192.168.1.10/", FALSE, "http|192.168.1.10|192.168.1.10|0|/|-|-|i"},
    {"IPv4 as one number", "http://3232235786/", FALSE,
     "http|192.168.1.10|192.168.1.10|0|/|-|-|in"},
    {"IPv4 in hex", "http://0xC0.0xa8.0x1.0xA/", FALSE,
     "http|192.168.1.10|192.168.1.10|0|/|-|-|in"},
    {"IPv4 in octal", "http://0300.0250.1.012/", FALSE,
     "http|192.168.1.10|192.168.1.10|0|/|-|-|in"},
    {"IPv4 short", "http://192.168.266", FALSE, "http|192.168.1.10|192.168.1.10|0|/|-|-|in"},
    {"IPv4 with trailing dot", "http://192.168.1.10./", FALSE,
     "http|192.168.1.10|192.168.1.10|0|/|-|-|in"},
    {"IPv4 full width", "http://１９２．168.1.10/", FALSE,
     "http|192.168.1.10|192.168.1.10|0|/|-|-|io"},
    {"IPv4 part too large", "http://192.168.1.256/", FALSE, "refused"},
    {"IPv4 with five parts", "http://1.2.3.4.5/", FALSE, "refused"},
    {"ends in a number", "http://drive.google.com.1/", FALSE, "refused"},
    {"a number before the end", "http://1.2.3.4.example/", FALSE,
     "http|1.2.3.4.example|4.example|0|/|-|-|"},
    {"IPv6", "http://[2001:DB8::0:1]:8080/", FALSE,
     "http|[2001:db8::1]|[2001:db8::1]|8080|/|-|-|ip"},
    {"IPv6 of IPv4", "http://[::ffff:1.2.3.4]/", FALSE,
     "http|[::ffff:102:304]|[::ffff:102:304]|0|/|-|-|i"},
    {"IPv6 zone", "http://[fe80::1%25eth0]/", FALSE, "refused"},
    {"IPv6 without end", "http://[::1", FALSE, "refused"},
    {"public suffix itself", "https://github.io/", FALSE, "https|github.io|github.io|0|/|-|-|"},
    {"private suffix", "https://a.b.github.io/", FALSE, "https|a.b.github.io|b.github.io|0|/|-|-|"},
    {"dot segments", "https://docs.google.com/x/../document/./d/1/..", FALSE,
     "https|docs.google.com|google.com|0|/document/d/|-|-|"},
    {"escaped dot segments", "https://docs.google.com/x/%2E%2e/%64ocument/%2f", FALSE,
     "https|docs.google.com|google.com|0|/document/%2f|-|-|"},
    {"backslashes in path", "https://docs.google.com/a\\..\\document", FALSE,
     "https|docs.google.com|google.com|0|/document|-|-|"},
    {"query without path", "https://1fichier.com?abc", FALSE,
     "https|1fichier.com|1fichier.com|0|/|abc|-|"},
    {"fragment with ?", "https://mega.nz/#!a?b", FALSE, "https|mega.nz|mega.nz|0|/|-|!a?b|"},
    {"without scheme", "drive.google.com/x", FALSE, "refused"},
    {"without scheme, base", "drive.google.com/x", TRUE,
     "https|drive.google.com|google.com|0|/x|-|-|"},
    {"without scheme but port, base", "drive.google.com:8080/x", TRUE,
     "https|drive.google.com|google.com|8080|/x|-|-|p"},
    {"slashes only, base", "//drive.google.com/x", TRUE,
     "https|drive.google.com|google.com|0|/x|-|-|"},
    {"mixed slashes, base", "/\\drive.google.com/x", TRUE,
     "https|drive.google.com|google.com|0|/x|-|-|o"},
    {"path only, base", "/x/y", TRUE, "refused"},
    {"fragment only, base", "#x", TRUE, "refused"},
    {"nothing, base", "", TRUE, "refused"},
    {"nothing", "", FALSE, "refused"},
    {"scheme only", "https:", FALSE, "refused"},
    {"file", "file:///C:/x/y.txt", FALSE, "file|||0|/C:/x/y.txt|-|-|"},
    {"file on a server", "file://server.example/share/x", FALSE,
     "file|server.example|server.example|0|/share/x|-|-|"},
    {"file by backslashes", "file:\\\\server\\share", FALSE, "file|server|server|0|/share|-|-|"},
    {"file on a drive", "file://C|/x", FALSE, "file|||0|/C|/x|-|-|"},
    {"file on localhost", "file://localhost/x", FALSE, "file|||0|/x|-|-|"},
    {"app scheme", "whatsapp://send?phone=852", FALSE, "whatsapp|send|send|0||phone=852|-|"},
    {"app scheme, upper case", "WeiXin://DL/chat", FALSE, "weixin|dl|dl|0|/chat|-|-|"},
    {"app scheme without slashes", "skype:someone?chat", FALSE, "skype|||0|someone|chat|-|"},
    {"app scheme with a bad host", "whatsapp://a b<c/x", FALSE, "whatsapp|||0|//a b<c/x|-|-|"},
    {"app scheme with a bad port", "tg://a:x/y", FALSE, "tg|||0|//a:x/y|-|-|"},
    {"script", "JavaScript:alert(1)//x", FALSE, "javascript|||0|alert(1)//x|-|-|"},
    {"script with line end", "java\nscript:alert(1)", FALSE, "javascript|||0|alert(1)|-|-|o"},
    {"data", "data:text/html,<b>", FALSE, "data|||0|text/html,<b>|-|-|"},
    {"mail", "mailto:Someone@Gmail.com?subject=x", FALSE,
     "mailto|gmail.com|gmail.com|0|Someone@Gmail.com|subject=x|-|"},
    {"mail escaped", "mailto:someone%40gmail%2Ecom", FALSE,
     "mailto|gmail.com|gmail.com|0|someone%40gmail%2Ecom|-|-|"},
    {"mail in the query", "mailto:?to=a@gmail.com", FALSE,
     "mailto|gmail.com|gmail.com|0||to=a@gmail.com|-|"},
    {"mail without address", "mailto:", FALSE, "mailto|||0||-|-|"},
};

static void
test_table(void **state)
{
  (void)state;
  unsigned failed = 0;
  for (unsigned i = 0; i < G_N_ELEMENTS(url_cases); i++) {
    const UrlCase *c = &url_cases[i];
    g_autoptr(Url) url = url_parse(c->input, strlen(c->input), c->base_https);
    g_autofree char *got = summary(url);
    if (strcmp(got, c->want) != 0) {
      print_error("%s: got  %s\n%*s  want %s\n", c->label, got, (int)strlen(c->label), "", c->want);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

static void
test_nul(void **state)
{
  (void)state;
  static const char in[] = "https://wa.me/a\0b?c\0d#e\0f";
  g_autoptr(Url) url = url_parse(in, sizeof in - 1, FALSE);
  assert_non_null(url);
  assert_string_equal(url->path, "/a%00b");
  assert_string_equal(url->query, "c%00d");
  assert_string_equal(url->fragment, "e%00f");
  assert_null(url_parse("https://wa.me\0x/", 16, FALSE));
  g_autoptr(Url) app = url_parse("tg://a\0b/c", 10, FALSE);
  assert_string_equal(app->host, "");
}

static void
test_display(void **state)
{
  (void)state;
  static const struct {
    const char *host, *want;
  } cases[] = {
      {"drive.google.com", "drive.google.com"},
      {"xn--bcher-kva.example", "bücher.example"},
      {"xn--fsqu00a.xn--j6w193g", "例子.香港"},
      {"xn--a.example", "xn--a.example"},
      {"[::1]", "[::1]"},
      {"", ""},
  };
  for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = url_host_display(cases[i].host);
    assert_string_equal(got, cases[i].want);
  }
}

static void
test_mail_domains(void **state)
{
  (void)state;
  static const struct {
    const char *input, *want;
  } cases[] = {
      {"mailto:a@gmail.com", "gmail.com"},
      {"mailto:a@gmail.com,b@QQ.com", "gmail.com qq.com"},
      {"mailto:a@gmail.com%2Cb@163.com", "gmail.com 163.com"},
      {"mailto:a@gmail.com?cc=b@163.com&subject=c@x.example&BCC=d%40139.com,e@wo.cn",
       "gmail.com 163.com 139.com wo.cn"},
      {"mailto:\"x@y\"@gmail.com", "gmail.com"},
      {"mailto:A%20B%20%3Ca@gmail.com%3E", "gmail.com"},
      {"mailto:nobody", ""},
      {"https://a@gmail.com/", ""},
  };
  for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Url) url = url_parse(cases[i].input, strlen(cases[i].input), FALSE);
    g_autoptr(GPtrArray) domains = url_mail_domains(url);
    g_ptr_array_add(domains, NULL);
    g_autofree char *got = g_strjoinv(" ", (char **)domains->pdata);
    assert_string_equal(got, cases[i].want);
  }
}

/* Each in well below a second: nothing is worse than linear. */
static void
test_large(void **state)
{
  (void)state;
  static const char *const units[] = {"\u00ad", "é.",  "a.", "%", "一", "é",    "1.",
                                      "0x.",    "/..", "@",  ":", "[",  "%2e/", "a.-é-."};
  gint64 start = g_get_monotonic_time();
  for (unsigned i = 0; i < G_N_ELEMENTS(units); i++) {
    g_autoptr(GString) text = g_string_new("https://a");
    while (text->len < 300000)
      g_string_append(text, units[i]);
    url_free(url_parse(text->str, text->len, FALSE));
  }
  assert_true(g_get_monotonic_time() - start < 2 * G_USEC_PER_SEC);
}

/* --- the web platform's tests --- */

static JsonArray *
load_cases(const char *name, JsonParser **parser)
{
  const char *corpora = g_getenv("CORDON_CORPORA");
  g_autofree char *path = g_build_filename(corpora ? corpora : "/nonexistent", "urls",
                                           "ada_wpt_url", "wpt", name, NULL);
  *parser = json_parser_new();
  if (!g_file_test(path, G_FILE_TEST_EXISTS) || !json_parser_load_from_file(*parser, path, NULL))
    return NULL;
  return json_node_get_array(json_parser_get_root(*parser));
}

static const char *
member(JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member(object, name);
  return node != NULL && !JSON_NODE_HOLDS_NULL(node) ? json_node_get_string(node) : NULL;
}

/* WPT keeps the trailing dot that we remove. */
static gboolean
same_host(const char *got, const char *want)
{
  if (got == NULL || want == NULL)
    return got == want;
  size_t len = strlen(want);
  if (len > 1 && want[len - 1] == '.')
    len--;
  return strlen(got) == len && strncmp(got, want, len) == 0;
}

/* Inputs on which we differ on purpose or by a library's age, each with the reason. */
typedef struct known {
  const char *input, *reason;
  gboolean by_version; /* right with newer libraries */
} Known;

static const Known known_differences[] = {
    {"http://a", "json-glib cuts the input at its NUL; test_nul has it", FALSE},
    {"look\u05beout.net", "the bidi rule is not checked where libidn2 does not get to it", FALSE},
    {"ẞ.com", "libidn2 maps capital sharp s as Unicode 15 does: ss; so does Chromium 115", TRUE},
    {"ẞ.foo.com", "the same", TRUE},
    {"FAẞ.de", "the same", TRUE},
    {"FAẞ.DE", "the same", TRUE},
    {"\U0003293120.音.ꡦ1.", "a character newer than GLib's Unicode", TRUE},
    {"\U00032b9a9ꍩ៓.ss", "the same", TRUE},
    {"\U00032b9a9ꍩ៓.SS", "the same", TRUE},
};

static const Known *
known_find(const char *input, GHashTable *used)
{
  for (unsigned i = 0; i < G_N_ELEMENTS(known_differences); i++)
    if (strcmp(known_differences[i].input, input) == 0) {
      g_hash_table_add(used, (gpointer)&known_differences[i]);
      return &known_differences[i];
    }
  return NULL;
}

typedef struct tally {
  unsigned cases, known, wrong;
  GHashTable *used;
} Tally;

static void
tally_case(Tally *tally, const char *input, const char *got, const char *want)
{
  gboolean same = same_host(got, want);
  const Known *known = known_find(input, tally->used);
  tally->cases++;
  if (!same && known != NULL)
    tally->known++;
  if (same ? known != NULL && !known->by_version : known == NULL) {
    g_autofree char *shown = g_strescape(input, NULL);
    print_error("%s: {\"%s\"} got %s want %s\n", known ? "listed but right" : "differs", shown,
                got ? got : "refused", want ? want : "refused");
    tally->wrong++;
  }
}

/* A case counts if its scheme decides alone: special and absolute, or "//" on an https base. */
static void
run_url_case(JsonObject *object, Tally *tally)
{
  const char *input = member(object, "input"), *base = member(object, "base");
  const char *want = member(object, "hostname");
  if (input == NULL || (want == NULL && !json_object_has_member(object, "failure")))
    return;
  static const char *const special[] = {"http://", "https://", "ftp://", "ws://", "wss://"};
  gboolean absolute = FALSE, relative = FALSE;
  for (unsigned i = 0; i < G_N_ELEMENTS(special); i++)
    absolute |= g_ascii_strncasecmp(input, special[i], strlen(special[i])) == 0;
  relative = base != NULL && g_str_has_prefix(base, "http") &&
             (g_str_has_prefix(input, "//") || g_str_has_prefix(input, "\\\\"));
  if (!absolute && !relative)
    return;
  g_autoptr(Url) url = url_parse(input, strlen(input), relative);
  tally_case(tally, input, url ? url->host : NULL, want);
}

static void
run_host_case(JsonObject *object, Tally *tally)
{
  const char *input = member(object, "input"), *want = member(object, "output");
  if (input == NULL || input[0] == '\0')
    return;
  g_autofree char *got = url_host_parse(input, strlen(input), TRUE, NULL);
  tally_case(tally, input, got, want);
}

static void
test_platform(void **state)
{
  (void)state;
  static const struct {
    const char *file;
    void (*run)(JsonObject *, Tally *);
  } suites[] = {{"urltestdata.json", run_url_case},
                {"toascii.json", run_host_case},
                {"IdnaTestV2.json", run_host_case}};
  Tally tally = {.used = g_hash_table_new(NULL, NULL)};
  for (unsigned i = 0; i < G_N_ELEMENTS(suites); i++) {
    g_autoptr(JsonParser) parser = NULL;
    JsonArray *cases = load_cases(suites[i].file, &parser);
    if (cases == NULL) {
      g_hash_table_unref(tally.used);
      skip();
    }
    unsigned cases_before = tally.cases, known_before = tally.known;
    for (guint n = 0; n < json_array_get_length(cases); n++) {
      JsonNode *node = json_array_get_element(cases, n);
      if (JSON_NODE_HOLDS_OBJECT(node))
        suites[i].run(json_node_get_object(node), &tally);
    }
    print_message("%s: %u cases, %u known differences\n", suites[i].file,
                  tally.cases - cases_before, tally.known - known_before);
  }
  for (unsigned i = 0; i < G_N_ELEMENTS(known_differences); i++)
    if (!g_hash_table_contains(tally.used, &known_differences[i])) {
      print_error("listed but not met: %s\n", known_differences[i].input);
      tally.wrong++;
    }
  g_hash_table_unref(tally.used);
  assert_int_equal(tally.wrong, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),   cmocka_unit_test(test_nul),
      cmocka_unit_test(test_display), cmocka_unit_test(test_mail_domains),
      cmocka_unit_test(test_large),   cmocka_unit_test(test_platform),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
