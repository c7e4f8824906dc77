/* lookalike.h - hosts that are made to be taken for another: for a service, one of the
 * department's own, or one of imitated-names (cordon.conf). */
#ifndef CORDON_POLICY_LOOKALIKE_H
#define CORDON_POLICY_LOOKALIKE_H

#include "bitset.h"
#include "services.h"
#include "settings.h"

typedef struct lookalikes Lookalikes;

/* What it needs of both is copied. */
Lookalikes *lookalikes_new(const Services *services, const Settings *settings);
void lookalikes_free(Lookalikes *lookalikes);

/* TRAIT() bits: homograph, own-look-alike, look-alike; 0 if the host looks like nothing known. What
 * it is taken for ("drive.google.com") is a new string in *resembles, or NULL if that cannot be
 * said. Time does not grow with the number of names. */
BitSet lookalikes_find(const Lookalikes *lookalikes, const Url *url, char **resembles);

#endif
