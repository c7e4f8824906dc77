/* fuzz_css.c - any bytes as a style sheet: what is found lies in it and in order, twice the same; a
 * finder stops when told; and once every address is written over, none is left. */
#include "css.h"

#include "check.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
  GArray *spans; /* Range */
  size_t size;
  guint stop_at; /* 0: never */
  gboolean written;
} Seen;

static gboolean
note(Seen *seen, Range span)
{
  check(range_end(span) <= seen->size, "out of range");
  g_array_append_val(seen->spans, span);
  return seen->spans->len != seen->stop_at;
}

static gboolean
found(Range span, const char *url, size_t len, gpointer data)
{
  Seen *seen = data;

  for (size_t i = 0; i < len && seen->written; i++)
    check(url[i] == 'x', "an address is left");
  return note(seen, span);
}

static gboolean
acts(CssAct act, Range word, gpointer data)
{
  check(act == CSS_SCRIPT || act == CSS_IMPORT, "no act");
  check(word.len > 0, "no word");
  return note(data, word);
}

static void
same(const GArray *a, const GArray *b)
{
  check(a->len == b->len, "not the same");
  for (guint i = 0; i < a->len; i++)
    check(memcmp(&g_array_index(a, Range, i), &g_array_index(b, Range, i), sizeof(Range)) == 0,
          "not the same");
}

static GArray *
collect(const uint8_t *css, size_t size, gboolean active, guint stop_at, gboolean written)
{
  Seen seen = {g_array_new(FALSE, FALSE, sizeof(Range)), size, stop_at, written};
  gboolean whole =
      active ? css_active(css, size, acts, &seen) : css_addresses(css, size, found, &seen);

  check(whole == (stop_at == 0 || seen.spans->len < stop_at), "not stopped, or for no reason");
  return seen.spans;
}

static void
overwrite(uint8_t *css, const GArray *spans)
{
  for (guint i = 0; i < spans->len; i++) {
    Range span = g_array_index(spans, Range, i);

    memset(css + span.off, 'x', span.len);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  for (int active = 0; active < 2; active++) {
    g_autoptr(GArray) once = collect(data, size, active, 0, FALSE);
    g_autoptr(GArray) twice = collect(data, size, active, 0, FALSE);

    same(once, twice);
    if (once->len > 0)
      g_array_unref(collect(data, size, active, 1, FALSE));
    if (!active) {
      g_autofree uint8_t *copy = g_memdup2(data, size);
      overwrite(copy, once);
      g_array_unref(collect(copy, size, FALSE, 0, TRUE));
    }
  }
  return 0;
}
