/* qr.h - QR codes in pictures: what they say, and where that leads. Inside inspect/ only. */
#ifndef CORDON_QR_H
#define CORDON_QR_H

#include <glib.h>

#include "picture.h"

/* Appends what the QR codes of a picture say (char *, UTF-8), each once: dark on light or light on
 * dark, grey or coloured. */
void qr_read(const Picture *picture, GPtrArray *texts);

enum { QR_DARK = 1, QR_LIGHT = 2 };

/* qr_finder.c: whether a grey plane has what looks like the corner marks of a QR code: QR_DARK, on
 * a light ground, or QR_LIGHT, or both. Far cheaper than a search; most pictures have none. */
unsigned qr_finders(const unsigned char *grey, unsigned width, unsigned height);

/* --- qr_links.c --- */

/* What has been searched of a message so far. */
typedef struct qr_search {
  guint64 pixels;
} QrSearch;

/* Searches a file that may be a picture and appends a Link (LINK_QR) for each address in its codes.
 * FALSE for a picture that was not searched: broken, of a kind that is not read, or beyond
 * LIMIT_PICTURE or LIMIT_PICTURES. */
gboolean qr_links(QrSearch *search, const unsigned char *bytes, size_t len, const char *type,
                  GArray *links);

/* Appends the addresses in what one code says. */
void qr_text_links(const char *text, GArray *links);

/* The same for the pictures in data: addresses among the links of HTML: what is found has their
 * place. */
gboolean qr_data_links(QrSearch *search, const unsigned char *utf8, GArray *links);

#endif
