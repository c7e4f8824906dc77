/* relay.h - what workers say on standard error, made safe. A worker has a pipe in its place: it can
 * neither cut the log off, nor fill it, nor write lines in another's name. */
#ifndef CORDON_RELAY_H
#define CORDON_RELAY_H

#include <glib.h>

typedef struct relay Relay;

Relay *relay_new(GError **error);
void relay_free(Relay *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Relay, relay_free)

/* To poll for reading. */
int relay_descriptor(const Relay *relay);

/* In a worker: from now on its standard error is the pipe. -1 with errno. */
int relay_take_over(const Relay *relay);

/* Writes what is there to the log, so many lines a second at most. Never waits. */
void relay_pass_on(Relay *relay);

#endif
