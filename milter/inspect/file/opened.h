/* opened.h - containers that we open ourselves: those that libclamav does not, or not with the
 * names and all of the files in them (one file a kind). Inside inspect/ only. */
#ifndef CORDON_INSPECT_OPENED_H
#define CORDON_INSPECT_OPENED_H

#include <glib.h>

#include "../document/document_links.h"
#include "mapi.h"

typedef struct opened {
  char *name;      /* UTF-8 where the container says so; "" where it has none */
  GBytes *content; /* NULL: there is an entry, but nothing in it could be found */
  MapiUse use;     /* of what a message shows itself: its body and other texts; else MAPI_OTHER */
  gboolean wide;   /* such a text is in UTF-16 */
  GPtrArray *charsets; /* const char *: in which a page or another text is to be read, NULL for none
                          that is named; or NULL */
} Opened;

Opened *opened_new(const char *name, GBytes *content); /* takes content */

/* Appends one, with its content, which it takes; FALSE if there are LIMIT_UNPACK_FILES already. */
gboolean opened_add(GPtrArray *files, const char *name, GBytes *content);

/* TRUE for the content types that opened_read() knows. */
gboolean opened_is(const char *type);

/* Of these, those that are opened elsewhere where they are a part of the message: calendars and
 * contacts, which have a charset there. */
gboolean opened_is_card(const char *type);

/* Of these, those that are around one file, which bears their name without its last ending. */
gboolean opened_is_wrapper(const char *type);

/* What is in a container: a new array of Opened, empty if there is nothing. *whole becomes FALSE if
 * it is damaged, or if an archive stands in it that is in none of these (a zip may become one):
 * then there may be more in it. */
GPtrArray *opened_read(const char *type, const unsigned char *bytes, size_t len, gboolean *whole);

/* The same of RAR, 7z and cabinets that stand behind something else: the first of each, with all
 * that follows. */
GPtrArray *opened_behind(const unsigned char *bytes, size_t len);

/* --- the kinds: append what is in one, FALSE if it is damaged or has more entries than are read
 * (LIMIT_UNPACK_FILES) --- */

gboolean tnef_open(const unsigned char *bytes, size_t len, GPtrArray *files);  /* winmail.dat */
gboolean apple_open(const unsigned char *bytes, size_t len, GPtrArray *files); /* RFC 1740 */
gboolean yenc_open(const unsigned char *bytes, size_t len, GPtrArray *files);
gboolean uuencode_open(const unsigned char *bytes, size_t len, GPtrArray *files);
gboolean msg_open(const unsigned char *bytes, size_t len, GPtrArray *files); /* Outlook's .msg */
gboolean onenote_open(const unsigned char *bytes, size_t len, GPtrArray *files);

/* --- shown.c: what a message of Outlook's shows itself --- */

/* Appends a value of the given use, under the name of that use behind the name of the message that
 * it is in (around, or ""). What leads nowhere is left out. FALSE as opened_add, or as lzfu_open.
 */
gboolean opened_add_shown(GPtrArray *files, MapiUse use, gboolean wide, GPtrArray *charsets,
                          const char *around, const unsigned char *value, size_t len);

/* A page and Rich Text are files, too. */
gboolean opened_is_file(const Opened *opened);

/* The links of what is shown, in each charset that its message names: `part` of a document that is
 * the message, or "" of one that is this very body. */
void opened_links(const Opened *shown, DocumentLinks *links, const Finding *document,
                  const char *part);

/* Is there a line that begins such a file? */
gboolean yenc_is(const unsigned char *bytes, size_t len);
gboolean uuencode_is(const unsigned char *bytes, size_t len);

/* ../card_files.c: calendars and contacts */
gboolean card_open(const unsigned char *bytes, size_t len, GPtrArray *files);

/* appended.c: is there a mark by which readers find an archive behind anything, a zip's end too? */
gboolean appended_has(const unsigned char *bytes, size_t len);

/* appended.c: appends the files of opened_behind(). */
void appended_find(const unsigned char *bytes, size_t len, GPtrArray *files);

/* Does the mark of RAR, 7z or a cabinet stand in the bytes, with at least one byte from begin on
 * and before end? */
gboolean appended_between(const unsigned char *bytes, size_t len, size_t begin, size_t end);

/* How its files stand in a container. */
typedef enum opened_form {
  OPENED_WHOLE,     /* each as it is */
  OPENED_IN_PIECES, /* with other bytes between */
  OPENED_CODED,     /* or not at all */
} OpenedForm;

/* For archives that stand in a container, and in none of the files taken out of it: appends a zip
 * where files stand in the container at all; FALSE for all others, or if there are too many to
 * tell. */
gboolean appended_take(const unsigned char *bytes, size_t len, OpenedForm form, GPtrArray *files);

#endif
