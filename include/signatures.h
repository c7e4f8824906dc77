/* signatures.h - how old the signatures of a folder are. Reads the first bytes of ClamAV's database
 * files; knows nothing else of them. */
#ifndef CORDON_SIGNATURES_H
#define CORDON_SIGNATURES_H

#include <glib.h>

/* Unix seconds of the newest file in the folder: the build time in the header of a .cvd or .cld,
 * the time of change of any other; 0 if there is none. *versions says "daily 27412, main 62" of
 * those with a header. New string. */
gint64 signatures_newest(const char *folder, char **versions);

#endif
