/* session.h - the front's side of the milter protocol: libmilter's callbacks, one session a
 * connection, one letter at a time in it. */
#ifndef CORDON_SESSION_H
#define CORDON_SESSION_H

#include <glib.h>

#include "lookups.h"
#include "poison.h"
#include "seal.h"
#include "settings.h"
#include "state.h"
#include "stats.h"
#include "store.h"
#include "worker.h"

/* What all sessions share; outlives them. */
typedef struct front {
  const Settings *settings;
  Pool *pool;
  Store *store;
  Seal *seal;
  Poison *poison;
  State *state;
  Stats *stats;
  Lookups *lookups;
  gint64 started; /* unix seconds */
  int listening;  /* set by session_register */
  gint in_hand;   /* letters between their first byte and the answer; atomic */
  gint ending;    /* session_stop was called; atomic */
  gint sessions;  /* connections; atomic */
  gint refused;   /* connections that were too many; atomic */
  gint put_off;   /* recipients that are under other rules than those before; atomic */
} Front;

/* Registers with libmilter and opens the milter socket. CONFIG if it cannot be opened, or another
 * process listens there. Once a process. */
int session_register(Front *front, GError **error);

/* Serves as long as the process lives. Returns, with -1, only if libmilter gives up. */
int session_serve(void);

/* From any thread, once: no more connections from now on. Those that are there are served on;
 * in_hand counts letters no more that begin now. */
void session_stop(void);

#endif
