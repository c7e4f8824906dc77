/* ooxml_types.h - what [Content_Types].xml of an Office document says of its members (ECMA-376
 * part 2, 10.1.2). Inside rewrite/ only. */
#ifndef CORDON_OOXML_TYPES_H
#define CORDON_OOXML_TYPES_H

#include "package.h"

typedef struct ooxml_types OoxmlTypes;

/* Of a package that lives as long. DATA if there is none, or it is damaged. */
OoxmlTypes *ooxml_types_read(Package *package, GError **error);
void ooxml_types_free(OoxmlTypes *types);

/* The type of a member in lower case, "" if it has none; and the one that is given to it by its
 * name, not by its ending, or NULL. */
const char *ooxml_types_of(const OoxmlTypes *types, unsigned member);
const char *ooxml_types_by_name(const OoxmlTypes *types, unsigned member);

/* Of a member that is new. name: with '/' in front. */
void ooxml_types_add(OoxmlTypes *types, const char *name, const char *type);

/* Takes out the types of what is gone, and writes them to the package if any was, or one is new.
 * acts: says of a type whether it is that of something that acts; the ending that has it gets
 * another. NULL: endings stay as they are. */
gboolean ooxml_types_mend(OoxmlTypes *types, gboolean (*acts)(const char *type), GError **error);

/* "a/b.bin" ─▶ "bin"; "" if there is none. */
const char *ooxml_ending(const char *name);

#endif
