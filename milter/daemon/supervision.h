/* supervision.h - what the supervisor knows, for the two files that it consists of: supervisor.c,
 * its children and its life, and load.c, how one zygote comes after another. */
#ifndef CORDON_SUPERVISION_H
#define CORDON_SUPERVISION_H

#include <glib.h>
#include <signal.h>
#include <sys/types.h>

#include "notify.h"
#include "settings.h"
#include "state.h"
#include "watch.h"
#include "wire.h"
#include "worker.h"

/* Loading a full ClamAV signature set takes 20 to 40 s on a slow disk. */
#define LOAD_PATIENCE_S 600

typedef struct supervisor {
  const Settings *settings;
  char *program;
  int signals, channel;
  pid_t front, current;
  Zygote pending;     /* control -1: none, or with the front; pid 0: has ended */
  int pending_status; /* of waitpid, once the pending one has ended */
  pid_t tested;       /* the pending one while the front tests it */
  gint64 pending_until;
  Loaded offer;                /* what the pending one has */
  char *signatures;            /* its folder of them */
  char *words, *lists;         /* of the current one */
  guint64 count;               /* signatures of the current one */
  gboolean reloading, again;   /* the load is a reload; another one was asked for since */
  gboolean refused;            /* the last load was */
  guint32 asked, asked_before; /* last request heard; and before the load began */
  Watch *watch;
  gint64 change_at, change_first; /* when files' changes are acted on; 0: none */
  Notifier notifier;
  gint64 current_since, retry_at; /* retry_at 0: none due */
  unsigned failures;
  gint64 stop_until; /* 0: not stopping */
  int status;
} Supervisor;

static inline gint64
seconds(gint64 n)
{
  return n * G_USEC_PER_SEC;
}

/* Never a process group. */
static inline void
end_process(pid_t pid)
{
  if (pid > 0)
    kill(pid, SIGKILL);
}

/* --- load.c --- */

/* From its launch until the front has taken or declined it. */
gboolean load_is_on(const Supervisor *self);

/* Launches a zygote, which becomes the pending one. What cannot be launched is told and tried again
 * (load_begin), or is the error (load_try). */
void load_begin(Supervisor *self);
int load_try(Supervisor *self, GError **error);

/* Somebody wants the rules read again: now, or after the load that is on. */
void load_anew(Supervisor *self);

/* Because there is no current zygote, or a load was killed; after a pause that doubles. */
void load_retry_later(Supervisor *self);

/* The pending zygote has said something, or ended: it is offered to the front, or dropped. */
void load_hear(Supervisor *self);
int load_hear_words(Supervisor *self, int timeout_ms, GError **error);
int load_offer(Supervisor *self, GError **error);

/* The front has taken it. If it has died since, another one is due. */
void load_promote(Supervisor *self);

/* The pending zygote has ended, with this status of waitpid. */
void load_note_end(Supervisor *self, int status);

/* Whether the pending zygote was killed, as for want of memory: the rules may be right. One whose
 * socket has closed is waited for, a second at most. */
gboolean load_was_killed(Supervisor *self);

/* It is ended, and all are told why. One that was killed is tried again. */
void load_drop(Supervisor *self, const char *why);

#endif
