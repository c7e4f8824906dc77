/* onestore.h - the properties in a file of OneNote ([MS-ONESTORE], a revision store). Inside
 * inspect/ only. */
#ifndef CORDON_ONESTORE_H
#define CORDON_ONESTORE_H

#include <glib.h>

/* Properties that are text ([MS-ONE] 2.1.12). */
enum {
  ONE_TEXT = 0x1c001c22,      /* RichEditTextUnicode: UTF-16 */
  ONE_FILE_NAME = 0x1c001d9c, /* EmbeddedFileName: UTF-16 */
  ONE_HYPERLINK = 0x1c001e20, /* WzHyperlinkUrl: UTF-16 */
  ONE_TEXT_ANSI = 0x1c003498, /* TextExtendedAscii */
};

/* ONE_FILE_NAME stands beside this in a set of properties: which file it names. */
#define ONE_FILE 0x20001d9b /* EmbeddedFileContainer */

/* An object, by the list that declares it and its number there (CompactID). */
typedef struct one_object {
  guint32 list, number;
} OneObject;

/* What is told of a store; each may be NULL. Names of files and hyperlinks are looked at in all
 * revisions, whether they are in use or not. */
typedef struct one_handler {
  /* A property with data. `file`: the object that ONE_FILE beside it names, or NULL. */
  void (*property)(guint32 id, const unsigned char *bytes, size_t len, const OneObject *file,
                   void *data);
  /* The object is the file with that GUID (16 bytes), or that file begins at an offset. */
  void (*file)(const OneObject *object, const unsigned char *guid, void *data);
  void (*place)(const unsigned char *guid, guint64 offset, void *data);
} OneHandler;

/* Linear in len. What is damaged is passed over. FALSE if there is more than is read: nodes or
 * properties that lie in each other, or sets in sets; a set that names a file twice; one that is
 * encrypted, or in the packaging of servers. */
gboolean onestore_read(const unsigned char *bytes, size_t len, const OneHandler *handler,
                       void *data);

#endif
