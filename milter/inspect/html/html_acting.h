/* html_acting.h - what one tag does by itself, told from the tag alone. Inside inspect/ only. */
#ifndef CORDON_HTML_ACTING_H
#define CORDON_HTML_ACTING_H

#include "html.h"

/* What to do about a tag. */
typedef enum acting {
  ACTING_NOT,
  ACTING_TAG,     /* the tag goes */
  ACTING_RAW,     /* it and its raw text and end tag go */
  ACTING_ELEMENT, /* it goes with its content, if that is well nested; else the tag alone */
  ACTING_CONTROL, /* is disabled, if there is a form */
} Acting;

/* `*trait` (TraitId) and `*visible` are set unless ACTING_NOT. */
Acting html_acting_tag(const HtmlToken *token, int *trait, gboolean *visible);

/* The trait (TraitId) of an attribute that acts, or -1. */
int html_acting_attribute(const HtmlToken *token, const HtmlAttribute *attribute);

/* letters and digits of an attribute's name, at most 15, NUL-ended. */
void html_plain_name(const char *name, char plain[16]);

/* A name that lives for ever: that of an element that acts, or "other". */
const char *html_acting_name(const char *name);

#endif
