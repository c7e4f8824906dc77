/* inner_name.h - what a file inside another is called. Inside inspect/ only. */
#ifndef CORDON_INSPECT_INNER_NAME_H
#define CORDON_INSPECT_INNER_NAME_H

#include <glib.h>

/* As valid UTF-8 of at most LIMIT_EVIDENCE bytes, of which the last are kept. New string. */
char *inner_name_clean(const char *name);

/* TRUE for names that libclamav makes up for pieces that have none. */
gboolean inner_name_is_made_up(const char *name);

/* What a compressed file of that name holds: "a.exe.gz" holds a.exe, "a.tgz" a.tar. New string. */
char *inner_name_of_stream(const char *outer);

#endif
