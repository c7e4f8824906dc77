/* text_char.h - what a character means to an address in running text. Private to text_links.c. */
#ifndef CORDON_TEXT_CHAR_H
#define CORDON_TEXT_CHAR_H

#include <glib.h>

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

CharClass char_class(gunichar c);

#endif
