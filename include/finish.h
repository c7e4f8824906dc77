/* finish.h - the front's last step before effects, the same for the MTA and for files: forged
 * X-Cordon fields leave, our own is added to what was changed or held. */
#ifndef CORDON_FINISH_H
#define CORDON_FINISH_H

#include <glib.h>

#include "letter.h"
#include "reply.h"
#include "seal.h"

/* Cordon has changed the letter before: its first X-Cordon field says so and has a good seal, so
 * its body is what Cordon made of it, but for the kind of line ends. */
gboolean letter_is_sealed(const Letter *letter, const Seal *seal);

/* Adds header changes to the reply: HEADER_DELETE for each X-Cordon* field of the letter whose
 * seal is not good for the bytes that leave, HEADER_ADD of X-Cordon when the reply changes or holds
 * the message. Reads the letter's top header only line by line, for that one name. */
void finish_reply(const Letter *letter, const Seal *seal, Reply *reply);

/* "unchanged", "changed", "held", "rejected", "error" */
const char *reply_outcome(const Reply *reply);

#endif
