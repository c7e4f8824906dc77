/* dial.h - talking to a server beside us (clamd, a table of the mail server's), each step of which
 * ends at a deadline: one that hangs must not hang the gateway. Signals interrupt nothing.
 *
 * Deadlines are in the time of g_get_monotonic_time. -1 comes with errno, ETIMEDOUT at the
 * deadline. Sockets do not block, and are closed by who asked for them. */
#ifndef CORDON_DIAL_H
#define CORDON_DIAL_H

#include <glib.h>

/* A stream to a socket in the file system. While its queue of callers is full this waits. */
int dial_unix(const char *path, gint64 until);

/* A stream to HOST:PORT, the first of its addresses that answers; EHOSTUNREACH where it has none.
 * With numeric a name is not one; else it is asked of the resolver, whose time is not bounded. */
int dial_inet(const char *host, const char *port, gboolean numeric, gint64 until);

/* All of the bytes: 0 or -1. EPIPE or ECONNRESET where the other end takes no more; what it said
 * before may still be read. */
int dial_send(int sock, const void *bytes, size_t len, gint64 until);

/* Some bytes, at most len: their number, 0 where the other end has hung up, or -1. */
gssize dial_receive(int sock, void *bytes, size_t len, gint64 until);

#endif
