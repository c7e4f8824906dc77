/* cue.h - words in the text of a message that say something by themselves, without an address:
 * what looks like a notice of ours, and invitations to go on where no gateway is. */
#ifndef CORDON_CUE_H
#define CORDON_CUE_H

#include <glib.h>

#include "range.h"

/* Their own, apart from those of finding.h: rules name them with `trait` on text.
 * X(identifier, name in rules and events) */
#define CUE_TABLE(X)                                                                               \
  X(IMITATED_NOTICE, "imitated-notice") /* looks like a mark, a top line or a note of Cordon's */  \
  X(PRIVATE_CHANNEL, "private-channel") /* an account of a messenger, or "my private e-mail" */    \
  X(SPELLED_ADDRESS, "spelled-address") /* hxxp://, example (dot) com: to be put together */       \
  X(CALL_BACK, "call-back")             /* a number to call about a charge, an order, a refund */  \
  X(PROMPT_INJECTION, "prompt-injection") /* addresses a program that sums up mail, hidden or not  \
                                           */

typedef enum cue_id {
#define X(id, name) CUE_ID_##id,
  CUE_TABLE(X)
#undef X
      CUES
} CueId;

#define CUE_BIT(id) (1u << CUE_ID_##id)
#define CUE_ANY     ((1u << CUES) - 1)

/* "imitated-notice" for a CueId; the id of a name or -1. */
const char *cue_name(CueId id);
int cue_from_name(const char *name);

/* Of the words that are shown of one. */
#define CUE_WORDS 96

typedef struct cue {
  CueId id;
  Range span;            /* the words; in the UTF-8 of the part */
  char words[CUE_WORDS]; /* their beginning, NUL-ended, blanks folded, whole characters */
} Cue;

/* Appends the cues (Cue) in plain text of the kinds in `wanted` (CUE_BIT), in order of place. A
 * line that begins with '>' is a quotation: what it says is history, and no cue. Of each kind but
 * the first CUES_OF_A_KIND are told, which say it for all. FALSE when LIMIT_CUES was met. Linear.
 */
#define CUES_OF_A_KIND 8
gboolean text_cues(const unsigned char *utf8, size_t len, unsigned wanted, GArray *cues);

#endif
