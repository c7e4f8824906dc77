/* exceptions.h - what somebody has approved for somebody, until a date.
 *
 * The record is a file of JSON lines that only ever grows. Each line ends with a hash over the hash
 * of the line before it and its own bytes, so a changed, lost or swapped line shows. A line adds an
 * exception, revokes or ratifies one, or signs a review off; nothing is ever taken back otherwise.
 *
 *   {"v":1,"seq":1,"time":"2026-11-02T01:15:00Z","op":"add","name":"E-0001",…,"hash":"<64 hex>"}
 *
 * A record that cannot be read or does not hold together grants nothing: mail flows as if there
 * were no exceptions, and exceptions_broken says why (REQUIREMENTS E1 to E14). */
#ifndef CORDON_EXCEPTIONS_H
#define CORDON_EXCEPTIONS_H

#include <glib.h>

#include "finding.h"

/* X(member, name in the record, whether every exception must have it) */
#define EXCEPTION_TEXTS(X)                                                                         \
  X(name, "name", TRUE)        /* "E-0001" */                                                      \
  X(user, "user", FALSE)       /* the person who may, by address: lower case; or */                \
  X(mailbox, "mailbox", FALSE) /* one that several share; or */                                    \
  X(group, "group", FALSE)     /* whoever is in it when the message comes */                       \
  X(service, "service", FALSE) /* exactly one of service, class and host */                        \
  X(class_name, "class", FALSE)                                                                    \
  X(host, "host", FALSE)          /* it and all below it */                                        \
  X(sender, "sender", FALSE)      /* only in mail From: "a@b" or "@b", which DMARC vouches for */  \
  X(direction, "direction", TRUE) /* "inbound", "outbound", "internal", "any" */                   \
  X(computers, "computers", TRUE) /* where it is meant to be used */                               \
  X(computer_group, "computer-group", FALSE) /* only while they are in this group, too */          \
  X(reason, "reason", TRUE)                                                                        \
  X(request, "request", FALSE) /* reference code of the message that it was asked for */           \
  X(requester, "requester", TRUE)                                                                  \
  X(approver, "approver", TRUE)                                                                    \
  X(post, "post", TRUE)              /* the approver's */                                          \
  X(approval, "approval", TRUE)      /* reference of the approval: a file, a minute */             \
  X(delegation, "delegation", FALSE) /* by which the approver stands in for a post */              \
  X(behalf, "on-behalf-of", FALSE)   /* ... whose: "Ho, Head of Department" */                     \
  X(second, "second", FALSE)         /* a second approver, for what is wide or needs two */        \
  X(second_post, "second-post", FALSE)                                                             \
  X(second_delegation, "second-delegation", FALSE)                                                 \
  X(second_behalf, "second-on-behalf-of", FALSE)                                                   \
  X(implementer, "implementer", TRUE)                                                              \
  X(signed_text, "signed", FALSE) /* the approval as it was signed (cordon-exceptions(5)) */       \
  X(signature, "signature", FALSE)                                                                 \
  X(second_signature, "second-signature", FALSE)

/* X(member, name): Unix seconds, written as "2026-11-02T01:15:00Z" */
#define EXCEPTION_TIMES(X)                                                                         \
  X(approved, "approved")                                                                          \
  X(start, "start")                                                                                \
  X(end, "end") /* the first second in which it no longer holds */                                 \
  X(review, "review")

/* Those that an approval gives, which may come after the exception. */
#define EXCEPTION_APPROVAL(X)                                                                      \
  X(approver) X(post) X(approval) X(delegation) X(behalf) EXCEPTION_SECOND(X)
#define EXCEPTION_SECOND(X)                                                                        \
  X(second) X(second_post) X(second_delegation) X(second_behalf) X(second_signature)

typedef struct exception {
#define X(member, name, needed) char *member;
  EXCEPTION_TEXTS(X)
#undef X
#define X(member, name) gint64 member;
  EXCEPTION_TIMES(X)
#undef X
  gboolean break_glass;   /* granted in an emergency, at most EXCEPTION_BREAK_GLASS long */
  gboolean two_person;    /* it waits for its second approver, or had to */
  gint64 added, seconded; /* seconded: when the second approver came later; 0: did not */
  gint64
      ratified;   /* 0: not (break-glass only); `end` and the approval are then the ratified ones */
  gint64 revoked; /* 0: not */
  char *revoked_by, *revoked_why;
  int vetted; /* what exceptions_set_vet's answered: 1 yes, -1 no, 0 was not asked */
} Exception;

#define EXCEPTION_BREAK_GLASS (24 * 60 * 60) /* seconds */

typedef enum exception_state {
  EXCEPTION_PENDING, /* it lacks its second approver */
  EXCEPTION_WAITING, /* before its start */
  EXCEPTION_HOLDS,
  EXCEPTION_ENDED,
  EXCEPTION_REVOKED,
} ExceptionState;

ExceptionState exception_state(const Exception *exception, gint64 when);
const char *exception_state_name(ExceptionState state); /* "pending", "waiting", "holds" … */

/* Whom it is for: "clerk@dept.example", "mailbox registry@dept.example", "group designers". New
 * string. */
char *exception_subject(const Exception *exception);

/* The address whose it is; NULL: a group's. */
const char *exception_address(const Exception *exception);

/* What it is for: "service google-drive"; and with whose mail: "service google-drive from
 * @vendor.example". New strings. */
char *exception_target(const Exception *exception);
char *exception_scope(const Exception *exception);

typedef struct exceptions Exceptions;

/* DIR/exceptions.jsonl. New string. */
char *exceptions_path(const char *dir);

/* Opens the record and reads all of it. A file that is not there is a record without exceptions.
 * Never NULL. The descriptor stays open: what is appended later is seen by exceptions_follow, also
 * where no file can be opened any more. */
Exceptions *exceptions_open(const char *path);
void exceptions_free(Exceptions *exceptions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Exceptions, exceptions_free)

/* The descriptor that must stay open for exceptions_follow; -1: none. */
int exceptions_descriptor(const Exceptions *exceptions);

/* Reads what has been appended since. Costs one fstat when nothing has. A record that shrank or
 * whose new lines do not hold together is broken from then on. */
void exceptions_follow(Exceptions *exceptions);

/* Only those hold of which `vet` says so. It is asked once of each, when that would let something
 * pass; NULL: nobody is asked. */
typedef gboolean (*ExceptionVet)(const Exception *exception, const void *data);
void exceptions_set_vet(Exceptions *exceptions, ExceptionVet vet, const void *data);

/* "exceptions.jsonl:12: …", or NULL while the record is sound. */
const char *exceptions_broken(const Exceptions *exceptions);

guint exceptions_count(const Exceptions *exceptions);
const Exception *exceptions_nth(const Exceptions *exceptions, guint n); /* in order of adding */
const Exception *exceptions_named(const Exceptions *exceptions, const char *name); /* or NULL */

/* An earlier one for the same holder, scope and reference of approval that ends before it does:
 * what this one would prolong without a new approval. Or NULL. */
const Exception *exceptions_prolonged(const Exceptions *exceptions, const Exception *exception);

/* The one that this signed text was imported as, or NULL. */
const Exception *exceptions_signed(const Exceptions *exceptions, const char *text);

/* Number of lines, and the hash of the last ("" if there is none): write it down somewhere else,
 * and nobody can shorten the record unseen. */
guint64 exceptions_lines(const Exceptions *exceptions);
const char *exceptions_head(const Exceptions *exceptions);
gboolean exceptions_passed(const Exceptions *exceptions, const char *hash); /* has some line it? */
gint64 exceptions_reviewed(const Exceptions *exceptions); /* last sign-off, or 0 */

/* One of ours as exceptions know them. */
typedef struct claimant {
  char *address;     /* lower case */
  GPtrArray *groups; /* const char *: those of the groups exceptions name that the address is in,
                        sorted; the exceptions' own */
} Claimant;

/* Does any exception, past or future, name this group, as whom it is for or as computers? The name
 * as it is there, or NULL. */
const char *exceptions_group(const Exceptions *exceptions, const char *group);

/* Does any exception, past or future, name the claimant's address? */
gboolean exceptions_concern(const Exceptions *exceptions, const Claimant *claimant);

/* Is it for the claimant, whenever: theirs, or a group's that they are in, and on their computers?
 */
gboolean exception_reaches(const Exception *exception, const Claimant *claimant);

/* What the exceptions of a claimant let them do in this direction at that time, a line each; "" for
 * nobody (NULL) and in a broken record. Claimants of whom it is the same are treated alike. New
 * string. */
char *exceptions_granted(const Exceptions *exceptions, const Claimant *claimant,
                         const char *direction, gint64 when);

/* One that lets the claimant use the address `at` in this direction at that time, or NULL: the one
 * with the narrowest target (host, service, class), of these their own before a group's, then the
 * first. `vouched` is the address in From that DMARC passed, or NULL: exceptions of a sender then
 * do not hold. Nothing is found for nobody (NULL) and in a broken record. Costs a look-up for each
 * label of the host and each group of the claimant's. */
const Exception *exceptions_find(const Exceptions *exceptions, const Claimant *claimant,
                                 const char *direction, const char *vouched, const Hop *at,
                                 gint64 when);

/* Appends one line under a lock, after reading and checking the whole record again; fsynced before
 * it returns. -1 and error (DATA if the record is broken, TEMP if it cannot be written). The file
 * is made, mode 0640, if it is not there. */
int exceptions_add(const char *path, const Exception *exception, GError **error);
int exceptions_revoke(const char *path, const char *name, const char *by, const char *why,
                      GError **error);
int exceptions_second(const char *path, const Exception *seconded, GError **error);
int exceptions_ratify(const char *path, const Exception *ratified, GError **error);
int exceptions_sign_off(const char *path, const char *by, const char *note, GError **error);

/* What is wrong with an exception as somebody would add it, in words, whoever asks: a missing
 * field, times in the wrong order, self-approval. NULL if nothing. New string. */
char *exception_fault(const Exception *exception, gint64 now);

/* A break-glass exception as it is once `by` has given it an approval and an end. A view: its
 * strings are those of the two. */
Exception exception_ratified(const Exception *kept, const Exception *by, gint64 when);

/* One that was pending as it is once `by` has given it its second approver. A view, too. */
Exception exception_seconded(const Exception *kept, const Exception *by, gint64 when);

/* Fills in what a text says in which an exception is asked for, or approved:
 *
 *   cordon exception 1
 *   approval: ITSU/2026/12-3
 *   approved: 2026-11-02
 *   user: clerk@dept.example
 *   …
 *
 * The names are those of the record (EXCEPTION_TEXTS, EXCEPTION_TIMES), but for those that tell who
 * approved it and who entered it. A line that begins with '#' says nothing. NULL, or what is wrong
 * with it: a new string. */
#define EXCEPTION_TEXT_FIRST "cordon exception 1"
char *exception_read_text(Exception *exception, const char *text);

/* Addresses and hosts to lower case, as they are compared. */
void exception_lower(Exception *exception);

void exception_clear(Exception *exception);

/* "2026-11-02T01:15:00Z" and back; no time zone is asked. -1: not such a time. */
char *exception_time(gint64 when);
gint64 exception_time_read(const char *text);

#endif
