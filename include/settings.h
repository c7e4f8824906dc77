/* settings.h - cordon.conf: what programs need to run. Read by cordond, cordon-worker and cordon;
 * needs no parser of mail. Every setting has a default; rules/cordon.conf shows them all. Relative
 * paths in it are relative to its folder. */
#ifndef CORDON_SETTINGS_H
#define CORDON_SETTINGS_H

#include <glib.h>

#include "stage.h"

/* The languages of what readers see. */
enum { LANG_EN, LANG_ZH_HANT, LANG_ZH_HANS, LANGS };

typedef struct settings {
  char *socket;         /* libmilter: "unix:/run/cordon/milter.sock", "inet:8891@127.0.0.1" */
  unsigned socket_mode; /* of a Unix socket, octal; 0660 */
  char *user;           /* to run as when started by root; "" to stay */
  char *worker_user;    /* of zygote and workers, who read mail; "" for the same */
  unsigned workers;     /* processes that parse; 0: one a processor */
  unsigned letters;     /* letters one worker takes before it is replaced; 500 */
  unsigned deadline;    /* seconds for one letter; 60 */
  unsigned stage_deadlines[STAGES]; /* seconds for each stage of it; 20, 40, 10, 20, 40 */
  unsigned queue_deadline;          /* seconds a letter waits for a worker; 30 */
  unsigned queue;                   /* letters that may wait at once; 64 */
  unsigned share;                   /* percent of workers and queue for one client or sender; 50 */
  unsigned connections;             /* of MTAs at once; 500 */
  unsigned mta_timeout;             /* seconds for one packet of the milter protocol; 600 */
  gboolean hold_signed;             /* what is signed and would have to be changed; no */
  gboolean split_recipients; /* those under other rules are asked to come again by themselves; no */
  char *worker;              /* path of cordon-worker; "" for the installed one */
  gboolean require_jail;     /* no start where the kernel lacks a part of the jail */
  char *state;               /* folder of the store: originals, index, secret */
  char *events;              /* file of JSON lines; "" for STATE/events.jsonl */
  char *scratch;             /* folder for temporary files of workers; should be a tmpfs */
  char *signatures;       /* ClamAV signatures; "" for none, or where engine is without libclamav */
  char *clamd_socket;     /* "unix:/PATH" or "inet:ADDRESS:PORT"; "" where engine names no clamd */
  unsigned clamd_timeout; /* seconds for one file; 15 */
  gboolean tempfail_on_engine; /* on-engine-error = tempfail, the default, or hold */
  unsigned signatures_max_age; /* days; 0: they never grow stale; 7 */
  gboolean tempfail_on_stale;  /* on-stale-signatures = tempfail, the default, or continue */
  unsigned mode;               /* a Mode (policy.h), of rules that name none and do not pass */
  gboolean reload_on_change;   /* of the rules folder and the signatures; yes */
  char *control;               /* path of the control socket; "" for STATE/control */
  unsigned metrics_port;       /* on 127.0.0.1; 0: none */
  char *log;                   /* "stderr" or "syslog" */
  char **own_domains;    /* the department's, NULL-ended, lower case; subdomains are own too */
  char **imitated_names; /* hosts whose look-alikes are found, as those of services; NULL-ended */
  char **own_networks;   /* "192.0.2.0/24", NULL-ended: clients there may send in its name */
  char **trusted_authserv_ids; /* whose Authentication-Results are believed; lower case */
  char **languages;            /* order in marks: "en", "zh-Hant", "zh-Hans" */
  /* of marks, by language; where only the first is set it stands for all */
  char *organisation[LANGS]; /* "the mail gateway of Example Department" */
  char *contact[LANGS];      /* whom a reader asks: "IT Help Desk, 2123 4567" */
  char *request_url;         /* the form where access is asked for, with %code% in it; "" if none */
  char *reject_text;         /* SMTP reply text of a reject, ASCII */
  unsigned keep_days;        /* originals are kept that long and marks say so; 30 */
  char *rules;               /* the folder it was read from, absolute */
} Settings;

/* Reads DIR/cordon.conf. Errors as ruleset_load. Not thread-safe (libconfuse is not). */
Settings *settings_load(const char *dir, GPtrArray *errors);
char *settings_control(const Settings *settings); /* path of the control socket; new string */
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

#endif
