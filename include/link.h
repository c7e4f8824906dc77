/* link.h - an address that a reader could follow or would load by itself, and where it stands. */
#ifndef CORDON_LINK_H
#define CORDON_LINK_H

#include <glib.h>

#include "range.h"

typedef enum link_use {
  LINK_FOLLOW,   /* a reader clicks it: href */
  LINK_LOAD,     /* loaded by itself: src, background, srcset, CSS url() */
  LINK_SUBMIT,   /* form action, formaction */
  LINK_REDIRECT, /* meta refresh */
  LINK_BASE,     /* <base href> */
  LINK_TEXT,     /* an address in running text, which readers make a link of */
  LINK_HEADER,   /* in a header field: `element` is its name, `tag` the text in its value that holds
                    it,   `span` its place in that text decoded (field_place.h) */
  LINK_QR,       /* said by a QR code in a picture: a part, without ranges, or a data: address, with
                    its ranges */
} LinkUse;

typedef enum link_flags {
  LINK_HIDDEN = 1 << 0,    /* in a comment, raw text or another place no mark can be shown in */
  LINK_BARE = 1 << 1,      /* text without a scheme */
  LINK_IN_ANCHOR = 1 << 2, /* LINK_TEXT inside an <a href>; `anchor` says which */
  LINK_RELATIVE = 1 << 3,  /* no host of its own; hangs on <base> */
  LINK_ICON = 1 << 4,      /* anchor of nothing but small pictures, in a row of such */
  LINK_OUTLOOK = 1 << 9,   /* LINK_HIDDEN, but Outlook shows it: `mark` is behind its element */
  LINK_UNSEEN = 1 << 5,    /* of HTML that inline styles hide: display:none, size 0 ... */
  LINK_SALTED = 1 << 6,    /* something unseen stands within what is shown of it */
  LINK_ALT = 1 << 8,       /* an anchor whose `text` is what its pictures say */
  LINK_BIDI = 1 << 7,      /* its text is turned round by an override (U+202D, U+202E) */
  LINK_PIECE = 1 << 10,    /* LINK_QR of a picture that is a piece of a code, and not its first */
  LINK_UNREAD = 1 << 11,   /* a picture in a data: address that was not searched for QR codes */
} LinkFlags;

/* All ranges are in the UTF-8 of the part. */
typedef struct link {
  LinkUse use;
  unsigned flags;  /* LinkFlags */
  Range span;      /* the address: attribute value without quotes, the url in a srcset or CSS value,
                      or the text */
  Range attribute; /* whole attribute, name to closing quote; empty for text and raw text */
  Range tag;       /* the start tag; empty for plain text */
  Range label;     /* from after the start tag to before the end tag; anchors only */
  size_t mark;     /* where a mark for it can stand: after the end tag or the text */
  int anchor;      /* index, in the same array, of the link of the enclosing anchor; -1 */
  char *target;    /* the address as a reader would use it: references undone, blanks trimmed,
                      else as written; at most LIMIT_ADDRESS bytes unless the host needs more */
  char *text;      /* visible text of an anchor, blanks folded, cut at 200 bytes; or NULL */
  const char *element;        /* "a", "img"; static or interned; NULL in plain text */
  const char *attribute_name; /* "href"; interned; NULL in text */
} Link;

void link_clear(Link *link); /* frees what it owns; for GArray's clear function */

/* Link.target of an address as written: trimmed, and cut if it is long. NULL if nothing is left.
 * New string. */
char *link_target(const char *text, size_t len);

/* A new array with the clear function set. */
GArray *links_new(void);

/* Takes out those that drop() names. Linear; what says of another one in which anchor it is
 * (Link.anchor) is left as it was. */
void links_drop(GArray *links, gboolean (*drop)(const Link *link, const void *data),
                const void *data);

/* Appends the links of HTML, in document order. TRUE, or FALSE when LIMIT_LINKS or
 * LIMIT_ATTRIBUTES was met. */
gboolean html_links(const unsigned char *utf8, size_t len, GArray *links);

/* Appends the links of plain text in utf8[within], as Outlook, Gmail, Apple Mail and Thunderbird
 * make them: scheme://, www., bare hosts under a public suffix, mailto: and plain addresses,
 * app schemes (whatsapp:, weixin:, tg: …). An address stops before CJK punctuation and before
 * ideographs that cannot be part of its host; full-width dots count as dots. Also used on the text
 * nodes of HTML, there with the offsets of the decoded text. They are in document order; behind
 * them, in order too, come those that are there only for a reader who leaves out NULs and the like:
 * their spans may meet the others'. FALSE when LIMIT_LINKS was met. */
gboolean text_links(const unsigned char *utf8, size_t len, GArray *links);

#endif
