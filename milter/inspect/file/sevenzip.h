/* sevenzip.h - what unpacking 7z archives would take, and their names. Inside inspect/file/ only.
 */
#ifndef CORDON_SEVENZIP_H
#define CORDON_SEVENZIP_H

#include <glib.h>

/* More than anybody has: the header is itself a bomb, or not one that 7-Zip writes. */
#define SEVENZIP_TOO_MUCH G_MAXUINT32

/* Bytes of memory that libclamav would have in use at one time for a 7z archive that stands
 * anywhere in a file: the largest of its folders, unpacked, with the model that unpacks it. 0 where
 * there is none, and where nothing would be unpacked (damaged, encrypted); at most
 * SEVENZIP_TOO_MUCH, which it also is beyond LIMIT_UNPACK_FILES entries. */
guint64 sevenzip_memory(const unsigned char *bytes, size_t len);

typedef struct sevenzip_names {
  GPtrArray *names; /* char *, UTF-8 */
  GPtrArray *given; /* char *: the same as libclamav hands them out */
} SevenzipNames;

/* Appends the names of the files, but for empty ones, of the archive that begins here: none of one
 * that is damaged, or whose header is encrypted. FALSE if they cannot all be read, or where that
 * would be SEVENZIP_TOO_MUCH. */
gboolean sevenzip_list(const unsigned char *bytes, size_t len, SevenzipNames *names);

#endif
