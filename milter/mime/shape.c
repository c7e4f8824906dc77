/* shape.c - what an entity is, by its structural fields, and where those have two meanings.
 *
 * The question asked of every deviation is whether it can change the structure for some reader.
 * In a plain text part a crooked parameter is a note; in anything that is, or to some reader could
 * be, a multipart or a message, the same is ambiguous. */
#include <string.h>

#include "field.h"
#include "lexing.h"

typedef struct facts {
  const Field *type;
  const Field *encoding;
  const Field *disposition;
} Facts;

static const char *
bytes_at(const Lexer *lx, Range r)
{
  return (const char *)lx->bytes + r.off;
}

/* Case is ignored; `want` is lower case. */
static gboolean
contains(const Lexer *lx, Range r, const char *want)
{
  g_autofree char *text = g_ascii_strdown(bytes_at(lx, r), (gssize)r.len);

  return memmem(text, r.len, want, strlen(want)) != NULL;
}

static gboolean
same_value(const Lexer *lx, const Field *a, const Field *b)
{
  g_autofree char *x = g_strndup(bytes_at(lx, a->value), a->value.len);
  g_autofree char *y = g_strndup(bytes_at(lx, b->value), b->value.len);

  return g_ascii_strcasecmp(g_strstrip(x), g_strstrip(y)) == 0;
}

/* The last one is kept, as GMime does; two that say the same are one. */
static void
keep(Lexer *lx, const Field **slot, const Field *field)
{
  if (*slot != NULL && !same_value(lx, *slot, field))
    lexer_note(lx, ANOMALY_REPEATED_FIELD, field->whole, "a structural field twice");
  *slot = field;
}

static void
check_controls(Lexer *lx, const Field *field)
{
  for (size_t i = 0; i < field->value.len; i++) {
    unsigned char c = lx->bytes[field->value.off + i];

    if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f) {
      lexer_note(lx, ANOMALY_HEADER_CONTROL, field->whole, "control in a structural field");
      return;
    }
  }
}

static void
collect(Lexer *lx, const Entity *entity, Facts *facts)
{
  for (guint i = 0; i < entity->nfields; i++) {
    const Field *field = &g_array_index(lx->out->fields, Field, entity->fields + i);
    const Field **slot = NULL;
    const char *name = bytes_at(lx, field->name);

    if (field->name.len == 12 && g_ascii_strncasecmp(name, "content-type", 12) == 0)
      slot = &facts->type;
    else if (field->name.len == 25 &&
             g_ascii_strncasecmp(name, "content-transfer-encoding", 25) == 0)
      slot = &facts->encoding;
    else if (field->name.len == 19 && g_ascii_strncasecmp(name, "content-disposition", 19) == 0)
      slot = &facts->disposition;
    else
      continue;
    keep(lx, slot, field);
    check_controls(lx, field);
  }
}

/* Tokens that are no encoding, yet all readers leave the content as it is. */
static gboolean
is_plain_token(const char *token)
{
  static const char *const plain[] = {
      "7-bit",    "8-bit", "7bits",      "8bits", "8 bit", "7 bit", "none",  "utf-8",
      "us-ascii", "ascii", "iso-8859-1", "text",  "plain", "8bit;", "7bit;",
  };

  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
    if (strcmp(token, plain[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
judge_encoding(Lexer *lx, const Field *field, Entity *entity, Shape *shape)
{
  if (field == NULL)
    return;

  g_autoptr(Structured) parsed = structured_parse(lx->bytes + field->value.off, field->value.len);
  unsigned bad = parsed->flags & (FIELD_JUNK | FIELD_COMMENT | FIELD_UNCLOSED | FIELD_8BIT);

  entity->encoding = encoding_from_token(parsed->token, strlen(parsed->token));
  if (entity->encoding == ENCODING_UNKNOWN && is_plain_token(parsed->token))
    entity->encoding = ENCODING_NONE;
  else if (entity->encoding == ENCODING_UNKNOWN)
    lexer_note(lx, ANOMALY_ENCODING_TOKEN, field->whole, "unknown transfer encoding");
  else if (bad != 0 || parsed->params->len > 0)
    lexer_note(lx, ANOMALY_ENCODING_TOKEN, field->whole, "more than a transfer encoding's token");
  shape->encoded = entity->encoding != ENCODING_NONE && entity->encoding != ENCODING_UNKNOWN;
}

static gboolean
is_boundary_param(const Param *param)
{
  return strcmp(param->name, "boundary") == 0 || g_str_has_prefix(param->name, "boundary*");
}

/* How often a naive reader finds `boundary=` in the value. */
static unsigned
count_boundaries(const Lexer *lx, Range value)
{
  g_autofree char *text = g_ascii_strdown(bytes_at(lx, value), (gssize)value.len);
  const char *end = text + value.len;
  unsigned count = 0;

  for (const char *p = text; p < end; p++) {
    p = memmem(p, (size_t)(end - p), "boundary", 8);
    if (p == NULL)
      break;
    p += 7;

    const char *q = p + 1;

    while (q < end && g_ascii_isspace(*q))
      q++;
    if (q < end && strchr("=*(", *q) != NULL)
      count++;
  }
  return count;
}

/* What a boundary's own value has that readers take differently, or NULL. */
static const char *
boundary_fault(const Param *param)
{
  size_t len = strlen(param->value);

  if (strchr(param->name, '*') != NULL)
    return "boundary by RFC 2231";
  if (param->flags & (FIELD_UNCLOSED | FIELD_JUNK | FIELD_ESCAPED | FIELD_FOLDED))
    return "boundary with crooked quotes";
  if (param->flags & (FIELD_BLANK | FIELD_DIVIDER | FIELD_COMMENT))
    return "boundary with an unquoted blank, comma or comment";
  if (param->flags & (FIELD_CONTROL | FIELD_8BIT))
    return "boundary with control or 8-bit characters";
  if (param->flags & (FIELD_NAME | FIELD_UNSEPARATED))
    return "boundary not clearly a parameter";
  if (len == 0)
    return "empty boundary";
  if (len > LIMIT_BOUNDARY)
    return "boundary too long";
  if (strstr(param->value, "=?") != NULL && strstr(param->value, "?=") != NULL)
    return "boundary with an encoded-word";
  if (param->value[0] == ' ' || param->value[len - 1] == ' ' || strchr(param->value, '\t'))
    return "boundary begins or ends with a blank";
  if (param->value[0] == '\'')
    return "boundary in single quotes";
  return NULL;
}

/* RFC 2231 in a boundary is undone only as far as GMime needs to agree; it is held anyway. */
static const Param *
find_boundary(Lexer *lx, const Structured *parsed, Range at)
{
  const Param *found = NULL;

  for (guint i = 0; i < parsed->params->len; i++) {
    const Param *param = g_ptr_array_index(parsed->params, i);

    if (!is_boundary_param(param))
      continue;
    if (found != NULL && strcmp(found->value, param->value) != 0)
      lexer_note(lx, ANOMALY_PARAMETER, at, "more than one boundary");
    if (found == NULL)
      found = param;
  }
  return found;
}

/* Parameters before the boundary that make some parsers give up, and quotes that hide one. */
static void
check_other_params(Lexer *lx, const Structured *parsed, const Field *field)
{
  const unsigned wrong = FIELD_NAME | FIELD_UNCLOSED | FIELD_CONTROL | FIELD_UNSEPARATED;
  gboolean before = TRUE;

  for (guint i = 0; i < parsed->params->len; i++) {
    const Param *param = g_ptr_array_index(parsed->params, i);

    if (is_boundary_param(param))
      before = FALSE;
    else if (param->flags & FIELD_NO_VALUE)
      lexer_note(lx, ANOMALY_PARAMETER, field->whole, "a parameter without a value");
    else if (before && (param->flags & (wrong | FIELD_8BIT)) != 0)
      lexer_note(lx, ANOMALY_PARAMETER, field->whole, "a crooked parameter before the boundary");
    else if ((param->flags & wrong) != 0)
      lexer_note(lx, ANOMALY_PARAMETER_NOTE, field->whole, "a crooked parameter");
  }
  if (count_boundaries(lx, field->value) > 1)
    lexer_note(lx, ANOMALY_PARAMETER, field->whole, "more than one boundary to a naive reader");
}

static void
judge_multipart(Lexer *lx, const Field *field, const Structured *parsed, Entity *entity,
                Shape *shape)
{
  const Param *param = find_boundary(lx, parsed, field->whole);
  const char *fault = param != NULL ? boundary_fault(param) : "no boundary";

  shape->kind = SHAPE_MULTIPART;
  shape->digest = strcmp(parsed->token, "multipart/digest") == 0;
  entity->multipart = TRUE;
  if (fault != NULL)
    lexer_note(lx, ANOMALY_BOUNDARY, field->whole, fault);
  else if (param->flags & FIELD_SPACED)
    lexer_note(lx, ANOMALY_BOUNDARY, field->whole, "blanks around the '=' of a boundary");
  if (param != NULL && param->value[0] != '\0' && strlen(param->value) <= LIMIT_BOUNDARY)
    shape->boundary = g_strdup(param->value);
  check_other_params(lx, parsed, field);
  if (parsed->flags & FIELD_COMMENT)
    lexer_note(lx, ANOMALY_FIELD_VALUE, field->whole, "a comment in a multipart's type");
  if (entity->encoding != ENCODING_NONE)
    lexer_note(lx, ANOMALY_ENCODED_COMPOSITE, field->whole, "a transfer encoding on a multipart");
}

static gboolean
is_message_type(const char *type)
{
  return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0 ||
         strcmp(type, "message/news") == 0;
}

static void
judge_message(Lexer *lx, Range at, Entity *entity, Shape *shape)
{
  shape->inner = shape->encoded;
  if (shape->encoded) {
    lexer_note(lx, ANOMALY_ENCODED_MESSAGE, at, "a transfer encoding on a message");
    return;
  }
  shape->kind = SHAPE_MESSAGE;
  entity->message = TRUE;
}

static void
check_leaf_params(Lexer *lx, const Structured *parsed, const Field *field, Shape *shape)
{
  const unsigned odd = FIELD_NAME | FIELD_UNCLOSED | FIELD_JUNK | FIELD_UNSEPARATED |
                       FIELD_DIVIDER | FIELD_CONTROL | FIELD_NO_VALUE;

  for (guint i = 0; i < parsed->params->len; i++) {
    const Param *param = g_ptr_array_index(parsed->params, i);

    if (is_boundary_param(param) && param->value[0] != '\0' && shape->alien == NULL)
      shape->alien = g_strdup(param->value);
    else if ((param->flags & odd) != 0)
      lexer_note(lx, ANOMALY_PARAMETER_NOTE, field->whole, "a crooked parameter");
  }
}

/* A type that is none, or has more behind it. What it could be to someone decides. */
static void
judge_bad_type(Lexer *lx, const Field *field, const char *token)
{
  Range at = field->value;

  if (contains(lx, at, "multipart") || contains(lx, at, "boundary") ||
      contains(lx, at, "message/") || strstr(token, "=?") != NULL ||
      (contains(lx, at, "text/") && !g_str_has_prefix(token, "text/")))
    lexer_note(lx, ANOMALY_FIELD_VALUE, field->whole, "perhaps a multipart, message or text");
  else
    lexer_note(lx, ANOMALY_TYPE, field->whole, "no clean type/subtype");
}

static void
judge_type(Lexer *lx, const Field *field, Entity *entity, Shape *shape)
{
  g_autoptr(Structured) parsed = structured_parse(lx->bytes + field->value.off, field->value.len);
  const char *type = parsed->token;

  shape->text = g_str_has_prefix(type, "text/") || !token_is_media_type(type);
  shape->header =
      strcmp(type, "text/rfc822-headers") == 0 || strcmp(type, "message/global-headers") == 0;
  if (parsed->capped)
    lexer_cap(lx, field->whole, "too many parameters");
  if (!token_is_media_type(type) || (parsed->flags & (FIELD_JUNK | FIELD_UNCLOSED)))
    judge_bad_type(lx, field, type);
  if (g_str_has_prefix(type, "multipart/")) {
    judge_multipart(lx, field, parsed, entity, shape);
    return;
  }
  check_leaf_params(lx, parsed, field, shape);
  if (is_message_type(type))
    judge_message(lx, field->whole, entity, shape);
  else if (strcmp(type, "message/partial") == 0)
    lexer_note(lx, ANOMALY_PARTIAL, field->whole, "a fragment of a message");
  else if (strcmp(type, "message/external-body") == 0)
    lexer_note(lx, ANOMALY_EXTERNAL_BODY, field->whole, "content that lies elsewhere");
}

static void
judge_disposition(Lexer *lx, const Field *field)
{
  g_autoptr(Structured) parsed = structured_parse(lx->bytes + field->value.off, field->value.len);
  Shape unused = {0};

  if (parsed->capped)
    lexer_cap(lx, field->whole, "too many parameters");
  check_leaf_params(lx, parsed, field, &unused);
  if (unused.alien != NULL)
    lexer_note(lx, ANOMALY_PARAMETER, field->whole, "a boundary in a disposition");
  shape_clear(&unused);
}

void
shape_judge(Lexer *lx, Entity *entity, gboolean digest, Shape *shape)
{
  Facts facts = {NULL, NULL, NULL};

  *shape = (Shape){.kind = SHAPE_LEAF};
  if (lx->out->capped)
    return;
  collect(lx, entity, &facts);
  judge_encoding(lx, facts.encoding, entity, shape);
  if (facts.type != NULL)
    judge_type(lx, facts.type, entity, shape);
  else if (digest)
    judge_message(lx, entity->header, entity, shape);
  else
    shape->text = TRUE;
  if (facts.disposition != NULL)
    judge_disposition(lx, facts.disposition);
}

void
shape_clear(Shape *shape)
{
  g_free(shape->boundary);
  g_free(shape->alien);
}
