/* text_view.h - text as a reader shows it, put together from pieces of a source. */
#ifndef CORDON_TEXT_VIEW_H
#define CORDON_TEXT_VIEW_H

#include "link.h"

typedef struct text_view {
  GString *text;
  GArray *runs; /* of TextRun, in order of place */
} TextView;

/* From byte `at` of the view on, until the next run, bytes come from byte `from` of the source; all
 * of them from `whole` bytes there that stand for them together, unless that is 0. */
typedef struct text_run {
  size_t at, from, whole;
} TextRun;

TextView text_view_new(void);
void text_view_clear(TextView *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TextView, text_view_clear)

void text_view_add(TextView *view, const unsigned char *source, size_t from, size_t len);

/* The run that this byte of the view lies in. */
const TextRun *text_view_run(const TextView *view, size_t at);

/* From the first to the last byte of the source that these of the view come from; len > 0. */
Range text_view_source(const TextView *view, Range range);

/* Whether both lead to the same host, or without one to the same address. */
gboolean link_same_address(const Link *a, const Link *b);

/* Adds to `links` what of `bare` is not there: the same text, read as it stands, for a program that
 * shows it so. Both are in order of place. */
void links_take_bare(GArray *links, GArray *bare);

/* Both add to `links` the addresses that are there only for a reader who leaves something out; the
 * others, those of this very text, stand in it from `first` on. FALSE when LIMIT_LINKS was met. */

/* ... NULs, which are U+FFFD once decoded, soft hyphens and the like, and switches of ISO-2022
 * within an address; or who reads letters in circles, small ones and the like as browsers do, as
 * letters. text_links() does this by itself. */
gboolean text_links_across_nothing(const unsigned char *utf8, size_t len, GArray *links,
                                   guint first);

/* ... the line ends of format=flowed text with DelSp=yes (RFC 3676). */
gboolean text_links_flowed(const unsigned char *utf8, size_t len, GArray *links, guint first);

/* ... the commands of text/enriched and text/richtext (RFC 1896): "<bold>", "<param>" and
 * "<comment>" with what they hold; "<<" is a single one. */
gboolean text_links_enriched(const unsigned char *utf8, size_t len, GArray *links, guint first);

#endif
