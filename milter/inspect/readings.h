/* readings.h - other ways in which a reader could take a text part. Private to inspect.c. */
#ifndef CORDON_READINGS_H
#define CORDON_READINGS_H

#include "text.h"
#include "text/text_view.h"
#include "tree.h"

/* format=flowed with DelSp=yes: lines are joined without a blank between (RFC 3676). */
gboolean part_is_delsp(const Tree *tree, const Part *part);

/* Whether the part, read in another charset that it names or that a reader without its own would
 * fall back to, shows an address that `links`, those of `text`, do not have, or as a page acts
 * although `text` does not. */
gboolean readings_differ(const Tree *tree, Part *part, const Text *text, const GArray *links);

#endif
