/* fair.h - who has how many letters in hand, so that nobody takes more than a share. For the
 * pool, under its lock. Kept only for letters in hand: forgets each party with its last letter. */
#ifndef CORDON_FAIR_H
#define CORDON_FAIR_H

#include <glib.h>

#include "letter.h"

typedef struct fair Fair;
typedef struct fair_ticket FairTicket;

/* No client address (the /64 of IPv6) and no envelope sender (but the null sender) may have more
 * than `share` percent, at least 1, of `places`, nor be counted at all when share is 0. */
Fair *fair_new(unsigned places, unsigned share);
void fair_free(Fair *fair); /* no letter may be in hand */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fair, fair_free)

/* A letter comes; NULL and TEMP when its client or sender has its share already. */
FairTicket *fair_enter(Fair *fair, const Letter *letter, GError **error);

/* A worker has begun with it. */
void fair_begin(FairTicket *ticket);

/* It is done with, begun or not. */
void fair_leave(Fair *fair, FairTicket *ticket);

/* Letters that workers have in hand for its client or its sender, whichever has more. */
unsigned fair_busy(const FairTicket *ticket);

/* TRUE if anybody has more than the share of so many workers. */
gboolean fair_is_flooded(const Fair *fair, unsigned workers);

#endif
