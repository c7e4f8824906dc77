/* worker.h - how fronts (cordond and the cordon command) reach the jailed workers.
 *
 *   front ──control socket──▶ zygote (cordon-worker: rules, libmagic, ClamAV loaded once)
 *     │                          │ fork
 *     └──one socketpair each──▶ worker: a letter in, a reply out, one at a time
 *
 * All sockets are AF_UNIX SOCK_SEQPACKET. Letters and replies travel as sealed memfds in
 * SCM_RIGHTS. The zygote closes the door behind each worker (jail: a later step hooks in there). */
#ifndef CORDON_WORKER_H
#define CORDON_WORKER_H

#include <glib.h>

#include "file.h"
#include "letter.h"
#include "policy.h"
#include "reply.h"
#include "settings.h"
#include "slate.h"

/* --- zygote, seen from the process that starts it --- */

typedef struct zygote {
  pid_t pid;
  int control; /* owned */
} Zygote;

/* The path of cordon-worker: as set, else beside the running program when it runs from where it was
 * built, else the installed one. New string. */
char *zygote_program(const Settings *settings);

/* Forks and executes cordon-worker on a rules folder. Must be called while the process has one
 * thread. */
int zygote_launch(Zygote *zygote, const char *program, const char *rules, GError **error);

/* Its word that everything is loaded, once its control socket can be read or timeout_ms are over.
 * CONFIG with the zygote's own words (one line an error) if it refuses to start, TEMP if it says
 * nothing in time. *words says what it loaded: a line of text, one for each list, its
 * entries and its name, and one for each group that is looked up (lookup.h). words may be NULL. */
int zygote_hear(const Zygote *zygote, int timeout_ms, char **words, GError **error);

/* Both, in up to timeout_s seconds; a zygote that does not come up is ended. */
int zygote_start(Zygote *zygote, const char *program, const char *rules, unsigned timeout_s,
                 GError **error);

/* Closes the control socket and waits for the process to end; kills it after 5 s. */
void zygote_stop(Zygote *zygote);

/* --- pool: thread-safe --- */

typedef struct pool Pool;

/* Called, from any thread, when a zygote has not answered; another one is needed (pool_switch). */
typedef void (*PoolStuck)(void *data);

typedef struct pool_options {
  unsigned workers;    /* at most so many at once; 0: one a processor */
  unsigned letters;    /* letters a worker takes before it is replaced; 0: no bound */
  unsigned deadline_s; /* for one letter */
  unsigned queue_deadline_s;
  unsigned queue;  /* letters that may wait; 0: no bound */
  unsigned share;  /* percent of workers and queue for one client or sender (fair.h); 0: no bound */
  PoolStuck stuck; /* may be NULL */
  void *stuck_data;
} PoolOptions;

/* Takes over a control socket; -1 for none yet. Workers are asked for as they are needed. */
Pool *pool_new(int control, const PoolOptions *options);
void pool_free(Pool *pool); /* no letter may be under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pool, pool_free)

/* Moves to another zygote: new letters go to its workers, old workers finish theirs and end. */
void pool_switch(Pool *pool, int control);

/* Called about once a second while a letter waits or is worked on, from the calling thread. */
typedef void (*PoolProgress)(void *data);

/* Has a worker work on the letter and waits for it. Whoever has the fewest letters with workers is
 * served first, and then whoever came first; while one client or sender has more than its share
 * of the workers, one worker more serves those who have none. NULL and TEMP when the line is full,
 * the letter's client or sender has its share, no worker came free, or the zygote ended and took
 * its workers with it. NULL and LOST when the worker died, overran its deadline (it is killed), or
 * its reply was refused; it is then replaced. Blocks; call it from as many threads as you like. */
Reply *pool_run(Pool *pool, const Letter *letter, PoolProgress progress, void *data,
                GError **error);

/* Workers alive, letters done, workers lost to crashes, deadlines and refused answers. */
typedef struct pool_counts {
  unsigned most, alive, busy, waiting;
  guint64 letters, crashed, overran, refused;
  guint64 overran_stages[STAGES]; /* of overran: those that met the deadline of a stage */
  guint64 late, full, over_share; /* letters that got no worker */
} PoolCounts;
void pool_count(Pool *pool, PoolCounts *counts);

/* --- the worker's side --- */

/* The descriptor that zygote_launch gives cordon-worker as its control socket. */
#define ZYGOTE_CONTROL_FD 3

/* Loads everything, says so, and serves the control socket until it closes and the workers have
 * finished their letters; never returns in a worker child. Returns the exit status. */
int zygote_main(const char *rules, int control);

/* Serves one worker's socket until it closes, or until its broker is lost (-1: it has none; the
 * files of mail go to clamd through it). Returns the exit status. Notes each stage on the
 * slate; one that takes longer than its deadline in the ruleset's settings ends the process
 * (SIGALRM). */
int serve_letters(int sock, int broker, const Ruleset *ruleset, FileScanner *scanner, Slate *slate);

#endif
