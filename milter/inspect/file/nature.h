/* nature.h - what the parts of a file are to a reader. Inside inspect/ only. */
#ifndef CORDON_INSPECT_NATURE_H
#define CORDON_INSPECT_NATURE_H

#include <glib.h>

typedef enum nature {
  NATURE_PIECE,   /* anything else: its parts are pieces of it */
  NATURE_ARCHIVE, /* its parts are files */
  NATURE_STREAM,  /* one compressed file */
  NATURE_PACKAGE, /* a document in a zip: its parts are pieces, mostly */
} Nature;

/* By the content type and libclamav's own. */
Nature nature_of(const char *type, const char *engine);

/* Is what came out of such a file a piece of it rather than a file? name: "" where it has none. */
gboolean nature_has_piece(Nature around, const char *name, const char *type);

/* The same by the name alone, before the type is known. */
gboolean nature_expects_piece(Nature around, const char *name);

/* Is it named like an archive, and of no type that is known, and silent: nothing came out of it?
 * Somebody's archiver may open it (brotli has no mark at all). Or like files as text (uuencode and
 * the like), and silent text, or anything else, which may have such lines in it? */
gboolean nature_is_closed(const char *name, const char *type, gboolean silent);

#endif
