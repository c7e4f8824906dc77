/* jail_parts.h - the locks of the jail, each of which a kernel may lack. */
#ifndef CORDON_JAIL_PARTS_H
#define CORDON_JAIL_PARTS_H

#include <glib.h>

/* Bounds of memory, files and CPU (cpu_s; 0 for none). -1, with errno where a call failed. */
int limits_enter(unsigned cpu_s);

/* No core dumps, not traceable, no new privileges, no capabilities. -1 with errno. */
int process_harden(void);

/* The version of Landlock that the kernel speaks, 0 with errno if none. */
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

/* Parts that a kernel may lack. */
enum { PART_LANDLOCK = 1, PART_SECCOMP = 2, PART_LIMITS = 4 };

typedef struct rehearsal {
  int abi;          /* of Landlock */
  unsigned missing; /* PART_* */
  char *lacks;      /* what, why, and what would be right, for people; NULL if nothing; new */
} Rehearsal;

/* Has a child go through the door once. -1 and an error for what no jail can do without: a scratch
 * folder where files can be made, privileges that can be given up. */
int rehearse(const Syscalls *syscalls, const char *scratch, Rehearsal *rehearsal, GError **error);

#endif
