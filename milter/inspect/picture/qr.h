/* qr.h - QR codes in pictures: what they say, and where that leads. Inside inspect/ only. */
#ifndef CORDON_QR_H
#define CORDON_QR_H

#include <glib.h>

#include "document.h"
#include "picture.h"

/* Appends what the QR codes of a picture say (char *, UTF-8), each once: dark on light or light on
 * dark, grey or coloured. pixels: of a message, those that were looked at so far; what is searched
 * is added. FALSE where not all was: there is more than LIMIT_PICTURES, or LIMIT_QR_CROSSINGS. */
gboolean qr_read(const Picture *picture, guint64 *pixels, GPtrArray *texts);

/* Version 1 has 21 modules: what is less wide or high holds no code. */
#define QR_LEAST 21

/* Where a code could be, within a picture. */
typedef struct qr_place {
  unsigned x, y, width, height; /* pixels, with a quiet zone */
  double module;                /* pixels that a module is wide */
  gboolean dark;                /* on light, or light on dark */
  gboolean cut;                 /* the quiet zone reaches beyond the picture */
} QrPlace;

/* The same, each with its place; a code that shows in several ways is told several times. */
typedef void QrSaid(const char *text, const QrPlace *place, void *data);
gboolean qr_each(const Picture *picture, guint64 *pixels, QrSaid *said, void *data);

/* Pixels a module in what is searched, about. */
#define QR_MODULE 4

/* How many pixels what could be modules that do not touch are apart: in most pictures nothing is
 * so. */
#define DOT_PITCHES 6
typedef struct dot_pitches {
  unsigned count;
  unsigned pitch[DOT_PITCHES];
  gboolean all; /* there are no more */
} DotPitches;

/* qr_finder.c: QrPlaces of a picture, in an array that the caller frees. Far cheaper than a search;
 * most pictures have none. dots: NULL if they are not asked for. */
GArray *qr_places(const Picture *picture, PictureView view, DotPitches *dots);

/* How often, in every few rows of a grey picture, a row and a column meet that could both lead
 * through a corner mark. The time of a search grows with the square of that. */
unsigned qr_crossings(const Picture *picture);

/* --- qr_dots.c --- */

/* No larger code is in what is searched: its 21 modules lie in a square, of LIMIT_PICTURE_SEARCHED
 * pixels at the most. */
#define DOT_PITCH_MOST 150

/* Rows near each other that agree on how far apart their dots are. */
typedef struct dot_run {
  unsigned count, sum; /* of rows, and of what they agree on */
  unsigned last;       /* row */
  unsigned most, mean; /* in the longest run so far */
} DotRun;

/* Of each distance: begins as {most}. */
typedef struct dot_rows {
  unsigned most; /* pixels, DOT_PITCH_MOST or less; what is farther apart is left out */
  DotRun exactly[DOT_PITCH_MOST + 1], about[DOT_PITCH_MOST + 1];
} DotRows;

/* Notes row y, of which each part begins at one of `count` edges. Rows come from the top, each
 * once. */
void dots_note(DotRows *rows, const unsigned *edges, unsigned count, unsigned y);

/* What enough rows agree on, most of them first. Takes it off `rows`. */
void dots_pitches(DotRows *rows, DotPitches *dots);

/* The picture in grey, with dots that are so far apart run together; made smaller, each *by pixels
 * being one: at least so many, so that it and what is searched of it take no more memory than other
 * searches do. */
#define DOTS_LEAST_BY 2
Picture *dots_joined(const Picture *picture, PictureView view, unsigned pitch, unsigned *by);

/* --- qr_links.c --- */

/* What has been searched of a message so far: begins as {0}. */
struct qr_search {
  guint64 pixels;
  GHashTable *seen; /* digests or prints of pictures ─▶ what they say (qr_links.c) */
  size_t kept;      /* bytes of pictures that are kept to know them again, of LIMIT_PICTURES_KEPT */
};

void qr_search_clear(QrSearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QrSearch, qr_search_clear)

/* Searches a file that may be a picture and appends a Link (LINK_QR) for each address in its codes.
 * digest: its SHA-256, or NULL. FALSE for a picture that was not searched: broken, of a kind that
 * is not read, or beyond LIMIT_PICTURE or LIMIT_PICTURES. */
gboolean qr_links(QrSearch *search, const unsigned char *bytes, size_t len, const char *type,
                  const char *digest, GArray *links);

/* Appends the addresses in what one code says. */
void qr_text_links(const char *text, GArray *links);

/* The same for the pictures in data: addresses among the links of HTML: what is found has their
 * place. Those of which not all was searched become LINK_UNREAD. */
void qr_data_links(QrSearch *search, const unsigned char *utf8, GArray *links);

/* qr_art.c: the same for codes that are drawn by characters of a text, or of HTML: what is found
 * has their place. FALSE if LIMIT_PICTURES was met. */
gboolean qr_art_links(QrSearch *search, const unsigned char *utf8, size_t len, gboolean html,
                      GArray *links);

#endif
