/* test_text_links.c - addresses in running text: cases of our own, and other finders' tests. */
#include "link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bounds.h"
#include "url.h"

static GArray *
find(const char *text)
{
  GArray *links = links_new();
  assert_true(text_links((const unsigned char *)text, strlen(text), links));
  return links;
}

/* "span" or, where the target is another, "span=target", one after the other with " | " between. */
static char *
summary(const char *text, const GArray *links)
{
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    g_autofree char *span = g_strndup(text + link->span.off, link->span.len);
    g_string_append_printf(out, "%s%s%s", i > 0 ? " | " : "", link->flags & LINK_BARE ? "~" : "",
                           span);
    if (strcmp(span, link->target) != 0)
      g_string_append_printf(out, "=%s", link->target);
  }
  return g_string_free(out, FALSE);
}

typedef struct text_case {
  const char *label, *text, *want; /* ~ before a bare one */
} TextCase;

static const TextCase text_cases[] = {
    {"file server", "see \\\\files\\plans\\a.doc, or", "\\\\files\\plans\\a.doc"},
    {"file server, at the start", "\\\\10.1.2.3\\c$", "\\\\10.1.2.3\\c$"},
    {"file server, WebDAV", "(\\\\a.example@SSL@443\\DavWWWRoot\\x)",
     "\\\\a.example@SSL@443\\DavWWWRoot\\x"},
    {"file server, Chinese", "請到\\\\files\\共享\\圖則。", "\\\\files\\共享\\圖則"},
    {"file server in angles", "<\\\\files\\plans>", "\\\\files\\plans"},
    {"no share", "\\\\files and \\\\files\\ x", ""},
    {"a path in C", "C:\\\\Users\\\\x and \"\\\\Users\\\\x\"", ""},
    {"escapes", "\\\\n\\t \\\\d\\w \\n\\\\t x\\\\yy\\z", ""},
    {"TeX", "a & b \\\\ \\hline \\\\[2pt] \\\\\\hline \\\\textbf{x}", ""},
    {"a defanged one", "[\\\\]files\\plans", ""},
    {"with scheme", "see https://drive.google.com/x now", "https://drive.google.com/x"},
    {"upper case", "HTTPS://WA.ME/1", "HTTPS://WA.ME/1"},
    {"only that", "http://a.example", "http://a.example"},
    {"full stop", "Go to https://wa.me/1.", "https://wa.me/1"},
    {"question", "Is it https://wa.me/1?!", "https://wa.me/1"},
    {"parentheses around", "(https://wa.me/1)", "https://wa.me/1"},
    {"parentheses inside", "https://a.example/b_(c)", "https://a.example/b_(c)"},
    {"both", "(see https://a.example/b_(c)).", "https://a.example/b_(c)"},
    {"brackets", "[https://wa.me/1][x]", "https://wa.me/1"},
    {"quotes", "\"https://wa.me/1\", 'https://wa.me/2'", "https://wa.me/1 | https://wa.me/2"},
    {"typographic quotes", "“https://wa.me/1”", "https://wa.me/1"},
    {"angles", "<https://wa.me/1>", "https://wa.me/1"},
    {"angles with URL:", "<URL:https://wa.me/1>", "https://wa.me/1"},
    {"angles over lines", "<https://wa.me/1\r\n  23?text=\r\n4>",
     "https://wa.me/1\r\n  23?text=\r\n4=https://wa.me/123?text=4"},
    {"URL: in angles over lines", "<URL:https://wa.me/1\n 23>",
     "https://wa.me/1\n 23=https://wa.me/123"},
    {"host over lines in angles", "<https://drive.goo\ngle.com/x>",
     "https://drive.goo\ngle.com/x=https://drive.google.com/x"},
    {"user and path", "user@wa.me/1", "~user@wa.me/1"},
    {"no scheme, a port", "wa.me:8443", "~wa.me:8443"},
    {"markdown", "[bank](https://wa.me/1)", "https://wa.me/1"},
    {"BBCode", "[url=https://wa.me/1]bank[/url]", "https://wa.me/1"},
    {"HTML in text", "<a href=\"https://wa.me/1\">x</a>", "https://wa.me/1"},
    {"telephone", "tel:+85255501234", "tel:+85255501234"},
    {"no angles over lines", "https://wa.me/1\r\n23", "https://wa.me/1"},
    {"angles, empty line", "<https://wa.me/1\n\n23>", "https://wa.me/1"},
    {"angles, words", "<https://wa.me/1 see\nthere>", "https://wa.me/1"},
    {"angles, then another", "<https://wa.me/1\n<https://wa.me/2>",
     "https://wa.me/1 | https://wa.me/2"},
    {"word before", "xhttps://wa.me/1", "https://wa.me/1"},
    {"colon before", "URL:https://wa.me/1", "https://wa.me/1"},
    {"port", "http://wa.me:8080/1", "http://wa.me:8080/1"},
    {"colon after", "http://wa.me: yes", "http://wa.me"},
    {"colon and word after", "http://wa.me:yes", "http://wa.me"},
    {"comma and word after", "https://wa.me,then", "https://wa.me"},
    {"user", "https://www.gov.hk@wa.me/1", "https://www.gov.hk@wa.me/1"},
    {"user with password", "ftp://a:b@c.example", "ftp://a:b@c.example"},
    {"backslashes", "http:\\\\wa.me\\1", "http:\\\\wa.me\\1"},
    {"local host", "http://localhost:8000/", "http://localhost:8000/"},
    {"number", "http://3232235786/x", "http://3232235786/x"},
    {"IPv6", "http://[::1]:80/x", "http://[::1]:80/x"},
    {"escaped host", "https://%64rive.google.com/x", "https://%64rive.google.com/x"},
    {"letters in circles", "ⓓⓡⓘⓥⓔ.google.com/x",
     "~google.com/x | ~ⓓⓡⓘⓥⓔ.google.com/x=drive.google.com/x"},
    {"one of them", "ⓓrive.google.com", "~rive.google.com | ~ⓓrive.google.com=drive.google.com"},
    {"nothing before some of them", "http://\x0fⓓⓡive.google.com/x",
     "~ive.google.com/x | http://\x0fⓓⓡive.google.com/x=http://drive.google.com/x"},
    {"nothing behind one of them", "ⓓ\u200brive.google.com",
     "~rive.google.com | ~ⓓ\u200brive.google.com=drive.google.com"},
    {"a number in a circle", "①wa.me/1", "~wa.me/1 | ~①wa.me/1=1wa.me/1"},
    {"numbers in circles", "①會議 ②午飯", ""},
    {"a switch of ISO-2022", "https://wa\x1b(B.me/1",
     "https://wa | ~B.me/1 | https://wa\x1b(B.me/1=https://wa.me/1"},
    {"a terminal's", "\x1b[1mbold\x1b[0m", ""},
    {"@ that is of no mail address", "we.tl@SSL wa.me@ x", "~we.tl | ~wa.me"},
    {"soft hyphen in host", "https://wa\u00ad.me/1", "https://wa\u00ad.me/1"},
    {"no host", "http:// http://. http://# https://", ""},
    {"inner address", "https://a.example/?u=https://wa.me/1",
     "https://a.example/?u=https://wa.me/1"},
    {"file", "file://server/share/x.doc", "file://server/share/x.doc"},
    {"file by backslashes", "file:\\\\server\\share", "file:\\\\server\\share"},
    {"two in a row", "https://wa.me/1,https://wa.me/2", "https://wa.me/1,https://wa.me/2"},

    {"full stop without a blank", "請看https://drive.google.com.下載", "https://drive.google.com"},
    {"byte order mark in host", "https://wa\ufeff.me/1", "https://wa\ufeff.me/1"},
    {"NUL in host", "https://wa\ufffd.me/1", "https://wa | https://wa\ufffd.me/1=https://wa.me/1"},
    {"NULs elsewhere", "\ufffd https://a.example/\ufffd \ufffd", "https://a.example/"},
    {"nothings in a bare host", "dri\u200bve.goo\u00adgle.com/x",
     "~ve.goo | ~gle.com/x | ~dri\u200bve.goo\u00adgle.com/x=drive.google.com/x"},
    {"www with a nothing", "www.drop\u2060box.com/s/x",
     "~www.drop | ~box.com/s/x | ~www.drop\u2060box.com/s/x=www.dropbox.com/s/x"},
    {"one slash", "https:/u@wa.me/1 http:\\wa.me", "https:/u@wa.me/1 | http:\\wa.me"},
    {"scheme and no slash", "https:wa.me/1", "~wa.me/1"},
    {"@ at its end", "https://wa.me@ http://a.example@wa.me@.",
     "https://wa.me | http://a.example@wa.me"},
    {"escapes in labels that look like domains", "https://drive.goo%67le.%63om/x",
     "https://drive.goo%67le.%63om/x"},
    {"escaped blank", "https://wa.me%20x", "https://wa.me"},
    {"user behind a fragment", "a.example#@www.dropbox.com/s/x", "~www.dropbox.com/s/x"},
    {"web address in an app's", "market://x,https://wa.me/1", "market://x | https://wa.me/1"},
    {"web address in mailto", "mailto:https://u:p@wa.me/1", "https://u:p@wa.me/1"},
    {"www in an app's", "tel:+1;www.dropbox.com/s/x", "tel:+1 | ~www.dropbox.com/s/x"},

    {"WhatsApp", "whatsapp://send?phone=852", "whatsapp://send?phone=852"},
    {"WeChat", "weixin://dl/chat 微信", "weixin://dl/chat"},
    {"Telegram", "(tg://resolve?domain=x)", "tg://resolve?domain=x"},
    {"Skype", "skype:some.one?chat", "skype:some.one?chat"},
    {"app without slashes", "line:5 signal:off tg:x", ""},
    {"part of a word", "baseline://x", ""},
    {"telephone", "tel:+852-2345-6789, sms:12345", "tel:+852-2345-6789 | sms:12345"},
    {"time and ratio", "at 12:30, ratio 3:1, tel:none", ""},
    {"mailto", "mailto:a@b.example?subject=x", "mailto:a@b.example?subject=x"},
    {"mailto without address", "mailto:bar", ""},

    {"www", "www.a.example/b", "~www.a.example/b"},
    {"www without a known end", "www.intranet", "~www.intranet"},
    {"bare", "Files: drive.google.com.", "~drive.google.com"},
    {"bare after Arabic", "رابطdrive.google.com/x", "~drive.google.com/x"},
    {"bare after Latin", "münchen.de", "~münchen.de"},
    {"bare with path", "t.me/x, wa.me/1", "~t.me/x | ~wa.me/1"},
    {"bare with query", "1fichier.com?abc", "~1fichier.com?abc"},
    {"bare with port", "wa.me:443/1", "~wa.me:443/1"},
    {"bare upper case", "WA.ME/1 GOOGLE.COM.", "~WA.ME/1 | ~GOOGLE.COM"},
    {"bare after slash", "x/wa.me/1", "~wa.me/1"},
    {"two levels", "www.info.gov.hk example.com.hk", "~www.info.gov.hk | ~example.com.hk"},
    {"country", "it.so 2.hk", "~it.so | ~2.hk"},
    {"punycode", "xn--fsqu00a.xn--j6w193g/x", "~xn--fsqu00a.xn--j6w193g/x"},
    {"bare number with path", "192.168.1.10/x 8.8.8.8 1.2.3.400/x", "~192.168.1.10/x"},
    {"files", "report.doc setup.py README.md a.tar.bz2 image.jpg", ""},
    {"abbreviations", "e.g. i.e. a.m. U.S.A. Ph.D. p.s.", ""},
    {"decimals", "10.5% 1.25 3.14, 0.5", ""},
    {"digits in a host", "1.2.wa.me/1 163.com 1.1.163.com",
     "~1.2.wa.me/1 | ~163.com | ~1.1.163.com"},
    {"versions", "3.2.1 v1.2.3 1.2.3.4 10.5", ""},
    {"sentences", "the end.Next one.In time.Is it", ""},
    {"dots", "... a..b .. .com .", ""},
    {"ellipsis", "wait...me", ""},
    {"underscore", "my_file.com", "~my_file.com"},
    {"hyphens", "-wa.me- --t.me/x", "~wa.me | ~t.me/x"},
    {"unknown scheme", "hxxps://drive.google.com/x", "~drive.google.com/x"},

    {"mail", "Write to a.b+c@gmail.com.", "~a.b+c@gmail.com=mailto:a.b+c@gmail.com"},
    {"mail in angles", "A <a@qq.com>;", "~a@qq.com=mailto:a@qq.com"},
    {"mail with a domain before @", "john.me@gmail.com",
     "~john.me@gmail.com=mailto:john.me@gmail.com"},
    {"no mail", "a@b @gmail.com x@y.invalid @", "~gmail.com"},
    {"mail and path", "user@wa.me/1", "~user@wa.me/1"},
    {"mails with a slash", "a@qq.com/b@qq.com",
     "~a@qq.com=mailto:a@qq.com | ~b@qq.com=mailto:b@qq.com"},
    {"mail in Chinese", "電郵：a@gmail.com，或b@qq.com請回覆",
     "~a@gmail.com=mailto:a@gmail.com | ~b@qq.com=mailto:b@qq.com"},

    {"Chinese around", "請到drive.google.com/x下載", "~drive.google.com/x"},
    {"Chinese around, scheme", "請訪問https://drive.google.com謝謝", "https://drive.google.com"},
    {"Chinese around, no path", "請到drive.google.com下載", "~drive.google.com"},
    {"Chinese comma", "https://wa.me/1，謝謝", "https://wa.me/1"},
    {"Chinese full stop", "見https://wa.me/1。再見", "https://wa.me/1"},
    {"Chinese full stop after host", "見https://wa.me。再見", "https://wa.me"},
    {"Chinese full stop, then English", "見http://kb.example.com。I think",
     "http://kb.example.com"},
    {"the same, bare", "見kb.example.com。Please reply", "~kb.example.com"},
    {"Chinese brackets", "（https://wa.me/1）「t.me/x」《wa.me/2》【wa.me/3】",
     "https://wa.me/1 | ~t.me/x | ~wa.me/2 | ~wa.me/3"},
    {"Chinese path", "https://zh.wikipedia.org/wiki/香港?x=繁體",
     "https://zh.wikipedia.org/wiki/香港?x=繁體"},
    {"Chinese sentence before", "完成.請到drive.google.com/x", "~drive.google.com/x"},
    {"several in a row", "twitter.jp日本語it.so中国語foo.jp", "~twitter.jp | ~it.so | ~foo.jp"},
    {"Korean after", "drive.google.com에서 https://wa.me에서", "~drive.google.com | https://wa.me"},
    {"Thai around", "ไปที่drive.google.com/xได้", "~drive.google.com/x"},
    {"full width", "ｄrive．google．com/x", "~ｄrive．google．com/x"},
    {"ideographic dots", "到drive。google。com看", "~drive。google。com"},
    {"ideographic dots with scheme", "https://drive。google。com/x",
     "https://drive。google。com/x"},
    {"halfwidth dots", "drive｡google｡com", "~drive｡google｡com"},
    {"sentences in Chinese", "我在台灣。香港人。Com是什麼。OK", ""},
    {"IDN with scheme", "http://例子.香港/x", "http://例子.香港/x"},
    {"IDN", "例子.香港 президент.рф", "~例子.香港 | ~президент.рф"},
    {"IDN, text after", "http://例子.香港請看", "http://例子.香港"},
    {"IDN under com", "http://ああ.com bücher.com", "http://ああ.com | ~bücher.com"},
    {"ideograph within a host", "http://exampleこれ.com/x", "http://exampleこれ.com/x"},

    {"defanged", "hxxps[:]//drive[.]google[.]com/x", ""},
    {"defanged with file", "(hxxps[:]//drive[.]google[.]com/x/report.zip)", ""},
    {"defanged mail", "a[@]gmail[.]com", ""},
    {"after a defanged one", "wa[.]me/x t.me/y", "~t.me/y"},
    {"inside a defanged one", "wa[.]me/?u=https://t.me/y", "https://t.me/y"},
};

static void
test_table(void **state)
{
  (void)state;
  unsigned failed = 0;
  for (unsigned i = 0; i < G_N_ELEMENTS(text_cases); i++) {
    const TextCase *c = &text_cases[i];
    g_autoptr(GArray) links = find(c->text);
    g_autofree char *got = summary(c->text, links);
    if (strcmp(got, c->want) != 0) {
      print_error("%s: got  {%s}\n%*s  want {%s}\n", c->label, got, (int)strlen(c->label), "",
                  c->want);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

static void
test_fields(void **state)
{
  (void)state;
  g_autoptr(GArray) links = find("x wa.me/1 y");
  assert_int_equal(links->len, 1);
  const Link *link = &g_array_index(links, Link, 0);
  assert_int_equal(link->use, LINK_TEXT);
  assert_int_equal(link->span.off, 2);
  assert_int_equal(link->span.len, 7);
  assert_int_equal(link->mark, 9);
  assert_int_equal(link->anchor, -1);
  assert_int_equal(link->tag.len + link->attribute.len + link->label.len, 0);
  assert_null(link->text);
  assert_null(link->element);
}

/* The target is cut, the span is not. */
static void
test_long(void **state)
{
  (void)state;
  g_autoptr(GString) text = g_string_new("https://wa.me/");
  while (text->len < 20000)
    g_string_append(text, "é");
  g_autoptr(GArray) links = find(text->str);
  assert_int_equal(links->len, 1);
  const Link *link = &g_array_index(links, Link, 0);
  assert_int_equal(link->span.len, text->len);
  assert_in_range(strlen(link->target), LIMIT_ADDRESS, LIMIT_ADDRESS + 1);
  assert_true(g_utf8_validate(link->target, -1, NULL));
}

static void
test_limit(void **state)
{
  (void)state;
  g_autoptr(GString) text = g_string_new(NULL);
  for (unsigned i = 0; i < LIMIT_LINKS + 10; i++)
    g_string_append(text, "t.me/x ");
  g_autoptr(GArray) links = links_new();
  assert_false(text_links((const unsigned char *)text->str, text->len, links));
  assert_int_equal(links->len, LIMIT_LINKS);
}

/* What could cost more than linear time. */
static void
test_large(void **state)
{
  (void)state;
  static const char *const units[] = {
      "a.",
      "a@",
      "http://",
      "a:",
      ".",
      "@",
      ":",
      "<http://a\n",
      "a.me日",
      "日.",
      "[.]",
      "a.b@",
      "www.",
      "。",
      "日。",
      "a。",
      "http://a@",
      "http://[",
      "mailto:",
      "<http://a ",
      "a.invalid/",
      "香港.香",
      "[.]a.me",
      "((((",
      "http://日",
      "\xe3\x80",
      "<http://a\n ",
      "A.Me ",
      "a@qq.com/",
      "sip:",
      "tel:",
      "[.]a",
      "a@日",
      "<url:http://a",
      "mailto:@",
  };
  gint64 start = g_get_monotonic_time();
  for (unsigned i = 0; i < G_N_ELEMENTS(units); i++) {
    g_autoptr(GString) text = g_string_new("http://a");
    while (text->len < 100000)
      g_string_append(text, units[i]);
    g_autoptr(GArray) links = links_new();
    gint64 before = g_get_monotonic_time();
    text_links((const unsigned char *)text->str, text->len, links);
    if (g_get_monotonic_time() - before > 4 * G_USEC_PER_SEC)
      print_error("slow: %s\n", units[i]);
  }
  assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
}

/* --- other finders' tests --- */

typedef struct rate {
  unsigned wanted, found, exact; /* links; a found one holds the other's host */
  unsigned missed;               /* not found exactly and not listed */
} Rate;

/* Addresses of other finders' tests that we do not find, or not exactly, each with the reason. */
static const struct {
  const char *link, *reason;
} known_misses[] = {
    {"//localhost", "no reader links a host without scheme and without a known end"},
    {"//test.123", "the same"},
    {"4.4.4.4", "a bare number needs a path: version numbers"},
    {"➡.ws/䨹", "a symbol needs a scheme before it"},
    /* found, but from or to another place */
    {"//example.com", "found without the slashes"},
    {"http://foo.com/blah_blah_\"doublequoted\"", "a quotation mark ends an address"},
    {"http://foo.com/blah_blah_'singlequoted'", "one at the end belongs to the sentence"},
    {"test.\"foo\".bar@gmail.co.uk", "quoted local parts: the domain is what counts"},
    {"http://twitter.com/", "an ideograph after a slash is part of the path"},
    {"http://t.co/pbY2NfTZ", "an apostrophe inside is kept"},
    {"http://t.co/FNkPfmii", "a hyphen at the end is kept"},
};

static char *
host_of(const char *target)
{
  g_autoptr(Url) url = url_parse(target, strlen(target), TRUE);
  return g_strdup(url != NULL ? url->host : "");
}

static void
rate_link(Rate *rate, const char *text, const GArray *links, const char *want)
{
  g_autofree char *host = host_of(want);
  gboolean found = FALSE, exact = FALSE;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    g_autofree char *got = host_of(link->target);
    found |= strcmp(got, host) == 0 || g_str_has_suffix(link->target, want);
    exact |=
        strlen(want) == link->span.len && strncmp(text + link->span.off, want, link->span.len) == 0;
  }
  found |= exact;
  rate->wanted++;
  rate->found += found;
  rate->exact += exact;
  for (unsigned i = 0; !exact && i < G_N_ELEMENTS(known_misses); i++)
    if (strcmp(known_misses[i].link, want) == 0)
      return;
  if (!exact) {
    g_autofree char *got = summary(text, links);
    print_error("%s: {%s}\n  want {%s}\n  got  {%s}\n", found ? "another end" : "missed", text,
                want, got);
  }
  rate->missed += !exact;
}

static char *
corpus_read(const char *name)
{
  const char *corpora = g_getenv("CORDON_CORPORA");
  g_autofree char *path = g_build_filename(corpora ? corpora : "/nonexistent", "urls", name, NULL);
  char *text = NULL;
  return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

/* Texts, each with its link in the next line unless that is the whole text. */
static void
test_linkify_it(void **state)
{
  (void)state;
  g_autofree char *file = corpus_read("linkify_it/test/fixtures/links.txt");
  if (file == NULL)
    skip();
  g_auto(GStrv) lines = g_strsplit(file, "\n", -1);
  Rate rate = {0};
  for (unsigned i = 0; lines[i] != NULL; i++) {
    if (lines[i][0] == '%' || *g_strstrip(lines[i]) == '\0')
      continue;
    const char *text = lines[i], *want = text;
    if (lines[i + 1] != NULL && lines[i + 1][0] != '%' && *g_strstrip(lines[i + 1]) != '\0')
      want = lines[++i];
    g_autoptr(GArray) links = find(text);
    rate_link(&rate, text, links, want);
  }
  print_message("linkify-it: %u links, %u found, %u of them exactly\n", rate.wanted, rate.found,
                rate.exact);
  assert_true(rate.wanted > 100 && rate.exact * 100 >= rate.wanted * 90);
  assert_int_equal(rate.missed, 0);
}

/* A value of the YAML file, which is JSON where we need it. */
static JsonNode *
yaml_value(const char *line, const char *key)
{
  const char *at = strstr(line, key);
  return at != NULL ? json_from_string(at + strlen(key), NULL) : NULL;
}

static void
rate_twitter(Rate *rate, const char *text, JsonNode *expected)
{
  JsonArray *wanted = json_node_get_array(expected);
  g_autoptr(GArray) links = find(text);
  for (guint n = 0; n < json_array_get_length(wanted); n++)
    rate_link(rate, text, links, json_array_get_string_element(wanted, n));
}

static void
test_twitter(void **state)
{
  (void)state;
  g_autofree char *file = corpus_read("twitter_text_conformance/conformance/extract.yml");
  if (file == NULL)
    skip();
  char *from = strstr(file, "\n  urls:"), *to = strstr(file, "\n  urls_with_indices:");
  assert_non_null(from);
  assert_non_null(to);
  *to = '\0';
  g_auto(GStrv) lines = g_strsplit(from, "\n", -1);
  Rate rate = {0};
  for (unsigned i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) {
    g_autoptr(JsonNode) text = yaml_value(lines[i], "      text: ");
    g_autoptr(JsonNode) expected = yaml_value(lines[i + 1], "      expected: ");
    if (text != NULL && expected != NULL && JSON_NODE_HOLDS_ARRAY(expected))
      rate_twitter(&rate, json_node_get_string(text), expected);
  }
  print_message("twitter-text: %u links, %u found, %u of them exactly\n", rate.wanted, rate.found,
                rate.exact);
  assert_true(rate.wanted > 80 && rate.exact * 100 >= rate.wanted * 90);
  assert_int_equal(rate.missed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),   cmocka_unit_test(test_fields),
      cmocka_unit_test(test_long),    cmocka_unit_test(test_limit),
      cmocka_unit_test(test_large),   cmocka_unit_test(test_linkify_it),
      cmocka_unit_test(test_twitter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
