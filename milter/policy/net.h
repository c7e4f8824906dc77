/* net.h - addresses of clients and the networks that hold them. */
#ifndef CORDON_POLICY_NET_H
#define CORDON_POLICY_NET_H

#include <glib.h>

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::/32": is it a well-formed network? */
gboolean net_is_network(const char *network);

/* Does a network hold this address? An IPv4 address in IPv6 form counts as the IPv4 address. */
gboolean net_holds(const char *network, const char *address);

#endif
