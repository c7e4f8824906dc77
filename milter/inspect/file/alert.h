/* alert.h - what the names mean that ClamAV alerts with, be it libclamav or clamd. Inside inspect/
 * only. */
#ifndef CORDON_INSPECT_ALERT_H
#define CORDON_INSPECT_ALERT_H

#include <glib.h>

#include "bitset.h"

/* Its heuristics are facts about the file, which rules decide on: their traits. 0 for malware. */
BitSet alert_traits(const char *name);

/* TRUE if a heuristic of that name can be about a layer of libclamav's type ("CL_TYPE_ZIP"). */
gboolean alert_is_about(const char *name, const char *type);

#endif
