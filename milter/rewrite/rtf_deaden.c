/* rtf_deaden.c - an address in Rich Text that is to be one no more. */
#include "disarm/disarming.h"

#include <string.h>

#include "deaden.h"

/* Plain text as RTF. */
static char *
escape(const char *text)
{
  GString *out = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c >= 0x80)
      g_string_append_printf(out, "\\u%d?", (int)(gint16)MIN(c, 0xffff));
    else
      g_string_append_printf(out, "%s%c", strchr("\\{}", (int)c) != NULL ? "\\" : "", (char)c);
  }
  return g_string_free(out, FALSE);
}

void
rtf_deaden(const RtfView *view, Range at, Edits *edits)
{
  if (range_end(at) > view->text->len)
    return;
  g_autoptr(GArray) pieces = deaden_pieces(view->text->str + at.off, at.len);
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    Range view_at = {at.off + piece->at.off, piece->at.len};
    g_autofree char *with = escape(piece->with);
    edits_add_string(edits, rtf_view_source(view, view_at), with);
  }
}
