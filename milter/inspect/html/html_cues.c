/* html_cues.c - the text of a page as it is shown, a block at a time, for text_cues. Tags within a
 * block do not part words. What inline styles hide is not in it, nor a CDATA section of a drawing,
 * in which no mark could be put; both are looked through once for orders to a program.
 *
 * A quotation is what a reader sees as one: a blockquote without a style of its own, or with the
 * line at its left that mail programs give it, in a page without style sheets. Outlook's "From:
 * Sent: To:" is none, for anybody can write it. */
#include "html_cues.h"

#include <string.h>

#include "bounds.h"
#include "html_private.h"

/* A longer block is looked at in pieces. */
#define BLOCK_MAX 65536

/* Of what is hidden: an order to a program stands early. */
#define UNSEEN_MAX 16384

void
html_cues_begin(HtmlCues *c, const HtmlTokenizer *tokenizer)
{
  c->tokenizer = tokenizer;
  c->block = g_string_new(NULL);
  c->unseen = g_string_new(NULL);
  c->pieces = g_array_new(FALSE, FALSE, sizeof(HtmlCuePiece));
  c->map = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));
}

/* --- The way back ----------------------------------------------------------------------------*/

/* The map of a piece. A page may be one piece with many cues, so the last one is kept. */
static const GArray *
map_of(HtmlCues *c, guint index)
{
  const HtmlCuePiece *piece = &g_array_index(c->pieces, HtmlCuePiece, index);
  g_autoptr(GString) again = NULL;

  if (c->mapped == index + 1)
    return c->map;
  again = g_string_new(NULL);
  g_array_set_size(c->map, 0);
  (void)html_undo(c->tokenizer->src, piece->source, piece->undo, again, c->map);
  c->mapped = index + 1;
  return c->map;
}

/* What in the source a byte of the block comes from; the "\n" of a <br>, its first byte. */
static Range
source_of(HtmlCues *c, size_t at)
{
  const HtmlCuePiece *piece;
  guint low = 0, high = c->pieces->len;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;

    if (g_array_index(c->pieces, HtmlCuePiece, middle).to <= at)
      low = middle;
    else
      high = middle;
  }
  piece = &g_array_index(c->pieces, HtmlCuePiece, low);
  if (piece->undo == 0)
    return range_make(piece->source.off + MIN(at - piece->to, piece->source.len), 1);
  return html_pieces_source(map_of(c, low), at - piece->to, 1);
}

static void
to_source(HtmlCues *c, guint first)
{
  for (guint i = first; i < c->cues->len; i++) {
    Cue *cue = &g_array_index(c->cues, Cue, i);
    size_t start = source_of(c, cue->span.off).off;

    cue->span = range_make(start, range_end(source_of(c, range_end(cue->span) - 1)) - start);
  }
}

/* What is told of a kind is told for the page, and not for each block. */
static void
drop_more(HtmlCues *c, guint first)
{
  guint kept = first;

  for (guint i = first; i < c->cues->len; i++) {
    Cue cue = g_array_index(c->cues, Cue, i);

    if (c->seen[cue.id]++ < CUES_OF_A_KIND || cue.id == CUE_ID_IMITATED_NOTICE)
      g_array_index(c->cues, Cue, kept++) = cue;
  }
  g_array_set_size(c->cues, kept);
}

/* --- Blocks ----------------------------------------------------------------------------------*/

static void
end_block(HtmlCues *c)
{
  guint first = c->cues->len;
  unsigned wanted = CUE_ANY & (c->quotes > 0 ? ~CUE_BIT(IMITATED_NOTICE) : ~0u);

  if (c->pieces->len > 0 && !c->full) {
    c->full = !text_cues((const guchar *)c->block->str, c->block->len, wanted, c->cues);
    to_source(c, first);
    drop_more(c, first);
  }
  g_string_truncate(c->block, 0);
  g_array_set_size(c->pieces, 0);
  c->mapped = 0;
}

static void
add_text(HtmlCues *c, const HtmlToken *token)
{
  HtmlCuePiece piece = {.to = c->block->len, .source = token->data_span};

  piece.undo = c->tokenizer->is_undone ? c->tokenizer->undo : 0;
  g_array_append_val(c->pieces, piece);
  g_string_append_len(c->block, token->data, (gssize)token->data_len);
  if (c->block->len > BLOCK_MAX)
    end_block(c);
}

/* A line at the left, of a width and a colour that are seen. */
static gboolean
looks_quoted(const HtmlToken *token)
{
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];
    g_autofree char *style = NULL;
    const char *border;

    if (!html_name_is(a->name, "style"))
      continue;
    style = g_ascii_strdown(a->value, (gssize)a->value_len);
    border = strstr(style, "border-left:");
    border = border ? border + strlen("border-left:") : "";
    border += strspn(border, " ");
    return *border >= '1' && *border <= '9' && strstr(border, "solid") &&
           !strstr(style, "important") && !strstr(style, "#fff") && !strstr(style, "white") &&
           !strstr(style, "transparent") && !strstr(border, "none");
  }
  return TRUE;
}

static void
quote_tag(HtmlCues *c, const HtmlToken *token)
{
  if (token->type == HTML_END_TAG)
    c->quotes -= c->quotes > 0 ? 1 : 0;
  else if (c->quotes > 0 || (!c->styled && looks_quoted(token)))
    c->quotes++;
}

static void
tag(HtmlCues *c, const HtmlToken *token)
{
  static const char *const most[] = {"span", "a", "font", "b", "img", "strong", "i", "u", NULL};
  static const char *const blocks[] = {
      "p",     "div",     "td",      "th",      "tr",     "li",     "table", "blockquote",
      "h1",    "h2",      "h3",      "h4",      "h5",     "h6",     "ul",    "ol",
      "dl",    "dd",      "dt",      "hr",      "body",   "center", "pre",   "html",
      "tbody", "address", "article", "section", "header", "footer", "form",  NULL};

  if (html_name_in(most, token->name))
    return;
  if (html_name_in(blocks, token->name))
    end_block(c);
  else if (html_name_is(token->name, "br"))
    g_string_append_c(c->block, '\n');
  else if (html_name_is(token->name, "style") || html_name_is(token->name, "link"))
    c->styled = TRUE;
  if (html_name_is(token->name, "blockquote"))
    quote_tag(c, token);
}

void
html_cues_token(HtmlCues *c, const HtmlToken *token, gboolean hidden)
{
  if (token->type == HTML_START_TAG || token->type == HTML_END_TAG)
    tag(c, token);
  if (token->type != HTML_TEXT || token->raw || token->data_len == 0)
    return;
  if (!hidden && !token->cdata)
    add_text(c, token);
  else if (c->unseen->len < UNSEEN_MAX)
    g_string_append_len(c->unseen, token->data, (gssize)MIN(token->data_len, UNSEEN_MAX));
}

gboolean
html_cues_end(HtmlCues *c)
{
  guint first;

  end_block(c);
  first = c->cues->len;
  if (c->unseen->len > 0 && !c->full)
    c->full = !text_cues((const guchar *)c->unseen->str, c->unseen->len, CUE_BIT(PROMPT_INJECTION),
                         c->cues);
  for (guint i = first; i < c->cues->len; i++)
    g_array_index(c->cues, Cue, i).span = range_make(0, 0);
  g_string_free(c->block, TRUE);
  g_string_free(c->unseen, TRUE);
  g_array_unref(c->pieces);
  g_array_unref(c->map);
  return !c->full;
}
