/* sink.h - the effects of a reply, as a small table of functions with two implementations: the
 * MTA's (cordond) and files' (the cordon command). Each returns 0 or -1 with an error; after an
 * error the message must not be delivered. */
#ifndef CORDON_SINK_H
#define CORDON_SINK_H

#include <glib.h>

#include "reply.h"

typedef struct sink {
  /* The index-th field (1 is the first) of that name; value NULL deletes it. Called from high to
   * low indexes, so that none moves before its turn (THREATS G-007). */
  int (*change_header)(void *data, const char *name, unsigned index, const char *value,
                       GError **error);
  /* At the end of the header. */
  int (*add_header)(void *data, const char *name, const char *value, GError **error);
  /* A further piece of the new body; the first one drops the old body. */
  int (*write_body)(void *data, const unsigned char *bytes, size_t len, GError **error);
  int (*hold)(void *data, const char *reason, GError **error);
} Sink;

/* Carries out a reply whose verdict is deliver or hold: fields changed and deleted, fields added,
 * the body, the hold. Checks first that no field is changed in two ways (SOFTWARE), before
 * any effect. */
int sink_apply(const Sink *sink, void *data, const Reply *reply, GError **error);

#endif
