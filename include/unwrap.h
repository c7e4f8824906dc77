/* unwrap.h - the addresses that an address carries: what a wrapper, a redirector or a tracker would
 * lead on to. Read from the address alone; nothing is ever fetched. */
#ifndef CORDON_UNWRAP_H
#define CORDON_UNWRAP_H

#include <glib.h>

#include "finding.h"

/* Hop *, each after the one that carries it; NULL if there are none. Known wrappers (Safe Links,
 * URL Defense, search engines ...) by their form, all others by what looks like a redirect: a path
 * segment or the value of a parameter that is an absolute http or https address, percent-encoded
 * up to three times, in base64 or in hex. *whole is FALSE when LIMIT_HOPS or LIMIT_HOPS_ALL kept
 * some from being looked at. Linear in the length of the address. */
GPtrArray *unwrap(const Url *url, gboolean *whole);

#endif
