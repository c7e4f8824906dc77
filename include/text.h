/* text.h - a text part seen as UTF-8, with the way back to the bytes it came from.
 *
 * inspect finds links in UTF-8; rewrite changes the bytes of the part's own charset and transfer
 * encoding. A TextMap leads from an offset in one to the offset in the other. Maps are monotone
 * lists of segments, so a pure ASCII or UTF-8 text costs one segment. */
#ifndef CORDON_TEXT_H
#define CORDON_TEXT_H

#include <glib.h>

#include "range.h"

/* From offsets in the result of a conversion to offsets in its source. */
typedef struct text_map TextMap;

/* A map that says every offset is itself. */
TextMap *text_map_identity(size_t len);
void text_map_free(TextMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TextMap, text_map_free)

/* For makers of maps, who build them from front to back. run: the next n * to_unit bytes of the
 * result are n characters (or bytes) of to_unit bytes, each made of from_unit bytes of the source;
 * a unit is never cut in two. skip: source bytes that yield nothing (a byte order mark, soft line
 * breaks, escape sequences). A run that goes on like the one before costs no memory. */
TextMap *text_map_new(void);
void text_map_run(TextMap *map, unsigned to_unit, unsigned from_unit, size_t n);
void text_map_skip(TextMap *map, size_t from_len);

/* The smallest source range that yields this range of the result. An empty range maps to an empty
 * one at the place where an insertion belongs (after what yields the byte before it; at the start,
 * before what yields the first byte, so behind a byte order mark). O(log segments). */
Range text_map_range(const TextMap *map, Range result);

/* Charsets by the labels of the WHATWG Encoding standard (https://encoding.spec.whatwg.org/
 * #names-and-labels), case and blanks around it ignored: the canonical name in lower case, or NULL
 * for an unknown label. As there, "gb2312" gives "gbk" (decoded as gb18030, its superset),
 * "iso-8859-1" and "us-ascii" "windows-1252", "big5-hkscs" "big5". Added, because mail readers
 * honour them (THREATS M-082): "utf-7", "utf-32le", "utf-32be", "hz-gb-2312", "iso-2022-kr",
 * "euc-tw", the code pages of EBCDIC and some aliases. Taken away: "replacement" and iso-2022-cn*,
 * which would hide what some readers show; they are unknown labels. */
const char *charset_from_label(const char *label, size_t len);

/* The same for <meta>: labels of the standard only, with its rule that utf-16 there means utf-8. */
const char *charset_from_meta_label(const char *label, size_t len);

/* True if ASCII bytes mean ASCII wherever they stand as a whole character and an insertion of
 * ASCII between two characters is safe: all but utf-16*, utf-32*, iso-2022-*, hz, utf-7. FALSE for
 * an unknown name. */
gboolean charset_is_ascii_based(const char *charset);

/* Builds the tables of all charsets: call it once before the jail closes, in the process that
 * forks the workers. Without it each table is built when first needed, which opens a converter of
 * the C library. iconv only ever sees our own list of codes, never bytes of a mail (THREATS M-086).
 * FALSE if a converter is missing: text in that charset would be unreadable. */
gboolean charset_preload(void);

typedef struct text {
  GBytes *utf8;        /* valid UTF-8; what cannot be decoded, and NUL, is U+FFFD; no BOM */
  TextMap *map;        /* from utf8 to the decoded bytes of the part */
  const char *charset; /* canonical name of what it was decoded as; static */
  gboolean replaced;   /* something could not be decoded */
  gboolean guessed;    /* the label was missing or unknown */
} Text;

void text_free(Text *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Text, text_free)

/* Decodes bytes to UTF-8. Order of belief: byte order mark; NULs at every other (UTF-16) or three
 * of four places (UTF-32) of what no label says to be so; the label; the escape sequences of
 * iso-2022-jp or -kr in 7-bit text; valid UTF-8; Chinese that is Big5 or GBK throughout, where no
 * address loses its first letter to a character before it; then windows-1252. `label` may be NULL
 * or unknown; "us-ascii" on text of eight bits is none.
 * For HTML the caller passes the label that charset_from_meta found when the header has none. Never
 * fails on content. The bytes are referenced, not copied, when they are UTF-8 already. Escape
 * sequences of iso-2022 that change nothing yield nothing (browsers show U+FFFD, others do not). */
Text *text_decode(GBytes *bytes, const char *label);

/* "big5" or "gb18030" if the few bytes of a name look like Chinese without a label, else NULL: good
 * enough for what a person is shown, no more. */
const char *text_guess_name(const char *name, size_t len);

/* The label in the first 1,024 bytes' <meta charset> or <meta http-equiv=content-type>, or NULL;
 * the caller frees. WHATWG HTML, "prescan a byte stream". */
char *charset_from_meta(const unsigned char *html, size_t len);

/* UTF-8 to a charset (a label will do), all or nothing: NULL if it cannot carry a character, if the
 * UTF-8 is invalid or the charset unknown. */
GBytes *text_encode(const char *utf8, size_t len, const char *charset);

#endif
