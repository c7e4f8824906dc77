/* rewrite.h - carries a plan out: edits, header changes, marks, placeholders.
 *
 * Works from the inside out: a changed encoded message is rewritten in its own layer, then encoded
 * again in its carrier's encoding. Bytes outside an edit stay as they are. */
#ifndef CORDON_REWRITE_H
#define CORDON_REWRITE_H

#include <glib.h>

#include "letter.h"
#include "policy.h"
#include "reply.h"
#include "tree.h"

/* Fills reply->headers and reply->body; with nothing to do leaves both as they are. A file that is
 * to be disarmed has its new content in `disarmed` (disarm.h; may be NULL), else it is removed.
 * SOFTWARE or DATA when the plan cannot be carried out: the caller holds the letter. */
int rewrite_run(const Letter *letter, const Tree *tree, const GPtrArray *findings, const Plan *plan,
                const GPtrArray *disarmed, const Ruleset *ruleset, Reply *reply, GError **error);

/* The whole message as it leaves: header changes applied to the letter's header, then the body.
 * Added fields go at the end of the header. A reference to letter->raw if nothing changes. */
GBytes *reply_apply(const Letter *letter, const Reply *reply, GError **error);

/* Promise 3: `after` is the plan made of the rewritten bytes. 0 if nothing that the rules act on
 * is left in it; -1 and SOFTWARE with the first thing left otherwise. */
int verify_plan(const GPtrArray *findings_after, const Plan *after, GError **error);

#endif
