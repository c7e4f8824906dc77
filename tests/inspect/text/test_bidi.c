#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "bidi.h"
#include "link.h"

#define RLO "\xe2\x80\xae"
#define PDF "\xe2\x80\xac"

static const struct {
  const char *label, *text;
  gboolean turned;
} links[] = {
    {"plain", "see https://evil.example/x", FALSE},
    {"behind an override", "see " RLO "https://evil.example/x", TRUE},
    {"behind one that has ended", "see " RLO "x" PDF " https://evil.example/x", FALSE},
    {"on another line", "see " RLO "\nhttps://evil.example/x", FALSE},
    {"right in front of one", "https://evil.example/" RLO "fdp.exe", TRUE},
    {"an isolate", "\xe2\x81\xa8https://news.example/\xe2\x81\xa9", FALSE},
};

static void
test_links(void **state)
{
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
    g_autoptr(GArray) found = links_new();
    assert_true(text_links((const unsigned char *)links[i].text, strlen(links[i].text), found));
    if (found->len != 1 || !(g_array_index(found, Link, 0).flags & LINK_BIDI) != !links[i].turned)
      fail_msg("%s: %u links, want %d", links[i].label, found->len, links[i].turned);
  }
}

static void
test_text(void **state)
{
  g_autofree char *plain = bidi_plain("b\xe2\x80\x8b"
                                      "a\xc2\xadn" RLO "k\xff");
  (void)state;
  assert_string_equal(plain, "bank\xff");
  assert_true(bidi_turns(RLO "x", FALSE));
  assert_false(bidi_turns("\xe2\x81\xa8x\xe2\x81\xa9", FALSE));
  assert_true(bidi_turns("\xe2\x81\xa7x\xe2\x81\xa9", TRUE));
  assert_false(bidi_turns("x\xe2", TRUE));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_links), cmocka_unit_test(test_text)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
