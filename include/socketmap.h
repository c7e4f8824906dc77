/* socketmap.h - one question in the protocol of Postfix's socketmap_table(5). */
#ifndef CORDON_SOCKETMAP_H
#define CORDON_SOCKETMAP_H

#include <glib.h>

/* A connection to "unix:/PATH:NAME" or "inet:HOST:PORT:NAME" within so many seconds; -1 and TEMP.
 * The caller closes it. A HOST that is no address is asked of the resolver, whose time is not
 * bounded. */
int socketmap_connect(const char *table, unsigned seconds, GError **error);

/* Sends the netstring "NAME key" and reads the answer: 1 for OK, 0 for NOTFOUND, -1 and TEMP for
 * TEMP, TIMEOUT, PERM, and whatever else. After -1 the connection is of no more use. */
int socketmap_ask(int sock, const char *table, const char *key, unsigned seconds, GError **error);

#endif
