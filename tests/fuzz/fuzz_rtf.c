/* fuzz_rtf.c - Rich Text: every character of the view is written somewhere in the source, in order;
 * links lie in both. */
#include "rtf.h"

#include <stdint.h>

#include "bounds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(RtfView) view = rtf_view_new(data, size);
  g_autoptr(GArray) links = links_new();
  guint32 before = 0;
  g_assert_cmpuint(view->from->len, ==, view->text->len);
  g_assert_cmpuint(view->to->len, ==, view->text->len);
  g_assert_true(g_utf8_validate_len(view->text->str, view->text->len, NULL));
  for (guint i = 0; i < view->from->len; i++) {
    guint32 from = g_array_index(view->from, guint32, i), to = g_array_index(view->to, guint32, i);
    g_assert_cmpuint(from, >=, before);
    g_assert_cmpuint(to, >=, from);
    g_assert_cmpuint(to, <=, size);
    before = from;
  }
  rtf_links(data, size, links);
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    g_assert_cmpuint(range_end(link->span), <=, size);
    g_assert_cmpuint(range_end(link->label), <=, view->text->len);
    g_assert_true(link->target != NULL && *link->target != '\0');
  }
  return 0;
}
