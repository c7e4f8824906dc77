/* header.c - reads the fields of one header (RFC 5322 section 2.2), line by line.
 *
 * A field ends at the first line that does not begin with a blank, always (M-012). A line that is
 * no field ends the header for some readers and is skipped by others (M-023), so it is passed over
 * here and told. The caps that protect GMime (G-012) are checked here too. */
#include <string.h>

#include "lexing.h"

/* Fields that libraries parse as addresses. */
static const char *const address_fields[] = {
    "from",      "sender",      "reply-to",      "to",
    "cc",        "bcc",         "resent-from",   "resent-sender",
    "resent-to", "resent-cc",   "resent-bcc",    "resent-reply-to",
    "errors-to", "return-path", "apparently-to", "disposition-notification-to",
};

static gboolean
name_is(const Lexer *lx, Range name, const char *want)
{
  return name.len == strlen(want) &&
         g_ascii_strncasecmp((const char *)lx->bytes + name.off, want, name.len) == 0;
}

static gboolean
name_begins(const unsigned char *line, size_t len, const char *want)
{
  size_t n = strlen(want);

  return len >= n && g_ascii_strncasecmp((const char *)line, want, n) == 0;
}

gboolean
is_field(const unsigned char *line, size_t len)
{
  size_t i = 0;

  while (i < len && line[i] > ' ' && line[i] < 127 && line[i] != ':')
    i++;
  return i > 0 && i < len && line[i] == ':';
}

gboolean
is_mime_field(const unsigned char *line, size_t len)
{
  size_t i = 0;

  if (!name_begins(line, len, "content-") && !name_begins(line, len, "mime-version"))
    return FALSE;
  while (i < len && (g_ascii_isalnum(line[i]) || line[i] == '-'))
    i++;
  while (i < len && is_blank(line[i]))
    i++;
  return i < len && line[i] == ':';
}

/* A continuation line that reads as a structural field of its own (M-021). A list of names, as
 * in a DKIM signature, does not: the value must be one too. */
static gboolean
is_disguised_field(const unsigned char *p, size_t len)
{
  static const struct {
    const char *name;
    const char *values[12];
  } fields[] = {
      {"content-type", {"multipart/", "text/", "application/", "message/", "image/", "audio/"}},
      {"content-transfer-encoding", {"base64", "quoted-printable", "x-uu", "uu", "7bit", "8bit"}},
      {"content-disposition", {"attachment", "inline"}},
  };

  for (; len > 0 && is_blank(*p); p++, len--)
    ;
  for (size_t f = 0; f < G_N_ELEMENTS(fields); f++) {
    size_t n = strlen(fields[f].name);

    if (!name_begins(p, len, fields[f].name))
      continue;
    while (n < len && is_blank(p[n]))
      n++;
    if (n >= len || p[n] != ':')
      continue;
    for (n++; n < len && is_blank(p[n]);)
      n++;
    for (size_t v = 0; fields[f].values[v] != NULL; v++)
      if (name_begins(p + n, len - n, fields[f].values[v]))
        return TRUE;
  }
  return FALSE;
}

/* Any byte that has no place in a header: NUL anywhere. ESC and the like are everyday in raw
 * ISO-2022-JP subjects; shape.c looks at structural fields more closely. */
static void
check_bytes(Lexer *lx, const Line *line)
{
  Range at = {line->off, line->end - line->off};

  if (memchr(lx->bytes + at.off, 0, at.len) != NULL)
    lexer_note(lx, ANOMALY_HEADER_CONTROL, at, "NUL in a header");
  if (line->broken) /* readers that take CR for a line end may find a whole message here */
    lexer_note(lx, ANOMALY_LINE_END, at, "line end in a header is not that of the message");
}

static void
check_name(Lexer *lx, Range name, Range whole)
{
  const unsigned char *p = lx->bytes + name.off;

  for (size_t i = 0; i < name.len; i++) {
    if (p[i] <= ' ' || p[i] >= 127) {
      lexer_note(lx, ANOMALY_HEADER_NAME, whole, "blank or control in a field name");
      return;
    }
    if (p[i] == '(' || p[i] == '"' || p[i] == '\\') {
      lexer_note(lx, ANOMALY_HEADER_NAME, whole, "comment, quote or escape in a field name");
      return;
    }
  }
}

/* Adds the field that begins on this line; FALSE if the line is none. */
static gboolean
add_field(Lexer *lx, Entity *entity, const Line *line)
{
  const unsigned char *p = lx->bytes + line->off;
  const unsigned char *colon = memchr(p, ':', line->end - line->off);
  Range whole = {line->off, line->next - line->off};
  Field field;

  if (colon == NULL || colon == p)
    return FALSE;
  field.whole = whole;
  field.name = range_make(line->off, (size_t)(colon - p));
  while (field.name.len > 0 && is_blank(p[field.name.len - 1]))
    field.name.len--;
  if (field.name.len == 0)
    return FALSE;
  if (p[0] == '-' && p[1] == '-')
    lexer_note(lx, ANOMALY_SEPARATOR, whole, "a field that looks like a delimiter");
  field.value.off = line->off + (size_t)(colon - p) + 1;
  field.value.len = line->end - field.value.off;
  check_name(lx, range_make(line->off, (size_t)(colon - p)), whole);
  g_array_append_val(lx->out->fields, field);
  entity->nfields++;
  return TRUE;
}

/* The line goes on with the last field. */
static void
extend_field(Lexer *lx, const Line *line)
{
  Field *field = &g_array_index(lx->out->fields, Field, lx->out->fields->len - 1);
  Range at = {line->off, line->next - line->off};

  field->whole.len = line->next - field->whole.off;
  field->value.len = line->end - field->value.off;
  if (is_disguised_field(lx->bytes + line->off, line->end - line->off))
    lexer_note(lx, ANOMALY_HEADER_NAME, at, "a structural field on a continuation line");
}

static gboolean
is_structural(const Lexer *lx, Range name)
{
  return is_mime_field(lx->bytes + name.off, lx->len - name.off);
}

static gboolean
has_many_colons(const Lexer *lx, const Field *field)
{
  unsigned colons = 0;
  gboolean address = FALSE;

  for (size_t i = 0; i < G_N_ELEMENTS(address_fields) && !address; i++)
    address = name_is(lx, field->name, address_fields[i]);
  if (!address)
    return FALSE;
  for (size_t i = 0; i < field->value.len; i++)
    colons += lx->bytes[field->value.off + i] == ':';
  return colons > LIMIT_ADDRESS_GROUPS;
}

static void
check_field_caps(Lexer *lx, const Field *field)
{
  if (field->whole.len > LIMIT_FIELD)
    lexer_cap(lx, field->whole, "a field is too long");
  else if (field->whole.len > LIMIT_STRUCTURAL_FIELD && is_structural(lx, field->name))
    lexer_cap(lx, field->whole, "a structural field is too long");
  else if (has_many_colons(lx, field))
    lexer_cap(lx, field->whole, "too many groups in an address field");
}

static void
check_caps(Lexer *lx, const Entity *entity)
{
  Range at = entity->header;

  if (at.len > LIMIT_HEADER)
    lexer_cap(lx, at, "a header is too long");
  if (entity->nfields > LIMIT_FIELDS)
    lexer_cap(lx, at, "too many fields in a header");
  else if (lx->out->fields->len > LIMIT_ALL_FIELDS)
    lexer_cap(lx, at, "too many fields in all headers");
  for (guint i = 0; i < entity->nfields && !lx->out->capped; i++)
    check_field_caps(lx, &g_array_index(lx->out->fields, Field, entity->fields + i));
}

/* `From ` before the first field is the mark of mbox files; all readers pass over it. */
static gboolean
is_mbox_line(const Lexer *lx, const Line *line)
{
  const unsigned char *p = lx->bytes + line->off;
  size_t len = line->end - line->off;

  return (len >= 5 && memcmp(p, "From ", 5) == 0) || (len >= 6 && memcmp(p, ">From ", 6) == 0);
}

static gboolean
line_is_blank(const Lexer *lx, const Line *line)
{
  for (size_t i = line->off; i < line->end; i++)
    if (!is_blank(lx->bytes[i]))
      return FALSE;
  return TRUE;
}

typedef struct reading {
  gboolean blank; /* the last line was blank but not empty */
  Range blank_at;
} Reading;

/* One line that is neither empty nor a delimiter. */
static void
read_line(Lexer *lx, Entity *entity, const Line *line, Reading *reading)
{
  Range at = {line->off, line->next - line->off};

  check_bytes(lx, line);
  if (is_blank(lx->bytes[line->off])) {
    if (line_is_blank(lx, line)) {
      reading->blank = TRUE;
      reading->blank_at = at;
    }
    if (entity->nfields > 0)
      extend_field(lx, line);
    else
      lexer_note(lx, ANOMALY_HEADER_SYNTAX, at, "a header begins with a continuation line");
    return;
  }
  if (entity->nfields == 0 && is_mbox_line(lx, line)) {
    entity->header.off = line->next;
    return;
  }
  if (!add_field(lx, entity, line)) {
    lexer_note(lx, ANOMALY_HEADER_SYNTAX, at, "a line of a header is no field");
    return;
  }
  if (reading->blank && is_mime_field(lx->bytes + line->off, line->end - line->off)) {
    lexer_note(lx, ANOMALY_SEPARATOR, reading->blank_at, "a blank line before a structural field");
    reading->blank = FALSE;
  }
}

size_t
header_read(Lexer *lx, Entity *entity, size_t pos, gboolean *cut)
{
  Reading reading = {FALSE, {0, 0}};
  Line line;

  *cut = TRUE;
  lx->stop = (Stop){-1, FALSE, lx->len, lx->len, lx->len};
  entity->header = range_make(pos, 0);
  entity->fields = lx->out->fields->len;
  entity->nfields = 0;
  for (line = lexer_line(lx, pos); line.off < lx->len; line = lexer_line(lx, line.next)) {
    if (lexer_is_delimiter(lx, &line)) {
      if (entity->nfields > 0)
        lexer_note(lx, ANOMALY_SEPARATOR, range_make(line.off, line.end - line.off),
                   "a delimiter inside a header");
      lx->stop.body_end = line.off; /* the line end before it is the last field's */
      break;
    }
    if (line.off == line.end) {
      check_bytes(lx, &line);
      *cut = FALSE;
      break;
    }
    read_line(lx, entity, &line, &reading);
    if (line.next - pos > LIMIT_HEADER || entity->nfields > LIMIT_FIELDS)
      break;
  }
  entity->header.len = line.off > entity->header.off ? line.off - entity->header.off : 0;
  if (line.next - pos > LIMIT_HEADER)
    entity->header.len = line.next - entity->header.off;
  check_caps(lx, entity);
  return *cut ? line.off : line.next;
}
