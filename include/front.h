/* front.h - the process that speaks with the MTA. Threads, so it never forks; it parses no mail. */
#ifndef CORDON_FRONT_H
#define CORDON_FRONT_H

#include "settings.h"

/* In a process of its own, forked by the supervisor, whose other end of `channel` (wire.h) sends
 * WIRE_ZYGOTE and WIRE_STOP. Says WIRE_READY, or WIRE_FAILED with the reason. Ends when told to, or
 * when the supervisor is gone: no new connections, the letters in hand are finished. */
G_GNUC_NORETURN void front_run(const Settings *settings, int channel);

#endif
