/* headers.c - header fields of parts. The letter's own header is the MTA's: there a change is told
 * by name and occurrence (HeaderChange). In the header of any other part it is an edit of bytes. */
#include "rewriter.h"

#include <stdint.h>
#include <string.h>

typedef struct top_change {
  size_t place; /* of the field; SIZE_MAX for an added one */
  HeaderOp op;
  char *name;
  unsigned index;
  char *value;
} TopChange;

static void
top_change_clear(gpointer data)
{
  TopChange *change = data;
  g_free(change->name);
  g_free(change->value);
}

GArray *
headers_new(void)
{
  GArray *top = g_array_new(FALSE, FALSE, sizeof(TopChange));
  g_array_set_clear_func(top, top_change_clear);
  return top;
}

static int
top_compare(gconstpointer a, gconstpointer b)
{
  const TopChange *x = a, *y = b;
  return x->place < y->place ? -1 : x->place > y->place;
}

void
headers_finish(Rewriter *r, Reply *reply)
{
  g_array_sort(r->top, top_compare);
  for (guint i = 0; i < r->top->len; i++) {
    const TopChange *change = &g_array_index(r->top, TopChange, i);
    reply_add_header(reply, change->op, change->name, change->index, change->value);
  }
}

static const char *
layer_bytes(const Rewriter *r, const Part *part, size_t *len)
{
  return g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, len);
}

static gboolean
is_top(const Part *part)
{
  return part->layer == 0 && part->parent == NULL;
}

/* Name as it is written, so that the MTA keeps its case. */
static char *
field_name(const Rewriter *r, const Part *part, const Field *field)
{
  size_t len;
  const char *bytes = layer_bytes(r, part, &len);
  return g_strndup(bytes + field->name.off, field->name.len);
}

/* The MTA counts fields anew after each deletion, so none may be told twice. */
static gboolean
is_deleted(const Rewriter *r, const Field *field)
{
  for (guint i = 0; i < r->top->len; i++) {
    const TopChange *change = &g_array_index(r->top, TopChange, i);
    if (change->op == HEADER_DELETE && change->place == field->whole.off)
      return TRUE;
  }
  return FALSE;
}

static void
top_add(Rewriter *r, const Part *part, const Field *field, HeaderOp op, const char *value)
{
  if (op == HEADER_DELETE && is_deleted(r, field))
    return;
  TopChange change = {
      .place = field->whole.off,
      .op = op,
      .name = field_name(r, part, field),
      .index = part_field_index(r->tree, part, field) + 1,
      .value = g_strdup(value),
  };
  g_array_append_val(r->top, change);
}

/* LF folds as this layer's line ends. */
static char *
with_eol(const char *value, const char *eol)
{
  g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
  return g_strjoinv(eol, lines);
}

static void
field_change(Rewriter *r, const Part *part, const Field *field, const char *value)
{
  if (is_top(part)) {
    top_add(r, part, field, HEADER_CHANGE, value);
    return;
  }
  g_autofree char *folded = with_eol(value, part_eol(r, part));
  g_autofree char *whole = g_strconcat(" ", folded, NULL);
  edits_add_string(g_ptr_array_index(r->layers, part->layer), field->value, whole);
}

void
header_delete_field(Rewriter *r, const Part *part, const Field *field)
{
  if (is_top(part))
    top_add(r, part, field, HEADER_DELETE, NULL);
  else
    edits_add(g_ptr_array_index(r->layers, part->layer), field->whole, "", 0);
}

static void
field_add(Rewriter *r, const Part *part, const char *name, const char *value)
{
  if (is_top(part)) {
    TopChange change = {SIZE_MAX, HEADER_ADD, g_strdup(name), 0, g_strdup(value)};
    g_array_append_val(r->top, change);
    return;
  }
  size_t len, end = range_end(part->header);
  const char *bytes = layer_bytes(r, part, &len), *eol = part_eol(r, part);
  gboolean cut = part->header.len > 0 && end <= len && bytes[end - 1] != '\n';
  g_autofree char *folded = with_eol(value, eol);
  g_autofree char *line = g_strconcat(cut ? eol : "", name, ": ", folded, eol, NULL);
  edits_add_string(g_ptr_array_index(r->layers, part->layer), range_make(end, 0), line);
}

void
header_set(Rewriter *r, const Part *part, const char *name, const char *value)
{
  const Field *field = part_field(r->tree, part, name, 0);
  if (field == NULL) {
    field_add(r, part, name, value);
    return;
  }
  field_change(r, part, field, value);
  for (unsigned n = 1; (field = part_field(r->tree, part, name, n)) != NULL; n++)
    header_delete_field(r, part, field);
}

void
header_delete(Rewriter *r, const Part *part, const char *name)
{
  const Field *field;
  for (unsigned n = 0; (field = part_field(r->tree, part, name, n)) != NULL; n++)
    header_delete_field(r, part, field);
}

static gboolean
is_content_field(const char *name)
{
  return g_ascii_strncasecmp(name, "Content-", 8) == 0 ||
         g_ascii_strcasecmp(name, "X-Attachment-Id") == 0;
}

static gboolean
is_one_of(const char *name, const char *const *list)
{
  while (*list != NULL && g_ascii_strcasecmp(*list, name) != 0)
    list++;
  return *list != NULL;
}

void
header_delete_content(Rewriter *r, const Part *part, const char *const *keep)
{
  const Lexed *lexed = tree_layer(r->tree, part->layer)->lexed;
  for (guint i = part->fields; i < part->fields + part->nfields && i < lexed->fields->len; i++) {
    const Field *field = &g_array_index(lexed->fields, Field, i);
    g_autofree char *name = field_name(r, part, field);
    if (is_content_field(name) && !is_one_of(name, keep))
      header_delete_field(r, part, field);
  }
}

/* --- Content-Type; charset ------------------------------------------------------------------ */

typedef struct scan {
  const unsigned char *value;
  size_t len, at;
} Scan;

static int
peek(const Scan *scan)
{
  return scan->at < scan->len ? scan->value[scan->at] : -1;
}

static void
skip_comment(Scan *scan)
{
  unsigned depth = 0;
  do {
    int c = peek(scan);
    depth += c == '(';
    depth -= c == ')';
    scan->at += c == '\\' ? 2 : 1;
  } while (depth > 0 && scan->at < scan->len);
}

static void
skip_blanks(Scan *scan)
{
  for (int c = peek(scan); c >= 0 && strchr(" \t\r\n(", c) != NULL; c = peek(scan)) {
    if (c == '(')
      skip_comment(scan);
    else
      scan->at++;
  }
}

static Range
scan_token(Scan *scan)
{
  size_t start = scan->at;
  for (int c = peek(scan); c > ' ' && strchr("()<>@,;:\\\"/[]?=", c) == NULL; c = peek(scan))
    scan->at++;
  return range_make(start, scan->at - start);
}

static Range
scan_value(Scan *scan)
{
  size_t start = scan->at;
  if (peek(scan) != '"') {
    for (int c = peek(scan); c >= 0 && strchr("; \t\r\n(", c) == NULL; c = peek(scan))
      scan->at++;
    return range_make(start, scan->at - start);
  }
  for (scan->at++; peek(scan) >= 0 && peek(scan) != '"';)
    scan->at += peek(scan) == '\\' ? 2 : 1;
  scan->at = MIN(scan->at + 1, scan->len);
  return range_make(start, scan->at - start);
}

static gboolean
range_is(const Scan *scan, Range range, const char *word)
{
  return range.len == strlen(word) &&
         g_ascii_strncasecmp((const char *)scan->value + range.off, word, range.len) == 0;
}

typedef struct param_place {
  Range whole; /* from its ';' */
  Range name, value;
} ParamPlace;

static gboolean
next_param(Scan *scan, ParamPlace *param)
{
  for (skip_blanks(scan); scan->at < scan->len; skip_blanks(scan)) {
    size_t start = scan->at++;
    if (scan->value[start] != ';')
      continue;
    skip_blanks(scan);
    param->name = scan_token(scan);
    skip_blanks(scan);
    if (peek(scan) != '=')
      continue;
    scan->at++;
    skip_blanks(scan);
    param->value = scan_value(scan);
    param->whole = range_make(start, scan->at - start);
    return TRUE;
  }
  return FALSE;
}

/* Where the value of the charset parameter stands; empty if there is none. FALSE when it is
 * written in a way that no simple change can set right. */
static gboolean
find_charset(Scan *scan, Range *found)
{
  ParamPlace param;
  *found = range_make(0, 0);
  while (next_param(scan, &param)) {
    if (param.name.len >= 8 && range_is(scan, range_make(param.name.off, 8), "charset*"))
      return FALSE;
    if (range_is(scan, param.name, "charset") && found->len == 0)
      *found = param.value.len > 0 ? param.value : range_make(param.value.off, 0);
  }
  return TRUE;
}

char *
field_without_param(const unsigned char *value, size_t len, const char *name)
{
  Scan scan = {value, len, 0};
  ParamPlace param;
  while (next_param(&scan, &param)) {
    if (!range_is(&scan, param.name, name))
      continue;
    GString *out = g_string_new_len((const char *)value, (gssize)len);
    g_string_erase(out, (gssize)param.whole.off, (gssize)param.whole.len);
    return g_string_free(out, FALSE);
  }
  return NULL;
}

char *
content_type_set_charset(const unsigned char *value, size_t len, const char *charset)
{
  Scan scan = {value, len, 0};
  Range found;
  skip_blanks(&scan);
  gboolean typed = scan_token(&scan).len > 0 && peek(&scan) == '/';
  scan.at++;
  if (!typed || scan_token(&scan).len == 0)
    return NULL;
  size_t type_end = scan.at;
  if (memchr(value, '\0', len) != NULL || !find_charset(&scan, &found))
    return NULL;
  GString *out = g_string_new_len((const char *)value, (gssize)len);
  if (found.off == 0) {
    g_autofree char *param = g_strconcat("; charset=", charset, NULL);
    g_string_insert(out, (gssize)type_end, param);
  } else {
    gboolean quoted = found.len > 0 && value[found.off] == '"';
    g_autofree char *text = g_strconcat(quoted ? "\"" : "", charset, quoted ? "\"" : "", NULL);
    g_string_erase(out, (gssize)found.off, (gssize)found.len);
    g_string_insert(out, (gssize)found.off, text);
  }
  return g_string_free(out, FALSE);
}

/* No blank in front, folds as LF. */
static char *
value_plain(char *value)
{
  g_auto(GStrv) pieces = g_strsplit(value, "\r", -1);
  g_free(value);
  char *joined = g_strjoinv("", pieces);
  size_t lead = strspn(joined, " \t\n");
  memmove(joined, joined + lead, strlen(joined + lead) + 1);
  return joined;
}

char *
header_value_plain(const char *value, size_t len)
{
  return g_strchomp(value_plain(g_strndup(value, len)));
}

void
header_change_field(Rewriter *r, const Part *part, const Field *field, GBytes *value)
{
  size_t len;
  const char *bytes = g_bytes_get_data(value, &len);
  g_autofree char *plain = header_value_plain(bytes, len);
  field_change(r, part, field, plain);
}

static gboolean
is_message(const Part *part)
{
  return part->parent == NULL || (part->parent->flags & PART_MESSAGE) != 0;
}

void
header_set_utf8(Rewriter *r, const Part *part, Encoding encoding)
{
  const Field *field = part_field(r->tree, part, "Content-Type", 0);
  g_autofree char *value = NULL;
  size_t len;
  const char *bytes = layer_bytes(r, part, &len);
  if (field != NULL && part->typed)
    value = content_type_set_charset((const unsigned char *)bytes + field->value.off,
                                     field->value.len, "utf-8");
  if (value != NULL)
    value = value_plain(value);
  else
    value =
        g_strdup_printf("%s; charset=utf-8", part->flags & PART_HTML ? "text/html" : part->type);
  header_set(r, part, "Content-Type", value);
  header_set(r, part, "Content-Transfer-Encoding", encoding_name(encoding));
  if (is_message(part) && part_field(r->tree, part, "MIME-Version", 0) == NULL)
    header_set(r, part, "MIME-Version", "1.0");
}
