/* appended.c - archives that stand behind something else. WinRAR and 7-Zip look for the marks of
 * RAR, 7z and cabinets in the whole file, as they stand behind programs that unpack themselves, and
 * so they open a picture with one behind it. libclamav finds these too, but not in every type of
 * file, and without the names of what is in them. (Of zip, which is read from its end, see
 * listing.c.) */
#include <string.h>

#include "opened.h"

typedef struct mark {
  const char *bytes;
  size_t len, rare; /* which byte of it to search for */
} Mark;

static const Mark marks[] = {
    {"Rar!\x1a\x07", 6, 4},
    {"7z\xbc\xaf\x27\x1c", 6, 2},
    {"MSCF\0\0\0\0", 8, 1},
};

static const unsigned char *
find_mark(const Mark *mark, const unsigned char *p, const unsigned char *end)
{
  int rare = (unsigned char)mark->bytes[mark->rare];

  while ((size_t)(end - p) >= mark->len &&
         (p = memchr(p + mark->rare, rare, (size_t)(end - p) - mark->len + 1)) != NULL) {
    p -= mark->rare;
    if (memcmp(p, mark->bytes, mark->len) == 0)
      return p;
    p++;
  }
  return NULL;
}

void
appended_find(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  for (size_t i = 0; i < G_N_ELEMENTS(marks) && len > 0; i++) {
    const unsigned char *found = find_mark(&marks[i], bytes + 1, bytes + len);

    if (found)
      opened_add(files, "", g_bytes_new(found, (gsize)(bytes + len - found)));
  }
}
