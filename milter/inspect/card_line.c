/* card_line.c - content lines of calendars and contacts. Three kinds of folding are undone: a blank
 * at the start of the next line (RFC 5545 3.1), a soft break in quoted-printable (vCard 2.1), and
 * neither where there is none. */
#include "card.h"

#include <string.h>

#include "bounds.h"

/* From `at` on, bytes come from `from` on, until the next run. */
typedef struct run {
  size_t at, from;
} Run;

typedef enum shape { ADDRESS = 1, LOADS = 2, PROSE = 4, PAGE = 8 } Shape;

static const struct property {
  const char *name;
  unsigned shape;
} properties[] = {
    {"url", ADDRESS},
    {"attach", ADDRESS},
    {"source", ADDRESS},
    {"conference", ADDRESS},
    {"link", ADDRESS},
    {"structured-data", ADDRESS},
    {"tzurl", ADDRESS},
    {"impp", ADDRESS},
    {"socialprofile", ADDRESS},
    {"x-socialprofile", ADDRESS},
    {"fburl", ADDRESS},
    {"caluri", ADDRESS},
    {"x-google-conference", ADDRESS},
    {"x-google-hangout", ADDRESS},
    {"x-microsoft-skypeteamsmeetingurl", ADDRESS},
    {"x-microsoft-onlinemeetingexternallink", ADDRESS},
    {"x-microsoft-onlinemeetingconflink", ADDRESS},
    {"image", ADDRESS | LOADS},
    {"photo", ADDRESS | LOADS},
    {"logo", ADDRESS | LOADS},
    {"sound", ADDRESS | LOADS},
    {"key", ADDRESS | LOADS},
    {"x-alt-desc", PAGE},
    {"styled-description", PAGE},
    {"description", PROSE},
    {"comment", PROSE},
    {"note", PROSE},
    {"summary", 0},
    {"location", 0},
    {"contact", 0},
    {"organizer", 0},
    {"attendee", 0},
    {"email", 0},
    {"agent", 0},
};

static void
run_add(GArray *runs, size_t at, size_t from)
{
  Run run = {at, from};
  g_array_append_val(runs, run);
}

static size_t
run_find(const GArray *runs, size_t at)
{
  guint low = 0, high = runs->len;
  while (high - low > 1) {
    guint mid = low + (high - low) / 2;
    if (g_array_index(runs, Run, mid).at <= at)
      low = mid;
    else
      high = mid;
  }
  const Run *run = &g_array_index(runs, Run, low);
  return run->from + (at - run->at);
}

/* --- unfolding --- */

typedef struct bare {
  size_t end, next; /* of a line of the source: before its line end, behind it */
} Bare;

static Bare
bare_line(const unsigned char *utf8, size_t len, size_t at)
{
  const unsigned char *lf = memchr(utf8 + at, '\n', len - at);
  Bare bare = {lf != NULL ? (size_t)(lf - utf8) : len, lf != NULL ? (size_t)(lf - utf8) + 1 : len};
  if (lf != NULL && bare.end > at && utf8[bare.end - 1] == '\r')
    bare.end--;
  return bare;
}

static void
add_piece(CardLine *line, const unsigned char *utf8, size_t from, size_t end)
{
  run_add(line->folds, line->raw->len, from);
  g_string_append_len(line->raw, (const char *)utf8 + from, (gssize)(end - from));
}

static void
unfold(CardLine *line, const unsigned char *utf8, size_t len, Bare bare)
{
  while (bare.next < len && (utf8[bare.next] == ' ' || utf8[bare.next] == '\t')) {
    size_t from = bare.next + 1;
    bare = bare_line(utf8, len, bare.next);
    add_piece(line, utf8, MIN(from, bare.end), bare.end);
  }
  line->whole.len = bare.end - line->whole.off;
  line->next = bare.next;
}

static void
unfold_quoted(CardLine *line, const unsigned char *utf8, size_t len, Bare bare)
{
  while (line->raw->len > line->value && line->raw->str[line->raw->len - 1] == '=' &&
         bare.next < len) {
    size_t from = bare.next;
    g_string_truncate(line->raw, line->raw->len - 1);
    bare = bare_line(utf8, len, from);
    add_piece(line, utf8, from, bare.end);
  }
  line->whole.len = bare.end - line->whole.off;
  line->next = bare.next;
}

/* --- name and parameters --- */

/* Where the value begins: behind the first colon that no quotes enclose. A line without a name is
 * all value. */
static size_t
value_start(const GString *raw)
{
  gboolean quoted = FALSE;
  size_t i = 0;
  while (i < raw->len && (g_ascii_isalnum(raw->str[i]) || strchr("-._", raw->str[i]) != NULL))
    i++;
  if (i == 0 || i >= raw->len || strchr(":;", raw->str[i]) == NULL)
    return 0;
  for (; i < raw->len; i++) {
    quoted ^= raw->str[i] == '"';
    if (raw->str[i] == ':' && !quoted)
      return i + 1;
  }
  return 0;
}

/* The property without its group: "item1.URL". */
static char *
property_name(const CardLine *line)
{
  size_t end = 0, start = 0;
  for (; end < line->value && strchr(";:", line->raw->str[end]) == NULL; end++)
    if (line->raw->str[end] == '.')
      start = end + 1;
  return g_ascii_strdown(line->raw->str + start, (gssize)(end - start));
}

static size_t
param_end(const char *raw, size_t at, size_t end)
{
  gboolean quoted = FALSE;
  for (; at < end && (quoted || strchr(";:", raw[at]) == NULL); at++)
    quoted ^= raw[at] == '"';
  return at;
}

GPtrArray *
card_line_params(const CardLine *line, const char *name)
{
  GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
  const char *raw = line->raw->str;
  size_t n = strlen(name), at = param_end(raw, 0, line->value);
  while (at < line->value && raw[at] == ';') {
    size_t from = at + 1, end = param_end(raw, from, line->value);
    if (end - from > n && raw[from + n] == '=' && g_ascii_strncasecmp(raw + from, name, n) == 0) {
      char *value = g_strndup(raw + from + n + 1, end - from - n - 1);
      g_strdelimit(value, "\"", ' ');
      g_ptr_array_add(values, g_strstrip(value));
    }
    at = end;
  }
  return values;
}

/* Which one counts of several readers differ on: any. */
static gboolean
param_is(const CardLine *line, const char *name, const char *value)
{
  g_autoptr(GPtrArray) values = card_line_params(line, name);
  gboolean is = FALSE;
  for (guint i = 0; i < values->len && !is; i++)
    is = g_ascii_strcasecmp(g_ptr_array_index(values, i), value) == 0;
  return is;
}

static gboolean
param_contradicts(const CardLine *line, const char *name)
{
  g_autoptr(GPtrArray) values = card_line_params(line, name);
  gboolean differs = FALSE;
  for (guint i = 1; i < values->len && !differs; i++)
    differs = g_ascii_strcasecmp(g_ptr_array_index(values, 0), g_ptr_array_index(values, i)) != 0;
  return differs;
}

/* "NOTE;QUOTED-PRINTABLE:" as vCard 2.1 allows. */
static gboolean
has_word(const CardLine *line, const char *word)
{
  const char *raw = line->raw->str;
  size_t n = strlen(word), at = param_end(raw, 0, line->value);
  while (at < line->value && raw[at] == ';') {
    size_t from = at + 1, end = param_end(raw, from, line->value);
    if (end - from == n && g_ascii_strncasecmp(raw + from, word, n) == 0)
      return TRUE;
    at = end;
  }
  return FALSE;
}

static gboolean
is_data(const CardLine *line)
{
  return param_is(line, "ENCODING", "BASE64") || param_is(line, "ENCODING", "B") ||
         param_is(line, "VALUE", "BINARY") || has_word(line, "BASE64") ||
         g_ascii_strncasecmp(line->raw->str + line->value, "data:", 5) == 0;
}

static void
classify(CardLine *line)
{
  g_autofree char *name = property_name(line);
  unsigned shape = 0;
  for (guint i = 0; i < G_N_ELEMENTS(properties); i++)
    if (strcmp(properties[i].name, name) == 0) {
      line->name = properties[i].name;
      shape = properties[i].shape;
    }
  line->loads = (shape & LOADS) != 0;
  line->prose = (shape & PROSE) != 0;
  if (is_data(line))
    line->kind = CARD_DATA;
  else if ((shape & PAGE) || param_is(line, "FMTTYPE", "text/html"))
    line->kind = shape & ADDRESS ? CARD_ADDRESS : CARD_HTML;
  else if ((shape & ADDRESS) || param_is(line, "VALUE", "URI"))
    line->kind = CARD_ADDRESS;
}

/* --- the view --- */

/* A server, as programs take it in an address, where nothing is escaped (RFC 5545 3.3.13). In front
 * of one that is escaped all the same stand four. */
static gboolean
is_server_at(const CardLine *line, size_t i)
{
  const char *p = line->raw->str + i;
  return line->kind == CARD_ADDRESS && i == line->value && p[0] == '\\' && p[1] == '\\' &&
         p[2] != '\\';
}

/* What stands at i of raw means one byte: returns how many it takes there, 0 if it means itself. */
static size_t
escape_at(const CardLine *line, size_t i, char *meaning)
{
  const char *p = line->raw->str + i;
  size_t left = line->raw->len - i;
  if (line->quoted && *p == '=' && left > 2 && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
    *meaning = (char)(g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2]));
    return 3;
  }
  if (line->quoted || is_server_at(line, i) || *p != '\\' || left < 2 ||
      strchr("nN\\,;:\"", p[1]) == NULL)
    return 0;
  *meaning = p[1] == 'n' || p[1] == 'N' ? '\n' : p[1];
  return p[1] != '\0' ? 2 : 0;
}

static void
make_view(CardLine *line)
{
  size_t len = MIN(line->raw->len, LIMIT_CONTENT_LINE), from = 0;
  run_add(line->runs, 0, 0);
  if (line->kind == CARD_DATA)
    len = MIN(len, line->value);
  else
    line->broken = len < line->raw->len;
  for (size_t i = line->value; i < len;) {
    char meaning = 0;
    size_t n = escape_at(line, i, &meaning);
    if (n > 0) {
      g_string_append_len(line->view, line->raw->str + from, (gssize)(i - from));
      run_add(line->runs, line->view->len, i);
      g_string_append_c(line->view, meaning);
      from = i + n;
      run_add(line->runs, line->view->len, from);
    }
    i += n > 0 ? n : 1;
  }
  if (len > from)
    g_string_append_len(line->view, line->raw->str + from, (gssize)(len - from));
}

CardLine *
card_line_read(const unsigned char *utf8, size_t len, size_t at)
{
  CardLine *line = g_new0(CardLine, 1);
  Bare bare = bare_line(utf8, len, at);
  line->whole = range_make(at, 0);
  line->raw = g_string_new(NULL);
  line->view = g_string_new(NULL);
  line->runs = g_array_new(FALSE, FALSE, sizeof(Run));
  line->folds = g_array_new(FALSE, FALSE, sizeof(Run));
  add_piece(line, utf8, at, bare.end);
  line->value = value_start(line->raw);
  line->quoted =
      param_is(line, "ENCODING", "QUOTED-PRINTABLE") || has_word(line, "QUOTED-PRINTABLE");
  if (line->quoted)
    unfold_quoted(line, utf8, len, bare);
  else
    unfold(line, utf8, len, bare);
  line->value = value_start(line->raw);
  classify(line);
  make_view(line);
  line->broken |= param_contradicts(line, "ENCODING") || param_contradicts(line, "VALUE");
  return line;
}

void
card_line_free(CardLine *line)
{
  if (line == NULL)
    return;
  g_string_free(line->raw, TRUE);
  g_string_free(line->view, TRUE);
  g_array_unref(line->runs);
  g_array_unref(line->folds);
  g_free(line);
}

Range
card_line_raw(const CardLine *line, Range view)
{
  size_t from = run_find(line->runs, view.off), end = run_find(line->runs, range_end(view));
  return range_make(from, end - from);
}

Range
card_line_source(const CardLine *line, Range raw)
{
  size_t from = run_find(line->folds, raw.off);
  if (raw.len == 0)
    return range_make(from, 0);
  return range_make(from, run_find(line->folds, range_end(raw) - 1) + 1 - from);
}

/* --- folding --- */

/* So many bytes from `at` as fit on a line; no character and no escape is cut. */
static size_t
fold_at(const char *raw, size_t len, size_t at, size_t room, gboolean quoted)
{
  size_t end = at + room;
  if (end >= len)
    return len;
  while (end > at + 1 && ((unsigned char)raw[end] & 0xC0) == 0x80)
    end--;
  for (size_t back = 1; quoted && back <= 2 && end > at + back + 1; back++)
    if (raw[end - back] == '=')
      return end - back;
  return end;
}

void
card_line_fold(GString *out, const char *raw, size_t len, gboolean quoted, const char *eol)
{
  for (size_t at = 0, end; at < len || at == 0; at = end) {
    end = fold_at(raw, len, at, at == 0 || quoted ? 75 : 74, quoted);
    g_string_append_len(out, raw + at, (gssize)(end - at));
    if (end < len)
      g_string_append_printf(out, "%s%s%s", quoted ? "=" : "", eol, quoted ? "" : " ");
    if (end == at)
      return;
  }
}
