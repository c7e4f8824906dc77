/* text_domain.h - hosts in running text. Private to text_links.c. */
#ifndef CORDON_TEXT_DOMAIN_H
#define CORDON_TEXT_DOMAIN_H

#include "text_char.h"

typedef struct host {
  size_t start, end;
  size_t last;     /* where the last label begins */
  unsigned labels; /* non-empty ones */
} Host;

/* Are these bytes a top level domain? */
gboolean text_is_tld(const Scan *scan, size_t from, size_t to);

/* Reads a host from `start` on. A bare one holds no symbols and escapes, and begins anew after an
 * ideograph within a label ("完成.請到drive.google.com"). A trailing dot is left out. Ends before
 * text in another script that follows a top level domain directly. */
Host host_read(const Scan *scan, size_t start, gboolean bare);

/* End of the top level domain that the last label, in a script without blanks, begins with, or 0:
 * "例子.香港請看". */
size_t host_ideo_end(const Scan *scan, const Host *host);

/* Where the label before the dot at `dot` begins. It does not reach back from a letter into a
 * script without blanks. */
size_t host_label_start(const Scan *scan, size_t dot);

/* Can a host, or what else stands behind an "@" of an address, begin here? "https://wa.me@ " has
 * nothing there. */
gboolean host_may_begin(const Scan *scan, size_t i);

/* Would a reader take these labels, which have no scheme, for a host? May shorten it. */
gboolean host_is_known(const Scan *scan, Host *host, gboolean mail);

#endif
