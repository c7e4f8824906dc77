/* privileges.h - who a process is and what it may do. */
#ifndef CORDON_PRIVILEGES_H
#define CORDON_PRIVILEGES_H

#include "settings.h"

/* TRUE if the process may become other users: root, or whoever has CAP_SETUID and CAP_SETGID. */
gboolean privileges_can_change(void);

/* Becomes `user` with its groups, for good, if the process may and user is not "". CONFIG if there
 * is no such user. Whoever is not root then has no capabilities left; only root without a user to
 * become keeps what it has. Other processes of that user cannot look into this one any more (not
 * dumpable): it holds the secret, or is what all workers are copies of. */
int privileges_drop(const char *user, GError **error);

/* No capabilities from now on, whoever we are. -1 with errno. */
int privileges_drop_capabilities(void);

/* The account that workers run as: worker-user, or user where that is "". */
const char *privileges_worker_user(const Settings *settings);

/* What it costs that workers run as the same user as the front, for people; NULL if they do not.
 * New string. */
char *privileges_warning(const Settings *settings);

/* -1 and CONFIG if worker-user is set and this process cannot give workers another user. */
int privileges_check(const Settings *settings, GError **error);

#endif
