/* css.h - what style sheets and style attributes say: addresses, sizes, colours, what acts. */
#ifndef CORDON_CSS_H
#define CORDON_CSS_H

#include <glib.h>

#include "range.h"

/* One address: where it stands (without quotes) and what it says, escapes undone; `url` is valid
 * during the call only. FALSE stops. */
typedef gboolean (*CssFound)(Range span, const char *url, size_t len, gpointer data);

/* Calls `found` for url(), @import, image-set(), src() and AlphaImageLoader(), in order, whatever
 * the property; also inside CSS comments, which readers end at different places. FALSE if `found`
 * stopped it. */
gboolean css_addresses(const unsigned char *css, size_t len, CssFound found, gpointer data);

/* A length at the start of `text` in pixels: "24", "24px"; -1 for others, such as "100%". */
int css_length(const char *text, size_t len);

/* The largest that a style attribute says of one property in pixels, -1 for nothing. Of several
 * values ("12px 24px") the first. */
int css_pixels(const char *style, size_t len, const char *property);

/* 0xRRGGBB, blanks around it left out; -1 for what is not known: variables, rare names. */
int css_colour(const char *text, size_t len);

typedef enum css_act {
  CSS_SCRIPT, /* expression(), behavior, -moz-binding */
  CSS_IMPORT, /* @import */
} CssAct;

/* One word that makes a style sheet act; `word` is where it stands. FALSE stops. */
typedef gboolean (*CssActs)(CssAct act, Range word, gpointer data);

/* Calls `acts` for each word that runs a script or loads another style sheet; without the word it
 * does nothing. Escapes and comments in a word are undone. Not for a behavior of the document
 * itself: url(#default#VML) stands in every mail from Word. FALSE if `acts` stopped it. */
gboolean css_active(const unsigned char *css, size_t len, CssActs acts, gpointer data);

#endif
