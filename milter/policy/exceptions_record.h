/* exceptions_record.h - what appending to the record, and asking it, needs of the one that was
 * read. */
#ifndef CORDON_POLICY_EXCEPTIONS_RECORD_H
#define CORDON_POLICY_EXCEPTIONS_RECORD_H

#include "exception_line.h"

/* Breaks a record that does not end with the end of a line. */
void exceptions_require_end(Exceptions *exceptions);

/* Takes a line, whatever its hash. NULL, or why it cannot follow what is there. New string. */
char *exceptions_take(Exceptions *exceptions, Line *line);

/* What a group's exceptions are filed under: nothing that an address can be. New string. */
char *exceptions_group_key(const char *group);

/* Does it hold, for all that exceptions_set_vet's function knows? */
gboolean exceptions_vouch(const Exceptions *exceptions, Exception *exception);

/* Is anybody's for this target, as exception_target says it? */
gboolean exceptions_cover(const Exceptions *exceptions, const char *target);

/* What is filed under an address, or a group's key; and of this for a target as exception_target
 * says it. Of a broken record nothing. NULL, or Exception * in order of adding. */
const GPtrArray *exceptions_of(const Exceptions *exceptions, const char *holder);
const GPtrArray *exceptions_for(const Exceptions *exceptions, const char *holder,
                                const char *target);

#endif
