/* html.c - the WHATWG tokenizer, over a buffer that is there as a whole.
 *
 * The standard describes a machine that takes one character at a time. With the whole source at
 * hand each construct can be read in one go instead, and a state of the machine becomes a place in
 * a function; the names of the states stand beside the places that are not obvious. What must be
 * remembered between tokens is only the content model: how text is read until the next end tag.
 *
 * Text runs from one '<' that begins markup to the next, whatever stray '<', '&' and NUL lie in
 * between. Where nothing has to be undone, data and values point into the source.
 *
 * Tree construction switches the content model, and there is no tree here. Start tags switch it as
 * they would in a browser, except in svg and math, of which the small stack in html_foreign.c
 * knows. That stack can be misled by broken nesting, as can any reader: whoever looks for links
 * must read what is in raw text, comments and attribute values as markup as well. */
#include "html.h"

#include <string.h>

#include "bounds.h"
#include "html_private.h"

/* Beyond so many attributes of a tag, duplicates are found by hashing. */
#define PAIRWISE_ATTRIBUTES 24

#define L     HTML_CLASS_LESS
#define S     HTML_CLASS_SPECIAL
#define B     (HTML_CLASS_BLANK | HTML_CLASS_NAME_END | HTML_CLASS_ATTR_END | HTML_CLASS_VALUE_END)
#define SLASH (HTML_CLASS_NAME_END | HTML_CLASS_ATTR_END)
#define E     HTML_CLASS_ATTR_END
#define GT    (HTML_CLASS_NAME_END | HTML_CLASS_ATTR_END | HTML_CLASS_VALUE_END)

const guint8 html_class[256] = {
    ['\0'] = S,    ['\t'] = B, ['\n'] = B, ['\f'] = B, ['\r'] = B | S, [' '] = B,
    ['/'] = SLASH, ['>'] = GT, ['='] = E,  ['&'] = S,  ['<'] = L,
};

#undef L
#undef S
#undef B
#undef E

static gboolean
has_class(const HtmlTokenizer *t, size_t at, guint8 class)
{
  return at < t->len && (html_class[t->src[at]] & class) != 0;
}

static gboolean
is_byte(const HtmlTokenizer *t, size_t at, char c)
{
  return at < t->len && t->src[at] == (unsigned char)c;
}

/* --- Life ------------------------------------------------------------------------------------*/

HtmlTokenizer *
html_tokenizer_new(const unsigned char *utf8, size_t len)
{
  HtmlTokenizer *t = g_new0(HtmlTokenizer, 1);

  t->src = utf8;
  t->len = len;
  t->follow = TRUE;
  t->attributes = g_array_new(FALSE, FALSE, sizeof(HtmlAttribute));
  t->pieces = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));
  t->undone = g_string_new(NULL);
  t->last_start = g_string_new(NULL);
  return t;
}

void
html_tokenizer_free(HtmlTokenizer *t)
{
  if (!t)
    return;
  g_array_free(t->attributes, TRUE);
  g_array_free(t->pieces, TRUE);
  g_string_free(t->undone, TRUE);
  g_string_free(t->last_start, TRUE);
  g_free(t->names);
  g_free(t);
}

void
html_tokenizer_follow(HtmlTokenizer *t, gboolean follow)
{
  t->follow = follow;
}

int
html_tokenizer_set_state(HtmlTokenizer *t, const char *state, const char *last_start_tag)
{
  static const char *const names[] = {
      [MODEL_DATA] = "Data state",           [MODEL_RCDATA] = "RCDATA state",
      [MODEL_RAWTEXT] = "RAWTEXT state",     [MODEL_SCRIPT] = "Script data state",
      [MODEL_PLAINTEXT] = "PLAINTEXT state", [MODEL_CDATA] = "CDATA section state",
  };
  unsigned i;

  for (i = 0; i < G_N_ELEMENTS(names); i++) {
    if (strcmp(names[i], state) == 0) {
      t->model = (HtmlModel)i;
      g_string_assign(t->last_start, last_start_tag ? last_start_tag : "");
      return 0;
    }
  }
  return -1;
}

/* --- Names -----------------------------------------------------------------------------------*/

/* Makes room for names of so many source bytes; those of the token before are gone. */
static void
names_reserve(HtmlTokenizer *t, size_t bytes, size_t count)
{
  size_t need = 3 * bytes + count; /* a NUL becomes three bytes, and each name ends in one */

  if (need > t->names_size) {
    t->names_size = MAX(need, 256);
    g_free(t->names);
    t->names = g_malloc(t->names_size);
  }
  t->names_used = 0;
}

/* The bytes in lower case, NUL as U+FFFD, NUL-ended. */
static const char *
name_lower(HtmlTokenizer *t, Range span)
{
  const unsigned char *p = t->src + span.off, *end = p + span.len;
  char *name = t->names + t->names_used, *out = name;

  for (; p < end; p++) {
    if (*p == '\0') {
      memcpy(out, "\357\277\275", 3);
      out += 3;
    } else {
      *out++ = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
    }
  }
  *out++ = '\0';
  t->names_used = (size_t)(out - t->names);
  return name;
}

const char *
html_name(HtmlTokenizer *t, Range span)
{
  names_reserve(t, span.len, 1);
  return name_lower(t, span);
}

/* --- Tags ------------------------------------------------------------------------------------*/

/* Where the value ends, before its quote; notes what is in it. */
static size_t
value_end(HtmlTokenizer *t, size_t at, HtmlQuote quote, HtmlAttribute *a)
{
  const unsigned char *s = t->src;
  unsigned char stop = quote == HTML_DOUBLE ? '"' : '\'';
  guint8 seen = 0;

  if (quote == HTML_UNQUOTED) {
    for (; at < t->len && !(html_class[s[at]] & HTML_CLASS_VALUE_END); at++)
      seen |= html_class[s[at]];
  } else {
    for (; at < t->len && s[at] != stop; at++)
      seen |= html_class[s[at]];
  }
  a->undone = (seen & HTML_CLASS_SPECIAL) != 0;
  a->markup = (seen & HTML_CLASS_LESS) != 0;
  return at;
}

/* "Before attribute value state" on, `at` after the '='. Returns the place after the value. */
static size_t
read_value(HtmlTokenizer *t, size_t at, HtmlAttribute *a)
{
  size_t start;

  while (has_class(t, at, HTML_CLASS_BLANK))
    at++;
  a->quote = is_byte(t, at, '"') ? HTML_DOUBLE : is_byte(t, at, '\'') ? HTML_SINGLE : HTML_UNQUOTED;
  start = at + (a->quote != HTML_UNQUOTED);
  at = value_end(t, start, a->quote, a);
  a->value_span = range_make(start, at - start);
  if (a->quote != HTML_UNQUOTED && at < t->len)
    return at + 1;
  if (a->value_span.len == 0)
    t->errors++;
  return at;
}

/* One attribute; `at` is its first byte, which may be '='. Returns the place after it. */
static size_t
read_attribute(HtmlTokenizer *t, size_t at)
{
  HtmlAttribute a = {.quote = HTML_NO_VALUE};
  size_t start = at, after;

  t->errors += is_byte(t, at, '=');
  for (at++; at < t->len && !(html_class[t->src[at]] & HTML_CLASS_ATTR_END);)
    at++;
  a.name_span = range_make(start, at - start);
  a.value_span = range_make(at, 0);
  after = at;
  while (has_class(t, after, HTML_CLASS_BLANK))
    after++;
  if (is_byte(t, after, '='))
    at = read_value(t, after + 1, &a);
  a.whole = range_make(start, at - start);
  if (t->attributes->len < LIMIT_ATTRIBUTES)
    g_array_append_val(t->attributes, a);
  else
    t->token.cut = TRUE;
  return at;
}

static gboolean
same_name(const HtmlAttribute *a, const HtmlAttribute *b)
{
  return a->name_span.len == b->name_span.len && a->name[0] == b->name[0] &&
         strcmp(a->name, b->name) == 0;
}

static void
mark_duplicates(HtmlAttribute *attributes, unsigned n)
{
  g_autoptr(GHashTable) seen = NULL;
  unsigned i, j;

  if (n <= PAIRWISE_ATTRIBUTES) {
    for (i = 1; i < n; i++)
      for (j = 0; j < i && !attributes[i].duplicate; j++)
        attributes[i].duplicate = same_name(&attributes[i], &attributes[j]);
    return;
  }
  seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (i = 0; i < n; i++)
    attributes[i].duplicate = !g_hash_table_add(seen, (gpointer)attributes[i].name);
}

/* Values that are not as in the source, all in one buffer, whose place is final only in the end. */
static void
undo_values(HtmlTokenizer *t, HtmlAttribute *attributes, unsigned n)
{
  const unsigned rules = HTML_UNDO_REFERENCES | HTML_UNDO_IN_ATTRIBUTE | HTML_UNDO_NUL;
  size_t at = 0;
  unsigned i;

  g_string_truncate(t->undone, 0);
  for (i = 0; i < n; i++) {
    HtmlAttribute *a = &attributes[i];
    size_t before = t->undone->len;

    a->value = (const char *)t->src + a->value_span.off;
    a->value_len = a->value_span.len;
    if (a->undone) {
      t->errors += html_undo(t->src, a->value_span, rules, t->undone, NULL);
      a->value_len = t->undone->len - before;
    }
  }
  for (i = 0; i < n; i++) {
    if (attributes[i].undone) {
      attributes[i].value = t->undone->str + at;
      at += attributes[i].value_len;
    }
  }
}

static void
finish_tag(HtmlTokenizer *t, Range name)
{
  HtmlAttribute *attributes = (HtmlAttribute *)(void *)t->attributes->data;
  unsigned i, n = t->attributes->len;
  size_t bytes = name.len;

  for (i = 0; i < n; i++)
    bytes += attributes[i].name_span.len;
  names_reserve(t, bytes, n + 1);
  t->token.name = name_lower(t, name);
  for (i = 0; i < n; i++)
    attributes[i].name = name_lower(t, attributes[i].name_span);
  mark_duplicates(attributes, n);
  undo_values(t, attributes, n);
  t->token.attributes = attributes;
  t->token.nattributes = n;
}

/* "Before attribute name state" until the tag ends. Returns the place after '>', or t->len if it
 * never comes. */
static size_t
read_attributes(HtmlTokenizer *t, size_t at, gboolean *closed)
{
  *closed = FALSE;
  while (at < t->len) {
    unsigned char c = t->src[at];

    if (c == '>') {
      *closed = TRUE;
      return at + 1;
    }
    if (c == '/') {
      t->token.self_closing = is_byte(t, at + 1, '>');
      t->errors += !t->token.self_closing;
      at++;
    } else if (html_class[c] & HTML_CLASS_BLANK) {
      at++;
    } else {
      at = read_attribute(t, at);
    }
  }
  return at;
}

static void
switch_model(HtmlTokenizer *t, const HtmlToken *token)
{
  HtmlModel model = html_foreign_start(&t->foreign, token);

  if (model == MODEL_DATA)
    return;
  t->model = model;
  g_string_assign(t->last_start, token->name);
}

static void
read_tag(HtmlTokenizer *t, gboolean end)
{
  size_t start = t->pos + 1 + (end ? 1 : 0), at = start;
  gboolean closed;
  Range name;

  while (at < t->len && !(html_class[t->src[at]] & HTML_CLASS_NAME_END))
    at++;
  name = range_make(start, at - start);
  g_array_set_size(t->attributes, 0);
  at = read_attributes(t, at, &closed);
  finish_tag(t, name);
  t->token.type = !closed ? HTML_EOF : end ? HTML_END_TAG : HTML_START_TAG;
  t->errors += !closed + (end && t->attributes->len > 0);
  t->pos = at;
  if (t->follow && closed && !end)
    switch_model(t, &t->token);
  else if (t->follow && closed)
    html_foreign_end(&t->foreign, &t->token);
}

/* --- Text ------------------------------------------------------------------------------------*/

/* What the '<' at `at` begins, in the data state. */
static HtmlTokenType
markup_at(const HtmlTokenizer *t, size_t at)
{
  unsigned char c;

  if (at + 1 >= t->len)
    return HTML_TEXT;
  c = t->src[at + 1];
  if (g_ascii_isalpha(c))
    return HTML_START_TAG;
  if (c == '!' || c == '?')
    return HTML_COMMENT;
  if (c != '/' || at + 2 >= t->len || t->src[at + 2] == '>')
    return HTML_TEXT;
  return g_ascii_isalpha(t->src[at + 2]) ? HTML_END_TAG : HTML_COMMENT;
}

/* Emits source[text] as text of the token that ends at `next`. */
static void
finish_text(HtmlTokenizer *t, Range text, size_t next, gboolean special, unsigned undo)
{
  t->token.type = HTML_TEXT;
  t->token.data_span = text;
  t->token.data = (const char *)t->src + text.off;
  t->token.data_len = text.len;
  t->pos = next;
  if (!special)
    return;
  g_string_truncate(t->undone, 0);
  t->errors += html_undo(t->src, text, undo, t->undone, NULL);
  t->token.data = t->undone->str;
  t->token.data_len = t->undone->len;
  t->undo = undo;
  t->is_undone = TRUE;
}

static void
read_text(HtmlTokenizer *t)
{
  const unsigned char *s = t->src;
  size_t at = t->pos, len = t->len;
  guint8 seen = 0;

  for (;;) {
    while (at < len && !(html_class[s[at]] & HTML_CLASS_LESS))
      seen |= html_class[s[at++]];
    if (at >= len || markup_at(t, at) != HTML_TEXT)
      break;
    if (at + 2 < len && s[at + 1] == '/') /* "</>" */
      seen |= HTML_CLASS_SPECIAL;
    t->errors++;
    at++;
  }
  finish_text(t, range_make(t->pos, at - t->pos), at, (seen & HTML_CLASS_SPECIAL) != 0,
              HTML_UNDO_REFERENCES | HTML_UNDO_EMPTY_TAG);
}

gboolean
html_ends_raw(const HtmlTokenizer *t, size_t at)
{
  size_t n = t->last_start->len;

  return n > 0 && at + 2 + n < t->len && t->src[at] == '<' && t->src[at + 1] == '/' &&
         g_ascii_strncasecmp((const char *)t->src + at + 2, t->last_start->str, n) == 0 &&
         has_class(t, at + 2 + n, HTML_CLASS_NAME_END);
}

/* Where the text of a raw text element ends: at its end tag, or the end of all. */
static size_t
raw_end(const HtmlTokenizer *t)
{
  size_t at = t->pos;

  if (t->model == MODEL_SCRIPT)
    return html_script_end(t);
  while (at < t->len) {
    const unsigned char *less = memchr(t->src + at, '<', t->len - at);

    if (!less)
      return t->len;
    at = (size_t)(less - t->src);
    if (html_ends_raw(t, at))
      return at;
    at++;
  }
  return at;
}

static gboolean
holds_special(const HtmlTokenizer *t, Range text)
{
  const unsigned char *p = t->src + text.off, *end = p + text.len;
  guint8 seen = 0;

  while (p < end)
    seen |= html_class[*p++];
  return (seen & HTML_CLASS_SPECIAL) != 0;
}

static void
read_raw_end_tag(HtmlTokenizer *t)
{
  t->raw_end_tag = FALSE;
  read_tag(t, TRUE);
  t->token.raw = t->token.type == HTML_EOF;
}

static void
read_raw(HtmlTokenizer *t)
{
  size_t end = t->model == MODEL_PLAINTEXT ? t->len : raw_end(t);
  Range text = range_make(t->pos, end - t->pos);
  unsigned undo = HTML_UNDO_NUL;

  if (t->model == MODEL_RCDATA)
    undo |= HTML_UNDO_REFERENCES;
  t->token.raw = TRUE;
  t->token.open = end == t->len;
  t->model = t->model == MODEL_PLAINTEXT ? MODEL_PLAINTEXT : MODEL_DATA;
  if (text.len == 0) { /* its end tag follows at once */
    read_raw_end_tag(t);
    return;
  }
  t->raw_end_tag = end < t->len;
  finish_text(t, text, end, holds_special(t, text), undo);
}

void
html_read_cdata(HtmlTokenizer *t, size_t start)
{
  const unsigned char *end = memmem(t->src + start, t->len - start, "]]>", 3);
  size_t stop = end ? (size_t)(end - t->src) : t->len;
  Range text = range_make(start, stop - start);

  t->model = MODEL_DATA;
  t->token.cdata = TRUE;
  t->token.open = !end;
  finish_text(t, text, end ? stop + 3 : stop, holds_special(t, text), 0);
}

void
html_undo_comment(HtmlTokenizer *t, Range data, size_t next)
{
  finish_text(t, data, next, holds_special(t, data), HTML_UNDO_NUL);
  t->token.type = HTML_COMMENT;
}

/* Few ask for the way back, so the text is undone again for the first who does. */
Range
html_text_source(HtmlTokenizer *t, size_t data_off, size_t data_len)
{
  if (!t->is_undone)
    return range_make(t->token.data_span.off + data_off, data_len);
  if (!t->is_mapped) {
    GString *again = g_string_sized_new(t->token.data_len + 1);

    g_array_set_size(t->pieces, 0);
    (void)html_undo(t->src, t->token.data_span, t->undo, again, t->pieces);
    g_string_free(again, TRUE);
    t->is_mapped = TRUE;
  }
  return html_pieces_source(t->pieces, data_off, data_len);
}

/* --- Tokens ----------------------------------------------------------------------------------*/

static void
read_data(HtmlTokenizer *t)
{
  HtmlTokenType type = HTML_TEXT;

  if (t->src[t->pos] == '<')
    type = markup_at(t, t->pos);
  if (type == HTML_TEXT)
    read_text(t);
  else if (type == HTML_COMMENT)
    html_read_declaration(t);
  else
    read_tag(t, type == HTML_END_TAG);
}

const HtmlToken *
html_tokenizer_next(HtmlTokenizer *t)
{
  size_t start = t->pos;

  memset(&t->token, 0, sizeof t->token);
  t->errors = 0;
  t->is_undone = t->is_mapped = FALSE;
  if (start >= t->len)
    t->token.type = HTML_EOF;
  else if (t->raw_end_tag)
    read_raw_end_tag(t);
  else if (t->model == MODEL_DATA)
    read_data(t);
  else if (t->model == MODEL_CDATA)
    html_read_cdata(t, start);
  else
    read_raw(t);
  t->token.span = range_make(start, t->pos - start);
  t->token.errors = t->errors;
  return &t->token;
}
