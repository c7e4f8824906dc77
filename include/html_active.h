/* html_active.h - what in HTML acts by itself or is filled in: scripts, handlers, embedded objects
 * and frames, forms, style sheets from elsewhere. A body has no need of any of it. */
#ifndef CORDON_HTML_ACTIVE_H
#define CORDON_HTML_ACTIVE_H

#include <glib.h>

#include "bitset.h"
#include "edit.h"
#include "range.h"

/* X(identifier, name in rules and events) */
#define MARKUP_TRAIT_TABLE(X)                                                                      \
  X(SCRIPT, "script")                 /* script elements, of SVG too; <?import */                  \
  X(HANDLER, "handler")               /* onload="…" and its kin */                               \
  X(EMBEDDED, "embedded")             /* object, embed, applet, iframe, frame, portal, srcdoc */   \
  X(FORM, "form")                     /* where a form sends to, and the controls of one */         \
  X(EXTERNAL_STYLE, "external-style") /* <link rel=stylesheet>, @import */                         \
  X(PREFETCH, "prefetch")             /* <link rel=prefetch, preload, dns-prefetch …> */         \
  X(PAGE_CONTROL, "page-control")     /* <meta http-equiv=refresh, set-cookie, link> */            \
  X(ANIMATION, "animation")           /* SMIL that sets an address or a handler */                 \
  X(STYLE_SCRIPT, "style-script")     /* expression(), behavior, -moz-binding */                   \
  X(AMBIGUOUS, "ambiguous")           /* readers take it apart differently: html_emit.h */

/* One thing that acts. Ranges are in the source. */
typedef struct active {
  int trait;           /* TraitId (finding.h) */
  Range cut;           /* what has to go; empty: `with` is put there */
  const char *with;    /* what comes in its place; static */
  Range tag;           /* the tag it is in; empty for style sheets and comments */
  gboolean visible;    /* a reader misses it: a mark may stand at `mark` */
  Range address;       /* of a style sheet, as it is written; empty if none was read */
  size_t mark;         /* where text is shown, at or after the cut */
  const char *element; /* static: "script", or "other" */
  char attribute[16];  /* "onload", or "" */
} Active;

/* Appends what acts (Active), in order of place but that what a comment, raw text or attribute
 * value holds stands where that does. Each reading that some reader has is looked at: comments
 * (conditional ones are run by Outlook), raw text, and markup in attribute values. What is not seen
 * or does no harm is left out: `behavior:url(#default#VML)`, the smart tags of Word, a control
 * without a form. FALSE when LIMIT_ACTIVE or LIMIT_ATTRIBUTES was met. */
gboolean html_active(const unsigned char *utf8, size_t len, GArray *found);

/* HTML_SCRIPT and FORM: what of it acts, or is filled in, in a page that is opened by itself. */
BitSet html_active_traits(const GArray *found);

/* Appends the edit that takes it away. Edits of several lie apart or within each other. */
void html_active_cut(const unsigned char *utf8, size_t len, const Active *active, Edits *edits);

/* The bytes without all that acts; the same GBytes if nothing does. NULL with DATA if a limit was
 * met, if something acts still when it is gone (markup can be built to close up behind a cut), or
 * if what acts in one reading overlaps with what acts in another.
 */
GBytes *html_disarm(GBytes *utf8, GError **error);

#endif
