/* html_emit_allow.h - what the serializer of HTML lets through. Inside rewrite/ only. */
#ifndef CORDON_HTML_EMIT_ALLOW_H
#define CORDON_HTML_EMIT_ALLOW_H

#include "html.h"

typedef enum emit_kind {
  EMIT_INLINE,
  EMIT_BLOCK, /* ends a paragraph */
  EMIT_P,
  EMIT_HEADING,
  EMIT_LIST,
  EMIT_ITEM,
  EMIT_DL,
  EMIT_DD,
  EMIT_A,
  EMIT_PRE,
  EMIT_TABLE,
  EMIT_SECTION,
  EMIT_ROW,
  EMIT_CELL,
} EmitKind;

typedef struct emit_element {
  const char *name;
  EmitKind kind;
  gboolean empty; /* has no content and no end tag */
} EmitElement;

/* NULL if it is not on the list. */
const EmitElement *emit_element(const char *name);

/* An attribute's value as it may be written; `out` (emptied first) holds it if it is not the
 * value itself. NULL if the attribute goes. */
const char *emit_value(const char *element, const HtmlAttribute *attribute, GString *out);

#endif
