/* estimate.h - what libclamav would take for a file before it asks. Inside inspect/file/ only. */
#ifndef CORDON_ESTIMATE_H
#define CORDON_ESTIMATE_H

#include <glib.h>

/* Bytes of memory that it would have in use while it looks into the file, besides the file: for a
 * 7z archive (sevenzip.h), the window of a RAR archive that stands anywhere in it, the lines of
 * what could be a mail. 0 for most. */
guint64 estimate_memory(const unsigned char *bytes, size_t len);

/* The last two by themselves. */
guint64 estimate_rar(const unsigned char *bytes, size_t len);
guint64 estimate_mail(const unsigned char *bytes, size_t len);

#endif
