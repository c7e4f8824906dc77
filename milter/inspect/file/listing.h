/* listing.h - the names that an archive lists. Inside inspect/file/ only. */
#ifndef CORDON_LISTING_H
#define CORDON_LISTING_H

#include <glib.h>

#include "bitset.h"

/* Appends the names of the files (no folders, nothing of size 0) that a zip, wherever in the file
 * it ends, a tar, a cabinet or a 7z archive lists: new strings, the bytes as they stand (of 7z in
 * UTF-8), at most LIMIT_UNPACK_FILES. `type` is the content type of the whole. Where libclamav
 * hands them out otherwise, given gets these names, as many; else none. CORRUPT where readers could
 * see others than these, or other bytes in them than libclamav does; LIMIT if there are more
 * (of 7z CORRUPT). */
BitSet listing_read(const char *type, const unsigned char *bytes, size_t len, GPtrArray *names,
                    GPtrArray *given);

/* Where the zip begins whose end record (22 bytes at least) stands at `end`; len if that cannot be
 * told. */
size_t listing_zip_begin(const unsigned char *bytes, size_t len, size_t end);

/* TRUE for those four, where they begin the file. Of others libclamav's list is all there is. */
gboolean listing_is(const char *type, const unsigned char *bytes, size_t len);

#endif
