/* senders.h - findings about who sent a message. */
#ifndef CORDON_INSPECT_SENDERS_H
#define CORDON_INSPECT_SENDERS_H

#include "tree.h"

/* One of kind RESULTS for each Authentication-Results field of the message's own header, in order,
 * and one of kind SENDER for the message, which is there whatever it holds. Its `url` is the first
 * address of From, its `hops` are those of the rest of From and of Reply-To, as mailto: addresses.
 */
void inspect_sender(const Tree *tree, GPtrArray *findings);

#endif
