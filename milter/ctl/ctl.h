/* ctl.h - what the subcommands of the cordon command share. */
#ifndef CORDON_CTL_H
#define CORDON_CTL_H

#include <glib.h>

#include "letter.h"
#include "reply.h"
#include "seal.h"
#include "settings.h"
#include "worker.h"

/* Subcommands; argv[0] is the name. Each returns an exit status (sysexits(3);
 * 1: held or rejected). */
int ctl_check(int argc, char **argv);
int ctl_sanitize(int argc, char **argv);
int ctl_explain(int argc, char **argv);
int ctl_status(int argc, char **argv);
int ctl_reload(int argc, char **argv);
int ctl_exceptions(int argc, char **argv);
int ctl_test(int argc, char **argv);
int ctl_replay(int argc, char **argv);
int ctl_diff(int argc, char **argv);
int ctl_services(int argc, char **argv);
int ctl_feed(int argc, char **argv);

/* Is each "GROUP=user@example.com" or "GROUP=@example.com"? NULL is good. */
gboolean ctl_members_are_good(char **members);

/* What those say of a letter's people. */
Memberships *ctl_memberships(char **members, const char *sender, char **rcpts);

/* A date, "2026-12-31", or a time, "2026-12-31T18:00:00+08:00" (without a zone: here), in Unix
 * seconds; a date is its first second or, with `through`, the first one after it. -1: neither. */
gint64 ctl_time(const char *text, gboolean through);

/* Asks the cordond of a rules folder ("GET /status", see console.h). The HTTP status with *body (a
 * new string), or -1 and an error: CONFIG if the settings cannot be read, TEMP if none answers. */
int ctl_ask_gateway(const char *rules, const char *question, char **body, GError **error);

/* Options of such a subcommand: --rules and `more`; *rules is a new string. -1 after a usage error,
 * which was printed. */
int ctl_gateway_options(int argc, char **argv, const GOptionEntry *more, const char *summary,
                        char **rules);

/* Options that every subcommand on messages takes. Zero it first. */
typedef struct ctl_options {
  char *rules;     /* --rules, the installed folder if absent */
  char *from;      /* --from, else the Return-Path of nobody: "" */
  char **rcpts;    /* --rcpt, several */
  char *direction; /* --direction */
  char *client;    /* --client */
  char **members;  /* --member, several: "GROUP=ADDRESS" */
  char *report;    /* --report */
  int jobs;        /* --jobs; 0: one a processor */
  gint64 at;       /* --at, Unix seconds; 0: now */
  gboolean why;    /* ask for reasons in the event (letter.h) */
  gboolean views;  /* ask for CtlResult.views */
} CtlOptions;

/* A subcommand's options out of argv; `more`, which may be NULL, stand before its `own` in --help.
 * `name` is what its messages begin with. -1: told on standard error. */
int ctl_parse(const char *name, const char *usage, const char *summary, const GOptionEntry *own,
              const GOptionEntry *more, int *argc, char ***argv);

/* Parses argv with the shared options and `more` (ended by a NULL entry). Prints help or a
 * usage error itself. 0 to go on; otherwise -1 and *status is the exit status. */
int ctl_options_parse(CtlOptions *options, const GOptionEntry *more, const char *usage,
                      const char *summary, int *argc, char ***argv, int *status);
void ctl_options_clear(CtlOptions *options);

/* Prints what comes from mail: it must not write on the terminal, so control and bidi characters
 * are shown as escapes. */
void ctl_print_safe(const char *text);

/* Prints each of a configuration's errors to standard error and the count. */
void ctl_print_errors(const GPtrArray *errors);

/* The rules folder that the tests of a folder run with: the rules' own files, with those of
 * TESTS/given in place of them, and the settings of TESTS/given/cordon.conf, a line each, in place
 * of those of the same name; a folder of links below TMPDIR, or `rules` again where there is no
 * TESTS/given. New string; NULL and error. */
char *ctl_given_make(const char *rules, const char *tests, GError **error);
void ctl_given_remove(const char *folder, const char *rules);

/* The running pipeline behind the command: a zygote and a pool, as in the gateway. */
typedef struct ctl_engine {
  Settings *settings;
  Seal *seal;
  Zygote zygote;
  Pool *pool;
} CtlEngine;

/* Must be called before threads are made. -1 and error. */
int ctl_engine_start(CtlEngine *engine, const CtlOptions *options, GError **error);
void ctl_engine_stop(CtlEngine *engine);

/* One message as bytes, on its way through. */
typedef struct ctl_message {
  char *name;     /* as reports call it: "inbox.mbox#12", "mail/a.eml", "-" */
  char *relative; /* where it goes below -o */
  GBytes *prefix; /* an mbox "From " line before the message, or NULL; kept as it is */
  GBytes *raw;
} CtlMessage;
void ctl_message_free(CtlMessage *message);

/* The result: what leaves (prefix and all; NULL if held or rejected) and the report line. */
typedef struct ctl_result {
  const char *outcome;
  char *reason;
  char *ref;
  GBytes *out;
  char *report; /* JSON object, one line */
  char *views;  /* views.h, or "" */
} CtlResult;
void ctl_result_clear(CtlResult *result);

/* Runs one message; thread-safe. Errors become the outcome "error". */
void ctl_engine_run(CtlEngine *engine, const CtlOptions *options, const CtlMessage *message,
                    CtlResult *result);

/* Writes a page that stands alone: what was found, and the message as a reader sees it before and
 * after, side by side. The mail's HTML lies in sandboxed frames that load and run nothing. -1 and
 * error when the file cannot be written. */
int ctl_page_write(const char *path, const CtlMessage *message, const CtlResult *result,
                   GError **error);

/* Prints which lines a changed message loses and gains: of its header and of its parts, as readers
 * see them. Needs CtlResult.views. */
void ctl_change_print(const CtlMessage *message, const CtlResult *result, gboolean colour);

/* Calls `each` for every message below the paths: files, mboxes, folders (recursively, in order of
 * name), Maildirs (cur and new). No path or "-": standard input. The message is owned by the
 * callee. Unreadable files are told on standard error and counted in the return value. */
typedef void (*CtlEach)(CtlMessage *message, void *data);
unsigned ctl_messages(char **paths, CtlEach each, void *data);

#endif
