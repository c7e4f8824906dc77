/* policy.h - the rules in force, and how findings become a plan. Pure data in, data out: no MIME,
 * no libmilter; files are read only while a ruleset is loaded. A ruleset is immutable after that. */
#ifndef CORDON_POLICY_H
#define CORDON_POLICY_H

#include <glib.h>

#include "finding.h"
#include "letter.h"
#include "reply.h"
#include "settings.h"

typedef enum action {
  ACTION_PASS,
  ACTION_FLAG,   /* stays live, with a mark beside it */
  ACTION_DEFANG, /* link: dead, host readable, a mark beside it */
  ACTION_REMOVE, /* link: gone; file: a placeholder in its place */
  ACTION_DISARM, /* file: active content out, the rest delivered; until it can be done: remove */
  ACTION_HOLD,   /* the whole message into quarantine */
  ACTION_REJECT, /* the whole message refused */
} Action;

typedef enum tier { TIER_NONE, TIER_INFORMATION, TIER_POLICY, TIER_DANGER } Tier;
typedef enum mode { MODE_ENFORCE, MODE_MARK, MODE_OBSERVE } Mode;

const char *action_name(Action action);
const char *tier_name(Tier tier);
const char *mode_name(Mode mode);

typedef struct ruleset Ruleset;

/* Loads DIR/cordon.conf and what it names (policy.conf, types.conf, notices.conf, services,
 * lists). On errors NULL, and each is appended to `errors` as "file:line: what is wrong; what
 * would be right" (char *, in order of file and line); never stops at the first. */
Ruleset *ruleset_load(const char *dir, GPtrArray *errors);
void ruleset_free(Ruleset *ruleset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ruleset, ruleset_free)

const Settings *ruleset_settings(const Ruleset *ruleset);

/* SHA-256 over the files it was read from, hex, 12 digits: the version shown in events. */
const char *ruleset_version(const Ruleset *ruleset);
unsigned ruleset_rule_count(const Ruleset *ruleset);
unsigned ruleset_service_count(const Ruleset *ruleset);

/* One decision, for one finding. Strings are the ruleset's. */
typedef struct decision {
  Action action;      /* as it will be carried out: observe gives PASS, mark gives FLAG */
  Action wanted;      /* what the rule says */
  Mode mode;
  Tier tier;
  const char *rule;   /* "policy.conf:41 cloud storage"; "default" if no rule matched */
  const char *notice; /* id in notices.conf, never NULL when there is a mark */
} Decision;

typedef struct plan {
  Verdict verdict;
  char *reason;      /* for hold and reject: rule and finding in one line */
  GArray *decisions; /* Decision, one for each finding, same order */
} Plan;

void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* Fills in class, service, groups and lists of each finding. */
void policy_classify(const Ruleset *ruleset, GPtrArray *findings);

/* The first rule that matches decides, for each finding; the strictest message action makes the
 * verdict. With several recipients under different rules the strictest outcome counts. A predicate
 * that cannot tell never lets a finding pass. `letter` gives the envelope. Never fails. */
Plan *policy_decide(const Ruleset *ruleset, const Letter *letter, const GPtrArray *findings);

/* "inbound", "outbound" or "internal": from letter->direction, else from the own domains in the
 * settings (sender own and all recipients own: internal; sender own and authenticated or no
 * client: outbound; else inbound). */
const char *policy_direction(const Ruleset *ruleset, const Letter *letter);

/* Words of notices.conf. lang is "en", "zh-Hant" or "zh-Hans"; never NULL for a notice that a rule
 * names (load checks it). */
typedef struct notice {
  const char *id;
  const char *title[3]; /* class in words: "Cloud storage", "雲端儲存", "云存储" */
  const char *why[3];   /* one sentence */
  const char *todo[3];  /* the permitted route */
} Notice;

enum { LANG_EN, LANG_ZH_HANT, LANG_ZH_HANS, LANGS };
const Notice *ruleset_notice(const Ruleset *ruleset, const char *id);

#endif
