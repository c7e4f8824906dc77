/* lexer.c - walks the structure of a message in one pass.
 *
 * walk() reads an entity: its header, then by its shape a leaf body, a message or a multipart.
 * Every level reads lines until one is a delimiter of any open multipart, leaves that in lx->stop,
 * and returns; the multipart whose delimiter it is goes on from there and those inside it are over
 * (unclosed). So each line is read once, whatever the nesting, and the recursion is as deep as
 * LIMIT_DEPTH.
 *
 * A delimiter is `--boundary`, perhaps `--`, perhaps blanks, and nothing else, at the start of a
 * line, the innermost first. What only looks like one (other readers split there) is an anomaly:
 * indented, after a bare CR, with more behind it, or of a multipart that is already over. */
#include "lexer.h"

#include <string.h>

#include "lexing.h"

/* An attacker can make an anomaly of every line; the first ones of each kind tell enough. */
#define MAX_ANOMALIES 16

void
lexer_note(Lexer *lx, AnomalyKind kind, Range at, const char *detail)
{
  Anomaly anomaly = {kind, lx->layer, at, detail};

  if (lx->told[kind]++ < MAX_ANOMALIES)
    g_array_append_val(lx->out->anomalies, anomaly);
}

void
lexer_cap(Lexer *lx, Range at, const char *detail)
{
  Anomaly anomaly = {ANOMALY_LIMIT, lx->layer, at, detail};

  if (!lx->out->capped)
    g_array_append_val(lx->out->anomalies, anomaly);
  lx->out->capped = TRUE;
  lx->stop = (Stop){-1, FALSE, lx->len, lx->len, lx->len};
}

static gboolean
line_is_broken(const Lexer *lx, size_t off, size_t nl)
{
  const unsigned char *cr = memchr(lx->bytes + off, '\r', nl - off);

  if (lx->crlf)
    return cr == NULL || cr != lx->bytes + nl - 1;
  return cr != NULL;
}

Line
lexer_line(const Lexer *lx, size_t pos)
{
  const unsigned char *nl = pos < lx->len ? memchr(lx->bytes + pos, '\n', lx->len - pos) : NULL;
  Line line = {pos, lx->len, lx->len, FALSE};

  if (nl == NULL) {
    line.broken = pos < lx->len && memchr(lx->bytes + pos, '\r', lx->len - pos) != NULL;
    return line;
  }
  line.end = (size_t)(nl - lx->bytes);
  line.next = line.end + 1;
  line.broken = line_is_broken(lx, pos, line.end);
  if (line.end > pos && lx->bytes[line.end - 1] == '\r')
    line.end--;
  return line;
}

/* 1 open delimiter, 2 close-delimiter, 0 neither. `blank`: with blanks behind it. */
static int
match_bound(const Bound *bound, const unsigned char *p, size_t len, gboolean *blank)
{
  size_t at = 2 + bound->len;
  int kind = 1;

  if (len < at || memcmp(p + 2, bound->text, bound->len) != 0)
    return 0;
  if (len >= at + 2 && p[at] == '-' && p[at + 1] == '-') {
    kind = 2;
    at += 2;
  }
  *blank = at < len;
  while (at < len && is_blank(p[at]))
    at++;
  return at == len ? kind : 0;
}

static size_t
before_line_end(const Lexer *lx, size_t pos)
{
  if (pos > 0 && lx->bytes[pos - 1] == '\n')
    pos--;
  if (pos > 0 && lx->bytes[pos] == '\n' && lx->bytes[pos - 1] == '\r')
    pos--;
  return pos;
}

static void
check_delimiter_line(Lexer *lx, const Line *line, gboolean blank)
{
  Range at = {line->off, line->end - line->off};
  gboolean before = line->off >= 2 && lx->bytes[line->off - 1] == '\n' &&
                    (lx->bytes[line->off - 2] == '\r') != lx->crlf;

  if ((line->broken && line->next > line->end) || before)
    lexer_note(lx, ANOMALY_LINE_END, at, "line end of a delimiter is not that of the message");
  if (blank)
    lexer_note(lx, ANOMALY_DELIMITER, at, "blanks after a delimiter");
}

gboolean
lexer_is_delimiter(Lexer *lx, const Line *line)
{
  const unsigned char *p = lx->bytes + line->off;
  size_t len = line->end - line->off;

  if (len < 2 || p[0] != '-' || p[1] != '-')
    return FALSE;
  for (unsigned i = lx->nbounds; i-- > 0;) {
    gboolean blank = FALSE;
    int kind = lx->bounds[i].closed ? 0 : match_bound(&lx->bounds[i], p, len, &blank);

    if (kind == 0)
      continue;
    check_delimiter_line(lx, line, blank);
    lx->stop = (Stop){(int)i, kind == 2, line->off, before_line_end(lx, line->off), line->next};
    return TRUE;
  }
  return FALSE;
}

/* `p` begins with "--" and is no delimiter. Would another reader take it for one? */
static gboolean
check_dashes(Lexer *lx, const unsigned char *p, size_t len)
{
  Range at = {(size_t)(p - lx->bytes), len};

  for (unsigned i = lx->nbounds; i-- > 0;) {
    const Bound *bound = &lx->bounds[i];
    gboolean blank;

    if (len < 2 + bound->len || memcmp(p + 2, bound->text, bound->len) != 0)
      continue;
    if (bound->closed && match_bound(bound, p, len, &blank) != 0)
      lexer_note(lx, ANOMALY_EPILOGUE, at, "a delimiter after the close-delimiter");
    else
      lexer_note(lx, ANOMALY_DELIMITER, at, "a line that only begins like a delimiter");
    return TRUE;
  }
  return FALSE;
}

/* A delimiter of a multipart that is over, or was cut short. */
static void
check_past(Lexer *lx, const unsigned char *p, size_t len)
{
  Range at = {(size_t)(p - lx->bytes), len};

  if (g_hash_table_size(lx->past) == 0 || len > LIMIT_BOUNDARY + 8)
    return;
  while (len > 2 && is_blank(p[len - 1]))
    len--;

  g_autofree char *key = g_strndup((const char *)p + 2, len - 2);

  if (g_str_has_suffix(key, "--") && !g_hash_table_contains(lx->past, key))
    key[strlen(key) - 2] = '\0';
  if (g_hash_table_contains(lx->past, key))
    lexer_note(lx, ANOMALY_DELIMITER, at, "a delimiter of a multipart that is over");
}

/* A delimiter behind blanks or controls. Returns what these end at. */
static const unsigned char *
check_indented(Lexer *lx, const unsigned char *p, const unsigned char *end)
{
  Range at;

  while (p < end && (*p <= ' ' || *p == ','))
    p++;
  at = range_make((size_t)(p - lx->bytes), (size_t)(end - p));
  if (at.len < 2 || p[0] != '-' || p[1] != '-')
    return p;
  for (unsigned i = 0; i < lx->nbounds; i++) {
    const Bound *bound = &lx->bounds[i];

    if (at.len < 2 + bound->len || memcmp(p + 2, bound->text, bound->len) != 0)
      continue;
    lexer_note(lx, ANOMALY_DELIMITER, at, "a delimiter that does not begin its line");
    break;
  }
  return p;
}

static gboolean
begins_like(const unsigned char *p, size_t len, const char *text)
{
  size_t n = strlen(text);

  return len >= n && memcmp(p, text, n) == 0;
}

/* A line that is no delimiter, in a body: anything like one in it? */
static void
check_line(Lexer *lx, const Line *line, const Shape *shape)
{
  const unsigned char *p = lx->bytes + line->off;
  const unsigned char *end = lx->bytes + line->end;
  size_t len = line->end - line->off;

  if (len >= 2 && p[0] == '-' && p[1] == '-') {
    if (!check_dashes(lx, p, len))
      check_past(lx, p, len);
    if (shape != NULL && shape->alien != NULL && begins_like(p + 2, len - 2, shape->alien))
      lexer_note(lx, ANOMALY_FIELD_VALUE, range_make(line->off, len),
                 "delimiters in what is declared no multipart");
  } else if (*p <= ' ') {
    check_indented(lx, p, end);
  }
  if (!line->broken || lx->nbounds == 0)
    return;
  for (p = memchr(p, '\r', len); p != NULL; p = memchr(p, '\r', (size_t)(end - p)))
    p = check_indented(lx, p, end);
}

static void
check_text(Lexer *lx, const Line *line, size_t end)
{
  const unsigned char *p = lx->bytes + line->off;
  Range at = {line->off, line->end - line->off};

  if ((*p == 'b' || *p == '=' || *p == '(') && sniff_uu(p, lx->bytes + end))
    lexer_note(lx, ANOMALY_UUENCODED, at, "uuencoded data in text");
  else if ((*p | 0x20) == 'm' || (*p | 0x20) == 'c')
    if (sniff_hidden_mime(p, lx->bytes + end))
      lexer_note(lx, ANOMALY_HIDDEN_MIME, at, "a message inside text");
}

/* Reads body lines up to the next delimiter. shape is NULL in a preamble or epilogue. */
static void
scan_body(Lexer *lx, size_t pos, const Shape *shape)
{
  gboolean text = shape != NULL && shape->text && !shape->encoded;
  gboolean told = FALSE;
  Line line;

  for (line = lexer_line(lx, pos); line.off < lx->len; line = lexer_line(lx, line.next)) {
    unsigned char c = lx->bytes[line.off];

    if (c == '-' && lexer_is_delimiter(lx, &line)) {
      if (lx->stop.body_end < pos)
        lx->stop.body_end = pos;
      return;
    }
    if (c == '-' || line.broken || (c <= ' ' && line.end > line.off))
      check_line(lx, &line, shape);
    if (text)
      check_text(lx, &line, lx->len);
    if (line.broken && !told && line.end < line.next) {
      lexer_note(lx, ANOMALY_BODY_LINE_END, range_make(line.off, line.end - line.off),
                 "line end in a body is not that of the message");
      told = TRUE;
    }
  }
  lx->stop = (Stop){-1, FALSE, lx->len, lx->len, lx->len};
}

static void walk(Lexer *lx, int parent, unsigned depth, size_t pos, gboolean digest);

static void
check_outside(Lexer *lx, AnomalyKind kind, size_t from)
{
  size_t end = lx->stop.body_end > from ? lx->stop.body_end : from;
  const char *what = sniff_outside(lx->bytes + from, end - from);

  if (what != NULL)
    lexer_note(lx, kind, range_make(from, end - from), what);
}

static gboolean
is_all_blank(const unsigned char *p, size_t len)
{
  while (len > 0 && g_ascii_isspace(p[len - 1]))
    len--;
  return len == 0;
}

static void
push_bound(Lexer *lx, const char *boundary, Range header)
{
  Bound bound = {boundary, strlen(boundary), FALSE};

  for (unsigned i = 0; i < lx->nbounds; i++) {
    const Bound *outer = &lx->bounds[i];

    if (strncmp(outer->text, boundary, MIN(outer->len, bound.len)) == 0)
      lexer_note(lx, ANOMALY_BOUNDARY_REUSED, header,
                 outer->len == bound.len ? "boundary of an outer multipart"
                                         : "boundary begins like that of an outer multipart");
  }
  lx->bounds[lx->nbounds++] = bound;
}

/* Body of a multipart, from after its header. */
static void
walk_multipart(Lexer *lx, guint index, unsigned depth, size_t body, const Shape *shape)
{
  int level = (int)lx->nbounds;
  Range header = g_array_index(lx->out->entities, Entity, index).header;
  gboolean parts = FALSE;

  push_bound(lx, shape->boundary, header);
  scan_body(lx, body, NULL);
  check_outside(lx, ANOMALY_PREAMBLE, body);
  while (!lx->out->capped && lx->stop.level == level && !lx->stop.close) {
    parts = TRUE;
    walk(lx, (int)index, depth + 1, lx->stop.next, shape->digest);
  }
  if (!parts && !is_all_blank(lx->bytes + body, MAX(lx->stop.line, body) - body))
    lexer_note(lx, ANOMALY_NO_PARTS, header, "a multipart without parts");
  if (lx->stop.level == level && !lx->out->capped) {
    size_t from = lx->stop.next;

    lx->bounds[level].closed = TRUE;
    scan_body(lx, from, NULL);
    check_outside(lx, ANOMALY_EPILOGUE, from);
  } else if (!lx->out->capped) {
    lexer_note(lx, ANOMALY_UNCLOSED, header, "no close-delimiter");
  }
  lx->nbounds--;
  g_hash_table_add(lx->past, g_strdup(shape->boundary));
}

/* Parts that nobody declared: `--x` and a structural field below it, at the start of a body. */
static gboolean
begins_with_part(const Lexer *lx, const Line *line)
{
  Line next = lexer_line(lx, line->next);

  return line->end - line->off > 2 && memcmp(lx->bytes + line->off, "--", 2) == 0 &&
         is_mime_field(lx->bytes + next.off, next.end - next.off);
}

/* A header that goes on after its empty line, in some readers' eyes (M-030, M-031). */
static void
check_body_start(Lexer *lx, guint index, size_t body)
{
  const Entity *entity = &g_array_index(lx->out->entities, Entity, index);
  gboolean outermost =
      entity->parent < 0 || g_array_index(lx->out->entities, Entity, entity->parent).message;
  Line line = lexer_line(lx, body);

  for (int blank = 0; blank < 3 && line.off < lx->len && line.off == line.end; blank++)
    line = lexer_line(lx, line.next);

  const unsigned char *p = lx->bytes + line.off;
  Range at = {line.off, line.end - line.off};

  if (line.off >= lx->stop.body_end)
    return;
  if (is_mime_field(p, at.len))
    lexer_note(lx, ANOMALY_SEPARATOR, at, "a structural field after the empty line");
  else if (!entity->multipart && begins_with_part(lx, &line))
    lexer_note(lx, ANOMALY_BOUNDARY, at, "parts without a declared multipart");
  else if (entity->nfields == 0 && outermost && is_field(p, at.len))
    lexer_note(lx, ANOMALY_SEPARATOR, at, "fields after an empty header");
}

/* A transfer encoding on a message: readers that pass over it see another message if what stands
 * here reads as one. */
static void
check_encoded_message(Lexer *lx, guint index, size_t body)
{
  const Entity *entity = &g_array_index(lx->out->entities, Entity, index);
  size_t len = lx->stop.body_end > body ? lx->stop.body_end - body : 0;
  const unsigned char *p = lx->bytes + body;

  if (entity->encoding == ENCODING_QP && memchr(p, '=', len) == NULL)
    return;
  while (len > 0 && (*p == '\r' || *p == '\n'))
    p++, len--;
  if (is_field(p, len))
    lexer_note(lx, ANOMALY_ENCODED_COMPOSITE, range_make(body, len),
               "a message with a transfer encoding that reads as one without");
}

static void
walk_body(Lexer *lx, guint index, unsigned depth, size_t body, const Shape *shape)
{
  if (shape->kind == SHAPE_MESSAGE) {
    walk(lx, (int)index, depth + 1, body, FALSE);
    return;
  }
  if (shape->kind == SHAPE_MULTIPART && shape->boundary != NULL)
    walk_multipart(lx, index, depth, body, shape);
  else
    scan_body(lx, body, shape);
  if (shape->inner)
    check_encoded_message(lx, index, body);
  else if (!shape->header)
    check_body_start(lx, index, body);
}

static void
walk(Lexer *lx, int parent, unsigned depth, size_t pos, gboolean digest)
{
  Entity entity = {.parent = parent, .depth = depth};
  guint index = lx->out->entities->len;
  gboolean cut;
  Shape shape;

  if (depth + lx->depth > LIMIT_DEPTH || index + lx->parts >= LIMIT_PARTS) {
    lexer_cap(lx, range_make(pos, 0),
              index + lx->parts >= LIMIT_PARTS ? "too many parts" : "nested too deeply");
    return;
  }

  size_t body = header_read(lx, &entity, pos, &cut);

  shape_judge(lx, &entity, digest, &shape);
  g_array_append_val(lx->out->entities, entity);
  if (!lx->out->capped && (!cut || shape.kind == SHAPE_MESSAGE))
    walk_body(lx, index, depth, body, &shape);
  g_array_index(lx->out->entities, Entity, index).body =
      range_make(body, lx->stop.body_end > body ? lx->stop.body_end - body : 0);
  shape_clear(&shape);
}

static gboolean
uses_crlf(const unsigned char *bytes, size_t len)
{
  const unsigned char *nl = memchr(bytes, '\n', len);

  return nl == NULL || (nl > bytes && nl[-1] == '\r');
}

Lexed *
lexer_run_inner(const unsigned char *bytes, size_t len, unsigned layer, unsigned depth,
                unsigned parts)
{
  Lexed *out = g_new0(Lexed, 1);
  Lexer lx = {.bytes = bytes, .len = len, .layer = layer, .depth = depth, .parts = parts};

  out->entities = g_array_new(FALSE, TRUE, sizeof(Entity));
  out->fields = g_array_new(FALSE, TRUE, sizeof(Field));
  out->anomalies = g_array_new(FALSE, TRUE, sizeof(Anomaly));
  lx.out = out;
  lx.crlf = len == 0 || uses_crlf(bytes, len);
  lx.past = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  out->eol = lx.crlf ? "\r\n" : "\n";
  if (len > LIMIT_MESSAGE)
    lexer_cap(&lx, range_make(0, len), "the message is too long");
  else
    walk(&lx, -1, 0, 0, FALSE);
  g_hash_table_destroy(lx.past);
  return out;
}

Lexed *
lexer_run(const unsigned char *bytes, size_t len, unsigned layer)
{
  return lexer_run_inner(bytes, len, layer, 0, 0);
}

void
lexed_free(Lexed *lexed)
{
  if (lexed == NULL)
    return;
  g_array_free(lexed->entities, TRUE);
  g_array_free(lexed->fields, TRUE);
  g_array_free(lexed->anomalies, TRUE);
  g_free(lexed);
}
