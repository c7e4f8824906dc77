/* apple.c - AppleSingle and AppleDouble (RFC 1740): a table of entries {id, offset, length}. The
 * data fork is the file, if it is in here; the real name stands beside it. */
#include "opened.h"

#include <string.h>

#include "octets.h"

#define HEADER     26
#define ENTRY      12
#define ID_DATA    1
#define ID_NAME    3
#define ENTRIES    64
#define NAME_BYTES 255

/* The first entry of a kind; *ok becomes FALSE if it does not lie in the file or there are two. */
static const unsigned char *
find_entry(const unsigned char *bytes, size_t len, guint32 id, size_t *size, gboolean *ok)
{
  unsigned n = be16(bytes + 24);
  const unsigned char *found = NULL;

  for (unsigned i = 0; i < n && i < ENTRIES && HEADER + (size_t)(i + 1) * ENTRY <= len; i++) {
    const unsigned char *entry = bytes + HEADER + (size_t)i * ENTRY;
    size_t at = be32(entry + 4), length = be32(entry + 8);

    if (be32(entry) != id)
      continue;
    if (found || at > len || length > len - at) {
      *ok = FALSE;
      continue;
    }
    found = bytes + at;
    *size = length;
  }
  return found;
}

gboolean
apple_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  size_t data_size = 0, name_size = 0;
  gboolean ok = len >= HEADER && HEADER + (size_t)be16(bytes + 24) * ENTRY <= len &&
                be16(bytes + 24) <= ENTRIES;
  const unsigned char *data = NULL, *name = NULL;
  g_autofree char *text = NULL;

  if (len >= HEADER) {
    data = find_entry(bytes, len, ID_DATA, &data_size, &ok);
    name = find_entry(bytes, len, ID_NAME, &name_size, &ok);
  }
  ok = ok && name_size <= NAME_BYTES; /* of a longer one it is not known how it ends */
  text = name ? g_strndup((const char *)name, MIN(name_size, NAME_BYTES)) : g_strdup("");
  if (data && data_size > 0)
    g_ptr_array_add(files, opened_new(text, g_bytes_new(data, data_size)));
  return ok;
}
