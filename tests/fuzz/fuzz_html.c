/* fuzz_html.c - any bytes through the HTML tokenizer, the link finder, the bounds of the body, the
 * search for what acts and the serializer.
 *
 * Must hold: the spans of tokens follow each other and cover the source; attributes lie in their
 * tags, in order; text leads back into its token; links are the same twice over, in range, their
 * attributes the same or apart; one pass for all finds what each finds; no mark, bound, cue or code
 * lies in a tag, a comment or raw text; what acts is in range, its cuts never overlap by half, and
 * it is gone when it was taken out; what is written anew holds nothing that acts, leaves no doubt,
 * and written anew once more is the same. */
#include <stdint.h>
#include <string.h>

#include "check.h"
#include "cue.h"
#include "error.h"
#include "html.h"
#include "html_active.h"
#include "html_emit.h"
#include "html_grid.h"
#include "html_page.h"
#include "link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_attributes(const HtmlToken *token)
{
  size_t at = token->span.off + 1;
  unsigned i;

  for (i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    check(a->whole.off >= at, "attributes overlap");
    check(range_holds(token->span, a->whole), "attribute outside its tag");
    check(a->name_span.off == a->whole.off && range_end(a->name_span) <= a->value_span.off,
          "name after value");
    check(range_holds(a->whole, a->value_span), "value outside its attribute");
    check(a->undone || a->value_len == a->value_span.len, "value of another length");
    at = range_end(a->whole);
  }
}

static void
check_text(HtmlTokenizer *t, const HtmlToken *token)
{
  size_t i, last = token->span.off;

  for (i = 0; i < token->data_len; i += 1 + i / 16) {
    Range one = html_text_source(t, i, 1);
    Range rest = html_text_source(t, i, token->data_len - i);

    check(one.len > 0 && range_holds(token->span, one), "text from outside its token");
    check(one.off >= last, "text out of order");
    check(rest.off == one.off && range_end(rest) <= range_end(token->span), "text too long");
    last = one.off;
  }
}

/* Marks in `no` (a byte for each place between bytes) where nothing may be put. */
static void
forbid(guint8 *no, const HtmlToken *token)
{
  size_t i;

  if (token->type == HTML_TEXT && !token->raw && !token->cdata)
    return;
  for (i = token->span.off + 1; i < range_end(token->span); i++)
    no[i] = 1;
  if (token->raw || token->open)
    no[range_end(token->span)] = 1;
  if (token->raw)
    no[token->span.off] = 1;
}

static void
check_tokens(const uint8_t *data, size_t size, guint8 *no)
{
  g_autoptr(HtmlTokenizer) t = html_tokenizer_new(data, size);
  const HtmlToken *token;
  size_t at = 0;

  do {
    token = html_tokenizer_next(t);
    check(token->span.off == at, "tokens with a gap");
    check(token->type == HTML_EOF || token->span.len > 0, "empty token");
    at = range_end(token->span);
    check_attributes(token);
    if (token->data)
      check_text(t, token);
    forbid(no, token);
  } while (token->type != HTML_EOF);
  check(at == size, "source not covered");
}

/* The same with the tokenizer in another state and left to itself. */
static void
check_state(const uint8_t *data, size_t size)
{
  static const char *const states[] = {"RCDATA state",        "RAWTEXT state",
                                       "Script data state",   "PLAINTEXT state",
                                       "CDATA section state", "Data state"};
  g_autoptr(HtmlTokenizer) t = html_tokenizer_new(data, size);
  const HtmlToken *token;
  size_t at = 0;

  html_tokenizer_follow(t, FALSE);
  (void)html_tokenizer_set_state(t, states[size % G_N_ELEMENTS(states)], "title");
  do {
    token = html_tokenizer_next(t);
    check(token->span.off == at, "tokens with a gap");
    at = range_end(token->span);
  } while (token->type != HTML_EOF);
  check(at == size, "source not covered");
}

static int
by_start(gconstpointer a, gconstpointer b)
{
  const Range *x = a, *y = b;

  if (x->off != y->off)
    return x->off < y->off ? -1 : 1;
  return x->len < y->len ? -1 : x->len > y->len;
}

static void
check_apart(const GArray *links)
{
  g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(Range));
  unsigned i;

  for (i = 0; i < links->len; i++)
    if (g_array_index(links, Link, i).attribute.len > 0)
      g_array_append_val(ranges, g_array_index(links, Link, i).attribute);
  g_array_sort(ranges, by_start);
  for (i = 1; i < ranges->len; i++) {
    Range before = g_array_index(ranges, Range, i - 1), now = g_array_index(ranges, Range, i);

    check(by_start(&before, &now) == 0 || range_end(before) <= now.off, "attributes overlap");
  }
}

static void
check_link(const GArray *links, unsigned i, size_t size, const guint8 *no)
{
  const Link *link = &g_array_index(links, Link, i);
  Range all = range_make(0, size);

  check(range_holds(all, link->span) && range_holds(all, link->attribute) &&
            range_holds(all, link->tag) && range_holds(all, link->label) && link->mark <= size,
        "link out of range");
  check(link->attribute.len == 0 || range_holds(link->tag, link->attribute), "attribute, no tag");
  check(link->attribute.len == 0 || range_holds(link->attribute, link->span), "span outside");
  check(link->target && link->target[0], "no target");
  check(link->anchor < (int)i, "anchor after its link");
  check((link->flags & LINK_HIDDEN) || !no[link->mark], "mark in a tag");
  if (link->flags & LINK_IN_ANCHOR)
    check(link->anchor >= 0 &&
              range_holds(g_array_index(links, Link, link->anchor).label, link->span),
          "text outside its anchor");
}

static void
check_links(const uint8_t *data, size_t size, const guint8 *no)
{
  g_autoptr(GArray) links = links_new(), again = links_new();
  gboolean complete = html_links(data, size, links);
  unsigned i;

  check(complete == html_links(data, size, again) && links->len == again->len, "not the same");
  for (i = 0; i < links->len; i++) {
    const Link *a = &g_array_index(links, Link, i), *b = &g_array_index(again, Link, i);

    check_link(links, i, size, no);
    check(a->use == b->use && a->flags == b->flags && a->span.off == b->span.off &&
              a->mark == b->mark && strcmp(a->target, b->target) == 0,
          "not the same link");
  }
  check_apart(links);
}

static unsigned
count_active(GBytes *html)
{
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Active));
  size_t len;
  const uint8_t *data = g_bytes_get_data(html, &len);
  unsigned i;

  (void)html_active(data, len, found);
  for (i = 0; i < found->len; i++) {
    const Active *a = &g_array_index(found, Active, i);
    Range all = range_make(0, len);

    check(range_holds(all, a->cut) && range_holds(all, a->tag) && range_holds(all, a->address) &&
              a->mark <= len,
          "what acts is out of range");
  }
  return found->len;
}

static void
check_active(GBytes *html)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) out = html_disarm(html, &error);

  check((out != NULL) != (error != NULL), "no error");
  check(!out || count_active(out) == 0, "acts still");
  check(out || error->code == CORDON_ERROR_DATA, error ? error->message : "");
}

static void
check_emit(GBytes *html)
{
  size_t len, at;
  const uint8_t *data = g_bytes_get_data(html, &len);
  g_autoptr(GBytes) out = html_emit(data, len), again = NULL;

  data = g_bytes_get_data(out, &len);
  again = html_emit(data, len);
  check(g_bytes_equal(out, again), "not the same when written anew twice");
  check(html_doubt(data, len, &at) == NULL, "in doubt when written anew");
  check(count_active(out) == 0, "acts when written anew");
}

/* Codes that cells draw. */
static void
check_codes(const HtmlGrid *grid, size_t size, const guint8 *no)
{
  g_autoptr(GArray) codes = links_new();
  guint64 pixels = 0;

  (void)html_grid_links(grid, &pixels, codes);
  for (unsigned i = 0; i < codes->len; i++) {
    const Link *code = &g_array_index(codes, Link, i);

    check(range_holds(range_make(0, size), code->span) && code->mark <= size, "code out of range");
    check(!no[code->span.off] && !no[range_end(code->span)] && !no[code->mark], "code in a tag");
  }
}

/* One pass for all finds what each finds by itself. */
static void
check_page(const uint8_t *data, size_t size, const guint8 *no)
{
  g_autoptr(GArray) links = links_new(), active = g_array_new(FALSE, FALSE, sizeof(Active));
  g_autoptr(GArray) alone = links_new(), acting = g_array_new(FALSE, FALSE, sizeof(Active));
  g_autoptr(GArray) cues = g_array_new(FALSE, FALSE, sizeof(Cue));
  g_autoptr(HtmlGrid) grid = html_grid_new();
  HtmlPage page = {.links = links, .active = active, .cues = cues, .grid = grid, .doubts = TRUE};
  size_t at;

  html_page_read(data, size, &page);
  check(page.all_links == html_links(data, size, alone) && links->len == alone->len, "other links");
  check(page.all_active == html_active(data, size, acting) && active->len == acting->len,
        "something else acts");
  check(page.doubt == html_doubt(data, size, &at), "another doubt");
  for (unsigned i = 0; i < cues->len; i++) {
    const Cue *cue = &g_array_index(cues, Cue, i);

    check(range_holds(range_make(0, size), cue->span), "cue out of range");
    check(cue->span.len == 0 || !no[cue->span.off], "cue in a tag");
    check(strlen(cue->words) < CUE_WORDS, "words too long");
  }
  check_codes(grid, size, no);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GBytes) html = g_bytes_new_static(data, size);
  g_autofree guint8 *no = g_malloc0(size + 1);
  size_t top, end;

  check_tokens(data, size, no);
  check_state(data, size);
  check_links(data, size, no);
  check_page(data, size, no);
  (void)count_active(html);
  check_active(html);
  check_emit(html);
  html_body_bounds(data, size, &top, &end);
  check(top <= end && end <= size, "bounds out of order");
  check(!no[top] && !no[end], "bound in a tag");
  return 0;
}
