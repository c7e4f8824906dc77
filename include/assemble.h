/* assemble.h - the one place where a message that came in pieces (milter callbacks) becomes raw
 * bytes again: name ":" value CRLF for each field, an empty line, the body as it came.
 *
 * What an MTA does not tell cannot be restored: Postfix drops blanks before the colon, both cut a
 * header field at a NUL (a milter gets C strings), and Postfix keeps its own Received to itself
 * (THREATS G-006). */
#ifndef CORDON_ASSEMBLE_H
#define CORDON_ASSEMBLE_H

#include <glib.h>

typedef struct assembly Assembly;

Assembly *assembly_new(void);
void assembly_free(Assembly *assembly);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Assembly, assembly_free)

/* One field. value is what follows the colon if `exact` (SMFIP_HDR_LEADSPC), else a blank is put
 * before it. Line ends in it, LF or CRLF, become CRLF. */
void assembly_header(Assembly *assembly, const char *name, const char *value, gboolean exact);

/* The empty line. assembly_body and assembly_take add it if it is missing. */
void assembly_end_header(Assembly *assembly);
void assembly_body(Assembly *assembly, const unsigned char *data, size_t len);

/* Bytes of the message so far, those that were dropped included. */
guint64 assembly_size(const Assembly *assembly);

/* Above LIMIT_MESSAGE nothing more is kept. */
gboolean assembly_is_too_large(const Assembly *assembly);

/* The message, which leaves the assembly empty. NULL and DATA if it is too large, or if a field's
 * value had a line that does not begin with a blank (we would read another header than the MTA),
 * NULL and TEMP if memory ran out. */
GBytes *assembly_take(Assembly *assembly, GError **error);

void assembly_reset(Assembly *assembly);

#endif
