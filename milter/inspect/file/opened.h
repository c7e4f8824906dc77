/* opened.h - containers that we open ourselves: those that libclamav does not, or not with the
 * names and all of the files in them (one file a kind). Inside inspect/ only. */
#ifndef CORDON_INSPECT_OPENED_H
#define CORDON_INSPECT_OPENED_H

#include <glib.h>

typedef struct opened {
  char *name;      /* UTF-8 where the container says so; "" where it has none */
  GBytes *content; /* NULL: there is an entry, but nothing in it could be found */
} Opened;

Opened *opened_new(const char *name, GBytes *content); /* takes content */

/* Appends one, with its content, which it takes; FALSE if there are LIMIT_UNPACK_FILES already. */
gboolean opened_add(GPtrArray *files, const char *name, GBytes *content);

/* TRUE for the content types that opened_read() knows. */
gboolean opened_is(const char *type);

/* Of these, those that are around one file, which bears their name without its last ending. */
gboolean opened_is_wrapper(const char *type);

/* What is in a container: a new array of Opened, empty if there is nothing. *whole becomes FALSE if
 * it is damaged: then there may be more in it. */
GPtrArray *opened_read(const char *type, const unsigned char *bytes, size_t len, gboolean *whole);

/* --- the kinds: append what is in one, FALSE if it is damaged or has more entries than are read
 * (LIMIT_UNPACK_FILES) --- */

gboolean tnef_open(const unsigned char *bytes, size_t len, GPtrArray *files);  /* winmail.dat */
gboolean apple_open(const unsigned char *bytes, size_t len, GPtrArray *files); /* RFC 1740 */
gboolean yenc_open(const unsigned char *bytes, size_t len, GPtrArray *files);
gboolean msg_open(const unsigned char *bytes, size_t len, GPtrArray *files); /* Outlook's .msg */
gboolean onenote_open(const unsigned char *bytes, size_t len, GPtrArray *files);

/* lzfu.c: the body of a message of Outlook as Rich Text, as it is stored; NULL if there is none. At
 * most LIMIT_UNPACK_OPEN and some more. *whole becomes FALSE where that ends it, and for a body
 * that is packed in no known way. */
GBytes *lzfu_open(const unsigned char *bytes, size_t len, gboolean *whole);

/* A line that begins a file in yEnc. */
gboolean yenc_is(const unsigned char *bytes, size_t len);

#endif
