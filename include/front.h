/* front.h - the process that speaks with the MTA. Threads, so it never forks; it parses no mail. */
#ifndef CORDON_FRONT_H
#define CORDON_FRONT_H

#include "settings.h"

/* In a process of its own, forked by the supervisor, whose other end of `channel` (wire.h) sends
 * WIRE_ZYGOTE, WIRE_RELOADED and WIRE_STOP. Says WIRE_READY, or WIRE_FAILED with the reason;
 * WIRE_TAKEN or WIRE_DECLINED of each zygote, after a self-test; WIRE_RELOAD when somebody asks;
 * WIRE_ALIVE several times in watchdog_us (0: never) while its milter socket answers. Ends when
 * told to, or when the supervisor is gone: no new connections, the letters in hand are finished. */
G_GNUC_NORETURN void front_run(const Settings *settings, gint64 watchdog_us, int channel);

#endif
