/* pdf_content.c - content streams of PDF, taken apart as readers do that repair as they go: a
 * parenthesis without a partner ends with the stream, signs that begin nothing are blanks, and
 * operands wait for whatever operator comes. */
#include "pdf_content.h"

#include <string.h>

#include "bounds.h"

struct pdf_content {
  const unsigned char *start, *at, *end;
  GArray *tokens; /* PdfToken, operands; bytes are offsets into `store` until the operator comes */
  GString *store; /* of strings and names */
  gboolean cut;
  PdfOperator found;
};

/* --- tokens --- */

/* Asked of every byte of every page. */
enum { SPACE = 1, DELIMITER = 2 };

static const guint8 classes[256] = {
    [0] = SPACE,       ['\t'] = SPACE,    ['\n'] = SPACE,    ['\f'] = SPACE,
    ['\r'] = SPACE,    [' '] = SPACE,     ['('] = DELIMITER, [')'] = DELIMITER,
    ['<'] = DELIMITER, ['>'] = DELIMITER, ['['] = DELIMITER, [']'] = DELIMITER,
    ['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER, ['%'] = DELIMITER,
};

gboolean
pdf_is_space(unsigned char c)
{
  return classes[c] == SPACE;
}

gboolean
pdf_ends_name(unsigned char c)
{
  return classes[c] != 0;
}

gboolean
pdf_may_end_name(unsigned char c)
{
  return c == 0x80 || c == 0xff;
}

gboolean
pdf_name_may_end(const unsigned char *name, size_t len)
{
  for (size_t i = 1; i < len; i++)
    if (pdf_may_end_name(name[i]) && name[i - 1] < 0x80)
      return TRUE;
  return FALSE;
}

const unsigned char *
pdf_skip_space(const unsigned char *p, const unsigned char *end)
{
  while (p < end && (pdf_is_space(*p) || *p == '%')) {
    gboolean comment = *p++ == '%';

    while (comment && p < end && *p != '\r' && *p != '\n')
      p++;
  }
  return p;
}

static const unsigned char *
read_escape(const unsigned char *p, const unsigned char *end, GString *out)
{
  static const char letters[] = "nrtbf", values[] = "\n\r\t\b\f";
  const char *letter = *p ? strchr(letters, *p) : NULL;
  unsigned octal = 0, digits = 0;

  while (p < end && digits < 3 && *p >= '0' && *p <= '7') {
    octal = octal * 8 + (unsigned)(*p++ - '0');
    digits++;
  }
  if (digits > 0) {
    g_string_append_c(out, (char)octal);
    return p;
  }
  if (*p == '\r' || *p == '\n') /* a line that goes on */
    return p + (*p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1);
  g_string_append_c(out, letter ? values[letter - letters] : (char)*p);
  return p + 1;
}

const unsigned char *
pdf_read_literal(const unsigned char *p, const unsigned char *end, size_t most, GString *out)
{
  const size_t stop = out->len + most;
  unsigned depth = 1;

  while (p < end && out->len <= stop) {
    unsigned char c = *p++;

    if (c == '\\' && p < end) {
      p = read_escape(p, end, out);
      continue;
    }
    depth += c == '(';
    depth -= c == ')';
    if (depth == 0)
      return p;
    g_string_append_c(out, (char)c);
  }
  return p;
}

const unsigned char *
pdf_read_hex(const unsigned char *p, const unsigned char *end, size_t most, GString *out)
{
  const size_t stop = out->len + most;
  int high = -1;

  for (; p < end && *p != '>' && out->len <= stop; p++) {
    int digit = g_ascii_xdigit_value((char)*p);

    if (digit < 0)
      continue;
    if (high >= 0)
      g_string_append_c(out, (char)(high * 16 + digit));
    high = high >= 0 ? -1 : digit;
  }
  if (high >= 0)
    g_string_append_c(out, (char)(high * 16));
  return p < end && *p == '>' ? p + 1 : p;
}

const unsigned char *
pdf_read_name_byte(const unsigned char *p, const unsigned char *end, unsigned char *c)
{
  *c = *p++;
  if (*c == '#' && end - p >= 2 && g_ascii_isxdigit((char)p[0]) && g_ascii_isxdigit((char)p[1])) {
    *c = (unsigned char)(g_ascii_xdigit_value((char)p[0]) * 16 + g_ascii_xdigit_value((char)p[1]));
    p += 2;
  }
  return p;
}

const unsigned char *
pdf_skip_name(const unsigned char *p, const unsigned char *end, const char *name)
{
  for (; *name; name++) {
    unsigned char c;

    if (p >= end)
      return NULL;
    p = pdf_read_name_byte(p, end, &c);
    if (c != (unsigned char)*name)
      return NULL;
  }
  return p >= end || pdf_ends_name(*p) || pdf_may_end_name(*p) ? p : NULL;
}

/* --- operands --- */

/* One more; the oldest half goes where there are too many. */
static void
add_token(PdfContent *content, PdfKind kind, const unsigned char *from, size_t stored)
{
  PdfToken token = {.kind = kind};

  if (content->tokens->len >= LIMIT_PDF_OPERANDS) {
    content->cut = TRUE;
    g_array_remove_range(content->tokens, 0, LIMIT_PDF_OPERANDS / 2);
  }
  token.at = range_make((size_t)(from - content->start), (size_t)(content->at - from));
  token.len = stored;
  if (kind == PDF_STRING || kind == PDF_NAME || kind == PDF_WORD) {
    token.len = content->store->len - stored;
    token.number = (double)stored; /* until settle_tokens() */
    g_string_append_c(content->store, '\0');
  }
  g_array_append_val(content->tokens, token);
}

/* The store has stopped moving. */
static void
settle_tokens(PdfContent *content)
{
  for (guint i = 0; i < content->tokens->len; i++) {
    PdfToken *token = &g_array_index(content->tokens, PdfToken, i);

    if (token->kind != PDF_STRING && token->kind != PDF_NAME && token->kind != PDF_WORD)
      continue;
    token->bytes = content->store->str + (size_t)token->number;
    token->number = 0;
  }
}

/* Numbers as readers take them: "--5" is one, and "12-3" and "1.2.3" begin with one. FALSE for what
 * is none. */
static gboolean
number_of(const char *text, double *number)
{
  gboolean negative = *text == '-', digits = FALSE;
  double value = 0, place = 0;

  while (*text == '-' || *text == '+')
    text++;
  for (; g_ascii_isdigit(*text) || (*text == '.' && place == 0); text++) {
    if (*text == '.')
      place = 1;
    else if (place > 0)
      value += (*text - '0') * (place /= 10);
    else
      value = value * 10 + (*text - '0');
    digits = TRUE;
  }
  *number = negative ? -value : value;
  return digits && (*text == '\0' || *text == '.' || *text == '-') && value < 1e15;
}

static void
read_name(PdfContent *content)
{
  const unsigned char *from = content->at++;
  size_t stored = content->store->len;
  unsigned char c;

  while (content->at < content->end && !pdf_ends_name(*content->at)) {
    content->at = pdf_read_name_byte(content->at, content->end, &c);
    g_string_append_c(content->store, (char)c);
  }
  add_token(content, PDF_NAME, from, stored);
}

static void
read_string(PdfContent *content, gboolean hex)
{
  const unsigned char *from = content->at++;
  size_t stored = content->store->len;

  content->at = (hex ? pdf_read_hex : pdf_read_literal)(content->at, content->end, G_MAXSIZE / 2,
                                                        content->store);
  add_token(content, PDF_STRING, from, stored);
}

static void
read_bracket(PdfContent *content, PdfKind kind, size_t len)
{
  const unsigned char *from = content->at;

  content->at += len;
  add_token(content, kind, from, 0);
}

/* A number, or a word: TRUE if that is an operator. */
static gboolean
read_word(PdfContent *content)
{
  static const char *const values[] = {"true", "false", "null"};
  const unsigned char *from = content->at;
  size_t stored = content->store->len;
  const char *word;
  double number;

  while (content->at < content->end && !pdf_ends_name(*content->at))
    content->at++;
  g_string_append_len(content->store, (const char *)from, content->at - from);
  word = content->store->str + stored;
  if (number_of(word, &number)) {
    g_string_truncate(content->store, stored);
    add_token(content, PDF_NUMBER, from, 0);
    g_array_index(content->tokens, PdfToken, content->tokens->len - 1).number = number;
    return FALSE;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
    if (strcmp(word, values[i]) == 0) {
      add_token(content, PDF_WORD, from, stored);
      return FALSE;
    }
  add_token(content, PDF_WORD, from, stored);
  return TRUE;
}

/* TRUE if an operator was read: it is the last token. */
static gboolean
read_token(PdfContent *content)
{
  const unsigned char *p = content->at;
  gboolean two = content->end - p >= 2 && p[1] == p[0];

  switch (*p) {
  case '/':
    read_name(content);
    break;
  case '(':
    read_string(content, FALSE);
    break;
  case '<':
    if (two)
      read_bracket(content, PDF_OPEN, 2);
    else
      read_string(content, TRUE);
    break;
  case '[':
    read_bracket(content, PDF_OPEN, 1);
    break;
  case ']':
    read_bracket(content, PDF_CLOSE, 1);
    break;
  case '>':
    read_bracket(content, PDF_CLOSE, two ? 2 : 1);
    break;
  case ')':
  case '{':
  case '}':
    content->at++;
    break;
  default:
    return read_word(content);
  }
  return FALSE;
}

/* --- inline images (8.9.7) --- */

/* Does the image end here: "EI", blanks around it, and behind it what a content stream holds? */
static gboolean
image_ends(const unsigned char *p, const unsigned char *end)
{
  if (end - p < 2 || p[0] != 'E' || p[1] != 'I' || (end - p > 2 && !pdf_ends_name(p[2])))
    return FALSE;
  for (unsigned i = 2; i < 12 && p + i < end; i++)
    if (p[i] >= 0x7f || (p[i] < ' ' && !pdf_is_space(p[i])))
      return FALSE;
  return TRUE;
}

static void
read_image(PdfContent *content)
{
  const unsigned char *from, *p;

  if (content->at < content->end && pdf_is_space(*content->at))
    content->at++;
  from = p = content->at;
  while (p < content->end && !((p == from || pdf_is_space(p[-1])) && image_ends(p, content->end)))
    p++;
  content->at = p;
  add_token(content, PDF_IMAGE, from, 0);
  content->at = MIN(p + 2, content->end);
}

/* --- operators --- */

PdfContent *
pdf_content_new(const unsigned char *bytes, size_t len)
{
  PdfContent *content = g_new0(PdfContent, 1);

  content->start = content->at = len > 0 ? bytes : (const unsigned char *)"";
  content->end = content->at + len;
  content->tokens = g_array_new(FALSE, FALSE, sizeof(PdfToken));
  content->store = g_string_new(NULL);
  return content;
}

void
pdf_content_free(PdfContent *content)
{
  if (!content)
    return;
  g_array_unref(content->tokens);
  g_string_free(content->store, TRUE);
  g_free(content);
}

static const PdfOperator *
give(PdfContent *content, const char *name, unsigned count)
{
  const PdfToken *tokens = (const PdfToken *)(const void *)content->tokens->data;
  size_t from = tokens[0].at.off;

  settle_tokens(content);
  content->found = (PdfOperator){.name = name ? name : tokens[count].bytes,
                                 .operands = tokens,
                                 .count = count,
                                 .cut = content->cut};
  content->found.at = range_make(from, (size_t)(content->at - content->start) - from);
  return &content->found;
}

const PdfOperator *
pdf_content_next(PdfContent *content)
{
  g_array_set_size(content->tokens, 0);
  g_string_truncate(content->store, 0);
  content->cut = FALSE;
  for (;;) {
    const PdfToken *last;
    const char *word;

    content->at = pdf_skip_space(content->at, content->end);
    if (content->at >= content->end)
      return NULL;
    if (!read_token(content))
      continue;
    last = &g_array_index(content->tokens, PdfToken, content->tokens->len - 1);
    word = content->store->str + (size_t)last->number;
    if (strcmp(word, "BI") == 0 || strcmp(word, "EI") == 0) { /* the latter of no image */
      g_array_set_size(content->tokens, 0);
      continue;
    }
    if (strcmp(word, "ID") != 0)
      return give(content, NULL, content->tokens->len - 1);
    g_array_set_size(content->tokens, content->tokens->len - 1);
    read_image(content);
    return give(content, "EI", content->tokens->len);
  }
}
