/* places.h - signatures that ask what a file is in. Inside inspect/ only; for unpack.c. */
#ifndef CORDON_INSPECT_PLACES_H
#define CORDON_INSPECT_PLACES_H

#include <glib.h>

/* Looks through a folder of signatures, ClamAV's own packed ones too, for logical ones (and the
 * conditions of bytecode) that ask what a file is in, and appends each to text without that: a line
 * of a .ldb. Where none of these is found, none of those is, whatever the file is in.
 * FALSE if something could not be read: there may be more. Linear in the size of the folder. */
gboolean places_read(const char *folder, GString *text);

#endif
