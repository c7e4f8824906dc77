/* html_cues.h - the cues in what a page shows, token by token. Inside inspect/ only. */
#ifndef CORDON_HTML_CUES_H
#define CORDON_HTML_CUES_H

#include "cue.h"
#include "html.h"

/* A run of text in a block: from byte `to` of it on. */
typedef struct html_cue_piece {
  size_t to;
  Range source;
  unsigned undo; /* HtmlUndo; 0: byte by byte */
} HtmlCuePiece;

typedef struct html_cues {
  GArray *cues; /* Cue */
  const HtmlTokenizer *tokenizer;
  GString *block; /* what it shows so far */
  GArray *pieces; /* HtmlCuePiece */
  guint mapped;   /* the piece that `map` is of, counted from 1; 0: of none */
  GArray *map;    /* HtmlPiece: where what its references were undone to comes from */
  GString *unseen;
  guint seen[CUES]; /* of each kind */
  unsigned quotes;  /* open blockquotes that look like one */
  gboolean styled;  /* a style sheet may have made them look otherwise */
  gboolean full;
} HtmlCues;

/* A document: `cues` is set, all else 0; each token, HTML_EOF included, `hidden` if inline styles
 * hide what is here; its end. FALSE if LIMIT_CUES was met. */
void html_cues_begin(HtmlCues *cues, const HtmlTokenizer *tokenizer);
void html_cues_token(HtmlCues *cues, const HtmlToken *token, gboolean hidden);
gboolean html_cues_end(HtmlCues *cues);

#endif
