/* What leads out of a message, and what is suspicious about it. */
#include "link_traits.h"

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
  guint64 traits; /* of these two */
} cases[] = {
    {"https://a.example/", LINK_FOLLOW, TRUE, 0},
    {"//a.example/", LINK_FOLLOW, TRUE, 0},
    {"/\\a.example/", LINK_FOLLOW, TRUE, 0},
    {"\\/a.example/", LINK_FOLLOW, TRUE, 0},
    {"/\t/a.example/", LINK_FOLLOW, TRUE, 0},
    {"\\\\a.example\\share", LINK_FOLLOW, TRUE, LOCAL},
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
    guint64 traits = link_traits(&link, url, NULL) & (SCRIPT | LOCAL);

    if (out != cases[i].out || traits != cases[i].traits)
      fail_msg("\"%s\", use %d: out %d, traits %" G_GINT64_MODIFIER "x", cases[i].target,
               cases[i].use, out, traits);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_targets)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
