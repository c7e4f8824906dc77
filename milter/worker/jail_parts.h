/* jail_parts.h - the locks of the jail, each of which a kernel may lack. */
#ifndef CORDON_JAIL_PARTS_H
#define CORDON_JAIL_PARTS_H

#include <glib.h>

/* The version of Landlock that the kernel speaks, 0 if none. */
int landlock_abi(void);

/* From now on this process reaches files below folder alone: it may read, write, make and remove
 * plain files and folders there, nothing else; no TCP (ABI 4), no devices (5), no signal and no
 * abstract socket to anybody outside (6). Sets no_new_privs. -1 with errno. */
int landlock_enter(int abi, const char *folder);

/* The allow-list of system calls, with the names for the log; made once before workers are
 * forked. */
typedef struct syscalls Syscalls;
Syscalls *syscalls_new(void);
void syscalls_free(Syscalls *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Syscalls, syscalls_free)

/* NULL for a number that is not known. */
const char *syscalls_name(const Syscalls *list, int number);

/* From now on nothing else. The number of a call that is death is put into *refused, which may be
 * NULL, before it is. Sets no_new_privs. -1 with errno. */
int syscalls_enter(const Syscalls *list, gint *refused);

#endif
