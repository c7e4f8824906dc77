/* pulse.h - a thread of the front that looks after the front itself. */
#ifndef CORDON_PULSE_H
#define CORDON_PULSE_H

#include "session.h"

typedef void (*PulseAlive)(void *data);

/* Calls alive at least three times in every watchdog_us, each time after the milter socket has
 * answered a mail server's first packet; 0: never. Logs an alarm every hour while signatures
 * are stale. */
void pulse_start(Front *front, gint64 watchdog_us, PulseAlive alive, void *data);

#endif
