/* policy.h - the rules in force, and how findings become a plan. Pure data in, data out: no MIME,
 * no libmilter; files are read only while a ruleset is loaded; it is immutable after that. */
#ifndef CORDON_POLICY_H
#define CORDON_POLICY_H

#include <glib.h>

#include "exceptions.h"
#include "finding.h"
#include "letter.h"
#include "reply.h"
#include "settings.h"

typedef enum action {
  ACTION_PASS,
  ACTION_FLAG,   /* stays live, with a mark beside it */
  ACTION_DEFANG, /* link: dead, host readable, a mark beside it */
  ACTION_REMOVE, /* link: gone; file: a placeholder in its place */
  ACTION_DISARM, /* file: active content out, the rest delivered; REMOVE if it cannot be done */
  ACTION_HOLD,   /* the whole message into quarantine */
  ACTION_REJECT, /* the whole message refused */
} Action;

typedef enum tier { TIER_NONE, TIER_INFORMATION, TIER_POLICY, TIER_DANGER } Tier;
typedef enum mode { MODE_ENFORCE, MODE_MARK, MODE_OBSERVE } Mode;

/* Which of two outcomes is the stricter: pass < flag < defang < disarm < remove < reject < hold.
 * Hold is above reject because it can still become either: a held message can be released or
 * refused, a rejected one is gone for all of its recipients. */
int action_rank(Action action);

const char *action_name(Action action);
const char *tier_name(Tier tier);
const char *mode_name(Mode mode);

typedef struct ruleset Ruleset;

/* Loads DIR: cordon.conf, policy.conf, types.conf, notices.conf, services/ *.conf, lists/ *.txt,
 * groups/ *.txt, groups.conf, officials.txt, exceptions.conf, delegations.conf,
 * keys.conf. On errors NULL, and each is appended to `errors` as "DIR/file:line: what is wrong;
 * what would be right" (char *, in order of file and line; line 0 for a file as a whole); never
 * stops at the first. Not thread-safe (libconfuse is not). */
Ruleset *ruleset_load(const char *dir, GPtrArray *errors);
void ruleset_free(Ruleset *ruleset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ruleset, ruleset_free)

/* Its exceptions, from DIR/exceptions.jsonl. A broken record does not break the ruleset. */
const Exceptions *ruleset_exceptions(const Ruleset *ruleset);

/* Reads what has been added to the record of exceptions since; before each letter. */
void ruleset_follow(const Ruleset *ruleset);

/* Those that reach an address, by its own or a group, whenever (const Exception *, in order of
 * adding). Who is in a group that is looked up stands in `memberships` (or NULL). New array. */
GPtrArray *ruleset_exceptions_of(const Ruleset *ruleset, const Memberships *memberships,
                                 const char *address);

/* Fills in what delegations.conf and exceptions.conf say of an approval: in whose place its
 * approvers approve, and that it waits for a second one. */
void ruleset_complete_approval(const Ruleset *ruleset, Exception *exception);

/* Who may approve an exception, by exceptions.conf. Strings are the ruleset's. */
typedef struct approval_view {
  char **posts;
  char **second_posts; /* NULL where one approver is enough */
  unsigned maximum_days;
  gboolean is_signed; /* only by a signed file */
} ApprovalView;

/* FALSE: nobody, or it names nothing that there is. */
gboolean ruleset_approval(const Ruleset *ruleset, const Exception *exception, ApprovalView *view);

/* Is it a host that all the world shares, not somebody's own? */
gboolean ruleset_host_is_shared(const Ruleset *ruleset, const char *host);

/* Who signed something, by keys.conf. Strings are the ruleset's. */
typedef struct signer {
  const char *name, *post, *key;
} Signer;

/* Whose signature ("ssh-keygen -Y sign") of the text it is, at that time. FALSE and a fault (new
 * string) if it is none that counts. */
gboolean ruleset_signer(const Ruleset *ruleset, const char *text, const char *signature,
                        gint64 when, Signer *signer, char **fault);

/* Why an exception cannot be added: itself, or beyond what its approvers may grant by
 * exceptions.conf. NULL if it can. New string. */
char *ruleset_exception_fault(const Ruleset *ruleset, const Exception *exception, gint64 now);

/* What a good ruleset hardly can mean, as "DIR/file:line: what; what would be right" (char *),
 * appended: rules that are never reached, modes and dates that have passed at `now` (Unix seconds),
 * lists, groups and notices that no rule asks for, exceptions that are broken or end soon. */
void ruleset_lint(const Ruleset *ruleset, const char *dir, gint64 now, GPtrArray *warnings);

/* A class of services, with what the rules do about links to it. Strings are the ruleset's. */
typedef struct class_view {
  const char *name;
  unsigned services;
  const char *rule; /* label of the rule that asks for the class as a whole: the first that is for
                       all mail, else the first; NULL if there is none */
  Action action;
  Mode mode;       /* at that time */
  gint64 until;    /* ... it ends then, Unix seconds; 0: never */
  Mode then;       /* ... and is this */
  gboolean scoped; /* it is for some mail only: by direction, group, date ... */
} ClassView;

/* One service of the catalogue. Strings are the ruleset's. */
typedef struct service_view {
  const char *id, *class_name;
  const char *const *titles; /* by language (settings.h) */
  const char *file;
  unsigned line;
} ServiceView;

/* Calls `each` with every class, in order of name, as the rules are at `now` (Unix seconds). */
void ruleset_each_class(const Ruleset *ruleset, gint64 now,
                        void (*each)(const ClassView *view, void *data), void *data);

/* Calls `each` with every service, in order of files and lines. */
void ruleset_each_service(const Ruleset *ruleset, void (*each)(const ServiceView *view, void *data),
                          void *data);

/* The service of an address, as a link to it would be classed. FALSE if it is none's. */
gboolean ruleset_service_of(const Ruleset *ruleset, const Url *url, ServiceView *view);

/* What readers are told that a service is called, by language (settings.h): "WeChat", "微信",
 * "微信". NULL if there is no service of that id (which may be NULL), or if it stands for several.
 */
const char *const *ruleset_service_names(const Ruleset *ruleset, const char *id);

/* What differs between two rules folders, in words: "policy.conf: rule "webmail": action was flag,
 * is defang" (char *). Errors of reading as ruleset_load. Not thread-safe. */
GPtrArray *ruleset_compare(const char *old_dir, const char *new_dir, GPtrArray *errors);

const Settings *ruleset_settings(const Ruleset *ruleset);

/* SHA-256 over the files it was read from, hex, 12 digits: the version shown in events. */
const char *ruleset_version(const Ruleset *ruleset);
unsigned ruleset_rule_count(const Ruleset *ruleset);
/* "policy.conf:41 cloud storage" */
const char *ruleset_rule_label(const Ruleset *ruleset, unsigned n);
unsigned ruleset_service_count(const Ruleset *ruleset);

/* One line a list of lists/: its entries, a blank, its name, a tab, the start of its SHA-256, a
 * tab, the time of its file in unix seconds. New string. */
char *ruleset_list_sizes(const Ruleset *ruleset);

/* One line for each group that is looked up (lookup_to_line). New string. */
char *ruleset_lookups(const Ruleset *ruleset);

/* "14 rules, 143 services in 3 classes, 12 file groups, 1 list, 11 notices". New string. */
char *ruleset_summary(const Ruleset *ruleset);

/* One decision, for one finding. Strings are the ruleset's. */
typedef struct decision {
  Action action; /* as it will be carried out: mark gives FLAG; disarm_run can make a
                    REMOVE of a DISARM */
  Action wanted; /* what the rule says */
  Mode mode;
  Tier tier;
  const char *rule;      /* "policy.conf:41 cloud storage"; "default" if no rule matched */
  const char *reason;    /* the rule's, for SMTP and the quarantine; or NULL */
  const char *notice;    /* id in notices.conf, never NULL when there is a mark */
  gboolean by_service;   /* the rule asks what class or service the address is of */
  int hop;               /* the address that it is about: finding_place(finding, hop) */
  const char *exception; /* name of the one that let it pass, or NULL */
  const char *observed;  /* first rule that matched without deciding (mode), or NULL */
} Decision;

typedef struct plan {
  Verdict verdict;
  char *reason;                /* for hold and reject: rule and finding in one line */
  GArray *decisions;           /* Decision, one for each finding, same order */
  unsigned auth[AUTH_METHODS]; /* results that are believed: bits of AuthResult; 0: none */
  GPtrArray *exceptions;       /* const char *: all by which something was let pass, for whichever
                                  recipient, each once; their names are the ruleset's */
  const char *vouched;         /* by them: the address in From, a finding's; or NULL */
} Plan;

void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* Fills in class, service, groups and lists of each finding. */
void policy_classify(const Ruleset *ruleset, GPtrArray *findings);

/* Sets those traits of the sender that the envelope tells: "forwarded-out", and "auto-forwarded" by
 * an envelope sender that was rewritten. */
void policy_route(const Ruleset *ruleset, const Letter *letter, GPtrArray *findings);

/* The first rule that matches decides, for each finding; the strictest message action makes the
 * verdict. With several recipients under different rules the strictest outcome counts. A predicate
 * that cannot tell never lets a finding pass: a pass rule then does not match, any other does.
 *
 * A rule that its mode leaves without effect (observe; hold and reject in mark) decides nothing
 * and hides no rule behind it: it is noted in Decision.observed. If no other rule matches it also
 * fills the decision, with action PASS.
 *
 * What is decided on an inner file is done to its outer part: the outer file's decision becomes
 * the strictest of its own and those of all that is in it. A link inside a file that is not to live
 * makes it a DISARM, of which `wanted` stays what the rule says of the link.
 *
 * Without a matching rule: links, files and plain anomalies pass, ambiguous ones hold.
 * `letter` gives the envelope. Never fails. */
Plan *policy_decide(const Ruleset *ruleset, const Letter *letter, const GPtrArray *findings);

/* Do the rules that are in force see all recipients alike, each as if the letter were to nobody
 * else? Then all get the same outcome, whatever is found in it. Reads the envelope and the time. */
gboolean policy_sees_alike(const Ruleset *ruleset, const Letter *letter);

/* Why no rule in front of the deciding one decided, for the command: "policy.conf:84 known bad:
 * list = threat-feed; this has none such" (char *), for those that are about this kind of finding,
 * at most POLICY_WHY_MAX of them; with several recipients, for the first of them. */
#define POLICY_WHY_MAX 40
GPtrArray *policy_why(const Ruleset *ruleset, const Letter *letter, const Plan *plan,
                      const Finding *finding, const Decision *decision);

/* "inbound", "outbound" or "internal": from letter->direction, else from the settings. A sender of
 * an own domain counts as own only if authenticated, without client, or in own-networks: an
 * envelope is easily forged. Then all recipients own: internal; else outbound. All other mail is
 * inbound. */
const char *policy_direction(const Ruleset *ruleset, const Letter *letter);

/* Words of notices.conf. lang is "en", "zh-Hant" or "zh-Hans"; never NULL for a notice that a rule
 * names (load checks it). */
typedef struct notice {
  const char *id;
  const char *title[3]; /* class in words: "Cloud storage", "雲端儲存", "云存储" */
  const char *why[3];   /* one sentence */
  const char *todo[3];  /* the permitted route */
} Notice;

const Notice *ruleset_notice(const Ruleset *ruleset, const char *id);

#endif
