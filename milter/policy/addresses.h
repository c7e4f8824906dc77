/* addresses.h - patterns of mail addresses, as rules and groups have them: "a@b" one address, "@b"
 * one domain, "b" a domain and all below it, "<>" the null sender. All in lower case. */
#ifndef CORDON_POLICY_ADDRESSES_H
#define CORDON_POLICY_ADDRESSES_H

#include "wordset.h"

/* The patterns that fit an address, one after the other: each is a piece of the address, so a hash
 * finds those that are in a set of any size. `address` is in lower case, and the results point into
 * it. NULL: there is no further one; an address without '@' has none but "<>". */
const char *address_pattern_first(const char *address);
const char *address_pattern_next(const char *pattern);

/* Is a host, in lower case, one of the domains, or below one? NULL: no domains. */
gboolean domains_hold(const WordSet *domains, const char *host);

/* Is any of the patterns one that fits the address, in whatever case? NULL: no patterns. */
gboolean addresses_hold(const WordSet *patterns, const char *address);

#endif
