/* What leads out of a message, and what is suspicious about it. */
#include "link_traits.h"

#include "../traits.h"
#include "finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCRIPT TRAIT(SCRIPT_SCHEME)
#define LOCAL  TRAIT(LOCAL_SCHEME)

static const struct {
  const char *target;
  LinkUse use;
  gboolean out;
  BitSet traits; /* of these two */
} cases[] = {
    {"https://a.example/", LINK_FOLLOW, TRUE, 0},
    {"//a.example/", LINK_FOLLOW, TRUE, 0},
    {"/\\a.example/", LINK_FOLLOW, TRUE, 0},
    {"\\/a.example/", LINK_FOLLOW, TRUE, 0},
    {"/\t/a.example/", LINK_FOLLOW, TRUE, 0},
    {"\\\\a.example\\share", LINK_FOLLOW, TRUE, LOCAL},
    {"vendor-launcher:x", LINK_FOLLOW, TRUE, LOCAL},
    {"vendor-launcher:x", LINK_LOAD, TRUE, 0},
    {"tel:+85221234567", LINK_FOLLOW, TRUE, 0},
    {"www.a.example:8080/x", LINK_FOLLOW, TRUE, 0},
    {"#top", LINK_FOLLOW, FALSE, 0},
    {"/page.html", LINK_FOLLOW, FALSE, 0},
    {"", LINK_FOLLOW, FALSE, 0},
    {"cid:logo", LINK_LOAD, FALSE, 0},
    {"javascript:x()", LINK_FOLLOW, TRUE, SCRIPT},
    {"data:text/html,x", LINK_FOLLOW, TRUE, SCRIPT},
    {"data: text/html,x", LINK_FOLLOW, TRUE, SCRIPT},
    {"data:te\txt/ht\nml,x", LINK_LOAD, TRUE, SCRIPT},
    {"data:image/svg+xml,x", LINK_LOAD, TRUE, SCRIPT},
    {"data:application/rss+xml,x", LINK_LOAD, TRUE, SCRIPT},
    {"data:application/zip;base64,UEs=", LINK_FOLLOW, TRUE, SCRIPT},
    {"data:application/octet-stream,x", LINK_LOAD, FALSE, 0},
    {"data:image/png;base64,AAAA", LINK_FOLLOW, FALSE, 0},
    {"data:image/png;base64,AAAA", LINK_LOAD, FALSE, 0},
    {"data:,text", LINK_FOLLOW, FALSE, 0},
    {"data:", LINK_FOLLOW, FALSE, 0},
};

static void
test_targets(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const Link link = {
        .use = cases[i].use, .target = (char *)cases[i].target, .anchor = -1, .element = "a"};
    g_autoptr(Url) url = link_url(&link, NULL);
    gboolean out = link_leads_out(&link, url);
    BitSet traits = link_traits(&link, url, NULL) & (SCRIPT | LOCAL);

    g_autofree char *got = traits_text(traits);
    if (out != cases[i].out || traits != cases[i].traits)
      fail_msg("\"%s\", use %d: out %d, traits \"%s\"", cases[i].target, cases[i].use, out, got);
  }
}

#define DIFFERS TRAIT(TEXT_HOST_DIFFERS)
#define UNSURE  TRAIT(TEXT_HOST_UNSURE)

static const struct {
  const char *text, *target;
  BitSet traits;
} texts[] = {
    {"https://www.bank.com/", "https://evil.example/", DIFFERS},
    {"Log in at www.bank.com", "https://evil.example/", DIFFERS},
    {"online.bank.com", "https://evil.example/", DIFFERS},
    {"bank.com/login", "https://evil.example/", DIFFERS},
    {"b\xe2\x80\x8b"
     "ank.com/login",
     "https://evil.example/", DIFFERS},
    {"bank.com", "http://192.0.2.1/", DIFFERS},
    {"www.bank.com", "https://.evil.example/", DIFFERS},
    {"https://bank.com/ https://evil.example/", "https://evil.example/", 0},
    {"bank.com", "https://evil.example/", UNSURE},
    {"News.com: today", "https://evil.example/", UNSURE},
    {"www.bank.com", "https://u1.ct.sendgrid.net/ls/click?upn=x", UNSURE},
    {"www.bank.com", "https://click.news.example/x", UNSURE},
    {"www.bank.com", "https://url1234.news.example/x", UNSURE},
    {"www.bank.com", "https://online.bank.com/", 0},
    {"www.immd.gov.hk", "https://www.gov.hk/immd", 0},
    {"www.immd.gov.hk", "https://www.gov.hk.evil.example/", DIFFERS},
    {"https://www.youtube.com/watch?v=1", "https://youtu.be/1", 0},
    {"help@bank.com", "https://evil.example/", 0},
    {"Log in", "https://evil.example/", 0},
    {"www.bank.com", "weixin:dl", 0},
};

static void
test_texts(void **state)
{
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    const Link link = {.use = LINK_FOLLOW,
                       .target = (char *)texts[i].target,
                       .text = (char *)texts[i].text,
                       .anchor = -1,
                       .element = "a"};
    g_autoptr(Url) url = link_url(&link, NULL);
    BitSet traits = link_traits(&link, url, NULL) & (DIFFERS | UNSURE);

    g_autofree char *got = traits_text(traits), *want = traits_text(texts[i].traits);
    if (traits != texts[i].traits)
      fail_msg("\"%s\" to %s: got \"%s\", want \"%s\"", texts[i].text, texts[i].target, got, want);
  }
}

static const struct {
  const char *target;
  LinkUse use;
  BitSet traits;
} addresses[] = {
    {"https://x.example/a/Setup.EXE", LINK_FOLLOW, TRAIT(DIRECT_DOWNLOAD)},
    {"https://x.example/a/setup.exe?v=1", LINK_TEXT, TRAIT(DIRECT_DOWNLOAD)},
    {"https://x.example/get?id=1&file=invoice.iso", LINK_FOLLOW, TRAIT(DIRECT_DOWNLOAD)},
    {"https://x.example/get.php?f=x.lnk&y=2", LINK_FOLLOW, TRAIT(DIRECT_DOWNLOAD)},
    {"https://x.example/a/setup.exe/", LINK_FOLLOW, 0},
    {"https://x.example/cgi-bin/shop.exe?buy", LINK_FOLLOW, 0},
    {"https://x.example/a.exe", LINK_LOAD, 0},
    {"https://x.example/web/example.com", LINK_FOLLOW, 0},
    {"https://x.example/app.js", LINK_FOLLOW, 0},
    {"https://x.example/tool.tar.gz", LINK_FOLLOW, 0},
    {"http://10.1.2.3/", LINK_FOLLOW, TRAIT(PRIVATE_HOST) | TRAIT(NUMERIC_HOST)},
    {"http://172.16.0.1/", LINK_LOAD, TRAIT(PRIVATE_HOST) | TRAIT(NUMERIC_HOST)},
    {"http://172.32.0.1/", LINK_FOLLOW, TRAIT(NUMERIC_HOST)},
    {"http://[::1]/", LINK_FOLLOW, TRAIT(PRIVATE_HOST) | TRAIT(NUMERIC_HOST)},
    {"http://[fd00::1]/", LINK_FOLLOW, TRAIT(PRIVATE_HOST) | TRAIT(NUMERIC_HOST)},
    {"http://[2001:db8::1]/", LINK_FOLLOW, TRAIT(NUMERIC_HOST)},
    {"http://localhost:8080/", LINK_FOLLOW, TRAIT(PRIVATE_HOST) | TRAIT(PORT)},
    {"http://printer.lan/", LINK_FOLLOW, TRAIT(PRIVATE_HOST)},
    {"https://microsoft.com/devicelogin", LINK_FOLLOW, TRAIT(DEVICE_CODE)},
    {"https://www.microsoft.com/devicelogins", LINK_FOLLOW, 0},
    {"https://github.com/login/device", LINK_TEXT, TRAIT(DEVICE_CODE)},
    {"http://abcdefabcdef.onion/", LINK_FOLLOW, TRAIT(SHADOW_NET)},
    {"https://x.example/ipfs/QmX", LINK_FOLLOW, TRAIT(SHADOW_NET)},
    {"https://vitalik.eth.limo/", LINK_FOLLOW, TRAIT(SHADOW_NET)},
    {"mailto:a@x.example?subject=y", LINK_FOLLOW, 0},
    {"mailto:a@x.example?subject=y&CC=b@x.example", LINK_FOLLOW, TRAIT(MAIL_EXTRA)},
    {"mailto:a@x.example?attach=/etc/passwd", LINK_FOLLOW, TRAIT(MAIL_EXTRA)},
    {"https://x.example/%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20/y", LINK_FOLLOW,
     TRAIT(PADDED)},
    {"https://x.example/----------------------------------/y", LINK_FOLLOW, TRAIT(PADDED)},
    {"https://x.example/%E9%A6%99%E6%B8%AF", LINK_FOLLOW, 0},
};

static void
test_addresses(void **state)
{
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
    const Link link = {.use = addresses[i].use,
                       .target = (char *)addresses[i].target,
                       .anchor = -1,
                       .element = "a"};
    g_autoptr(Url) url = link_url(&link, NULL);
    BitSet traits = link_traits(&link, url, NULL);

    g_autofree char *got = traits_text(traits), *want = traits_text(addresses[i].traits);
    if (traits != addresses[i].traits)
      fail_msg("%s: got \"%s\", want \"%s\"", addresses[i].target, got, want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_targets), cmocka_unit_test(test_texts),
                                     cmocka_unit_test(test_addresses)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
