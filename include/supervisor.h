/* supervisor.h - the first process of cordond: starts the zygote and the front, and starts a new
 * zygote when the old one died or the rules are to be read again. */
#ifndef CORDON_SUPERVISOR_H
#define CORDON_SUPERVISOR_H

#include "settings.h"

/* Runs until SIGTERM or SIGINT (0, after the letters in hand), until the front dies (70: the
 * service manager starts all of it anew, from a clean state), or does not come up (78 and others of
 * sysexits, the reason on standard error). SIGHUP reads the rules again: a new zygote takes over
 * once it is ready; if it cannot start the old one stays and the log says why. What cordon.conf
 * says about the front (socket, user, workers, deadlines, store) is read at start only. */
int supervisor_run(const Settings *settings, const char *pid_file);

#endif
