/* console.h - the control socket: HTTP/1.0, one request a connection.
 *
 *   GET /status   JSON (status.h)          GET /metrics   Prometheus text
 *   POST /reload  waits for its end: 200, or 409 with the reason, one line an error
 *
 * The Unix socket has mode 0600; a port of 127.0.0.1 answers GET /metrics only. */
#ifndef CORDON_CONSOLE_H
#define CORDON_CONSOLE_H

#include "session.h"

/* Asks the supervisor for a reload under this number (state.h); any thread. */
typedef void (*ConsoleReload)(void *data, guint32 number);

/* Opens the sockets of front->settings and serves them from a thread of its own. After
 * session_register, which looks for the one socket that listens. CONFIG if one cannot be opened. */
int console_open(Front *front, ConsoleReload reload, void *data, GError **error);

/* Removes what an ended process left at the path of a Unix socket. CONFIG if another process
 * listens on it, or it cannot be removed. */
int socket_remove_stale(const char *path, GError **error);

#endif
