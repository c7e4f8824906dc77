/* cues.h - what the files that look for cues in text share. Inside inspect/ only. */
#ifndef CORDON_CUES_H
#define CORDON_CUES_H

#include "cue.h"

typedef struct cue_text {
  const char *text; /* UTF-8 */
  size_t len;
} CueText;

/* The very bytes stand there. */
gboolean cue_has(const CueText *text, const char *bytes, size_t at);

/* After the words at `at`, or 0 if they do not stand there. ASCII case does not matter; a blank in
 * `words` (lower case) is any run of them, also none. */
size_t cue_match(const CueText *text, const char *words, size_t at);

/* After blanks and line ends. */
size_t cue_skip(const CueText *text, size_t at);

typedef enum cue_notice {
  CUE_NOTICE_NONE,
  CUE_NOTICE_LABELLED, /* Cordon's own words in front say what it is */
  CUE_NOTICE_BARE,
} CueNotice;

/* TRUE if brackets open there. */
gboolean cue_bracket_at(const CueText *text, size_t at);

/* Whether what stands there looks like a notice of ours; *found if it does. */
CueNotice cue_notice_at(const CueText *text, size_t at, Range *found);

/* How far it was looked for words that give a reason to call a number, so that no byte is looked at
 * twice; `found`: one begins there. All 0 before the first search. */
typedef struct cue_reasons {
  size_t at;
  gboolean found;
} CueReasons;

/* TRUE if another cue stands there. The places asked for only grow. */
gboolean cue_words_at(const CueText *text, size_t at, unsigned wanted, CueReasons *reasons,
                      CueId *id, Range *found);

#endif
