/* html_deaden.c - an address in the words of a page: its characters are broken where they stand in
 * the source, references included. */
#include "rewriter.h"

#include "deaden.h"
#include "html.h"

/* Pieces of an address this close together become one edit. */
#define JOIN 120

static gboolean
joins(const unsigned char *utf8, Range before, Range after)
{
  size_t gap = range_end(before);
  if (after.off - gap > JOIN)
    return FALSE;
  for (; gap < after.off; gap++)
    if (utf8[gap] >= 0x80 || utf8[gap] == '\n' || utf8[gap] == '\r')
      return FALSE;
  return TRUE;
}

static void
append_ascii(GString *out, const char *with)
{
  for (const char *p = with; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c < 0x80)
      g_string_append_c(out, (char)c);
    else
      g_string_append_printf(out, "&#%u;", c);
  }
}

void
html_deaden(const unsigned char *utf8, Range source, Edits *edits)
{
  g_autoptr(GString) data = g_string_new(NULL);
  g_autoptr(GString) with = g_string_new(NULL);
  g_autoptr(GArray) from = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));
  html_undo(utf8, source, HTML_UNDO_REFERENCES, data, from);
  g_autoptr(GArray) pieces = deaden_pieces(data->str, data->len);
  Range at = {source.off, 0};
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    Range next = html_pieces_source(from, piece->at.off, piece->at.len);
    if (with->len > 0 && joins(utf8, at, next)) {
      size_t gap = next.off - range_end(at);
      g_string_append_len(with, (const char *)utf8 + range_end(at), (gssize)gap);
      at.len = range_end(next) - at.off;
    } else {
      if (with->len > 0)
        edits_add(edits, at, with->str, with->len);
      g_string_truncate(with, 0);
      at = next;
    }
    append_ascii(with, piece->with);
  }
  if (with->len > 0)
    edits_add(edits, at, with->str, with->len);
}
