/* control.h - the front's end of a zygote's control socket, shared by the pool and by each worker
 * that came from it: a worker can be killed through it until the last one is gone. Thread-safe. */
#ifndef CORDON_CONTROL_H
#define CORDON_CONTROL_H

#include <glib.h>

#include "stage.h"

typedef struct control Control;

/* Takes the socket over. */
Control *control_new(int sock);
Control *control_ref(Control *control);
void control_unref(Control *control); /* the last one closes the socket */

/* Asks for a worker. Its socket, and its pid; -1 and TEMP when the zygote cannot (or no longer, see
 * control_is_broken). Waits for up to 5 s. */
int control_spawn(Control *control, pid_t *pid, GError **error);

/* Has a worker killed. No word comes back, and none if the zygote is gone: its workers die with
 * it. */
void control_kill(Control *control, pid_t pid);

/* How a worker ended, for a log, as its zygote says (slate.h): "signal 11, stage mime", "refused by
 * the jail: ptrace"; "unknown" if that does not come within 200 ms. New string. *overran: the stage
 * whose deadline it met, or STAGE_NONE. */
char *control_how_ended(Control *control, pid_t pid, Stage *overran);

/* The zygote has closed, or did not answer in time: it will give no more workers. */
gboolean control_is_broken(Control *control);

#endif
