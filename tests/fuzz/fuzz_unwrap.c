/* fuzz_unwrap.c - addresses in addresses: within the limits, each behind the one that carries it
 * and never longer than all of the link. */
#include "unwrap.h"

#include <stdint.h>
#include <string.h>

#include "bounds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
length_of(const Url *url)
{
  return strlen(url->path) + (url->query != NULL ? strlen(url->query) : 0) +
         (url->fragment != NULL ? strlen(url->fragment) : 0);
}

static void
check(const GPtrArray *hops, const Url *link)
{
  g_assert_cmpuint(hops->len, >, 0);
  g_assert_cmpuint(hops->len, <=, LIMIT_HOPS_ALL);
  for (guint i = 0; i < hops->len; i++) {
    const Hop *hop = g_ptr_array_index(hops, i);
    unsigned depth = 1;

    g_assert_true(hop->url != NULL && hop->url->host != NULL && hop->url->path != NULL);
    g_assert_cmpint(hop->from, <, (int)i);
    g_assert_cmpuint(length_of(hop->url), <=, length_of(link) + 3);
    for (int above = hop->from; above >= 0; depth++)
      above = ((const Hop *)g_ptr_array_index(hops, (guint)above))->from;
    g_assert_cmpuint(depth, <=, LIMIT_HOPS);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(Url) url = url_parse((const char *)data, size, TRUE);
  gboolean whole = FALSE;

  if (url == NULL)
    return 0;
  g_autoptr(GPtrArray) hops = unwrap(url, &whole);
  if (hops != NULL)
    check(hops, url);
  else
    g_assert_true(whole);
  return 0;
}
