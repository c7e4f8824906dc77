/* decode.h - content transfer encodings (RFC 2045 section 6), both ways.
 *
 * Decoding is as forgiving as the most forgiving mail reader: what a reader could see must be
 * seen. What had to be forgiven is told in flags; lexer.h and tree.h make anomalies of it. */
#ifndef CORDON_DECODE_H
#define CORDON_DECODE_H

#include <glib.h>

#include "text.h"

typedef enum encoding {
  ENCODING_NONE, /* 7bit, 8bit, binary, or no field */
  ENCODING_QP,
  ENCODING_BASE64,
  ENCODING_UU,      /* x-uuencode, uuencode, x-uue, uue */
  ENCODING_UNKNOWN, /* any other token: content is left as it is, and is an anomaly */
} Encoding;

/* Of one token, case ignored, blanks around it ignored. "" is ENCODING_NONE. */
Encoding encoding_from_token(const char *token, size_t len);
const char *encoding_name(Encoding encoding);

typedef enum decode_flags {
  DECODE_JUNK = 1 << 0,       /* bytes outside the alphabet were skipped (line ends are no junk) */
  DECODE_PADDING = 1 << 1,    /* data after '=' (base64): readers differ on what follows */
  DECODE_TRUNCATED = 1 << 2,  /* an incomplete quantum or escape at the end */
  DECODE_ESCAPE = 1 << 3,     /* an illegal '=' escape was kept as text (quoted-printable) */
  DECODE_SOFT_BLANK = 1 << 4, /* '=' blank line-end taken as a soft break */
  DECODE_URLSAFE = 1 << 5,    /* '-' or '_' taken as '+' or '/' */
  DECODE_MULTI = 1 << 6,      /* more than one begin line (uuencode) */
} DecodeFlags;

/* Decodes content. map may be NULL; set for NONE, QP (decoded ─▶ encoded offsets) and left NULL
 * for the block encodings, which cannot be spliced. flags may be NULL. Never fails. NONE returns
 * a reference to the bytes. base64: data after '=' goes on with a new quantum; a reader that stops
 * there sees a prefix of what we see, and DECODE_PADDING says so. Quoted-printable: blanks before a
 * line end are no content (RFC 2045 6.7 rule 3). uuencode: the files of all begin lines, one after
 * the other; without a begin line the bytes as they are, and DECODE_TRUNCATED | DECODE_JUNK. */
GBytes *content_decode(GBytes *encoded, Encoding encoding, TextMap **map, unsigned *flags);

/* Encodes with the given line end ("\r\n" or "\n"): base64 in lines of 76 with a line end after
 * the last, quoted-printable in lines of at most 76 (RFC 2045 6.7; what equals eol stays a line
 * end, any other CR or LF is encoded, and so are blanks before line ends, "From " and a lone "." at
 * line start): decoding gives exactly these bytes again. NONE copies; NULL for UU and UNKNOWN. */
GBytes *content_encode(const unsigned char *data, size_t len, Encoding encoding, const char *eol);

/* For a splice into quoted-printable: encodes text so that it can stand at any place of a QP body
 * that text_map_range yields. It begins with a soft break. It ends with an escape, not with a line
 * end, so that what follows never comes to stand at a line start, where "--x" could be a boundary
 * and "From " a new mail. Nothing gives a lone soft break. */
GBytes *qp_encode_insert(const unsigned char *data, size_t len, const char *eol);

#endif
