/* jail.h - what a process gives up before it meets mail. */
#ifndef CORDON_JAIL_H
#define CORDON_JAIL_H

#include <glib.h>

/* Becomes `user` with its groups, for good, if the process is root and user is not "". CONFIG if
 * there is no such user. Does nothing for other users. */
int privileges_drop(const char *user, GError **error);

/* Called in each worker right after fork, with its socket: dies with the zygote `parent`, no new
 * privileges, no core dumps, not traceable, no descriptors but the standard ones and sock. */
int jail_enter(int sock, pid_t parent, GError **error);

#endif
