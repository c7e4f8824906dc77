/* edits.c - changes to bytes, put in order and carried out in one pass. */
#include "edit.h"

#include <string.h>

#include "error.h"

struct edits {
  GArray *list; /* Edit */
};

static void
edit_clear(gpointer data)
{
  Edit *edit = data;
  g_clear_pointer(&edit->with, g_bytes_unref);
}

Edits *
edits_new(void)
{
  Edits *edits = g_new0(Edits, 1);
  edits->list = g_array_new(FALSE, FALSE, sizeof(Edit));
  g_array_set_clear_func(edits->list, edit_clear);
  return edits;
}

void
edits_free(Edits *edits)
{
  if (edits == NULL)
    return;
  g_array_unref(edits->list);
  g_free(edits);
}

void
edits_take(Edits *edits, Range at, GBytes *with)
{
  Edit edit = {at, with};
  g_array_append_val(edits->list, edit);
}

void
edits_add(Edits *edits, Range at, const void *with, size_t len)
{
  edits_take(edits, at, g_bytes_new(with, len));
}

void
edits_add_string(Edits *edits, Range at, const char *with)
{
  edits_add(edits, at, with, strlen(with));
}

unsigned
edits_count(const Edits *edits)
{
  return edits->list->len;
}

const Edit *
edits_get(const Edits *edits, unsigned n)
{
  return &g_array_index(edits->list, Edit, n);
}

/* By place; at one place insertions come first, then the longest replacement. GLib's sort is
 * stable, so the order of adding decides the rest. */
static int
edit_compare(gconstpointer a, gconstpointer b)
{
  const Edit *x = a, *y = b;
  if (x->at.off != y->at.off)
    return x->at.off < y->at.off ? -1 : 1;
  if (x->at.len == y->at.len)
    return 0;
  if (x->at.len == 0 || y->at.len == 0)
    return x->at.len == 0 ? -1 : 1;
  return x->at.len > y->at.len ? -1 : 1;
}

static int
overlap_error(Range a, Range b, GError **error)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE,
              "two changes overlap: %" G_GSIZE_FORMAT "+%" G_GSIZE_FORMAT " and %" G_GSIZE_FORMAT
              "+%" G_GSIZE_FORMAT,
              a.off, a.len, b.off, b.len);
  return -1;
}

static gboolean
range_equal(Range a, Range b)
{
  return a.off == b.off && a.len == b.len;
}

/* What becomes of an edit that follows those in `kept`; outer is the last replacement kept. */
typedef enum fate { KEEP, DROP, CLASH } Fate;

static Fate
edit_fate(GArray *kept, Range outer, Edit *edit)
{
  Edit *last = kept->len > 0 ? &g_array_index(kept, Edit, kept->len - 1) : NULL;
  if (edit->at.len == 0) {
    if (edit->at.off > outer.off && edit->at.off < range_end(outer))
      edit->at.off = range_end(outer);
    gboolean same = last != NULL && range_equal(last->at, edit->at);
    return same && g_bytes_equal(last->with, edit->with) ? DROP : KEEP;
  }
  if (!range_overlaps(outer, edit->at))
    return KEEP;
  if (range_equal(outer, edit->at) && last != NULL && range_equal(last->at, outer))
    return g_bytes_equal(last->with, edit->with) ? DROP : CLASH;
  return range_holds(outer, edit->at) ? DROP : CLASH;
}

int
edits_sort(Edits *edits, GError **error)
{
  g_autoptr(GArray) all = edits->list;
  Range outer = {0, 0};
  int result = 0;
  edits->list = g_array_new(FALSE, FALSE, sizeof(Edit));
  g_array_set_clear_func(edits->list, edit_clear);
  g_array_sort(all, edit_compare);
  for (guint i = 0; i < all->len; i++) {
    Edit *edit = &g_array_index(all, Edit, i);
    Fate fate = edit_fate(edits->list, outer, edit);
    if (fate == CLASH && result == 0)
      result = overlap_error(outer, edit->at, error);
    if (fate != KEEP)
      continue;
    if (edit->at.len > 0)
      outer = edit->at;
    edits_take(edits, edit->at, g_steal_pointer(&edit->with));
  }
  return result;
}

static unsigned char *
put(unsigned char *to, const void *bytes, size_t len)
{
  if (len > 0)
    memcpy(to, bytes, len);
  return to + len;
}

/* The length of the result. -1 if an edit reaches past the end, or back before the one before. */
static gssize
spliced_length(size_t len, const Edits *edits)
{
  size_t done = 0, result = 0;
  for (guint i = 0; i < edits_count(edits); i++) {
    const Edit *edit = edits_get(edits, i);
    if (edit->at.off < done || edit->at.off > len || edit->at.len > len - edit->at.off)
      return -1;
    result += edit->at.off - done + g_bytes_get_size(edit->with);
    done = range_end(edit->at);
  }
  return (gssize)(result + len - done);
}

GBytes *
edits_splice(GBytes *bytes, Edits *edits, GError **error)
{
  size_t len, done = 0;
  const unsigned char *data = g_bytes_get_data(bytes, &len);
  if (edits_sort(edits, error) != 0)
    return NULL;
  if (edits_count(edits) == 0)
    return g_bytes_ref(bytes);
  gssize size = spliced_length(len, edits);
  if (size < 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA,
                "a change reaches past the end of its bytes (%" G_GSIZE_FORMAT ")", len);
    return NULL;
  }
  unsigned char *out = g_malloc((gsize)size + 1), *to = out;
  for (guint i = 0; i < edits_count(edits); i++) {
    const Edit *edit = edits_get(edits, i);
    size_t n;
    const void *with = g_bytes_get_data(edit->with, &n);
    to = put(to, data + done, edit->at.off - done);
    to = put(to, with, n);
    done = range_end(edit->at);
  }
  to = put(to, data + done, len - done);
  g_assert(to == out + size);
  return g_bytes_new_take(out, (gsize)size);
}
