/* sender.h - what a message's top header says of who sent it. Plain data. */
#ifndef CORDON_SENDER_H
#define CORDON_SENDER_H

#include <glib.h>

/* Their own, apart from those of finding.h: rules name them with `trait` on sender and results.
 * X(identifier, name in rules and events) */
#define SENDER_TRAIT_TABLE(X)                                                                      \
  X(FORGED, "forged") /* results: claims to be by one of trusted-authserv-ids, and stands where    \
                         a sender can have written it; policy_classify */                          \
  /* of senders */                                                                                 \
  X(PERSONAL_WEBMAIL, "personal-webmail") /* From or Reply-To at a service of class webmail;       \
                                             policy_classify */                                    \
  X(REPLY_TO_DIFFERS, "reply-to-differs") /* answers go to another registrable domain than From */ \
  X(NAME_ADDRESS, "display-name-address") /* a name that shows an address of another domain */     \
  X(OWN_NAME_OUTSIDE, "own-name-outside") /* a name of officials.txt at an address that is not     \
                                             own; policy_classify */                               \
  X(AUTO_FORWARDED, "auto-forwarded")     /* a program sent it on: by its fields, or by an         \
                                             envelope sender that was rewritten (SRS) */           \
  X(FORWARDED_OUT, "forwarded-out") /* leaves, and came from outside (From is not ours), or by a   \
                                       program; policy_route */                                    \
  X(NO_DOMAIN, "no-domain")         /* From names nobody, or somebody without a domain */          \
  X(SEVERAL_FROM, "several-from")   /* From names more than one address */

typedef enum sender_trait_id {
#define X(id, name) SENDER_TRAIT_ID_##id,
  SENDER_TRAIT_TABLE(X)
#undef X
      SENDER_TRAITS
} SenderTraitId;

/* Somebody named by From or Reply-To. */
typedef struct mailbox {
  char *name;     /* what a reader shows: UTF-8, encoded-words undone; "" if there is none */
  char *address;  /* as written, without blanks and comments; may be "" or no address at all */
  gboolean reply; /* by Reply-To */
} Mailbox;

#define SENDER_TRAIT(id) (1u << SENDER_TRAIT_ID_##id)

/* "forged" for a SenderTraitId; the id of a name or -1. */
const char *sender_trait_name(SenderTraitId id);
int sender_trait_from_name(const char *name);

#endif
