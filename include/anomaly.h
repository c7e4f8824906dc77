/* anomaly.h - what is odd about the bytes of a message. Two severities: ambiguous, when two mail
 * readers could see two different messages, and note, when all see the same. */
#ifndef CORDON_ANOMALY_H
#define CORDON_ANOMALY_H

#include <glib.h>

#include "range.h"

/* X(identifier, name in rules and events, ambiguous) */
#define ANOMALY_TABLE(X)                                                                           \
  X(HEADER_SYNTAX, "header-syntax", 1)     /* a line of a header that is no field (M-023) */       \
  X(HEADER_NAME, "header-name", 1)         /* blank, comment or control in a name (M-021) */       \
  X(HEADER_CONTROL, "header-control", 1)   /* NUL or control character (M-020, M-032) */           \
  X(LINE_END, "line-end", 1)               /* bare CR, LF among CRLF, in structure (M-028) */      \
  X(BODY_LINE_END, "body-line-end", 0)     /* the same inside a leaf body */                       \
  X(SEPARATOR, "separator", 1)             /* header and body not apart (M-029, 30, 31) */         \
  X(REPEATED_FIELD, "repeated-field", 1)   /* a structural field twice (M-001 to 003) */           \
  X(FIELD_VALUE, "field-value", 1)         /* a value off its grammar (M-004, 7, 8, 22) */         \
  X(PARAMETER, "parameter", 1)             /* repeated or conflicting parameter (M-005, 9) */      \
  X(PARAMETER_NOTE, "parameter-note", 0)   /* parameter off its grammar, one meaning */            \
  X(BOUNDARY, "boundary", 1)               /* missing, too long, off its grammar (M-013 to 17) */  \
  X(BOUNDARY_REUSED, "boundary-reused", 1) /* of an ancestor, or a prefix that confuses (M-041) */ \
  X(DELIMITER, "delimiter", 1)             /* a near-delimiter line (M-038, 39, 76) */             \
  X(NO_PARTS, "no-parts", 1)               /* a multipart with none (M-043) */                     \
  X(PREAMBLE, "preamble", 1)               /* content before the first delimiter (M-035) */        \
  X(EPILOGUE, "epilogue", 1)               /* content after the last one (M-036) */                \
  X(UNCLOSED, "unclosed", 0)               /* no closing delimiter (M-037) */                      \
  X(ENCODING_TOKEN, "encoding-token", 1)   /* transfer encoding not one known token (M-024) */     \
  X(ENCODED_COMPOSITE, "encoded-composite", 1) /* base64 or QP on a multipart (M-026) */           \
  X(ENCODED_MESSAGE, "encoded-message", 0) /* base64 or QP on message/rfc822; we look inside */    \
  X(ENCODED_DATA, "encoded-data", 1) /* base64 or QP that readers decode differently (M-072 on) */ \
  X(ENCODED_DATA_NOTE, "encoded-data-note", 0) /* odd, yet all readers agree */                    \
  X(UUENCODED, "uuencoded", 1)                 /* a begin line in a text body (M-060) */           \
  X(HIDDEN_MIME, "hidden-mime", 0)             /* a message inside a text body (M-056) */          \
  X(CHARSET, "charset", 0)                     /* unknown or conflicting charset (M-085) */        \
  X(PARTIAL, "partial", 1)                     /* message/partial (M-053) */                       \
  X(EXTERNAL_BODY, "external-body", 1)         /* message/external-body (M-054) */                 \
  X(TYPE, "type", 0)                         /* Content-Type missing or no type/subtype (M-066) */ \
  X(READERS_DISAGREE, "readers-disagree", 1) /* GMime's tree is not the lexer's */                 \
  X(LIMIT, "limit", 1)                       /* a bound of bounds.h was met */

typedef enum anomaly_kind {
#define X(id, name, ambiguous) ANOMALY_##id,
  ANOMALY_TABLE(X)
#undef X
  ANOMALY_KINDS
} AnomalyKind;

typedef struct anomaly {
  AnomalyKind kind;
  unsigned layer; /* whose bytes `at` lies in (tree.h) */
  Range at;
  const char *detail; /* static text: what exactly, for events and explain */
} Anomaly;

const char *anomaly_name(AnomalyKind kind);
gboolean anomaly_is_ambiguous(AnomalyKind kind);

#endif
