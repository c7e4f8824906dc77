/* html_scan.h - what the files of the HTML link finder share. */
#ifndef CORDON_HTML_SCAN_H
#define CORDON_HTML_SCAN_H

#include "../text/text_view.h"
#include "html.h"
#include "html_hidden.h"
#include "html_private.h"
#include "link.h"

/* Link.mark until a place is found where a mark is shown. */
#define MARK_WAITS ((size_t)-1)

typedef struct html_scan HtmlScan;

/* The open <a href>. */
typedef struct html_anchor {
  int link;        /* its index in the links; -1: none is open */
  size_t text_end; /* after the last text or image in it, 0 if none */
  unsigned tables; /* tables that were open when it began */
  gboolean gap;    /* it began between the rows of a table */
  gboolean salted; /* it holds text that is hidden */
  GString *text;   /* what it shows */
  GString *alt;    /* what its images say */
} HtmlAnchor;

/* Where in the document the scan is, as far as it matters for marks. */
typedef struct html_place {
  gboolean head;       /* nothing that is shown has come yet */
  gboolean gap;        /* in a table but in no cell */
  unsigned tables;     /* open ones */
  const char *shelter; /* one that shows its content only in need, or never */
  unsigned shelters;   /* how many of that name are open */
  const char *box;     /* a line of a height of its own, in which a mark would not be seen */
  unsigned box_left;   /* tokens until it counts as left open */
} HtmlPlace;

/* The row of icons that is being read (html_icons.c). */
typedef struct html_icons {
  int anchor;        /* the link being looked at, -1: none */
  unsigned pictures; /* in it */
  gboolean other;    /* it shows something else too, or a picture that is not small */
  gboolean vague;    /* some picture of the row does not say how large it is */
  GArray *row;       /* int: links of the row; NULL until there is one */
} HtmlIcons;

/* Where in the source a piece of a word comes from: from byte `off` of what `span` yields. */
typedef struct html_word_piece {
  Range span;
  size_t off;
  unsigned undo; /* HtmlUndo */
} HtmlWordPiece;

typedef struct html_word_view {
  TextView view; /* its runs are the pieces */
  GArray *spans; /* of HtmlWordPiece, one a run */
} HtmlWordView;

/* The word that is being read, in pieces. */
typedef struct html_word {
  HtmlWordView all;
  HtmlWordView shown; /* without what is hidden; only while `salted` */
  gboolean salted;    /* something hidden stood in the word */
} HtmlWord;

struct html_scan {
  const unsigned char *src;
  HtmlTokenizer *tokenizer;
  GArray *links;
  unsigned first;   /* of them that is of this document */
  unsigned nesting; /* 0: the document itself */
  gboolean hidden;  /* nothing found can bear a mark */
  gboolean no_text; /* addresses in text do not count: it is CSS */
  gboolean full;    /* LIMIT_LINKS was met */
  gboolean cut;     /* LIMIT_ATTRIBUTES was met */
  HtmlPlace place;
  HtmlAnchor anchor;
  HtmlWord word;
  HtmlIcons icons;
  HtmlHidden unseen;
  gboolean in_style; /* the token before is the start tag of a style sheet */
  int waiting;       /* index of the first link that waits for a mark; -1 */
  int base;          /* index of the link of the <base> that counts; -1 */
  size_t raw_start;  /* of the start tag of the last raw text element */
  size_t open_start; /* where what is never closed begins; MARK_WAITS */
};

/* An attribute value (or other text), undone, and where it stands. */
typedef struct html_value {
  const char *text;
  size_t len;
  Range source;   /* all of it */
  GArray *pieces; /* NULL: byte by byte */
} HtmlValue;

static inline Link *
html_scan_link(const HtmlScan *scan, unsigned i)
{
  return &g_array_index(scan->links, Link, i);
}

/* A document: `links` is set, all else 0; each token, HTML_EOF included; its end. FALSE if a limit
 * was met. */
void html_scan_begin(HtmlScan *scan, HtmlTokenizer *tokenizer);
void html_scan_token(HtmlScan *scan, const HtmlToken *token);
gboolean html_scan_end(HtmlScan *scan);

/* Appends a link found in a tag: use, flags, span, target and names are the caller's, the rest is
 * filled in. Nothing happens if the address is empty. */
void html_scan_add(HtmlScan *scan, const HtmlToken *token, const HtmlAttribute *attribute,
                   const Link *link, const char *text, size_t len);

/* Everything that an attribute of the token leads to. Returns TRUE if the first link that it
 * appended is what a click on the element follows. */
gboolean html_scan_attribute(HtmlScan *scan, const HtmlToken *token, const HtmlAttribute *a);

/* Scans source[region] as HTML of its own; what is found is hidden. */
void html_scan_nested(HtmlScan *scan, Range region, gboolean no_text);

/* The same for markup in a value; its links are given the attribute and the tag of the value. */
void html_scan_markup(HtmlScan *scan, const HtmlToken *token, const HtmlAttribute *attribute,
                      const HtmlValue *value);

/* Fills in what a link of text has beside span and target, of which the span is in the source. */
void html_scan_text_link(HtmlScan *scan, unsigned index, gboolean hidden);

/* --- html_anchor.c --- */

/* TRUE if what is put after the current token is shown, and where it is put. */
gboolean html_shows_here(const HtmlScan *scan);

/* The mark of the link just appended: here, or when its anchor or an odd place has ended. */
void html_mark_link(HtmlScan *scan, unsigned index, size_t here);

/* Gives the links that wait this place. */
void html_marks_place(HtmlScan *scan, size_t at);

/* Appends text with runs of blanks (no-break spaces too) as one space, up to 200 bytes. */
void html_fold(GString *out, const char *text, size_t len);

/* Such text in whole characters, without a blank at its end; NULL if there is none. New string. */
char *html_folded(GString *text);

/* The link at `index` is what a click follows; `first` is the first link of the tag. */
void html_anchor_open(HtmlScan *scan, unsigned first, unsigned index, const HtmlToken *token);

/* Ends the anchor's label at `end`. The mark goes to `mark` if things are shown there (`good`), or
 * else after the last text in the anchor, or else it waits. */
void html_anchor_close(HtmlScan *scan, size_t end, size_t mark, gboolean good);

/* Before the tag has its effect: ends what it ends besides its own element. */
void html_anchor_break(HtmlScan *scan, const HtmlToken *token);

/* What a tag or text in it shows. */
void html_anchor_tag(HtmlScan *scan, const HtmlToken *token);
void html_anchor_text(HtmlScan *scan, const HtmlToken *token);

/* --- html_word.c --- */

void html_word_init(HtmlWord *word);
void html_word_clear(HtmlWord *word);

/* With each text, each tag (after HtmlScan.unseen knows of a start tag, before it does of an end
 * tag), and when all is over. */
void html_word_text(HtmlScan *scan, const HtmlToken *token);
void html_word_blank(HtmlScan *scan);
void html_word_tag(HtmlScan *scan, const HtmlToken *token);
void html_word_end(HtmlScan *scan);

/* --- html_outlook.c, html_icons.c, html_place.c --- */

/* Gives the links from `first` on, which are those of this comment, a place for their marks if
 * Outlook shows it. */
void html_outlook_marks(HtmlScan *scan, unsigned first, const HtmlToken *comment);

/* With each token, before it has its effect; html_icons_end when all is over. */
void html_icons_token(HtmlScan *scan, const HtmlToken *token);
void html_icons_end(HtmlScan *scan);

/* A name that lives for ever: the name itself if it is known, else "other". */
const char *html_element_name(const char *name);

/* Keeps html_place up to date, with each token, and before the links of a tag are added. */
void html_place_token(HtmlPlace *place);
void html_place_start(HtmlPlace *place, const HtmlToken *token);
void html_place_end(HtmlPlace *place, const HtmlToken *token);

/* TRUE if the tag begins or ends a cell, row or table. */
gboolean html_is_table_part(const char *name);

#endif
