/* cfb_write.h - a compound file written anew. Inside rewrite/disarm/ only. */
#ifndef CORDON_CFB_WRITE_H
#define CORDON_CFB_WRITE_H

#include <glib.h>

#include "cfb.h"

/* The same storages and streams with this content (GBytes, at the places of their entries; NULL for
 * storages and for what is nobody's, which becomes free). Names, the tree, classes and times stay;
 * sectors are laid out anew, and what stood in free ones is gone. NULL and DATA for a file whose
 * version and sectors do not agree, or that would be larger than one may be. */
GBytes *cfb_write(const Cfb *cfb, const GPtrArray *streams, GError **error);

#endif
