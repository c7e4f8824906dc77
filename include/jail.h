/* jail.h - what a process gives up before it meets mail. */
#ifndef CORDON_JAIL_H
#define CORDON_JAIL_H

#include <glib.h>

typedef struct jail Jail;

/* Made once, in the process that forks the workers: asks what the kernel has and tries it in a
 * child, in the folder scratch. NULL and an error if workers could not be locked up at all. */
Jail *jail_new(const char *scratch, GError **error);
void jail_free(Jail *jail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Jail, jail_free)

/* What workers are locked up with, for the log: "landlock abi 7, seccomp, rlimits". */
const char *jail_words(const Jail *jail);

/* What this system lacks, why, and what would be right, for people; NULL if nothing. */
const char *jail_lacks(const Jail *jail);

/* The name of a system call, as jail_cell.refused has it; NULL for one that is not known. */
const char *jail_call_name(const Jail *jail, int number);

typedef struct jail_cell {
  int sock;            /* the descriptor to the front, kept beside the standard ones */
  int record;          /* another to keep, open for reading only; -1: none */
  int broker;          /* and another, a socket; -1: none */
  pid_t parent;        /* dies with it */
  const char *scratch; /* the one folder that may be touched; becomes the working folder */
  unsigned cpu_s;      /* seconds of CPU in all, a last resort; 0: no bound */
  gint *refused;       /* where the system call that ends the process is noted first; or NULL */
} JailCell;

/* Called in each worker right after fork, before any mail: no privileges to be had, no other
 * descriptors, no file outside scratch, no system call but those of parsing, no core dump, not
 * traceable, bounded memory. There is no way back. What is refused later is said on standard error,
 * once for each system call; the worst ones are noted and end the process (SIGSYS). */
int jail_enter(const Jail *jail, const JailCell *cell, GError **error);

#endif
