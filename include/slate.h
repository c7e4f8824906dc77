/* slate.h - a page that a worker shares with its zygote alone: what the worker is at, and what its
 * jail refused it last, so that the end of one can be told. A worker that was taken over may write
 * anything there: these are numbers to look up, good for words in a log and for nothing else. */
#ifndef CORDON_SLATE_H
#define CORDON_SLATE_H

#include <glib.h>

#include "stage.h"

typedef struct slate {
  gint stage;   /* Stage */
  gint refused; /* the system call that is its end; -1 for none */
} Slate;

/* Shared between a process and what it forks. NULL with errno. */
Slate *slate_new(void);
void slate_free(Slate *slate);

/* No process that is forked from now on has it. -1 with errno. */
int slate_keep(Slate *slate);

/* The stage that it names; STAGE_NONE for nonsense. */
Stage slate_stage(const Slate *slate);

/* The end of the worker as people read it: "refused by the jail: ptrace, stage inspect", "deadline:
 * stage inspect, 20 s", "signal 11, stage mime", "status 70". status is wait(2)'s; refused the name
 * of the system call, or NULL; deadlines are seconds by stage. New string. */
char *slate_ending(const Slate *slate, int status, const char *refused,
                   const unsigned deadlines[STAGES]);

/* TRUE if a worker with this status ran into the deadline of a stage. */
gboolean slate_is_overrun(const Slate *slate, int status);

#endif
