/* exceptions_record.h - what appending to the record needs of the one that was read. */
#ifndef CORDON_POLICY_EXCEPTIONS_RECORD_H
#define CORDON_POLICY_EXCEPTIONS_RECORD_H

#include "exception_line.h"

/* Breaks a record that does not end with the end of a line. */
void exceptions_require_end(Exceptions *exceptions);

/* Takes a line, whatever its hash. NULL, or why it cannot follow what is there. New string. */
char *exceptions_take(Exceptions *exceptions, Line *line);

#endif
