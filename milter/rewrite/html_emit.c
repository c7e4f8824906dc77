/* html_emit.c - HTML written anew, so that every reader builds the same tree.
 *
 * A stack of open elements stands for the tree. Whatever tree builders mend in their own ways is
 * mended here first: a paragraph ends before a block, an item before the next, an anchor before
 * another; nothing stands between the rows of a table, where some move it in front of the table;
 * end tags close what is open within, in order. What needs no mending is copied as it is, marks of
 * ours above all. */
#include "html_emit.h"

#include <string.h>

#include "html.h"
#include "html_emit_allow.h"

/* Deeper tags are left out; browsers stop at 512. */
#define DEPTH_MAX 200

typedef struct emitter {
  const unsigned char *src;
  GString *out, *value;
  const EmitElement *open[DEPTH_MAX];
  unsigned depth;
  gboolean after_pre; /* a line end here would be lost */
  const char *raw;    /* the element whose raw text comes */
  gboolean svg_raw; /* style or script of svg, whose text comes as any other */
} Emitter;

/* --- The stack -------------------------------------------------------------------------------*/

static const EmitElement *
top(const Emitter *e)
{
  return e->depth > 0 ? e->open[e->depth - 1] : NULL;
}

static void
close_to(Emitter *e, unsigned depth)
{
  while (e->depth > depth)
    g_string_append_printf(e->out, "</%s>", e->open[--e->depth]->name);
}

static gboolean
is_cell(EmitKind kind)
{
  return kind == EMIT_CELL;
}

static gboolean
is_table(EmitKind kind)
{
  return kind == EMIT_TABLE;
}

static gboolean
is_list(EmitKind kind)
{
  return kind == EMIT_LIST || kind == EMIT_CELL;
}

static gboolean
is_dl(EmitKind kind)
{
  return kind == EMIT_DL || kind == EMIT_CELL;
}

/* Closes up to and with the innermost one of that kind, if none that stops stands within. */
static void
close_kind(Emitter *e, EmitKind kind, gboolean (*stops)(EmitKind))
{
  for (unsigned i = e->depth; i > 0 && !stops(e->open[i - 1]->kind); i--)
    if (e->open[i - 1]->kind == kind) {
      close_to(e, i - 1);
      return;
    }
}

static void
push(Emitter *e, const EmitElement *element)
{
  if (e->depth < DEPTH_MAX)
    e->open[e->depth++] = element;
}

static void
open_plain(Emitter *e, const char *name)
{
  g_string_append_printf(e->out, "<%s>", name);
  push(e, emit_element(name));
}

/* Before anything that is shown: a row and a cell, if the place is between them. */
static void
need_cell(Emitter *e)
{
  const EmitElement *now = top(e);

  if (now && (now->kind == EMIT_TABLE || now->kind == EMIT_SECTION))
    open_plain(e, "tr");
  now = top(e);
  if (now && now->kind == EMIT_ROW)
    open_plain(e, "td");
}

static gboolean
in_table(const Emitter *e)
{
  for (unsigned i = e->depth; i > 0; i--)
    if (e->open[i - 1]->kind == EMIT_TABLE)
      return TRUE;
  return FALSE;
}

/* --- Start tags ------------------------------------------------------------------------------*/

/* Brings the stack to where the element may stand. FALSE if it may not. */
static gboolean
make_room(Emitter *e, const EmitElement *element)
{
  switch (element->kind) {
  case EMIT_SECTION:
  case EMIT_ROW:
  case EMIT_CELL:
    if (!in_table(e))
      return FALSE;
    close_kind(e, EMIT_CELL, is_table);
    if (element->kind == EMIT_CELL) {
      if (top(e)->kind != EMIT_ROW)
        open_plain(e, "tr");
      return TRUE;
    }
    close_kind(e, EMIT_ROW, is_table);
    if (element->kind == EMIT_SECTION)
      close_kind(e, EMIT_SECTION, is_table);
    return TRUE;
  case EMIT_ITEM:
    close_kind(e, EMIT_ITEM, is_list);
    break;
  case EMIT_DD:
    close_kind(e, EMIT_DD, is_dl);
    break;
  case EMIT_HEADING:
    close_kind(e, EMIT_HEADING, is_cell);
    break;
  case EMIT_A:
    close_kind(e, EMIT_A, is_cell);
    break;
  default:
    break;
  }
  need_cell(e);
  if (element->kind != EMIT_INLINE && element->kind != EMIT_A)
    close_kind(e, EMIT_P, is_cell);
  return TRUE;
}

/* The tag is as it would be written. */
static gboolean
is_canonical(Emitter *e, const HtmlToken *token, const EmitElement *element)
{
  if (token->errors > 0 || token->cut || token->self_closing)
    return FALSE;
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];
    const char *value = emit_value(element->name, a, e->value);

    if (a->quote != HTML_DOUBLE || a->markup || !value || strlen(value) != a->value_len ||
        memcmp(value, a->value, a->value_len) != 0)
      return FALSE;
  }
  return TRUE;
}

static void
write_value(Emitter *e, const char *value)
{
  for (; *value; value++) {
    if (*value == '&' || *value == '"' || *value == '<' || *value == '>')
      g_string_append_printf(e->out, "&#%d;", *value);
    else
      g_string_append_c(e->out, *value);
  }
}

static void
write_start(Emitter *e, const HtmlToken *token, const EmitElement *element)
{
  if (is_canonical(e, token, element)) {
    g_string_append_len(e->out, (const char *)e->src + token->span.off, (gssize)token->span.len);
    return;
  }
  g_string_append_printf(e->out, "<%s", element->name);
  for (unsigned i = 0; i < token->nattributes; i++) {
    const char *value = emit_value(element->name, &token->attributes[i], e->value);

    if (!value)
      continue;
    g_string_append_printf(e->out, " %s=\"", token->attributes[i].name);
    write_value(e, value);
    g_string_append_c(e->out, '"');
  }
  g_string_append_c(e->out, '>');
}

/* A table leaves room for a section, a row and a cell, which are never refused. */
static gboolean
is_too_deep(const Emitter *e, const EmitElement *element)
{
  return !element->empty && element->kind < EMIT_SECTION && e->depth + 4 > DEPTH_MAX;
}

static void
emit_start(Emitter *e, const HtmlToken *token)
{
  const EmitElement *element = emit_element(token->name);

  e->raw = NULL;
  if (strcmp(token->name, "textarea") == 0)
    e->raw = "textarea";
  else if (strcmp(token->name, "xmp") == 0 || strcmp(token->name, "plaintext") == 0)
    e->raw = "xmp";
  if (!element || !make_room(e, element) || is_too_deep(e, element))
    return;
  write_start(e, token, element);
  if (!element->empty)
    push(e, element);
  e->after_pre = element->kind == EMIT_PRE;
}

/* --- End tags and text -----------------------------------------------------------------------*/

static gboolean
bars_end(EmitKind bar, EmitKind kind)
{
  if (kind == EMIT_TABLE)
    return FALSE;
  return kind >= EMIT_SECTION ? bar == EMIT_TABLE : bar == EMIT_CELL || bar == EMIT_TABLE;
}

static void
emit_end(Emitter *e, const HtmlToken *token)
{
  const EmitElement *element = emit_element(token->name);
  unsigned i = e->depth;

  if (!element || element->empty)
    return;
  while (i > 0 && e->open[i - 1] != element && !bars_end(e->open[i - 1]->kind, element->kind))
    i--;
  if (i == 0 || e->open[i - 1] != element)
    return;
  e->after_pre = FALSE;
  if (i == e->depth && token->errors == 0) {
    g_string_append_len(e->out, (const char *)e->src + token->span.off, (gssize)token->span.len);
    e->depth--;
  } else {
    close_to(e, i - 1);
  }
}

static gboolean
is_blank(const HtmlToken *token)
{
  for (size_t i = 0; i < token->data_len; i++)
    if (!token->data[i] || !strchr(" \t\r\n\f", token->data[i]))
      return FALSE;
  return TRUE;
}

/* The text as it is written in the source, with what could begin a tag made text. */
static void
write_text(Emitter *e, Range text, gboolean references)
{
  const char *p = (const char *)e->src + text.off, *end = p + text.len;

  while (e->after_pre && p < end && (*p == '\n' || *p == '\r' || *p == '\0'))
    p++;
  for (; p < end; p++) {
    if (*p == '<' && end - p >= 3 && p[1] == '/' && p[2] == '>' && references)
      p += 2;
    else if (*p == '<')
      g_string_append(e->out, "&lt;");
    else if (*p == '&' && !references)
      g_string_append(e->out, "&amp;");
    else if (*p != '\0')
      g_string_append_c(e->out, *p);
  }
}

static void
emit_text(Emitter *e, const HtmlToken *token, gboolean svg_raw)
{
  size_t before;

  if (svg_raw || (token->raw && !e->raw))
    return;
  if (!is_blank(token))
    need_cell(e);
  before = e->out->len;
  write_text(e, token->data_span, token->raw ? strcmp(e->raw, "textarea") == 0 : !token->cdata);
  e->after_pre = e->after_pre && e->out->len == before;
}

/* Word by word as everybody writes it, and before all else. */
static void
emit_doctype(Emitter *e, const HtmlToken *token)
{
  const char *text = (const char *)e->src + token->span.off;

  if (e->out->len > 0 || token->quirks || token->errors > 0)
    return;
  for (size_t i = 1; i + 1 < token->span.len; i++)
    if (!text[i] || (!g_ascii_isalnum(text[i]) && !strchr(" !\"'-/.:+_\r\n\t", text[i])))
      return;
  g_string_append_len(e->out, text, (gssize)token->span.len);
}

GBytes *
html_emit(const unsigned char *utf8, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(utf8, len);
  g_autoptr(GString) value = g_string_new(NULL);
  Emitter e = {.src = utf8, .value = value};
  const HtmlToken *token;

  e.out = g_string_sized_new(len + 64);
  do {
    gboolean svg_raw = e.svg_raw;

    token = html_tokenizer_next(tokenizer);
    e.svg_raw = token->type == HTML_START_TAG && !token->self_closing &&
                (strcmp(token->name, "style") == 0 || strcmp(token->name, "script") == 0);
    if (token->type == HTML_START_TAG)
      emit_start(&e, token);
    else if (token->type == HTML_END_TAG)
      emit_end(&e, token);
    else if (token->type == HTML_TEXT)
      emit_text(&e, token, svg_raw);
    else if (token->type == HTML_DOCTYPE)
      emit_doctype(&e, token);
  } while (token->type != HTML_EOF);
  close_to(&e, 0);
  return g_string_free_to_bytes(e.out);
}
