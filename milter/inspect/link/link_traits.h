/* link_traits.h - what is suspicious about an address, from the address and its place alone. */
#ifndef CORDON_LINK_TRAITS_H
#define CORDON_LINK_TRAITS_H

#include "finding.h"
#include "link.h"
#include "url.h"

/* The address as a reader would open it; NULL for one that a browser refuses or that leads
 * nowhere outside the message. An address without a scheme is read as https, as readers do. `near`
 * as for url_parse_near. */
Url *link_url(const Link *link, const Url *near);

/* TRAIT() bits. url may be NULL, and so may hops (Hop *, what it carries). */
BitSet link_traits(const Link *link, const Url *url, const GPtrArray *hops);

/* FALSE for what cannot lead outside the message: "#top", "cid:logo", "page.html" without a base,
 * "about:blank", a picture in a data: address unless it is LINK_UNREAD. */
gboolean link_leads_out(const Link *link, const Url *url);

/* Of "data:TYPE;...,...", lower case. New string. */
char *link_data_type(const char *target);

/* direct-download, private-host, device-code, shadow-net, mail-extra, padded: of the address and of
 * those that it carries. hops may be NULL. Linear in the length of the address. */
BitSet address_traits(const Link *link, const Url *url, const GPtrArray *hops);

/* What the text of an anchor says of where it leads: TRAIT() bits text-host-differs and
 * text-host-unsure. hops may be NULL. */
BitSet text_host_traits(const Link *link, const Url *url, const GPtrArray *hops);

#endif
