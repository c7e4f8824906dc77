/* reply.h - what a worker answers about one letter. The front treats it as untrusted: a worker
 * that a message took over may write anything here. */
#ifndef CORDON_REPLY_H
#define CORDON_REPLY_H

#include <glib.h>

#include "letter.h"

typedef enum verdict {
  VERDICT_DELIVER, /* with the changes below, or with none */
  VERDICT_HOLD,    /* unchanged, into the MTA's quarantine */
  VERDICT_REJECT,
  VERDICT_TEMPFAIL,
} Verdict;

typedef enum header_op {
  HEADER_CHANGE, /* the index-th field of that name (1 is the first) gets a new value */
  HEADER_DELETE,
  HEADER_ADD, /* at the end of the header; index unused */
} HeaderOp;

typedef struct header_change {
  HeaderOp op;
  char *name;
  unsigned index;
  char *value; /* what follows "Name: "; folded with LF + blank; NULL for delete */
} HeaderChange;

typedef struct reply {
  Verdict verdict;
  char *reason;       /* one line for the log, the quarantine and the SMTP reply; may be "" */
  char *classes;      /* of what was changed or held, for X-Cordon: "cloud-storage, messaging" */
  GPtrArray *headers; /* HeaderChange, in order of the header, to be applied from last to first */
  GBytes *body;       /* the new body (all after the empty line), NULL when it did not change */
  char *event;        /* the event without its envelope: a JSON object on one line (event.h) */
  char *views;        /* views.h, where the letter asked for it; "" otherwise */
  gboolean unscanned; /* put off for no other reason than that clamd did not do its work */
  gboolean apart;     /* to a question (Letter.question): not all recipients are seen alike */
} Reply;

Reply *reply_new(void);
void reply_free(Reply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reply, reply_free)

void reply_add_header(Reply *reply, HeaderOp op, const char *name, unsigned index,
                      const char *value);

/* True if the message leaves other than it came. */
gboolean reply_changes(const Reply *reply);

/* As for letters. */
int reply_to_memfd(const Reply *reply, GError **error);

/* What the front takes from a worker: every length within bounds.h, header names of RFC 5322 ftext,
 * values without CR or NUL and with LF only before a blank, no HEADER_ADD or CHANGE but of
 * Content-* and MIME-Version, no HEADER_DELETE but of these, X-Attachment-Id and
 * Authentication-Results, nor either but of what field_place.h lets a worker change or delete,
 * printable reason
 * and classes, an event that is one line of valid UTF-8 that starts with '{' and ends with '}'; no
 * body or header change with a verdict other than deliver. 0, or -1 and DATA on any breach. A
 * worker asks too: what would be refused again and again must be held. */
int reply_check(const Reply *reply, GError **error);

/* The same for what only the letter can tell: a changed From, Sender or Reply-To field names nobody
 * else than before. */
int reply_check_fields(const Reply *reply, const Letter *letter, GError **error);

/* Parses and checks: seals, verdict and op in range, reply_check. DATA on any breach. */
Reply *reply_from_memfd(int fd, GError **error);

const char *verdict_name(Verdict verdict); /* "deliver", "hold", "reject", "tempfail" */

#endif
