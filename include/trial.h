/* trial.h - the self-test of a zygote before it takes over: its workers must answer letters that
 * are known, whatever the rules are. */
#ifndef CORDON_TRIAL_H
#define CORDON_TRIAL_H

#include <glib.h>

#include "settings.h"

/* Has workers of the zygote behind `control` (stays the caller's) look at a few small letters:
 * each must be answered within the deadline, acceptably and not with a temporary failure, unless
 * only clamd is missing. -1 and
 * the reason otherwise. *warning is "" or says what is odd, but may be what the rules want: that an
 * ordinary message would not be delivered as it is. New string. */
int trial_run(int control, const Settings *settings, char **warning, GError **error);

#endif
