/* json.h - the little JSON that the trusted side needs: to write strings, and to believe a worker's
 * object before it goes into the event log. */
#ifndef CORDON_JSON_H
#define CORDON_JSON_H

#include <glib.h>

/* Deepest nesting that json_check takes. */
#define JSON_DEPTH 16

/* Appends text as a JSON string. Bytes that are not UTF-8 become U+FFFD; control characters,
 * line separators and DEL are escaped. NULL is "". */
void json_add_string(GString *out, const char *text);

/* TRUE if text is exactly one JSON object (RFC 8259) without blanks around it, nested at most
 * JSON_DEPTH deep, none of whose own member names is in `forbidden` (NULL-ended) or written with
 * an escape. Linear. Repeated names are not looked for. */
gboolean json_check(const char *text, const char *const *forbidden);

#endif
