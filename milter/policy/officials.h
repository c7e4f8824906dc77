/* officials.h - names that nobody outside should use: rules/officials.txt. */
#ifndef CORDON_POLICY_OFFICIALS_H
#define CORDON_POLICY_OFFICIALS_H

#include <glib.h>

#include "problems.h"

typedef struct officials Officials;

/* Reads DIR/officials.txt, one name a line, "#" before a comment; there need not be one. */
Officials *officials_read(const char *dir, GChecksum *checksum, Problems *problems);
void officials_free(Officials *officials);

/* Does a display name hold one of them: its words side by side in any order, whatever their case?
 * "Mr CHAN Tai-man (Secretary)" holds "Tai Man Chan". */
gboolean officials_hold(const Officials *officials, const char *name);

#endif
