/* sender.h - what a message's top header says of who sent it. Plain data. */
#ifndef CORDON_SENDER_H
#define CORDON_SENDER_H

#include <glib.h>

/* Their own, apart from those of finding.h: rules name them with `trait` on sender and results.
 * X(identifier, name in rules and events) */
#define SENDER_TRAIT_TABLE(X)                                                                      \
  X(FORGED, "forged") /* results: claims to be by one of trusted-authserv-ids, and stands where    \
                         a sender can have written it; policy_classify */

typedef enum sender_trait_id {
#define X(id, name) SENDER_TRAIT_ID_##id,
  SENDER_TRAIT_TABLE(X)
#undef X
      SENDER_TRAITS
} SenderTraitId;

#define SENDER_TRAIT(id) (1u << SENDER_TRAIT_ID_##id)

/* "forged" for a SenderTraitId; the id of a name or -1. */
const char *sender_trait_name(SenderTraitId id);
int sender_trait_from_name(const char *name);

#endif
