/* judge.h - one letter through the front: everything between the last byte from the MTA and the
 * first effect. Knows no milter protocol. */
#ifndef CORDON_JUDGE_H
#define CORDON_JUDGE_H

#include "letter.h"
#include "session.h"

/* Gives the letter its code, has a worker look at it, and finishes the reply. When this returns a
 * reply, the original (of what is changed, held or rejected) and the event are kept, and only its
 * effects are left; its verdict is never tempfail. NULL and an error: the message must get a
 * temporary failure; the event says why, if it could be written. */
Reply *judge_letter(Front *front, Letter *letter, PoolProgress progress, void *data,
                    GError **error);

/* Notes that a message was not handled, and why: a line of the log and an event. -1 if the event
 * could not be written (the log says so): only a temporary failure may follow then. */
int judge_note_failure(Front *front, const Letter *letter, const char *outcome, const char *why);

#endif
