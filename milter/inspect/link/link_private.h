/* link_private.h - what finders of links share. */
#ifndef CORDON_LINK_PRIVATE_H
#define CORDON_LINK_PRIVATE_H

#include "link.h"

/* TRUE if it has neither scheme nor host of its own. */
gboolean link_is_relative(const char *text, size_t len);

/* A relative target under an absolute base (one without scheme is taken for https), dot segments
 * left in; NULL if the base has no host. */
char *link_resolve(const char *base, const char *target);

/* Removes links from `from` on that overlap one of [first, from) and lead to the same address. */
void links_drop_doubles(GArray *links, unsigned first, unsigned from);

#endif
