/* sevenzip.h - what unpacking 7z archives would take. Inside inspect/file/ only. */
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

#endif
