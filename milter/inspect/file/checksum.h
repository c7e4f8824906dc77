/* checksum.h - check sums of files. Inside inspect/ only. */
#ifndef CORDON_CHECKSUM_H
#define CORDON_CHECKSUM_H

#include <glib.h>

/* CRC-32 with the polynomial of ZIP, bits reflected. ZIP begins with all ones, and turns all bits
 * of what comes out; [MS-OXRTFCP] begins with 0 and leaves it. */
guint32 checksum_crc32(guint32 crc, const unsigned char *bytes, size_t len);

#endif
