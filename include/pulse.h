/* pulse.h - threads of the front that look after the front itself. */
#ifndef CORDON_PULSE_H
#define CORDON_PULSE_H

#include "session.h"

/* What the front offers when it connects to itself; no mail server offers so little. */
#define PULSE_ACTIONS 1
#define PULSE_STEPS   0

typedef void (*PulseAlive)(void *data);

/* Calls alive at least three times in every watchdog_us, each time after the milter socket has
 * answered a mail server's first packet; 0: never. Logs an alarm every hour while signatures
 * are stale. Keeps libmilter from forgetting a connection. */
void pulse_start(Front *front, gint64 watchdog_us, PulseAlive alive, void *data);

#endif
