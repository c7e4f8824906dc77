/* word_fields.h - fields of Word (ECMA-376 part 1, 17.16), put together from the marks, codes and
 * words of a part as they come. Inside inspect/document/ only. */
#ifndef CORDON_WORD_FIELDS_H
#define CORDON_WORD_FIELDS_H

#include <glib.h>

#include "bounds.h"
#include "xml_scan.h"

typedef struct word_field {
  GString *code, *text; /* FIELD_INSIDE in the code where a field stands in it */
  gboolean separated;   /* its code is over, its text comes */
} WordField;

typedef struct word_fields {
  WordField open[LIMIT_FIELD_DEPTH];
  unsigned depth; /* fields that are open, those beyond LIMIT_FIELD_DEPTH too */
  gboolean cut;   /* deeper, longer, or in more than one way: there may be more in them */
} WordFields;

/* A w:fldChar. TRUE where a field ends by it: *ended, for word_field_clear. */
gboolean word_fields_mark(WordFields *fields, const XmlItem *item, WordField *ended);

/* The innermost field ends; FALSE if none is open, or it was too deep to be told apart. */
gboolean word_fields_end(WordFields *fields, WordField *ended);

/* Text of a w:instrText: of the innermost one. */
void word_fields_code(WordFields *fields, const char *text);

/* Text of a w:t: of all of them, as code or as what is shown. */
void word_fields_words(WordFields *fields, const char *text);

void word_field_clear(WordField *field);

/* Appends text up to where nobody reads on. FALSE if some of it was left out. */
gboolean words_append(GString *to, const char *text);

#endif
