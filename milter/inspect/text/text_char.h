/* text_char.h - running text, character by character, and the places in it where an address may be.
 * Private to text_links.c and what it consists of. */
#ifndef CORDON_TEXT_CHAR_H
#define CORDON_TEXT_CHAR_H

#include <glib.h>

/* ':', '@', '.', U+3002, U+FF0E, U+FF61, two backslashes: every address has one of them */
enum { TRIGGER_COLON, TRIGGER_AT, TRIGGER_DOT, TRIGGER_STOP, TRIGGER_BACKSLASH = 6, TRIGGERS };

typedef struct scan {
  const guchar *s;
  size_t len;
  size_t pos;            /* where the search goes on */
  size_t read;           /* end of the last host looked at: no label reaches back before it */
  size_t taken;          /* end of the last address found */
  size_t defanged;       /* end of an address that is defanged already */
  size_t next[TRIGGERS]; /* where each trigger comes next */
  gboolean started;
  GArray *links;
} Scan;

typedef enum char_class {
  CHAR_END,    /* blanks, controls, quotes, brackets, punctuation of CJK: ends an address */
  CHAR_ASCII,  /* other ASCII that is no part of a host */
  CHAR_PLAIN,  /* letters, digits, '-' and '_' of ASCII, full width too */
  CHAR_DOT,    /* '.' and U+FF0E */
  CHAR_STOP,   /* ideographic full stops: dots between plain characters only */
  CHAR_LETTER, /* other letters, digits and marks */
  CHAR_IDEO,   /* those of scripts without blanks between words */
  CHAR_SYMBOL, /* what else there is */
} CharClass;

typedef struct character {
  gunichar c;
  unsigned n; /* bytes; 0 at the end of the text */
  CharClass class;
} Character;

/* The character at i. What is no UTF-8 ends an address. */
Character scan_char(const Scan *scan, size_t i);

/* The character that ends before i, not before `floor`. */
Character scan_char_before(const Scan *scan, size_t i, size_t floor);

gboolean char_is_word(CharClass class);

/* The byte at i, or -1 at the end. */
int scan_byte(const Scan *scan, size_t i);

/* Does ASCII text stand at i, whatever its case? */
gboolean scan_has(const Scan *scan, size_t i, const char *text);

/* The first place at or after scan->pos that an address may be around: which TRIGGER, and the place
 * of its byte (of U+3002 the second, of the other wide dots the third); or -1. */
int scan_next(Scan *scan, size_t *at);

/* The end of the host of "\\\\server\\share" at `at`, where two backslashes stand, or 0 if it is
 * none (text_unc.c). */
size_t unc_host_end(const Scan *scan, size_t at);

#endif
