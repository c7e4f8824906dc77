/* desk.h - what the actions of "cordon exceptions" share. */
#ifndef CORDON_CTL_DESK_H
#define CORDON_CTL_DESK_H

#include <glib.h>

#include "exceptions.h"
#include "policy.h"

/* The rules folder and what it says, for one run of the command. */
typedef struct desk {
  char *rules, *record;
  Ruleset *ruleset;
  const Exceptions *exceptions;
  gint64 now;
} Desk;

/* Opens it, with the options of an action: --rules and `more`. 0, or -1 and *status. */
int desk_open(Desk *desk, int *argc, char ***argv, const GOptionEntry *more, const char *usage,
              const char *summary, int *status);
void desk_close(Desk *desk);

/* Prints an error of the record or of a person, and is the exit status for it. */
int desk_refuse(const char *action, GError *error);

/* Prints what is wrong; EX_DATAERR. */
int desk_fault(const char *action, const char *fault);

/* Completes and adds an exception, and prints its name and what there is to know of it; or says why
 * it cannot be. An exit status. */
int desk_add(const Desk *desk, const char *action, Exception *exception);

/* Adds to a pending one its second approver. An exit status. */
int desk_second(const Desk *desk, const char *action, const Exception *kept, Exception *by);

/* --- actions that write --- */
int exceptions_run_add(int argc, char **argv);
int exceptions_run_import(int argc, char **argv);
int exceptions_run_second(int argc, char **argv);
int exceptions_run_ratify(int argc, char **argv);
int exceptions_run_revoke(int argc, char **argv);

/* What has happened about an exception, in order of time: the message it was asked for, its
 * approvals, its uses, its end. Printed. */
void desk_thread(const Desk *desk, const Exception *exception);

/* --- actions that read; review also writes, with --sign-off --- */
int exceptions_run_deliver(int argc, char **argv);
int exceptions_run_request(int argc, char **argv);
int exceptions_run_unused(int argc, char **argv);
int exceptions_run_review(int argc, char **argv);

/* The record is written by root and read by the user that cordond runs as: their group may. */
void desk_hand_over(const Desk *desk);

/* The last day of what ends then, "2026-12-31", or the time where it ends within a day. New
 * string. */
char *desk_end(gint64 end);

/* "2026-12-31 23:59" here; "-" for 0. New string. */
char *desk_time(gint64 when);

/* One exception on lines of its own, every field. */
void desk_show(const Exception *exception, gint64 now);

/* Several as a table. */
void desk_list(const GPtrArray *exceptions, gint64 now);

#endif
