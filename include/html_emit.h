/* html_emit.h - HTML that readers could take apart in different ways: known by its tokens, and
 * written anew from an allow-list so that all read the same. */
#ifndef CORDON_HTML_EMIT_H
#define CORDON_HTML_EMIT_H

#include <glib.h>

/* What readers differ about, in a few words (static): tags and comments that nothing ends, a '<' or
 * NUL in a tag, an address twice in one tag, raw text that some read as markup. NULL for all
 * others, however sloppy: stray end tags, missing quotes, conditional comments. `*at`: where. */
const char *html_doubt(const unsigned char *utf8, size_t len, size_t *at);

/* The same page of allow-listed elements, attributes, schemes and CSS properties alone, all quoted,
 * closed and nested as every tree builder would; the text stays. Comments, style sheets, svg, math
 * and what names a charset go. Pieces that are so already stay byte for byte, so html_emit of its
 * result is its result, and html_doubt of it is NULL. Linear. */
GBytes *html_emit(const unsigned char *utf8, size_t len);

#endif
