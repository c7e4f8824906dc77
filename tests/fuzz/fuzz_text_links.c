/* fuzz_text_links.c - addresses in running text: within bounds and parseable; in order and apart,
 * but that those of the second reading, which leaves NULs and the like out, follow those of the
 * first. */
#include "link.h"

#include <stdint.h>
#include <string.h>

#include "bounds.h"
#include "url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GArray) links = links_new();
  g_assert_true(text_links(data, size, links) || links->len >= LIMIT_LINKS);
  size_t end = 0;
  guint readings = 1;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);
    readings += link->span.off < end;
    g_assert_cmpuint(readings, <=, 2);
    g_assert_cmpuint(link->span.len, >, 0);
    end = range_end(link->span);
    g_assert_cmpuint(end, <=, size);
    g_assert_cmpuint(link->mark, ==, end);
    g_assert_true(link->use == LINK_TEXT && link->target != NULL && link->target[0] != '\0');
    g_autoptr(Url) url = url_parse(link->target, strlen(link->target), TRUE);
    g_assert_true(url == NULL || url->host != NULL);
  }
  return 0;
}
