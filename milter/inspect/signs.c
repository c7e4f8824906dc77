/* signs.c - many words, one pass (Wu and Manber, 1994).
 *
 * A window as long as the shortest word is moved over the bytes. What its last two bytes are says
 * how far it may go without passing the beginning of any word: mostly to its end, since few pairs
 * of bytes stand in a word at all. The tables are so small that they are made anew each time. */
#include "signs.h"

#include <string.h>

#define PAIRS 4096

typedef struct search {
  const char *const *signs;
  size_t lengths[SIGNS_MOST];
  unsigned count;
  size_t window;
  guint8 shift[PAIRS]; /* by the last two bytes of the window */
  guint8 first[PAIRS]; /* of the words whose window ends so: from 1 */
  guint8 next[SIGNS_MOST + 1];
} Search;

/* As they lie in memory, without some bits of one of them. */
static unsigned
pair(const unsigned char *bytes)
{
  guint16 two;

  memcpy(&two, bytes, sizeof two);
  return two % PAIRS;
}

static void
search_init(Search *search, const char *const *signs)
{
  search->signs = signs;
  search->window = G_MAXUINT8;
  for (search->count = 0; signs[search->count] && search->count < SIGNS_MOST; search->count++) {
    search->lengths[search->count] = strlen(signs[search->count]);
    search->window = MIN(search->window, search->lengths[search->count]);
  }
  memset(search->shift, (int)search->window - 1, sizeof search->shift);
  memset(search->first, 0, sizeof search->first);
  for (unsigned i = 0; i < search->count; i++) {
    const unsigned char *sign = (const unsigned char *)signs[i];
    unsigned last = pair(sign + search->window - 2);

    for (size_t at = 0; at + 1 < search->window; at++) {
      guint8 *shift = &search->shift[pair(sign + at)];

      *shift = MIN(*shift, (guint8)(search->window - 2 - at));
    }
    search->next[i + 1] = search->first[last];
    search->first[last] = (guint8)(i + 1);
  }
}

/* Of the words that may begin at bytes. */
static guint64
signs_at(const Search *search, unsigned sign, const unsigned char *bytes, size_t len)
{
  guint64 found = 0;

  for (; sign > 0; sign = search->next[sign]) {
    size_t length = search->lengths[sign - 1];

    if (length <= len && memcmp(bytes, search->signs[sign - 1], length) == 0)
      found |= SIGN(sign - 1);
  }
  return found;
}

static guint64
search_run(const char *const *signs, const unsigned char *bytes, size_t len, gboolean any)
{
  Search search;
  guint64 found = 0, all;
  const unsigned char *end = bytes + len, *last; /* pair of the window */
  unsigned shift;

  search_init(&search, signs);
  if (search.count == 0 || len < search.window)
    return 0;
  all = G_MAXUINT64 >> (SIGNS_MOST - search.count);
  for (last = bytes + search.window - 2; last < end - 1; last += shift) {
    const unsigned char *begin = last + 2 - search.window;

    shift = search.shift[pair(last)];
    if (shift > 0)
      continue;
    found |= signs_at(&search, search.first[pair(last)], begin, (size_t)(end - begin));
    if (found == all || (any && found))
      break;
    shift = 1;
  }
  return found;
}

guint64
signs_find(const char *const *signs, const unsigned char *bytes, size_t len)
{
  return search_run(signs, bytes, len, FALSE);
}

gboolean
signs_any(const char *const *signs, const unsigned char *bytes, size_t len)
{
  return search_run(signs, bytes, len, TRUE) != 0;
}
