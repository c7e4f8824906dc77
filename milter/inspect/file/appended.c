/* appended.c - archives that stand behind something else. WinRAR and 7-Zip look for the marks of
 * RAR, 7z and cabinets in the whole file, as they stand behind programs that unpack themselves, and
 * so they open a picture with one behind it. libclamav finds these too, but not in every type of
 * file, and without the names of what is in them. (Of zip, which is read from its end, see
 * listing.c.)
 *
 * A container that we open ourselves has archives among its files, and bytes of its own where
 * another could stand that those readers open. So each mark in it, also that of a zip's end, has to
 * be one of a file that was taken out. Outlook itself keeps a zip among the properties of a message
 * (the theme of its text), so such a one is taken out as a file, too. */
#include <string.h>

#include "listing.h"
#include "octets.h"
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

#define ZIP_END     22
#define COMMENT_MAX 0xffff

static const Mark zip_end = {"PK\5\6", 4, 2};

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

gboolean
appended_has(const unsigned char *bytes, size_t len)
{
  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
    if (find_mark(&marks[i], bytes, bytes + len))
      return TRUE;
  return find_mark(&zip_end, bytes, bytes + len) != NULL;
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

gboolean
appended_between(const unsigned char *bytes, size_t len, size_t begin, size_t end)
{
  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
    const size_t more = marks[i].len - 1;
    const unsigned char *first = bytes + (begin - MIN(begin, more));

    if (find_mark(&marks[i], first, bytes + end + MIN(len - end, more)))
      return TRUE;
  }
  return FALSE;
}

/* --- archives in a container --- */

/* What stands behind a mark and tells it from others: a zip's whole end record. */
#define TELLING ZIP_END

/* Marks of one kind that are compared with each other. */
#define PLACES 1000

/* Bytes that are compared, times the container's. */
#define COMPARED 8

/* A mark, and the container or the file that it stands in. */
typedef struct place {
  const unsigned char *at, *begin, *end;
} Place;

/* Up to one more than PLACES in all, from `from` on. */
static void
add_places(GArray *places, const Mark *mark, const unsigned char *bytes, size_t len, size_t from)
{
  Place place = {.begin = bytes, .end = bytes + len};

  for (place.at = bytes + from;
       places->len <= PLACES && (place.at = find_mark(mark, place.at, place.end)) != NULL;
       place.at++)
    g_array_append_val(places, place);
}

/* A content with several names is several files, but stands in the container once. */
static GArray *
places_in_files(const Mark *mark, const GPtrArray *files)
{
  GArray *places = g_array_new(FALSE, FALSE, sizeof(Place));
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i);
    gsize len = 0;
    const unsigned char *bytes = file->content ? g_bytes_get_data(file->content, &len) : NULL;

    if (bytes && file->use == MAPI_OTHER && g_hash_table_add(seen, file->content))
      add_places(places, mark, bytes, len, 0);
  }
  return places;
}

/* Of a file that stands there as a whole, all of it is compared. */
static gboolean
is_of_file(const Place *place, const Place *file, OpenedForm form, guint64 *left)
{
  const size_t before = (size_t)(file->at - file->begin), size = (size_t)(file->end - file->begin);
  const size_t behind = (size_t)(place->end - place->at);

  if (memcmp(place->at, file->at, MIN(TELLING, MIN(size - before, behind))) != 0)
    return FALSE;
  if (form == OPENED_IN_PIECES)
    return TRUE;
  if (before > (size_t)(place->at - place->begin) || size - before > behind || size > *left)
    return FALSE;
  *left -= size;
  return memcmp(place->at - before, file->begin, size) == 0;
}

/* Where files are in pieces, each mark of theirs stands for one. */
static gboolean
take_place(const Place *place, GArray *files, OpenedForm form, guint64 *left)
{
  for (guint i = 0; i < files->len; i++) {
    if (!is_of_file(place, &g_array_index(files, Place, i), form, left))
      continue;
    if (form == OPENED_IN_PIECES)
      g_array_remove_index_fast(files, i);
    return TRUE;
  }
  return FALSE;
}

/* With its comment. FALSE if it cannot be told where it is, or all of them are too long. */
static gboolean
take_zip(const Place *end, GPtrArray *files, guint64 *left)
{
  const size_t len = (size_t)(end->end - end->begin), at = (size_t)(end->at - end->begin);
  const size_t begin = len - at >= ZIP_END ? listing_zip_begin(end->begin, len, at) : len;
  const size_t size =
      begin < len ? MIN(at + ZIP_END + le16(end->at + ZIP_END - 2), len) - begin : 0;

  if (size == 0 || size > *left)
    return FALSE;
  *left -= size;
  return opened_add(files, "", g_bytes_new(end->begin + begin, size));
}

/* FALSE if what such a mark stands for is neither in a file nor taken out as one. */
static gboolean
take_mark(const Mark *mark, const Place *container, OpenedForm form, GPtrArray *files)
{
  const size_t len = (size_t)(container->end - container->begin);
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place)), theirs = NULL;
  guint64 compared = (guint64)len * COMPARED, taken = len;

  add_places(places, mark, container->begin, len,
             mark == &zip_end ? len - MIN(len, ZIP_END + COMMENT_MAX) : 0);
  if (places->len == 0)
    return TRUE;
  if (form == OPENED_CODED || places->len > PLACES)
    return FALSE;
  theirs = places_in_files(mark, files);
  for (guint i = 0; i < places->len; i++) {
    const Place *place = &g_array_index(places, Place, i);

    if (!take_place(place, theirs, form, &compared) &&
        (mark != &zip_end || !take_zip(place, files, &taken)))
      return FALSE;
  }
  return TRUE;
}

gboolean
appended_take(const unsigned char *bytes, size_t len, OpenedForm form, GPtrArray *files)
{
  const Place container = {bytes, bytes, bytes + len};

  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
    if (!take_mark(&marks[i], &container, form, files))
      return FALSE;
  return take_mark(&zip_end, &container, form, files);
}
