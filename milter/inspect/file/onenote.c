/* onenote.c - the files in a section of OneNote ([MS-ONESTORE] 2.6.13, FileDataStoreObject): id,
 * length (8 bytes), 12 bytes of nothing, the file. Their names stand elsewhere, in a graph of
 * properties with revisions; the files themselves are found by their id, whatever that graph says.
 * One may lie in the bytes of another: that graph can name either. */
#include <string.h>

#include "octets.h"
#include "opened.h"

static const char id[] = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";

#define ID   16
#define HEAD 36

/* Sections in sections, as deep as anybody keeps them. */
#define NESTED 4

gboolean
onenote_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  const unsigned char *end = bytes + len;
  guint64 most = (guint64)len * NESTED; /* bytes of all of them together */
  gboolean whole = TRUE;

  for (const unsigned char *p = bytes; (p = memmem(p, (size_t)(end - p), id, ID)) != NULL;) {
    size_t left = (size_t)(end - p);
    guint64 size = left >= HEAD ? le64(p + ID) : 0;

    if (left < HEAD || size > left - HEAD) {
      whole = FALSE;
      p += ID;
      continue;
    }
    if (size > most || !opened_add(files, "", g_bytes_new(p + HEAD, size)))
      return FALSE;
    most -= size;
    p += HEAD;
  }
  return whole;
}
