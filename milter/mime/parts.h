/* parts.h - what tree.c needs of part.c: a part made of an entity of the lexer. */
#ifndef CORDON_MIME_PARTS_H
#define CORDON_MIME_PARTS_H

#include "tree.h"

/* Appends the part that entity `index` of the layer is, with everything but children, content and
 * inner. `parent` may be NULL. Anomalies of charsets go to the tree. */
Part *part_add(Tree *tree, const Layer *layer, unsigned layer_index, guint index, Part *parent);
void part_free(gpointer part);

/* Decodes the content into the cache; flags are DecodeFlags. */
GBytes *part_decode(const Tree *tree, Part *part, unsigned *flags);

/* The part that stands for an encoded message/rfc822. */
gboolean part_is_encoded_message(const Part *part);

/* A file that mail readers open as a message: named .eml, whatever its type says, and with content
 * that begins like one (THREATS M-052). The part must be a leaf with its content decoded. */
gboolean part_is_mail_file(const Part *part);

/* One of its names ends so; `ending` is in small letters. Dots and blanks behind it do not
 * count. */
gboolean part_has_name(const Part *part, const char *ending);

/* Only fields up to the first that every message has. */
gboolean bytes_begin_like_mail(const char *bytes, size_t len);

/* --- smime.c --- */

/* The entity in a leaf that is S/MIME with readable content (its content must be decoded): new
 * bytes, or NULL. *is_signed: else it is only compressed. */
GBytes *smime_entity(const Part *part, gboolean *is_signed);

#endif
