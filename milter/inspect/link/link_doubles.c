/* link_doubles.c - the same address found twice, where text is read in more than one way. */
#include <string.h>

#include "../text/text_view.h"
#include "link_private.h"

static Link *
link_at(GArray *links, unsigned i)
{
  return &g_array_index(links, Link, i);
}

typedef struct seen {
  Range span;
  unsigned index;
} Seen;

static int
by_start(gconstpointer a, gconstpointer b)
{
  const Seen *x = a, *y = b;

  return x->span.off < y->span.off ? -1 : x->span.off > y->span.off ? 1 : 0;
}

/* Links that overlap are few and nested; of more than these none is looked at. */
#define OVERLAPS 8

static gboolean
is_double(GArray *links, const GArray *seen, guint k, const Link *link)
{
  guint end = MIN(seen->len, k + OVERLAPS);

  for (; k < end; k++) {
    const Seen *other = &g_array_index(seen, Seen, k);

    if (range_overlaps(other->span, link->span) &&
        link_same_address(link_at(links, other->index), link))
      return TRUE;
  }
  return FALSE;
}

void
links_drop_doubles(GArray *links, unsigned first, unsigned from)
{
  g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(Seen));
  unsigned i, k = 0, kept = from;

  for (i = first; i < from; i++) {
    Seen one = {link_at(links, i)->span, i};

    g_array_append_val(seen, one);
  }
  g_array_sort(seen, by_start);
  for (i = from; i < links->len; i++) {
    Link *link = link_at(links, i);

    while (k < seen->len && range_end(g_array_index(seen, Seen, k).span) <= link->span.off)
      k++;
    if (is_double(links, seen, k, link)) {
      link_clear(link);
      continue;
    }
    if (kept != i) {
      *link_at(links, kept) = *link;
      memset(link, 0, sizeof *link);
    }
    kept++;
  }
  g_array_set_size(links, kept);
}
