/* rtf.h - addresses in Rich Text Format (RTF specification 1.9.1; THREATS L-076): fields such as
 * HYPERLINK and INCLUDEPICTURE, templates, and the words that are shown. */
#ifndef CORDON_RTF_H
#define CORDON_RTF_H

#include <glib.h>

#include "bitset.h"
#include "link.h"
#include "tree.h"

/* What a program reads of it, a character at a time; data of pictures and objects is left out. */
typedef struct rtf_view {
  GString *text;  /* ASCII; any other character is U+FFFD or, from \u, itself */
  GArray *from;   /* guint32: for each byte of text where in the source it is written */
  GArray *to;     /* guint32: and where that ends */
  GArray *places; /* private: where text comes from another destination */
  gboolean page;  /* a page is stored in it */
  gboolean cut;   /* LIMIT_RTF_TEXT, LIMIT_RTF_DEPTH or LIMIT_RTF_PLACES was met */
} RtfView;

/* Is a part Rich Text, by its type or name and its first bytes? Word takes "{\rt" for it. */
gboolean rtf_is(const Part *part, const unsigned char *bytes, size_t len);

/* Linear. Never fails. */
RtfView *rtf_view_new(const unsigned char *bytes, size_t len);
void rtf_view_free(RtfView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtfView, rtf_view_free)

/* The source of a range of the view, from its first character to its last; len > 0. */
Range rtf_view_source(const RtfView *view, Range range);

/* A page as Outlook stores it in Rich Text ([MS-OXRTFEX]): tags stand in groups of their own, its
 * words between, and beside them what only those who show Rich Text read. */
typedef struct rtf_page {
  GString *text; /* UTF-8 */
  GArray *runs;  /* private: where pieces of it begin, in it and in the view */
} RtfPage;

/* NULL if there is none. */
RtfPage *rtf_page_new(const RtfView *view);
void rtf_page_free(RtfPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtfPage, rtf_page_free)

/* The place in the view of a range of the page; FALSE for one that is not of one piece. */
gboolean rtf_page_view(const RtfPage *page, Range range, Range *view);

/* What fields are told to do, and where templates are, as a program reads it: char *, "field …" and
 * "template …", with FIELD_INSIDE (document.h) where another field stands in one. What stands in
 * the midst of one and belongs to it for nobody is left out. */
GPtrArray *rtf_instructions(const unsigned char *bytes, size_t len);

/* The traits of what fields and templates do, however their letters are written and whatever groups
 * they stand in: DDE, EXTERNAL_RELATIONSHIP, REMOTE_TEMPLATE. */
BitSet rtf_instructions_traits(const unsigned char *bytes, size_t len);

/* Appends the links: `span` in the source (groups and escapes may stand inside), `label` in the
 * view, `element` "hyperlink", "include", "template" or "tag" (of a page), or NULL in words. Behind
 * them those that only the source as bare text shows; their label is empty. FALSE when LIMIT_LINKS
 * was met, the view was cut or there is more than LIMIT_TEXT. */
gboolean rtf_links(const unsigned char *bytes, size_t len, GArray *links);

#endif
