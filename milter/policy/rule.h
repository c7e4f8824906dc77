/* rule.h - one rule: what it asks for, and what then happens. */
#ifndef CORDON_POLICY_RULE_H
#define CORDON_POLICY_RULE_H

#include <glib.h>

#include "bitset.h"
#include "exceptions.h"
#include "groups.h"
#include "hostmap.h"
#include "lists.h"
#include "notices.h"
#include "policy.h"
#include "services.h"
#include "types.h"
#include "when.h"
#include "wordset.h"

/* An answer of a predicate. Cannot tell is between: all of a rule's predicates together say the
 * least of what each says. */
enum { MATCH_NO = 0, MATCH_UNSURE = 1, MATCH_YES = 2 };

/* A yes/no option: not given, or given. */
typedef enum ask { ASK_NOTHING = 0, ASK_NO, ASK_YES } Ask;

#define USE_MAIL (1u << (LINK_QR + 1)) /* behind the bits of LinkUse */

typedef struct rule {
  char *name;
  char *label; /* "policy.conf:41 cloud storage" */
  unsigned line;

  /* predicates; NULL, 0 or ASK_NOTHING where not given */
  unsigned on; /* bits by FindingKind */
  WordSet *classes, *services, *lists, *schemes;
  HostMap *hosts;
  unsigned uses; /* bits by LinkUse, and USE_MAIL */
  char **fields; /* patterns of field names, lower case */
  BitSet traits;
  unsigned sender_traits;         /* SENDER_TRAIT() bits */
  unsigned cues;                  /* CUE_BIT() bits */
  unsigned results[AUTH_METHODS]; /* bits of AuthResult */
  WordSet *groups, *extensions;
  guint64 size_over;
  gboolean has_size;
  Ask malware, inner, exception, auth;
  BitSet anomalies;              /* bits by AnomalyKind */
  unsigned directions;           /* bits by place in direction_names */
  WordSet *senders, *recipients; /* patterns (addresses.h) */
  WordSet *recipient_classes;
  GPtrArray *circles; /* const Group *: of the reader or, in what leaves, the sender; or NULL */
  When when;

  /* outcome */
  Action action;
  Tier tier;
  Mode mode;
  gboolean names_mode; /* else it has that of cordon.conf */
  gint64 mode_until;   /* Unix seconds; from then on mode_then; 0: for ever */
  Mode mode_then;
  const char *notice; /* the notices' own; NULL: that of the finding's class or kind, if any */
  char *reason;       /* or NULL */
} Rule;

/* What one finding is judged by. */
typedef struct question {
  const Types *types;
  const Services *services;
  const Exceptions *exceptions;
  const Letter *letter;
  const char *direction;
  const unsigned *results;  /* auth_gather */
  const char *vouched;      /* auth_vouched */
  const char *recipient;    /* NULL if the letter has none */
  const Claimant *claimant; /* question_person for exceptions; NULL: nobody, or there are none */
  const Finding *finding;
  const Hop *at; /* the address of the finding that is asked about; never NULL */
} Question;

/* The one of ours whom it is about: who sent what leaves, else the recipient (or NULL). */
const char *question_person(const Question *question);

/* The exception that covers the address asked about, or NULL: of the reader or, in what leaves, of
 * the sender. */
const Exception *question_exception(const Question *question);

void rule_free(Rule *rule);

/* Does the rule apply? Where a predicate cannot tell: not if it would let pass, else yes. */
gboolean rule_applies(const Rule *rule, const Question *question);

/* The option that keeps it from applying, the first; NULL if it applies. *unsure: it could not be
 * told, and the rule would let pass. */
const char *rule_objection(const Rule *rule, const Question *question, gboolean *unsure);

/* Does the rule ask where an address leads? Else it asks about the link as a whole. */
gboolean rule_asks_address(const Rule *rule);

/* Is it a rule about links for this class as a whole, not for a corner of it? */
gboolean rule_is_for_class(const Rule *rule, const char *class_name);

/* Is it for some mail only: by direction, people, results, date? */
gboolean rule_is_scoped(const Rule *rule);

/* Does the rule say anything at all, or is it noted only (by its mode)? */
gboolean rule_decides(const Rule *rule, const Question *question);

/* Its mode when the letter came. */
Mode rule_mode(const Rule *rule, const Question *question);

/* MATCH_YES: a recipient's mail domain belongs to a service of this class (the services' own);
 * MATCH_NO: to none; MATCH_UNSURE: cannot tell. *class_name only with yes. */
int recipient_class(const Services *services, const char *recipient, const char **class_name);

/* What can be said of a link's host when there is none: a relative one leads nowhere in a mail,
 * but of one that could not be read nobody knows where a reader's program takes it. */
int match_without_url(const Finding *finding);

/* MATCH_ of all that the rule asks of the envelope; the question needs no finding. */
int rule_match_envelope(const Rule *rule, const Question *question);

/* Reads DIR/policy.conf: Rule * in order. Names of classes, groups, lists and notices are checked
 * against what was read before. Never NULL. */
GPtrArray *rules_read(const char *dir, const Services *services, const Types *types,
                      const Lists *lists, const Notices *notices, const Groups *groups,
                      GChecksum *checksum, Problems *problems);

#endif
