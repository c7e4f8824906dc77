/* bidi.h - characters that turn the order of what is shown, and such as are not shown at all. */
#ifndef CORDON_BIDI_H
#define CORDON_BIDI_H

#include <glib.h>

/* Sets LINK_BIDI on the links (Link, of this text, from `first` on) that stand behind an override
 * of their line (U+202D, U+202E), or have one in them. */
void bidi_flag_links(const unsigned char *utf8, size_t len, GArray *links, guint first);

/* An override, or in a text that shows an address any control of direction. */
gboolean bidi_turns(const char *text, gboolean address);

/* The text without controls of direction and what else is not shown: soft hyphens, zero-width and
 * tag characters, variation selectors. New string. */
char *bidi_plain(const char *text);

#endif
