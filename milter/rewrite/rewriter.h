/* rewriter.h - what the files of this folder share while they carry out one plan.
 *
 *   plan ─▶ html_part / text_part    findings of a part ─▶ edits in its UTF-8, and what to count
 *        ─▶ notes                    top line and end notes into the body parts
 *        ─▶ parts                    edits in UTF-8 ─▶ edits of the part's own bytes
 *        ─▶ placeholder, headers     removed files; fields
 *        ─▶ rewrite                  layers from the inside out; the reply */
#ifndef CORDON_REWRITER_H
#define CORDON_REWRITER_H

#include "card.h"
#include "disarm.h"
#include "edit.h"
#include "marks.h"
#include "text.h"
#include "tree.h"

/* A part and what becomes of it. */
typedef struct work {
  Part *part;
  const Disarmed *disarmed; /* its new content, or NULL; then removed is FALSE */
  GArray *findings;  /* guint: those of this part, in order, but for the next two */
  GArray *fields;    /* guint: links in its header */
  GArray *inner;     /* guint: links inside its file */
  gboolean removed;  /* a placeholder comes in its place */
  gboolean coded;    /* a picture with a QR code that is to go */
  gboolean covered;  /* an ancestor is removed: nothing to do */
  gboolean anew;     /* its HTML is written anew, from an allow-list, when all else is done */
  gboolean acted;    /* a link of it is acted on or flagged */
  Text *text;        /* as inspection saw it; NULL until needed */
  const char *eol;   /* line end of its content; set with text */
  Edits *edits;      /* in text->utf8; set with text */
  Summary *summary;  /* what was done in it */
  gboolean noted;    /* a body part that carries top line and end notes */
} Work;

typedef struct rewriter {
  const Tree *tree;
  const GPtrArray *findings;
  const Plan *plan;
  const Ruleset *ruleset;
  const GPtrArray *disarmed; /* Disarmed *; may be NULL */
  Speech speech;
  GPtrArray *works;  /* Work *, one a part */
  GPtrArray *layers; /* Edits *, one a layer, over its bytes */
  GArray *top;       /* changes to the letter's own header (headers.c) */
} Rewriter;

static inline const Finding *
finding_at(const Rewriter *r, guint i)
{
  return g_ptr_array_index(r->findings, i);
}

static inline const Decision *
decision_at(const Rewriter *r, guint i)
{
  return &g_array_index(r->plan->decisions, Decision, i);
}

static inline Work *
work_at(const Rewriter *r, guint i)
{
  return g_ptr_array_index(r->works, i);
}

/* What any change to a part does. */
Signature part_signature(const Part *part);

/* The link or file does not stay as it is. */
gboolean decision_kills(const Decision *decision);

/* Sets text, eol and edits. */
void work_open(Rewriter *r, Work *work);

/* The mark of a finding: class, host and what happened. */
Mark *mark_new(const Rewriter *r, guint finding, What what);

/* It dies without a mark, and is counted in one small line at the end. */
gboolean decision_is_quiet(const Decision *decision);

/* How many marks of this class and event, this one included, the part has: Mark.again from 2 on.
 * Flags have none: links that stay live get whole marks. */
unsigned mark_again(GHashTable *kinds, const Mark *mark);

/* One mark for one place, class and host. FALSE if `seen` has it. */
gboolean mark_is_new(GHashTable *seen, size_t place, const Mark *mark);

/* A letter or digit stands right before or behind the range. */
gboolean is_glued(const unsigned char *utf8, size_t len, Range range);

/* --- html_part.c, html_active_part.c, text_part.c: edits in UTF-8, counts and notices into
 * work->summary --- */

void html_part_edit(Rewriter *r, Work *work);
void html_active_edit(Rewriter *r, Work *work);

/* Carries work->edits out on the text, writes that anew (html_emit.h), and makes work->edits the
 * one edit that leads there. */
int html_anew(Work *work, GError **error);
void text_part_edit(Rewriter *r, Work *work);

/* Breaks the address in a range of the part's UTF-8 (text_part.c). */
void text_deaden(Work *work, Range span);

/* --- html_deaden.c --- */

/* Breaks the addresses in text data that came from this range of a page's source. */
void html_deaden(const unsigned char *utf8, Range source, Edits *edits);

/* --- copied_part.c: what looks like a notice of ours and came with the message --- */

gboolean decision_labels(const Finding *finding, const Decision *decision);
void copied_edit(Rewriter *r, Work *work);

/* --- card_part.c: the same for calendars and contacts (card.h) --- */

void card_part_edit(Rewriter *r, Work *work);

/* --- card_deaden.c: a line of one --- */

/* FALSE for vCard 2.1, where a fold is a blank too. */
gboolean card_folds(const unsigned char *utf8, size_t len);

/* Once the link is dead the line says nothing, and may go. */
gboolean card_link_is_line(const CardLine *line, const Link *link);

/* Breaks an address in `edits`, which are over line->raw. words stand behind it, or NULL. */
void card_line_deaden(const CardLine *line, const Link *link, const char *words, Edits *edits);

/* Adds the line with its edits to `out`, over the source, if there are any. */
void card_line_write(const CardLine *line, Edits *edits, gboolean folds, const char *eol,
                     Edits *out);

/* --- rtf_part.c: the same for Rich Text (rtf.h) --- */

void rtf_part_edit(Rewriter *r, Work *work);

/* --- fields.c: links of the part's own header, counted too --- */

int fields_edit(Rewriter *r, Work *work, GError **error);
void fields_drop_results(Rewriter *r, const Work *work);

/* A link in a field that no reader shows. */
gboolean fields_is_unseen(const Link *link);

/* --- notes.c --- */

/* Marks the body parts that carry top line and notes (Work.noted), before links are edited. */
void notes_choose(Rewriter *r);
void notes_add(Rewriter *r);

/* --- parts.c --- */

/* Carries work->edits out on the part's own bytes: charset and transfer encoding kept where they
 * can carry the result, else changed with their fields. */
int part_write(Rewriter *r, Work *work, GError **error);

/* Gives a part other content, in base64 as files are. */
void part_write_file(Rewriter *r, const Part *part, const Disarmed *disarmed);

/* Puts other content, already encoded, in the place of a part's body. */
void part_replace_body(Rewriter *r, const Part *part, GBytes *body);

/* "\r\n" or "\n" in this part's layer. */
const char *part_eol(const Rewriter *r, const Part *part);

/* With every line end as given. */
GBytes *lines_with_eol(GBytes *text, const char *eol);

/* --- opaque_part.c --- */

/* Puts the content of S/MIME, as it is after all changes, in the place of the part. DATA if it
 * cannot stand there. */
int opaque_write(Rewriter *r, const Part *carrier, GBytes *entity, GError **error);

/* --- lost_parts.c --- */

/* What removed parts are called in pages: a new set of addresses. */
GHashTable *lost_parts_find(const Rewriter *r);

/* Cuts references to them out of a page. */
void lost_parts_edit(Rewriter *r, Work *work, GHashTable *lost);

/* --- html_charset.c --- */

/* Makes every <meta> that names a charset say utf-8. */
void html_meta_utf8(const unsigned char *utf8, size_t len, Edits *edits);

/* --- placeholder.c --- */

typedef enum placeholder_kind {
  PLACEHOLDER_TEXT,
  PLACEHOLDER_HTML,
  PLACEHOLDER_PICTURE,
} PlaceholderKind;

void placeholder_write(Rewriter *r, const Work *work);

/* The fields of what stands in the place of a file of that name. */
void placeholder_header(Rewriter *r, const Part *part, const char *name, PlaceholderKind kind,
                        Encoding encoding);

/* --- picture_part.c: pictures with QR codes --- */

/* In a page, or by itself in the message; not to be opened. */
gboolean picture_is_shown(const Part *part);

/* A link that a QR code in a picture that is a part by itself says. */
gboolean finding_is_code(const Rewriter *r, guint finding);

void picture_count(Rewriter *r, Work *work);
void picture_write(Rewriter *r, const Work *work);

/* --- headers.c: fields of a part; those of the letter itself go into Rewriter.top --- */

/* Gives the first field of that name this value and deletes the others; adds one if there is
 * none. Folds of the value are LF and a blank. */
void header_set(Rewriter *r, const Part *part, const char *name, const char *value);
void header_delete(Rewriter *r, const Part *part, const char *name);

/* A field's value as it stands in a header, in the form that header_set takes. New string. */
char *header_value_plain(const char *value, size_t len);

/* One field: all its value, as it stood with changes in it, or the field. */
void header_change_field(Rewriter *r, const Part *part, const Field *field, GBytes *value);
void header_delete_field(Rewriter *r, const Part *part, const Field *field);

/* Every Content- field that header_set did not name: those of a part that is no more. */
void header_delete_content(Rewriter *r, const Part *part, const char *const *keep);

/* Content-Type and Content-Transfer-Encoding of a part that became UTF-8. */
void header_set_utf8(Rewriter *r, const Part *part, Encoding encoding);

/* The value of a Content-Type field with another charset and no other byte changed; NULL if it is
 * off its grammar. New string. */
char *content_type_set_charset(const unsigned char *value, size_t len, const char *charset);

/* A field's value without its first parameter of that name; NULL if it has none. New string. */
char *field_without_param(const unsigned char *value, size_t len, const char *name);

/* --- stale_fields.c --- */

/* Of a part whose body changes, and of all around it. */
void stale_fields_drop(Rewriter *r, const Part *part);
void stale_fields_drop_size(Rewriter *r, const Part *part);

/* Once it is known which files are removed. */
void stale_fields_drop_has_attach(Rewriter *r);

/* Moves Rewriter.top into the reply, in order of the header. */
void headers_finish(Rewriter *r, Reply *reply);
GArray *headers_new(void);

#endif
