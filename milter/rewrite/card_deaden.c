/* card_deaden.c - addresses in a line of a calendar or a contact that are to lead nowhere. A
 * property that is nothing but an address is left out, and so is a page that says in HTML what
 * DESCRIPTION says in words: Outlook and Google import what is left, where they would refuse or
 * keep an address that is none. In words the address is broken, and what is said of it stands
 * behind, escaped and folded as the rest (RFC 5545 3.1, 3.3.11). Only lines with something to
 * change are written anew.
 */
#include "rewriter.h"

#include <string.h>

#include "deaden.h"

gboolean
card_folds(const unsigned char *utf8, size_t len)
{
  static const char *const versions[] = {"VERSION:2.1", "VERSION:1.0"};
  for (guint i = 0; i < G_N_ELEMENTS(versions); i++)
    if (memmem(utf8, len, versions[i], strlen(versions[i])) != NULL)
      return FALSE;
  return TRUE;
}

gboolean
card_link_is_line(const CardLine *line, const Link *link)
{
  gboolean value = link->label.off >= line->value;
  return value && (line->kind == CARD_ADDRESS || line->kind == CARD_HTML);
}

/* RFC 5545 3.3.11; parameters and quoted-printable have no such escapes. */
static char *
escape(const CardLine *line, size_t view, const char *text)
{
  GString *out = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p++) {
    if (view >= line->value && !line->quoted && strchr("\\;,", *p) != NULL)
      g_string_append_c(out, '\\');
    g_string_append_c(out, *p);
  }
  return g_string_free(out, FALSE);
}

static void
edit_view(const CardLine *line, Edits *edits, Range view, const char *with)
{
  g_autofree char *escaped = escape(line, view.off, with);
  edits_add_string(edits, card_line_raw(line, view), escaped);
}

void
card_line_deaden(const CardLine *line, const Link *link, const char *words, Edits *edits)
{
  Range at = link->label;
  if (range_end(at) > line->view->len)
    return;
  g_autoptr(GArray) pieces = deaden_pieces(line->view->str + at.off, at.len);
  for (guint i = 0; i < pieces->len; i++) {
    const DeadenPiece *piece = &g_array_index(pieces, DeadenPiece, i);
    edit_view(line, edits, range_make(at.off + piece->at.off, piece->at.len), piece->with);
  }
  if (words != NULL)
    edit_view(line, edits, range_make(range_end(at), 0), words);
}

void
card_line_write(const CardLine *line, Edits *edits, gboolean folds, const char *eol, Edits *out)
{
  g_autoptr(GBytes) raw = g_bytes_new(line->raw->str, line->raw->len);
  g_autoptr(GBytes) edited = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  size_t len;
  if (edits_count(edits) == 0 || (edited = edits_splice(raw, edits, NULL)) == NULL)
    return; /* what is left is found again, and holds the letter */
  const char *data = g_bytes_get_data(edited, &len);
  if (folds || line->quoted)
    card_line_fold(text, data, len, line->quoted, eol);
  else
    g_string_append_len(text, data, (gssize)len);
  edits_add(out, line->whole, text->str, text->len);
}
