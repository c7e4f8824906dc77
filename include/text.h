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

/* For makers of maps: result offset `to` stands for source offset `from`, and so on byte by byte
 * until the next segment. Both must not fall. Bytes of the source that yield nothing (soft line
 * breaks, escapes) lie between two segments. */
TextMap *text_map_new(void);
void text_map_add(TextMap *map, size_t to, size_t from);
void text_map_end(TextMap *map, size_t to_len, size_t from_len);

/* The smallest source range that yields this range of the result. An empty range maps to an empty
 * one at the place where an insertion belongs (after what yields the byte before it). */
Range text_map_range(const TextMap *map, Range result);

/* Charsets by the labels of the WHATWG Encoding standard (https://encoding.spec.whatwg.org/
 * #names-and-labels): the canonical name in lower case, or NULL for an unknown label.
 * "gb2312" gives "gb18030" (the superset), "iso-8859-1" and "us-ascii" "windows-1252". Declared
 * utf-7 gives "utf-7" although browsers refuse it: mail readers do not (THREATS M-082). */
const char *charset_from_label(const char *label, size_t len);

/* True if ASCII bytes mean ASCII wherever they stand as a whole character and an insertion of
 * ASCII between two characters is safe: all but utf-16*, iso-2022-*, hz, utf-7. */
gboolean charset_is_ascii_based(const char *charset);

typedef struct text {
  GBytes *utf8;        /* valid UTF-8; what cannot be decoded, and NUL, is U+FFFD; no BOM */
  TextMap *map;        /* from utf8 to the decoded bytes of the part */
  const char *charset; /* canonical name of what it was decoded as; static */
  gboolean replaced;   /* something could not be decoded */
  gboolean guessed;    /* the label was missing or unknown */
} Text;

void text_free(Text *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Text, text_free)

/* Decodes bytes to UTF-8. Order of belief: byte order mark, the label, then valid UTF-8, then (if
 * it looks like it: ESC $ ) iso-2022-jp, then windows-1252. `label` may be NULL or unknown. For
 * HTML the caller passes the label that charset_from_meta found when the header has none. Never
 * fails on content. The bytes are referenced, not copied, when they are UTF-8 already. */
Text *text_decode(GBytes *bytes, const char *label);

/* The label in the first 1,024 bytes' <meta charset> or <meta http-equiv=content-type>, or NULL;
 * the caller frees. WHATWG HTML, "prescan a byte stream". */
char *charset_from_meta(const unsigned char *html, size_t len);

/* UTF-8 to a charset, all or nothing: NULL if it cannot carry a character. */
GBytes *text_encode(const char *utf8, size_t len, const char *charset);

#endif
